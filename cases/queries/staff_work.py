"""Reading training, advice and supervision."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Max, QuerySet

from apst.codelists import codes
from apst.people.models import Specialist, Supervision
from apst.people.queries.support import supervision_of
from cases.models import Intervention, StaffWork

PAGE: Final = 25
FOR_STAFF: Final = tuple(code for code, row in codes("staff_work").items() if row["activity_type"] == "staff_training")
SUPERVISED: Final = {"clinical": "clinical_supervision", "line": "line_management"}


def staff_sessions(*, kind: str = "", audience: str = "") -> QuerySet[Intervention]:
    """Give the sessions of training and advice for staff that were not deleted, the last first.

    Those of which nobody said more are there too; a filter leaves them out.
    """
    rows = Intervention.objects.kept().filter(activity_type="staff_training")
    if kind:
        rows = rows.filter(staff_work__kind=kind)
    if audience:
        rows = rows.filter(staff_work__audience=audience)
    return rows.order_by("-held_on", "-pk")


@dataclass(frozen=True)
class StaffPage:
    """One page of sessions for staff; `after` is the key of the next, "" where there is none."""

    rows: list[Intervention]
    after: str


def page_of(sessions: QuerySet[Intervention], *, after: str = "", size: int = PAGE) -> StaffPage:
    """Give one page, the last first, beyond the key `after`; the first where the key is none."""
    day, _, public_id = after.partition("_")
    try:
        key = (dt.date.fromisoformat(day), Intervention.objects.get(public_id=public_id).pk) if after else None
    except (ValueError, Intervention.DoesNotExist):
        key = None
    if key:
        sessions = sessions.filter(held_on__lte=key[0]).exclude(held_on=key[0], pk__gte=key[1])
    wanted = sessions.prefetch_related("specialists__post__specialist", "staff_work__school")
    rows = list(wanted.select_related("site")[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    return StaffPage(rows, f"{rows[-1].held_on}_{rows[-1].public_id}" if more else "")


def work_of(session: Intervention) -> StaffWork | None:
    """Give what was said of a session for staff; None where nobody did. Asks nothing where it was brought along."""
    return next(iter(session.staff_work.all()), None)


@dataclass(frozen=True)
class Supervised:
    """One arrangement of supervision, when it last took place, and when the next is due."""

    specialist: Specialist
    arrangement: Supervision
    last: dt.date | None
    due: dt.date

    def is_overdue(self, today: dt.date) -> bool:
        """True once the next is due and has not taken place."""
        return self.due < today


def supervised(people: Sequence[Specialist]) -> list[Supervised]:
    """Give each arrangement of these people with its last date, what is due first first (two queries)."""
    arrangements = supervision_of(people)
    dates = {
        (row["specialists__post__specialist"], row["staff_work__kind"]): row["last"]
        for row in Intervention.objects.kept()
        .filter(activity_type="supervision", staff_work__kind__in=SUPERVISED.values())
        .filter(specialists__post__specialist__in=people)
        .values("specialists__post__specialist", "staff_work__kind")
        .annotate(last=Max("held_on"))
        .order_by()
    }
    found = []
    for person in people:
        for one in arrangements.get(person.pk, []):
            last = dates.get((person.pk, SUPERVISED[one.kind]))
            due = max(last or one.starts_on, one.starts_on) + dt.timedelta(weeks=one.every_weeks)
            found.append(Supervised(person, one, last, due))
    return sorted(found, key=lambda one: (one.due, one.specialist.name))
