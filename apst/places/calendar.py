"""The school calendar: half-terms, periods and school days, exactly as `spec/mi-return.md` ("Period") counts them.

Pure dates once loaded. A period runs from its half-term's first day to the day before the next half-term starts, so
that work in a holiday falls in the half-term that has just ended; a year's first starts on 1 September at the latest,
its last ends the day before the next year starts (31 August while that is not known).
"""

import bisect
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import holidays

from .models import HALF_TERMS, CalendarEntry, Establishment

TERMS: Final = {"autumn": HALF_TERMS[:2], "spring": HALF_TERMS[2:4], "summer": HALF_TERMS[4:]}
DAY: Final = dt.timedelta(days=1)


class CalendarGap(Exception):
    """The calendar of a period is missing or has a gap; the text says which half-term."""


class DateOutsideCalendar(Exception):
    """School days were asked for a date outside every known year."""


@dataclass(frozen=True)
class Period:
    """A half-term, term or year as it counts; both dates are inside it."""

    key: str
    starts_on: dt.date
    ends_on: dt.date

    @property
    def name(self) -> str:
        """The period in words, such as "Autumn 1, 2026-27"."""
        year, _, part = self.key.partition("/")
        words = part.replace("-", " ").capitalize() if part else "Year"
        return f"{words}, {year}"

    def __contains__(self, day: dt.date) -> bool:
        return self.starts_on <= day <= self.ends_on


def year_of(day: dt.date) -> str:
    """Give the academic year that a day's month belongs to: 2026-09-01 is in "2026-27"."""
    first = day.year if day.month >= 9 else day.year - 1
    return f"{first}-{(first + 1) % 100:02}"


def next_year(year: str) -> str:
    """Give the academic year after "2026-27"."""
    first = int(year[:4]) + 1
    return f"{first}-{(first + 1) % 100:02}"


@cache
def bank_holidays(year: int) -> frozenset[dt.date]:
    """Give England's bank holidays of a calendar year, from the library that ships them."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


@dataclass(frozen=True)
class _HalfTerm:
    year: str
    part: str
    starts_on: dt.date
    ends_on: dt.date

    @property
    def year_starts_on(self) -> dt.date:
        """The first day of its year, where it is the year's first half-term: 1 September at the latest."""
        return min(dt.date(int(self.year[:4]), 9, 1), self.starts_on)


