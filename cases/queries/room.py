"""What the room sees: an agenda with stubs for what the reader may not see, and one item at a time.

The screen in the room is shared, so a restricted entry is never on it, whoever stands before it.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet
from django.utils.timezone import localdate, now

from apst.accounts.models import Membership
from apst.codelists import label
from apst.people.models import Absence, Post
from apst.people.queries.posts import away_between, posts_on
from apst.people.queries.week import CODES, is_away
from apst.tenancy.context import Member
from cases.models import (
    Case,
    CaseDecision,
    Meeting,
    MeetingAction,
    MeetingAttendance,
    MeetingItem,
    MeetingNote,
    NoteText,
)

from . import timeline
from .agenda import last_meeting
from .happenings import KINDS
from .notes import NOTE_KINDS, QUOTED
from .timeline import Entry

LATEST: Final = 6
LOOKED_AT: Final = 20
ATTENDS: Final = ("manager", "specialist", "dsl", "slt", "coordinator")
# What the item says apart is not said again among what has changed.
CHANGES: Final = tuple(kind for kind in KINDS if kind.code not in ("decision", "action", "voice"))
VOICE: Final = tuple(kind for kind in NOTE_KINDS if kind.code == "voice")
OF_ITEM: Final = ("case__pupil", "case__site", "case__lead__specialist", "referral__pupil", "added_by", "triage")


STUBS: Final = {"restricted": "Restricted item", "referral": "A referral you do not work on"}
STUB: Final = "A case you do not work on"


@dataclass(frozen=True)
class Place:
    """One place on an agenda: an item, or None where the reader may not see what it is about; then `stub` says as much
    as they may know.
    """

    number: int
    item: MeetingItem | None
    stub: str = ""


def agenda_of(meeting: Meeting) -> list[Place]:
    """Give the whole agenda in order; two queries, and those of what stands on it."""
    seen = {item.public_id: item for item in meeting.items.select_related(*OF_ITEM)}
    return [Place(number, seen.get(public_id), stub) for number, (public_id, stub) in enumerate(_order(meeting), 1)]


def _order(meeting: Meeting) -> list[tuple[uuid.UUID, str]]:
    """Give every item of an agenda in order, whoever may see it, with the stub for those who may not."""
    with connection.cursor() as cursor:
        cursor.execute("select public_id, about from app.agenda_of(%s)", [meeting.pk])
        return [(uuid.UUID(str(public_id)), STUBS.get(about, STUB)) for public_id, about in cursor.fetchall()]


def meetings() -> QuerySet[Meeting]:
    """Give every meeting, the latest first."""
    return Meeting.objects.select_related("site", "prepared_by").order_by("-held_on", "-pk")


def current_item(places: list[Place]) -> MeetingItem | None:
    """Give what a running meeting is at: the item whose time runs, else the first that is still to come."""
    seen = [place.item for place in places if place.item]
    waiting = (item for item in seen if item.state == MeetingItem.State.WAITING)
    return next((item for item in seen if item.opened_at), None) or next(waiting, None)


@dataclass(frozen=True)
class Time:
    """How an item and its meeting stand, in seconds: spent on it so far, and left of the meeting (below 0: over)."""

    spent: int
    left: int


def time_of(item: MeetingItem) -> Time:
    """Give how the time of an item of a running meeting stands at this moment."""
    moment, meeting = now(), item.meeting
    since = (moment - item.opened_at).total_seconds() if item.opened_at else 0
    gone = (moment - meeting.started_at).total_seconds() if meeting.started_at else 0
    return Time(item.seconds + max(round(since), 0), meeting.minutes * 60 - round(gone))


@dataclass(frozen=True)
class Beside:
    """Where an item stands: its number of how many, and the public ids of the items before and after that one sees."""

    number: int
    of: int
    before: uuid.UUID | None
    after: uuid.UUID | None


def beside(item: MeetingItem) -> Beside:
    """Give what stands beside an item on the agenda; two queries, however long it is."""
    order = [public_id for public_id, _ in _order(item.meeting)]
    seen = set(item.meeting.items.values_list("public_id", flat=True))
    here = order.index(item.public_id) if item.public_id in order else 0
    before = next((other for other in reversed(order[:here]) if other in seen), None)
    after = next((other for other in order[here + 1 :] if other in seen), None)
    return Beside(here + 1, len(order), before, after)


@dataclass
class Written:
    """What one person wrote at an item: the version that holds, and those before."""

    note: MeetingNote
    earlier: list[MeetingNote] = field(default_factory=list)


def notes_at(items: list[int]) -> dict[int, list[Written]]:
    """Give, by item, what each person wrote, in the order in which they began; one query."""
    found: dict[tuple[int, int], Written] = {}
    rows = MeetingNote.objects.filter(item__in=items).select_related("written_by").order_by("number", "written_at")
    for note in rows:
        key = (note.item_id, note.written_by_id)
        if key in found:
            found[key].earlier.insert(0, found[key].note)
            found[key].note = note
        else:
            found[key] = Written(note)
    said: dict[int, list[Written]] = {}
    for (item, _), written in found.items():
        said.setdefault(item, []).append(written)
    return said


def decisions_at(items: list[int]) -> dict[int, list[CaseDecision]]:
    """Give, by item, the decisions taken at it, the one that holds first; one query."""
    found: dict[int, list[CaseDecision]] = {}
    rows = CaseDecision.objects.filter(item__in=items).select_related("decided_by", "agreed_by")
    for decision in rows.order_by("-decided_at", "-pk"):
        found.setdefault(decision.item_id, []).append(decision)
    return found


def actions_at(items: list[int]) -> dict[int, list[MeetingAction]]:
    """Give, by item, the actions agreed at it; one query."""
    found: dict[int, list[MeetingAction]] = {}
    for action in MeetingAction.objects.filter(item__in=items).select_related("owner"):
        if action.item_id is not None:
            found.setdefault(action.item_id, []).append(action)
    return found


def open_actions(case: Case, *, but: int) -> list[MeetingAction]:
    """Give what is still to be done on a case from earlier meetings, what is due first. but: an item left out."""
    rows = MeetingAction.objects.filter(case=case, done_at__isnull=True).exclude(item=but)
    return list(rows.select_related("owner").order_by("due_on", "pk"))


def last_decision(case: Case, *, before: MeetingItem) -> CaseDecision | None:
    """Give what was decided about a case the last time that it was talked about."""
    rows = CaseDecision.objects.filter(case=case).exclude(item=before).select_related("decided_by")
    return rows.order_by("-decided_at", "-pk").first()


def changed_since(case: Case, member: Member, moment: dt.datetime | None) -> tuple[list[Entry], int]:
    """Give what was recorded on a case since the last meeting, the latest first, and how much of it is restricted."""
    entries = timeline.page_of(case, member, CHANGES, size=LOOKED_AT).entries
    fresh = [entry for entry in entries if moment is None or entry.written_at >= moment]
    return [entry for entry in fresh if not entry.restricted][:LATEST], sum(entry.restricted for entry in fresh)


def voice_of(case: Case, member: Member) -> Entry | None:
    """Give what the child or the family said last and did not refuse to have quoted; nothing restricted."""
    refused = QUOTED[NoteText.Quote.NO]
    said = timeline.page_of(case, member, VOICE, size=LATEST).entries
    return next((entry for entry in said if not entry.restricted and refused not in entry.lines), None)


def since(meeting: Meeting) -> dt.datetime | None:
    """Give the moment at which the meeting before was closed."""
    last = last_meeting(meeting.site, meeting.held_on)
    return last.closed_at if last and last.pk != meeting.pk else None


@dataclass(frozen=True)
class Seat:
    """Somebody who is expected at a meeting. said: where it was said already, else what is known of the day."""

    key: str
    name: str
    role: str
    said: str
    is_known: bool
    member: Membership | None = None
    post: Post | None = None


def seats(meeting: Meeting) -> list[Seat]:
    """Give who is expected: the members who attend, and the holders of posts who have no account.

    Who is away, or does not work on that day of the week, is proposed with apologies.
    """
    day, today = meeting.held_on, localdate()
    said_of = {(row.who_id, row.post_id): row.presence for row in meeting.attendance.all()}
    posts = list(posts_on(day).select_related("specialist"))
    absences = list(away_between(day, day))
    by_user: dict[int, list[Post]] = {}
    for post in posts:
        if post.specialist.user_id:
            by_user.setdefault(post.specialist.user_id, []).append(post)
    found = []
    for row in Membership.objects.filter(role__in=ATTENDS, starts_on__lte=max(day, today)).order_by("name", "pk"):
        if row.ends_on is not None and row.ends_on < day:
            continue
        known = said_of.get((row.pk, None), "")
        said = known or _proposed(by_user.get(row.user_id, []), day, absences)
        found.append(Seat(f"m-{row.public_id}", row.name, row.get_role_display(), said, bool(known), member=row))
    for post in posts:
        if post.specialist.user_id is None:
            known = said_of.get((None, post.pk), "")
            said = known or _proposed([post], day, absences)
            kind = label("specialist_types", post.specialist_type)
            found.append(Seat(f"p-{post.public_id}", post.specialist.name, kind, said, bool(known), post=post))
    return found


def _proposed(posts: list[Post], day: dt.date, absences: list[Absence]) -> str:
    presence = MeetingAttendance.Presence
    if any(is_away(post.specialist_id, day, absences) for post in posts):
        return presence.APOLOGIES
    said = [post for post in posts if post.working_days]
    works = any(day.weekday() < len(CODES) and CODES[day.weekday()] in post.working_days.split(";") for post in said)
    return presence.APOLOGIES if said and len(said) == len(posts) and not works else presence.PRESENT


def people_at(meeting: Meeting) -> dict[str, list[str]]:
    """Give the names of who was there, sent apologies, or did not come, by presence."""
    found: dict[str, list[str]] = {}
    rows = meeting.attendance.select_related("who", "post__specialist")
    for row in rows:
        name = row.who.name if row.who else row.post.specialist.name if row.post else ""
        found.setdefault(row.presence, []).append(name)
    return {presence: sorted(names) for presence, names in found.items()}


def leaders_present(meeting: Meeting) -> list[Membership]:
    """Give the senior leaders who are marked as present."""
    here = MeetingAttendance.objects.filter(meeting=meeting, presence=MeetingAttendance.Presence.PRESENT)
    return list(Membership.objects.filter(role="slt", pk__in=here.values("who")).order_by("name"))


def may_own() -> list[Membership]:
    """Give who may be asked to do an action: whoever attends meetings and is a member today, by name."""
    today = localdate()
    rows = Membership.objects.filter(role__in=ATTENDS, starts_on__lte=today).order_by("name", "pk")
    return [row for row in rows if row.ends_on is None or row.ends_on >= today]


def own_actions(member: Member) -> list[MeetingAction]:
    """Give what a member still has to do from meetings, what is due first."""
    rows = MeetingAction.objects.filter(owner=member.membership_id, done_at__isnull=True)
    return list(rows.select_related("case__pupil", "item").order_by("due_on", "pk"))


def minutes_of(meeting: Meeting) -> dict[str, Any]:
    """Give the minutes as their reader may see them; a number of queries that does not grow with the agenda."""
    places = agenda_of(meeting)
    items = [place.item.pk for place in places if place.item]
    notes, decisions, actions = notes_at(items), decisions_at(items), actions_at(items)
    points = [
        {
            "number": place.number,
            "item": place.item,
            "title": title_of(place.item),
            "notes": notes.get(place.item.pk, []),
            "decisions": decisions.get(place.item.pk, []),
            "actions": actions.get(place.item.pk, []),
            "triage": label("triage_outcomes", place.item.triage.outcome) if place.item.triage else "",
        }
        if place.item
        else {"number": place.number, "item": None, "title": place.stub}
        for place in places
    ]
    return {"meeting": meeting, "points": points, "people": people_at(meeting)}


def on_paper(meeting: Meeting) -> dict[str, Any]:
    """Give the minutes for paper, which is left lying about: of a restricted case only that there was an item."""
    minutes = minutes_of(meeting)
    minutes["points"] = [
        {"number": point["number"], "item": None, "title": STUBS["restricted"]}
        if point["item"] and point["item"].case and point["item"].case.restricted
        else point
        for point in minutes["points"]
    ]
    return minutes


def title_of(item: MeetingItem) -> str:
    """Give what an item is called on a page; of a case or referral that its reader does not see, only that."""
    if item.kind == MeetingItem.Kind.WORDS:
        return item.words
    about = item.case or item.referral
    return about.pupil.full_name if about else "An item that you do not see"
