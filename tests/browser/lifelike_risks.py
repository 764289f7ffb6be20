"""What worries the team about one pupil: rows for the pages of risk."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.timezone import localdate

from apst.tenancy.context import acting_for
from cases import services as cases

DAY = dt.timedelta(days=1)


def _monday(day: dt.date) -> dt.date:
    return day + (7 - day.weekday()) % 7 * DAY


def make(world: Any) -> None:
    """Judgements of several areas, one twice; a safety plan, an episode, a MARAC date, and two to be kept apart."""
    case, people, today = world.rows["case"], world.people, localdate()
    with acting_for(world.taskforce, people.specialist):
        by = people.specialist.membership
        for area, level, evidence in (
            ("home", "low", ""),
            ("peers", "medium", "Out late with two older boys whom nobody at school knows."),
            ("peers", "high", "Came in with a second phone and would not say whose it is. Mum has seen a car waiting."),
        ):
            world.rows["risk"] = cases.judge_risk(
                case, area=area, level=level, evidence=evidence, review_on=today + 20 * DAY, by=by
            )
        cases.write_safety_plan(
            case,
            triggers="Crowds at the bus stop\nBeing asked in front of others",
            helps="A walk with Sam\nThe quiet room, ten minutes",
            who_to_call="Nan first, then the duty line",
            shared_with="Amira, nan, tutor",
            review_on=today + 30 * DAY,
            by=by,
        )
        world.rows["missing"] = cases.record_missing(
            case,
            missing_from=timezone.now() - 30 * DAY,
            returned_at=timezone.now() - 29 * DAY,
            police_told_at=timezone.now() - 29.9 * DAY,
            police_reference="WYP-2231-0414",
            by=by,
        )
        world.rows["protection"] = cases.record_protection(
            case, mechanism="marac", held_on=today - 10 * DAY, next_on=today + 18 * DAY, outcome="IDVA named", by=by
        )
        world.rows["exclusion"] = cases.record_exclusion(
            case.pupil,
            category="SUSP",
            starts_on=_monday(today - 45 * DAY),
            start_session="am",
            sessions=12,
            reasons=["DB", "VA"],
            education_from=_monday(today - 32 * DAY),
            by=by,
        )
        cases.record_exclusion(
            case.pupil,
            category="PERM",
            starts_on=_monday(today - 9 * DAY),
            start_session="part_way",
            reasons=["OW"],
            by=by,
        )
        world.rows["link"] = cases.keep_apart(
            case.pupil, world.rows["ended"].pupil, reason="Fight at the bus station", by=by
        )
