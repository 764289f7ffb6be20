"""Recording exclusions, and working out their sixth day anew whenever something that it rests on changes."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.people.models import Pupil
from apst.places.models import Establishment
from apst.tenancy.context import name_act
from cases.exceptions import ChangedMeanwhile, ExclusionInFuture, ExclusionLength, TaughtBeforeExcluded, TooManyReasons
from cases.models import DueDay, Exclusion
from cases.queries.exclusions import exclusions_of, pupils_excluded, sixth_days

from .once import sent_before

MOST_SESSIONS = 90  # 45 school days in a school year (DfE suspension guidance)
MOST_REASONS = 3  # as the DfE's collection takes them


def _check(
    category: str,
    starts_on: dt.date,
    sessions: int | None,
    education_from: dt.date | None,
    reasons: Collection[str] = (),
    **_: Any,
) -> None:
    if starts_on > localdate():
        raise ExclusionInFuture
    if category == Exclusion.Category.SUSPENSION and not (sessions and 1 <= sessions <= MOST_SESSIONS):
        raise ExclusionLength
    if len(reasons) > MOST_REASONS:
        raise TooManyReasons
    if education_from and education_from < starts_on:
        raise TaughtBeforeExcluded


@transaction.atomic
def record_exclusion(
    pupil: Pupil,
    *,
    category: str,
    starts_on: dt.date,
    start_session: str,
    sessions: int | None = None,
    reasons: Collection[str] = (),
    school: Establishment | None = None,
    education_from: dt.date | None = None,
    exams_over_on: dt.date | None = None,
    ehc_fewer_hours: bool = False,
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> Exclusion:
    """Record an exclusion as the school that excluded told it; a form sent twice makes one.

    sessions  half-days of a suspension; ignored for others
    reasons   codes of exclusion_reasons.csv, three at most
    Raises ExclusionInFuture, ExclusionLength, TooManyReasons, TaughtBeforeExcluded.
    """
    sent: Exclusion | None = sent_before(Exclusion, submission_key)
    if sent:
        return sent
    _check(category, starts_on, sessions, education_from, reasons)
    name_act("exclusion.record")
    row = Exclusion.objects.create(
        pupil=pupil,
        category=category,
        starts_on=starts_on,
        start_session=start_session,
        sessions=sessions if category == Exclusion.Category.SUSPENSION else None,
        reasons=list(reasons),
        school=school,
        education_from=education_from,
        exams_over_on=exams_over_on,
        ehc_fewer_hours=ehc_fewer_hours,
        written_by=by,
        submission_key=submission_key,
    )
    work_out([pupil.pk], DueDay.Because.RECORDED)
    return row


@transaction.atomic
def change_exclusion(exclusion: Exclusion, *, version: int | None, by: Membership | None, **said: Any) -> None:
    """Correct an exclusion, or say when education began: arguments as `record_exclusion`; the audit keeps what it said.

    Raises ChangedMeanwhile and what `record_exclusion` raises.
    """
    _check(**said)
    name_act("exclusion.change")
    rows = Exclusion.objects.kept().filter(pk=exclusion.pk)
    if version is not None:
        rows = rows.filter(version=version)
    if said["category"] != Exclusion.Category.SUSPENSION:
        said["sessions"] = None
    if not rows.update(**said, version=F("version") + 1):
        raise ChangedMeanwhile
    work_out([exclusion.pupil_id], DueDay.Because.CHANGED)


@transaction.atomic
def strike_exclusion(exclusion: Exclusion, *, by: Membership | None) -> None:
    """Strike out an exclusion that never was; it stays, and can be brought back."""
    name_act("exclusion.strike")
    Exclusion.objects.filter(pk=exclusion.pk, struck_at__isnull=True).update(struck_at=timezone.now())
    work_out([exclusion.pupil_id], DueDay.Because.CHANGED)


@transaction.atomic
def bring_exclusion_back(exclusion: Exclusion, *, by: Membership | None) -> None:
    """Take the striking out back."""
    name_act("exclusion.bring_back")
    Exclusion.objects.filter(pk=exclusion.pk).update(struck_at=None)
    work_out([exclusion.pupil_id], DueDay.Because.CHANGED)


def work_out(pupils: Iterable[int], because: str) -> int:
    """Work out the sixth day of every exclusion of pupils, and keep each that is another than was told last.

    Gives how many were kept. Nothing is kept twice: what was told already is told no more.
    """
    found = sixth_days(exclusions_of(pupils))
    rows = DueDay.objects.filter(exclusion__in=[one.exclusion.pk for one in found]).order_by("pk")
    told = {row.exclusion_id: row for row in rows}
    fresh = []
    for one in found:
        last = told.get(one.exclusion.pk)
        if last and (last.due_on, last.why_not) == (one.due_on, one.why_not):
            continue
        fresh.append(
            DueDay(
                exclusion=one.exclusion,
                pupil_id=one.exclusion.pupil_id,
                due_on=one.due_on,
                was_on=last.due_on if last else None,
                why_not=one.why_not,
                because=because if last else DueDay.Because.RECORDED,
            )
        )
    DueDay.objects.bulk_create(fresh)
    return len(fresh)


@transaction.atomic
def work_out_open() -> int:
    """Work out the sixth day of everybody who still waits for education, after a calendar changed. Gives how many
    moved.
    """
    name_act("exclusion.work_out")
    return work_out(list(pupils_excluded().values_list("pk", flat=True)), DueDay.Because.CALENDAR)
