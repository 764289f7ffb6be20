"""What there is to tell and to show: packages that know more register it here, as kinds of work are.

Nothing that is registered gives a name: a kind gives the address of what it is about, a count its number, an event a
title such as "Group session".
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from apst.tenancy.context import Member

# Those who look at Today each day are told each day; the others see whether there is anything once a week.
DIGEST_BY_ROLE: Final = {
    "manager": "daily",
    "specialist": "daily",
    "dsl": "daily",
    "coordinator": "daily",
    "slt": "weekly",
    "ig_lead": "weekly",
    "school_staff": "never",
    "partner": "never",
}


@dataclass(frozen=True)
class Kind:
    """Something that is told at once.

    words    as the choice and the email say it
    offered  who may choose it at all
    roles    who is told unless they choose otherwise
    where    the address of what it is about, for a member who sees that; "" for one who does not
    always   nobody can choose not to be told
    """

    code: str
    words: str
    offered: Callable[[Member], bool]
    roles: frozenset[str]
    where: Callable[[Member, str], str]
    always: bool = False


@dataclass(frozen=True)
class Line:
    """One line of Today's counts and of the digest; `href` is an address on this site."""

    label: str
    value: int
    href: str


@dataclass(frozen=True)
class Event:
    """Something in a calendar. `uid` names it for good; without a time it lasts the whole day."""

    uid: str
    title: str
    day: dt.date
    starts_at: dt.time | None = None
    minutes: int = 60


KINDS: Final[dict[str, Kind]] = {}
_digests: Final[list[Callable[[Member], Iterable[Line]]]] = []
_calendars: Final[list[Callable[[Member, dt.date, dt.date], Iterable[Event]]]] = []


def instant(kind: Kind) -> None:
    """Register something that is told at once."""
    KINDS[kind.code] = kind


def counted(source: Callable[[Member], Iterable[Line]]) -> None:
    """Register what counts for a member's digest: in their own scope."""
    _digests.append(source)


def planned(source: Callable[[Member, dt.date, dt.date], Iterable[Event]]) -> None:
    """Register what stands in a member's calendar from a day to a day: in their own scope."""
    _calendars.append(source)


def lines_of(member: Member) -> list[Line]:
    """Give the lines of a member's digest, those that count nothing left out."""
    return [line for source in _digests for line in source(member) if line.value]


def events_of(member: Member, first: dt.date, last: dt.date) -> list[Event]:
    """Give what stands in a member's calendar from a day to a day, in order."""
    found = [event for source in _calendars for event in source(member, first, last)]
    return sorted(found, key=lambda event: (event.day, event.starts_at or dt.time(), event.uid))
