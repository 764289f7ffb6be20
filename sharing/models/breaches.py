"""The register of personal data breaches: what went wrong, whom it touches, what was decided (UK GDPR 33, 34)."""

import datetime as dt
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.timezone import now

from apst.accounts.models import Membership
from apst.codelists import choices
from apst.tenancy.access import Access, seen_there
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

ANSWERS: Final = "(select app.reach('access_log.view')) = 'T'"
SEES: Final = f"reported_by_id = (select app.member()) or {ANSWERS}"
HOURS: Final = dt.timedelta(hours=72)  # to tell the Information Commissioner, from becoming aware (UK GDPR article 33)


class Breach(PublicModel):
    """One breach, from the line in which somebody reports it to what was learnt.

    The manager and the information governance lead keep it, the safeguarding lead reads it and says what was done;
    whoever reported it sees what became of it. cases: the references of those whose records it touches.
    """

    class Risk(models.TextChoices):
        UNLIKELY = "unlikely", "Unlikely to result in a risk to anybody"
        RISK = "risk", "A risk to somebody"
        HIGH = "high", "A high risk to somebody"

    access = Access(
        see_where=SEES,
        add=(),
        change=("agreement.end",),  # the manager and the information governance lead decide
        own="reported_by_id = (select app.member()) and risk = '' and closed_at is null",
        change_own="closed_at is null",
        change_to="true",
        category="identity",
        granted=SEES,
        granted_writes="true",
        special={"consequences": "safeguarding"},
    )

    what = models.TextField("what went wrong")
    happened_on = models.DateField("when it happened", null=True, blank=True)
    aware_at = models.DateTimeField("when the taskforce became aware", db_default=Now())
    reported_by = TenantForeignKey(Membership, related_name="+", db_index=False)
    reported_at = models.DateTimeField(db_default=Now())
    categories = ArrayField(models.CharField(max_length=16, choices=choices("data_categories")), default=list)
    cases = ArrayField(models.CharField(max_length=20), default=list, verbose_name="references of cases it touches")
    people = models.PositiveIntegerField("about how many people it touches", null=True, blank=True)
    consequences = models.TextField("what it may lead to", blank=True)
    measures = models.TextField("what was done, and is to be done", blank=True)
    risk = models.CharField(max_length=8, choices=Risk, blank=True)
    why = models.TextField("why that was decided", blank=True)
    commissioner_told_at = models.DateTimeField("when the Information Commissioner was told", null=True, blank=True)
    commissioner_reference = models.CharField(max_length=60, blank=True)
    people_told = models.TextField("who of them was told, when and how; or why not", blank=True)
    partners_told = models.TextField("which partners were told, and when", blank=True)
    lessons = models.TextField("what was learnt", blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(PublicModel.Meta):
        ordering = ("-reported_at", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="sharing_breach_submission"),
            models.CheckConstraint(condition=Q(risk="") | ~Q(why=""), name="sharing_breach_why"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | (~Q(risk="") & ~Q(lessons="")), name="sharing_breach_closed"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "-reported_at"], name="sharing_breach_list")]

    @property
    def due_at(self) -> dt.datetime:
        """By when the Information Commissioner is told, where there is a risk to somebody."""
        return self.aware_at + HOURS

    @property
    def is_decided(self) -> bool:
        """True once it is decided that there is no risk to speak of, or the Information Commissioner was told."""
        return self.risk == self.Risk.UNLIKELY or self.commissioner_told_at is not None

    @property
    def hours_left(self) -> int:
        """Whole hours of the 72 that are left; below 0 once they are over."""
        return int((self.due_at - now()).total_seconds() // 3600)


class BreachStep(TenantModel):
    """One thing that was done about a breach, by whom and when. Only ever added to."""

    access = Access(
        see_where=seen_there("breach_id", "sharing_breach").format(table="sharing_breachstep"),
        add=("access_log.view",),
        own=f"said_by_id = (select app.member()) and {ANSWERS}",
        category="identity",
        granted=seen_there("breach_id", "sharing_breach"),
        granted_writes="false",
    )

    breach = TenantForeignKey(Breach, related_name="steps")
    text = models.TextField()
    said_by = TenantForeignKey(Membership, related_name="+", db_index=False)
    said_at = models.DateTimeField(db_default=Now())
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ("said_at", "id")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="sharing_breachstep_submission"),
        ]
