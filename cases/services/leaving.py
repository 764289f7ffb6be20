"""A specialist leaves: every case has a successor first, nothing is lost and no access is left behind."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q, Value
from django.db.models.functions import Greatest
from django.utils.timezone import localdate

from apst.accounts.exceptions import StillHolds
from apst.accounts.models import Membership
from apst.accounts.services import before_leaving, change_membership
from apst.people.models import Post
from apst.people.services import end_post, open_vacancy
from apst.tenancy.context import name_act
from cases.exceptions import EndsBeforePost, RestrictedNotHandedOver, SuccessorMissing
from cases.models import Case, CaseMember, GoalStep, MeetingAction, OutreachCase, PlannedSession, SessionGroup

from .access import refresh_access
from .actions import hand_actions_on, open_actions_of
from .handing_on import groups_run, hand_on, open_steps, outreach_led, planned_from
from .teams import take_lead


@dataclass(frozen=True)
class Hanging:
    """What hangs on a post: open cases it leads, its other places on teams, open steps of plans, restricted cases,
    groups that it runs, outreach that it leads, what it is to hold from today on; and what its holder is to do from
    meetings, which only somebody who leaves the taskforce hands on.
    """

    led: list[Case]
    places: list[CaseMember]
    steps: list[GoalStep]
    restricted: int
    groups: list[SessionGroup]
    outreach: list[OutreachCase]
    planned: list[PlannedSession]
    actions: list[MeetingAction]

    @property
    def is_anything(self) -> bool:
        """True where somebody must take something over."""
        return bool(self.led or self.groups or self.outreach or self.planned)


@dataclass(frozen=True)
class HandedOver:
    """A post that ends, and who takes how many of what: case, session, group, outreach, step; and how many actions."""

    post: Post
    takes: Counter[tuple[Post, str]]
    actions: Counter[Membership]


def hanging_on(post: Post) -> Hanging:
    """Give what hangs on a post, as far as the reader sees it; of restricted cases hidden from them, how many."""
    today = localdate()
    places = CaseMember.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=today), post=post, case__ended_on__isnull=True
    )
    led = list(Case.objects.open().filter(lead=post).select_related("pupil", "site").order_by("pupil__name_key", "pk"))
    with connection.cursor() as cursor:
        cursor.execute("select app.restricted_of_post(%s)", [post.pk])
        restricted = int(cursor.fetchone()[0])
    return Hanging(
        led,
        list(
            places.exclude(case__in=led)
            .select_related("case__pupil", "case__site")
            .order_by("case__pupil__name_key", "pk")
        ),
        open_steps(post),
        restricted,
        groups_run(post),
        outreach_led(post),
        planned_from(post, today),
        open_actions_of(member) if (member := _member(post)) else [],
    )


def _member(post: Post) -> Membership | None:
    """The membership of a post's holder; None where they have no account."""
    return Membership.objects.filter(user_id=post.specialist.user_id or 0).first()


def _members(posts: Mapping[int, Post]) -> dict[int, Membership]:
    """The memberships of those who take a case over, by case id; without those who have no account."""
    return {case: member for case, post in posts.items() if (member := _member(post))}


