"""Raising a safeguarding concern: it is raised in the school's own system, and only noted here."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from apst.accounts.queries import me, whom_to_tell
from apst.tenancy.context import Member
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.notes import ConcernForm
from cases.models import Case, Note, Sensitivity

from .cases import complain
from .notes import submission_key_of
from .page import CASE_RELATED, case_page


def _card(member: Member, *, then: str, then_words: str) -> dict[str, Any]:
    """Give the interruption: whom to tell, where the concern is raised, and what comes after."""
    system = member.taskforce.safeguarding_system or "the school’s own safeguarding system"
    leads = ", ".join(f"{lead.name} ({lead.email})" for lead in whom_to_tell())
    text = (
        f"If a child is in danger now, ring 999. Then tell the designated safeguarding lead yourself, today:"
        f" {leads or 'the school knows who it is'}. Raise the concern in {system}.\n\n"
        "Nothing that you write here reaches them: this is not the child protection file, and nobody is told by it."
    )
    link = member.taskforce.safeguarding_link
    if link:
        return {"text": text, "action": f"Open {system}", "href": link, "cancel": then, "cancel_text": then_words}
    return {"text": text, "action": then_words, "href": then, "cancel": "", "cancel_text": ""}


@require_GET
@allowed(policies.can_see_concern, guests=True)
def concern(request: MemberRequest) -> HttpResponse:
    """How a concern is raised, for everybody who works here, and for partners' guests."""
    writes = policies.can_write_notes(request.member)
    then, words = (reverse("cases:note-choose"), "Find the case") if writes else (reverse("home"), "Go to Today")
    return render(request, "cases/notes/concern.html", {"card": _card(request.member, then=then, then_words=words)})


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_note, Case, related=CASE_RELATED)
def case_concern(request: MemberRequest, case: Case) -> HttpResponse:
    """How a concern about this pupil is raised; and noting that it was."""
    by = me(request.member)
    form = ConcernForm(request.POST or None, initial={"raised_by": by.name})
    if form.is_valid():
        try:
            services.write_note(
                case,
                kind=Note.Kind.EVENT,
                happened_on=form.cleaned_data["raised_on"],
                sensitivity=Sensitivity.SAFEGUARDING,
                said=form.said(),
                submission_key=submission_key_of(request),
                by=by,
            )
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "It is noted that the concern was raised.")
            return redirect("cases:case-detail", public_id=case.public_id)
    back = reverse("cases:case-detail", args=[case.public_id])
    card = _card(request.member, then="#raised", then_words="Note that it was raised")
    return render(
        request, "cases/notes/case_concern.html", case_page(request, case, "", form=form, card=card, back=back)
    )
