"""Logging a session, reading and changing it, and one's own week."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.accounts.services import draft_for
from apst.codelists import label
from apst.people.models import Pupil
from apst.places.queries import open_sites
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from apst.web.tables import Cell
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.sessions import SessionForm, as_said, as_typed, attendance_label
from cases.lengths import length_words
from cases.models import Case, Intervention, InterventionNote
from cases.queries import interventions as queries
from cases.queries.cases import is_live, posts_of, posts_since
from cases.queries.plans import goals_for
from cases.services.interventions import DRAFT

POSTS_SINCE = dt.timedelta(days=60)


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


def _uuids(texts: Iterable[str]) -> list[UUID]:
    read = []
    for text in texts:
        try:
            read.append(uuid.UUID(text))
        except ValueError:
            continue
    return read


def _pupils(public_ids: Iterable[str]) -> list[Pupil]:
    wanted = _uuids(public_ids)
    return list(Pupil.objects.filter(public_id__in=wanted).order_by("name_key", "pk")) if wanted else []


def _make_form(
    request: MemberRequest,
    data: Any,
    *,
    chosen: list[Pupil],
    found: list[Pupil] = [],  # noqa: B006 - never changed
    initial: dict[str, Any] | None = None,
    session: Intervention | None = None,
) -> SessionForm:
    """Build the form: chips for the pupils chosen, found and usual; the last type, length and place remembered."""
    member = request.member
    habit, recent = queries.habit_of(member)
    own = [post for post in posts_of(member) if is_live(post)]
    everybody = list(posts_since(localdate() - POSTS_SINCE))
    said: dict[str, Any] = {"activity_type": habit.activity_type, "location": habit.location}
    if habit.minutes:
        said["length"] = str(habit.minutes)
    if habit.posts and not own:
        said["specialist"] = next((str(p.public_id) for p in everybody if p.pk == habit.posts[0]), "")
    usual = habit.minutes
    if session is not None:
        own = own if any(row.post in own for row in session.specialists.all()) and len(own) == 1 else []
        usual = session.minutes
    form = SessionForm(
        data,
        offered=queries.pupils_first(member, recent, also=[*chosen, *found]),
        own_posts=own,
        posts=everybody,
        sites=open_sites(),
        usual_minutes=usual,
        notes=policies.can_write_notes(member),
        logging=session is None,
        initial={**said, **(initial or {})},
    )
    shown(request, form.offered, "identity")
    return form


@require_http_methods(["GET", "POST"])
@allowed(policies.can_log)
def session_log(request: MemberRequest) -> HttpResponse:
    """Log a session: three taps from Today."""
    if request.method == "POST" and "search" not in request.POST:
        form = _make_form(request, request.POST, chosen=_pupils(request.POST.getlist("pupils")))
        if form.is_valid() and (done := _log(request, form)):
            return done
        return _log_page(request, form)
    if request.method == "POST":
        found = queries.found(request.POST.get("find", ""))
        form = _make_form(request, request.POST, chosen=_pupils(request.POST.getlist("pupils")), found=found)
        return _log_page(request, form.judge_nothing(), searched=True, found=len(found))
    asked = _pupils(request.GET.getlist("pupil"))
    draft = draft_for(DRAFT)
    if draft and not asked and "fresh" not in request.GET:
        typed = as_typed(draft.payload)
        form = _make_form(request, typed, chosen=_pupils(typed.getlist("pupils")))
        return _log_page(request, form.judge_nothing(), resumed=True)
    return _log_page(
        request, _make_form(request, None, chosen=asked, initial={"pupils": [str(p.public_id) for p in asked]})
    )


def _log_page(request: MemberRequest, form: SessionForm, **context: Any) -> HttpResponse:
    draft = draft_for(DRAFT)
    context |= {
        "form": form,
        "draft_key": DRAFT,
        "draft_version": draft.version if draft else 0,
        "back": reverse("home"),
    }
    return render(request, "cases/session_log.html", context)


def _log(request: MemberRequest, form: SessionForm) -> HttpResponse | None:
    keys = _uuids([request.POST.get("submission", "")])
    try:
        session = services.log_session(
            **form.said(),
            note=form.cleaned_data.get("note", ""),
            submission_key=keys[0] if keys else None,
            by=me(request.member),
        )
    except CaseError as error:
        _complain(form, error)
        return None
    again = format_html('<a class="govuk-link" href="{}">Log another</a>', reverse("cases:session-log"))
    _say(request, format_html("Saved. {} or {}", _button(request, session, "delete", "Undo"), again))
    return redirect("home")


def _complain(form: SessionForm, error: CaseError) -> None:
    field = {"minutes": "other_minutes", "held_on": "other_day", "specialists": "specialist"}.get(
        error.field or "", error.field
    )
    form.add_error(field if field in form.fields else None, str(error))


def _say(request: MemberRequest, words: Any) -> None:
    messages.success(request, words, extra_tags="safe")


def _button(request: MemberRequest, session: Intervention, act: str, words: str) -> Any:
    """Give a small form with one button, for a message; by its version a later change is never undone."""
    return format_html(
        '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="taskforce" value="{}"><input type="hidden" name="version" value="{}">'
        '<input type="hidden" name="next" value="{}"><button class="app-link-button">{}</button></form>',
        reverse(f"cases:session-{act}", args=[session.public_id]),
        get_token(request),
        request.member.taskforce.public_id,
        session.version,
        "home",
        words,
    )


def _version(request: MemberRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() else None


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
    context = {
        "goals": goals,
        "session": session,
        "summary": _summary(session),
        "places": [(place, place.get_attendance_display()) for place in session.places.all()],
        "note": note,
        "history": queries.history_of(session),
        "may_change": policies.can_change_session(request.member, session),
        "back": f"{reverse('cases:session-list')}?week={queries.week_key(queries.monday_of(session.held_on))}",
    }
    return render(request, "cases/session_detail.html", context)


def _summary(session: Intervention) -> list[dict[str, Any]]:
    start = f" at {session.starts_at:%H:%M}" if session.starts_at else ""
    rows: list[dict[str, Any]] = [
        {"key": "Day", "value": f"{session.held_on:%A %-d %B %Y}{start}"},
        {"key": "Length", "value": length_words(session.minutes)},
        {"key": "Type", "value": session.get_activity_type_display()},
        {"key": "What it was", "value": session.get_intervention_type_display()},
        {"key": "Who did it", "value": "\n".join(str(row.post) for row in session.specialists.all())},
        {"key": "Where", "value": session.get_location_display()},
        {"key": "Site", "value": session.site.name if session.site else ""},
        {"key": "Outside school hours", "value": "Yes" if session.out_of_school_hours else "No"},
        {"key": "Logged by", "value": session.logged_by.name if session.logged_by else "Import"},
    ]
    if session.staff_trained is not None:
        rows.insert(4, {"key": "Staff who took part", "value": str(session.staff_trained)})
    return rows


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_session, Intervention)
def session_change(request: MemberRequest, session: Intervention) -> HttpResponse:
    """Change a session within the window."""
    session = _whole(session)
    note = InterventionNote.objects.filter(intervention=session).first()
    here = [place.pupil for place in session.places.all()]
    initial = as_said(session, note.text if note else "")
    if request.method == "POST":
        chosen = {pupil.pk: pupil for pupil in [*here, *_pupils(request.POST.getlist("pupils"))]}
        searching = "search" in request.POST
        found = queries.found(request.POST.get("find", "")) if searching else []
        form = _make_form(request, request.POST, chosen=list(chosen.values()), found=found, session=session)
        _keep_note_to_its_author(request, form, note)
        if searching:
            return _change_page(request, session, form.judge_nothing(), searched=True, found=len(found))
        if form.is_valid():
            try:
                services.change_session(
                    session,
                    **form.said(),
                    note=form.cleaned_data.get("note"),
                    version=_version(request),
                    by=me(request.member),
                )
            except CaseError as error:
                _complain(form, error)
            else:
                messages.success(request, "The session is changed.")
                return redirect("cases:session-detail", public_id=session.public_id)
    else:
        form = _make_form(request, None, chosen=here, initial=initial, session=session)
        _keep_note_to_its_author(request, form, note)
    return _change_page(request, session, form)


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
        deleted = services.delete_session(session, version=_version(request), by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        _say(request, format_html("The session is deleted. {}", _button(request, deleted, "restore", "Bring it back")))
    return _onwards(request, session)


@require_POST
@allowed(policies.can_change_session, Intervention)
def session_restore(request: MemberRequest, session: Intervention) -> HttpResponse:
    """Take a deletion back."""
    shown(request, session.places.all(), "intervention")
    try:
        services.restore_session(session, version=_version(request), by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The session is there again.")
    return _onwards(request, session)


def _onwards(request: MemberRequest, session: Intervention) -> HttpResponse:
    if request.POST.get("next") == "home":
        return redirect("home")
    return redirect(f"{reverse('cases:session-list')}?week={queries.week_key(queries.monday_of(session.held_on))}")


@require_GET
@allowed(policies.can_log)
def session_list(request: MemberRequest) -> HttpResponse:
    """One's own log of a week, by day, with totals."""
    monday = queries.week_of(request.GET.get("week", ""))
    this = queries.monday_of(localdate())
    sessions = queries.own_week(request.member, monday)
    shown(request, (place for session in sessions for place in session.places.all()), "identity", "intervention")
    days = []
    for number in range(7):
        day = monday + dt.timedelta(days=number)
        held = [session for session in sessions if session.held_on == day]
        if held or number < 5:
            days.append({"day": day, "total": _total(held), "rows": [_week_row(request, session) for session in held]})
    context = {
        "monday": monday,
        "sunday": monday + dt.timedelta(days=6),
        "days": days,
        "total": _total(sessions),
        "number": len(sessions),
        "uncounted": sum(1 for session in sessions if not queries.counted_minutes(session)),
        "earlier": f"?week={queries.week_key(monday - dt.timedelta(days=7))}",
        "later": f"?week={queries.week_key(monday + dt.timedelta(days=7))}" if monday < this else "",
        "is_this": monday == this,
    }
    return render(request, "cases/session_list.html", context)


def _total(sessions: Iterable[Intervention]) -> str:
    return length_words(sum(queries.counted_minutes(session) for session in sessions))


def _week_row(request: MemberRequest, session: Intervention) -> dict[str, Any]:
    places = list(session.places.all())
    return {
        "session": session,
        "who": ", ".join(place.pupil.full_name for place in places) or "No pupil",
        "what": label("activity_types", session.activity_type),
        "length": length_words(session.minutes),
        "attendance": ", ".join(
            dict.fromkeys(attendance_label(p.attendance) for p in places if p.attendance != "attended")
        ),
        "may_change": policies.can_change_session(request.member, session),
    }
