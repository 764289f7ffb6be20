"""Everything that happened on a case, in one order: the latest first, page by page.

Each kind of entry brings two functions: where its rows lie in time, and what they say. One statement finds the page
over all kinds, so that two thousand entries cost what twenty do; then each kind that is on the page says its own.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.db.models import CharField, Q, QuerySet, Value
from django.utils.dateparse import parse_date, parse_datetime

from apst.tenancy.context import Member
from cases.models import Case

PAGE: Final = 25


@dataclass(frozen=True)
class Entry:
    """One entry as a page shows it.

    at      the day, or the moment, it is about;  written_at  when it was recorded, which says whether it is new
    text    what the reader may read, "" where they may not;  lines  further lines under it
    tag     {"text", "colour"};  earlier  earlier versions of the text: (when and by whom, text)
    category  the data category that the entry shows, for the access log
    restricted  not everybody who sees the case reads it: it stands on no paper and in no file
    """

    title: str
    at: dt.date
    written_at: dt.datetime
    by: str = ""
    by_id: int | None = None
    text: str = ""
    lines: list[str] = field(default_factory=list)
    href: str = ""
    tag: dict[str, str] | None = None
    earlier: list[tuple[str, str]] = field(default_factory=list)
    category: str = "intervention"
    restricted: bool = False
    kind: str = ""
    is_new: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of entry.

    code     stands in the address of a filter;  words  what the filter calls it
    rows     the rows of a case, with `day` (date), `moment` (datetime) and `public_id`, as a queryset of dicts
    entries  what the given rows say to a member, by public id, in a number of queries that does not grow
    """

    code: str
    words: str
    rows: Callable[[Case], QuerySet[Any, Any]]
    entries: Callable[[Case, list[uuid.UUID], Member], dict[uuid.UUID, Entry]]


@dataclass(frozen=True)
class TimelinePage:
    """One page; `older` and `newer` are the keys of the pages beside it, "" where there is none."""

    entries: list[Entry]
    older: str
    newer: str


_from_later: Final[list[Kind]] = []  # of packages that know cases, as they register them


def also(kind: Kind) -> None:
    """Register a kind of entry that a later package brings."""
    if kind not in _from_later:
        _from_later.append(kind)


def also_there() -> list[Kind]:
    """Give the kinds that later packages brought."""
    return list(_from_later)


Key = tuple[dt.date, dt.datetime, uuid.UUID]


def page_of(
    case: Case, member: Member, kinds: Iterable[Kind], *, after: str = "", before: str = "", size: int = PAGE
) -> TimelinePage:
    """Give one page of a case's timeline, latest first. after, before: keys of an earlier page, "" for the first."""
    kinds = list(kinds)
    key, backwards = _read(after or before), bool(before and not after)
    found = _page(case, kinds, key, backwards=backwards, size=size + 1)
    more = len(found) > size
    rows = found[:size][::-1] if backwards and key else found[:size]
    if not rows:
        return TimelinePage([], "", "")
    has_newer, has_older = (more, True) if backwards and key else (key is not None, more)
    return TimelinePage(
        _said(case, member, kinds, rows),
        older=_write(rows[-1]) if has_older else "",
        newer=_write(rows[0]) if has_newer else "",
    )


def categories(entries: Iterable[Entry]) -> set[str]:
    """Give the data categories that the entries show."""
    return {entry.category for entry in entries}


def _page(case: Case, kinds: list[Kind], key: Key | None, *, backwards: bool, size: int) -> list[dict[str, Any]]:
    order = ("day", "moment", "public_id") if backwards and key else ("-day", "-moment", "-public_id")
    parts = []
    for kind in kinds:
        rows = kind.rows(case).annotate(of_kind=Value(kind.code, output_field=CharField()))
        if key:
            rows = rows.filter(_beyond(key, "gt" if backwards else "lt"))
        parts.append(rows.order_by(*order).values("of_kind", "day", "moment", "public_id")[:size])
    if not parts:
        return []
    first, *others = parts
    whole = first.union(*others, all=True).order_by(*order) if others else first
    return list(whole[:size])


def _beyond(key: Key, way: str) -> Q:
    day, moment, public_id = key
    return Q(**{f"day__{way}e": day}) & (  # the first term alone is what an index answers
        Q(**{f"day__{way}": day})
        | Q(**{f"moment__{way}": moment})
        | Q(moment=moment, **{f"public_id__{way}": public_id})
    )


def _said(case: Case, member: Member, kinds: list[Kind], rows: list[dict[str, Any]]) -> list[Entry]:
    said: dict[uuid.UUID, Entry] = {}
    for kind in kinds:
        mine = [row["public_id"] for row in rows if row["of_kind"] == kind.code]
        if mine:
            found = kind.entries(case, mine, member)
            said |= {public_id: replace(entry, kind=kind.code) for public_id, entry in found.items()}
    # What was there when the page was found and is hidden from this reader has nothing to say.
    return [said[row["public_id"]] for row in rows if row["public_id"] in said]


def _write(row: dict[str, Any]) -> str:
    return f"{row['day'].isoformat()}_{row['moment'].isoformat()}_{row['public_id']}"


def _read(text: str) -> Key | None:
    try:
        day, moment, public_id = text.replace(" ", "+").split("_")
        read, at, row = parse_date(day), parse_datetime(moment), uuid.UUID(public_id)
    except ValueError:
        return None
    return (read, at, row) if read and at and at.tzinfo else None
