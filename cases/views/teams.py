"""Who is on a case's team, who leads it, and its tier."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.people.policies import can_see_contacts
from apst.people.queries import contacts_of
from apst.people.records import contact_cards
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.teams import JoinForm, PartForm, StageForm
from cases.models import Case, CaseMember
from cases.queries.cases import live_posts, team_now, team_past

from .cases import complain, version_of
from .page import CASE_RELATED, case_page

TOO_MANY = (
    "{count} adults work directly with this child. More than {most} at once can overwhelm a child: could somebody work"
    " behind the scenes?"
)


@require_GET
@allowed(policies.can_see_brief, Case, related=CASE_RELATED)
def case_people(request: MemberRequest, case: Case) -> HttpResponse:
    """The team of a case, now and before, and for those who may see them the family."""
    sees_contacts = policies.can_view(request.member, case) and can_see_contacts(request.member, case.pupil)
    contacts = list(contacts_of(case.pupil)) if sees_contacts else []
    if contacts:
        shown(request, [case], "family")
    team = team_now(case)
    direct = [row for row in team if row.part in services.DIRECTLY]
    context = case_page(
        request,
        case,
        "cases:case-people",
        team=team,
        past=team_past(case),
        too_many=_too_many(len(direct)),
        contacts=contact_cards(contacts, case.pupil, may_change=False, sees_hidden=False),
        sees_contacts=sees_contacts,
        may_change=policies.can_change(request.member, case) and case.is_open,
    )
    return render(request, "cases/case_people.html", context)


def _too_many(count: int) -> str:
    most = settings.TEAM_DIRECT_MOST
    return TOO_MANY.format(count=count, most=most) if count > most else ""


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change, Case, related=CASE_RELATED)
def team_join(request: MemberRequest, case: Case) -> HttpResponse:
    """Put somebody on the team."""
    form = JoinForm(request.POST or None, posts=live_posts())
    if form.is_valid():
        try:
            row = services.join_team(case, **form.said(), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, f"{row.post.specialist.name} is on the team.")
            return redirect("cases:case-people", public_id=case.public_id)
    back = reverse("cases:case-people", args=[case.public_id])
    return render(request, "cases/team_join.html", case_page(request, case, "cases:case-people", form=form, back=back))


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_team, CaseMember, related=("case__pupil", "post__specialist"))
def team_part(request: MemberRequest, row: CaseMember) -> HttpResponse:
    """Change how somebody works on the case."""
    form = PartForm(request.POST or None, initial={"part": row.part})
    shown(request, [row.case], "identity")
    if form.is_valid():
        try:
            services.take_part(row, **form.cleaned_data, by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, f"{row.post.specialist.name}’s part is changed.")
            return _to_people(row.case)
    back = reverse("cases:case-people", args=[row.case.public_id])
    return render(request, "cases/team_part.html", {"form": form, "row": row, "back": back})


@require_POST
@allowed(policies.can_change_team, CaseMember, related=("case", "post__specialist"))
def team_leave(request: MemberRequest, row: CaseMember) -> HttpResponse:
    """End somebody's place on the team. To undo it, put them on the team again: both stay on the record."""
    return _act(request, row, services.leave_team, f"{row.post.specialist.name} has left the team.")


@require_POST
@allowed(policies.can_change_team, CaseMember, related=("case", "post__specialist"))
def team_lead(request: MemberRequest, row: CaseMember) -> HttpResponse:
    """Make somebody on the team its lead."""

    def lead(one: CaseMember, *, by: Any) -> None:
        services.take_lead(one.case, post=one.post, version=version_of(request), by=by)

    return _act(request, row, lead, f"{row.post.specialist.name} leads the case now.")


def _act(request: MemberRequest, row: CaseMember, act: Any, said: str) -> HttpResponse:
    shown(request, [row.case], "identity")
    try:
        act(row, by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return _to_people(row.case)


def _to_people(case: Case) -> HttpResponse:
    return redirect("cases:case-people", public_id=case.public_id)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change, Case, related=CASE_RELATED)
def case_stage(request: MemberRequest, case: Case) -> HttpResponse:
    """Step a case up or down."""
    last = case.stages.order_by("-starts_on", "-pk").first()
    initial = {"tier": case.tier, "offer": last.offer if last else "", "starts_on": localdate()}
    form = StageForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            services.change_stage(case, **form.cleaned_data, version=version_of(request), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "Tier and offer are changed.")
            return redirect("cases:case-detail", public_id=case.public_id)
    back = reverse("cases:case-detail", args=[case.public_id])
    return render(request, "cases/case_stage.html", case_page(request, case, "", form=form, back=back))
