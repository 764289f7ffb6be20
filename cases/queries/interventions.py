"""Reading sessions: those of a case, one's own week, whom one works with, and what was changed."""

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils.dateparse import parse_date
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.codelists import codes_where, label
from apst.people.finding import find
from apst.people.models import Post, Pupil
from apst.places.models import Establishment, Site
from apst.tenancy.context import Member
from cases.models import Case, Intervention, InterventionPlace, InterventionQuerySet, InterventionSpecialist

from .cases import posts_of

PAGE: Final = 25
CHIPS: Final = 8
LOOKED_BACK: Final = 40
COUNTED_TYPES: Final = codes_where("activity_types", "counts_as_intervention_hours")
NEEDS_PUPIL: Final = codes_where("activity_types", "needs_pupil")
HOURS_COUNT: Final = codes_where("session_attendance", "hours_count")


def whole(sessions: InterventionQuerySet) -> InterventionQuerySet:
    """The sessions with specialists and places, in a constant number of queries."""
    return sessions.select_related("site", "beneficiary", "logged_by").prefetch_related(*_parts())


def _parts() -> tuple["Prefetch[Any]", ...]:
    return (
        Prefetch("specialists", InterventionSpecialist.objects.select_related("post__specialist").order_by("pk")),
        Prefetch("places", InterventionPlace.objects.select_related("pupil").order_by("pupil__name_key", "pk")),
    )


def counted_minutes(session: Intervention) -> int:
    """Give the minutes that a session counts for each specialist, as the return's "Rows that count" has it."""
    if session.activity_type not in COUNTED_TYPES:
        return 0
    places = list(session.places.all())
    delivered = any(p.attendance in HOURS_COUNT for p in places) if places else session.activity_type not in NEEDS_PUPIL
    return session.minutes if delivered else 0


@dataclass(frozen=True)
class SessionPage:
    """One page of a case's sessions; `after` and `before` are keys of the pages beside it, "" where there is none."""

    rows: list[Intervention]
    before: str
    after: str


def of_case(case: Case, *, after: str = "", before: str = "", size: int = PAGE) -> SessionPage:
    """Give one page of a case's sessions, the last held first."""
    places = InterventionPlace.objects.filter(case=case, intervention__deleted_at__isnull=True)
    key = _read_key(after or before)
    backwards = bool(before and not after and key)
    if key:
        day, pk = key
        # The day by itself says where the index is entered.
        places = places.filter(
            Q(held_on__gt=day) | Q(intervention__gt=pk) if backwards else Q(held_on__lt=day) | Q(intervention__lt=pk),
            **{"held_on__gte" if backwards else "held_on__lte": day},
        )
    order = ("held_on", "intervention_id") if backwards else ("-held_on", "-intervention_id")
    # The index of places has a case's sessions in their order, so that what a page shows is joined for its rows alone.
    joined = places.select_related("intervention__site", "intervention__logged_by").order_by(*order)[: size + 1]
    rows = [place.intervention for place in joined]
    more = len(rows) > size
    rows = rows[:size][::-1] if backwards else rows[:size]
    if not rows:
        return SessionPage([], "", "")
    prefetch_related_objects(rows, *_parts())
    has_before, has_after = (more, True) if backwards else (key is not None, more)
    return SessionPage(rows, _key(rows[0]) if has_before else "", _key(rows[-1]) if has_after else "")


def _key(session: Intervention) -> str:
    return f"{session.held_on.isoformat()}_{session.public_id}"


def _read_key(text: str) -> tuple[dt.date, int] | None:
    day, _, public_id = text.partition("_")
    try:
        read, row = parse_date(day), uuid.UUID(public_id)
    except ValueError:
        return None
    pk = Intervention.objects.filter(public_id=row).values_list("pk", flat=True).first()
    return (read, pk) if read and pk else None


def own_week(member: Member, monday: dt.date) -> list[Intervention]:
    """Give what a member's own posts delivered, or they logged, in the week from `monday`, by day and time."""
    posts = [post.pk for post in posts_of(member)]
    sessions = Intervention.objects.kept().by_posts(posts, or_logged_by=member.membership_id)
    within = sessions.filter(held_on__gte=monday, held_on__lt=monday + dt.timedelta(days=7))
    return list(whole(within).order_by("held_on", "starts_at", "pk"))


