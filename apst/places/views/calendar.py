"""The school calendar of the taskforce, or of one of its establishments."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.places import policies, queries, services
from apst.places.calendar import bank_holidays
from apst.places.exceptions import PlacesError
from apst.places.forms import YEAR, EntryForm
from apst.places.models import CalendarEntry, Establishment
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from apst.web.tables import Cell, Heading


def _establishment(text: str) -> Establishment | None:
    """The establishment that the address names; None is the taskforce itself. Raises Http404 for one that is not
    there.
    """
    if not text:
        return None
    try:
        return Establishment.objects.get(public_id=uuid.UUID(text))
    except (ValueError, Establishment.DoesNotExist):
        raise Http404 from None


def _address(year: str, establishment: Establishment | None) -> str:
    query = {"year": year} | ({"of": str(establishment.public_id)} if establishment else {})
    return f"{reverse('places:calendar')}?{urlencode(query)}"


def _dates(starts_on: dt.date, ends_on: dt.date) -> str:
    return f"{starts_on:%-d %B %Y}" if starts_on == ends_on else f"{starts_on:%-d %B %Y} to {ends_on:%-d %B %Y}"


@require_GET
@allowed(policies.can_change_calendar)
def calendar(request: MemberRequest) -> HttpResponse:
    """One academic year: its half-terms as they will count, INSET days and closures, bank holidays."""
    establishment = _establishment(request.GET.get("of", ""))
    years = queries.calendar_years(establishment)
    year = request.GET.get("year", "")
    if not YEAR.fullmatch(year):
        year = years[1] if len(years) > 1 else years[0]
    half_terms = queries.counted(establishment, year)
    others = [e for e in queries.entries(establishment, year) if e.kind != CalendarEntry.Kind.HALF_TERM]
    first = int(year[:4])
    holidays = sorted(
        day
        for y in (first, first + 1)
        for day in bank_holidays(y)
        if dt.date(first, 9, 1) <= day <= dt.date(first + 1, 8, 31)
    )
    context = {
        "year": year,
        "years": [{"text": y, "href": _address(y, establishment), "current": y == year} for y in years],
        "establishment": establishment,
        "establishments": Establishment.objects.filter(calendar__isnull=False).distinct(),
        "of": request.GET.get("of", ""),
        "half_terms": half_terms,
        "headings": [
            Heading("Half-term"),
            Heading("In school"),
            Heading("Counts from and to"),
            Heading("School days", numeric=True),
        ],
        "rows": [_half_term_row(h) for h in half_terms],
        "falls_back": establishment is not None and not any(h.entry for h in half_terms),
        "others": [{"entry": e, "href": _entry_address(e), "dates": _dates(e.starts_on, e.ends_on)} for e in others],
        "bank_holidays": [f"{day:%A %-d %B %Y}" for day in holidays],
    }
    return render(request, "places/calendar.html", context)


def _half_term_row(half_term: queries.CountedHalfTerm) -> list[Cell]:
    entry, period = half_term.entry, half_term.period
    return [
        Cell(half_term.words, href=_entry_address(entry) if entry else ""),
        Cell(
            _dates(entry.starts_on, entry.ends_on) if entry else "Not in the calendar", colour="" if entry else "orange"
        ),
        Cell(_dates(period.starts_on, period.ends_on) if period else "Not yet known"),
        Cell(half_term.school_days if period else ""),
    ]


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_calendar)
def entry_new(request: MemberRequest) -> HttpResponse:
    """Add a half-term, INSET day or closure."""
    establishment = _establishment(request.GET.get("of", ""))
    year = request.GET.get("year", "")
    form = EntryForm(request.POST or None)
    if form.is_valid():
        changes = form.changes()
        if changes["kind"] == CalendarEntry.Kind.HALF_TERM and YEAR.fullmatch(year):
            changes["academic_year"] = year
        try:
            made = services.put_entry(None, establishment=establishment, by=me(request.member), **changes)
        except PlacesError as error:
            form.add_error("starts_on", str(error))
        else:
            messages.success(request, "The calendar was changed.")
            return redirect(_address(made.academic_year, establishment))
    context: dict[str, Any] = {
        "form": form,
        "title": "Add to the calendar",
        "cancel": _address(year, establishment) if year else "",
    }
    return render(request, "places/entry.html", context, status=422 if form.errors else 200)


def _entry(request: MemberRequest, kind: str, on: str) -> CalendarEntry:
    """The entry of a kind that starts on a day, in the calendar that `of` names: entries have no other address."""
    try:
        day = dt.date.fromisoformat(on)
    except ValueError:
        raise Http404 from None
    establishment = _establishment(request.GET.get("of", ""))
    entries = CalendarEntry.objects.select_related("establishment").filter(establishment=establishment)
    entry = entries.filter(kind=kind, starts_on=day).order_by("pk").first()
    if entry is None:
        raise Http404
    return entry


def _entry_address(entry: CalendarEntry, name: str = "places:calendar-entry") -> str:
    of = f"?{urlencode({'of': str(entry.establishment.public_id)})}" if entry.establishment else ""
    return reverse(name, args=[entry.kind, entry.starts_on.isoformat()]) + of


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_calendar)
def entry_change(request: MemberRequest, kind: str, on: str) -> HttpResponse:
    """Change or remove an entry of the calendar."""
    entry = _entry(request, kind, on)
    is_half_term = entry.kind == CalendarEntry.Kind.HALF_TERM
    initial = {
        "kind": entry.kind,
        "half_term": entry.name if is_half_term else "",
        "name": "" if is_half_term else entry.name,
        "starts_on": entry.starts_on,
        "ends_on": entry.ends_on,
    }
    form = EntryForm(request.POST or None, initial=initial)
    if form.is_valid():
        changes = form.changes()
        if changes["kind"] == CalendarEntry.Kind.HALF_TERM:
            changes["academic_year"] = entry.academic_year
        try:
            held = services.put_entry(entry, by=me(request.member), **changes)
        except PlacesError as error:
            form.add_error("starts_on", str(error))
        else:
            messages.success(request, "The calendar was changed.")
            return redirect(_address(held.academic_year, entry.establishment))
    context = {
        "form": form,
        "title": "Change the calendar",
        "remove": _entry_address(entry, "places:calendar-entry-remove"),
        "cancel": _address(entry.academic_year, entry.establishment),
    }
    return render(request, "places/entry.html", context, status=422 if form.errors else 200)


@require_POST
@allowed(policies.can_change_calendar)
def entry_remove(request: MemberRequest, kind: str, on: str) -> HttpResponse:
    """Take an entry out of the calendar."""
    entry = _entry(request, kind, on)
    services.remove_entry(entry, by=me(request.member))
    messages.success(request, "It was taken out of the calendar.")
    return redirect(_address(entry.academic_year, entry.establishment))
