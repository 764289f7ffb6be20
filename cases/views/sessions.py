"""Logging a session, reading and changing it, and one's own week."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.exceptions import AccountsError
from apst.accounts.queries import me
from apst.accounts.services import draft_for, save_draft
from apst.codelists import label
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from apst.web.tables import Cell
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.sessions import SessionForm, as_said, as_typed, attendance_label
from cases.lengths import length_words
from cases.models import Case, Intervention, InterventionNote
from cases.queries import interventions as queries
from cases.queries.cases import posts_of
from cases.queries.home_copy import copies_session
from cases.queries.plans import goals_for
from cases.services.interventions import DRAFT

from .entries import (
    ask_of_apart,
    attending,
    complain,
    make_form,
    opened,
    outside_words,
    pupils_named,
    save,
    say,
    say_who_keeps_missing,
    the_key,
    undo_button,
    uuids,
    version_of,
)


def session_cells(session: Intervention, *, case: Case | None = None) -> list[Any]:
    """Give a session as a row of a table; with a case, the attendance of its pupil alone."""
    places = [p for p in session.places.all() if case is None or p.case_id == case.pk]
    return [
        Cell(f"{session.held_on:%a %-d %b %Y}", f"/sessions/{session.public_id}/", session.reference),
        Cell(
            label("activity_types", session.activity_type),
            second=label("intervention_types", session.intervention_type),
        ),
        ", ".join(row.post.specialist.name for row in session.specialists.all()),
        ", ".join(dict.fromkeys(attendance_label(place.attendance) for place in places)),
        length_words(session.minutes),
    ]


@require_http_methods(["GET", "POST"])
@allowed(policies.can_log)
def session_log(request: MemberRequest) -> HttpResponse:
    """Log a session: three taps from Today."""
    if request.method == "POST":
        chosen = pupils_named(request.POST.getlist("pupils"))
        found = queries.found(request.POST.get("find", "")) if "search" in request.POST else []
        form = make_form(request, request.POST, SessionForm, chosen=chosen, found=found)
        if "search" in request.POST:
            return _log_page(request, form.judge_nothing(), searched=True, found=len(found))
        if "restrict" in request.POST:
            return _keep_and_restrict(request, form)
        if "back" not in request.POST and form.is_valid() and (done := _log(request, form)):
            return done
        return _log_page(request, form)
    asked = pupils_named(request.GET.getlist("pupil"))
    draft = draft_for(DRAFT)
    if draft and not asked and not {"fresh", "day"} & request.GET.keys():
        typed = as_typed(draft.payload)
        form = make_form(request, typed, SessionForm, chosen=pupils_named(typed.getlist("pupils")))
        return _log_page(request, form.judge_nothing(), resumed=True)
    initial: dict[str, Any] = {"pupils": [str(p.public_id) for p in asked]}
    initial |= _day_asked(request.GET.get("day", ""))
    return _log_page(request, make_form(request, None, SessionForm, chosen=asked, initial=initial))


def _day_asked(text: str) -> dict[str, Any]:
    """Read the day of an empty slot: a chip for today and yesterday, else a date."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return {}
    near = {localdate(): "today", localdate() - dt.timedelta(days=1): "yesterday"}
    return {"day": near[day]} if day in near else {"day": "", "other_day": day}


def _log_page(request: MemberRequest, form: SessionForm, **context: Any) -> HttpResponse:
    draft = draft_for(DRAFT)
    context |= {
        "form": form,
        "may_restrict": True,
        "opened": opened(request),
        "draft_key": DRAFT,
        "draft_version": draft.version if draft else 0,
        "back": reverse("home"),
    }
    return render(request, "cases/session_log.html", context)


