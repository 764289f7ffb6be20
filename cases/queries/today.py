"""What Today counts for each role: few queries, each a link on the page."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.timezone import localdate, now

from apst.audit.models import AccessEntry
from apst.people.models import Post
from apst.tenancy.context import Member
from cases.models import Case, CaseAccess, CaseQuerySet, GoalStep, InterventionSpecialist, PlannedSession
from referrals.models import Referral

from .cases import QUIET_DAYS, live_posts, quiet_since
from .interventions import counted_minutes, monday_of, own_week
from .planned import is_open, own_plan

MOST_CASES = 8


def quiet_cases() -> CaseQuerySet:
    """Give the open cases on which nobody has logged a session for three weeks."""
    return quiet_since(Case.objects.all(), localdate() - dt.timedelta(days=QUIET_DAYS))


def unlogged_posts(monday: dt.date) -> list[Post]:
    """Give the posts held today by which nothing was logged in the week from `monday`."""
    logged = InterventionSpecialist.objects.filter(
        intervention__held_on__gte=monday,
        intervention__held_on__lt=monday + dt.timedelta(days=7),
        intervention__deleted_at__isnull=True,
    )
    return list(live_posts().exclude(pk__in=logged.values("post")))


def referrals_waiting() -> tuple[int, int]:
    """Give how many referrals wait to be triaged, and to be allocated."""
    return Referral.objects.to_triage().count(), Referral.objects.to_allocate().count()


def week_minutes(member: Member) -> tuple[int, int]:
    """Give the minutes that one's own sessions of this week count, and how many sessions they are."""
    sessions = own_week(member, monday_of(localdate()))
    return sum(counted_minutes(session) for session in sessions), len(sessions)


def planned_today(member: Member) -> list[PlannedSession]:
    """Give what a member is to hold today and has not ticked off."""
    return [one for one in own_plan(member, localdate(), 1) if is_open(one)]


def own_cases(posts: list[Post]) -> QuerySet[Case]:
    """Give the open cases that the posts lead or are on the team of, the first few by name."""
    mine = Case.objects.open().worked_by([post.pk for post in posts])
    return mine.select_related("pupil", "site").order_by("pupil__name_key", "pk")[:MOST_CASES]


def steps_due(posts: list[Post]) -> list[GoalStep]:
    """Give the open steps of plans that the posts are to do and that are due by today, the longest overdue first."""
    mine = GoalStep.objects.filter(
        owner__in=[post.pk for post in posts],
        due_on__lte=localdate(),
        done_on__isnull=True,
        removed_at__isnull=True,
        case__ended_on__isnull=True,
    )
    return list(mine.select_related("case__pupil", "goal").order_by("due_on", "pk"))


def own_referrals(member: Member) -> QuerySet[Referral]:
    """Give the last few referrals that a member made."""
    return (
        Referral.objects.filter(made_by=member.membership_id)
        .select_related("pupil")
        .order_by("-received_on", "-pk")[:MOST_CASES]
    )


def refused_lately() -> int:
    """Give how many pages were refused in the last seven days, from the access log."""
    return AccessEntry.objects.filter(refused=True, at__gte=now() - dt.timedelta(days=7)).count()


def pages_shown_lately() -> int:
    """Give how many pages showed something of a pupil in the last seven days."""
    return AccessEntry.objects.filter(refused=False, at__gte=now() - dt.timedelta(days=7)).count()


def restricted_held(member: Member) -> QuerySet[Case]:
    """Give the open restricted cases that a member holds."""
    held = CaseAccess.objects.filter(user_id=member.person_id, source=CaseAccess.Source.GRANT)
    return Case.objects.open().filter(restricted=True, pk__in=held.values("content_object")).select_related("pupil")
