"""Today: what each role needs first, each line a link."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from apst.notices.queries import trouble_of
from apst.people.queries.hanging import still_hanging
from apst.people.queries.support import own_visit, visits_alarmed
from apst.tenancy.context import Member
from apst.web.allowed import allowed, any_member
from apst.web.requests import MemberRequest, shown
from cases import policies
from cases.counts import counts_of
from cases.lengths import length_words
from cases.queries import home_copy, interventions, missed, notes, passports, planned, room, today
from cases.queries.cases import posts_of

from .week import plan_row


@require_GET
@allowed(any_member, guests=True)
def home(request: MemberRequest) -> HttpResponse:
    """The first page: what somebody of this role does next. A partner's guest has a page of their own."""
    member = request.member
    if member.role == "partner":
        return redirect("sharing:shared-list")
    context: dict[str, Any] = {"today": localdate(), "role": member.role, "stats": counts_of(member)}
    if policies.can_log(member):
        context |= {"out": own_visit(member)} | _work(request)
    if member.may("people.manage"):
        context |= {"late": visits_alarmed(), "hanging": still_hanging()}
    if member.role in ("manager", "coordinator"):
        context["unlogged"] = today.unlogged_posts(interventions.monday_of(localdate()))
    if member.reach("referral.view") == "O" and member.may("referral.make"):
        referrals = list(today.own_referrals(member))
        shown(request, referrals, "identity")
        context["referrals"] = referrals
    if member.may("restricted.view") and member.reach("restricted.view") == "G":
        held = list(today.restricted_held(member))
        shown(request, held, "identity")
        context["held"] = held
    if policies.can_attend(member):
        context["actions"] = room.own_actions(member)
        shown(request, [one.pupil_id for one in context["actions"] if one.pupil_id], "identity", "intervention")
    context["mail_trouble"] = trouble_of(member.membership_id)
    context["note_links"] = _note_links(member)
    if member.reach("passport.view") == "G":
        context["passports"] = passports.shared_with(member)
        shown(request, [sheet.version.pupil_id for sheet in context["passports"]], "identity")
    return render(request, "cases/today.html", context)


def _note_links(member: Member) -> list[dict[str, str]]:
    """What there is to write, to copy and to read of notes, each a link."""
    links = []
    if policies.can_write_notes(member):
        links.append({"text": "Write on a case", "href": reverse("cases:note-choose")})
        if home_copy.anything_to_copy(member):
            links.append({"text": "To copy to the home record", "href": reverse("cases:copy-list")})
    if policies.can_be_let_in(member) and notes.is_let_in(member):
        links.append({"text": "Notes shared with me", "href": reverse("cases:note-let-in")})
    if member.reach("access_log.view") == "T":
        links.append({"text": "Restricted records opened in an emergency", "href": reverse("cases:emergency-list")})
    return links


def _work(request: MemberRequest) -> dict[str, Any]:
    """One's own work: pupils to log with, this week's hours, own cases."""
    member = request.member
    posts = posts_of(member)
    if not posts:
        return {"may_log": True}
    _, recent = interventions.habit_of(member)
    pupils = interventions.pupils_first(member, recent)
    mine = list(today.own_cases(posts))
    shown(request, [*pupils, *mine], "identity", "intervention")
    minutes, number = today.week_minutes(member)
    monday = interventions.monday_of(localdate())
    waiting = today.planned_today(member)
    missing = missed.missed_by(posts)
    shown(request, [case for case, _ in missing], "identity", "intervention")
    steps = today.steps_due(posts)
    shown(request, [step.case for step in steps], "identity", "plan")
    shown(request, (pupil for one in waiting for pupil in planned.pupils_of(one)), "identity", "intervention")
    return {
        "may_log": True,
        "plan": [plan_row(one, localdate()) for one in waiting],
        "steps": steps,
        "missed": [(case, found.words) for case, found in missing],
        "pupils": pupils,
        "mine": mine,
        "more_mine": len(mine) == today.MOST_CASES,
        "week": {"hours": length_words(minutes), "number": number, "key": interventions.week_key(monday)},
        "last_week": interventions.week_key(monday - dt.timedelta(days=7)),
    }
