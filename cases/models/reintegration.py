"""The way back into a school: the phased timetable, week by week, and how it stood after six and twelve weeks."""

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.places.models import Establishment
from apst.tenancy.models import PublicModel, TenantForeignKey

from .cases import Case
from .plans import plan_access

HALF_DAYS: Final = [
    (f"{day.lower()}_{half}", f"{day} {words}")
    for day in ("Mon", "Tue", "Wed", "Thu", "Fri")
    for half, words in (("am", "morning"), ("pm", "afternoon"))
]


class Reintegration(PublicModel):
    """The way back into a school: which, from when, who does what there. Its weeks are the phased timetable."""

    access = plan_access(change=("case.change",))

    case = TenantForeignKey(Case, related_name="reintegrations", db_index=False)
    school = TenantForeignKey(Establishment, related_name="+")
    starts_on = models.DateField()
    contact = models.CharField("whom to speak to at the school", max_length=150, blank=True)
    agreed = models.TextField("who does what", blank=True)
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    submission_key = models.UUIDField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta(PublicModel.Meta):
        ordering = ("-starts_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_reintegration_submission"),
        ]
        indexes = [models.Index(fields=["tenant", "case", "-starts_on"], name="cases_reintegration_case")]


class ReintegrationWeek(PublicModel):
    """One week of the phased timetable: the half-days at the school, and who does what."""

    access = plan_access(
        "cases_reintegrationweek",
        "cases_reintegration",
        "reintegration_id",
        change=("case.change",),
        remove=("case.change",),
    )

    reintegration = TenantForeignKey(Reintegration, related_name="weeks", db_index=False)
    case = TenantForeignKey(Case, related_name="+")
    number = models.PositiveSmallIntegerField("which week, from 1")
    half_days = ArrayField(models.CharField(max_length=6, choices=HALF_DAYS), default=list)
    who_does_what = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(PublicModel.Meta):
        ordering = ("number",)
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "reintegration", "number"], name="cases_reintegrationweek_once"),
        ]


class ReintegrationCheck(PublicModel):
    """How it stood after some weeks. Never changed: a second look at the same week is another check."""

    class Outcome(models.TextChoices):
        AS_PLANNED = "as_planned", "Going as planned"
        CHANGED = "changed", "Going, with changes to the plan"
        STOPPED = "stopped", "Stopped: not at the school any more"

    access = plan_access("cases_reintegrationcheck", "cases_reintegration", "reintegration_id")

    reintegration = TenantForeignKey(Reintegration, related_name="checks")
    case = TenantForeignKey(Case, related_name="+", db_index=False)
    weeks = models.PositiveSmallIntegerField("after how many weeks")
    held_on = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    text = models.TextField("what was found", blank=True)
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(PublicModel.Meta):
        ordering = ("-held_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_reintegrationcheck_submission"),
        ]
        indexes = [models.Index(fields=["tenant", "case", "-held_on"], name="cases_reintegrationcheck_case")]
