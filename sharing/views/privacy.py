"""Who was told how the taskforce uses what it knows of a pupil, and of which cases nobody was."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from apst.web.tables import Cell, Heading
from cases.models import Case
from cases.views.acts import act, say, submission_key
from cases.views.cases import complain
from cases.views.page import CASE_RELATED, case_page
from sharing import policies, services
from sharing.exceptions import SharingError
from sharing.forms.privacy import ToldForm
from sharing.models import PrivacyTold
from sharing.queries import privacy

TAB = "sharing:case-sharing"
PAGE = "sharing:case-told"
MOST = 200


@require_http_methods(["GET", "POST"])
@allowed(policies.can_record_information, Case, related=CASE_RELATED)
def case_told(request: MemberRequest, case: Case) -> HttpResponse:
    """Who was told, when and how; and the form that records one more."""
    form = ToldForm(request.POST or None, contacts=privacy.family_of(case), initial={"told_on": localdate()})
    shown(request, [case], "family")
    if form.is_valid():
        try:
            services.record_told(case, **form.said(), submission_key=submission_key(request), by=me(request.member))
        except SharingError as error:
            complain(form, error)
        else:
            messages.success(request, "It is recorded. A mistake can be struck out below.")
            return redirect(PAGE, public_id=case.public_id)
    context = case_page(
        request, case, TAB, form=form, told=privacy.told_of(case), back=reverse(TAB, args=[case.public_id])
    )  # fmt: skip
    return render(request, "sharing/case_told.html", context, status=422 if form.errors else 200)


@require_POST
@allowed(policies.can_record_information, PrivacyTold, related=("case",))
def told_strike(request: MemberRequest, told: PrivacyTold) -> HttpResponse:
    """Strike out what was recorded by mistake."""
    shown(request, [told.case], "family")
    services.strike_told(told, by=me(request.member))
    say(request, "It is struck out.", undo=reverse("sharing:told-bring-back", args=[told.public_id]))
    return redirect(PAGE, public_id=told.case.public_id)


@require_POST
@allowed(policies.can_record_information, PrivacyTold, related=("case",))
def told_bring_back(request: MemberRequest, told: PrivacyTold) -> HttpResponse:
    """Bring back what was struck out."""
    to = reverse(PAGE, args=[told.case.public_id])
    return act(request, told, services.bring_told_back, said="It stands again.", to=to)


@require_GET
@allowed(policies.can_read_information)
def not_told_list(request: MemberRequest) -> HttpResponse:
    """The open cases of which nobody is recorded as told, the oldest first."""
    found = list(privacy.not_told()[:MOST])
    shown(request, found, "identity", "intervention")
    rows = [
        [
            Cell(case.pupil.full_name, reverse(PAGE, args=[case.public_id]), case.reference),
            f"{case.opened_on:%-d %b %Y}",
        ]
        for case in found
    ]
    context = {"headings": (Heading("Case"), Heading("Opened")), "rows": rows}
    return render(request, "sharing/not_told_list.html", context)
