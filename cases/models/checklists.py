"""The needs checklist: what a taskforce asks about every pupil on entry, and the answers, each filling kept."""

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.codelists import choices
from apst.people.models import Pupil
from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

from .cases import Case
from .seen import OF_CASE_OR_PUPIL, WRITTEN_BY_ONESELF, with_its


class ChecklistItem(PublicModel):
    """One need that is looked at. Its words stay as they are; other words are another item."""

    access = Access(add=("settings.change",), change=("settings.change",), granted="true")

    words = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta(PublicModel.Meta):
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.words


class NeedsCheck(PublicModel):
    """The checklist filled in for a pupil on one day."""

    access = Access(
        see=("case.view",),
        add=("case.change",),
        change=("case.change",),
        own=WRITTEN_BY_ONESELF,
        change_own="true",
        category="outcomes",
        case="case_id",
        pupil="pupil_id",
        granted=OF_CASE_OR_PUPIL,
    )

    pupil = TenantForeignKey(Pupil, related_name="needs_checks", db_index=False)
    case = TenantForeignKey(Case, related_name="needs_checks", db_index=False)
    filled_on = models.DateField()
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    struck_at = models.DateTimeField(null=True, blank=True)
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(PublicModel.Meta):
        ordering = ("-filled_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_needscheck_submission"),
        ]
        indexes = [
            models.Index(fields=["tenant", "case", "-filled_on", "-id"], name="cases_needscheck_case"),
            models.Index(fields=["tenant", "pupil", "-filled_on", "-id"], name="cases_needscheck_pupil"),
        ]

    def __str__(self) -> str:
        return f"Needs checklist of {self.filled_on}"


class NeedsAnswer(TenantModel):
    """How much need there is, for one item of one filling."""

    access = Access(
        see=("case.view",),
        add=("case.change",),
        category="outcomes",
        see_where=with_its("cases_needscheck", table="cases_needsanswer", key="needs_check_id"),
        granted=with_its("cases_needscheck", table="cases_needsanswer", key="needs_check_id"),
        special={"level": "health", "comment": "health"},
    )

    needs_check = TenantForeignKey(NeedsCheck, related_name="answers", db_index=False)
    item = TenantForeignKey(ChecklistItem, related_name="+")
    level = models.CharField(max_length=7, choices=choices("need_levels"))
    comment = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "needs_check", "item"], name="cases_needsanswer_once"),
        ]
