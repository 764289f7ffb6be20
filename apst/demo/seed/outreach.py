"""Outreach to mainstream schools: what a school and the taskforce want to reach together."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from apst.accounts.models import Membership
from apst.people.models import Post
from apst.places.calendar import DAY
from apst.places.models import Establishment
from cases.models import OutreachCase

from .diary import at, weekday

# Aims, how many days ago it began and ended, and what came of it.
AIMS: Final[tuple[tuple[str, int, int | None, str], ...]] = (
    ("Fewer suspensions in Year 8, and staff who are sure how to calm a corridor.", 120, None, ""),
    ("A quiet place at lunch that Year 7 run, and a named adult for those who come back from us.", 66, None, ""),
    (
        "Letters home that families answer: shorter, and in their language.",
        260,
        75,
        "Replies from one family in five before, from three in five now. The office writes them without us.",
    ),
)  # fmt: skip


def reach_out(schools: Sequence[Establishment], posts: Sequence[Post], *, by: Membership, today: dt.date) -> None:
    """Begin outreach with the first schools, each led by a post that is held today."""
    leads = [post for post in posts if post.end_date is None]
    rows = []
    for n, (school, (aims, began, ended, outcome)) in enumerate(zip(schools, AIMS, strict=False)):
        opened_on = weekday(today - began * DAY)
        rows.append(
            OutreachCase(
                school=school, lead=leads[(n + 2) % len(leads)], aims=aims, opened_on=opened_on, outcome=outcome,
                ended_on=weekday(today - ended * DAY) if ended else None, opened_by=by, opened_at=at(opened_on, 15),
            )
        )  # fmt: skip
    OutreachCase.objects.bulk_create(rows)