def _keep_and_restrict(request: MemberRequest, form: SessionForm) -> HttpResponse:
    """Keep what was typed as the form's draft, and go on to a restricted note on the case of the one pupil chosen."""
    typed = {
        name: values if len(values) > 1 else values[0] for name, values in request.POST.lists() if name != "restrict"
    }
    try:
        save_draft(DRAFT, typed, version=version_of(request) or 0)
    except AccountsError as error:
        form.judge_nothing().add_error(None, str(error))
        return _log_page(request, form)
    messages.info(request, "The session is not saved yet. What you typed is kept, under Log a session.")
    chosen = uuids(form["pupils"].value() or [])
    to = f"&pupil={chosen[0]}" if len(chosen) == 1 else ""
    return redirect(f"{reverse('cases:note-choose')}?restricted=1{to}")


def _log(request: MemberRequest, form: SessionForm) -> HttpResponse | None:
    def log(**said: Any) -> Intervention:
        note = form.cleaned_data.get("note", "")
        return services.log_session(**said, note=note, submission_key=the_key(request), by=me(request.member))

    try:
        done = save(request, form, log=log)
    except CaseError as error:
        complain(form, error)
        return None
    if isinstance(done, HttpResponse):
        return done
    if done.logged_by_id == request.member.membership_id:
        again = format_html('<a class="govuk-link" href="{}">Log another</a>', reverse("cases:session-log"))
        outside = " outside school hours" if done.out_of_school_hours else ""
        say(request, format_html("Saved{}. {} or {}", outside, undo_button(request, done, "delete", "Undo"), again))
    say_who_keeps_missing(request, done)
    return redirect("home")


def _whole(session: Intervention) -> Intervention:
    return queries.whole(Intervention.objects.filter(pk=session.pk)).get()


@require_GET
@allowed(policies.can_see_session, Intervention)
def session_detail(request: MemberRequest, session: Intervention) -> HttpResponse:
    """One session, with its note for those who read notes, and what was changed."""
    session = _whole(session)
    note = InterventionNote.objects.filter(intervention=session).select_related("written_by").first()
    shown(request, session.places.all(), "identity", "intervention")
    goals = goals_for(session) if policies.can_link_sessions(request.member, session) else []
    if goals:
        shown(request, [case for case, _ in goals], "plan")
    # A case that this reader does not see is no row here, and its pupil's name no link.
    cases = dict(Case.objects.filter(pk__in=[p.case_id for p in session.places.all()]).values_list("pk", "public_id"))
    context = {
        "goals": goals,
        "session": session,
        "summary": _summary(session),
        "places": [
            (place, place.get_attendance_display(), cases.get(place.case_id or 0)) for place in session.places.all()
        ],
        "may_copy": policies.can_copy_session(request.member, session) and copies_session(request.member, session),
        "note": note,
        "history": queries.history_of(session),
        "may_change": policies.can_change_session(request.member, session),
        "back": f"{reverse('cases:session-list')}?week={queries.week_key(queries.monday_of(session.held_on))}",
    }
    return render(request, "cases/session_detail.html", context)


