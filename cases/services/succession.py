"""What follows when posts and memberships end: cases go on under the same person's next post, and no grant stays."""

import datetime as dt

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.people.models import Post
from apst.people.queries.posts import posts_on
from apst.tenancy.context import name_act
from cases.models import (
    Case,
    CaseAccess,
    CaseMember,
    GoalStep,
    OutreachCase,
    PassportAccess,
    PlannedSession,
    PlannedSpecialist,
    RecordGrant,
    SessionGroupSpecialist,
)

from .handing_on import follow


def next_posts(today: dt.date) -> dict[int, Post]:
    """Give ended post id -> the post of today in which the same person does the same work: a change of FTE."""
    live = {(post.specialist_id, post.specialist_type): post for post in posts_on(today)}
    ended = Post.objects.filter(end_date__lt=today, specialist__in={specialist for specialist, _ in live})
    found = {post.pk: live.get((post.specialist_id, post.specialist_type)) for post in ended}
    return {pk: post for pk, post in found.items() if post}


def _places(posts: list[int], today: dt.date) -> QuerySet[CaseMember]:
    """Give the places of posts on the teams of open cases that have not ended."""
    return CaseMember.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), post__in=posts, case__ended_on__isnull=True
    )


def _busy(posts: list[int], today: dt.date) -> set[int]:
    """Give those of the posts on which something hangs that goes on: most ended posts have nothing left."""
    planned = PlannedSpecialist.objects.filter(
        post__in=posts, planned__in=PlannedSession.objects.open(), planned__planned_on__gt=F("post__end_date")
    )
    found = {
        *Case.objects.open().filter(lead__in=posts).values_list("lead", flat=True),
        *_places(posts, today).values_list("post", flat=True),
        *SessionGroupSpecialist.objects.filter(post__in=posts, group__ended_on__isnull=True).values_list(
            "post", flat=True
        ),
        *planned.values_list("post", flat=True),
        *GoalStep.objects.filter(owner__in=posts, done_on__isnull=True, removed_at__isnull=True).values_list(
            "owner", flat=True
        ),
        *OutreachCase.objects.filter(lead__in=posts, ended_on__isnull=True).values_list("lead", flat=True),
    }
    return {post for post in found if post is not None}


def follow_posts() -> int:
    """Bring what hangs on a post that has ended to the same person's next post; gives how much changed: open cases,
    places on teams, groups, outreach, steps, and what is planned from the next post's first day.

    As the taskforce's system, so that restricted cases follow too. May run twice: what has followed is not found again.
    """
    today, changed = localdate(), 0
    followed = next_posts(today)
    for old in sorted(_busy(list(followed), today)):
        post = followed[old]
        led = Case.objects.open().filter(lead=old)
        for place in _places([old], today).select_related("case"):
            name_act("case.follow_post")
            last = max(post.start_date - dt.timedelta(days=1), place.starts_on)
            CaseMember.objects.filter(pk=place.pk).update(ends_on=last)
            if not place.case.team.filter(post=post, ends_on__isnull=True).exists():
                CaseMember.objects.create(
                    case=place.case, post=post, part=place.part, starts_on=max(post.start_date, place.starts_on)
                )
            changed += 1
        name_act("case.follow_post")
        changed += led.update(lead=post, updated_at=Now(), version=F("version") + 1)
        changed += follow(Post.objects.get(pk=old), post)
    return changed


def end_grants_of_leavers() -> int:
    """End every single grant of people whose membership has ended; gives how many.

    They open nothing here any more; but somebody who is invited again does not find old grants waiting for them.
    """
    gone = list(Membership.objects.filter(ends_on__lt=localdate()).values_list("user", flat=True))
    if not gone:
        return 0
    number = 0
    for model in (CaseAccess, PassportAccess, *RecordGrant.__subclasses__()):
        name_act("grant.end")
        number += model._default_manager.filter(user__in=gone).delete()[0]
    return number
