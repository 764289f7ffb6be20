"""Reading what is planned: one's own week, a child's week, groups, and what of a week is copied into the next."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from apst.people.models import Post, Pupil
from apst.places.calendar import bank_holidays
from apst.tenancy.context import Member
from cases.models import (
    Case,
    Intervention,
    InterventionPlace,
    PlannedPlace,
    PlannedSession,
    PlannedSessionQuerySet,
    PlannedSpecialist,
    SessionGroup,
    SessionGroupMember,
    SessionGroupSpecialist,
)

from .cases import is_live, posts_of
from .interventions import monday_of, whole

WEEK: Final = dt.timedelta(days=7)
DAY: Final = dt.timedelta(days=1)
FARTHEST_WEEKS: Final = 53
MOST_ADULTS: Final = 3
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _members() -> QuerySet[SessionGroupMember]:
    return SessionGroupMember.objects.select_related("pupil").order_by("pupil__name_key", "pk")


def with_people(plans: PlannedSessionQuerySet) -> PlannedSessionQuerySet:
    """The planned sessions with group, pupils and specialists, in a constant number of queries."""
    return plans.select_related("group", "session").prefetch_related(
        Prefetch("specialists", PlannedSpecialist.objects.select_related("post__specialist").order_by("pk")),
        Prefetch("places", PlannedPlace.objects.select_related("pupil").order_by("pupil__name_key", "pk")),
        Prefetch("group__members", _members()),
    )


def is_open(planned: PlannedSession) -> bool:
    """True while it stands and is not ticked off. Reads what `with_people` brought along."""
    session = planned.session
    return planned.cancelled_at is None and (session is None or session.deleted_at is not None)


def pupils_of(planned: PlannedSession) -> list[Pupil]:
    """Give the pupils with whom it is planned: a group's are those in it on the day."""
    if planned.group is None:
        return [place.pupil for place in planned.places.all()]
    return in_group(planned.group, planned.planned_on)


def in_group(group: SessionGroup, day: dt.date) -> list[Pupil]:
    """Give the pupils who are in a group on a day. Reads what `with_people` and `with_members` brought along."""
    return [member.pupil for member in group.members.all() if is_in(member, day)]


def is_in(member: SessionGroupMember, day: dt.date) -> bool:
    """True where a pupil is in the group on a day."""
    return member.starts_on <= day and (member.ends_on is None or member.ends_on >= day)


def own_plan(member: Member, starts_on: dt.date, days: int = 7) -> list[PlannedSession]:
    """Give what a member's own posts are to hold on the days from `starts_on`, ticked off or not, by day and time."""
    posts = [post.pk for post in posts_of(member)]
    if not posts:
        return []
    plans = PlannedSession.objects.standing().of_posts(posts)
    within = plans.filter(planned_on__gte=starts_on, planned_on__lt=starts_on + days * DAY)
    return list(with_people(within).order_by("planned_on", "starts_at", "pk"))


@dataclass(frozen=True)
class Copied:
    """What of one week is planned again in the next."""

    day: dt.date
    minutes: int
    activity_type: str
    specialists: tuple[Post, ...]
    pupils: tuple[Pupil, ...]
    starts_at: dt.time | None
    location: str
    intervention_type: str
    group: SessionGroup | None

    @property
    def same(self) -> tuple[object, ...]:
        """What makes two of them the same, wherever in the week they stand in the list."""
        if self.group:
            return (self.group.pk,)
        pupils = frozenset(pupil.pk for pupil in self.pupils)
        return (self.day.weekday(), self.starts_at, self.activity_type, pupils)

    def pupils_on(self, day: dt.date) -> list[Pupil]:
        """Give whom it brings together on a day: a group, those who are in it then."""
        if self.group is None:
            return list(self.pupils)
        return in_group(self.group, day)


def _as_planned(planned: PlannedSession) -> Copied:
    return Copied(
        planned.planned_on, planned.minutes, planned.activity_type,
        tuple(row.post for row in planned.specialists.all()),
        () if planned.group else tuple(pupils_of(planned)),
        planned.starts_at, planned.location, planned.intervention_type, planned.group,
    )  # fmt: skip


