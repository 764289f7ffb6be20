"""The way back into a school: its plan, its timetable week by week, its checks."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.reintegration import CheckForm, ReintegrationForm, WeekForm
from cases.models import Case, Reintegration, ReintegrationWeek
from cases.queries import reintegration as queries
from cases.services.plans import draft_of

from .page import CASE_RELATED
from .plans import OF_CASE, plan_page
from .writing import based_on, complain, submission_key, writing


def _to(case: Case) -> HttpResponse:
    return redirect("cases:case-reintegration", public_id=case.public_id)


def _page(request: MemberRequest, case: Case, **context: Any) -> dict[str, Any]:
    shown(request, [case], "education")
    back = reverse("cases:case-reintegration", args=[case.public_id])
    return plan_page(request, case, **{"back": back, **context})


@require_GET
@allowed(policies.can_see_plan, Case, related=CASE_RELATED)
def case_reintegration(request: MemberRequest, case: Case) -> HttpResponse:
    """The ways back that were planned for a pupil, the last first."""
    context = _page(
        request,
        case,
        back=reverse("cases:case-plan", args=[case.public_id]),
        ways=queries.ways_of(case),
        may_write=policies.can_write_plan(request.member, case) and case.is_open,
        may_check=policies.can_write_plan(request.member, case),
    )
    return render(request, "cases/reintegration/page.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_plan, Case, related=CASE_RELATED)
def reintegration_plan(request: MemberRequest, case: Case) -> HttpResponse:
    """Plan a way back."""
    usual = str(case.pupil.home_school.public_id) if case.pupil.home_school else ""
    at = writing(
        request,
        draft_of(case, "reintegration"),
        lambda data: ReintegrationForm(data, schools=queries.schools(), initial={"school": usual}),
    )
    if request.method == "POST" and at.form.is_valid():
        try:
            services.plan_reintegration(
                case, **at.form.said(), submission_key=submission_key(request), by=me(request.member)
            )
        except CaseError as error:
            at.refuse(error, version=0)
        else:
            messages.success(request, "The way back is planned. Add its first week.")
            return _to(case)
    context = _page(request, case, at=at, form=at.form, title="Plan the way back to school")
    return render(request, "cases/plan/write.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_plan, Reintegration, related=(*OF_CASE, "school"))
def reintegration_change(request: MemberRequest, way: Reintegration) -> HttpResponse:
    """Change school, first day or who does what."""
    initial = {
        "school": str(way.school.public_id),
        "starts_on": way.starts_on,
        "contact": way.contact,
        "agreed": way.agreed,
    }
    at = writing(
        request,
        f"reintegration-{way.public_id}",
        lambda data: ReintegrationForm(data, schools=queries.schools(), initial=initial),
        version=way.version,
    )
    if request.method == "POST" and at.form.is_valid():
        try:
            services.change_reintegration(way, **at.form.said(), version=based_on(request), by=me(request.member))
        except CaseError as error:
            at.refuse(error, version=way.version)
        else:
            messages.success(request, "The way back is changed.")
            return _to(way.case)
    now = (
        [
            ("School", way.school.name),
            ("First day", way.starts_on),
            ("Contact", way.contact),
            ("Who does what", way.agreed),
        ]
        if at.overtaken
        else []
    )
    context = _page(request, way.case, at=at, form=at.form, title="Change the way back", now=now)
    return render(request, "cases/plan/write.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_plan, Reintegration, related=(*OF_CASE, "school"))
def week_add(request: MemberRequest, way: Reintegration) -> HttpResponse:
    """Add the next week of the timetable; it begins as the one before."""
    last = way.weeks.order_by("-number").first()
    initial = {"half_days": last.half_days, "who_does_what": last.who_does_what} if last else {}
    form = WeekForm(request.POST or None, initial=initial)
    number = last.number + 1 if last else 1
    if request.method == "POST" and form.is_valid():
        try:
            services.add_week(way, **form.cleaned_data, number=based_on(request), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, f"Week {number} is added.")
            return _to(way.case)
    context = _page(request, way.case, form=form, way=way, number=number, monday=queries.monday_of(way, number))
    return render(request, "cases/reintegration/week.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_plan, ReintegrationWeek, related=(*OF_CASE, "reintegration__school"))
def week_change(request: MemberRequest, week: ReintegrationWeek) -> HttpResponse:
    """Change one week."""
    way = week.reintegration
    form = WeekForm(request.POST or None, initial={"half_days": week.half_days, "who_does_what": week.who_does_what})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_week(week, **form.cleaned_data, version=based_on(request), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, f"Week {week.number} is changed.")
            return _to(week.case)
    context = _page(
        request,
        week.case,
        form=form,
        way=way,
        week=week,
        number=week.number,
        monday=queries.monday_of(way, week.number),
    )
    return render(request, "cases/reintegration/week.html", context)


@require_POST
@allowed(policies.can_write_plan, Reintegration, related=OF_CASE)
def week_drop(request: MemberRequest, way: Reintegration) -> HttpResponse:
    """Take the last week away."""
    shown(request, [way.case], "plan")
    try:
        services.drop_last_week(way, by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The last week is taken away.")
    return _to(way.case)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_plan, Reintegration, related=(*OF_CASE, "school"))
def check_record(request: MemberRequest, way: Reintegration) -> HttpResponse:
    """Record how it stands after some weeks."""
    due = queries.next_check(way)
    initial = {"weeks": str(due[0])} if due else {}
    at = writing(
        request,
        draft_of(way.case, "reintegration-check"),
        lambda data: CheckForm(data, initial=initial),
    )
    if request.method == "POST" and at.form.is_valid():
        try:
            services.record_check(
                way, **at.form.cleaned_data, submission_key=submission_key(request), by=me(request.member)
            )
        except CaseError as error:
            at.refuse(error, version=0)
        else:
            messages.success(request, "The check is recorded.")
            return _to(way.case)
    context = _page(request, way.case, at=at, form=at.form, title=f"Check how it goes at {way.school.name}")
    return render(request, "cases/plan/write.html", context)
