"""Sites, establishments, calendar and settings: every write of them."""

import datetime as dt
import uuid
from typing import Any

from django.db import IntegrityError, connection, transaction

from apst.accounts.models import Membership
from apst.accounts.services import ask_for_access
from apst.jobs.services import ask_for
from apst.tenancy.context import current, name_act
from apst.tenancy.models import LocalAuthority, Taskforce

from .calendar import year_of
from .exceptions import CalendarClash, KnownName, KnownSlug, KnownUrn
from .models import HALF_TERMS, CalendarEntry, Establishment, Site

# The work of whoever counts days by the calendar; cases know how it is done.
CALENDAR_CHANGED = "places.calendar_changed"
SETTINGS = frozenset(
    {
        "name",
        "urn",
        "began_on",
        "opening_on",
        "opening_pupils",
        "opening_minutes",
        "holds_cases",
        "decides",
        "full_week_minutes",
        "counts_travel",
        "safeguarding_system",
        "safeguarding_link",
        "confirm_within_days",
    }
)


def make_taskforce(*, slug: str, name: str, local_authority: LocalAuthority, **fields: Any) -> Taskforce:
    """Make a taskforce, outside any other; `fields` are those of Taskforce. Raises KnownSlug."""
    try:
        with transaction.atomic():
            return Taskforce.objects.create(slug=slug, name=name, local_authority=local_authority, **fields)
    except IntegrityError:
        raise KnownSlug(f"There is a taskforce “{slug}” already.") from None


@transaction.atomic
def change_taskforce(*, by: Membership | None, **changes: Any) -> Taskforce:
    """Change the open taskforce's settings, see SETTINGS. The grants on cases follow how it holds cases."""
    unknown = set(changes) - SETTINGS
    if unknown:
        raise TypeError(f"A taskforce has no {', '.join(sorted(unknown))} to change.")
    name_act("settings.change")
    Taskforce.objects.filter(pk=current().taskforce.pk).update(**changes)
    taskforce = Taskforce.objects.get(pk=current().taskforce.pk)
    if "holds_cases" in changes:
        ask_for_access()
    return taskforce


def _kept(row: Site | Establishment, error: type[Exception], words: str) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise error(words) from None


@transaction.atomic
def add_site(*, name: str, establishment: Establishment | None, by: Membership | None) -> Site:
    """Add a site. Raises KnownName."""
    name_act("site.add")
    site = Site(name=name, establishment=establishment)
    _kept(site, KnownName, "There is a site with this name already")
    return site


@transaction.atomic
def change_site(
    site: Site, *, name: str, establishment: Establishment | None, closed_on: dt.date | None, by: Membership | None
) -> Site:
    """Rename a site, say which school it belongs to, or close it. Raises KnownName."""
    name_act("site.change")
    held = Site.objects.select_for_update().get(pk=site.pk)
    held.name, held.establishment, held.closed_on = name, establishment, closed_on
    _kept(held, KnownName, "There is a site with this name already")
    return held


@transaction.atomic
def add_establishment(
    *, urn: str, name: str, kind: str, local_authority: LocalAuthority | None, by: Membership | None
) -> Establishment:
    """Add a school or provider. Raises KnownUrn."""
    name_act("establishment.add")
    row = Establishment(urn=urn, name=name, kind=kind, local_authority=local_authority)
    _kept(row, KnownUrn, "There is an establishment with this URN already")
    return row


@transaction.atomic
def change_establishment(establishment: Establishment, *, by: Membership | None, **changes: Any) -> Establishment:
    """Change a school or provider's urn, name, kind or local_authority. Raises KnownUrn."""
    name_act("establishment.change")
    held = Establishment.objects.select_for_update().get(pk=establishment.pk)
    for field, value in changes.items():
        setattr(held, field, value)
    _kept(held, KnownUrn, "There is an establishment with this URN already")
    return held


def _lock_calendar() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('calendar'), app.tenant()::int)")


def _check_half_term(entry: CalendarEntry) -> None:
    """A half-term lies in its year, after the one before and before the one after; raises CalendarClash."""
    first, last = dt.date(int(entry.academic_year[:4]), 8, 1), dt.date(int(entry.academic_year[:4]) + 1, 8, 31)
    if not (first <= entry.starts_on and entry.ends_on <= last):
        raise CalendarClash(
            f"A half-term of {entry.academic_year} must lie between 1 August {first.year} and 31 August {last.year}"
        )
    others = CalendarEntry.objects.filter(
        kind=CalendarEntry.Kind.HALF_TERM, academic_year=entry.academic_year, establishment=entry.establishment_id
    ).exclude(pk=entry.pk)
    place = HALF_TERMS.index(entry.name)
    for other in others:
        if other.name == entry.name:
            raise CalendarClash("This half-term is in the calendar already: change that one")
        before = HALF_TERMS.index(other.name) < place
        if (before and other.ends_on >= entry.starts_on) or (not before and other.starts_on <= entry.ends_on):
            words = other.name.replace("-", " ")
            raise CalendarClash(
                f"It must be {'after' if before else 'before'} {words}: "
                f"{other.starts_on:%-d %B %Y} to {other.ends_on:%-d %B %Y}"
            )


@transaction.atomic
def put_entry(
    entry: CalendarEntry | None,
    *,
    kind: str,
    name: str,
    starts_on: dt.date,
    ends_on: dt.date,
    establishment: Establishment | None = None,
    academic_year: str = "",
    by: Membership | None,
) -> CalendarEntry:
    """Add a half-term, INSET day or closure to the calendar, or change one.

    academic_year  such as "2026-27"; blank: the year that the first day lies in
    Raises CalendarClash. (Changes of one calendar queue, or two could each be right and wrong together.)
    """
    name_act("calendar.change")
    _lock_calendar()
    held = (
        CalendarEntry.objects.select_for_update().get(pk=entry.pk)
        if entry
        else CalendarEntry(establishment=establishment)
    )
    held.kind, held.name, held.starts_on, held.ends_on = kind, name, starts_on, ends_on
    held.academic_year = academic_year or year_of(starts_on)
    if ends_on < starts_on:
        raise CalendarClash("The last day must be the same as or after the first day")
    if kind == CalendarEntry.Kind.HALF_TERM:
        _check_half_term(held)
    held.save()
    count_anew()
    return held


@transaction.atomic
def remove_entry(entry: CalendarEntry, *, by: Membership | None) -> None:
    """Take an entry out of the calendar; periods and school days are counted without it at once."""
    name_act("calendar.change")
    _lock_calendar()
    CalendarEntry.objects.filter(pk=entry.pk).delete()
    count_anew()


def count_anew() -> None:
    """Ask for the days that were counted by the calendar to be counted again; part of the act's own transaction."""
    ask_for(CALENDAR_CHANGED, key=str(uuid.uuid4()), args={})
