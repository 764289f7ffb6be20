"""Half-terms are contiguous for counting, and school days are counted as the return's specification says."""

import datetime as dt

import pytest

from apst.places.calendar import CalendarGap, DateOutsideCalendar, SchoolCalendar
from apst.places.models import CalendarEntry
from apst.tenancy.context import acting_as_system


@pytest.fixture
def calendar(northgate) -> SchoolCalendar:
    with acting_as_system(northgate):
        CalendarEntry.objects.create(
            academic_year="2026-27", kind="inset", name="Training", starts_on="2026-11-16", ends_on="2026-11-16"
        )
        return SchoolCalendar.of()


@pytest.mark.parametrize(
    ("key", "starts", "ends"),
    [
        ("2026-27/autumn-1", "2026-09-01", "2026-11-01"),
        ("2026-27/autumn-2", "2026-11-02", "2027-01-03"),
        ("2026-27/autumn", "2026-09-01", "2027-01-03"),
        ("2025-26/summer-2", "2026-06-01", "2026-08-31"),
        ("2026-27", "2026-09-01", "2027-08-31"),
    ],
)
def test_a_period_runs_to_the_day_before_the_next_half_term(calendar, key, starts, ends):
    period = calendar.period(key)

    assert (str(period.starts_on), str(period.ends_on)) == (starts, ends)


def test_a_missing_half_term_is_named(northgate):
    with acting_as_system(northgate):
        CalendarEntry.objects.filter(academic_year="2026-27", name="autumn-2").delete()
        calendar = SchoolCalendar.of()

    with pytest.raises(CalendarGap, match="autumn-2 in 2026-27"):
        calendar.period("2026-27/autumn-1")


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-11-13", "2026-11-17", 1),  # a weekend and an INSET day between
        ("2026-11-17", "2026-11-17", 0),
        ("2026-11-18", "2026-11-17", 0),
        ("2026-10-23", "2026-11-02", 1),  # over half-term
        ("2026-05-01", "2026-05-05", 1),  # over the bank holiday of 4 May
    ],
)
def test_school_days_are_those_after_the_first_up_to_the_second(calendar, first, last, days):
    assert calendar.school_days_between(dt.date.fromisoformat(first), dt.date.fromisoformat(last)) == days


def test_a_date_outside_every_known_year_is_refused(calendar):
    with pytest.raises(DateOutsideCalendar):
        calendar.school_days_between(dt.date(2024, 6, 1), dt.date(2026, 11, 2))


def test_an_establishment_falls_back_to_the_taskforce_year_by_year(northgate):
    with acting_as_system(northgate):
        CalendarEntry.objects.create(
            establishment=northgate.mainstream, academic_year="2026-27", kind="half_term", name="autumn-1",
            starts_on="2026-09-07", ends_on="2026-10-23",
        )  # fmt: skip
        calendar = SchoolCalendar.of(northgate.mainstream)

    assert not calendar.is_school_day(dt.date(2026, 9, 3))
    assert calendar.is_school_day(dt.date(2026, 6, 3))