def _summary(session: Intervention) -> list[dict[str, Any]]:
    start = f" at {session.starts_at:%H:%M}" if session.starts_at else ""
    travel, trained = session.travel_minutes, session.staff_trained
    rows = {
        "Day": f"{session.held_on:%A %-d %B %Y}{start}",
        "Length": length_words(session.minutes),
        "Travel, apart from it": length_words(travel) if travel is not None else "",
        "What was done": session.get_activity_type_display(),
        "Type of support": session.get_intervention_type_display(),
        "Staff who took part": str(trained) if trained is not None else "",
        "Who did it": "\n".join(str(row.post) for row in session.specialists.all()),
        "Where": session.get_location_display(),
        "Site": session.site.name if session.site else "",
        "Outside school hours": "Yes" if session.out_of_school_hours else "No",
        "School that it was for": session.beneficiary.name if session.beneficiary else "",
        "Logged by": session.logged_by.name if session.logged_by else "Import",
    }
    # What was optional and not said is no row: on a phone five times "Not recorded" hides what is.
    return [{"key": key, "value": value} for key, value in rows.items() if value]


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_session, Intervention)
def session_change(request: MemberRequest, session: Intervention) -> HttpResponse:
    """Change a session within the window."""
    session = _whole(session)
    note = InterventionNote.objects.filter(intervention=session).first()
    here = [place.pupil for place in session.places.all()]
    initial = as_said(session, note.text if note else "")
    if request.method == "POST":
        chosen = {pupil.pk: pupil for pupil in [*here, *pupils_named(request.POST.getlist("pupils"))]}
        searching = "search" in request.POST
        found = queries.found(request.POST.get("find", "")) if searching else []
        form = _change_form(request, session, request.POST, chosen=list(chosen.values()), found=found)
        _keep_note_to_its_author(request, form, note)
        if searching:
            return _change_page(request, session, form.judge_nothing(), searched=True, found=len(found))
        if "back" not in request.POST and form.is_valid():
            said = form.said()
            there = attending(said["places"])
            if not set(there) <= set(here) and (asks := ask_of_apart(request, there)):
                return asks
            try:
                services.change_session(
                    session,
                    **said,
                    note=form.cleaned_data.get("note"),
                    version=version_of(request),
                    by=me(request.member),
                )
            except CaseError as error:
                complain(form, error)
            else:
                messages.success(request, "The session is changed.")
                return redirect("cases:session-detail", public_id=session.public_id)
    else:
        form = _change_form(request, session, None, chosen=here, initial=initial)
        _keep_note_to_its_author(request, form, note)
    return _change_page(request, session, form)


def _change_form(request: MemberRequest, session: Intervention, data: Any, **more: Any) -> SessionForm:
    posts = [row.post for row in session.specialists.all()]
    form = make_form(request, data, SessionForm, of_posts=posts, minutes=session.minutes, logging=False, **more)
    form.fields["out_of_school_hours"].help_text = outside_words(session.held_on, session.starts_at)
    return form


def _change_page(request: MemberRequest, session: Intervention, form: SessionForm, **context: Any) -> HttpResponse:
    version = request.POST.get("version") or session.version
    back = reverse("cases:session-detail", args=[session.public_id])
    return render(
        request,
        "cases/session_change.html",
        context | {"form": form, "session": session, "version": version, "back": back},
    )


def _keep_note_to_its_author(request: MemberRequest, form: SessionForm, note: InterventionNote | None) -> None:
    if note and note.written_by_id != request.member.membership_id:
        form.fields.pop("note", None)


@require_POST
@allowed(policies.can_change_session, Intervention)
def session_delete(request: MemberRequest, session: Intervention) -> HttpResponse:
    """Delete a session, with Undo."""
    shown(request, session.places.all(), "intervention")
    try:
        deleted = services.delete_session(session, version=version_of(request), by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        say(
            request,
            format_html("The session is deleted. {}", undo_button(request, deleted, "restore", "Bring it back")),
        )
    return _onwards(request, session)


@require_POST
@allowed(policies.can_change_session, Intervention)
def session_restore(request: MemberRequest, session: Intervention) -> HttpResponse:
    """Take a deletion back."""
    shown(request, session.places.all(), "intervention")
    try:
        services.restore_session(session, version=version_of(request), by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The session is there again.")
    return _onwards(request, session)


def _onwards(request: MemberRequest, session: Intervention) -> HttpResponse:
    if request.POST.get("next") == "home":
        return redirect("home")
    return redirect(f"{reverse('cases:session-list')}?week={queries.week_key(queries.monday_of(session.held_on))}")


@require_POST
@allowed(policies.can_see_session, Intervention)
def session_leave(request: MemberRequest, session: Intervention) -> HttpResponse:
    """Take oneself out of a colleague's session that one joined."""
    shown(request, session.places.all(), "intervention")
    mine = {post.pk: post for post in posts_of(request.member)}
    row = session.specialists.filter(post__in=mine).first()
    if row is None or not policies.can_log(request.member):
        raise PermissionDenied
    try:
        services.leave_session(session, post=mine[row.post_id], by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "You are not on that session any more.")
    return redirect("home")
