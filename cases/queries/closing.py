"""What is looked at before a case is closed: a list of questions, each answered by the record itself.

Nothing blocks a closing. Where something is open, whoever closes says in a sentence what happens with it.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from apst.codelists import label
from apst.tenancy.context import Member, current
from cases.models import Case, CaseEnding, GoalStep, Note, Plan, PlannedSession, PlanReview

from .onward import onward_of
from .risks import links_of, missing_now, safety_plan_now, standing
from .timeline import Entry, Kind

REVIEWED_WITHIN_DAYS: Final = 42


@dataclass(frozen=True)
class Open:
    """Something that is still open, and where it can be seen."""

    text: str
    href: str


@dataclass(frozen=True)
class Check:
    """One question before a closing. open_now gives what is still open; nothing where all is well."""

    code: str
    words: str
    open_now: Callable[[Case], list[Open]]


@dataclass(frozen=True)
class Answer:
    """What a check found."""

    check: Check
    open: list[Open]


def _page(case: Case, name: str) -> str:
    return reverse(f"cases:{name}", args=[case.public_id])


def _steps(case: Case) -> list[Open]:
    steps = GoalStep.objects.filter(case=case, done_on__isnull=True, removed_at__isnull=True)
    count = steps.filter(goal__ended_on__isnull=True).count()
    words = "One step of the plan is not done" if count == 1 else f"{count} steps of the plan are not done"
    return [Open(words, _page(case, "case-plan"))] if count else []


def _review(case: Case) -> list[Open]:
    plan = Plan.objects.filter(case=case).first()
    if plan is None:
        return []
    last = PlanReview.objects.filter(case=case).order_by("-held_on").values_list("held_on", flat=True).first()
    if last and last >= localdate() - dt.timedelta(days=REVIEWED_WITHIN_DAYS):
        return []
    words = f"The plan was last reviewed on {last:%-d %B %Y}" if last else "The plan was never reviewed"
    return [Open(words, _page(case, "case-plan"))]


def _missing(case: Case) -> list[Open]:
    return [Open("The pupil is recorded as missing", _page(case, "case-risk"))] if missing_now(case) else []


def _handed_over(case: Case) -> list[Open]:
    found = []
    if any(row.level in ("medium", "high") for row in standing(case)):
        found.append(Open("A risk stands at medium or high", _page(case, "case-risk")))
    if safety_plan_now(case):
        found.append(Open("There is a safety plan: who keeps it now?", _page(case, "case-risk")))
    if links_of(case.pupil):
        found.append(Open("There is somebody from whom the pupil is to be kept apart", _page(case, "case-risk")))
    return found


def _planned(case: Case) -> list[Open]:
    ahead = PlannedSession.objects.open().filter(places__case=case, planned_on__gte=localdate())
    count = ahead.distinct().count()
    words = "One session is still planned" if count == 1 else f"{count} sessions are still planned"
    return [Open(words, _page(case, "case-sessions"))] if count else []


def _onward(case: Case) -> list[Open]:
    waiting = sum(not one.is_over for one in onward_of(case.pupil_id))
    words = "One onward referral has no outcome" if waiting == 1 else f"{waiting} onward referrals have no outcome"
    return [Open(words, _page(case, "case-assessments"))] if waiting else []


def _voice(case: Case) -> list[Open]:
    # Who reads no notes cannot tell, and is not asked.
    if not current().may("note.view") or Note.objects.filter(case=case, kind=Note.Kind.VOICE).exists():
        return []
    return [Open("What the pupil or the family say of it is nowhere recorded", _page(case, "case-detail"))]


# Each package adds its own questions; each asks few questions of the database.
CHECKS: Final[tuple[Check, ...]] = (
    Check("steps", "Is everything done that was planned?", _steps),
    Check("review", "Was the plan reviewed?", _review),
    Check("planned", "Is no session planned any more?", _planned),
    Check("onward", "Does every onward referral have an outcome?", _onward),
    Check("voice", "Were the pupil and the family asked?", _voice),
    Check("missing", "Is it known where the pupil is?", _missing),
    Check("handed_over", "Do those who go on know the risks, the safety plan and whom to keep apart?", _handed_over),
)


def answers(case: Case) -> list[Answer]:
    """Give every check with what is open, as whoever closes sees it."""
    return [Answer(check, check.open_now(case)) for check in CHECKS]


def left_open(case: Case) -> list[str]:
    """Give the codes of the checks that find something open."""
    return [answer.check.code for answer in answers(case) if answer.open]


def check_words(code: str) -> str:
    """Give the question of a check by its code."""
    return next((check.words for check in CHECKS if check.code == code), code)


def _endings(case: Case) -> QuerySet[Any, Any]:
    return CaseEnding.objects.filter(case=case).annotate(moment=F("done_at"))


def _ending_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    said = {}
    for row in CaseEnding.objects.filter(public_id__in=rows).select_related("done_by"):
        lines = [label("case_end_reasons", row.reason)] if row.reason else []
        if row.destination:
            lines.append(f"Goes to: {label('destinations', row.destination).lower()}")
        lines += [f"Left open: {check_words(code)}" for code in row.left_open]
        closed = row.act == CaseEnding.Act.CLOSED
        said[row.public_id] = Entry(
            title="Case closed" if closed else "Case opened again",
            at=row.day,
            written_at=row.done_at,
            by=row.done_by.name if row.done_by else "",
            by_id=row.done_by_id,
            text=row.said,
            lines=lines,
            tag={"text": "Closed" if closed else "Reopened", "colour": "grey"},
        )
    return said


ENDINGS: Final = Kind("ending", "Closed and reopened", _endings, _ending_entries)
