"""Writing on a case, reading one note with its versions, correcting and restricting it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods

from apst.accounts.queries import me
from apst.accounts.services import draft_for
from apst.people.queries import contacts_of
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.notes import CorrectForm, NoteForm, SensitivityForm, as_written
from cases.forms.sessions import as_typed
from cases.models import Case, Note
from cases.queries import notes as queries
from cases.queries.cases import posts_of
from cases.queries.emergencies import own_live_of
from cases.queries.home_copy import home_posts
from cases.queries.today import own_cases
from cases.services.notes import correction_key, draft_key

from .cases import complain, version_of
from .entries import pupils_named
from .page import CASE_RELATED, case_page


def submission_key_of(request: MemberRequest) -> uuid.UUID | None:
    """Give the key by which a form that was sent twice is known; None where it has none."""
    try:
        return uuid.UUID(request.POST.get("submission_key", ""))
    except ValueError:
        return None


class _Draft:
    """What the form is filled with: what was posted, or what had been begun; see `data-draft`."""

    def __init__(self, request: MemberRequest, key: str) -> None:
        held = draft_for(key)
        self.key, self.version = key, held.version if held else 0
        self.resumed = held is not None and request.method == "GET" and "fresh" not in request.GET
        self.data: Any = request.POST if request.method == "POST" else None
        if held is not None and self.resumed:
            self.data = as_typed(held.payload)


def note_page(request: MemberRequest, note: Note, **context: Any) -> dict[str, Any]:
    """Give the context of a page of one note, with its case's bar where the reader sees the case."""
    shown(request, [note], "intervention", queries.category_of(note))
    case = Case.objects.filter(pk=note.case_id).select_related(*CASE_RELATED).first()
    context |= {"note": note, "shell": "cases/notes/in_case.html" if case else "cases/notes/alone.html"}
    if case is None:
        return {"back": reverse("cases:note-let-in"), **context}
    return case_page(
        request, case, "cases:case-detail", **{"back": reverse("cases:case-detail", args=[case.public_id]), **context}
    )


@require_GET
@allowed(policies.can_write_notes)
def note_choose(request: MemberRequest) -> HttpResponse:
    """Whose case to write on: one's own first. With a pupil in the address straight on to their open case."""
    query = "?restricted=1" if "restricted" in request.GET else ""
    for pupil in pupils_named(request.GET.getlist("pupil")[:1]):
        asked = Case.objects.open().filter(pupil=pupil).first()
        if asked is not None and policies.can_write_note(request.member, asked):
            return redirect(reverse("cases:note-new", args=[asked.public_id]) + query)
    cases = list(own_cases(posts_of(request.member)))
    shown(request, cases, "identity")
    context = {"cases": cases, "query": query, "back": reverse("home")}
    return render(request, "cases/notes/choose.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_note, Case, related=CASE_RELATED)
def note_new(request: MemberRequest, case: Case) -> HttpResponse:
    """Write on a case: one form for all kinds."""
    contacts = list(contacts_of(case.pupil))
    draft = _Draft(request, draft_key(case))
    one = contacts[0] if len(contacts) == 1 else None
    form = NoteForm(draft.data, contacts=contacts, initial=_asked(request, one=one))
    if draft.resumed:
        form.judge_nothing()
    if request.method == "POST" and form.is_valid():
        try:
            note = services.write_note(
                case,
                kind=form.cleaned_data["kind"],
                happened_on=form.happened_on(),
                sensitivity=form.cleaned_data["sensitivity"],
                said=form.said(),
                submission_key=submission_key_of(request),
                by=me(request.member),
            )
        except CaseError as error:
            complain(form, error)
        else:
            look = format_html('<a class="govuk-link" href="/notes/{}/">Look at it</a>', note.public_id)
            messages.success(request, format_html("Saved. {}", look), extra_tags="safe")
            return redirect("cases:case-detail", public_id=case.public_id)
    if contacts:
        shown(request, [case], "family")
    context = case_page(
        request,
        case,
        "cases:case-detail",
        form=form,
        draft=draft,
        home=next((post.home_service or "your home service" for post in home_posts(request.member)), ""),
        back=reverse("cases:case-detail", args=[case.public_id]),
    )
    return render(request, "cases/notes/new.html", context)


def _asked(request: MemberRequest, *, one: Any) -> dict[str, str]:
    """Give what the address asks for: a kind, a sensitivity; and the one contact, where there is but one."""
    asked = {
        name: value
        for name in ("kind", "sensitivity")
        if (value := request.GET.get(name, "")) in dict(NoteForm.base_fields[name].choices)  # type: ignore[attr-defined]  # choice fields
    }
    if "restricted" in request.GET:
        # Which of the three is asked: what is filed as the wrong one is read by the wrong people.
        asked["sensitivity"] = ""
    return {"kind": Note.Kind.NOTE, "contact": str(one.public_id) if one else "", **asked}


@require_GET
@allowed(policies.can_see_note, Note, related=("written_by",))
def note_detail(request: MemberRequest, note: Note) -> HttpResponse:
    """One note with its earlier versions; who may not read it sees that it exists, of which kind and by whom."""
    versions = queries.versions_of([note.pk]).get(note.pk, [])
    member = request.member
    holds = note.is_restricted and policies.can_give_note_access(member, note)
    context = note_page(
        request,
        note,
        entry=queries.entry_of(note, versions),
        reads=bool(versions),
        readers=queries.readers_of(note) if note.is_restricted and versions else [],
        may_correct=bool(versions) and policies.can_correct_note(member, note),
        may_restrict=policies.can_restrict_note(member, note),
        may_give=holds,
        may_break_glass=not versions and policies.can_break_glass_note(member, note),
        note_emergency=own_live_of(member, note.public_id),
        may_copy=bool(versions) and policies.can_write_notes(member),
    )
    return render(request, "cases/notes/detail.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_correct_note, Note, related=("written_by",))
def note_correct(request: MemberRequest, note: Note) -> HttpResponse:
    """Write a further version of a note."""
    latest = queries.versions_of([note.pk])[note.pk][0]
    case = Case.objects.select_related("pupil").get(pk=note.case_id)
    draft = _Draft(request, correction_key(note))
    form = CorrectForm(draft.data, kind=note.kind, contacts=contacts_of(case.pupil), initial=as_written(latest))
    if draft.resumed:
        form.judge_nothing()
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_note(
                note,
                version=version_of(request),
                happened_on=form.cleaned_data["other_day"],
                said=form.said(),
                why=form.cleaned_data["why_corrected"],
                by=me(request.member),
            )
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The note is corrected. What it said before is kept.")
            return redirect("cases:note-detail", public_id=note.public_id)
    back = reverse("cases:note-detail", args=[note.public_id])
    version = request.POST.get("version") or note.version
    context = note_page(request, note, form=form, draft=draft, version=version, back=back)
    return render(request, "cases/notes/correct.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_restrict_note, Note, related=("written_by",))
def note_restrict(request: MemberRequest, note: Note) -> HttpResponse:
    """Say who may read a note."""
    form = SensitivityForm(request.POST or None, initial={"sensitivity": note.sensitivity})
    if form.is_valid():
        try:
            services.restrict_note(
                note,
                sensitivity=form.cleaned_data["sensitivity"],
                version=version_of(request),
                by=me(request.member),
            )
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "Who may read the note is changed, for its earlier versions too.")
            return redirect("cases:note-detail", public_id=note.public_id)
    back = reverse("cases:note-detail", args=[note.public_id])
    return render(request, "cases/notes/restrict.html", note_page(request, note, form=form, back=back))
