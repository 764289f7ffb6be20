"""Day 6: the day by which full-time education must have begun after an exclusion. Pure dates, no rows.

The rule is in `spec/attendance-and-clocks.md` ("Day 6"), drawn from the Education and Inspections Act 2006, s.100-101,
SI 2007/1870 and the DfE's suspension guidance. `apst/docs/guide/day-six.md` is the table of worked examples that the
tests read.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from apst.places.calendar import DateOutsideCalendar, SchoolCalendar, year_of

DAY: Final = dt.timedelta(days=1)
PERMANENT, SUSPENSION, LUNCHTIME = "PERM", "SUSP", "LNCH"
MORNING, AFTERNOON, PART_WAY = "am", "pm", "part_way"

# Why no day 6 applies, in words.
NOT_REACHED: Final = "it ends before the sixth school day"
LUNCHTIMES: Final = "a lunchtime suspension has no day 6"
OVER_AGE: Final = "over compulsory school age on that day"
EXAMS_OVER: Final = "in Year 11, with every exam entered for taken or missed"
EHC_PLAN: Final = "the EHC plan names fewer hours, which the authority provides"


@dataclass(frozen=True)
class Excluded:
    """What day 6 needs to know of one exclusion.

    category       PERM, SUSP or LNCH
    start_session  am, pm or part_way, where the pupil was sent home during a session
    sessions       half-days of a suspension, those of its first day included; None for a permanent exclusion
    """

    category: str
    starts_on: dt.date
    start_session: str = MORNING
    sessions: int | None = None


@dataclass(frozen=True)
class Child:
    """What the exceptions ask of the child.

    exams_over_on   the day from which every exam that they were entered for is taken or missed; None while not known
    ehc_fewer_hours an EHC plan names fewer hours, and the authority provides them
    """

    born: dt.date
    exams_over_on: dt.date | None = None
    ehc_fewer_hours: bool = False

    @property
    def leaving_day(self) -> dt.date:
        """The last day of compulsory school age: the last Friday in June of the school year of their 16th birthday."""
        last = dt.date(self.final_year + 1, 6, 30)
        return last - DAY * ((last.weekday() - 4) % 7)

    @property
    def final_year(self) -> int:
        """The year in which their Year 11 begins: the school year, from 1 September, in which they turn 16."""
        return self.born.year + 16 - (self.born.month < 9)

    def exception_on(self, day: dt.date) -> str:
        """Give why no education is due on a day, "" where it is."""
        if day > self.leaving_day:
            return OVER_AGE
        in_year_11 = year_of(day)[:4] == str(self.final_year)
        if in_year_11 and self.exams_over_on is not None and self.exams_over_on <= day:
            return EXAMS_OVER
        return EHC_PLAN if self.ehc_fewer_hours else ""


@dataclass(frozen=True)
class DaySix:
    """What an exclusion, or a run of suspensions, asks.

    day_one    the first counted school day
    reading_a  the sixth counted day;  reading_b  the sixth school day after day 1, of a permanent exclusion
    why_not    why nothing is due, "" where it is
    """

    day_one: dt.date
    reading_a: dt.date
    reading_b: dt.date
    why_not: str = ""

    @property
    def due_on(self) -> dt.date:
        """The day of the alarm: the earlier of the two readings."""
        return min(self.reading_a, self.reading_b)


def _on_or_after(day: dt.date, calendar: SchoolCalendar) -> dt.date:
    return calendar.add_school_days(day - DAY, 1)


def day_one(excluded: Excluded, calendar: SchoolCalendar) -> dt.date:
    """Give the first counted day; one that begins part-way through a day counts from the next school day.

    Raises DateOutsideCalendar.
    """
    if excluded.start_session == MORNING:
        return _on_or_after(excluded.starts_on, calendar)
    return calendar.add_school_days(excluded.starts_on, 1)


def last_day(excluded: Excluded, calendar: SchoolCalendar) -> dt.date:
    """Give the school day on which the last session of a suspension falls. Raises DateOutsideCalendar.

    The sessions of one that begins part-way through a session are counted from the next school day: the reading that
    raises the alarm sooner.
    """
    left = excluded.sessions or 1
    first = day_one(excluded, calendar)
    if excluded.start_session == AFTERNOON and calendar.is_school_day(excluded.starts_on):
        left -= 1
        if not left:
            return excluded.starts_on
    return calendar.add_school_days(first, (left - 1) // 2)


def runs(exclusions: Iterable[Excluded], calendar: SchoolCalendar) -> list[tuple[Excluded, ...]]:
    """Put exclusions of one school into runs, oldest first: suspensions whose school days go on without a gap are one.

    A permanent exclusion counts from its own first day, whatever went before it. Raises DateOutsideCalendar.
    """
    found: list[list[Excluded]] = []
    going: list[Excluded] | None = None  # the run of suspensions that the next may go on
    until = dt.date.min
    for one in sorted(exclusions, key=lambda e: e.starts_on):
        if one.category == SUSPENSION:
            if going is not None and _on_or_after(one.starts_on, calendar) <= calendar.add_school_days(until, 1):
                going.append(one)
                until = max(until, last_day(one, calendar))
                continue
            going, until = [one], last_day(one, calendar)
            found.append(going)
        else:
            found.append([one])
            going = None if one.category == PERMANENT else going
    return [tuple(run) for run in found]


def day_six(run: Sequence[Excluded], calendar: SchoolCalendar, child: Child) -> DaySix:
    """Give what a run of exclusions asks, by the excluding school's calendar; the exceptions are judged on the due day.

    Raises DateOutsideCalendar where the calendar ends before that day.
    """
    first = run[0]
    one = day_one(first, calendar)
    sixth = calendar.add_school_days(one, 5)
    if first.category == LUNCHTIME:
        return DaySix(one, sixth, sixth, LUNCHTIMES)
    if first.category == PERMANENT:
        return DaySix(one, sixth, calendar.add_school_days(one, 6), child.exception_on(sixth))
    if max(last_day(each, calendar) for each in run) < sixth:
        return DaySix(one, sixth, sixth, NOT_REACHED)
    return DaySix(one, sixth, sixth, child.exception_on(sixth))


__all__ = ["Child", "DateOutsideCalendar", "DaySix", "Excluded", "day_one", "day_six", "last_day", "runs"]
