"""Suspensions and permanent exclusions behind the cases: most were taught again in time, one was not, one runs."""

import datetime as dt
import random
from collections.abc import Iterable
from typing import Final

from apst.accounts.models import Membership
from apst.places.calendar import DAY, DateOutsideCalendar, SchoolCalendar
from cases.models import Case, DueDay, Exclusion
from cases.services.exclusions import work_out

from .diary import at, weekday

REASONS: Final = (["DB"], ["PA"], ["OW"], ["VA", "DB"], ["DA"], ["PP", "DB"])
SHARE: Final = 0.35  # of the cases of the step-out that began with a suspension


def put_exclusions(cases: Iterable[Case], *, chance: random.Random, today: dt.date, by: Membership) -> None:
    """Give tier 3 its permanent exclusions and part of tier 2 its suspensions; of the open ones one is late, one
    running.
    """
    calendar = SchoolCalendar.of()
    rows: list[Exclusion] = []
    excluded = [case for case in cases if case.tier == "tier_3"]
    waiting = [case for case in excluded if case.ended_on is None][-2:]
    for case in excluded:
        if case in waiting:
            began = weekday(today - (4 if case is waiting[-1] else 14) * DAY)
            begun = None
        else:
            began = weekday(case.opened_on - chance.randrange(4, 9) * DAY)
            begun = _after(calendar, began, chance.choice((3, 4, 5, 5, 5)), today)
        rows.append(_row(case, "PERM", began, None, begun, chance, by))
    for case in cases:
        if case.tier == "tier_2" and chance.random() < SHARE:
            half_days = chance.choice((4, 6, 10, 12, 14))
            began = weekday(case.opened_on - chance.randrange(20, 60) * DAY)
            begun = _after(calendar, began, 5, today) if half_days > 10 else None
            rows.append(_row(case, "SUSP", began, half_days, begun, chance, by))
    Exclusion.objects.bulk_create(rows)
    work_out({row.pupil_id for row in rows}, DueDay.Because.RECORDED)


def _after(calendar: SchoolCalendar, began: dt.date, school_days: int, today: dt.date) -> dt.date | None:
    try:
        begun = calendar.add_school_days(began, school_days)
    except DateOutsideCalendar:
        return None
    return begun if begun <= today else None


def _row(
    case: Case,
    category: str,
    began: dt.date,
    half_days: int | None,
    begun: dt.date | None,
    chance: random.Random,
    by: Membership,
) -> Exclusion:
    return Exclusion(
        pupil=case.pupil,
        category=category,
        starts_on=began,
        start_session=chance.choice(("am", "am", "part_way")),
        sessions=half_days,
        reasons=chance.choice(REASONS),
        school=case.pupil.home_school,
        education_from=begun,
        written_by=by,
        written_at=at(began, 16),
    )
