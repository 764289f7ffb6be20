"""Groups that meet each week, and logging a group that met once."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.accounts.services import draft_for
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.planned import GroupForm, RegisterForm, WeeksForm, as_group
from cases.forms.sessions import as_typed
from cases.lengths import length_words
from cases.models import Intervention, SessionGroup
from cases.queries import interventions as queries
from cases.queries import planned as plans
from cases.services.groups import NEW_GROUP_DRAFT

from .entries import (
    act_button,
    ask_of_apart,
    complain,
    make_form,
    opened,
    pupils_named,
    save,
    say,
    say_who_keeps_missing,
    the_key,
    undo_button,
    version_of,
)

GROUP_DRAFT = "session-group"


def _words(group: SessionGroup) -> str:
    start = f", {group.starts_at:%H:%M}" if group.starts_at else ""
    return f"{group.get_weekday_display()}s{start}, {length_words(group.minutes)}"


@require_GET
@allowed(policies.can_log)
def group_list(request: MemberRequest) -> HttpResponse:
    """The groups that meet, and with ?ended those that ended."""
    ended = "ended" in request.GET
    rows = plans.groups(ended=ended)
    shown(request, (member for group in rows for member in group.members.all()), "identity", "intervention")
    context = {
        "ended": ended,
        "groups": [
            {
                "group": group,
                "when": _words(group),
                "people": ", ".join(row.post.specialist.name for row in group.specialists.all()),
                "pupils": ", ".join(m.pupil.full_name for m in group.members.all() if m.ends_on is None),
            }
            for group in rows
        ],
    }
    return render(request, "cases/session_group_list.html", context)


@require_GET
@allowed(policies.can_see_session_group, SessionGroup)
def group_detail(request: MemberRequest, group: SessionGroup) -> HttpResponse:
    """One group: who is in it, and its register, meeting by meeting."""
    return _detail(request, group, WeeksForm(initial={"until": None}))


def _detail(request: MemberRequest, group: SessionGroup, form: WeeksForm) -> HttpResponse:
    group = plans.with_members(SessionGroup.objects.filter(pk=group.pk)).get()
    members = list(group.members.all())
    shown(request, members, "identity", "intervention")
    today = localdate()
    meetings = [
        {
            "planned": planned,
            "open": plans.is_open(planned),
            "due": planned.planned_on <= today,
            "session": planned.session if not plans.is_open(planned) else None,
        }
        for planned in plans.next_of_group(group, today)
    ]
    context = {
        "group": group,
        "when": _words(group),
        "people": [str(row.post) for row in group.specialists.all()],
        "members": [member for member in members if member.ends_on is None],
        "left": [member for member in members if member.ends_on is not None],
        "meetings": meetings,
        "may_change": policies.can_change_session_group(request.member, group),
        "form": form,
        "back": reverse("cases:session-group-list"),
    }
    return render(request, "cases/session_group_detail.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_log)
def group_new(request: MemberRequest) -> HttpResponse:
    """Make a group that meets each week, and plan its weeks."""
    initial = {"activity_type": "group", "other_day": localdate(), "length": "60"}
    draft = draft_for(NEW_GROUP_DRAFT)
    resumed = draft is not None and request.method == "GET" and "fresh" not in request.GET
    form, searching, found = _form(
        request, initial=initial, typed=as_typed(draft.payload) if draft and resumed else None
    )
    if request.method == "POST" and not searching and "back" not in request.POST and form.is_valid():
        if asks := ask_of_apart(request, form.chosen(), to_come=True):
            return asks
        try:
            group = services.make_session_group(
                what=services.What(**form.what()),
                until=form.cleaned_data["until"],
                **form.group_said(),
                by=me(request.member),
            )
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The group is made.")
            return redirect("cases:session-group-detail", public_id=group.public_id)
    context = {
        "form": form,
        "searched": searching,
        "found": found,
        "resumed": resumed,
        "draft_key": NEW_GROUP_DRAFT,
        "draft_version": draft.version if draft else 0,
        "back": reverse("cases:session-group-list"),
    }
    return render(request, "cases/session_group_new.html", context)


def _form(request: MemberRequest, *, typed: Any = None, **more: Any) -> tuple[GroupForm, bool, int]:
    searching = "search" in request.POST
    names = (typed or request.POST).getlist("pupils")
    found = queries.found(request.POST.get("find", "")) if searching else []
    chosen = {p.pk: p for p in [*more.pop("here", ()), *pupils_named(names)]}
    data = request.POST if request.method == "POST" else typed
    form = make_form(request, data, GroupForm, chosen=list(chosen.values()), found=found, **more)
    if searching or typed is not None:
        form.judge_nothing()
    return form, searching, len(found)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_session_group, SessionGroup, related=("site",))
def group_change(request: MemberRequest, group: SessionGroup) -> HttpResponse:
    """Change a group from a day on."""
    group = plans.with_members(SessionGroup.objects.filter(pk=group.pk)).get()
    form, searching, found = _form(
        request,
        here=[row.pupil for row in group.members.all() if row.ends_on is None],
        initial=as_group(group, localdate()),
        of_posts=[row.post for row in group.specialists.all()],
        minutes=group.minutes,
        planning=False,
    )
    if not searching and "back" not in request.POST and form.is_valid():
        if asks := ask_of_apart(request, form.chosen(), to_come=True):
            return asks
        try:
            services.change_session_group(
                group,
                version=version_of(request),
                what=services.What(**form.what()),
                **form.group_said(),
                by=me(request.member),
            )
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The group is changed.")
            return redirect("cases:session-group-detail", public_id=group.public_id)
    context = {
        "form": form,
        "group": group,
        "version": request.POST.get("version") or group.version,
        "searched": searching,
        "found": found,
        "back": reverse("cases:session-group-detail", args=[group.public_id]),
    }
    return render(request, "cases/session_group_change.html", context)


@require_POST
@allowed(policies.can_change_session_group, SessionGroup)
def group_plan(request: MemberRequest, group: SessionGroup) -> HttpResponse:
    """Plan a group's weeks up to a day."""
    if "back" in request.POST:
        return redirect("cases:session-group-detail", public_id=group.public_id)
    form = WeeksForm(request.POST)
    if not form.is_valid():
        return _detail(request, group, form)
    group = plans.with_members(SessionGroup.objects.filter(pk=group.pk)).get()
    span = {"since": localdate(), "until": form.cleaned_data["until"]}
    try:
        together = [plans.in_group(group, day) for day in services.days_to_plan(group, **span)]
        if asks := ask_of_apart(request, *together, to_come=True, back="Back to the group"):
            return asks
        made = services.plan_session_group(group, **span, by=me(request.member))
    except CaseError as error:
        form.add_error("until" if error.field == "until" else None, str(error))
        return _detail(request, group, form)
    messages.success(request, f"{len(made)} more meeting{'' if len(made) == 1 else 's'} planned.")
    return redirect("cases:session-group-detail", public_id=group.public_id)


