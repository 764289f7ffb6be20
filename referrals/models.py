"""A pupil put forward to the taskforce, and what was decided about it."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.codelists import choices, codes_where
from apst.people.models import Pupil
from apst.places.models import Site
from apst.tenancy.access import Access, seen_there
from apst.tenancy.matrix import IMPORTING
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

# Whoever follows only their own referrals sees no others, whatever case of the pupil was shared with them.
_AT_THEIRS = f"{seen_there('pupil_id', 'cases_case', 'pupil_id')} or site_id = any((select app.sites())::bigint[])"
REFERRAL_SEEN = (
    "made_by_id = (select app.member()) or ((select app.reach('referral.view')) is distinct from 'O'"  # noqa: S608 - constants
    f" and ({_AT_THEIRS}))"
)


# What hangs on a referral is hidden with it. Asked of rows only where something is hidden from the reader at all.
REFERRAL_NOT_HIDDEN = (
    "(select cardinality(app.hidden_pupils())) = 0 or referral_id in (select r.id from referrals_referral r)"
)
REFERRAL_IS_SEEN = seen_there("referral_id", "referrals_referral")


class EligibilityVersion(PublicModel):
    """The taskforce's eligibility and thresholds, as published on one day; a new version never changes an old one."""

    access = Access(add=("settings.change",), granted="true")

    number = models.PositiveIntegerField()
    text = models.TextField("who the taskforce is for, in plain words")
    criteria = ArrayField(models.CharField(max_length=200), default=list)
    published_at = models.DateTimeField(db_default=Now())
    published_by = TenantForeignKey(Membership, null=True, related_name="+")

    class Meta(PublicModel.Meta):
        ordering = ("-number",)
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "number"], name="referrals_eligibilityversion_number"),
        ]


class ReferralQuerySet(models.QuerySet["Referral"]):
    """The words in which referrals are asked for."""

    def to_triage(self) -> "ReferralQuerySet":
        """Those that wait for a decision, or for more information."""
        return self.filter(state__in=[Referral.State.NEW, Referral.State.MORE_INFORMATION])

    def to_allocate(self) -> "ReferralQuerySet":
        """Those accepted, or on the waiting list, without a case yet."""
        return self.filter(state__in=[Referral.State.ACCEPTED, Referral.State.WAITING_LIST])

    def at(self, site: Site | None) -> "ReferralQuerySet":
        """Those for one site; all where None."""
        return self.filter(site=site) if site else self


class Referral(PublicModel):
    """One request for the taskforce's help for one pupil."""

    class State(models.TextChoices):
        """Where it stands; follows from the decisions and is kept beside them by the services."""

        NEW = "new", "New"
        MORE_INFORMATION = "more_information", "More information asked for"
        ACCEPTED = "accepted", "Accepted: to allocate"
        WAITING_LIST = "waiting_list", "Waiting list"
        ALLOCATED = "allocated", "Allocated"
        ENDED = "ended", "Ended"

    access = Access(
        see=("referral.view",),
        add=("referral.make",),
        change=("referral.triage", "case.allocate", IMPORTING),
        own="made_by_id is null or made_by_id = (select app.member())",
        change_own="true",
        category="intervention",
        pupil="pupil_id",
        granted=REFERRAL_SEEN,
    )

    reference = models.CharField(max_length=40)
    pupil = TenantForeignKey(Pupil, related_name="referrals")
    site = TenantForeignKey(Site, null=True, blank=True, related_name="+")
    received_on = models.DateField()
    source = models.CharField("who referred", max_length=30, choices=choices("referral_sources"))
    route = models.CharField("how it came", max_length=20, choices=choices("referral_routes"))
    reasons = ArrayField(models.CharField(max_length=30, choices=choices("referral_reasons")), default=list)
    summary = models.TextField(blank=True)
    pupil_views = models.TextField("the child's views", blank=True)
    family_views = models.TextField("the parents' or carers' views", blank=True)
    made_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    submission_key = models.UUIDField(null=True, blank=True, editable=False)
    state = models.CharField(max_length=16, choices=State, default=State.NEW)
    version = models.PositiveIntegerField(default=1)

    objects = ReferralQuerySet.as_manager()

    class Meta(PublicModel.Meta):
        ordering = ("received_on", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "reference"], name="referrals_referral_reference"),
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="referrals_referral_submission"),
        ]
        indexes = [
            models.Index(fields=["tenant", "state", "received_on", "id"], name="referrals_queue"),
            models.Index(fields=["tenant", "pupil"], name="referrals_pupil"),
        ]

    def __str__(self) -> str:
        return f"Referral {self.reference}"

    @property
    def is_undecided(self) -> bool:
        """True while the first decision is still to be taken."""
        return self.state in (self.State.NEW, self.State.MORE_INFORMATION)


class FurtherInformation(PublicModel):
    """What was answered when the taskforce asked for more information. Never edited; more can be added."""

    access = Access(
        see=("referral.view",),
        see_where=REFERRAL_NOT_HIDDEN,
        add=("referral.make",),
        category="intervention",
        granted=REFERRAL_IS_SEEN,
    )

    referral = TenantForeignKey(Referral, related_name="answers")
    text = models.TextField()
    given_by = TenantForeignKey(Membership, null=True, related_name="+")
    given_at = models.DateTimeField(db_default=Now())
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(PublicModel.Meta):
        ordering = ("given_at", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "submission_key"], name="referrals_furtherinformation_submission"
            ),
        ]


