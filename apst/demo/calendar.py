"""The invented taskforces' school calendar: a plausible one of England."""

from apst.places import england
from apst.places.calendar import SchoolCalendar
from apst.places.models import CalendarEntry


def put_calendar(first: int, last: int) -> SchoolCalendar:
    """Write the academic years that begin in `first` to `last` for the open taskforce, each with an INSET day; gives
    the calendar.
    """
    entries = []
    for year in range(first, last + 1):
        name = f"{year}-{(year + 1) % 100:02}"
        terms = england.half_terms(year)
        entries += [
            CalendarEntry(academic_year=name, kind="half_term", name=t.name, starts_on=t.starts_on, ends_on=t.ends_on)
            for t in terms
        ]
        inset = terms[0].starts_on
        entries.append(
            CalendarEntry(academic_year=name, kind="inset", name="Staff training", starts_on=inset, ends_on=inset)
        )
    CalendarEntry.objects.bulk_create(entries)
    return SchoolCalendar.of()
