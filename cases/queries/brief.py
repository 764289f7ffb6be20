"""The case on one page, for the colleague who comes on Thursdays."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.timezone import localdate

from apst.codelists import label
from apst.people.queries import facts_on, year_group
from apst.tenancy.context import Member
from cases.models import Case

from . import timeline
from .cases import team_now
from .flags import flags_of
from .happenings import KINDS
from .plans import current_reviews, goal_lines, plan_of
from .reviews import next_review
from .timeline import Entry

LATEST: Final = 6
MOST_WORDS: Final = 60


@dataclass(frozen=True)
class Part:
    """A part of the brief that another kind of record brings: a heading and its lines."""

    title: str
    lines: list[str]


def _goals(case: Case, member: Member) -> Part | None:
    plan = plan_of(case) if member.may("plan.view") else None
    if plan is None:
        return None
    lines = [line for line in goal_lines(plan, list(current_reviews(plan))) if line.goal.is_active][:LATEST]
    return Part("Goals", [f"{line.finding} {line.goal.text}" for line in lines]) if lines else None


# Each asks few questions and gives None where it has nothing to say.
PARTS: Final[tuple[Callable[[Case, Member], Part | None], ...]] = (_goals,)


def brief_of(case: Case, member: Member) -> dict[str, Any]:
    """Give what the case's brief shows to a member: nothing of it is more than they may read."""
    today = localdate()
    latest = timeline.page_of(case, member, KINDS, size=LATEST).entries
    return {
        "case": case,
        "pupil": case.pupil,
        "year": year_group(case.pupil, today),
        "tier": label("tiers", case.tier),
        "flags": flags_of(case, member),
        "team": [(str(row.post), row.get_part_display()) for row in team_now(case)],
        "facts": _facts(case),
        "why": [label("referral_reasons", code) for code in case.referral.reasons] if case.referral else [],
        "review": next_review(case),
        "parts": [part for ask in PARTS if (part := ask(case, member))],
        "latest": [(entry, _short(entry.text)) for entry in _once(map(_on_paper, latest))],
        "on": today,
    }


def _facts(case: Case) -> list[str]:
    facts = facts_on([case.pupil], localdate())[case.pupil_id]
    words = [
        label("sen_provision", facts.get("sen_provision")),
        label("sen_needs", facts.get("sen_primary_need")),
        label("csc_status", facts.get("csc_status")),
    ]
    return [word for word in words if word]


def _on_paper(entry: Entry) -> Entry:
    """Paper is left lying about: of what is restricted only that it exists, whoever prints it."""
    if not entry.restricted:
        return entry
    return replace(entry, title="Restricted entry", text="", lines=[], earlier=[])


def _once(entries: Iterable[Entry]) -> list[Entry]:
    """Of several restricted entries of one day by one person, which say nothing, keep one."""
    kept: dict[object, Entry] = {}
    for entry in entries:
        kept.setdefault((entry.at, entry.by) if entry.restricted else len(kept), entry)
    return list(kept.values())


def _short(text: str) -> str:
    words = text.split()
    return " ".join(words) if len(words) <= MOST_WORDS else " ".join(words[:MOST_WORDS]) + " …"
