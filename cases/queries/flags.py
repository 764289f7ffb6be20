"""What everybody who opens a case must know before anything else, as words in its bar."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.timezone import localdate, localtime

from apst.tenancy.context import Member
from cases.models import Case, CaseDecision, RiskJudgement

from .exclusions import day_six_told
from .missed import missed_in_a_row
from .reintegration import is_check_overdue
from .risks import missing_now, standing


@dataclass(frozen=True)
class Flag:
    """A few words, a colour of the tags, and where they lead ("" for nowhere)."""

    text: str
    colour: str
    href: str = ""


def _state(case: Case, member: Member) -> list[Flag]:
    flags = [Flag("Restricted", "red")] if case.restricted else []
    return flags if case.is_open else [*flags, Flag("Ended", "grey")]


def _missed(case: Case, member: Member) -> list[Flag]:
    if not case.is_open or not (member.may("case.view") or member.may("intervention.log")):
        return []
    return [
        Flag(found.words, "orange", reverse("cases:case-sessions", args=[case.public_id]))
        for found in missed_in_a_row([case.pk]).values()
    ]


def _risk(case: Case, member: Member) -> list[Flag]:
    """What somebody about to meet the child must know: missing now, and where a risk is high."""
    if not member.may("case.view"):
        return []
    page = reverse("cases:case-risk", args=[case.public_id])
    high = [row.get_area_display().lower() for row in standing(case) if row.level == RiskJudgement.Level.HIGH]
    return [Flag(f"High risk: {', '.join(high)}", "red", page)] if high else []


def _missing(case: Case, member: Member) -> list[Flag]:
    if not member.may("case.view") or (episode := missing_now(case)) is None:
        return []
    page = reverse("cases:case-risk", args=[case.public_id])
    return [Flag(f"Missing since {localtime(episode.missing_from):%-d %b, %H:%M}", "red", page)]


def _way_back(case: Case, member: Member) -> list[Flag]:
    if not member.may("plan.view") or not is_check_overdue(case):
        return []
    return [Flag("Way back to be checked", "orange", reverse("cases:case-reintegration", args=[case.public_id]))]


def _day_six(case: Case, member: Member) -> list[Flag]:
    if not case.is_open or not member.may("case.view") or (due := day_six_told(case.pupil_id)) is None:
        return []
    words = f"Day 6 was {due:%-d %b}" if due < localdate() else f"Day 6: {due:%-d %b}"
    return [Flag(words, "red", reverse("cases:case-clocks", args=[case.public_id]))]


def closing_decided(case: Case) -> CaseDecision | None:
    """Give the decision to close an open case, until a later one stands in its place."""
    if not case.is_open:
        return None
    latest = CaseDecision.objects.filter(case=case).select_related("decided_by").order_by("-decided_at", "-pk").first()
    return latest if latest and latest.outcome == CaseDecision.Outcome.CLOSE else None


def _closing(case: Case, member: Member) -> list[Flag]:
    if closing_decided(case) is None:
        return []
    may = member.may("case.close")
    return [Flag("Closing proposed", "purple", reverse("cases:case-close", args=[case.public_id]) if may else "")]


# Each asks at most one question of the database.
FLAGS: Final[tuple[Callable[[Case, Member], list[Flag]], ...]] = (
    _state, _missing, _day_six, _risk, _missed, _way_back, _closing,
)  # fmt: skip


def flags_of(case: Case, member: Member) -> list[Flag]:
    """Give the flags of a case for a reader, the gravest first."""
    return [flag for ask in FLAGS for flag in ask(case, member)]
