"""Today: what each role needs first, each line a link."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from apst.people.queries.money import ending_soon
from apst.people.queries.posts import terms_to_review
from apst.people.queries.support import own_visit, visits_alarmed
from apst.places.calendar import SchoolCalendar
from apst.tenancy.context import Member
from apst.web.allowed import allowed, any_member
from apst.web.requests import MemberRequest, shown
from cases import policies
from cases.lengths import length_words
from cases.queries import clocks, home_copy, interventions, missed, notes, passports, planned, plans, room, today
from cases.queries.cases import posts_of, restricted_stubs
from referrals.queries import WaitingClock, late_for_triage, targets, waiting_to_review

from .week import plan_row


@require_GET
@allowed(any_member)
def home(request: MemberRequest) -> HttpResponse:
    """The first page: what somebody of this role does next."""
    member = request.member
    context: dict[str, Any] = {"today": localdate(), "role": member.role, "stats": _counts(member)}
    if policies.can_log(member):
        context |= {"out": own_visit(member)} | _work(request)
    if member.may("people.manage"):
        context["late"] = visits_alarmed()
        context["stats"] += _of_the_team()
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
    context["note_links"] = _note_links(member)
    if member.reach("passport.view") == "G":
        context["passports"] = passports.shared_with(member)
        shown(request, [sheet.version.pupil_id for sheet in context["passports"]], "identity")
    return render(request, "cases/today.html", context)


def _address(name: str, query: str = "") -> str:
    try:
        return reverse(name) + query
    except NoReverseMatch:
        return ""


def _note_links(member: Member) -> list[dict[str, str]]:
    """What there is to write, to copy and to read of notes, each a link."""
    links = []
    if policies.can_write_notes(member):
        links.append({"text": "Write on a case", "href": reverse("cases:note-choose")})
        if home_copy.anything_to_copy(member):
            links.append({"text": "To copy to the home record", "href": reverse("cases:copy-list")})
    if policies.can_be_let_in(member) and notes.is_let_in(member):
        links.append({"text": "Notes shared with me", "href": reverse("cases:note-let-in")})
    return links


def _counts(member: Member) -> list[dict[str, Any]]:
    """The numbers of this role, each with the address of what it counts."""
    stats: list[dict[str, Any]] = []
    aims = targets()
    if member.may("referral.triage") or member.role == "coordinator":
        to_triage, to_allocate = today.referrals_waiting()
        stats.append({"label": "Referrals to triage", "value": to_triage, "href": _address("referrals:referral-list")})
        aim = aims.triage_school_days
        if late := late_for_triage(WaitingClock(SchoolCalendar.of()), aim):
            words = f"Referrals waiting more than {aim} school day{'' if aim == 1 else 's'} for a decision"
            stats.append({"label": words, "value": late, "href": _address("referrals:referral-list", f"?over={aim}")})
        accepted = "?state=accepted&state=waiting_list"
        stats.append(
            {
                "label": "Referrals to allocate",
                "value": to_allocate,
                "href": _address("referrals:referral-list", accepted),
            }
        )
        if overdue := waiting_to_review():
            page = _address("referrals:waiting-list")
            stats.append({"label": "On the waiting list, to be looked at again", "value": overdue, "href": page})
    if member.reach("case.brief") == "T" and policies.can_see_sessions(member):
        quiet = today.quiet_cases().count()
        stats.append(
            {
                "label": "Cases without a session for 3 weeks",
                "value": quiet,
                "href": _address("cases:case-list", "?quiet=on"),
            }
        )
    if policies.can_see_reviews_due(member) and member.may("case.change"):
        overdue = len(plans.reviews_due(until=localdate() - dt.timedelta(days=1), first_weeks=aims.plan_review_weeks))
        stats.append({"label": "Plan reviews overdue", "value": overdue, "href": _address("cases:reviews-due")})
    if policies.can_see_clocks(member) and member.may("case.change"):
        number = len(clocks.pressing(clocks.STATUTORY, aims=aims))
        page = _address("cases:clock-list", "?statutory=on")
        stats.append({"label": "Statutory clocks late or running out", "value": number, "href": page})
    if member.role == "dsl":
        stats.append(
            {
                "label": "Restricted cases of which you are not a holder",
                "value": len(restricted_stubs()),
                "href": _address("cases:case-list"),
            }
        )
    if member.role == "ig_lead":
        numbers = (
            ("Pages that showed a pupil, last 7 days", today.pages_shown_lately(), ""),
            ("Pages refused, last 7 days", today.refused_lately(), "?refused=yes"),
        )
        stats += [
            {"label": words, "value": number, "href": _address("accounts:access-log", query)}
            for words, number, query in numbers
        ]
    return stats


def _of_the_team() -> list[dict[str, Any]]:
    """What the manager is warned of: agreements to review, funding that ends within two terms; nothing where none."""
    today_ = localdate()
    numbers = (
        ("Agreements to review within 6 weeks", terms_to_review(today_).count(), "people:specialist-list"),
        ("Funding that ends within two terms", len(ending_soon(today_, SchoolCalendar.of())), "people:funding-list"),
    )
    return [{"label": words, "value": number, "href": _address(name)} for words, number, name in numbers if number]


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
    waiting = [one for one in planned.own_plan(member, localdate(), 1) if planned.is_open(one)]
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
