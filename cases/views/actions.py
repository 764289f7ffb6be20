"""Actions: the list, setting one outside a meeting, done and not done after all, another day, somebody else, and back.

What an action was before a change travels in the Undo's own form, signed for it and for whoever changed it.
"""

import datetime as dt
from dataclasses import asdict

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods

from apst.accounts.models import Membership
from apst.accounts.queries import me
from apst.web.allowed import allowed
from apst.web.forms import active_filters
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.actions import ActionFilter, ChangeActionForm, OwnActionForm
from cases.forms.meetings import due_by_default
from cases.models import Case, MeetingAction
from cases.queries.actions import action_list as find
from cases.queries.actions import cases_with_actions, owners_of_actions
from cases.queries.room import may_own

from .acts import act, posted_from, say, submission_key
from .writing import based_on, complain, undo

LIST = "cases:action-list"
MOST = 100
GUARD = ("case__pupil", "item__meeting", "owner")


@require_GET
@allowed(policies.can_attend)
def action_list(request: MemberRequest) -> HttpResponse:
    """One's own actions, and for whoever runs the meetings everybody's."""
    member = request.member
    runs = policies.can_run_meeting(member)
    form = ActionFilter(
        request.GET,
        owners=owners_of_actions() if runs else Membership.objects.none(),
        cases=cases_with_actions(),
        everybody=runs,
    )
    found = find(member, **form.said(member.membership_id))
    rows = list(found[:MOST])
    # The filter names the cases too.
    shown(request, [*form.cases.values()], "identity")
    shown(request, [row.pupil_id for row in rows if row.pupil_id], "identity", "intervention")
    context = {
        "filter": form,
        "active": active_filters(form, label=lambda name, value: dict(form.fields[name].choices).get(value, value)),  # type: ignore[attr-defined]  # ChoiceFields
        "rows": [{"action": row, "may": policies.can_finish_action(member, row)} for row in rows],
        "more": max(found.count() - MOST, 0) if len(rows) == MOST else 0,
    }
    return render(request, "cases/meetings/action_list.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_attend)
def action_new(request: MemberRequest) -> HttpResponse:
    """Set an action outside a meeting, on a case or on nothing."""
    cases = list(Case.objects.open().select_related("pupil").order_by("pupil__name_key", "pk"))
    shown(request, cases, "identity")
    by = me(request.member)
    initial = {"due_on": due_by_default(), "case": request.GET.get("case", ""), "owner": str(by.public_id)}
    form = OwnActionForm(request.POST or None, people=may_own(), cases=cases, initial=initial)
    if form.is_valid():
        try:
            services.set_action(None, **form.said(), submission_key=submission_key(request), by=by)
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The action is set. It stands in its owner’s Today until it is done.")
            return redirect(LIST)
    context = {"form": form, "back": reverse(LIST)}
    return render(request, "cases/meetings/action_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_finish_action, MeetingAction, related=GUARD)
def action_change(request: MemberRequest, action: MeetingAction) -> HttpResponse:
    """Move an action to another day, or hand it to somebody else."""
    shown(request, [action.pupil_id] if action.pupil_id else [], "identity", "intervention")
    form = ChangeActionForm(request.POST or None, action=action, people=may_own())
    if form.is_valid():
        try:
            before = services.change_action(action, **form.said(), version=based_on(request), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            if before:
                address = reverse("cases:action-back", args=[action.public_id])
                signed = _signed(request, action, before)
                said = undo(request, "The action is changed.", address, before=signed)
                messages.success(request, said, extra_tags="safe")
            else:
                messages.info(request, "Nothing was different, so nothing is changed.")
            return redirect(LIST)
    context = {"form": form, "action": action, "today": localdate(), "back": reverse(LIST)}
    return render(request, "cases/meetings/action_change.html", context, status=422 if form.errors else 200)


def _say(request: MemberRequest, action: MeetingAction, *, done: bool) -> HttpResponse:
    try:
        services.finish_action(action, done=done, by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        words, undo = ("The action is done.", "cases:action-again") if done else ("The action is open again.", "")
        say(request, words, undo=reverse(undo, args=[action.public_id]) if undo else "")
    return redirect("home" if request.POST.get("going") == "home" else LIST)


@allowed(policies.can_finish_action, MeetingAction, related=GUARD)
@posted_from("cases:action-change")
def action_done(request: MemberRequest, action: MeetingAction) -> HttpResponse:
    """Say that an action is done; with an undo."""
    return _say(request, action, done=True)


@allowed(policies.can_finish_action, MeetingAction, related=GUARD)
@posted_from("cases:action-change")
def action_again(request: MemberRequest, action: MeetingAction) -> HttpResponse:
    """Say that an action is not done after all."""
    return _say(request, action, done=False)


def _salt(request: MemberRequest, action: MeetingAction) -> str:
    return f"cases.action_before/{action.pk}/{request.member.membership_id}"


def _signed(request: MemberRequest, action: MeetingAction, before: services.ActionBefore) -> str:
    days = {name: day.isoformat() for name, day in asdict(before).items() if isinstance(day, dt.date)}
    return signing.dumps(asdict(before) | days, salt=_salt(request, action), compress=True)


def _before(request: MemberRequest, action: MeetingAction) -> services.ActionBefore | None:
    try:
        said = signing.loads(request.POST.get("before", ""), salt=_salt(request, action))
    except signing.BadSignature:
        return None
    days = {name: dt.date.fromisoformat(said[name]) for name in ("due_on", "first_due_on") if said[name]}
    return services.ActionBefore(**said | days)


@allowed(policies.can_put_action_back, MeetingAction, related=GUARD)
@posted_from("cases:action-change")
def action_back(request: MemberRequest, action: MeetingAction) -> HttpResponse:
    """Take one's own change of an action back."""
    before = _before(request, action)
    if before is None:
        messages.error(request, "Only the Undo of your own change can take it back. Nothing is changed.")
        return redirect(LIST)
    return act(
        request, action, services.put_action_back, before=before, said="The action stands as before.", to=reverse(LIST)
    )
