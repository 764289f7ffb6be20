"""The other ways out of a case: to the family, under a duty or in an emergency, and decisions not to share."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases.models import Case
from cases.policies import can_share
from cases.views.cases import complain
from cases.views.page import CASE_RELATED, case_page
from sharing import policies, services
from sharing.exceptions import SharingError
from sharing.forms.outside import FamilyForm, NotSharedForm, OutsideForm
from sharing.models import Disclosure, InformationItem
from sharing.queries import outside
from sharing.queries.shared import words_of

TAB = "sharing:case-sharing"
MOST = 50


def _answer(
    request: MemberRequest, case: Case, form: Any, *, act: Callable[[Any], object], said: str, **page: Any
) -> HttpResponse:
    """Do what a form asks and go back to the case’s sharing, or show the form with what is wrong."""
    if form.is_valid():
        try:
            act(form)
        except SharingError as error:
            complain(form, error)
        else:
            messages.success(request, said)
            return redirect(TAB, public_id=case.public_id)
    context = case_page(request, case, TAB, form=form, back=reverse(TAB, args=[case.public_id]), **page)
    return render(request, "sharing/outside_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_share_outside, Case, related=CASE_RELATED)
def outside_new(request: MemberRequest, case: Case) -> HttpResponse:
    """Record what was shared under a duty or in an emergency; `?item=`: what another organisation had told."""
    key = request.GET.get("item", "")
    items = InformationItem.objects.filter(case=case, struck_at__isnull=True)
    item = next((one for one in items if str(one.public_id) == key), None)
    known: dict[str, Any] = {"done_on": localdate()} | ({"categories": [item.category]} if item else {})
    form = OutsideForm(request.POST or None, initial=known)
    return _answer(
        request, case, form, title="Shared under a duty or in an emergency", act_of_2026=True, item=item,
        act=lambda form: services.record_shared_outside(case, **form.cleaned_data, item=item, by=me(request.member)),
        said="It is recorded, and the manager, the safeguarding lead and the information governance lead are told.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@allowed(policies.can_decide_not_to_share, Case, related=CASE_RELATED)
def not_shared_new(request: MemberRequest, case: Case) -> HttpResponse:
    """Record a decision not to share, with its reason."""
    return _answer(
        request, case, NotSharedForm(request.POST or None), title="Decided not to share", act_of_2026=True,
        act=lambda form: services.decide_not_to_share(case, **form.cleaned_data, by=me(request.member)),
        said="The decision is recorded in the register of disclosures.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@allowed(can_share, Case, related=CASE_RELATED)
def family_new(request: MemberRequest, case: Case) -> HttpResponse:
    """Look at parental responsibility, court orders and hidden addresses; then record what is given to the family."""
    contacts = outside.with_responsibility(case)
    form = FamilyForm(request.POST or None, contacts=contacts, checks=outside.checks_for_family(case))
    shown(request, [case], "family")
    return _answer(
        request, case, form, title="Give something to the family", nobody=not contacts,
        act=lambda form: services.give_to_family(case, **form.said(), by=me(request.member)),
        said="It is recorded. Give them the paper now.",
    )  # fmt: skip


@require_GET
@allowed(policies.can_recall)
def outside_list(request: MemberRequest) -> HttpResponse:
    """What left under a duty or in an emergency and the reader has not looked at yet."""
    found = list(outside.to_look_at(request.member)[:MOST])
    shown(request, [row.pupil_id for one in found for row in one.records.all()], "identity")
    lines = [
        (one, ", ".join(row.case.reference for row in one.records.all() if row.case), ", ".join(words_of(one.given)))
        for one in found
    ]
    return render(request, "sharing/outside_list.html", {"lines": lines})


@require_POST
@allowed(policies.can_recall, Disclosure)
def outside_look(request: MemberRequest, disclosure: Disclosure) -> HttpResponse:
    """Say that one has looked at it: it stands on one’s own Today no more."""
    services.look_at(disclosure, by=me(request.member))
    messages.success(request, "You have looked at it. It stays in the register.")
    return redirect("sharing:outside-list")
