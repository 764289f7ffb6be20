"""Funding: by source, how much is match, what ends soon and who hangs on it; and the costs that are no posts."""

from collections import defaultdict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.codelists import label
from apst.people import policies, services
from apst.people.exceptions import PeopleError
from apst.people.forms.team import CostForm, FundingForm
from apst.people.models import CostLine, Funding
from apst.people.queries import money as queries
from apst.places.calendar import SchoolCalendar
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from apst.web.tables import Cell, Heading

HEADINGS = [Heading("Funding"), Heading("A year", numeric=True), Heading("Dates"), Heading("Pays for")]
BY_SOURCE = [Heading("Route"), Heading("A year", numeric=True), Heading("Of which match", numeric=True)]


def _row(funding: Funding, *, manages: bool) -> list[Cell]:
    dates = f"{funding.starts_on:%-d %b %Y}"
    dates = f"{dates} to {funding.ends_on:%-d %b %Y}" if funding.ends_on else f"From {dates}"
    return [
        Cell(
            funding.name,
            href=reverse("people:funding-change", args=[funding.public_id]) if manages else "",
            second=label("funding_sources", funding.source),
        ),
        Cell(f"£{funding.annual_pounds:,}", second="Match" if funding.is_match else ""),
        Cell(dates),
        Cell("; ".join(str(row.post) for row in funding.posts.all()) or "No post"),
    ]


def _by_source(fundings: list[Funding]) -> list[list[Cell]]:
    """A row a route, the largest first, and one for all."""
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for funding in fundings:
        for key in (funding.source, ""):
            totals[key][0] += funding.annual_pounds
            totals[key][1] += funding.annual_pounds if funding.is_match else 0
    ordered = sorted(totals.items(), key=lambda item: (not item[0], -item[1][0]))
    return [
        [Cell(label("funding_sources", source) or "All routes"), Cell(f"£{whole:,}"), Cell(f"£{match:,}")]
        for source, (whole, match) in ordered
    ]


@require_GET
@allowed(policies.can_see_funding)
def funding_list(request: MemberRequest) -> HttpResponse:
    """Funding by source, with a warning two terms before any of it ends."""
    today, manages = localdate(), policies.can_manage_people(request.member)
    held = list(queries.fundings())
    context = {
        "by_source": _by_source(
            [f for f in held if f.starts_on <= today and (f.ends_on is None or f.ends_on >= today)]
        ),
        "source_headings": BY_SOURCE,
        "headings": HEADINGS,
        "rows": [_row(f, manages=manages) for f in held if f.ends_on is None or f.ends_on >= today],
        "over": [_row(f, manages=manages) for f in held if f.ends_on is not None and f.ends_on < today],
        "ending": queries.ending_soon(today, SchoolCalendar.of()),
        "manages": manages,
    }
    return render(request, "people/funding_list.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_manage_people)
def funding_new(request: MemberRequest) -> HttpResponse:
    """Record some funding."""
    form = FundingForm(request.POST or None)
    if form.is_valid():
        try:
            services.add_funding(**form.cleaned_data, by=me(request.member))
        except PeopleError as error:
            form.add_error("ends_on", str(error))
        else:
            messages.success(request, "The funding was added. Say on each post’s terms whether it hangs on it.")
            return redirect("people:funding-list")
    context = {"form": form, "title": "Add funding", "cancel": reverse("people:funding-list")}
    return render(request, "people/team_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_manage_people, Funding)
def funding_change(request: MemberRequest, funding: Funding) -> HttpResponse:
    """Change some funding."""
    form = FundingForm(request.POST or None, initial=FundingForm.initial_of(funding))
    if form.is_valid():
        try:
            services.change_funding(funding, changes=form.cleaned_data, by=me(request.member))
        except PeopleError as error:
            form.add_error("ends_on", str(error))
        else:
            messages.success(request, "The funding was changed.")
            return redirect("people:funding-list")
    context = {"form": form, "title": "Change funding", "cancel": reverse("people:funding-list")}
    return render(request, "people/team_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_manage_people)
def cost_new(request: MemberRequest) -> HttpResponse:
    """Record a cost that is no post's."""
    form = CostForm(request.POST or None)
    if form.is_valid():
        services.add_cost(**form.cleaned_data, by=me(request.member))
        messages.success(request, "The cost was added.")
        return redirect("people:cost-list")
    context = {"form": form, "title": "Add a cost", "cancel": reverse("people:cost-list")}
    return render(request, "people/team_form.html", context, status=422 if form.errors else 200)


@require_GET
@allowed(policies.can_manage_people)
def cost_list(request: MemberRequest) -> HttpResponse:
    """The costs that are no posts, year by year."""
    rows = [
        [
            Cell(line.get_item_display(), reverse("people:cost-change", args=[line.public_id]), line.notes),
            Cell(line.academic_year),
            Cell(f"£{line.pounds:,}"),
        ]
        for line in CostLine.objects.order_by("-academic_year", "item", "pk")
    ]
    headings = [Heading("Cost"), Heading("Academic year"), Heading("Amount", numeric=True)]
    return render(request, "people/cost_list.html", {"rows": rows, "headings": headings})


@require_http_methods(["GET", "POST"])
@allowed(policies.can_manage_people, CostLine)
def cost_change(request: MemberRequest, line: CostLine) -> HttpResponse:
    """Change a cost, or go on to remove it."""
    form = CostForm(request.POST or None, initial={name: getattr(line, name) for name in CostForm.base_fields})
    if form.is_valid():
        services.change_cost(line, changes=form.cleaned_data, by=me(request.member))
        messages.success(request, "The cost was changed.")
        return redirect("people:cost-list")
    context = {"form": form, "line": line, "title": "Change a cost", "cancel": reverse("people:cost-list")}
    return render(request, "people/cost_change.html", context, status=422 if form.errors else 200)


@require_POST
@allowed(policies.can_manage_people, CostLine)
def cost_remove(request: MemberRequest, line: CostLine) -> HttpResponse:
    """Remove a cost that was entered in error."""
    services.remove_cost(line, by=me(request.member))
    messages.success(request, "The cost was removed.")
    return redirect("people:cost-list")
