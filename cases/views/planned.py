"""Planning a session, moving it, taking it out of the plan, and ticking it off."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST

from apst.accounts.queries import me
from apst.accounts.services import draft_for
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.planned import PlanForm, RegisterForm, as_planned
from cases.forms.sessions import as_typed
from cases.lengths import length_words
from cases.models import Intervention, PlannedSession
from cases.queries import interventions as queries
from cases.queries import planned as plans
from cases.queries.cases import posts_of
from cases.services.planned import PLAN_DRAFT

from .entries import (
    act_button,
    ask_of_apart,
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
    version_of,
)


def week_href(day: Any) -> str:
    """Give the address of the week that a day lies in."""
    return f"{reverse('cases:session-list')}?week={queries.week_key(queries.monday_of(day))}"


def onwards(request: MemberRequest, day: Any) -> HttpResponse:
    """Go back to where the button was: Today, or the week of the day."""
    return redirect("home") if request.POST.get("next") == "home" else redirect(week_href(day))


def _whole(planned: PlannedSession) -> PlannedSession:
    return plans.with_people(PlannedSession.objects.filter(pk=planned.pk)).get()


@require_http_methods(["GET", "POST"])
@allowed(policies.can_log)
def planned_new(request: MemberRequest) -> HttpResponse:
    """Plan a session with a pupil, once or each week."""
    if request.method == "POST":
        searching = "search" in request.POST
        found = queries.found(request.POST.get("find", "")) if searching else []
        form = make_form(
            request, request.POST, PlanForm, chosen=pupils_named(request.POST.getlist("pupils")), found=found
        )
        if searching:
            return _plan_page(request, form.judge_nothing(), searched=True, found=len(found))  # type: ignore[arg-type]  # itself
        if "back" not in request.POST and form.is_valid() and (done := _plan(request, form)):
            return done
        return _plan_page(request, form)
    asked = pupils_named(request.GET.getlist("pupil"))
    day = _day(request)
    draft = draft_for(PLAN_DRAFT)
    if draft and not asked and not day and "fresh" not in request.GET:
        typed = as_typed(draft.payload)
        form = make_form(request, typed, PlanForm, chosen=pupils_named(typed.getlist("pupils")))
        return _plan_page(request, form.judge_nothing(), resumed=True)  # type: ignore[arg-type]  # itself
    initial = {"pupils": [str(pupil.public_id) for pupil in asked], "other_day": day or localdate()}
    return _plan_page(request, make_form(request, None, PlanForm, chosen=asked, initial=initial))


def _day(request: MemberRequest) -> Any:
    try:
        return parse_date(request.GET.get("day", ""))
    except ValueError:
        return None


def _plan_page(request: MemberRequest, form: PlanForm, **context: Any) -> HttpResponse:
    draft = draft_for(PLAN_DRAFT)
    context |= {
        "form": form,
        "draft_key": PLAN_DRAFT,
        "draft_version": draft.version if draft else 0,
        "back": week_href(localdate()),
    }
    return render(request, "cases/planned_new.html", context)


def _plan(request: MemberRequest, form: PlanForm) -> HttpResponse | None:
    day = form.cleaned_data["other_day"]
    if asks := ask_of_apart(request, form.chosen(), to_come=True):
        return asks
    try:
        made = services.plan_session(
            planned_on=day,
            what=services.What(**form.what()),
            until=form.cleaned_data["until"],
            series=the_key(request),
            by=me(request.member),
        )
    except CaseError as error:
        complain(form, error)
        return None
    words = "Planned." if len(made) == 1 else f"Planned {len(made)} times, until {made[-1].planned_on:%-d %B %Y}."
    say(request, format_html("{} {}", words, _series_button(request, made)))
    return redirect(week_href(day))


def _series_button(request: MemberRequest, made: list[PlannedSession]) -> Any:
    return act_button(request, reverse("cases:planned-series-cancel", args=[made[0].series]), "Undo")


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_planned, PlannedSession, related=("group", "session"))
def planned_change(request: MemberRequest, planned: PlannedSession) -> HttpResponse:
    """Move or change a planned session, alone or with those that follow."""
    planned = _whole(planned)
    here = plans.pupils_of(planned)
    searching = "search" in request.POST
    found = queries.found(request.POST.get("find", "")) if searching else []
    chosen = {pupil.pk: pupil for pupil in [*here, *pupils_named(request.POST.getlist("pupils"))]}
    form = make_form(
        request,
        request.POST if request.method == "POST" else None,
        PlanForm,
        chosen=list(chosen.values()),
        found=found,
        initial=as_planned(planned),
        of_posts=[row.post for row in planned.specialists.all()],
        minutes=planned.minutes,
        planning=False,
        group=planned.group,
    )
    if searching:
        form.judge_nothing()
    elif request.method == "POST" and "back" not in request.POST and form.is_valid():
        if asks := ask_of_apart(request, form.chosen(), to_come=True):
            return asks
        try:
            moved = services.change_planned(
                planned,
                version=version_of(request),
                planned_on=form.cleaned_data["other_day"],
                what=services.What(**form.what(), group=planned.group),
                later="later" in request.POST,
                by=me(request.member),
            )
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The planned session is changed.")
            return redirect(week_href(moved.planned_on))
    shown(request, here, "identity", "intervention")
    context = {
        "form": form,
        "planned": planned,
        "who": _who(planned),
        "version": request.POST.get("version") or planned.version,
        "back": week_href(planned.planned_on),
        "searched": searching,
        "found": len(found),
    }
    return render(request, "cases/planned_change.html", context)


def _who(planned: PlannedSession) -> str:
    if planned.group:
        return str(planned.group.name)
    return ", ".join(pupil.full_name for pupil in plans.pupils_of(planned)) or "No pupil"


@require_POST
@allowed(policies.can_change_planned, PlannedSession)
def planned_cancel(request: MemberRequest, planned: PlannedSession) -> HttpResponse:
    """Take a planned session out of the plan, with Undo."""
    shown(request, planned.places.all(), "intervention")
    try:
        gone = services.cancel_planned(
            planned, later="later" in request.POST, version=version_of(request), by=me(request.member)
        )
    except CaseError as error:
        messages.error(request, str(error))
    else:
        words = "Taken out of the week." if len(gone) == 1 else f"{len(gone)} taken out of the week."
        back = act_button(
            request,
            reverse("cases:planned-restore", args=[planned.public_id]),
            "Bring it back",
            next=request.POST.get("next", ""),
        )
        say(request, format_html("{} {}", words, back))
    return onwards(request, planned.planned_on)


@require_POST
@allowed(policies.can_change_planned, PlannedSession)
def planned_restore(request: MemberRequest, planned: PlannedSession) -> HttpResponse:
    """Bring back what was taken out of the week."""
    shown(request, planned.places.all(), "intervention")
    try:
        services.restore_planned(planned, by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "It is planned again.")
    return onwards(request, planned.planned_on)


@require_POST
@allowed(policies.can_log)
def planned_series_cancel(request: MemberRequest, series: uuid.UUID) -> HttpResponse:
    """Take back what oneself planned in one go."""
    number = services.cancel_series(series, by=me(request.member))
    messages.success(request, f"{number} taken out of the week.")
    return onwards(request, localdate())


@require_POST
@allowed(policies.can_log)
def planned_copy(request: MemberRequest) -> HttpResponse:
    """Same as last week: plan this week what was held or planned in the week before."""
    monday = plans.week_asked(request.POST.get("week", ""), localdate())
    if "back" in request.POST:
        return redirect(week_href(monday))
    posts = posts_of(request.member)
    together = [one.pupils_on(day) for day, one in services.as_last_week(posts, monday)]
    if asks := ask_of_apart(request, *together, to_come=True, back="Back to my week"):
        return asks
    made = services.plan_as_last_week(posts, monday=monday, series=the_key(request), by=me(request.member))
    if made:
        say(request, format_html("{} planned as the week before. {}", len(made), _series_button(request, made)))
    else:
        messages.info(request, "There is nothing of the week before that is not in this week already.")
    return redirect(week_href(monday))


# ---- ticking off


@require_POST
@allowed(policies.can_change_planned, PlannedSession, related=("group", "session"))
def planned_held(request: MemberRequest, planned: PlannedSession) -> HttpResponse:
    """Tick a planned session off as held, as planned and with everybody there; Undo is beside it."""
    planned = _whole(planned)
    data = request.POST.copy()
    values = {**as_planned(planned), "day": "", "other_day": planned.planned_on.isoformat()}
    for pupil in plans.pupils_of(planned):
        values[f"attendance-{pupil.public_id}"] = "attended"
    for name, value in values.items():
        if value not in (None, ""):
            data.setlist(name, [str(v) for v in value] if isinstance(value, list) else [str(value)])
    form = _register(request, planned, data)
    done = _tick_off(request, planned, form) if "back" not in request.POST and form.is_valid() else None
    # What cannot be ticked off as it was planned is said on its own page.
    return done or _register_page(request, planned, form)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_planned, PlannedSession, related=("group", "session"))
def planned_register(request: MemberRequest, planned: PlannedSession) -> HttpResponse:
    """Tick a planned session off: who was there, who not and why, how long it took."""
    planned = _whole(planned)
    if request.method == "POST":
        form = _register(request, planned, request.POST)
        if "back" not in request.POST and form.is_valid() and (done := _tick_off(request, planned, form)):
            return done
        return _register_page(request, planned, form)
    draft = draft_for(_draft_key(planned)) if "fresh" not in request.GET else None
    form = _register(request, planned, as_typed(draft.payload) if draft else None)
    if draft:
        form.judge_nothing()
    return _register_page(request, planned, form, resumed=draft is not None)


def _draft_key(planned: PlannedSession) -> str:
    return f"session-register-{planned.public_id}"


def _register(request: MemberRequest, planned: PlannedSession, data: Any) -> RegisterForm:
    form = make_form(
        request,
        data,
        RegisterForm,
        chosen=plans.pupils_of(planned),
        only_chosen=True,
        initial=as_planned(planned),
        of_posts=[row.post for row in planned.specialists.all()],
        minutes=planned.minutes,
        logging=False,
    )
    form.fields["out_of_school_hours"].help_text = outside_words(planned.planned_on, planned.starts_at)
    return form


def _register_page(
    request: MemberRequest, planned: PlannedSession, form: RegisterForm, *, resumed: bool = False
) -> HttpResponse:
    shown(request, form.offered, "intervention")
    start = f" at {planned.starts_at:%H:%M}" if planned.starts_at else ""
    kept = draft_for(_draft_key(planned))
    context = {
        "form": form,
        "planned": planned,
        "resumed": resumed,
        "draft_version": kept.version if kept else 0,
        "who": _who(planned),
        "when": f"{planned.planned_on:%A %-d %B}{start}, {length_words(planned.minutes)}",
        "opened": opened(request),
        "draft_key": _draft_key(planned),
        "action": reverse("cases:planned-register", args=[planned.public_id]),
        "to_come": planned.planned_on > localdate(),
        "back": week_href(planned.planned_on),
    }
    return render(request, "cases/session_register.html", context)


def _tick_off(request: MemberRequest, planned: PlannedSession, form: RegisterForm) -> HttpResponse | None:
    def log(*, places: Any, **said: Any) -> Intervention:
        if "cancelled" in request.POST:
            places = [(pupil, "cancelled_by_taskforce") for pupil, _ in places]
        if planned.group and said["site"] is None:
            said["site"] = planned.group.site
        return services.tick_off(
            planned, places=places, by=me(request.member), draft=_draft_key(planned),
            note=form.cleaned_data.get("note", ""), **said,
        )  # fmt: skip

    try:
        done = save(request, form, log=log, after_joining=lambda session: services.link_planned(planned, session))
    except CaseError as error:
        complain(form, error)
        return None
    if isinstance(done, HttpResponse):
        return done
    if done.logged_by_id == request.member.membership_id:
        words = "Cancelled, and logged as that." if "cancelled" in request.POST else "Saved."
        undo = undo_button(request, done, "delete", "Undo", onwards=request.POST.get("next", ""))
        say(request, format_html("{} {}", words, undo))
    say_who_keeps_missing(request, done)
    return onwards(request, planned.planned_on)
