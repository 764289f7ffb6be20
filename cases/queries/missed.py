"""Who keeps missing sessions, which sessions two people may have logged twice, and how long logging takes."""

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils.timezone import localdate, now

from apst.codelists import codes_where, label
from apst.people.models import Post, Pupil
from apst.tenancy.context import Member
from cases.models import Case, Intervention, InterventionPlace, InterventionSpecialist, LogTime

from .interventions import whole

IN_A_ROW: Final = 3
NEAR_MINUTES: Final = 60
SINCE: Final = dt.timedelta(days=28)
FEWEST: Final = 5  # under it a median would be somebody's own


@dataclass(frozen=True)
class Missed:
    """The last planned sessions of a case were all missed. kinds: the words of each kind with its number."""

    case: int
    kinds: tuple[tuple[str, int], ...]

    @property
    def words(self) -> str:
        """Such as "Missed the last 3 sessions: was not brought 2, did not attend 1"."""
        said = ", ".join(f"{words[0].lower()}{words[1:]} {number}" for words, number in self.kinds)
        return f"Missed the last {IN_A_ROW} sessions: {said}"


_LAST: Final = """
select c.id, x.attendance
  from unnest(%s::bigint[]) as c (id), lateral (
    select p.attendance from cases_interventionplace p
      join cases_intervention i on i.tenant_id = p.tenant_id and i.id = p.intervention_id
     where p.case_id = c.id and i.deleted_at is null and p.attendance = any(%s)
     order by p.held_on desc, p.intervention_id desc limit %s) x
"""


def missed_in_a_row(cases: Iterable[int]) -> dict[int, Missed]:
    """Give, by case, those whose last three planned sessions were all missed (one query).

    Planned is what `planned_place` of session_attendance says: neither work about the pupil nor what we cancelled.
    """
    asked = list(cases)
    planned = sorted(codes_where("session_attendance", "planned_place"))
    there = codes_where("session_attendance", "attended")
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [asked, planned, IN_A_ROW])
        last: dict[int, list[str]] = {}
        for case, attendance in cursor.fetchall():
            last.setdefault(case, []).append(attendance)
    return {
        case: Missed(
            case,
            tuple((label("session_attendance", code).partition(" (")[0], n) for code, n in Counter(row).most_common()),
        )
        for case, row in last.items()
        if len(row) == IN_A_ROW and not there & set(row)
    }


def missed_by(posts: Sequence[Post]) -> list[tuple[Case, Missed]]:
    """Give the open cases of posts whose last three sessions were missed."""
    mine = Case.objects.open().worked_by([post.pk for post in posts])
    missed = missed_in_a_row(mine.values_list("pk", flat=True))
    if not missed:
        return []
    found = Case.objects.filter(pk__in=missed).select_related("pupil").order_by("pupil__name_key", "pk")
    return [(case, missed[case.pk]) for case in found]


def may_be_the_same(
    member: Member,
    *,
    posts: Sequence[Post],
    held_on: dt.date,
    minutes: int,
    activity_type: str,
    pupils: Sequence[Pupil],
    starts_at: dt.time | None,
) -> Intervention | None:
    """Give a session that a colleague logged within the last day and that may be the one now being logged.

    The same day and type, at least one pupil in common, none of these posts on it, and a similar time: starts that are
    known lie within an hour, else the lengths do. None where there is none.
    """
    if not pupils:
        return None
    rows = (
        Intervention.objects.kept()
        .filter(
            held_on=held_on,
            activity_type=activity_type,
            logged_at__gte=now() - dt.timedelta(days=1),
            pk__in=InterventionPlace.objects.filter(pupil__in=[pupil.pk for pupil in pupils]).values("intervention"),
        )
        .exclude(logged_by=member.membership_id)
        .exclude(logged_by__isnull=True)
        .exclude(
            pk__in=InterventionSpecialist.objects.filter(post__in=[post.pk for post in posts]).values("intervention")
        )
    )
    for row in whole(rows).order_by("-pk"):
        if row.starts_at and starts_at:
            apart = abs(_minute(row.starts_at) - _minute(starts_at))
        else:
            apart = abs(row.minutes - minutes)
        if apart <= NEAR_MINUTES:
            return row
    return None


def _minute(moment: dt.time) -> int:
    return moment.hour * 60 + moment.minute


def median_seconds() -> int | None:
    """Give how long the taskforce's entries of the last four weeks took to log, at the median; None for too few."""
    since = localdate() - SINCE
    seconds = list(LogTime.objects.filter(logged_on__gte=since).values_list("seconds", flat=True)[:5000])
    return round(statistics.median(seconds)) if len(seconds) >= FEWEST else None
