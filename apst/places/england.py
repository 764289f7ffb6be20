"""A plausible calendar of an English school year, for a taskforce that has not brought its own yet."""

import datetime as dt
from typing import NamedTuple

from .calendar import DAY, bank_holidays
from .models import HALF_TERMS

WEEK = 7 * DAY


class HalfTermDates(NamedTuple):
    """One half-term: its name (autumn-1 to summer-2), first and last day."""

    name: str
    starts_on: dt.date
    ends_on: dt.date


def easter_sunday(year: int) -> dt.date:
    """Give Easter Sunday: two days after the Good Friday that is a bank holiday."""
    april = [
        day for day in bank_holidays(year) if day.weekday() == 4 and dt.date(year, 3, 19) <= day <= dt.date(year, 4, 24)
    ]
    return min(april) + 2 * DAY


def half_terms(first: int) -> list[HalfTermDates]:
    """Give the half-terms of the academic year that begins in September of `first`, as most English authorities set
    them.

    A week off at the end of October, two at Christmas, one in mid-February, two around Easter, one at Spring Bank.
    """
    september = dt.date(first, 9, 1)
    starts = _monday(september) + WEEK if september.weekday() >= 3 else september + DAY
    october = _monday(dt.date(first, 10, 28))
    christmas = _monday(dt.date(first, 12, 25))
    january = christmas + 2 * WEEK
    february = _monday(dt.date(first + 1, 2, 18))
    spring, summer = _easter_holiday(easter_sunday(first + 1))
    bank = _monday(dt.date(first + 1, 5, 31))
    july = _monday(dt.date(first + 1, 7, 22)) + DAY
    return [
        HalfTermDates(HALF_TERMS[0], starts, october - 3 * DAY),
        HalfTermDates(HALF_TERMS[1], october + WEEK, christmas - 3 * DAY),
        HalfTermDates(
            HALF_TERMS[2], january + (DAY if january in bank_holidays(first + 1) else 0 * DAY), february - 3 * DAY
        ),
        HalfTermDates(HALF_TERMS[3], february + WEEK, spring),
        HalfTermDates(HALF_TERMS[4], summer, bank - 3 * DAY),
        HalfTermDates(HALF_TERMS[5], bank + WEEK, july),
    ]


def _easter_holiday(easter: dt.date) -> tuple[dt.date, dt.date]:
    """The last day before the two weeks around Easter, and the first after them."""
    good_friday, easter_monday = easter - 2 * DAY, easter + DAY
    if good_friday.month == 3:
        return good_friday - DAY, easter_monday + 2 * WEEK
    if good_friday < dt.date(easter.year, 4, 12):
        return _monday(good_friday) - 3 * DAY, _monday(good_friday) + 2 * WEEK
    return _monday(good_friday) - WEEK - 3 * DAY, easter_monday + DAY


def _monday(day: dt.date) -> dt.date:
    """The Monday of a day's week."""
    return day - DAY * day.weekday()