class StrategyTried(TenantModel):
    """What a mainstream school has tried for the pupil, when, and with what effect."""

    access = Access(
        see=("referral.view",),
        see_where=REFERRAL_NOT_HIDDEN,
        add=("referral.make",),
        own=REFERRAL_NOT_HIDDEN,
        category="education",
        granted=REFERRAL_IS_SEEN,
    )

    referral = TenantForeignKey(Referral, related_name="strategies")
    what = models.CharField(max_length=200)
    tried_when = models.CharField("when", max_length=100, blank=True)
    effect = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("id",)


SUBSTANTIVE = codes_where("triage_outcomes", "substantive")


class TriageDecision(PublicModel):
    """One decision on a referral. Never edited: it is undone, or followed by another."""

    access = Access(
        see=("referral.view",),
        see_where=REFERRAL_NOT_HIDDEN,
        add=("referral.triage", "case.allocate", IMPORTING),
        category="intervention",
        granted=REFERRAL_IS_SEEN,
        # Of a referral that they see, and signed by nobody else.
        own=f"(decided_by_id is null or decided_by_id = (select app.member())) and ({REFERRAL_NOT_HIDDEN})",
        # Only to undo an import as a whole; no service removes a decision.
        system="select, insert, delete",
    )

    referral = TenantForeignKey(Referral, related_name="decisions")
    outcome = models.CharField(max_length=20, choices=choices("triage_outcomes"))
    decided_on = models.DateField()
    decided_at = models.DateTimeField(db_default=Now())
    decided_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    decided_how = models.CharField("the way of deciding in force", max_length=16, blank=True)
    rationale = models.TextField(blank=True)
    undoes = TenantForeignKey("self", null=True, blank=True, related_name="undone_by")
    eligibility = TenantForeignKey(EligibilityVersion, null=True, blank=True, related_name="+")
    criteria = models.JSONField("each criterion: met, not_met or overridden", default=dict)
    overrides = models.TextField("why a threshold was set aside", blank=True)

    class Meta(PublicModel.Meta):
        ordering = ("decided_on", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "undoes"], name="referrals_triagedecision_undone_once"),
            models.CheckConstraint(
                condition=models.Q(outcome="undone", undoes__isnull=False)
                | (~models.Q(outcome="undone") & models.Q(undoes__isnull=True)),
                name="referrals_triagedecision_undoes",
            ),
        ]

    @property
    def is_substantive(self) -> bool:
        """True for an outcome that decides, as `triage_outcomes.csv` says."""
        return self.outcome in SUBSTANTIVE


class WaitingPlace(PublicModel):
    """How a referral stands on the waiting list from a day on; a later row follows it, none is changed.

    meanwhile  what the pupil is offered until then;  review_on  the day by which it is looked at again
    """

    class Priority(models.IntegerChoices):
        URGENT = 1, "Urgent"
        SOON = 2, "Soon"
        ROUTINE = 3, "Routine"

    access = Access(
        see=("referral.view",),
        see_where=REFERRAL_NOT_HIDDEN,
        add=("referral.triage", "case.allocate"),
        category="intervention",
        granted=REFERRAL_IS_SEEN,
        own=f"(placed_by_id is null or placed_by_id = (select app.member())) and ({REFERRAL_NOT_HIDDEN})",
    )

    referral = TenantForeignKey(Referral, related_name="waiting_places", db_index=False)
    priority = models.PositiveSmallIntegerField(choices=Priority)
    why = models.CharField("why this priority", max_length=300)
    meanwhile = models.CharField("what is offered meanwhile", max_length=300)
    review_on = models.DateField()
    placed_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    placed_at = models.DateTimeField(db_default=Now())

    class Meta(PublicModel.Meta):
        ordering = ("-placed_at", "-id")
        indexes = [models.Index(fields=["tenant", "referral", "-id"], name="referrals_waitingplace_last")]


class Targets(TenantModel):
    """What this taskforce aims at, as its clocks count it. Without a row the installation's defaults stand.

    What the law sets is no target: it is in no row, and nobody changes it.
    """

    access = Access(add=("settings.change",), change=("settings.change",), granted="true")
    # The setting that holds each default.
    DEFAULTS: ClassVar[dict[str, str]] = {
        "triage_school_days": "TRIAGE_SCHOOL_DAYS",
        "first_session_school_days": "FIRST_SESSION_SCHOOL_DAYS",
        "step_out_weeks": "STEP_OUT_WEEKS",
        "plan_review_weeks": "PLAN_REVIEW_WEEKS",
        "waiting_review_weeks": "WAITING_REVIEW_WEEKS",
        "soon_days": "CLOCKS_SOON_DAYS",
    }

    triage_school_days = models.PositiveSmallIntegerField("school days from a referral to its triage")
    first_session_school_days = models.PositiveSmallIntegerField("school days from the acceptance to a first session")
    step_out_weeks = models.PositiveSmallIntegerField("weeks of a tier 2 step-out")
    plan_review_weeks = models.PositiveSmallIntegerField("weeks to the first review of a plan")
    waiting_review_weeks = models.PositiveSmallIntegerField("weeks to the next look at a waiting place")
    soon_days = models.PositiveSmallIntegerField("days before it runs out in which a clock presses")
    changed_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant"], name="referrals_targets_once"),
            models.CheckConstraint(
                condition=models.Q(
                    triage_school_days__gte=1,
                    first_session_school_days__gte=1,
                    step_out_weeks__gte=2,
                    plan_review_weeks__gte=1,
                    waiting_review_weeks__gte=1,
                    soon_days__gte=1,
                ),
                name="referrals_targets_sense",
            ),
        ]

    @classmethod
    def of_installation(cls) -> "Targets":
        """Give the defaults, as a row that is not kept."""
        return cls(**{name: getattr(settings, setting) for name, setting in cls.DEFAULTS.items()})
