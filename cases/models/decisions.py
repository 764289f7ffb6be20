"""What a meeting decides about a case, and who does what until when."""

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.people.models import Pupil
from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel, Taskforce, TenantForeignKey

from .cases import Case
from .meetings import ABOUT_NOBODY, OF_ITEM, OURS, MeetingItem
from .seen import with_its

# Whoever does an action, set it or handed it on follows it to its end, whatever else they see.
THEIRS: Final = "(select app.member()) in (owner_id, set_by_id, handed_by_id)"
# A case that whoever writes sees, and its own pupil.
OF_CASE: Final = (
    "exists (select from cases_case c where c.tenant_id = cases_meetingaction.tenant_id"
    " and c.id = cases_meetingaction.case_id and c.pupil_id = cases_meetingaction.pupil_id)"
)


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
    """Something that somebody does by a day, agreed at a meeting or set outside one, on a case or on nothing."""

    access = Access(
        see=("case.view",),
        see_else=f"{THEIRS} or ({ABOUT_NOBODY})",
        add=("meeting.attend",),
        change=("meeting.attend",),
        own=f"set_by_id = (select app.member()) and ({OF_ITEM.format(table='cases_meetingaction')}"
        f" or (item_id is null and (({ABOUT_NOBODY}) or {OF_CASE})))",
        # Whoever handed it on too: they may take that back.
        change_own=f"{THEIRS} or (select app.may('meeting.run'))",
        change_to=f"{THEIRS} or (select app.may('meeting.run'))",  # whoever does it may hand it to somebody else
        category="intervention",
        case="case_id",
        pupil="pupil_id",
        granted=f"{OURS} and ({THEIRS} or (item_id is null and (({ABOUT_NOBODY}) or case_id in ({{granted}})))"
        f" or {with_its('cases_meetingitem', table='cases_meetingaction', key='item_id')})",
    )

    item = TenantForeignKey(MeetingItem, null=True, blank=True, related_name="actions", db_index=False)
    case = TenantForeignKey(Case, null=True, blank=True, related_name="actions", db_index=False)
    pupil = TenantForeignKey(Pupil, null=True, blank=True, related_name="+", db_index=False)
    what = models.CharField(max_length=300)
    owner = TenantForeignKey(Membership, related_name="+", db_index=False)
    due_on = models.DateField()
    set_by = TenantForeignKey(Membership, related_name="+", db_index=False)
    set_at = models.DateTimeField(db_default=Now())
    handed_by = TenantForeignKey(
        Membership, null=True, blank=True, related_name="+", db_index=False, verbose_name="who handed it on last"
    )
    first_due_on = models.DateField("the day that was agreed first, where it was moved", null=True, blank=True)
    why_moved = models.CharField("why it was moved last", max_length=200, blank=True)
    submission_key = models.UUIDField(null=True, blank=True, editable=False)
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
            models.CheckConstraint(
                condition=models.Q(first_due_on__isnull=True) | ~models.Q(why_moved=""),
                name="cases_meetingaction_moved",
            ),
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_meetingaction_submission"),
        ]
        indexes = [
            models.Index(fields=["tenant", "owner", "due_on"], name="cases_meetingaction_owner"),
            models.Index(fields=["tenant", "case", "due_on"], name="cases_meetingaction_case"),
        ]

    @property
    def is_done(self) -> bool:
        """True once somebody said so."""
        return self.done_at is not None

    @property
    def is_overdue(self) -> bool:
        """True while it is not done and its day has passed."""
        return self.done_at is None and self.due_on < localdate()
