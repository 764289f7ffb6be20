"""Sites, establishments and the taskforce's own settings."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from apst.accounts.queries import me
from apst.places import policies, queries, services
from apst.places.exceptions import PlacesError
from apst.places.forms import EstablishmentForm, SiteForm, TaskforceForm
from apst.places.models import Establishment, Site
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from apst.web.tables import Cell, Heading


def _form(request: MemberRequest, form: forms.Form, *, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "back_to": back}
    return render(request, "places/form.html", context, status=422 if form.errors else 200)


@require_GET
@allowed(policies.can_change_settings)
def site_list(request: MemberRequest) -> HttpResponse:
    """The taskforce's sites."""
    rows = [
        [
            Cell(site.name, href=f"{site.public_id}/"),
            site.establishment.name if site.establishment else "No school",
            Cell(
                f"Closed {site.closed_on:%-d %B %Y}" if site.closed_on else "Open",
                colour="grey" if site.closed_on else "green",
            ),
        ]
        for site in queries.sites()
    ]
    headings = [Heading("Site"), Heading("School"), Heading("Status")]
    return render(request, "places/site_list.html", {"headings": headings, "rows": rows})


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_settings)
def site_new(request: MemberRequest) -> HttpResponse:
    """Add a site."""
    form = SiteForm(request.POST or None)
    del form.fields["closed_on"]
    if form.is_valid():
        try:
            services.add_site(**form.cleaned_data, by=me(request.member))
        except PlacesError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, "The site was added.")
            return redirect("places:site-list")
    return _form(request, form, title="Add a site", back="places:site-list")


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_settings, Site)
def site_change(request: MemberRequest, site: Site) -> HttpResponse:
    """Rename a site, or close it."""
    initial = {"name": site.name, "establishment": site.establishment_id, "closed_on": site.closed_on}
    form = SiteForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            services.change_site(site, **form.cleaned_data, by=me(request.member))
        except PlacesError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, "The site was changed.")
            return redirect("places:site-list")
    return _form(request, form, title="Change a site", back="places:site-list")


@require_GET
@allowed(policies.can_change_calendar)
def establishment_list(request: MemberRequest) -> HttpResponse:
    """The schools and providers that this taskforce knows."""
    rows = [
        [
            Cell(row.name, href=f"{row.public_id}/"),
            row.urn,
            row.get_kind_display(),
            str(row.local_authority or "Not recorded"),
        ]
        for row in queries.establishments()
    ]
    headings = [Heading("Name"), Heading("URN"), Heading("Type"), Heading("Local authority")]
    return render(request, "places/establishment_list.html", {"headings": headings, "rows": rows})


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_calendar)
def establishment_new(request: MemberRequest) -> HttpResponse:
    """Add a school or provider."""
    form = EstablishmentForm(request.POST or None)
    if form.is_valid():
        try:
            services.add_establishment(**form.cleaned_data, by=me(request.member))
        except PlacesError as error:
            form.add_error("urn", str(error))
        else:
            messages.success(request, "The establishment was added.")
            return redirect("places:establishment-list")
    return _form(request, form, title="Add an establishment", back="places:establishment-list")


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_calendar, Establishment)
def establishment_change(request: MemberRequest, establishment: Establishment) -> HttpResponse:
    """Change a school or provider."""
    initial: dict[str, Any] = {
        name: getattr(establishment, name) for name in ("name", "urn", "kind", "local_authority")
    }
    form = EstablishmentForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            services.change_establishment(establishment, **form.cleaned_data, by=me(request.member))
        except PlacesError as error:
            form.add_error("urn", str(error))
        else:
            messages.success(request, "The establishment was changed.")
            return redirect("places:establishment-list")
    return _form(request, form, title="Change an establishment", back="places:establishment-list")


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_settings)
def taskforce(request: MemberRequest) -> HttpResponse:
    """How this taskforce holds cases and decides, and its opening balance."""
    held = request.member.taskforce
    names = ("name", "urn", "began_on", "holds_cases", "decides", "opening_pupils", "opening_on", "counts_travel",
             "safeguarding_system", "safeguarding_link",
             "confirm_within_days")  # fmt: skip
    initial = {name: getattr(held, name) for name in names}
    initial["opening_hours"] = _hours(held.opening_minutes)
    initial["full_week"] = _hours(held.full_week_minutes)
    form = TaskforceForm(request.POST or None, initial=initial)
    if form.is_valid():
        services.change_taskforce(**form.changes(), by=me(request.member))
        messages.success(request, "The settings were saved.")
        return redirect("places:taskforce")
    return _form(request, form, title="Taskforce settings", back="")


def _hours(minutes: int) -> str:
    return f"{(Decimal(minutes) / 60).quantize(Decimal('0.01')).normalize():f}"
