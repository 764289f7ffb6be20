"""What is planned from today on: each post's sessions with its cases, two groups that meet each week, and a clash."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from django.db.models import Q

from apst.people.models import Post
from apst.places.calendar import DAY, SchoolCalendar
from cases.models import (
    Case,
    CaseMember,
    KeepApart,
    LogTime,
    PlannedPlace,
    PlannedSession,
    PlannedSpecialist,
    SessionGroup,
    SessionGroupMember,
    SessionGroupSpecialist,
)

WEEK: Final = 7 * DAY
WEEKS: Final = 3
FEW: Final = 5
SLOTS: Final = (dt.time(9), dt.time(10), dt.time(11, 15), dt.time(13), dt.time(14))
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri")
GROUPS: Final = (("Girls’ group", "F", 1, dt.time(13), 90), ("Boxing and talking", "", 3, dt.time(14, 15), 60))
SECONDS: Final = (9, 11, 12, 12, 14, 15, 15, 17, 18, 21, 26, 40, 75)


def plan_weeks(chance: random.Random, calendar: SchoolCalendar, today: dt.date) -> None:
    """Plan three weeks from today, in a handful of statements, and count some entries of the last weeks."""
    posts = list(
        Post.objects.filter(Q(end_date__isnull=True) | Q(end_date__gte=today), start_date__lte=today).order_by("pk")
    )
    led: dict[int, list[Case]] = defaultdict(list)
    others: dict[int, list[Case]] = defaultdict(list)
    for case in (
        Case.objects.open()
        .filter(lead__in=[post.pk for post in posts], restricted=False)
        .select_related("pupil")
        .order_by("pk")
    ):
        led[case.lead_id or 0].append(case)
    # Who leads nothing, or little, works on the cases of others.
    for member in CaseMember.objects.filter(
        post__in=[post.pk for post in posts], ends_on__isnull=True, case__ended_on__isnull=True, case__restricted=False
    ).select_related("case__pupil"):
        if len(led[member.post_id]) < FEW and member.case not in led[member.post_id]:
            others[member.post_id].append(member.case)
    rows: list[tuple[PlannedSession, Post, Case | None]] = []
    for post in posts:
        rows += _of_post(chance, calendar, post, [*led[post.pk], *others[post.pk]][:10], today)
    rows += _groups(calendar, posts, led, today)
    PlannedSession.objects.bulk_create(planned for planned, _, _ in rows)
    PlannedSpecialist.objects.bulk_create(PlannedSpecialist(planned=planned, post=post) for planned, post, _ in rows)
    PlannedPlace.objects.bulk_create(
        PlannedPlace(planned=planned, pupil_id=case.pupil_id, case=case) for planned, _, case in rows if case
    )
    LogTime.objects.bulk_create(
        LogTime(logged_on=today - chance.randrange(1, 25) * DAY, seconds=chance.choice(SECONDS)) for _ in range(60)
    )


def _days(post: Post) -> list[int]:
    """Give the weekdays on which a post works."""
    said = [WEEKDAYS.index(name) for name in post.working_days.split(";") if name in WEEKDAYS]
    return said or list(range(5))


def _of_post(
    chance: random.Random, calendar: SchoolCalendar, post: Post, cases: Sequence[Case], today: dt.date
) -> list[tuple[PlannedSession, Post, Case | None]]:
    """One session a week with each case, at the same time of the same day."""
    rows: list[tuple[PlannedSession, Post, Case | None]] = []
    days = _days(post)
    for number, case in enumerate(cases):
        weekday, slot = days[number % len(days)], SLOTS[number // len(days) % len(SLOTS)]
        minutes = chance.choice((30, 45, 60, 60))
        for week in range(WEEKS):
            day = today + DAY * ((weekday - today.weekday()) % 7) + week * WEEK
            if calendar.is_known(day) and calendar.is_school_day(day):
                planned = PlannedSession(
                    planned_on=day, starts_at=slot, minutes=minutes, activity_type="one_to_one", location="ap_school"
                )
                rows.append((planned, post, case))
    return rows


def _groups(
    calendar: SchoolCalendar, posts: Sequence[Post], led: dict[int, list[Case]], today: dt.date
) -> list[tuple[PlannedSession, Post, Case | None]]:
    """Two groups of the posts with the most cases, each with four pupils of several posts, none of whom are to be kept
    apart from anybody.
    """
    rows: list[tuple[PlannedSession, Post, Case | None]] = []
    busiest = sorted(posts, key=lambda post: (-len(led[post.pk]), post.pk))
    apart = {pk for pair in KeepApart.objects.values_list("pupil", "other") for pk in pair}
    pupils = [case for post in busiest for case in led[post.pk] if case.pupil_id not in apart]
    for number, (name, sex, weekday, starts_at, minutes) in enumerate(GROUPS[: len(busiest)]):
        post = busiest[number]
        members = [case for case in pupils if sex in ("", case.pupil.sex)][:4]
        if not members:
            continue
        pupils = [case for case in pupils if case not in members]
        group = SessionGroup.objects.create(
            name=name, weekday=weekday, starts_at=starts_at, minutes=minutes, location="ap_school"
        )
        SessionGroupSpecialist.objects.create(group=group, post=post)
        SessionGroupMember.objects.bulk_create(
            SessionGroupMember(group=group, pupil_id=case.pupil_id, case=case, starts_on=today - 4 * WEEK)
            for case in members
        )
        for week in range(WEEKS):
            day = today + DAY * ((weekday - today.weekday()) % 7) + week * WEEK
            if calendar.is_known(day) and calendar.is_school_day(day):
                planned = PlannedSession(
                    planned_on=day, starts_at=starts_at, minutes=minutes, activity_type="group", group=group
                )
                rows.append((planned, post, None))
    return rows
