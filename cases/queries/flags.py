"""What everybody who opens a case must know before anything else, as words in its bar."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from apst.tenancy.context import Member
from cases.models import Case

from .missed import missed_in_a_row


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


# Each asks at most one question of the database.
FLAGS: Final[tuple[Callable[[Case, Member], list[Flag]], ...]] = (_state, _missed)


def flags_of(case: Case, member: Member) -> list[Flag]:
    """Give the flags of a case for a reader, the gravest first."""
    return [flag for ask in FLAGS for flag in ask(case, member)]
