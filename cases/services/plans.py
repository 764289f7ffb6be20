"""The support plan: starting and changing it, its goals and steps. Every change keeps the plan as it stood after it."""

import datetime as dt
import uuid
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F, Model
from django.db.models.functions import Now
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.accounts.services import discard_draft
from apst.people.models import Post
from apst.tenancy.context import name_act
from cases.exceptions import (
    CaseEnded,
    ChangedMeanwhile,
    GoalNotOfCase,
    OwnerNeeded,
    PlanInFuture,
    PlanThere,
    ScoreOutOfRange,
)
from cases.models import Case, Goal, GoalSession, GoalStep, Intervention, InterventionPlace, Plan, PlanVersion
from cases.models.plans import HIGHEST, LOWEST
from cases.queries.plans import content_of

from .once import sent_before

Row = TypeVar("Row", bound=Model)


def draft_of(case: Case, form: str) -> str:
    """The name of a draft of one case's form."""
    return f"{form}-{case.public_id}"


def require_open(case: Case) -> None:
    """Raise CaseEnded unless the case is open now."""
    if not Case.objects.open().filter(pk=case.pk).exists():
        raise CaseEnded


def check_score(score: int | None) -> None:
    """Raise ScoreOutOfRange unless a score is 0 to 10, or none."""
    if score is not None and not LOWEST <= score <= HIGHEST:
        raise ScoreOutOfRange


def locked(row: Row, version: int | None) -> Row:
    """Lock a row to change it; raises ChangedMeanwhile where its version is another, or it is gone."""
    found = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
    if found is None or (version is not None and found.version != version):  # type: ignore[attr-defined]  # each has one
        raise ChangedMeanwhile
    return found


def changed(row: Row, **fields: Any) -> Row:
    """Write the fields and count the row's version on."""
    type(row)._default_manager.filter(pk=row.pk).update(**fields, version=F("version") + 1)
    row.refresh_from_db()
    return row


def keep_version(plan: Plan, said: str, *, minor: bool = False, by: Membership | None) -> PlanVersion:
    """Keep the plan as it stands now under its next number. said: what was changed, in words."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    last = plan.versions.values_list("number", flat=True).first()
    if last is not None:
        plan = changed(plan)
    return PlanVersion.objects.create(
        plan=plan,
        case_id=plan.case_id,
        number=plan.version,
        said=said[:300],
        minor=minor,
        content=content_of(plan),
        made_on=localdate(),
        made_by=by,
    )


@transaction.atomic
def start_plan(
    case: Case, *, starts_on: dt.date, hopes: str = "", family_words: str = "", aim: str = "", by: Membership | None
) -> Plan:
    """Start the plan of a case. Raises PlanThere, PlanInFuture, CaseEnded."""
    require_open(case)
    if not case.opened_on <= starts_on <= localdate():
        raise PlanInFuture
    name_act("plan.start")
    try:
        with transaction.atomic():
            plan = Plan.objects.create(
                case=case, starts_on=starts_on, hopes=hopes, family_words=family_words, aim=aim, written_by=by
            )
    except IntegrityError:
        raise PlanThere from None
    keep_version(plan, "Plan started", by=by)
    if by:
        discard_draft(draft_of(case, "plan"))
    return plan


@transaction.atomic
def change_plan(
    plan: Plan,
    *,
    starts_on: dt.date,
    hopes: str,
    family_words: str,
    aim: str,
    version: int | None,
    by: Membership | None,
) -> Plan:
    """Change what the plan says as a whole. Raises PlanInFuture, CaseEnded, ChangedMeanwhile."""
    require_open(plan.case)
    if not plan.case.opened_on <= starts_on <= localdate():
        raise PlanInFuture
    found = locked(plan, version)
    name_act("plan.change")
    wanted = {"starts_on": starts_on, "hopes": hopes, "family_words": family_words, "aim": aim}
    if any(getattr(found, name) != value for name, value in wanted.items()):
        Plan.objects.filter(pk=found.pk).update(**wanted)
        keep_version(found, "Plan changed", by=by)
    if by:
        discard_draft(draft_of(plan.case, "plan"))
    found.refresh_from_db()
    return found


@transaction.atomic
def add_goal(
    plan: Plan,
    *,
    text: str,
    own_words: str = "",
    baseline: int | None = None,
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> Goal:
    """Add a goal; a form sent twice gives the first one's. Raises ScoreOutOfRange, CaseEnded.

    baseline  where the pupil stands today, 0 to 10; None while nobody has asked
    """
    if sent := sent_before(Goal, submission_key):
        return sent
    require_open(plan.case)
    check_score(baseline)
    name_act("goal.add")
    goal = Goal.objects.create(
        plan=plan,
        case_id=plan.case_id,
        text=text,
        own_words=own_words,
        baseline=baseline,
        baseline_on=localdate() if baseline is not None else None,
        submission_key=submission_key,
    )
    keep_version(plan, f"Goal added: {text}", by=by)
    if by:
        discard_draft(draft_of(plan.case, "goal"))
    return goal


@transaction.atomic
def change_goal(
    goal: Goal, *, text: str, own_words: str, baseline: int | None, version: int | None, by: Membership | None
) -> Goal:
    """Change a goal's words or its first score. Raises ScoreOutOfRange, CaseEnded, ChangedMeanwhile."""
    require_open(goal.case)
    check_score(baseline)
    found = locked(goal, version)
    name_act("goal.change")
    wanted: dict[str, Any] = {"text": text, "own_words": own_words}
    if baseline != found.baseline:
        wanted |= {"baseline": baseline, "baseline_on": None if baseline is None else localdate()}
    if any(getattr(found, name) != value for name, value in wanted.items()):
        found = changed(found, **wanted)
        keep_version(found.plan, f"Goal changed: {text}", by=by)
    return found


