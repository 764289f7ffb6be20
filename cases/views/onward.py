"""Help beyond the taskforce: onward referrals step by step, and who was told of which community offer."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.codelists import label
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from apst.web.tables import Cell, Heading
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.onward import OnwardForm, SignpostForm, StepForm
from cases.models import Case, OnwardReferral, OnwardStep, Signposting
from cases.queries import onward as queries

from .acts import act, say, submission_key
from .assessments import TAB, area
from .cases import complain
from .page import CASE_RELATED, case_page

PAGE = "cases:case-onward"


@require_GET
@allowed(policies.can_view, Case, related=CASE_RELATED)
def case_onward(request: MemberRequest, case: Case) -> HttpResponse:
    """Where the pupil was referred on to, what EHC advice was asked for, and what the family was told of."""
    shown(request, [case], "health", "send")
    context = case_page(
        request,
        case,
        TAB,
        area=area(case, PAGE),
        onward=queries.onward_of(case.pupil),
        advice=[_advice(row) for row in queries.advice_of(case.pupil)],
        advice_headings=[Heading("Advice"), Heading("Asked for"), Heading("Where it stands"), Heading("Author")],
        told=queries.signpostings_of(case.pupil),
        may_change=policies.can_change(request.member, case),
    )
    return render(request, "cases/assessments/case_onward.html", context)


def _advice(row: Any) -> list[Any]:
    return [
        Cell(label("specialist_types", row.discipline), reverse("cases:advice-detail", args=[row.public_id])),
        Cell(f"{row.requested_on:%-d %b %Y}", second=row.asked_by),
        queries.clock_words(row),
        row.written_by.name if row.written_by else "",
    ]


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change, Case, related=CASE_RELATED)
def onward_new(request: MemberRequest, case: Case) -> HttpResponse:
    """Begin an onward referral."""
    form = OnwardForm(request.POST or None)
    if form.is_valid():
        try:
            made = services.refer_onward(
                case, **form.cleaned_data, submission_key=submission_key(request), by=me(request.member)
            )
        except CaseError as error:
            complain(form, error)
        else:
            say(request, "The referral is recorded.", undo=reverse("cases:onward-strike", args=[made.public_id]))
            return redirect("cases:onward-detail", public_id=made.public_id)
    back = reverse(PAGE, args=[case.public_id])
    return render(request, "cases/assessments/onward_new.html", case_page(request, case, TAB, form=form, back=back))


@require_http_methods(["GET", "POST"])
@allowed(policies.can_see_assessment, OnwardReferral, related=("case", "pupil"))
def onward_detail(request: MemberRequest, referral: OnwardReferral) -> HttpResponse:
    """One onward referral: every step of it, and the next."""
    may_change = policies.can_change_record(request.member, referral) and referral.struck_at is None
    form = StepForm(request.POST or None) if may_change else None
    shown(request, [referral], "identity", "health")
    if form is not None and form.is_valid():
        try:
            services.take_step(
                referral, **form.cleaned_data, submission_key=submission_key(request), by=me(request.member)
            )
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The step is recorded. The last step can be taken back below.")
            return redirect("cases:onward-detail", public_id=referral.public_id)
    whole = queries.one_onward(referral)
    context = {
        "form": None if whole.is_over else form,
        "referral": referral,
        "whole": whole,
        "may_change": may_change,
        "may_take_back": may_change and len([line for line in whole.lines if not line.taken_back]) > 1,
        "may_bring_back": policies.can_change_record(request.member, referral) and referral.struck_at is not None,
        "back": reverse(PAGE, args=[referral.case.public_id]),
    }
    return render(request, "cases/assessments/onward_detail.html", context)


@require_POST
@allowed(policies.can_change_record, OnwardStep, related=("onward", "case"))
def onward_step_back(request: MemberRequest, step: OnwardStep) -> HttpResponse:
    """Take the last step back; both stay on the record."""
    to = reverse("cases:onward-detail", args=[step.onward.public_id])
    shown(request, [step.case], "health")
    return act(request, step, services.take_step_back, said="The step is taken back.", to=to)


@require_POST
@allowed(policies.can_change_record, OnwardReferral, related=("case",))
def onward_strike(request: MemberRequest, referral: OnwardReferral) -> HttpResponse:
    """Strike out an onward referral that was a mistake."""
    to = reverse(PAGE, args=[referral.case.public_id])
    said = "The referral is struck out."
    return act(request, referral, services.strike_onward, said=said, to=to, undo="cases:onward-bring-back")


@require_POST
@allowed(policies.can_change_record, OnwardReferral, related=("case",))
def onward_bring_back(request: MemberRequest, referral: OnwardReferral) -> HttpResponse:
    """Bring a struck out onward referral back."""
    to = reverse("cases:onward-detail", args=[referral.public_id])
    return act(request, referral, services.bring_onward_back, said="The referral stands again.", to=to)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change, Case, related=CASE_RELATED)
def signpost_new(request: MemberRequest, case: Case) -> HttpResponse:
    """Record who was told of a community offer."""
    offers = list(queries.offers())
    form = SignpostForm(request.POST or None, offers=offers)
    if form.is_valid():
        try:
            made = services.signpost(case, **form.said(), submission_key=submission_key(request), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            say(request, "It is recorded.", undo=reverse("cases:signposting-strike", args=[made.public_id]))
            return redirect(f"{reverse(PAGE, args=[case.public_id])}#signposting")
    context = case_page(request, case, TAB, form=form, none=not offers, back=reverse(PAGE, args=[case.public_id]))
    return render(request, "cases/assessments/signpost_new.html", context)


def _told(row: Signposting) -> str:
    return f"{reverse(PAGE, args=[row.case.public_id])}#signposting"


@require_POST
@allowed(policies.can_change_record, Signposting, related=("case",))
def signposting_taken_up(request: MemberRequest, row: Signposting) -> HttpResponse:
    """Record whether an offer was taken up."""
    answer = request.POST.get("taken_up", "")
    return act(request, row, services.say_taken_up, said="It is recorded.", to=_told(row), taken_up=answer)


@require_POST
@allowed(policies.can_change_record, Signposting, related=("case",))
def signposting_strike(request: MemberRequest, row: Signposting) -> HttpResponse:
    """Strike out what was recorded by mistake."""
    undo = "cases:signposting-bring-back"
    return act(request, row, services.strike_signposting, said="It is struck out.", to=_told(row), undo=undo)


@require_POST
@allowed(policies.can_change_record, Signposting, related=("case",))
def signposting_bring_back(request: MemberRequest, row: Signposting) -> HttpResponse:
    """Bring back what was struck out."""
    return act(request, row, services.bring_signposting_back, said="It stands again.", to=_told(row))