@transaction.atomic
def leave(
    post: Post,
    *,
    last_day: dt.date,
    successors: Mapping[int, Post],
    runners: Mapping[int, Post] | None = None,
    schools: Mapping[int, Post] | None = None,
    otherwise: Post | None = None,
    end_membership: bool,
    keep_vacancy: bool,
    by: Membership | None,
) -> HandedOver:
    """End a post and hand over what hangs on it: leads, groups, outreach and steps at once, places on teams and what is
    planned with the last day. A post that has ended already hands over what still hangs on it.

    last_day        today or later; of a post that has ended, its own last day
    successors      case id -> who leads it from now on; every open case that the post leads must be there. Of a case on
                    whose team it only is: who takes the place, where anybody does. What is planned with the pupil after
                    the last day, and open steps of plans, go with them
    runners, schools, otherwise  see `hand_on`
    end_membership  the person works nowhere else here: their way in ends with the same day, and what they are to do
                    goes to whoever takes over its case, or the rest, or (without an account) to `by`
    keep_vacancy    a vacancy of the same type and share begins the day after
    Raises EndsBeforePost, SuccessorMissing, RestrictedNotHandedOver, StillHolds, LastManager and what take_lead raises;
    then nothing is changed.
    """
    today = localdate()
    # An import, or an end that was typed, ends a post and hands nothing on: that is done afterwards.
    is_over = post.end_date is not None and post.end_date < today
    if last_day < post.start_date or (last_day < today and not (is_over and last_day == post.end_date)):
        raise EndsBeforePost
    hanging = hanging_on(post)
    if hanging.restricted:
        raise RestrictedNotHandedOver(hanging.restricted)
    runners, schools = runners or {}, schools or {}
    chosen = [*successors.values(), *runners.values(), *schools.values(), *([otherwise] if otherwise else [])]
    missing = [case for case in hanging.led if case.pk not in successors]
    if missing or any(successor.specialist_id == post.specialist_id for successor in chosen):
        raise SuccessorMissing
    mine = CaseMember.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=last_day), post=post)
    if is_over:
        # Nobody goes on working directly who has left.
        name_act("post.leave")
        mine.update(ends_on=Greatest("starts_on", Value(last_day)))
    for case in hanging.led:
        take_lead(case, post=successors[case.pk], by=by)
    name_act("post.leave")
    for place in hanging.places:
        successor = successors.get(place.case_id)
        if successor and not place.case.team.filter(post=successor, ends_on__isnull=True).exists():
            CaseMember.objects.create(case=place.case, post=successor, part=place.part, starts_on=today)
    after = max(last_day, today - dt.timedelta(days=1))
    takes = hand_on(post, after=after, cases=successors, groups=runners, schools=schools, otherwise=otherwise)
    takes.update((successors[case.pk], "case") for case in hanging.led)
    mine.update(ends_on=Greatest("starts_on", Value(last_day)))
    sites = [row.site for row in post.post_sites.select_related("site")]
    end_post(post, last_day=last_day, by=by)
    actions: Counter[Membership] = Counter()
    membership = _member(post)
    if end_membership and membership:
        if by:
            rest = (_member(otherwise) if otherwise else None) or by
            actions = hand_actions_on(membership, cases=_members(successors), otherwise=rest, by=by)
        if membership.ends_on is None or membership.ends_on > last_day:
            change_membership(membership, ends_on=last_day, by=by)
    if keep_vacancy:
        open_vacancy(
            specialist_type=post.specialist_type,
            fte_hundredths=post.fte_hundredths,
            since=last_day + dt.timedelta(days=1),
            site=sites[0] if len(sites) == 1 else None,
            by=by,
        )
    refresh_access()
    post.refresh_from_db()
    return HandedOver(post, takes, actions)


def other_posts(post: Post, day: dt.date) -> list[Post]:
    """Give the other posts that the same person holds after a day."""
    later = Q(end_date__isnull=True) | Q(end_date__gt=day)
    return list(Post.objects.filter(later, specialist=post.specialist_id).exclude(pk=post.pk))


@before_leaving
def require_other_holders(membership: Membership, last_day: dt.date | None) -> None:
    """Raise StillHolds where a restricted case would be left without two holders, one of them a safeguarding lead.

    last_day  of the membership; None where the person stays, as something else
    """
    with connection.cursor() as cursor:
        cursor.execute("select app.holds_left_alone(%s, %s, %s)", [membership.user_id, last_day, last_day is None])
        number = int(cursor.fetchone()[0])
    # Who becomes a safeguarding lead leaves nothing without one.
    if number and not (last_day is None and membership.role == "dsl"):
        cases = "1 restricted case" if number == 1 else f"{number} restricted cases"
        raise StillHolds(
            f"{cases} would be left without two holders, one of them a designated safeguarding lead."
            " Another holder must give somebody else access first, on the case’s page under Holders."
        )
