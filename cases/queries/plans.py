"""Reading a case's plan: goals with their scores, steps and sessions, its reviews, and when it is looked at next."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.utils.timezone import localdate

from apst.places.calendar import SchoolCalendar
from cases.models import Case, Goal, GoalScore, GoalSession, GoalStep, Intervention, Plan, PlanReview, PlanVersion
from cases.review_dates import ReviewDates
from referrals.models import Targets
from referrals.queries import targets

from .interventions import whole


def plan_of(case: Case) -> Plan | None:
    """Give the plan of a case, None where it has none yet."""
    return Plan.objects.filter(case=case).select_related("written_by").first()


def current_reviews(plan: Plan) -> QuerySet[PlanReview]:
    """Give the reviews of a plan that stand, the last first: a corrected one gives way to its correction."""
    corrected = PlanReview.objects.filter(corrects=OuterRef("pk"))
    return PlanReview.objects.filter(~Exists(corrected), plan=plan).order_by("-held_on", "-id")


def next_review(case: Case) -> dt.date | None:
    """Give the day by which a case's plan is due to be looked at next, which may be past; None without a plan.

    A case that has ended has none. One query, and the calendar's.
    """
    if not case.is_open:
        return None
    corrected = PlanReview.objects.filter(corrects=OuterRef("pk"))
    standing = PlanReview.objects.filter(~Exists(corrected), plan=OuterRef("pk")).order_by("-held_on", "-pk")
    row = (
        Plan.objects.filter(case=case)
        .annotate(
            last=Subquery(standing.values("held_on")[:1]),
            weeks=Subquery(Targets.objects.values("plan_review_weeks")[:1]),
        )
        .values_list("starts_on", "last", "weeks")
        .first()
    )
    if row is None:
        return None
    starts_on, last, weeks = row
    dates = ReviewDates(SchoolCalendar.of(), weeks or Targets.of_installation().plan_review_weeks)
    return dates.next(starts_on, last)


@dataclass(frozen=True)
class GoalLine:
    """A goal as pages show it. scores: those of the reviews that stand, by review, oldest first."""

    goal: Goal
    scores: list[tuple[PlanReview, int]]
    steps: list[GoalStep]
    sessions: int

    @property
    def latest(self) -> int | None:
        """The last score, else the first one."""
        return self.scores[-1][1] if self.scores else self.goal.baseline

    @property
    def finding(self) -> str:
        """In one sentence where the pupil stands."""
        if self.latest is None:
            return "Not scored yet."
        if not self.scores or self.goal.baseline is None:
            return f"{self.latest} out of 10."
        moved = self.latest - self.goal.baseline
        words = (
            "the same as at the start" if not moved else f"{'up' if moved > 0 else 'down'} from {self.goal.baseline}"
        )
        return f"{self.latest} out of 10, {words}."


def goal_lines(plan: Plan, reviews: list[PlanReview]) -> list[GoalLine]:
    """Give a plan's goals, those worked on first. reviews: those that stand. Three queries."""
    steps = GoalStep.objects.filter(removed_at__isnull=True).select_related("owner__specialist").order_by("pk")
    deleted = Intervention.objects.filter(pk=OuterRef("sessions__intervention"), deleted_at__isnull=False)
    goals = (
        Goal.objects.filter(plan=plan)
        .prefetch_related(Prefetch("steps", steps), Prefetch("scores", GoalScore.objects.order_by("pk")))
        .annotate(session_count=Count("sessions", filter=~Exists(deleted)))
        .order_by("pk")
    )
    in_order = sorted(reviews, key=lambda review: (review.held_on, review.pk))
    lines = [GoalLine(goal, _scores(goal, in_order), list(goal.steps.all()), goal.session_count) for goal in goals]
    return sorted(lines, key=lambda line: not line.goal.is_active)


def _scores(goal: Goal, reviews: list[PlanReview]) -> list[tuple[PlanReview, int]]:
    found = {score.review_id: score.score for score in goal.scores.all()}
    return [(review, found[review.pk]) for review in reviews if review.pk in found]


@dataclass(frozen=True)
class ReviewLine:
    """A review that stands, with the goals' scores, and what it said before it was corrected, the last first."""

    review: PlanReview
    scores: list[tuple[str, int]]
    earlier: list["ReviewLine"]


def review_lines(plan: Plan) -> list[ReviewLine]:
    """Give the reviews of a plan that stand, the last first, each with its earlier versions. Two queries."""
    scores = Prefetch("scores", GoalScore.objects.select_related("goal").order_by("goal"))
    rows = {
        row.pk: row
        for row in PlanReview.objects.filter(plan=plan).select_related("written_by").prefetch_related(scores)
    }
    corrected = {row.corrects_id for row in rows.values()}

    def line(row: PlanReview) -> ReviewLine:
        before = rows.get(row.corrects_id or 0)
        older = line(before) if before else None
        return ReviewLine(
            row,
            [(score.goal.text, score.score) for score in row.scores.all()],
            [older, *older.earlier] if older else [],
        )

    standing = [row for row in rows.values() if row.pk not in corrected]
    return [line(row) for row in sorted(standing, key=lambda row: (row.held_on, row.pk), reverse=True)]


