"""Help beyond the taskforce: onward referrals step by step, and community offers that families were told of."""

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.codelists import choices
from apst.people.models import Pupil
from apst.tenancy.access import BY_CATEGORY, Access
from apst.tenancy.models import PublicModel, TenantForeignKey

from .cases import Case
from .seen import OF_CASE_OR_PUPIL, WRITTEN_BY_ONESELF, with_its


class OnwardReferral(PublicModel):
    """A referral from here to another service; where it stands is what its last step says."""

    access = Access(
        see=("case.view",),
        add=("case.change",),
        change=("case.change",),
        own=WRITTEN_BY_ONESELF,
        change_own="true",
        category="health",
        case="case_id",
        pupil="pupil_id",
        granted=OF_CASE_OR_PUPIL,
        guest=BY_CATEGORY,
        special={"service": "health", "reason": "health"},
    )

    pupil = TenantForeignKey(Pupil, related_name="onward_referrals", db_index=False)
    case = TenantForeignKey(Case, related_name="onward_referrals", db_index=False)
    service = models.CharField(max_length=20, choices=choices("onward_services"))
    service_name = models.CharField("which team or provider", max_length=120, blank=True)
    reason = models.CharField("why, in a sentence", max_length=300, blank=True)
    began_on = models.DateField()
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    struck_at = models.DateTimeField(null=True, blank=True)
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(PublicModel.Meta):
        ordering = ("-began_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_onwardreferral_submission"),
        ]
        indexes = [models.Index(fields=["tenant", "case", "-began_on", "-id"], name="cases_onwardreferral_case")]

    def __str__(self) -> str:
        return self.service_name or self.get_service_display()


class OnwardStep(PublicModel):
    """One step of an onward referral. A wrong one is taken back by another step; neither is ever changed.

    usual_wait_weeks, usual_missed_percent  what the service itself said of its wait and of missed appointments on
    that day, with where that was read
    """

    access = Access(
        see=("case.view",),
        add=("case.change",),
        own=WRITTEN_BY_ONESELF,
        category="health",
        case="case_id",
        see_where=with_its("cases_onwardreferral", table="cases_onwardstep", key="onward_id"),
        granted=with_its("cases_onwardreferral", table="cases_onwardstep", key="onward_id"),
        special={"note": "health"},
    )

    onward = TenantForeignKey(OnwardReferral, related_name="steps")
    case = TenantForeignKey(Case, related_name="+", db_index=False)
    step = models.CharField(max_length=15, choices=choices("onward_steps"))
    outcome = models.CharField(max_length=12, choices=choices("onward_outcomes"), blank=True, default="")
    on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    usual_wait_weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    usual_missed_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    usual_source = models.CharField(max_length=200, blank=True, default="")
    undoes = TenantForeignKey("self", null=True, blank=True, related_name="undone_by")
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(PublicModel.Meta):
        ordering = ("on", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_onwardstep_submission"),
            models.UniqueConstraint(fields=["tenant", "undoes"], name="cases_onwardstep_undone_once"),
            models.CheckConstraint(
                condition=(models.Q(step="outcome") & ~models.Q(outcome=""))
                | (~models.Q(step="outcome") & models.Q(outcome="")),
                name="cases_onwardstep_outcome",
            ),
            models.CheckConstraint(
                condition=models.Q(usual_wait_weeks__isnull=True, usual_missed_percent__isnull=True, usual_source="")
                | (
                    (models.Q(usual_wait_weeks__isnull=False) | models.Q(usual_missed_percent__isnull=False))
                    & ~models.Q(usual_source="")
                ),
                name="cases_onwardstep_usual_with_source",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "case", "-on", "-id"], name="cases_onwardstep_case")]

    def __str__(self) -> str:
        return f"{self.get_step_display()}, {self.on}"


class CommunityOffer(PublicModel):
    """Something in the community that a family can be told of: a club, a food bank, a helpline."""

    access = Access(
        add=("case.change", "calendar.change"),
        change=("case.change", "calendar.change"),
        granted="true",
    )

    name = models.CharField(max_length=120)
    for_whom = models.CharField("whom it is for", max_length=200, blank=True)
    reach = models.CharField("how to reach it", max_length=300)
    checked_on = models.DateField("last checked on", null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(PublicModel.Meta):
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Signposting(PublicModel):
    """Who was told of which offer, on which day."""

    class ToldTo(models.TextChoices):
        PUPIL = "pupil", "The pupil"
        FAMILY = "family", "The family"
        BOTH = "both", "The pupil and the family"

    class TakenUp(models.TextChoices):
        UNKNOWN = "", "Not asked yet"
        YES = "yes", "Taken up"
        NO = "no", "Not taken up"

    access = Access(
        see=("case.view",),
        add=("case.change",),
        change=("case.change",),
        own=WRITTEN_BY_ONESELF,
        change_own="true",
        category="intervention",
        case="case_id",
        pupil="pupil_id",
        granted=OF_CASE_OR_PUPIL,
    )

    pupil = TenantForeignKey(Pupil, related_name="signpostings", db_index=False)
    case = TenantForeignKey(Case, related_name="signpostings", db_index=False)
    offer = TenantForeignKey(CommunityOffer, related_name="signpostings")
    told_to = models.CharField(max_length=6, choices=ToldTo)
    told_on = models.DateField()
    taken_up = models.CharField(max_length=3, choices=TakenUp, blank=True, default="")
    asked_on = models.DateField("when it was asked whether it was taken up", null=True, blank=True)
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    struck_at = models.DateTimeField(null=True, blank=True)
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(PublicModel.Meta):
        ordering = ("-told_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_signposting_submission"),
            models.CheckConstraint(
                condition=models.Q(taken_up="", asked_on__isnull=True)
                | (~models.Q(taken_up="") & models.Q(asked_on__isnull=False)),
                name="cases_signposting_asked",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "case", "-told_on", "-id"], name="cases_signposting_case")]

    def __str__(self) -> str:
        return f"Told on {self.told_on}"
