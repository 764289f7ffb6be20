"""The waiting list, and how one referral stands on it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from apst.accounts.queries import me
from apst.places.calendar import SchoolCalendar
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from apst.web.tables import Cell, Heading
from referrals import policies, queries, services
from referrals.exceptions import ReferralRefused
from referrals.forms.waiting import PlaceForm
from referrals.models import Referral

HEADINGS = [
    Heading("Pupil"),
    Heading("Priority"),
    Heading("School days", numeric=True),
    Heading("Meanwhile"),
    Heading("Looked at again by"),
]


@require_GET
@allowed(policies.can_see_waiting)
def waiting_list(request: MemberRequest) -> HttpResponse:
    """Everybody who waits, in the order in which places go."""
    found = queries.waiting_list()
    shown(request, [one.referral for one in found], "identity", "intervention")
    clock = queries.WaitingClock(SchoolCalendar.of())
    context = {"headings": HEADINGS, "rows": [_row(one, clock) for one in found], "back": reverse("home")}
    return render(request, "referrals/waiting_list.html", context)


def _row(one: queries.Waiting, clock: queries.WaitingClock) -> list[Any]:
    referral, place = one.referral, one.place
    page = reverse("referrals:referral-detail", args=[referral.public_id])
    pupil = Cell(referral.pupil.full_name, page, second=referral.site.name if referral.site else referral.reference)
    days = clock.figure(referral.received_on)
    if place is None:
        return [pupil, Cell("To be said", colour="red"), days, "", ""]
    review = Cell(f"{place.review_on:%-d %B %Y}", second="Overdue" if one.is_overdue else "")
    return [pupil, Cell(place.get_priority_display(), second=place.why), days, place.meanwhile, review]


@require_http_methods(["GET", "POST"])
@allowed(policies.can_triage, Referral)
def place(request: MemberRequest, referral: Referral) -> HttpResponse:
    """Say how urgent it is, what is offered meanwhile, and when it is looked at again."""
    referral = queries.for_row(referral)
    now = queries.place_of(referral)
    kept = {name: getattr(now, name) for name in ("priority", "why", "meanwhile")} if now else {}
    form = PlaceForm(request.POST or None, initial=kept)
    if form.is_valid():
        seen = request.POST.get("version", "")
        try:
            services.place(
                referral, **form.cleaned_data, version=int(seen) if seen.isdecimal() else None, by=me(request.member)
            )
        except ReferralRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "It is on the waiting list. Earlier entries stay.")
            return redirect("referrals:waiting-list")
    shown(request, [referral], "identity", "intervention")
    back = reverse("referrals:referral-detail", args=[referral.public_id])
    context = {"form": form, "referral": referral, "back": back}
    return render(request, "referrals/place.html", context, status=422 if form.errors else 200)
