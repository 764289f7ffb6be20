"""When a plan is looked at: after six weeks, then towards the end of each half-term. Pure dates."""

import datetime as dt
from collections.abc import Iterator
from functools import cached_property
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


class ReviewDates:
    """The days on which plans are due to be looked at, as far as a calendar reaches."""

    def __init__(self, calendar: SchoolCalendar, first_weeks: int) -> None:
        """first_weeks: after how many weeks a plan is looked at first."""
        self.calendar, self.first = calendar, WEEK * first_weeks

    @cached_property
    def half_term_ends(self) -> list[dt.date]:
        """The last school day of each half-term, oldest first."""
        ends = []
        for period in self.calendar.half_terms():
            days = (period.ends_on - DAY * n for n in range((period.ends_on - period.starts_on).days + 1))
            if last := next((day for day in days if self.calendar.is_school_day(day)), None):
                ends.append(last)
        return ends

    def of(self, starts_on: dt.date) -> Iterator[dt.date]:
        """Give the days for a plan that starts on a day, in their order.

        The first is `first_weeks` after its start (on a school day), then the last school day of each half-term.
        """
        first = _school_day_from(starts_on + self.first, self.calendar)
        yield first
        yield from (day for day in self.half_term_ends if day > first)

    def next(self, starts_on: dt.date, last_review: dt.date | None) -> dt.date:
        """Give the day by which a plan is due to be looked at next; it may be past.

        A review counts for a day that lies up to PLAN_REVIEW_EARLY_DAYS after it. Beyond the calendar's end the next
        review is due `first_weeks` after the last.
        """
        if last_review is None:
            return next(self.of(starts_on))
        counted = last_review + DAY * settings.PLAN_REVIEW_EARLY_DAYS
        later = (day for day in self.of(starts_on) if day > counted)
        return next(later, last_review + self.first)
