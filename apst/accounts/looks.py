"""Who looked: entries of the access log in words, filtered, and what is unusual about them. None names a pupil."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import Count, QuerySet
from django.utils.timezone import make_aware

from apst.audit.models import AccessEntry, AccessEntryPupil

from .models import Membership

PAGE: Final = 50
SCANNED: Final = 2000
SIGNS: Final = {
    "surname": "Has the pupil’s surname",
    "stranger": "Had no part in the case then",
    "many": "Opened many pupils’ records in a row",
    "hours": "Outside working hours",
}


@dataclass(frozen=True)
class Wanted:
    """Which entries are asked for; each None or "" where it does not matter. first, last: days, both included."""

    person: int | None = None
    category: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    refused: bool = False
    pupil: int | None = None


@dataclass(frozen=True)
class Look:
    """An entry of the access log in words."""

    number: int
    at: dt.datetime
    who: str
    address: str | None
    page: str
    categories: list[str]
    refused: bool
    reason: str
    pupils: int
    signs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Looks:
    """Some entries, latest first. before: the number behind which the next ones start, None at the end."""

    rows: list[Look]
    before: int | None


def _entries(wanted: Wanted, before: int | None) -> QuerySet[AccessEntry]:
    entries = AccessEntry.objects.order_by("-id")
    if before is not None:
        entries = entries.filter(pk__lt=before)
    if wanted.pupil is not None:
        entries = entries.filter(pk__in=AccessEntryPupil.objects.filter(pupil_id=wanted.pupil).values("entry"))
    if wanted.person is not None:
        entries = entries.filter(person_id=wanted.person)
    if wanted.category:
        entries = entries.filter(categories__regex=rf"(^|\s){wanted.category}(\s|$)")
    if wanted.first:
        entries = entries.filter(at__gte=make_aware(dt.datetime.combine(wanted.first, dt.time())))
    if wanted.last:
        entries = entries.filter(at__lt=make_aware(dt.datetime.combine(wanted.last + dt.timedelta(days=1), dt.time())))
    if wanted.refused:
        entries = entries.filter(refused=True)
    return entries


def looks(wanted: Wanted, *, before: int | None, flagged: bool, most: int = PAGE) -> Looks:
    """Give entries, latest first (two queries, three with what is unusual about them).

    before   the number of the entry that they start behind;  most  how many at the most
    flagged  ask what is unusual too, which only those may who answer for the whole log
    """
    held = list(_entries(wanted, before).annotate(shown=Count("pupils"))[: most + 1])
    rows = _in_words(held[:most])
    if flagged:
        signs = _signs([row.number for row in rows])
        rows = [replace(row, signs=signs.get(row.number, ())) for row in rows]
    return Looks(rows, held[most - 1].pk if len(held) > most else None)


def to_ask_about(wanted: Wanted, *, before: int | None) -> Looks:
    """Give the entries about which something is unusual, among the next SCANNED ones (four queries)."""
    scanned = list(_entries(wanted, before).values_list("pk", flat=True)[: SCANNED + 1])
    signs = _signs(scanned[:SCANNED])
    numbers = sorted(signs, reverse=True)
    held = AccessEntry.objects.filter(pk__in=numbers[:PAGE]).order_by("-id").annotate(shown=Count("pupils"))
    rows = [replace(row, signs=signs[row.number]) for row in _in_words(list(held))]
    if len(numbers) > PAGE:
        return Looks(rows, numbers[PAGE - 1])
    return Looks(rows, scanned[SCANNED - 1] if len(scanned) > SCANNED else None)


def _in_words(held: Sequence[AccessEntry]) -> list[Look]:
    names = dict(Membership.objects.filter(user_id__in={e.person_id for e in held}).values_list("user_id", "name"))
    return [
        Look(
            e.pk,
            e.at,
            names.get(e.person_id, "Somebody who no longer works here") if e.person_id else "The system",
            e.address,
            e.page.rpartition(":")[2].replace("-", " ").capitalize(),
            e.categories.split(),
            e.refused,
            e.reason,
            e.shown,  # type: ignore[attr-defined]  # annotated
        )
        for e in held
    ]


def _signs(entries: Iterable[int]) -> dict[int, tuple[str, ...]]:
    opens, closes = settings.LOOKS_HOURS
    limits = [settings.LOOKS_FEW_PUPILS, settings.LOOKS_MANY_PUPILS, settings.LOOKS_MANY_MINUTES]
    found: dict[int, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select entry, sign from app.odd_looks(%s, %s, %s, %s, %s, %s)", [list(entries), opens, closes, *limits]
        )
        for entry, sign in cursor.fetchall():
            found.setdefault(entry, set()).add(sign)
    return {entry: tuple(words for sign, words in SIGNS.items() if sign in signs) for entry, signs in found.items()}


def case_looked_at(named: str) -> tuple[str, str, int] | None:
    """Give public id, reference and pupil of the case that a public id or a reference names; None where there is none
    whose looks one answers for.
    """
    with connection.cursor() as cursor:
        cursor.execute("select public_id, reference, pupil from app.case_looked_at(%s)", [named[:60]])
        row = cursor.fetchone()
    return (str(row[0]), row[1], row[2]) if row else None