@dataclass(frozen=True)
class Habit:
    """What a person logged last: the next session starts from it."""

    activity_type: str = ""
    minutes: int = 0
    location: str = ""
    posts: tuple[int, ...] = ()


def habit_of(member: Member, pupils: Iterable[int] = ()) -> tuple[Habit, list[int]]:
    """Give what a member logged last, and the pupils of their last sessions, latest first (three queries).

    pupils  for whom the next session is: what was logged last with one of them comes before what was logged last
    """
    last = list(
        Intervention.objects.kept()
        .filter(logged_by=member.membership_id)
        .order_by("-id")
        .only("activity_type", "minutes", "location", "held_on")
        .prefetch_related("places", "specialists")[:LOOKED_BACK]
    )
    if not last:
        return Habit(), []
    asked = set(pupils)
    with_them = (s for s in last if asked & {place.pupil_id for place in s.places.all()})
    latest = next(with_them, last[0])
    recent = dict.fromkeys(place.pupil_id for session in last for place in session.places.all())
    posts = tuple(row.post_id for row in latest.specialists.all())
    return Habit(latest.activity_type, latest.minutes, latest.location, posts), list(recent)


def pupils_first(member: Member, recent: Sequence[int], *, also: Iterable[Pupil] = ()) -> list[Pupil]:
    """Give the pupils to offer first: those asked for, of the last sessions, then of one's own open cases."""
    offered = {pupil.pk: pupil for pupil in also}
    room = max(CHIPS - len(offered), 0)
    if room and recent:
        seen = {pupil.pk: pupil for pupil in _can_be_logged().filter(pk__in=list(recent)[:LOOKED_BACK])}
        for pk in recent:
            if pk in seen and len(offered) < CHIPS:
                offered.setdefault(pk, seen[pk])
    if len(offered) < CHIPS:
        posts = [post.pk for post in posts_of(member)]
        mine = Case.objects.open().worked_by(posts) if posts else Case.objects.open()
        for pupil in (
            _can_be_logged()
            .filter(pk__in=mine.values("pupil"))
            .exclude(pk__in=list(offered))
            .order_by("name_key")[:CHIPS]
        ):
            if len(offered) < CHIPS:
                offered[pupil.pk] = pupil
    return list(offered.values())


def _can_be_logged() -> Any:
    return Pupil.objects.only("public_id", "forename", "surname", "preferred_name", "name_key")


def found(words: str) -> list[Pupil]:
    """Give at most eight pupils that somebody may mean, among those that they may see."""
    return find(words, most=CHIPS)[:CHIPS]


@dataclass(frozen=True)
class Change:
    """One change of a session: when, by whom, and what it said before and after, never a note's text."""

    at: dt.datetime
    by: str
    verb: str
    lines: list[str]


_HISTORY = """
select e.at, e.person_id, e.verb, d.before, d.after, e.id, e.request_id
from audit_auditevent e join audit_auditdetail d on d.tenant_id = e.tenant_id and d.event_id = e.id
where e.table_name = 'cases_intervention' and e.record_id = %s order by e.id
"""
# Parts are written right after the session in one transaction, so their entries follow it closely; its id decides.
_PARTS = """
select e.operation, d.table_name, d.before, d.after
from audit_auditevent e join audit_auditdetail d on d.tenant_id = e.tenant_id and d.event_id = e.id
where e.id > %s and e.id < %s and e.request_id = %s
  and e.table_name in ('cases_interventionplace', 'cases_interventionspecialist')
  and coalesce(d.after, d.before) ->> 'intervention_id' = %s order by e.id
"""
NEAR: Final = 500
_FIELDS: Final = {
    "held_on": ("day", ""),
    "starts_at": ("start", ""),
    "minutes": ("minutes", ""),
    "activity_type": ("type", "activity_types"),
    "intervention_type": ("type of support", "intervention_types"),
    "location": ("place", "locations"),
    "out_of_school_hours": ("outside school hours", ""),
    "staff_trained": ("staff trained", ""),
    "travel_minutes": ("minutes of travel", ""),
}
VERBS: Final = {
    "intervention.log": "Logged",
    "intervention.change": "Changed",
    "intervention.delete": "Deleted",
    "intervention.restore": "Restored",
    "record.import": "Imported",
    "intervention.join": "Joined",
    "intervention.leave": "Left",
}


