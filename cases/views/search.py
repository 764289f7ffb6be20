"""One box that finds a pupil, a case, a referral or a session."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from apst.people.policies import can_see_pupils
from apst.people.queries import year_words
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases.forms.search import SearchForm
from cases.queries.search import Found, Result, recent
from cases.queries.search import search as find


@require_http_methods(["GET", "POST"])
@allowed(can_see_pupils)
def search(request: MemberRequest) -> HttpResponse:
    """Search. It is posted, because an address must not hold a name; that changes nothing."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    found = find(form.cleaned_data["q"], request.member) if form.is_valid() else None
    rows = found.results if found else recent(request.member) if request.method == "GET" else []
    shown(request, [row.pupil for row in rows], "identity")
    context = {
        "form": form,
        "asked": found is not None,
        "count": _count(found) if found else "",
        "results": [_result(request, row) for row in rows],
        "sessions": found.sessions if found else [],
        "searching": True,
    }
    return render(request, "search/search.html", context, status=422 if form.errors else 200)


def _count(found: Found) -> str:
    number = len(found.results)
    said = "No pupil found" if not number else f"{number} pupil{'' if number == 1 else 's'} found"
    return f"The nearest {number} pupils. Add more of the name to see fewer." if found.more else f"{said}."


def _result(request: MemberRequest, row: Result) -> dict[str, Any]:
    pupil = row.pupil
    places = [
        {"href": reverse("cases:case-detail", args=[case.public_id]), "text": f"Case {case.reference}", "state": said}
        for case in row.cases
        for said in [f"open since {case.opened_on:%-d %B %Y}" if case.is_open else f"ended {case.ended_on:%-d %B %Y}"]
    ]
    places += [
        {
            "href": reverse("referrals:referral-detail", args=[referral.public_id]),
            "text": f"Referral {referral.reference}",
            "state": f"{referral.get_state_display().lower()}, received {referral.received_on:%-d %B %Y}",
        }
        for referral in row.referrals
    ]
    record = reverse("people:pupil-detail", args=[pupil.public_id])
    open_case = next((place["href"] for place, case in zip(places, row.cases, strict=False) if case.is_open), "")
    return {
        "name": pupil.full_name,
        "href": open_case or record,
        "how": row.how,
        "year": year_words(pupil, localdate()),
        "born": f"{pupil.date_of_birth:%-d %B %Y}",
        "school": pupil.home_school.name if pupil.home_school else "",
        "record": record,
        "places": places,
    }
