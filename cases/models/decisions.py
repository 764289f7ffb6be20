"""What a meeting decides about a case, and who does what until when."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.people.models import Pupil
from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel, Taskforce, TenantForeignKey

from .cases import Case
from .meetings import ABOUT_NOBODY, OF_ITEM, OURS, MeetingItem
from .seen import with_its


class CaseDecision(PublicModel):
    """One decision about a case, with the way of deciding then in force. Never edited: another supersedes it."""

    class Outcome(models.TextChoices):
        CONTINUE = "continue", "Continue"
        CHANGE = "change", "Change the offer"
        STEP_DOWN = "step_down", "Step down"
        CLOSE = "close", "Close"
        ONWARD = "onward", "Refer onward"
        NONE = "none", "No decision"

    access = Access(
        see=("case.view", "case.close"),
        add=("meeting.run",),
        own=f"decided_by_id = (select app.member()) and {OF_ITEM.format(table='cases_casedecision')}",
        category="intervention",
        case="case_id",
        pupil="pupil_id",
        granted=f"{OURS} and case_id in ({{granted}})",
    )

    case = TenantForeignKey(Case, related_name="decisions", db_index=False)
    pupil = TenantForeignKey(Pupil, related_name="+", db_index=False)
    item = TenantForeignKey(MeetingItem, related_name="decisions", db_index=False)
    outcome = models.CharField(max_length=9, choices=Outcome)
    rationale = models.TextField(blank=True)
    decides = models.CharField("the way of deciding in force", max_length=16, choices=Taskforce.Decides)
    decided_by = TenantForeignKey(Membership, related_name="+", db_index=False)
    decided_at = models.DateTimeField(db_default=Now())
    agreed_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+", db_index=False)
    present = ArrayField(models.BigIntegerField(), default=list, verbose_name="ids of the members who were there")
    quorate = models.BooleanField("as many were there as the taskforce asks for", default=True)
    dissent = models.TextField("who saw it otherwise, and why", blank=True)
    showed = models.JSONField("what the page showed: ids, codes and dates, no free text", default=dict)
    supersedes = TenantForeignKey("self", null=True, blank=True, related_name="superseded_by")

    class Meta(PublicModel.Meta):
        ordering = ("-decided_at", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            # One first decision at an item, and one in the place of each.
            models.UniqueConstraint(
                fields=["tenant", "item", "supersedes"], nulls_distinct=False, name="cases_casedecision_item_once"
            ),
            models.UniqueConstraint(fields=["tenant", "supersedes"], name="cases_casedecision_superseded_once"),
        ]
        indexes = [models.Index(fields=["tenant", "case", "-decided_at", "-id"], name="cases_casedecision_case")]


class MeetingAction(PublicModel):
    """Something that somebody does by a day, agreed at a meeting."""

    access = Access(
        see=("case.view",),
        see_else=f"owner_id = (select app.member()) or ({ABOUT_NOBODY})",
        add=("meeting.attend",),
        change=("meeting.attend",),
        own=f"set_by_id = (select app.member()) and {OF_ITEM.format(table='cases_meetingaction')}",
        change_own="owner_id = (select app.member()) or set_by_id = (select app.member())"
        " or (select app.may('meeting.run'))",
        category="intervention",
        case="case_id",
        pupil="pupil_id",
        granted=f"{OURS} and (owner_id = (select app.member())"
        f" or {with_its('cases_meetingitem', table='cases_meetingaction', key='item_id')})",
    )

    item = TenantForeignKey(MeetingItem, related_name="actions", db_index=False)
    case = TenantForeignKey(Case, null=True, blank=True, related_name="actions", db_index=False)
    pupil = TenantForeignKey(Pupil, null=True, blank=True, related_name="+", db_index=False)
    what = models.CharField(max_length=300)
    owner = TenantForeignKey(Membership, related_name="+", db_index=False)
    due_on = models.DateField()
    set_by = TenantForeignKey(Membership, related_name="+", db_index=False)
    set_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+", db_index=False)
    version = models.PositiveIntegerField(default=1)

    class Meta(PublicModel.Meta):
        ordering = ("due_on", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=False) | models.Q(done_by__isnull=True),
                name="cases_meetingaction_done",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "owner", "due_on"], name="cases_meetingaction_owner"),
            models.Index(fields=["tenant", "case", "due_on"], name="cases_meetingaction_case"),
        ]

    @property
    def is_done(self) -> bool:
        """True once somebody said so."""
        return self.done_at is not None