def _as_held(session: Intervention) -> Copied:
    return Copied(
        session.held_on, session.minutes, session.activity_type,
        tuple(row.post for row in session.specialists.all()), tuple(place.pupil for place in session.places.all()),
        session.starts_at, session.location, session.intervention_type, None,
    )  # fmt: skip


def _week_as_copied(posts: Sequence[Post], monday: dt.date) -> list[Copied]:
    """Give what posts planned and held in a week; what was planned and held stands there once, as planned."""
    keys = [post.pk for post in posts]
    end = monday + WEEK
    plans = PlannedSession.objects.standing().of_posts(keys).filter(planned_on__gte=monday, planned_on__lt=end)
    planned = list(with_people(plans).order_by("planned_on", "starts_at", "pk"))
    of_plans = PlannedSession.objects.filter(session=OuterRef("pk"), cancelled_at__isnull=True)
    held = (
        Intervention.objects.kept()
        .by_posts(keys, or_logged_by=None)
        .filter(held_on__gte=monday, held_on__lt=end)
        .exclude(Exists(of_plans))
    )
    return [
        *map(_as_planned, planned),
        *map(_as_held, whole(held).order_by("held_on", "starts_at", "pk")),
    ]


def to_copy(posts: Sequence[Post], monday: dt.date, into: dt.date) -> list[Copied]:
    """Give what of the week from `monday` is not in the week from `into` yet, for pupils whose case is not over."""
    there = {one.same for one in _week_as_copied(posts, into)}
    found: dict[tuple[object, ...], Copied] = {}
    for one in _week_as_copied(posts, monday):
        if one.same not in there and (one.group is None or one.group.ended_on is None):
            found.setdefault(one.same, one)
    pupils = {pupil.pk for one in found.values() for pupil in one.pupils}
    over = set(Case.objects.ended().filter(pupil__in=pupils).values_list("pupil", flat=True))
    left: list[Copied] = []
    over -= set(Case.objects.open().filter(pupil__in=pupils).values_list("pupil", flat=True))
    for one in found.values():
        specialists = tuple(post for post in one.specialists if is_live(post, one.day + WEEK))
        if specialists:
            pupils_left = tuple(pupil for pupil in one.pupils if pupil.pk not in over)
            left.append(replace(one, specialists=specialists, pupils=pupils_left))
    return left


# ---- contracted hours


def contracted_minutes(posts: Iterable[Post], monday: dt.date, full_time: int) -> dict[dt.date, int]:
    """Give the minutes for which posts are contracted on each day of a week: their share of a full-time week, spread
    over their working days (Monday to Friday where none are said), none on a bank holiday or outside the post's dates.
    """
    minutes: dict[dt.date, int] = {}
    for number in range(7):
        day = monday + number * DAY
        total = 0.0
        for post in posts:
            days = [name for name in post.working_days.split(";") if name in WEEKDAYS] or list(WEEKDAYS[:5])
            if is_live(post, day) and WEEKDAYS[number] in days and day not in bank_holidays(day.year):
                total += full_time * post.fte_hundredths / 100 / len(days)
        minutes[day] = round(total)
    return minutes


# ---- the child's week


@dataclass(frozen=True)
class Entry:
    """One thing of a child's week: planned, or held without a plan; with the child's attendance once it is logged."""

    day: dt.date
    starts_at: dt.time | None
    minutes: int
    activity_type: str
    people: tuple[str, ...]
    group: str
    planned: PlannedSession | None
    session: Intervention | None
    attendance: str = ""

    @property
    def span(self) -> tuple[int, int] | None:
        """From which minute of the day to which; None where the start is not known."""
        if self.starts_at is None:
            return None
        begins = self.starts_at.hour * 60 + self.starts_at.minute
        return begins, begins + self.minutes


@dataclass
class ChildDay:
    """A day of a child's week, what clashes on it, and the adults who see the child."""

    day: dt.date
    entries: list[Entry] = field(default_factory=list)

    @property
    def clashes(self) -> list[tuple[Entry, Entry]]:
        """Pairs of entries at the same time."""
        timed = [(span, entry) for entry in self.entries if (span := entry.span)]
        return [
            (one, other)
            for n, ((begins, ends), one) in enumerate(timed)
            for (starts, stops), other in timed[n + 1 :]
            if begins < stops and starts < ends
        ]

    @property
    def adults(self) -> list[str]:
        """The names of those who see the child that day."""
        return sorted({name for entry in self.entries for name in entry.people})

    @property
    def is_full(self) -> bool:
        """True where more adults see the child than are good for them (MOST_ADULTS)."""
        return len(self.adults) > MOST_ADULTS


