"""What cases have to tell by email and to show in a calendar; nothing of it names a pupil, or says why."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from apst.accounts.models import Membership
from apst.notices.kinds import Event, Kind, counted, instant, planned
from apst.notices.services import Thing, tell
from apst.people.models import Post, Specialist
from apst.tenancy.context import Member

from . import policies
from .counts import digest_of
from .models import Case, Emergency, Meeting, MeetingAction, PlannedPlace, PlannedSession
from .queries import clocks, room
from .queries.cases import posts_of

ACTION, ALLOCATED, CLOCK, EMERGENCY = "action", "allocated", "clock", "emergency"
# Ids of events that have none of their own: made of the case's, and leading back to it for nobody.
EVENTS: Final = uuid.UUID("5f1c1e52-6c6f-4d0e-8d6a-2f5d0a9f6b1e")


def tell_allocated(case: Case, posts: Iterable[Post], *, by: Membership | None, key: str = "") -> None:
    """Have those who hold the posts told that a case is theirs to work on. key: which time, where it is not the
    first.
    """
    holders = Specialist.objects.filter(posts__in=[post.pk for post in posts], user__isnull=False)
    people = Membership.objects.filter(user__in=holders.values("user")).values_list("pk", flat=True)
    tell(ALLOCATED, [Thing(f"{case.public_id}{key}", case.public_id)], to=people, by=by)


def tell_action(action: MeetingAction, *, by: Membership) -> None:
    """Have whoever is to do something told of it, and again where it was taken from them and comes back."""
    tell(ACTION, [Thing(f"{action.public_id}/{action.version}", action.public_id)], to=[action.owner_id], by=by)


def tell_emergency(emergency: Emergency, *, by: Membership) -> None:
    """Have everybody told who is to know that a restricted record was opened; none of them chose, and none can not."""
    tell(EMERGENCY, [Thing(str(emergency.public_id), emergency.public_id)], to=emergency.told, by=by)


def tell_clocks() -> int:
    """Have told each clock that the law sets and that is late or runs out, once when it comes near and once when it
    is late; gives how many there are. Runs as the system: whoever is told sees the case, or is told nothing.
    """
    pressing = clocks.pressing(clocks.STATUTORY)
    things = [
        Thing(f"{clock.rule}/{clock.case.public_id}/{clock.due_on}/{clock.state}", clock.case.public_id)
        for clock in pressing
    ]
    tell(CLOCK, things, by=None)
    return len(pressing)


def _where_case(name: str) -> Callable[[Member, str], str]:
    def where(member: Member, about: str) -> str:
        return reverse(name, args=[about]) if Case.objects.filter(public_id=about).exists() else ""

    return where


def _where_emergency(member: Member, about: str) -> str:
    seen = Emergency.objects.filter(public_id=about).exists()
    return reverse("cases:emergency-detail", args=[about]) if seen else ""


def _where_action(member: Member, about: str) -> str:
    mine = MeetingAction.objects.filter(public_id=about, owner=member.membership_id, done_at__isnull=True)
    return reverse("home") if mine.exists() else ""


def _sees_clocks(member: Member) -> bool:
    return policies.can_see_clocks(member) and member.may("case.change")


def events_of(member: Member, first: dt.date, last: dt.date) -> Iterator[Event]:
    """Give a member's sessions, meetings, and the days by which actions and clocks on their own cases are due.

    A clock does not say which it is: "day 6" or "EHC advice" would tell why a child is known here.
    """
    posts = [post.pk for post in posts_of(member)] if policies.can_log(member) else []
    if posts:
        yield from _sessions(posts, first, last)
        yield from _clocks(posts, first, last)
    if policies.can_attend(member):
        yield from _meetings(first, last)
        for action in room.own_actions(member):
            if first <= action.due_on <= last:
                yield Event(str(action.public_id), "Action due", action.due_on)


def _sessions(posts: list[int], first: dt.date, last: dt.date) -> Iterator[Event]:
    place = PlannedPlace.objects.filter(planned=OuterRef("pk"), case__site__isnull=False).order_by("pk")
    plans = PlannedSession.objects.standing().of_posts(posts).filter(planned_on__gte=first, planned_on__lte=last)
    rows = plans.annotate(site_name=Subquery(place.values("case__site__name")[:1])).values_list(
        "public_id", "planned_on", "starts_at", "minutes", "group", "group__site__name", "site_name"
    )
    for public_id, day, starts_at, minutes, group, group_site, case_site in rows:
        title = _at("Group session", group_site) if group else _at("Session", case_site)
        yield Event(str(public_id), title, day, starts_at, minutes)


def _clocks(posts: list[int], first: dt.date, last: dt.date) -> Iterator[Event]:
    cases = Case.objects.open().worked_by(posts).select_related("pupil", "site", "lead__specialist")
    for clock in clocks.clocks_of(cases):
        if clock.asks and clock.due_on and first <= clock.due_on <= last:
            named = uuid.uuid5(EVENTS, f"{clock.case.public_id}/{clock.rule}/{clock.about}")
            yield Event(str(named), "Clock due", clock.due_on)


def _meetings(first: dt.date, last: dt.date) -> Iterator[Event]:
    for row in Meeting.objects.filter(held_on__gte=first, held_on__lte=last).select_related("site"):
        title = _at("Weekly meeting", row.site.name if row.site else "")
        yield Event(str(row.public_id), title, row.held_on, row.starts_at, row.minutes)


def _at(title: str, site: str | None) -> str:
    return f"{title}, {site}" if site else title


instant(
    Kind(
        CLOCK,
        "A clock that the law sets is late or runs out",
        _sees_clocks,
        frozenset({"manager"}),
        _where_case("cases:case-clocks"),
    )
)
instant(
    Kind(
        EMERGENCY,
        "A restricted record was opened in an emergency",
        policies.can_see_emergencies,
        frozenset(),
        _where_emergency,
        always=True,
    )
)
instant(
    Kind(
        ACTION,
        "An action was set for you",
        policies.can_attend,
        frozenset({"manager", "specialist", "dsl", "slt", "coordinator"}),
        _where_action,
    )
)
instant(
    Kind(
        ALLOCATED,
        "A case was allocated to you",
        policies.can_log,
        frozenset({"specialist", "manager"}),
        _where_case("cases:case-detail"),
    )
)
counted(digest_of)
planned(events_of)
