"""What others told of a case's pupil, what was asked of them, and the page on which a guest tells."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.codelists import label
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from apst.web.tables import Cell, Heading
from cases.models import Case
from cases.views.acts import act, say, submission_key
from cases.views.cases import complain
from cases.views.page import CASE_RELATED, case_page
from sharing import policies, services
from sharing.exceptions import SharingError
from sharing.forms.information import AnswerForm, InformationForm, RequestForm, SupplyForm
from sharing.models import InformationItem, InformationRequest
from sharing.queries import information, shared

from .shared import record_refusal

TAB = "sharing:case-sharing"
PAGE = "sharing:case-information"
WAITING = (Heading("Due"), Heading("Case"), Heading("Asked of"))


@require_GET
@allowed(policies.can_read_information, Case, related=CASE_RELATED)
def case_information(request: MemberRequest, case: Case) -> HttpResponse:
    """What others told of the pupil, each with its source, and what they were asked."""
    items, asked = information.information_of(case), information.requests_of(case)
    shown(request, [case], *{item.category for item in items if item.struck_at is None})
    context = case_page(
        request, case, TAB,
        items=[(item, information.lines_of(item), label("data_categories", item.category)) for item in items],
        asked=[(row, information.state_words(row), label("sharing_purposes", row.purpose)) for row in asked],
        back=reverse(TAB, args=[case.public_id]),
    )  # fmt: skip
    return render(request, "sharing/case_information.html", context)


def _asked(request: MemberRequest, case: Case) -> InformationRequest | None:
    """The request that is answered, from the address (`?answers=`); one that is not the case's is as none."""
    key = request.GET.get("answers", "")
    return next((row for row in information.requests_of(case) if str(row.public_id) == key and not row.outcome), None)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_record_information, Case, related=CASE_RELATED)
def information_new(request: MemberRequest, case: Case) -> HttpResponse:
    """Record what somebody outside told of the pupil, or (`?answers=`) what they gave when they were asked."""
    asked = _asked(request, case)
    known: dict[str, Any] = {"learnt_on": localdate(), "onward": "no"}
    if asked is not None:
        known |= {"partner": asked.partner.public_id} if asked.partner else {"organisation": asked.asked_of}
    form = InformationForm(request.POST or None, initial=known)
    if form.is_valid():
        try:
            services.record_information(
                case, **form.said(), answers=asked, submission_key=submission_key(request), by=me(request.member)
            )
        except SharingError as error:
            complain(form, error)
        else:
            messages.success(request, "What they told is recorded. A mistake can be struck out below.")
            return redirect(PAGE, public_id=case.public_id)
    return _form(request, case, form, "What somebody else told us", asked=asked)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_record_information, Case, related=CASE_RELATED)
def request_new(request: MemberRequest, case: Case) -> HttpResponse:
    """Record that information is asked for, of whom, and by when."""
    form = RequestForm(request.POST or None, initial={"asked_on": localdate()} | _onward(request, case))
    if form.is_valid():
        try:
            services.ask_for_information(
                case, **form.said(), submission_key=submission_key(request), by=me(request.member)
            )
        except SharingError as error:
            complain(form, error)
        else:
            messages.success(request, "The request is recorded. It stands on Today once it is overdue.")
            return redirect(PAGE, public_id=case.public_id)
    return _form(request, case, form, "Ask for information")


def _onward(request: MemberRequest, case: Case) -> dict[str, Any]:
    """What to ask where (`?onward=`) it is whether something that they told may be passed on; else nothing."""
    key = request.GET.get("onward", "")
    item = next((one for one in information.information_of(case) if str(one.public_id) == key), None)
    if item is None:
        return {}
    whom = {"partner": item.partner.public_id} if item.partner else {"organisation": item.source}
    told = f"{item.learnt_on:%-d %B %Y}"
    return whom | {"asked_for": f"May we pass on what you told us on {told}? To whom, and what for: "}