def week_of_child(case: Case, monday: dt.date) -> list[ChildDay]:
    """Give a pupil's week by day: what everybody planned, and what was held without a plan. A constant number of
    queries."""
    end = monday + WEEK
    named = PlannedPlace.objects.filter(pupil=case.pupil_id, planned=OuterRef("pk"))
    in_group = SessionGroupMember.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=OuterRef("planned_on")),
        group=OuterRef("group"),
        pupil=case.pupil_id,
        starts_on__lte=OuterRef("planned_on"),
    )
    plans = PlannedSession.objects.standing().filter(
        Exists(named) | Exists(in_group), planned_on__gte=monday, planned_on__lt=end
    )
    place = InterventionPlace.objects.filter(pupil=case.pupil_id, intervention=OuterRef("pk"))
    of_plans = PlannedSession.objects.filter(session=OuterRef("pk"), cancelled_at__isnull=True)
    held = (
        Intervention.objects.kept()
        .filter(Exists(place), held_on__gte=monday, held_on__lt=end)
        .exclude(Exists(of_plans))
    )
    days = {monday + n * DAY: ChildDay(monday + n * DAY) for n in range(7)}
    for planned in plans.select_related("group", "session").prefetch_related("specialists__post__specialist"):
        people = tuple(row.post.specialist.name for row in planned.specialists.all())
        session = planned.session if planned.session and planned.session.deleted_at is None else None
        days[planned.planned_on].entries.append(
            Entry(planned.planned_on, planned.starts_at, planned.minutes, planned.activity_type, people,
                  planned.group.name if planned.group else "", planned, session)
        )  # fmt: skip
    for session in held.prefetch_related("specialists__post__specialist"):
        people = tuple(row.post.specialist.name for row in session.specialists.all())
        days[session.held_on].entries.append(
            Entry(session.held_on, session.starts_at, session.minutes, session.activity_type, people, "", None, session)
        )
    logged = [entry.session.pk for day in days.values() for entry in day.entries if entry.session]
    places = InterventionPlace.objects.filter(pupil=case.pupil_id, intervention__in=logged)
    attended = dict(places.values_list("intervention", "attendance"))
    for day in days.values():
        day.entries = [
            replace(entry, attendance=attended.get(entry.session.pk, "")) if entry.session else entry
            for entry in day.entries
        ]
        day.entries.sort(key=lambda entry: (entry.starts_at or dt.time.max, entry.minutes))
    return list(days.values())


# ---- groups


def groups(*, ended: bool = False) -> list[SessionGroup]:
    """Give the groups that meet, or that have ended, with pupils and specialists; a constant number of queries."""
    rows = SessionGroup.objects.filter(ended_on__isnull=not ended).order_by("weekday", "starts_at", "pk")
    return list(with_members(rows))


def with_members(rows: QuerySet[SessionGroup]) -> QuerySet[SessionGroup]:
    """The groups with pupils and specialists."""
    return rows.select_related("site").prefetch_related(
        Prefetch("specialists", SessionGroupSpecialist.objects.select_related("post__specialist").order_by("pk")),
        Prefetch("members", _members()),
    )


def next_of_group(group: SessionGroup, day: dt.date) -> list[PlannedSession]:
    """Give the planned meetings of a group from a fortnight before a day on, at most twelve."""
    plans = PlannedSession.objects.standing().filter(group=group, planned_on__gte=day - 2 * WEEK)
    return list(plans.select_related("session").order_by("planned_on", "pk")[:12])


def week_asked(text: str, today: dt.date) -> dt.date:
    """Give the Monday of a week written 2026-W47, a year ahead at most; of this week where it is none."""
    this = monday_of(today)
    try:
        year, week = text.split("-W")
        asked = dt.date.fromisocalendar(int(year), int(week), 1)
    except ValueError:
        return this
    return min(asked, this + FARTHEST_WEEKS * WEEK)
