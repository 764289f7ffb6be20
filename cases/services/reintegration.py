"""The way back into a school: its plan, its weeks, its checks."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.accounts.services import discard_draft
from apst.places.models import Establishment
from apst.tenancy.context import name_act
from cases.exceptions import CheckInFuture, TooManyWeeks, WeekThere
from cases.models import Case, Reintegration, ReintegrationCheck, ReintegrationWeek
from cases.models.reintegration import HALF_DAYS

from .once import sent_before
from .plans import changed, draft_of, locked, require_open

MOST_WEEKS = 26


@transaction.atomic
def plan_reintegration(
    case: Case,
    *,
    school: Establishment,
    starts_on: dt.date,
    contact: str = "",
    agreed: str = "",
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> Reintegration:
    """Plan a pupil's way into a school, from a day that may lie ahead. Raises CaseEnded."""
    if sent := sent_before(Reintegration, submission_key):
        return sent
    require_open(case)
    name_act("reintegration.plan")
    row = Reintegration.objects.create(
        case=case,
        school=school,
        starts_on=starts_on,
        contact=contact,
        agreed=agreed,
        written_by=by,
        submission_key=submission_key,
    )
    if by:
        discard_draft(draft_of(case, "reintegration"))
    return row


@transaction.atomic
def change_reintegration(
    row: Reintegration,
    *,
    school: Establishment,
    starts_on: dt.date,
    contact: str,
    agreed: str,
    version: int | None,
    by: Membership | None,
) -> Reintegration:
    """Change school, first day, contact or who does what. Raises ChangedMeanwhile, CaseEnded."""
    require_open(row.case)
    found = locked(row, version)
    name_act("reintegration.change")
    if by:
        discard_draft(f"reintegration-{row.public_id}")
    return changed(found, school=school, starts_on=starts_on, contact=contact, agreed=agreed)


def _ordered(half_days: Iterable[str]) -> list[str]:
    chosen = set(half_days)
    return [code for code, _ in HALF_DAYS if code in chosen]


@transaction.atomic
def add_week(
    row: Reintegration,
    *,
    half_days: Iterable[str],
    who_does_what: str = "",
    number: int | None = None,
    by: Membership | None,
) -> ReintegrationWeek:
    """Add the timetable's next week. Raises WeekThere where somebody added it meanwhile, TooManyWeeks, CaseEnded.

    number  the week that the page meant, so that a form sent twice adds one
    """
    require_open(row.case)
    following = row.weeks.count() + 1
    if number is not None and number != following:
        raise WeekThere
    number = following
    if number > MOST_WEEKS:
        raise TooManyWeeks
    name_act("reintegration.add_week")
    try:
        with transaction.atomic():
            return ReintegrationWeek.objects.create(
                reintegration=row,
                case_id=row.case_id,
                number=number,
                half_days=_ordered(half_days),
                who_does_what=who_does_what,
            )
    except IntegrityError:
        raise WeekThere from None


@transaction.atomic
def change_week(
    week: ReintegrationWeek,
    *,
    half_days: Iterable[str],
    who_does_what: str,
    version: int | None,
    by: Membership | None,
) -> ReintegrationWeek:
    """Change one week. Raises ChangedMeanwhile, CaseEnded."""
    require_open(week.case)
    found = locked(week, version)
    name_act("reintegration.change_week")
    return changed(found, half_days=_ordered(half_days), who_does_what=who_does_what)


@transaction.atomic
def drop_last_week(row: Reintegration, *, by: Membership | None) -> None:
    """Take the timetable's last week away; the others keep their numbers. Raises CaseEnded."""
    require_open(row.case)
    name_act("reintegration.drop_week")
    last = row.weeks.order_by("-number").first()
    if last is not None:
        ReintegrationWeek.objects.filter(pk=last.pk).delete()


@transaction.atomic
def record_check(
    row: Reintegration,
    *,
    weeks: int,
    held_on: dt.date,
    outcome: str,
    text: str = "",
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> ReintegrationCheck:
    """Record how it stood after some weeks, also when the case has ended since. Raises CheckInFuture."""
    if sent := sent_before(ReintegrationCheck, submission_key):
        return sent
    if not row.starts_on <= held_on <= localdate():
        raise CheckInFuture
    name_act("reintegration.check")
    check = ReintegrationCheck.objects.create(
        reintegration=row,
        case_id=row.case_id,
        weeks=weeks,
        held_on=held_on,
        outcome=ReintegrationCheck.Outcome(outcome),
        text=text,
        written_by=by,
        submission_key=submission_key,
    )
    if by:
        discard_draft(draft_of(row.case, "reintegration-check"))
    return check
