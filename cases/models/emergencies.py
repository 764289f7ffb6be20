"""Restricted records opened in an emergency ("break-glass"): by whom, why, until when, who looked at it afterwards."""

import datetime as dt
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from apst.accounts.models import Membership
from apst.tenancy.access import Access, seen_there
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

from .cases import Case
from .documents import Document
from .notes import IN_EMERGENCY, Note

# Whoever answers for who looked reads each, whoever was told theirs; never one whom the case's holders barred from it.
SEES: Final = (
    "(opened_by_id = (select app.member()) or (select app.member()) = any(told)"
    " or (select app.reach('access_log.view')) = 'T') and not app.barred_from(case_id)"
)


class EmergencyQuerySet(models.QuerySet["Emergency"]):
    """The words in which emergencies are asked for."""

    def live(self) -> "EmergencyQuerySet":
        """Those under way."""
        return self.filter(ended_at__isnull=True, ends_at__gt=Now())


class Emergency(PublicModel):
    """One opening of a restricted item. Only `app.break_glass` makes one, only `app.end_emergency` ends one early.

    It names neither pupil nor case to whoever does not see them. The case's column is no `case` of its access: those
    who are told of an emergency need not see the case.
    """

    class Kind(models.TextChoices):
        CASE = "case", "Restricted case"
        NOTE = "note", "Restricted note"
        DOCUMENT = "document", "Restricted document"

    access = Access(see_where=SEES, category="safeguarding", granted=SEES, history=False)

    kind = models.CharField(max_length=8, choices=Kind)
    item = models.UUIDField("public id of what was opened")
    case = TenantForeignKey(Case, related_name="+", db_index=False)
    note = TenantForeignKey(Note, null=True, blank=True, related_name="+", db_index=False)
    document = TenantForeignKey(Document, null=True, blank=True, related_name="+", db_index=False)
    opened_by = TenantForeignKey(Membership, related_name="+", db_index=False)
    reason = models.CharField(max_length=500)
    opened_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField("ended before its time", null=True, blank=True)
    told = ArrayField(models.BigIntegerField(), default=list, verbose_name="memberships that were told")

    objects = EmergencyQuerySet.as_manager()

    class Meta(PublicModel.Meta):
        ordering = ("-opened_at", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.CheckConstraint(condition=~models.Q(reason=""), name="cases_emergency_why"),
        ]
        indexes = [
            models.Index(fields=["tenant", "-opened_at"], name="cases_emergency_at"),
            models.Index(fields=["tenant", "opened_by", "item"], name="cases_emergency_item"),
        ]

    @property
    def over_at(self) -> dt.datetime:
        """When it ended, or will."""
        return self.ended_at or self.ends_at

    @property
    def over_words(self) -> str:
        """The time at which it ended, or will, as somebody here reads it."""
        return f"{timezone.localtime(self.over_at):%H:%M}"

    @property
    def is_live(self) -> bool:
        """True while it lets its person read."""
        return self.ended_at is None and self.ends_at > timezone.now()


class EmergencyLook(TenantModel):
    """That somebody who was told of an emergency has looked at it, or what somebody who answers for it found."""

    class Kind(models.TextChoices):
        SEEN = "seen", "Seen"
        REVIEWED = "reviewed", "Reviewed"

    class Finding(models.TextChoices):
        RIGHT = "right", "It was right to open it"
        LEARN = "learn", "It was right, and there is something to learn"
        WRONG = "wrong", "It should not have been opened"

    # Nobody says for another that they looked, or reviews what they opened themselves.
    access = Access(
        see_where=seen_there("emergency_id", "cases_emergency").format(table="cases_emergencylook"),
        add=(),
        own="said_by_id = (select app.member()) and exists (select from cases_emergency e"
        " where e.tenant_id = cases_emergencylook.tenant_id and e.id = cases_emergencylook.emergency_id"
        " and (cases_emergencylook.kind = 'seen' or (e.opened_by_id <> cases_emergencylook.said_by_id"
        " and (select app.reach('access_log.view')) = 'T')) offset 0)",
        category="safeguarding",
        granted=seen_there("emergency_id", "cases_emergency"),
        granted_writes="true",
        history=False,
    )

    emergency = TenantForeignKey(Emergency, related_name="looks", db_index=False)
    said_by = TenantForeignKey(Membership, related_name="+", db_index=False)
    said_at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=8, choices=Kind)
    finding = models.CharField(max_length=5, choices=Finding, blank=True)
    text = models.CharField("what was found", max_length=1000, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("said_at", "id")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "emergency", "said_by", "kind"], name="cases_emergencylook_once"),
            models.CheckConstraint(
                condition=models.Q(kind="seen", finding="", text="")
                | (models.Q(kind="reviewed") & ~models.Q(finding="") & ~models.Q(text="")),
                name="cases_emergencylook_whole",
            ),
        ]


class EmergencyBar(TenantModel):
    """That the holders of a restricted case say "never for this person", such as a child's own parent."""

    access = Access(
        see=("grant.give",),
        see_where=f"({IN_EMERGENCY}) is not true",
        add=("grant.give",),
        remove=("grant.end",),
        # Whoever holds the case and bars themselves would hide from the register what colleagues do.
        own="member_id is distinct from (select app.member())",
        category="identity",
        case="case_id",
    )

    case = TenantForeignKey(Case, related_name="bars", db_index=False)
    member = TenantForeignKey(Membership, related_name="+", db_index=False)
    named_by = TenantForeignKey(Membership, related_name="+", db_index=False)
    named_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "case", "member"], name="cases_emergencybar_once"),
        ]
