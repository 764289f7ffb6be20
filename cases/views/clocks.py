"""The clocks of one case with its exclusions, and the clocks of all."""

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.places.calendar import SchoolCalendar
from apst.places.models import Site
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from apst.web.tables import Cell, Heading
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.clocks import TargetsForm
from cases.forms.exclusions import ExclusionForm
from cases.models import Case, Exclusion
from cases.queries import clocks as queries
from cases.queries import exclusions
from referrals.exceptions import ReferralRefused
from referrals.models import Targets
from referrals.policies import can_list
from referrals.queries import WaitingClock, late_for_triage, targets
from referrals.services import keep_targets

from .acts import act, say, submission_key
from .cases import complain, version_of
from .page import CASE_RELATED, case_page
from .writing import based_on

TAB = "cases:case-clocks"
MOST = 100
HEADINGS = [Heading("Pupil"), Heading("Clock"), Heading("Lead"), Heading("By")]


@require_GET
@allowed(policies.can_view, Case, related=CASE_RELATED)
def case_clocks(request: MemberRequest, case: Case) -> HttpResponse:
    """What runs on this case, each with its rule and source; and the pupil's exclusions."""
    shown(request, [case], "education", "plan")
    aims = targets()
    found = queries.clocks_of([case], aims=aims)
    context = case_page(
        request,
        case,
        TAB,
        back=reverse("cases:case-detail", args=[case.public_id]),
        clocks=[
            {
                "clock": clock,
                "rule": queries.rule_words(clock.rule, aims),
                "source": queries.RULES[clock.rule].source,
            }
            for clock in found
        ],
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
    filter_ = {name: value for name in ("rule", "site", "statutory") if (value := request.GET.get(name, ""))}
    rule, site, statutory = filter_.get("rule", ""), filter_.get("site", ""), "statutory" in filter_
    aims = targets()
    every = queries.pressing(queries.STATUTORY if statutory else tuple(queries.RULES), aims=aims)
    of_rule = [clock for clock in every if not rule or clock.rule == rule]
    of_site = [clock for clock in every if not site or _site(clock) == site]
    found = Paginator([clock for clock in of_rule if not site or _site(clock) == site], MOST)
    page = found.get_page(request.GET.get("page"))
    shown(request, [clock.case for clock in page], "identity", "education", "plan")
    counts, sites = Counter(clock.rule for clock in of_site), Counter(_site(clock) for clock in of_rule)
    rules = [(code, one.words, counts[code]) for code, one in queries.RULES.items() if counts[code]]
    names = {str(one.public_id): one.name for one in Site.objects.all()}
    context = {
        "headings": HEADINGS,
        "rows": [_row(clock) for clock in page],
        "rules": [_chip(filter_, "rule", *one) for one in rules],
        "sites": [_chip(filter_, "site", key, names[key], sites[key]) for key in names if sites[key]],
        "statutory": statutory,
        "soon_days": aims.soon_days,
        "count": found.count,
        "previous": _address(filter_, page=page.number - 1) if page.has_previous() else "",
        "next": _address(filter_, page=page.number + 1) if page.has_next() else "",
        "triage_days": aims.triage_school_days,
        "late_for_triage": _late_for_triage(request, aims),
        "back": reverse("home"),
    }
    return render(request, "cases/clocks/clock_list.html", context)


def _site(clock: queries.Clock) -> str:
    return str(clock.case.site.public_id) if clock.case.site else ""


def _address(filter_: dict[str, str], **more: Any) -> str:
    """The list by a filter; what is given as "" is left out of it."""
    return "?" + urlencode({name: value for name, value in (filter_ | more).items() if value})


def _chip(filter_: dict[str, str], name: str, value: str, words: str, number: int) -> dict[str, Any]:
    chosen = filter_.get(name) == value
    return {
        "words": f"{words}: {number}",
        "chosen": chosen,
        "href": _address(filter_, **{name: "" if chosen else value}),
    }


def _late_for_triage(request: MemberRequest, aims: Targets) -> int:
    """How many referrals are past the taskforce's target, for those who see its queue."""
    if not can_list(request.member):
        return 0
    return late_for_triage(WaitingClock(SchoolCalendar.of()), aims.triage_school_days)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_set_targets)
def targets_change(request: MemberRequest) -> HttpResponse:
    """What this taskforce aims at, to be changed; and beside it what the law sets, to be read."""
    now = targets()
    form = TargetsForm(request.POST or None, initial={name: getattr(now, name) for name in Targets.DEFAULTS})
    if form.is_valid():
        try:
            keep_targets(**form.cleaned_data, version=based_on(request) or 1, by=me(request.member))
        except ReferralRefused as error:
            complain(form, error)
        else:
            say(request, "What this taskforce aims at is saved. Every clock counts by it from now on.")
            return redirect("cases:clock-targets")
    rules = [
        {"words": one.words, "rule": queries.rule_words(code, now), "source": one.source, "law": code in queries.LAW}
        for code, one in queries.RULES.items()
    ]
    context = {"form": form, "version": request.POST.get("based_on", now.version), "rules": rules}
    return render(request, "cases/clocks/targets.html", context, status=422 if form.errors else 200)


def _row(clock: queries.Clock) -> list[Any]:
    case = clock.case
    return [
        Cell(case.pupil.full_name, reverse(TAB, args=[case.public_id]), second=case.reference),
        Cell(clock.words, second=clock.about),
        case.lead.specialist.name if case.lead else "Nobody",
        Cell(f"{clock.due_on:%-d %B %Y}", second="Late" if clock.state == queries.LATE else "", colour=""),
    ]
