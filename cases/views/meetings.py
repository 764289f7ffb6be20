"""Meetings: the list, the agenda and its order, who is there, closing, minutes, and how this taskforce meets."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods

from apst.accounts.queries import me
from apst.places.queries import open_sites
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.meetings import AttendanceForm, HoursForm, MeetingForm, PointForm, RulesForm
from cases.models import Case, Meeting, MeetingItem
from cases.queries import room
from cases.queries.agenda import rules
from cases.queries.meeting_hours import counted_posts, present_with_posts, session_of

from .acts import act, posted_from, say
from .writing import based_on, complain, is_uuid

MOST = 30


def to_agenda(meeting: Meeting) -> str:
    """Give the address of a meeting's agenda."""
    return reverse("cases:meeting-agenda", args=[meeting.public_id])


def items_shown(request: MemberRequest, places: list[room.Place]) -> None:
    """Note in the access log whose items a page shows."""
    pupils = [place.item.pupil_id for place in places if place.item and place.item.pupil_id]
    shown(request, pupils, "identity", "intervention")


@require_GET
@allowed(policies.can_read_minutes)
def meeting_list(request: MemberRequest) -> HttpResponse:
    """The meetings: the next one first, then those that were held."""
    found = list(room.meetings()[:MOST])
    going = [meeting for meeting in reversed(found) if not meeting.is_over]
    may_attend = policies.can_attend(request.member)
    context = {
        "going": going,
        "held": [meeting for meeting in found if meeting.is_over],
        "may_run": policies.can_run_meeting(request.member),
        "may_set": policies.can_set_meeting_rules(request.member),
        "may_attend": may_attend,
        "actions": len(room.own_actions(request.member)) if may_attend else 0,
    }
    return render(request, "cases/meetings/list.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_run_meeting)
def meeting_new(request: MemberRequest) -> HttpResponse:
    """Convene a meeting: its agenda is written at once."""
    known = rules()
    initial = {"held_on": _next_day(), "minutes": known.minutes, "starts_at": _clock(known.starts_at)}
    initial["site"] = str(known.site.public_id) if known.site else ""
    form = MeetingForm(request.POST or None, sites=open_sites(), initial=initial)
    if form.is_valid():
        try:
            meeting = services.convene(**form.said(), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The agenda is written. Change its order, or add to it.")
            return redirect(to_agenda(meeting))
    return render(request, "cases/meetings/new.html", {"form": form, "back": reverse("cases:meeting-list")})


def _clock(time: dt.time | None) -> str:
    """Give a time as it is typed, without seconds."""
    return f"{time:%H:%M}" if time else ""


def _next_day() -> dt.date:
    """Give the day of the next meeting: a week after the last one, and not before today."""
    last = Meeting.objects.order_by("-held_on").first()
    return max(localdate(), last.held_on + dt.timedelta(days=7)) if last else localdate()


@require_GET
@allowed(policies.can_read_minutes, Meeting, related=("site", "prepared_by"))
def meeting_agenda(request: MemberRequest, meeting: Meeting) -> HttpResponse:
    """What there is to talk about, in order; what the reader may not see is a nameless line."""
    places = room.agenda_of(meeting)
    items_shown(request, places)
    seen = [place for place in places if place.item]
    context = {
        "meeting": meeting,
        "rows": [
            {
                "place": place,
                "item": place.item,
                "title": room.title_of(place.item) if place.item else "",
                "first": bool(seen and place is seen[0]),
                "last": bool(seen and place is seen[-1]),
            }
            for place in places
        ],
        "current": room.current_item(places) if meeting.state == Meeting.State.RUNNING else None,
        "minutes": sum(place.item.minutes for place in seen if place.item),
        "people": room.people_at(meeting),
        "may_run": policies.can_run_meeting(request.member),
        "may_order": policies.can_run_meeting(request.member) and not meeting.is_over,
        "may_attend": policies.can_attend(request.member),
        "back": reverse("cases:meeting-list"),
    }
    return render(request, "cases/meetings/agenda.html", context)


@allowed(policies.can_run_meeting, Meeting)
@posted_from("cases:meeting-agenda")
def meeting_prepare(request: MemberRequest, meeting: Meeting) -> HttpResponse:
    """Write onto the agenda what has come up since."""
    return act(request, meeting, services.prepare, said="The agenda is up to date.", to=to_agenda(meeting))


@require_http_methods(["GET", "POST"])
@allowed(policies.can_attend, Meeting)
def meeting_add(request: MemberRequest, meeting: Meeting) -> HttpResponse:
    """Put a case, or something else, on the agenda."""
    open_cases = list(Case.objects.open().select_related("pupil").order_by("pupil__name_key", "pk"))
    shown(request, open_cases, "identity")
    form = PointForm(request.POST or None, cases=open_cases)
    if form.is_valid():
        try:
            services.put_on_agenda(meeting, **form.said(), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "It is on the agenda.")
            return redirect(to_agenda(meeting))
    return render(request, "cases/meetings/add.html", {"form": form, "meeting": meeting, "back": to_agenda(meeting)})


@allowed(policies.can_run_meeting, MeetingItem, related=("meeting", "case__pupil", "referral__pupil"))
@posted_from("cases:meeting-item")
def item_move(request: MemberRequest, item: MeetingItem) -> HttpResponse:
    """One place up or down, or to where it was dragged. The button that was pressed keeps the focus on its row."""
    try:
        if "way" not in request.POST:
            text = request.POST.get("before", "")
            before = item.meeting.items.filter(public_id=text).first() if is_uuid(text) else None
            version = based_on(request) or 0
            services.place_on_agenda(item, before=before, version=version, by=me(request.member))
        else:
            services.move_on_agenda(item, up=request.POST.get("way") == "up", by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
        return redirect(to_agenda(item.meeting))
    places = room.agenda_of(item.meeting)
    number = next((place.number for place in places if place.item == item), 0)
    items_shown(request, [room.Place(number, item)])
    say(request, f"{room.title_of(item)}: now item {number} of {len(places)}.")
    return redirect(f"{to_agenda(item.meeting)}#item-{item.public_id}")


@allowed(policies.can_run_meeting, Meeting)
@posted_from("cases:meeting-agenda")
def meeting_start(request: MemberRequest, meeting: Meeting) -> HttpResponse:
    """Start the meeting at its first item."""
    try:
        services.start_meeting(meeting, by=me(request.member))
        first = next((place.item for place in room.agenda_of(meeting) if place.item), None)
        if first is None:
            return redirect(to_agenda(meeting))
        services.turn_to(first, by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
        return redirect(to_agenda(meeting))
    return redirect("cases:meeting-item", public_id=first.public_id)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_run_meeting, Meeting)
def meeting_people(request: MemberRequest, meeting: Meeting) -> HttpResponse:
    """Who is there; and from here the meeting is closed."""
    form = AttendanceForm(request.POST or None, seats=room.seats(meeting))
    if form.is_valid():
        try:
            services.say_who_is_there(meeting, **form.said(), by=me(request.member))
            if "close" in request.POST:
                services.close_meeting(meeting, by=me(request.member))
                messages.success(request, "The meeting is closed. What was not reached comes up next time.")
                counts = rules().counts_hours and policies.can_count_hours(request.member, meeting)
                return redirect(
                    "cases:meeting-hours" if counts else "cases:meeting-minutes", public_id=meeting.public_id
                )
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "Who is there is saved.")
            return redirect(to_agenda(meeting))
    left = meeting.items.filter(state=MeetingItem.State.WAITING).count()
    context = {"form": form, "meeting": meeting, "left": left, "back": to_agenda(meeting)}
    return render(request, "cases/meetings/people.html", context)


@require_GET
@allowed(policies.can_read_minutes, Meeting, related=("site", "closed_by"))
def meeting_minutes(request: MemberRequest, meeting: Meeting) -> HttpResponse:
    """What was said, decided and agreed, as far as this reader may see it."""
    minutes = room.minutes_of(meeting)
    pupils = [point["item"].pupil_id for point in minutes["points"] if point["item"] and point["item"].pupil_id]
    shown(request, pupils, "identity", "intervention")
    counts = meeting.is_over and policies.can_count_hours(request.member, meeting) and rules().counts_hours
    context = {**minutes, "today": localdate(), "counts_hours": counts, "back": to_agenda(meeting)}
    return render(request, "cases/meetings/minutes.html", context)


@allowed(policies.can_read_minutes, Meeting)
@posted_from("cases:meeting-minutes")
def minutes_ask(request: MemberRequest, meeting: Meeting) -> HttpResponse:
    """Ask for the minutes as PDF, and follow the job."""
    job = services.ask_for_minutes(meeting)
    return redirect("jobs:job-detail", public_id=job.public_id)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_count_hours, Meeting, related=("site",))
def meeting_hours(request: MemberRequest, meeting: Meeting) -> HttpResponse:
    """Who was there and how long it took, for one to confirm; then whose hours were counted."""
    session = session_of(meeting)
    counted = counted_posts(session) if session and session.deleted_at is None else []
    form = HoursForm(request.POST or None, present=present_with_posts(meeting), minutes=meeting.lasted)
    back = reverse("cases:meeting-minutes", args=[meeting.public_id])
    if form.is_valid():
        try:
            services.count_hours(meeting, **form.said(), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            undo = reverse("cases:meeting-hours-back", args=[meeting.public_id])
            say(request, "The hours of those who were there are counted.", undo=undo)
            return redirect(back)
    context = {"form": form, "meeting": meeting, "session": session, "counted": counted, "back": back}
    return render(request, "cases/meetings/hours.html", context, status=422 if form.errors else 200)


@allowed(policies.can_count_hours, Meeting)
@posted_from("cases:meeting-hours")
def meeting_hours_back(request: MemberRequest, meeting: Meeting) -> HttpResponse:
    """Count the hours of a meeting no more."""
    to = reverse("cases:meeting-hours", args=[meeting.public_id])
    return act(request, meeting, services.take_hours_back, said="The hours of this meeting are not counted.", to=to)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_set_meeting_rules)
def meeting_rules(request: MemberRequest) -> HttpResponse:
    """How this taskforce meets: how long, how often each case, and what a decision needs."""
    now = rules()
    known: dict[str, Any] = {name: getattr(now, name) for name in RulesForm.base_fields}
    known |= {
        "site": str(now.site.public_id) if now.site else "",
        "weekday": "" if now.weekday is None else now.weekday,
    }
    form = RulesForm(request.POST or None, sites=open_sites(), initial=known)
    if form.is_valid():
        try:
            services.keep_rules(**form.said(), version=based_on(request) or 1, by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "How this taskforce meets is saved.")
            return redirect("cases:meeting-list")
    context = {
        "form": form,
        "version": now.version,
        "decides": request.member.taskforce.get_decides_display(),
        "back": reverse("cases:meeting-list"),
    }
    return render(request, "cases/meetings/rules.html", context)
