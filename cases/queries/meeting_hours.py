"""Whose hours of a meeting can be counted, and whether they were."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Sum
from django.utils.timezone import localdate

from apst.people.models import Post
from apst.people.queries.posts import posts_on
from cases.models import Intervention, InterventionSpecialist, Meeting, MeetingAttendance

KIND: Final = "multi_agency"


@dataclass(frozen=True)
class Present:
    """Somebody who was there and holds a post. logged: minutes of the same kind that they have on that day already."""

    post: Post
    logged: int


def session_of(meeting: Meeting) -> Intervention | None:
    """Give the session in which a meeting's hours were counted, one that was taken back too; None before that."""
    return Intervention.objects.filter(submission_key=meeting.public_id).first()


def present_with_posts(meeting: Meeting) -> list[Present]:
    """Give who was there and holds a post on that day, each once, by name; three queries."""
    here = meeting.attendance.filter(presence=MeetingAttendance.Presence.PRESENT)
    rows = list(here.values_list("who__user", "post"))
    users, posts = {user for user, _ in rows if user}, {post for _, post in rows if post}
    day = localdate(meeting.started_at) if meeting.started_at else meeting.held_on
    found: dict[int, Post] = {}
    for post in posts_on(day):
        if post.pk in posts or post.specialist.user_id in users:
            found.setdefault(post.specialist_id, post)
    logged = dict(
        InterventionSpecialist.objects.filter(
            post__specialist__in=found,
            intervention__held_on=day,
            intervention__activity_type=KIND,
            intervention__deleted_at__isnull=True,
        )
        .exclude(intervention__submission_key=meeting.public_id)
        .values_list("post__specialist")
        .annotate(Sum("intervention__minutes"))
    )
    return [Present(post, logged.get(specialist, 0)) for specialist, post in found.items()]


def counted_posts(session: Intervention) -> list[Post]:
    """Give whose hours were counted, by name."""
    rows = session.specialists.select_related("post__specialist").order_by("post__specialist__name", "pk")
    return [row.post for row in rows]