def history_of(session: Intervention) -> list[Change]:
    """Give what was done to a session, oldest first, as far as the reader may see the entries."""
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, [session.pk])
        events = [
            (at, person, verb, _json(before), _json(after), pk, req)
            for at, person, verb, before, after, pk, req in cursor.fetchall()
        ]
        parts = {}
        for _, _, _, before, _, pk, request_id in events:
            if before is not None:
                cursor.execute(_PARTS, [pk, pk + NEAR, request_id, str(session.pk)])
                parts[pk] = [(op, table, _json(b), _json(a)) for op, table, b, a in cursor.fetchall()]
    people = _names({person for _, person, *_ in events})
    return [
        Change(
            at,
            people.get(person, "The system"),
            VERBS.get(verb, "Changed" if before else "Logged"),
            _lines(before, after) + _part_lines(parts.get(pk, [])),
        )
        for at, person, verb, before, after, pk, _ in events
    ]


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _names(people: set[int | None]) -> dict[int | None, str]:
    return dict(Membership.objects.filter(user_id__in=[p for p in people if p]).values_list("user_id", "name"))


def _said(value: Any, codelist: str) -> str:
    if value in (None, ""):
        return "not said"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return label(codelist, str(value)) if codelist else str(value)


def _lines(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[str]:
    if not before or not after:
        return []
    lines = [
        f"{words[0].upper()}{words[1:]}: {_said(before.get(name), codelist)}, now {_said(after.get(name), codelist)}"
        for name, (words, codelist) in _FIELDS.items()
        if before.get(name) != after.get(name)
    ]
    for column, words, model in (
        ("site_id", "Site", Site),
        ("beneficiary_id", "School that it was for", Establishment),
    ):
        keys = before.get(column), after.get(column)
        if keys[0] != keys[1]:
            names: dict[Any, str] = dict(
                model._default_manager.filter(pk__in=[k for k in keys if k]).values_list("pk", "name")
            )
            lines.append(f"{words}: {names.get(keys[0], 'not said')}, now {names.get(keys[1], 'not said')}")
    return lines


def _part_lines(parts: list[tuple[str, str, Any, Any]]) -> list[str]:
    rows = [(op, table, before, after, after or before) for op, table, before, after in parts]
    pupils = (
        {p.pk: p.full_name for p in Pupil.objects.filter(pk__in=[r["pupil_id"] for *_, r in rows if "pupil_id" in r])}
        if rows
        else {}
    )
    posts = (
        {
            p.pk: str(p)
            for p in Post.objects.filter(pk__in=[r["post_id"] for *_, r in rows if "post_id" in r]).select_related(
                "specialist"
            )
        }
        if rows
        else {}
    )
    lines = []
    for operation, _, before, after, row in rows:
        who = pupils.get(row.get("pupil_id")) or posts.get(row.get("post_id"), "")
        if not who:
            continue
        if operation == "I":
            lines.append(f"Added: {who}")
        elif operation == "D":
            lines.append(f"Taken out: {who}")
        elif before["attendance"] != after["attendance"]:
            was, now = (label("session_attendance", r["attendance"]) for r in (before, after))
            lines.append(f"{who}: {was}, now {now}")
    return lines


def week_of(text: str) -> dt.date:
    """Give the Monday of a week written 2026-W47; of this week where it is none, or to come."""
    this = monday_of(localdate())
    try:
        year, week = text.split("-W")
        asked = dt.date.fromisocalendar(int(year), int(week), 1)
    except ValueError:
        return this
    return min(asked, this)


def monday_of(day: dt.date) -> dt.date:
    """Give the Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())


def week_key(monday: dt.date) -> str:
    """Write a week as the address has it: 2026-W47."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"