def _form(request: MemberRequest, case: Case, form: Any, title: str, **more: Any) -> HttpResponse:
    context = case_page(
        request, case, TAB, form=form, title=title, back=reverse(PAGE, args=[case.public_id]), **more
    )  # fmt: skip
    return render(request, "sharing/information_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_record_information, InformationRequest, related=("case__pupil", "partner"))
def request_answer(request: MemberRequest, asked: InformationRequest) -> HttpResponse:
    """Record that they refused or hold nothing; what they gave is recorded as information."""
    shown(request, [asked.case], "identity", "intervention")
    case = Case.objects.select_related(*CASE_RELATED).get(pk=asked.case_id)
    form = AnswerForm(request.POST or None, initial={"answered_on": localdate()})
    if form.is_valid():
        try:
            services.answer_request(asked, **form.cleaned_data, by=me(request.member))
        except SharingError as error:
            complain(form, error)
        else:
            messages.success(request, "The answer is recorded.")
            return redirect(PAGE, public_id=case.public_id)
    given = f"{reverse('sharing:information-new', args=[case.public_id])}?answers={asked.public_id}"
    return _form(request, case, form, f"The answer of {asked.asked_of}", given="" if asked.outcome else given)


@require_POST
@allowed(policies.can_record_information, InformationItem, related=("case",))
def information_strike(request: MemberRequest, item: InformationItem) -> HttpResponse:
    """Strike out what was recorded by mistake."""
    shown(request, [item.case], "intervention")
    services.strike_information(item, by=me(request.member))
    say(request, "It is struck out.", undo=reverse("sharing:information-bring-back", args=[item.public_id]))
    return redirect(PAGE, public_id=item.case.public_id)


@require_POST
@allowed(policies.can_record_information, InformationItem, related=("case",))
def information_bring_back(request: MemberRequest, item: InformationItem) -> HttpResponse:
    """Bring back what was struck out."""
    to = reverse(PAGE, args=[item.case.public_id])
    return act(request, item, services.bring_information_back, said="It stands again.", to=to)


@require_GET
@allowed(policies.can_read_information)
def request_list(request: MemberRequest) -> HttpResponse:
    """What was asked of others and is not answered yet, the longest due first."""
    found = list(information.waiting()[:200])
    shown(request, [row.case for row in found], "identity", "intervention")
    rows = [
        [
            Cell(f"{row.due_on:%-d %b %Y}", second="Overdue" if row.due_on < localdate() else ""),
            Cell(row.case.pupil.full_name, second=row.case.reference, href=reverse(PAGE, args=[row.case.public_id])),
            Cell(
                row.asked_of, href=reverse("sharing:request-answer", args=[row.public_id]), second="Record the answer"
            ),
        ]
        for row in found
    ]
    return render(request, "sharing/request_list.html", {"headings": WAITING, "rows": rows})


@require_http_methods(["GET", "POST"])
@allowed(policies.is_guest, Case, guests=True, absent=record_refusal)
def information_supply(request: MemberRequest, case: Case) -> HttpResponse:
    """A guest tells something of a case that is shared with them, and sees what they told before."""
    terms = shared.shared_with_me(case)
    supplies = information.to_supply(terms)
    told = information.told_by_me(case)
    shown(request, [case], "intervention", *{item.category for item in told})
    form = SupplyForm(request.POST or None, supplies=supplies, initial={"learnt_on": localdate()})
    if form.is_valid():
        said = form.cleaned_data
        try:
            services.supply_information(
                case, form.under[said["category"]], **said, submission_key=submission_key(request),
                by=me(request.member),
            )  # fmt: skip
        except SharingError as error:
            complain(form, error)
        else:
            messages.success(request, "The taskforce has what you told. You see it below.")
            return redirect("sharing:information-supply", public_id=case.public_id)
    context = {
        "case": case, "form": form, "supplies": supplies,
        "told": [(item, label("data_categories", item.category)) for item in told],
        "back": reverse("sharing:shared-case", args=[case.public_id]),
        "overdue": [one for one in terms if one.is_overdue],
    }  # fmt: skip
    return render(request, "sharing/information_supply.html", context, status=422 if form.errors else 200)