@require_POST
@allowed(policies.can_change_session_group, SessionGroup)
def group_end(request: MemberRequest, group: SessionGroup) -> HttpResponse:
    """End a group, with Undo."""
    services.end_session_group(group, by=me(request.member))
    again = act_button(request, reverse("cases:session-group-restart", args=[group.public_id]), "Start it again")
    say(request, format_html("The group has ended, and is planned no more. {}", again))
    return redirect("cases:session-group-detail", public_id=group.public_id)


@require_POST
@allowed(policies.can_change_session_group, SessionGroup)
def group_restart(request: MemberRequest, group: SessionGroup) -> HttpResponse:
    """Take the end of a group back."""
    services.restart_session_group(group, by=me(request.member))
    messages.success(request, "The group meets again, and the weeks that were taken out are planned again.")
    return redirect("cases:session-group-detail", public_id=group.public_id)


# ---- a group that met once


@require_http_methods(["GET", "POST"])
@allowed(policies.can_log)
def session_group(request: MemberRequest) -> HttpResponse:
    """Log a group: choose who took part, then tick who was there."""
    if request.method == "POST":
        names = request.POST.getlist("pupils")
        draft = None
    else:
        draft = draft_for(GROUP_DRAFT) if not request.GET else None
        names = as_typed(draft.payload).getlist("pupils") if draft else request.GET.getlist("pupil")
    chosen = pupils_named(names)
    if len(chosen) < 2 or "more" in request.POST or "search" in request.POST:
        return _choose(request, chosen, draft_names=bool(names))
    logging = "ticked" in request.POST
    initial = {"activity_type": "group", "length": "60"}
    data = request.POST if logging else (as_typed(draft.payload) if draft else None)
    form = make_form(request, data, RegisterForm, chosen=chosen, only_chosen=True, initial=initial)
    if not logging and draft:
        form.judge_nothing()
    if logging and "back" not in request.POST and form.is_valid() and (done := _log_group(request, form)):
        return done
    kept = draft_for(GROUP_DRAFT)
    context = {
        "form": form,
        "chosen": chosen,
        "who": f"{len(chosen)} pupils",
        "opened": opened(request),
        "draft_key": GROUP_DRAFT,
        "draft_version": kept.version if kept else 0,
        "resumed": draft is not None,
        "action": reverse("cases:session-group"),
        "back": reverse("home"),
    }
    return render(request, "cases/session_register.html", context)


def _choose(request: MemberRequest, chosen: Any, *, draft_names: bool) -> HttpResponse:
    searching = "search" in request.POST
    found = queries.found(request.POST.get("find", "")) if searching else []
    _, recent = queries.habit_of(request.member)
    offered = queries.pupils_first(request.member, recent, also=[*chosen, *found])
    shown(request, offered, "identity")
    context = {
        "offered": offered,
        "chosen": {pupil.pk for pupil in chosen},
        "searched": searching,
        "found": len(found),
        "too_few": request.method == "POST" and not searching and "more" not in request.POST,
        "back": reverse("home"),
    }
    return render(request, "cases/session_group.html", context)


def _log_group(request: MemberRequest, form: RegisterForm) -> HttpResponse | None:
    def log(**said: Any) -> Intervention:
        return services.log_session(
            **said, note=form.cleaned_data.get("note", ""), submission_key=the_key(request), draft=GROUP_DRAFT,
            by=me(request.member),
        )  # fmt: skip

    try:
        done = save(request, form, log=log)
    except CaseError as error:
        complain(form, error)
        return None
    if isinstance(done, HttpResponse):
        return done
    if done.logged_by_id == request.member.membership_id:
        say(request, format_html("Saved. {}", undo_button(request, done, "delete", "Undo")))
    say_who_keeps_missing(request, done)
    return redirect("home")
