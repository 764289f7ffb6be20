"""Who else reads a restricted note: letting them in, ending it, and what others let oneself read."""

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
from cases.exceptions import CaseError, NoHolder
from cases.forms.notes import AccessForm
from cases.models import Note
from cases.queries import notes as queries

from .cases import complain
from .notes import note_page


@require_http_methods(["GET", "POST"])
@allowed(policies.can_give_note_access, Note, related=("written_by",))
def note_access(request: MemberRequest, note: Note) -> HttpResponse:
    """Who reads a restricted note, and letting one more person in."""
    form = AccessForm(request.POST or None, people=queries.may_be_let_in(note, request.member))
    if form.is_valid():
        person = form.people[form.cleaned_data["member"]]
        try:
            services.give_note_access(
                note,
                person,
                reason=form.cleaned_data["reason"],
                until=form.cleaned_data["until"],
                by=me(request.member),
            )
        except CaseError as error:
            complain(form, error)
        else:
            said = f"{person.name} may read the note now, under “Notes shared with me” on their Today."
            messages.success(request, said)
            return redirect("cases:note-access", public_id=note.public_id)
    context: dict[str, Any] = {
        "form": form,
        "readers": queries.readers_of(note),
        "may_end": policies.can_end_note_access(request.member, note),
        "own": request.member.membership_id,
        "back": reverse("cases:note-detail", args=[note.public_id]),
    }
    return render(request, "cases/notes/access.html", note_page(request, note, **context))


@require_POST
@allowed(policies.can_end_note_access, Note)
def note_access_end(request: MemberRequest, note: Note) -> HttpResponse:
    """End somebody's access to a restricted note. To undo it, let them in again: the audit trail keeps both."""
    shown(request, [note], "intervention")
    inside = [reader.grant_to for reader in queries.readers_of(note) if reader.grant_to]
    person = next((one for one in inside if str(one.public_id) == request.POST.get("member")), None)
    try:
        if person is None:
            raise NoHolder("This person does not read the note by anybody’s leave.")
        services.end_note_access(note, person, by=me(request.member))
        messages.success(request, f"{person.name} does not read the note any more.")
    except CaseError as error:
        messages.error(request, str(error))
    return redirect("cases:note-access", public_id=note.public_id)


@require_GET
@allowed(policies.can_be_let_in)
def note_let_in(request: MemberRequest) -> HttpResponse:
    """The restricted notes that others let this member read."""
    notes = queries.let_in(request.member)
    shown(request, notes, "intervention")
    return render(request, "cases/notes/let_in.html", {"notes": notes, "back": reverse("home")})
