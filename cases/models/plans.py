"""The support plan of a case: goals, steps, reviews with scores, and every version as it was."""

from typing import Any, Final

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.people.models import Post
from apst.tenancy.access import BY_CATEGORY, Access
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

from .cases import Case
from .interventions import Intervention

LOWEST: Final = 0
HIGHEST: Final = 10


def same_case(table: str, parent: str, key: str) -> str:
    """Give the clause by which a row belongs to the case of what it hangs on, so that nobody writes into another's."""
    return (
        f"exists (select from {parent} x where x.tenant_id = {table}.tenant_id and x.id = {table}.{key}"
        f" and x.case_id = {table}.case_id)"
    )


def plan_access(table: str = "", parent: str = "", key: str = "", **more: Any) -> Access:
    """Give the access of a table of a case's plan: read by `plan.view`, written by those who change the case.

    table, parent, key  the table's own name, what its rows hang on, and the column that says on which
    """
    said: dict[str, Any] = {
        "see": ("plan.view",),
        "add": ("case.change",),
        "category": "plan",
        "case": "case_id",
        "granted": "case_id in ({granted})",
        "guest": BY_CATEGORY,
        "own": same_case(table, parent, key) if parent else None,
    }
    return Access(**{**said, **more})


def _score(name: str) -> models.CheckConstraint:
    within = models.Q(**{f"{name}__gte": LOWEST, f"{name}__lte": HIGHEST})
    return models.CheckConstraint(
        condition=models.Q(**{f"{name}__isnull": True}) | within, name=f"cases_%(class)s_{name}"
    )


class Plan(PublicModel):
    """What a pupil, their family and the taskforce work towards. A case has one; `version` counts what was changed."""

    access = plan_access(change=("case.change",), special={"hopes": "voice", "family_words": "voice"})

    case = TenantForeignKey(Case, related_name="plans", db_index=False)
    starts_on = models.DateField()
    hopes = models.TextField("what the pupil wants, in their words", blank=True)
    family_words = models.TextField("what the family wants, in their words", blank=True)
    aim = models.TextField("what we are working towards", blank=True)
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    class Meta(PublicModel.Meta):
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "case"], name="cases_plan_one_a_case"),
        ]


class PlanVersion(PublicModel):
    """The whole plan as it stood after one change; never changed itself."""

    access = plan_access("cases_planversion", "cases_plan", "plan_id", guest=None)

    plan = TenantForeignKey(Plan, related_name="versions", db_index=False)
    case = TenantForeignKey(Case, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    said = models.CharField("what was changed, in words", max_length=300)
    # A step moved by a day is kept as well, and is not worth a line of the timeline.
    minor = models.BooleanField(default=False)
    content = models.JSONField(default=dict)
    made_on = models.DateField()
    made_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta(PublicModel.Meta):
        ordering = ("-number",)
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "plan", "number"], name="cases_planversion_once"),
        ]
        indexes = [models.Index(fields=["tenant", "case", "-made_on"], name="cases_planversion_case")]


class Goal(PublicModel):
    """One thing that is to get better, with where the pupil stood at the start from 0 to 10."""

    class State(models.TextChoices):
        ACTIVE = "active", "Working on it"
        REACHED = "reached", "Reached"
        STOPPED = "stopped", "Stopped"

    access = plan_access("cases_goal", "cases_plan", "plan_id", change=("case.change",), special={"own_words": "voice"})

    plan = TenantForeignKey(Plan, related_name="goals")
    case = TenantForeignKey(Case, related_name="+", db_index=False)
    text = models.CharField("the goal", max_length=200)
    own_words = models.CharField("the goal in the pupil's words", max_length=300, blank=True)
    baseline = models.PositiveSmallIntegerField("score at the start, 0 to 10", null=True, blank=True)
    baseline_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.ACTIVE)
    ended_on = models.DateField(null=True, blank=True)
    submission_key = models.UUIDField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta(PublicModel.Meta):
        ordering = ("id",)
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_goal_submission"),
            _score("baseline"),
            models.CheckConstraint(
                condition=models.Q(state="active", ended_on__isnull=True)
                | (~models.Q(state="active") & models.Q(ended_on__isnull=False)),
                name="cases_goal_ended",
            ),
        ]

    @property
    def is_active(self) -> bool:
        """True while it is worked on."""
        return self.state == self.State.ACTIVE


class GoalStep(PublicModel):
    """Something to do for a goal: by whom, until when."""

    access = plan_access("cases_goalstep", "cases_goal", "goal_id", change=("case.change",))

    goal = TenantForeignKey(Goal, related_name="steps")
    case = TenantForeignKey(Case, related_name="+", db_index=False)
    text = models.CharField("what is to be done", max_length=200)
    owner = TenantForeignKey(Post, null=True, blank=True, related_name="+")
    owner_words = models.CharField("who does it, where it is nobody of the taskforce", max_length=100, blank=True)
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    submission_key = models.UUIDField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta(PublicModel.Meta):
        ordering = ("id",)
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_goalstep_submission"),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "case", "due_on"],
                condition=models.Q(done_on__isnull=True, removed_at__isnull=True),
                name="cases_goalstep_open",
            )
        ]

    @property
    def who(self) -> str:
        """Whoever does it, in words."""
        return self.owner.specialist.name if self.owner else self.owner_words


class PlanReview(PublicModel):
    """A look at the plan together. Never changed: a correction is a review that names the one it mends."""

    access = plan_access("cases_planreview", "cases_plan", "plan_id")

    plan = TenantForeignKey(Plan, related_name="reviews", db_index=False)
    case = TenantForeignKey(Case, related_name="+", db_index=False)
    held_on = models.DateField()
    present = models.CharField("who was there", max_length=300)
    changed = models.TextField("what has changed")
    following = models.TextField("what comes next")
    corrects = TenantForeignKey("self", null=True, blank=True, related_name="corrections", db_index=False)
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(PublicModel.Meta):
        ordering = ("-held_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "corrects"], name="cases_planreview_corrected_once"),
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_planreview_submission"),
        ]
        indexes = [
            models.Index(fields=["tenant", "case", "-held_on"], name="cases_planreview_case"),
            models.Index(fields=["tenant", "plan", "-held_on"], name="cases_planreview_plan"),
        ]


class GoalScore(TenantModel):
    """Where the pupil stood with one goal at one review, from 0 to 10."""

    access = plan_access("cases_goalscore", "cases_goal", "goal_id")

    review = TenantForeignKey(PlanReview, related_name="scores", db_index=False)
    goal = TenantForeignKey(Goal, related_name="scores")
    case = TenantForeignKey(Case, related_name="+", db_index=False)
    score = models.PositiveSmallIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "review", "goal"], name="cases_goalscore_once"),
            _score("score"),
        ]


class GoalSession(TenantModel):
    """A session that was for a goal."""

    access = plan_access("cases_goalsession", "cases_goal", "goal_id", remove=("case.change",), guest=None)

    goal = TenantForeignKey(Goal, related_name="sessions", db_index=False)
    intervention = TenantForeignKey(Intervention, related_name="goals")
    case = TenantForeignKey(Case, related_name="+", db_index=False)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "goal", "intervention"], name="cases_goalsession_once"),
        ]