def readable(content: dict[str, Any]) -> dict[str, Any]:
    """Give what a version keeps with its dates as dates and its states in words, for a page."""

    def day(text: str) -> dt.date | None:
        return dt.date.fromisoformat(text) if text else None

    return {
        **content,
        "starts_on": day(content.get("starts_on", "")),
        "goals": [
            {
                **goal,
                "state": Goal.State(goal["state"]).label,
                "steps": [
                    {**step, "due_on": day(step["due_on"]), "done_on": day(step["done_on"])} for step in goal["steps"]
                ],
            }
            for goal in content.get("goals", [])
        ],
    }


def sessions_for(goal: Goal) -> list[Intervention]:
    """Give the sessions that were for a goal, the last first."""
    mine = GoalSession.objects.filter(goal=goal).values("intervention")
    return list(whole(Intervention.objects.kept().filter(pk__in=mine)).order_by("-held_on", "-pk"))


def content_of(plan: Plan) -> dict[str, Any]:
    """Give the plan as its versions keep it: words and dates, no ids."""
    reviews = list(current_reviews(plan))
    return {
        "starts_on": plan.starts_on.isoformat(),
        "hopes": plan.hopes,
        "family_words": plan.family_words,
        "aim": plan.aim,
        "goals": [
            {
                "text": line.goal.text,
                "own_words": line.goal.own_words,
                "state": line.goal.state,
                "baseline": line.goal.baseline,
                "latest": line.latest,
                "steps": [
                    {
                        "text": step.text,
                        "who": step.who,
                        "due_on": step.due_on.isoformat() if step.due_on else "",
                        "done_on": step.done_on.isoformat() if step.done_on else "",
                    }
                    for step in line.steps
                ],
            }
            for line in goal_lines(plan, reviews)
        ],
    }


def versions_of(plan: Plan, *, most: int = 200) -> list[PlanVersion]:
    """Give the last versions of a plan, newest first, without what they hold."""
    return list(plan.versions.select_related("made_by").defer("content").order_by("-number")[:most])


def intervention_types_for(plan: Plan) -> dict[int, set[str]]:
    """Give goal id -> the types of the sessions that were for it, as far as the reader sees those sessions."""
    found: dict[int, set[str]] = {}
    links = GoalSession.objects.filter(goal__plan=plan, intervention__deleted_at__isnull=True)
    for goal_id, kind in links.values_list("goal_id", "intervention__intervention_type").distinct():
        found.setdefault(goal_id, set()).add(kind)
    return found


def goals_for(session: Intervention) -> list[tuple[Case, list[tuple[Goal, bool]]]]:
    """Give, for each case that a session names, its active goals and those it was for already, each with whether."""
    linked = set(GoalSession.objects.filter(intervention=session).values_list("goal_id", flat=True))
    places = [place for place in session.places.all() if place.case_id]
    cases = {place.case_id: place for place in places}
    rows = Goal.objects.filter(case__in=list(cases)).select_related("case__pupil").order_by("case", "pk")
    found: dict[int, tuple[Case, list[tuple[Goal, bool]]]] = {}
    for goal in rows:
        if goal.is_active or goal.pk in linked:
            found.setdefault(goal.case_id, (goal.case, []))[1].append((goal, goal.pk in linked))
    return list(found.values())


@dataclass(frozen=True)
class DueReview:
    """An open case with a plan, and the day by which it is due to be looked at."""

    case: Case
    due_on: dt.date

    @property
    def is_overdue(self) -> bool:
        """True once the day is past."""
        return self.due_on < localdate()


def reviews_due(*, until: dt.date, first_weeks: int | None = None) -> list[DueReview]:
    """Give the open cases whose plan is due to be looked at on or before a day, the longest overdue first.

    first_weeks  after how many weeks a plan is looked at first; None: as the taskforce says
    Four queries at most, whatever the number of cases.
    """
    dates = ReviewDates(SchoolCalendar.of(), first_weeks or targets().plan_review_weeks)
    corrected = PlanReview.objects.filter(corrects=OuterRef("pk"))
    last: dict[int, dt.date] = {}
    for plan_id, held_on in PlanReview.objects.filter(~Exists(corrected)).values_list("plan_id", "held_on"):
        last[plan_id] = max(held_on, last.get(plan_id, held_on))
    plans = Plan.objects.filter(case__ended_on__isnull=True).select_related("case__pupil", "case__lead__specialist")
    due = [DueReview(plan.case, dates.next(plan.starts_on, last.get(plan.pk))) for plan in plans]
    return sorted((one for one in due if one.due_on <= until), key=lambda one: (one.due_on, one.case.pk))
