"""Outreach to mainstream schools: the list, one school's, beginning, changing and ending it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from apst.accounts.queries import me
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from apst.web.tables import Cell, Heading
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.outreach import EndOutreachForm, OutreachForm
from cases.lengths import length_words
from cases.models import OutreachCase
from cases.queries import outreach as queries
from cases.queries.cases import live_posts

from .cases import SESSION_HEADINGS, complain, version_of
from .sessions import session_cells

HEADINGS = [Heading("School"), Heading("Lead"), Heading("Since")]
RELATED = ("school", "lead__specialist")


@require_GET
@allowed(policies.can_see_outreach)
def outreach_list(request: MemberRequest) -> HttpResponse:
    """The schools that the taskforce works with as a whole."""
    rows = [
        [
            Cell(
                outreach.school.name,
                reverse("cases:outreach-detail", args=[outreach.public_id]),
                f"Ended {outreach.ended_on:%-d %b %Y}" if outreach.ended_on else "",
            ),
            outreach.lead.specialist.name if outreach.lead else "Nobody yet",
            f"{outreach.opened_on:%-d %b %Y}",
        ]
        for outreach in queries.outreach_cases()
    ]
    context = {"headings": HEADINGS, "rows": rows, "may_begin": policies.can_begin_outreach(request.member)}
    return render(request, "cases/outreach_list.html", {**context, "back": reverse("cases:case-list")})


@require_GET
@allowed(policies.can_see_outreach, OutreachCase, related=RELATED)
def outreach_detail(request: MemberRequest, outreach: OutreachCase) -> HttpResponse:
    """One school: what is wanted, what was done."""
    sees_sessions = policies.can_see_sessions(request.member)
    work = queries.work_with(outreach)
    if sees_sessions:
        shown(request, (place for session in work.latest for place in session.places.all()), "intervention")
    context = {
        "outreach": outreach,
        "stats": [
            {"label": "Hours for this school", "value": length_words(work.minutes) if work.minutes else "None yet"},
            {"label": "Sessions", "value": work.sessions},
            {"label": "Its pupils with an open case", "value": work.pupils},
        ],
        "headings": SESSION_HEADINGS,
        "sessions": [session_cells(session) for session in work.latest] if sees_sessions else [],
        "sees_sessions": sees_sessions,
        "may_change": policies.can_begin_outreach(request.member) and outreach.is_open,
        "back": reverse("cases:outreach-list"),
    }
    return render(request, "cases/outreach_detail.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_begin_outreach)
def outreach_new(request: MemberRequest) -> HttpResponse:
    """Begin outreach with a school."""
    form = OutreachForm(request.POST or None, posts=live_posts(), schools=queries.schools_to_reach())
    if form.is_valid():
        school = form.schools[form.cleaned_data["school"]]
        try:
            outreach = services.begin_outreach(school, **form.said(), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The outreach is on the list.")
            return redirect("cases:outreach-detail", public_id=outreach.public_id)
    context = {"form": form, "heading": "Begin outreach with a school", "back": reverse("cases:outreach-list")}
    return render(request, "cases/outreach_form.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_outreach, OutreachCase, related=RELATED)
def outreach_change(request: MemberRequest, outreach: OutreachCase) -> HttpResponse:
    """Change who leads it, and what it is for."""
    initial = {"lead": str(outreach.lead.public_id) if outreach.lead else "", "aims": outreach.aims}
    form = OutreachForm(request.POST or None, posts=live_posts(), schools=None, initial=initial)
    if form.is_valid():
        try:
            services.change_outreach(outreach, **form.said(), version=version_of(request), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The outreach is changed.")
            return redirect("cases:outreach-detail", public_id=outreach.public_id)
    return _of(request, outreach, form, "Change the outreach")


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_outreach, OutreachCase, related=RELATED)
def outreach_end(request: MemberRequest, outreach: OutreachCase) -> HttpResponse:
    """End it, with what came of it."""
    form = EndOutreachForm(request.POST or None)
    if form.is_valid():
        try:
            services.end_outreach(outreach, **form.cleaned_data, version=version_of(request), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The outreach has ended. It stays on the list.")
            return redirect("cases:outreach-detail", public_id=outreach.public_id)
    return _of(request, outreach, form, "End the outreach")


def _of(request: MemberRequest, outreach: OutreachCase, form: object, heading: str) -> HttpResponse:
    back = reverse("cases:outreach-detail", args=[outreach.public_id])
    context = {"form": form, "outreach": outreach, "heading": heading, "back": back}
    return render(request, "cases/outreach_form.html", context)