class SchoolCalendar:
    """The calendar of the taskforce, or of one establishment that falls back to it year by year."""

    def __init__(self, entries: Iterable[CalendarEntry], establishment_id: int | None = None) -> None:
        rows = list(entries)
        own_years = {
            e.academic_year
            for e in rows
            if e.establishment_id and e.establishment_id == establishment_id and e.kind == "half_term"
        }
        kept = [
            e
            for e in rows
            if (e.establishment_id == establishment_id if e.academic_year in own_years else e.establishment_id is None)
            or (establishment_id and e.establishment_id == establishment_id)
        ]
        self._half_terms = sorted(
            (
                _HalfTerm(e.academic_year, e.name, e.starts_on, e.ends_on)
                for e in kept
                if e.kind == CalendarEntry.Kind.HALF_TERM
            ),
            key=lambda h: h.starts_on,
        )
        self._closed = {
            e.starts_on + DAY * n
            for e in kept
            if e.kind != CalendarEntry.Kind.HALF_TERM
            for n in range((e.ends_on - e.starts_on).days + 1)
        }
        self._school_days = {
            day
            for half_term in self._half_terms
            for n in range((half_term.ends_on - half_term.starts_on).days + 1)
            if (day := half_term.starts_on + DAY * n).weekday() < 5
            and day not in self._closed
            and day not in bank_holidays(day.year)
        }
        self._ordered = sorted(self._school_days)

    @classmethod
    def of(cls, establishment: Establishment | None = None) -> "SchoolCalendar":
        """Load the calendar of the open taskforce, or of one of its establishments (one query)."""
        return cls(CalendarEntry.objects.all(), establishment.pk if establishment else None)

    def _year(self, year: str) -> list[_HalfTerm]:
        return [h for h in self._half_terms if h.year == year]

    def _starts(self, year: str) -> dt.date | None:
        half_terms = self._year(year)
        return half_terms[0].year_starts_on if half_terms else None

    def _complete(self, year: str, parts: tuple[str, ...]) -> None:
        known = {h.part for h in self._year(year)}
        for part in parts:
            if part not in known:
                raise CalendarGap(f"The calendar has no half-term {part} in {year}. Add it under Settings, Calendar.")

    def _half_term_period(self, year: str, part: str) -> Period:
        half_terms = self._year(year)
        at = next(n for n, h in enumerate(half_terms) if h.part == part)
        first = half_terms[0].year_starts_on if part == HALF_TERMS[0] else half_terms[at].starts_on
        if at + 1 < len(half_terms):
            last = half_terms[at + 1].starts_on - DAY
        else:
            following = self._starts(next_year(year))
            last = following - DAY if following else dt.date(int(year[:4]) + 1, 8, 31)
        return Period(f"{year}/{part}", first, max(last, half_terms[at].ends_on))

    def period(self, key: str) -> Period:
        """Give the period of a key: "2026-27/autumn-1", "2026-27/autumn" or "2026-27".

        Raises CalendarGap, naming the half-term, where the calendar does not hold it whole, and for a key that is none.
        """
        year, _, part = key.partition("/")
        parts = (part,) if part in HALF_TERMS else TERMS.get(part, ()) if part else HALF_TERMS
        if not parts or len(year) != 7 or not year[:4].isdigit():
            raise CalendarGap(f"“{key}” is no period. Write 2026-27/autumn-1, 2026-27/autumn or 2026-27.")
        # A half-term's bounds are its own start and its successor's, so the one after it must be known too.
        last = HALF_TERMS.index(parts[-1])
        needed = dict.fromkeys(
            (*(HALF_TERMS[:1] if parts[0] == HALF_TERMS[0] else ()), *parts, *HALF_TERMS[last + 1 : last + 2])
        )
        self._complete(year, tuple(needed))
        periods = [self._half_term_period(year, p) for p in parts]
        return Period(key, periods[0].starts_on, periods[-1].ends_on)

    def half_terms(self) -> list[Period]:
        """Give every half-term that the calendar holds, oldest first, as it counts."""
        return [self._half_term_period(h.year, h.part) for h in self._half_terms]

    def period_of(self, day: dt.date) -> Period | None:
        """Give the half-term in which a day counts; None outside every known year."""
        return next((p for p in self.half_terms() if day in p), None)

    def is_school_day(self, day: dt.date) -> bool:
        """True for a weekday of a half-term that is no INSET day, closure or bank holiday."""
        return day in self._school_days

    def school_days_between(self, first: dt.date, last: dt.date) -> int:
        """Give the number of school days after `first`, up to and including `last`; 0 when `last` is not later.

        Raises DateOutsideCalendar where either date is outside every known year.
        """
        for day in (first, last):
            if not self.is_known(day):
                raise DateOutsideCalendar(f"{day:%-d %B %Y} is outside every year that the calendar holds.")
        if last <= first:
            return 0
        return self._count_to(last) - self._count_to(first)

    def is_known(self, day: dt.date) -> bool:
        """True for a day of a year that the calendar holds."""
        return any(starts <= day <= ends for starts, ends in self._spans)

    @cached_property
    def _spans(self) -> list[tuple[dt.date, dt.date]]:
        spans = []
        for year in dict.fromkeys(h.year for h in self._half_terms):
            starts, following = self._year(year)[0].year_starts_on, self._starts(next_year(year))
            spans.append((starts, following - DAY if following else dt.date(int(year[:4]) + 1, 8, 31)))
        return spans

    def _count_to(self, day: dt.date) -> int:
        return bisect.bisect_right(self._ordered, day)

    def add_school_days(self, day: dt.date, number: int) -> dt.date:
        """Give the `number`th school day after `day`; raises DateOutsideCalendar where the calendar ends before it."""
        at = self._count_to(day) + number - 1
        if at >= len(self._ordered):
            raise DateOutsideCalendar("The calendar ends before that day.")
        return self._ordered[at]
