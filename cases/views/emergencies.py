"""Break-glass: opening a restricted item in an emergency, the register of emergencies, and who never may."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.emergencies import BarForm, EmergencyForm, ReviewForm
from cases.models import Case, Document, Emergency, Note
from cases.queries import emergencies as queries
from cases.queries.cases import members_now
from cases.services.access import live_holds

from .cases import complain
from .page import CASE_RELATED, case_page


def _open(request: MemberRequest, kind: str, item: uuid.UUID, *, then: str, back: str, **said: Any) -> HttpResponse:
    """Ask why it cannot wait, open it, and go there."""
    form = EmergencyForm(request.POST or None)
    if form.is_valid():
        try:
            opened, new = services.break_glass(kind, item, reason=form.cleaned_data["reason"], by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            words = f"Open until {opened.over_words}. Everybody who is to know was told."
            messages.success(request, words if new else f"It was open already, until {opened.over_words}.")
            return redirect(then)
    context = {"form": form, "kind": kind, "back": back, **said}
    return render(request, "cases/emergencies/open.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_break_glass)
def emergency_case(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    """Open a restricted case of which one sees the stub alone."""
    then, back = reverse("cases:case-detail", args=[public_id]), reverse("cases:case-list")
    stub = queries.stub_of(public_id)
    if stub is None:
        # Sent twice: it is open by now.
        if queries.own_live_of(request.member, public_id):
            return redirect(then)
        raise Http404
    return _open(request, "case", public_id, then=then, back=back, stub=stub)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_break_glass_note, Note, related=("written_by",))
def emergency_note(request: MemberRequest, note: Note) -> HttpResponse:
    """Open a restricted note that one may not read."""
    shown(request, [note], "identity")
    there = reverse("cases:note-detail", args=[note.public_id])
    return _open(request, "note", note.public_id, then=there, back=there, author=note.written_by)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_break_glass_document, Document, related=("written_by", "case"))
def emergency_document(request: MemberRequest, document: Document) -> HttpResponse:
    """Open a restricted document that one may not open."""
    shown(request, [document.case], "identity")
    there = reverse("cases:case-documents", args=[document.case.public_id])
    return _open(request, "document", document.public_id, then=there, back=there, author=document.written_by)


@require_GET
@allowed(policies.can_see_emergencies)
def emergency_list(request: MemberRequest) -> HttpResponse:
    """Every emergency: for those who answer for who looked, and for each those that they were told of."""
    rows = list(queries.register()[:200])
    return render(request, "cases/emergencies/list.html", {"rows": rows, "most": len(rows) == 200})


@require_http_methods(["GET", "POST"])
@allowed(policies.can_see_emergency, Emergency, related=("opened_by",))
def emergency_detail(request: MemberRequest, emergency: Emergency) -> HttpResponse:
    """One emergency: why, what was opened, who was told; and what somebody found who reviewed it."""
    member = request.member
    may_review = policies.can_review_emergency(member, emergency)
    form = ReviewForm(request.POST or None) if may_review else None
    if form is not None and form.is_valid():
        try:
            services.review_emergency(emergency, **form.cleaned_data, by=me(member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "Your review is kept with the emergency.")
            return redirect("cases:emergency-detail", public_id=emergency.public_id)
    context = {
        "emergency": emergency,
        "looks": queries.looks_in(emergency),
        "told": queries.told_of(emergency),
        "reviews": queries.reviews_of(emergency),
        "form": form,
        "to_look_at": queries.to_look_at(member).filter(pk=emergency.pk).exists(),
        "may_end": policies.can_end_emergency(member, emergency),
        "back": reverse("cases:emergency-list"),
    }
    failed = form is not None and bool(form.errors)
    return render(request, "cases/emergencies/detail.html", context, status=422 if failed else 200)


@require_POST
@allowed(policies.can_see_emergency, Emergency)
def emergency_look(request: MemberRequest, emergency: Emergency) -> HttpResponse:
    """Say that one has read of it."""
    services.look_at_emergency(emergency, by=me(request.member))
    messages.success(request, "It is noted that you have read this.")
    return redirect("cases:emergency-detail", public_id=emergency.public_id)


@require_POST
@allowed(policies.can_end_emergency, Emergency)
def emergency_end(request: MemberRequest, emergency: Emergency) -> HttpResponse:
    """End it before its time."""
    try:
        services.end_emergency(emergency, by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The emergency has ended. What was restricted is closed again.")
    return redirect("cases:emergency-detail", public_id=emergency.public_id)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_holders, Case, related=CASE_RELATED)
def case_bars(request: MemberRequest, case: Case) -> HttpResponse:
    """Who never opens this case in an emergency."""
    bars = list(queries.barred_from(case))
    people = members_now(request.member).exclude(pk__in=[bar.member_id for bar in bars])
    form = BarForm(request.POST or None, people=people.exclude(user__in=[hold.user_id for hold in live_holds(case)]))
    if form.is_valid():
        person = form.people[form.cleaned_data["member"]]
        try:
            services.bar_from_emergency(case, person, by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, f"{person.name} never opens this case in an emergency.")
            return redirect("cases:case-bars", public_id=case.public_id)
    context = case_page(
        request,
        case,
        "cases:case-people",
        form=form,
        bars=bars,
        back=reverse("cases:case-holders", args=[case.public_id]),
    )
    return render(request, "cases/emergencies/bars.html", context, status=422 if form.errors else 200)


@require_POST
@allowed(policies.can_change_holders, Case)
def case_bar_end(request: MemberRequest, case: Case) -> HttpResponse:
    """Take it back."""
    shown(request, [case], "identity")
    bars = queries.barred_from(case)
    bar = next((one for one in bars if str(one.member.public_id) == request.POST.get("member")), None)
    if bar is None:
        messages.error(request, "Choose who may open it in an emergency again.")
    else:
        services.unbar_from_emergency(case, bar.member, by=me(request.member))
        messages.success(request, f"{bar.member.name} may open this case in an emergency again.")
    return redirect("cases:case-bars", public_id=case.public_id)
