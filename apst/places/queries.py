"""Reading places and the calendar."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.utils.timezone import localdate

from .calendar import CalendarGap, Period, SchoolCalendar, year_of
from .models import HALF_TERMS, CalendarEntry, Establishment, Site


@dataclass(frozen=True)
class CountedHalfTerm:
    """A half-term of a year as the calendar has it, and as it will count."""

    name: str
    entry: CalendarEntry | None
    period: Period | None
    school_days: int

    @property
    def words(self) -> str:
        """Such as "Autumn 1"."""
        return self.name.replace("-", " ").capitalize()


def open_sites() -> QuerySet[Site]:
    """Give the sites that are not closed."""
    return Site.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=localdate()))


def sites() -> QuerySet[Site]:
    """Give every site with its establishment, open ones first."""
    return Site.objects.select_related("establishment").order_by(F("closed_on").asc(nulls_first=True), "name", "id")


def establishments() -> QuerySet[Establishment]:
    """Give every establishment with its authority and the number of its sites."""
    return (
        Establishment.objects.select_related("local_authority")
        .annotate(site_count=Count("sites"))
        .order_by("name", "id")
    )


def calendar_years(establishment: Establishment | None) -> list[str]:
    """Give the academic years that a calendar holds, and this one and the next, latest first."""
    held = CalendarEntry.objects.filter(establishment=establishment).values_list("academic_year", flat=True).distinct()
    this = year_of(localdate())
    following = year_of(localdate() + dt.timedelta(days=365))
    return sorted({*held, this, following}, reverse=True)


def entries(establishment: Establishment | None, year: str) -> list[CalendarEntry]:
    """Give one calendar's own entries of an academic year, by date."""
    rows = CalendarEntry.objects.select_related("establishment").filter(establishment=establishment, academic_year=year)
    return list(rows.order_by("starts_on", "id"))


def counted(establishment: Establishment | None, year: str) -> list[CountedHalfTerm]:
    """Give a year's six half-terms with the periods in which work counts and their school days, gaps included."""
    calendar = SchoolCalendar.of(establishment)
    own = {entry.name: entry for entry in entries(establishment, year) if entry.kind == CalendarEntry.Kind.HALF_TERM}
    given = []
    for name in HALF_TERMS:
        try:
            period = calendar.period(f"{year}/{name}")
        except CalendarGap:
            period = None
        days = 0
        if period:
            span = (period.ends_on - period.starts_on).days + 1
            days = sum(calendar.is_school_day(period.starts_on + dt.timedelta(days=n)) for n in range(span))
        given.append(CountedHalfTerm(name, own.get(name), period, days))
    return given
