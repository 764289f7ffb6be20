"""What everybody who opens a case must know before anything else, as words in its bar."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from apst.tenancy.context import Member
from cases.models import Case

from .reintegration import is_check_overdue


@dataclass(frozen=True)
class Flag:
    """A few words, a colour of the tags, and where they lead ("" for nowhere)."""

    text: str
    colour: str
    href: str = ""


def _state(case: Case, member: Member) -> list[Flag]:
    flags = [Flag("Restricted", "red")] if case.restricted else []
    return flags if case.is_open else [*flags, Flag("Ended", "grey")]


def _way_back(case: Case, member: Member) -> list[Flag]:
    if not member.may("plan.view") or not is_check_overdue(case):
        return []
    return [Flag("Way back to be checked", "orange", reverse("cases:case-reintegration", args=[case.public_id]))]


# Each asks at most one question of the database.
FLAGS: Final[tuple[Callable[[Case, Member], list[Flag]], ...]] = (_state, _way_back)


def flags_of(case: Case, member: Member) -> list[Flag]:
    """Give the flags of a case for a reader, the gravest first."""
    return [flag for ask in FLAGS for flag in ask(case, member)]
