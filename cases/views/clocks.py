"""The clocks of one case with its exclusions, and the clocks of all."""

from collections import Counter
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from apst.web.tables import Cell, Heading
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.exclusions import ExclusionForm
from cases.models import Case, Exclusion
from cases.queries import clocks as queries
from cases.queries import exclusions

from .acts import act, say, submission_key
from .cases import complain, version_of
from .page import CASE_RELATED, case_page

TAB = "cases:case-clocks"
MOST = 100
HEADINGS = [Heading("Pupil"), Heading("Clock"), Heading("Lead"), Heading("By")]


@require_GET
@allowed(policies.can_view, Case, related=CASE_RELATED)
def case_clocks(request: MemberRequest, case: Case) -> HttpResponse:
    """What runs on this case, each with its rule and source; and the pupil's exclusions."""
    shown(request, [case], "education", "plan")
    found = queries.clocks_of([case])
    context = case_page(
        request,
        case,
        TAB,
        back=reverse("cases:case-detail", args=[case.public_id]),
        clocks=[{"clock": clock, "rule": queries.rule_words(clock.rule), "source": queries.RULES[clock.rule].source}
                for clock in found],
        exclusions=[(row, exclusions.words_of(row)) for row in exclusions.exclusions_of([case.pupil_id])],
        may_write=policies.can_record_exclusions(request.member, case),
    )  # fmt: skip
    return render(request, "cases/clocks/case_clocks.html", context)


def _form_page(request: MemberRequest, case: Case, form: ExclusionForm, title: str, **more: Any) -> HttpResponse:
    shown(request, [case], "education")
    back = reverse(TAB, args=[case.public_id])
    context = case_page(request, case, TAB, form=form, title=title, back=back, **more)
    return render(request, "cases/clocks/exclusion.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_record_exclusions, Case, related=CASE_RELATED)
def exclusion_record(request: MemberRequest, case: Case) -> HttpResponse:
    """Record an exclusion of the case's pupil."""
    form = ExclusionForm(request.POST or None)
    if form.is_valid():
        try:
            services.record_exclusion(
                case.pupil, **form.cleaned_data, submission_key=submission_key(request), by=me(request.member)
            )
        except CaseError as error:
            complain(form, error)
        else:
            say(request, "The exclusion is recorded. Its sixth day is below.")
            return redirect(TAB, public_id=case.public_id)
    return _form_page(request, case, form, "Record an exclusion")


def _case_of(row: Exclusion) -> Case | None:
    cases = Case.objects.filter(pupil=row.pupil_id).select_related(*CASE_RELATED)
    return cases.order_by("ended_on", "-pk").first()


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_exclusion, Exclusion, related=("pupil", "school"))
def exclusion_change(request: MemberRequest, row: Exclusion) -> HttpResponse:
    """Correct an exclusion, or say when full-time education began."""
    case = _case_of(row)
    if case is None:
        return redirect("home")
    form = ExclusionForm(request.POST or None, initial=ExclusionForm.initial_of(row))
    if form.is_valid():
        try:
            services.change_exclusion(row, version=version_of(request), **form.cleaned_data, by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            say(request, "The exclusion is changed, and its sixth day worked out anew.")
            return redirect(TAB, public_id=case.public_id)
    return _form_page(
        request, case, form, "Change an exclusion", row=row, number=request.POST.get("version", row.version)
    )


def _after(request: MemberRequest, row: Exclusion) -> str:
    case = _case_of(row)
    shown(request, [row.pupil_id], "education")
    return reverse(TAB, args=[case.public_id]) if case else reverse("home")


@require_POST
@allowed(policies.can_change_exclusion, Exclusion, related=("pupil",))
def exclusion_strike(request: MemberRequest, row: Exclusion) -> HttpResponse:
    """Strike out an exclusion that never was; with an undo."""
    to = _after(request, row)
    return act(
        request, row, services.strike_exclusion, said="The exclusion is struck out.", to=to,
        undo="cases:exclusion-bring-back",
    )  # fmt: skip


@require_POST
@allowed(policies.can_change_exclusion, Exclusion, related=("pupil",))
def exclusion_bring_back(request: MemberRequest, row: Exclusion) -> HttpResponse:
    """Take the striking out back."""
    to = _after(request, row)
    return act(request, row, services.bring_exclusion_back, said="The exclusion stands again.", to=to)


@require_GET
@allowed(policies.can_see_clocks)
def clock_list(request: MemberRequest) -> HttpResponse:
    """What runs out soon or is late, over every open case that the reader may see."""
    rule = request.GET.get("rule", "")
    statutory = "statutory" in request.GET
    every = queries.pressing(queries.STATUTORY if statutory else tuple(queries.RULES))
    counts = Counter(clock.rule for clock in every)
    found = [clock for clock in every if not rule or clock.rule == rule]
    page = found[:MOST]
    shown(request, [clock.case for clock in page], "identity", "education", "plan")
    context = {
        "headings": HEADINGS,
        "rows": [_row(clock) for clock in page],
        "more": len(found) - len(page),
        "rules": [(code, one.words, counts[code]) for code, one in queries.RULES.items() if counts[code]],
        "rule": rule,
        "statutory": statutory,
        "back": reverse("home"),
    }
    return render(request, "cases/clocks/clock_list.html", context)


def _row(clock: queries.Clock) -> list[Any]:
    case = clock.case
    return [
        Cell(case.pupil.full_name, reverse(TAB, args=[case.public_id]), second=case.reference),
        Cell(clock.words, second=clock.about),
        case.lead.specialist.name if case.lead else "Nobody",
        Cell(f"{clock.due_on:%-d %B %Y}", second="Late" if clock.state == queries.LATE else "", colour=""),
    ]
