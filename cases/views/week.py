"""My week: what was held, what is planned, what is missing; and the week of one child."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from apst.codelists import codes, codes_where, label
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies
from cases.forms.sessions import attendance_label
from cases.lengths import length_words
from cases.models import Case, Intervention, PlannedSession
from cases.queries import interventions as queries
from cases.queries import missed
from cases.queries import planned as plans
from cases.queries.cases import posts_of

from .page import CASE_RELATED, case_page

DAY = dt.timedelta(days=1)
# The child was not there, whatever became of the session.
MISSED = frozenset(codes("session_attendance")) - codes_where("session_attendance", "attended") - {"about_pupil"}


def _weeks(monday: dt.date) -> dict[str, Any]:
    today = localdate()
    last = queries.monday_of(today) + plans.FARTHEST_WEEKS * plans.WEEK
    return {
        "monday": monday,
        "sunday": monday + 6 * DAY,
        "earlier": f"?week={queries.week_key(monday - plans.WEEK)}",
        "later": f"?week={queries.week_key(monday + plans.WEEK)}" if monday < last else "",
        "is_this": monday == queries.monday_of(today),
        "this_href": f"?week={queries.week_key(queries.monday_of(today))}",
        "key": queries.week_key(monday),
    }


@require_GET
@allowed(policies.can_log)
def session_list(request: MemberRequest) -> HttpResponse:
    """One's own week by day: held and planned, against contracted hours."""
    today = localdate()
    monday = plans.week_asked(request.GET.get("week", ""), today)
    sessions = queries.own_week(request.member, monday)
    planned = plans.own_plan(request.member, monday)
    open_ones = [one for one in planned if plans.is_open(one)]
    shown(request, (place for session in sessions for place in session.places.all()), "identity", "intervention")
    shown(request, (pupil for one in open_ones for pupil in plans.pupils_of(one)), "identity", "intervention")
    posts = posts_of(request.member)
    contracted = plans.contracted_minutes(posts, monday, request.member.taskforce.full_week_minutes)
    days = []
    for number in range(7):
        day = monday + number * DAY
        held = [session for session in sessions if session.held_on == day]
        waiting = [plan_row(one, today) for one in open_ones if one.planned_on == day]
        if held or waiting or contracted[day] or number < 5:
            days.append(
                {
                    "day": day,
                    "total": _total(held) if held else "",
                    "rows": [_row(request, session) for session in held],
                    "waiting": waiting,
                    "may_log": day <= today,
                    "may_plan": day >= today,
                    "gap": bool(contracted[day]) and not held and not waiting and day < today,
                }
            )
    of_posts = [s for s in sessions if any(row.post in posts for row in s.specialists.all())]
    logged = sum(session.minutes + (session.travel_minutes or 0) for session in of_posts)
    seconds = missed.median_seconds()
    context = _weeks(monday) | {
        "days": days,
        "total": _total(sessions),
        "number": len(sessions),
        "uncounted": sum(1 for session in sessions if not queries.counted_minutes(session)),
        "contracted": length_words(sum(contracted.values())) if sum(contracted.values()) else "",
        "logged": length_words(logged),
        "share": min(round(100 * logged / sum(contracted.values())), 999) if sum(contracted.values()) else 0,
        "planned": length_words(sum(one.minutes for one in open_ones)) if open_ones else "",
        "copy_key": uuid.uuid4(),
        "may_copy": bool(posts) and monday >= queries.monday_of(today),
        "seconds": seconds,
    }
    return render(request, "cases/session_list.html", context)


def plan_row(planned: PlannedSession, today: dt.date) -> dict[str, Any]:
    """Give a planned session that stands open as a list shows it."""
    pupils = plans.pupils_of(planned)
    names = ", ".join(pupil.full_name for pupil in pupils)
    return {
        "planned": planned,
        "who": planned.group.name if planned.group else names or "No pupil",
        "names": names if planned.group else "",
        "what": label("activity_types", planned.activity_type),
        "length": length_words(planned.minutes),
        "due": planned.planned_on <= today,
        "empty": planned.group is not None and not pupils,
    }


def _total(sessions: Iterable[Intervention]) -> str:
    return length_words(sum(queries.counted_minutes(session) for session in sessions))


def _row(request: MemberRequest, session: Intervention) -> dict[str, Any]:
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


@require_GET
@allowed(policies.can_view, Case, related=CASE_RELATED)
def case_week(request: MemberRequest, case: Case) -> HttpResponse:
    """The child's week: everything planned with them by everybody, and what clashes."""
    monday = plans.week_asked(request.GET.get("week", ""), localdate())
    week = plans.week_of_child(case, monday)
    days = []
    for number, day in enumerate(week):
        if day.entries or number < 5:
            clashing = {id(entry) for pair in day.clashes for entry in pair}
            days.append(
                {
                    "day": day.day,
                    "entries": [_entry(entry, id(entry) in clashing) for entry in day.entries],
                    "clashes": "; ".join(
                        f"{_start(one)} {_people(one)} and {_start(other)} {_people(other)}"
                        for one, other in day.clashes
                    ),
                    "full": len(day.adults) if day.is_full else 0,
                }
            )
    context = case_page(
        request,
        case,
        "cases:case-sessions",
        days=days,
        number=sum(len(day.entries) for day in week),
        may_plan=policies.can_log(request.member) and case.is_open,
        most=plans.MOST_ADULTS,
        **_weeks(monday),
    )
    return render(request, "cases/case_week.html", context)


def _start(entry: plans.Entry) -> str:
    return f"{entry.starts_at:%H:%M}" if entry.starts_at else ""


def _people(entry: plans.Entry) -> str:
    return " and ".join(entry.people) or "nobody named"


def _entry(entry: plans.Entry, clashes: bool) -> dict[str, Any]:
    if entry.session is not None and entry.attendance in MISSED:
        state = (attendance_label(entry.attendance), "grey")
    elif entry.session is not None:
        state = ("Held", "green")
    elif entry.day < localdate():
        state = ("Not ticked off", "yellow")
    else:
        state = ("Planned", "blue")
    return {
        "time": _start(entry),
        "length": length_words(entry.minutes),
        "what": label("activity_types", entry.activity_type),
        "people": ", ".join(entry.people),
        "group": entry.group,
        "state": state[0],
        "colour": state[1],
        "clashes": clashes,
        "session": entry.session,
    }
