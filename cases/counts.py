"""What Today counts for each role: the same lines stand on the page and in the digest, which so can never differ."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from django.urls import reverse
from django.utils.timezone import localdate

from apst.accounts.queries import access_review
from apst.notices.kinds import Line
from apst.people.policies import can_review_access
from apst.people.queries.money import ending_soon
from apst.people.queries.posts import terms_to_review
from apst.people.queries.support import visits_alarmed
from apst.places.calendar import SchoolCalendar
from apst.tenancy.context import Member
from referrals.models import Targets
from referrals.queries import WaitingClock, late_for_triage, targets, waiting_to_review

from . import policies
from .queries import clocks, emergencies, interventions, missed, plans, room, today
from .queries.cases import posts_of, restricted_stubs

_from_later: list[Callable[[Member], Iterable[Line]]] = []  # of packages that know cases, as they register them


def also(source: Callable[[Member], Iterable[Line]]) -> None:
    """Register what a later package counts for Today, and so for the digest."""
    if source not in _from_later:
        _from_later.append(source)


def _line(label: str, value: int, name: str, query: str = "") -> Line:
    return Line(label, value, reverse(name) + query)


def counts_of(member: Member) -> list[Line]:
    """Give the numbers of this role, each with the address of what it counts."""
    aims = targets()
    return [
        *_of_emergencies(member),
        *_of_access(member),
        *_of_referrals(member, aims),
        *_of_cases(member, aims),
        *_of_the_team(member),
        *(line for source in _from_later for line in source(member)),
    ]


def _of_emergencies(member: Member) -> Iterator[Line]:
    """What was opened in an emergency: to be read by all who were told, to be reviewed by those who answer for it."""
    if not policies.can_see_emergencies(member):
        return
    if unread := emergencies.to_look_at(member).count():
        yield _line("Emergencies to read: a restricted record was opened", unread, "cases:emergency-list")
    if unreviewed := emergencies.to_review(member).count():
        yield _line("Emergencies to review", unreviewed, "cases:emergency-list")


def _of_access(member: Member) -> Iterator[Line]:
    """This term's access review: what is left of it, for who confirms it; and that one's own access will lapse."""
    left = [one for one in access_review() if not one.confirmed]
    if not left:
        return
    day = f"{left[0].due:%-d %B}"
    if mine := sum(one.member_id == member.membership_id for one in left):
        yield _line(f"Your access lapses after {day}, unless a manager confirms it", mine, "help")
    if can_review_access(member) and len(left) > mine:
        yield _line(
            f"People whose access lapses after {day}, unless confirmed", len(left) - mine, "people:access-review"
        )


def _of_referrals(member: Member, aims: Targets) -> Iterator[Line]:
    if not (member.may("referral.triage") or member.role == "coordinator"):
        return
    to_triage, to_allocate = today.referrals_waiting()
    yield _line("Referrals to triage", to_triage, "referrals:referral-list")
    aim = aims.triage_school_days
    if late := late_for_triage(WaitingClock(SchoolCalendar.of()), aim):
        words = f"Referrals waiting more than {aim} school day{'' if aim == 1 else 's'} for a decision"
        yield _line(words, late, "referrals:referral-list", f"?over={aim}")
    accepted = "?state=accepted&state=waiting_list"
    yield _line("Referrals to allocate", to_allocate, "referrals:referral-list", accepted)
    if overdue := waiting_to_review():
        yield _line("On the waiting list, to be looked at again", overdue, "referrals:waiting-list")


def _of_cases(member: Member, aims: Targets) -> Iterator[Line]:
    if member.reach("case.brief") == "T" and policies.can_see_sessions(member):
        quiet = today.quiet_cases().count()
        yield _line("Cases without a session for 3 weeks", quiet, "cases:case-list", "?quiet=on")
    if policies.can_see_reviews_due(member) and member.may("case.change"):
        overdue = len(plans.reviews_due(until=localdate() - dt.timedelta(days=1), first_weeks=aims.plan_review_weeks))
        yield _line("Plan reviews overdue", overdue, "cases:reviews-due")
    if policies.can_see_clocks(member) and member.may("case.change"):
        pressing = len(clocks.pressing(clocks.STATUTORY, aims=aims))
        yield _line("Statutory clocks late or running out", pressing, "cases:clock-list", "?statutory=on")
    if member.role == "dsl":
        hidden = len(restricted_stubs())
        yield _line("Restricted cases of which you are not a holder", hidden, "cases:case-list")


def _of_the_team(member: Member) -> Iterator[Line]:
    """What the manager is warned of, nothing where none; what the information governance lead watches."""
    if member.role == "ig_lead":
        yield _line("Pages that showed a pupil, last 7 days", today.pages_shown_lately(), "accounts:access-log")
        yield _line("Pages refused, last 7 days", today.refused_lately(), "accounts:access-log", "?refused=yes")
    if not member.may("people.manage"):
        return
    if terms := terms_to_review(localdate()).count():
        yield _line("Agreements to review within 6 weeks", terms, "people:specialist-list")
    if funding := len(ending_soon(localdate(), SchoolCalendar.of())):
        yield _line("Funding that ends within two terms", funding, "people:funding-list")


def digest_of(member: Member) -> list[Line]:
    """Give what the digest says: the numbers above, and how much stands in each of Today's lists."""
    lines = counts_of(member)
    posts = posts_of(member) if policies.can_log(member) else []
    if posts:
        lines += [
            _line("Sessions planned for today", len(today.planned_today(member)), "home"),
            _line("Pupils missing their sessions", len(missed.missed_by(posts)), "home"),
            _line("Steps of plans that are due", len(today.steps_due(posts)), "home"),
        ]
    if policies.can_attend(member):
        lines.append(_line("What you agreed to do", len(room.own_actions(member)), "home"))
    if member.may("people.manage"):
        lines.append(_line("Colleagues who have not checked in", visits_alarmed().count(), "home"))
    if member.role in ("manager", "coordinator"):
        unlogged = today.unlogged_posts(interventions.monday_of(localdate()))
        lines.append(_line("Posts with nothing logged this week", len(unlogged), "home"))
    return lines