@transaction.atomic
def end_goal(goal: Goal, *, state: str, version: int | None, by: Membership | None) -> Goal:
    """Say that a goal was reached, or that work on it has stopped. Raises CaseEnded, ChangedMeanwhile."""
    require_open(goal.case)
    found = locked(goal, version)
    ended = Goal.State(state)
    name_act("goal.end")
    found = changed(found, state=ended, ended_on=localdate())
    keep_version(found.plan, f"Goal {ended.label.lower()}: {found.text}", by=by)
    return found


@transaction.atomic
def resume_goal(goal: Goal, *, version: int | None, by: Membership | None) -> Goal:
    """Work on a goal again: also the way to undo its end. Raises CaseEnded, ChangedMeanwhile."""
    require_open(goal.case)
    found = locked(goal, version)
    name_act("goal.resume")
    found = changed(found, state=Goal.State.ACTIVE, ended_on=None)
    keep_version(found.plan, f"Working again on: {found.text}", by=by)
    return found


@transaction.atomic
def add_step(
    goal: Goal,
    *,
    text: str,
    owner: Post | None = None,
    owner_words: str = "",
    due_on: dt.date | None = None,
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> GoalStep:
    """Add a step of a goal, done by a post or by somebody named in words. Raises OwnerNeeded, CaseEnded."""
    if sent := sent_before(GoalStep, submission_key):
        return sent
    require_open(goal.case)
    if not owner and not owner_words:
        raise OwnerNeeded
    name_act("step.add")
    step = GoalStep.objects.create(
        goal=goal,
        case_id=goal.case_id,
        text=text,
        owner=owner,
        owner_words="" if owner else owner_words,
        due_on=due_on,
        submission_key=submission_key,
    )
    keep_version(goal.plan, f"Step added: {text}", minor=True, by=by)
    return step


@transaction.atomic
def change_step(
    step: GoalStep,
    *,
    text: str,
    owner: Post | None,
    owner_words: str,
    due_on: dt.date | None,
    version: int | None,
    by: Membership | None,
) -> GoalStep:
    """Change a step. Raises OwnerNeeded, CaseEnded, ChangedMeanwhile."""
    require_open(step.case)
    if not owner and not owner_words:
        raise OwnerNeeded
    found = locked(step, version)
    name_act("step.change")
    found = changed(found, text=text, owner=owner, owner_words="" if owner else owner_words, due_on=due_on)
    keep_version(found.goal.plan, f"Step changed: {text}", minor=True, by=by)
    return found


@transaction.atomic
def tick_step(step: GoalStep, *, done: bool, by: Membership | None) -> GoalStep:
    """Say that a step is done, or that it is not after all. Ticked twice is ticked once."""
    require_open(step.case)
    found = locked(step, None)
    if (found.done_on is not None) == done:
        return found
    name_act("step.done" if done else "step.undone")
    return changed(found, done_on=localdate() if done else None)


@transaction.atomic
def remove_step(step: GoalStep, *, removed: bool = True, version: int | None, by: Membership | None) -> GoalStep:
    """Take a step out of the plan, or put it back. Raises CaseEnded, ChangedMeanwhile."""
    require_open(step.case)
    found = locked(step, version)
    name_act("step.remove" if removed else "step.restore")
    found = changed(found, removed_at=Now() if removed else None)
    keep_version(found.goal.plan, f"Step {'taken out' if removed else 'put back'}: {found.text}", minor=True, by=by)
    return found


@transaction.atomic
def link_goal(goal: Goal, sessions: list[Intervention], *, by: Membership | None) -> None:
    """Say which sessions were for a goal: exactly these of the case's. Raises GoalNotOfCase."""
    places = InterventionPlace.objects.filter(case=goal.case_id, intervention__in=sessions)
    if set(places.values_list("intervention", flat=True)) != {session.pk for session in sessions}:
        raise GoalNotOfCase
    name_act("goal.link")
    kept = set(GoalSession.objects.filter(goal=goal).values_list("intervention", flat=True))
    wanted = {session.pk for session in sessions}
    GoalSession.objects.filter(goal=goal, intervention__in=kept - wanted).delete()
    GoalSession.objects.bulk_create(
        GoalSession(goal=goal, intervention_id=pk, case_id=goal.case_id) for pk in sorted(wanted - kept)
    )


@transaction.atomic
def link_session(session: Intervention, goals: list[Goal], *, case: Case, by: Membership | None) -> None:
    """Say for which goals of a case a session was: exactly these. Raises GoalNotOfCase."""
    if any(goal.case_id != case.pk for goal in goals):
        raise GoalNotOfCase
    name_act("goal.link")
    kept = {link.goal_id: link for link in GoalSession.objects.filter(intervention=session, case=case)}
    wanted = {goal.pk for goal in goals}
    GoalSession.objects.filter(pk__in=[link.pk for pk, link in kept.items() if pk not in wanted]).delete()
    GoalSession.objects.bulk_create(
        GoalSession(goal=goal, intervention=session, case=case) for goal in goals if goal.pk not in kept
    )
