"""When a plan is looked at: after six weeks, then towards the end of each half-term. Pure dates."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from django.conf import settings

from apst.places.calendar import SchoolCalendar

DAY: Final = dt.timedelta(days=1)
WEEK: Final = dt.timedelta(days=7)


def _school_day_from(day: dt.date, calendar: SchoolCalendar) -> dt.date:
    """The day itself or the next school day; the day itself where the calendar does not reach that far."""
    if not calendar.is_known(day):
        return day
    for after in range(60):
        if calendar.is_school_day(day + DAY * after):
            return day + DAY * after
    return day


def due_dates(starts_on: dt.date, calendar: SchoolCalendar) -> Iterator[dt.date]:
    """Give the days on which a plan is due to be looked at, in their order, as far as the calendar reaches.

    The first is PLAN_REVIEW_WEEKS after its start (on a school day), then the last school day of each half-term.
    """
    first = _school_day_from(starts_on + WEEK * settings.PLAN_REVIEW_WEEKS, calendar)
    yield first
    for period in calendar.half_terms():
        days = (period.ends_on - DAY * n for n in range((period.ends_on - period.starts_on).days + 1))
        last = next((day for day in days if calendar.is_school_day(day)), None)
        if last and last > first:
            yield last


def next_due(starts_on: dt.date, last_review: dt.date | None, calendar: SchoolCalendar) -> dt.date:
    """Give the day by which the plan is due to be looked at next; it may be past.

    A review counts for a day that lies up to PLAN_REVIEW_EARLY_DAYS after it. Beyond the calendar's end the next review
    is due PLAN_REVIEW_WEEKS after the last.
    """
    if last_review is None:
        return next(due_dates(starts_on, calendar))
    counted = last_review + DAY * settings.PLAN_REVIEW_EARLY_DAYS
    later = (day for day in due_dates(starts_on, calendar) if day > counted)
    return next(later, last_review + WEEK * settings.PLAN_REVIEW_WEEKS)
