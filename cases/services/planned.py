"""Planned sessions: planning, moving, taking out of the plan, ticking off, and a week like the last."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.accounts.services import discard_draft
from apst.codelists import codes
from apst.people.models import Post, Pupil
from apst.places.calendar import SchoolCalendar, bank_holidays
from apst.tenancy.context import name_act
from cases.exceptions import (
    ChangedMeanwhile,
    CodeUnknown,
    DurationOutOfRange,
    GroupMeetsThen,
    NoPlanOnThatDay,
    NotInPlan,
    PlannedTooFar,
    PupilNeeded,
    PupilTwice,
    PupilUnknown,
    RepeatedWrongly,
    SpecialistNeeded,
    TickedOff,
)
from cases.models import Intervention, PlannedPlace, PlannedSession, PlannedSpecialist, SessionGroup
from cases.queries.planned import Copied, to_copy

from .interventions import LONGEST, NEEDS_PUPIL, Places, cases_on, log_session

WEEK: Final = dt.timedelta(days=7)
FARTHEST: Final = dt.timedelta(days=366)
LONG_PAST: Final = dt.timedelta(days=14)
PLAN_DRAFT: Final = "session-plan"


@dataclass(frozen=True)
class What:
    """What a planned session is, whenever it is. minutes: 1 to 1440; the codes are those of the lists."""

    specialists: Collection[Post]
    minutes: int
    activity_type: str
    pupils: Sequence[Pupil] = ()
    starts_at: dt.time | None = None
    location: str = ""
    intervention_type: str = ""
    group: SessionGroup | None = field(default=None)

    def check(self) -> None:
        """Raises the named errors of what cannot be."""
        if not self.specialists:
            raise SpecialistNeeded
        if not 1 <= self.minutes <= LONGEST:
            raise DurationOutOfRange
        if self.activity_type not in codes("activity_types"):
            raise CodeUnknown
        if (self.location and self.location not in codes("locations")) or (
            self.intervention_type and self.intervention_type not in codes("intervention_types")
        ):
            raise CodeUnknown
        pupils = {pupil.pk for pupil in self.pupils}
        if len(pupils) != len(self.pupils):
            raise PupilTwice
        if not pupils and self.group is None and self.activity_type in NEEDS_PUPIL:
            raise PupilNeeded
        if Pupil.objects.filter(pk__in=pupils).count() != len(pupils):
            raise PupilUnknown

    @property
    def fields(self) -> dict[str, Any]:
        """The columns of the row itself."""
        return {
            "minutes": self.minutes,
            "activity_type": self.activity_type,
            "starts_at": self.starts_at,
            "location": self.location,
            "intervention_type": self.intervention_type,
        }


def is_working_day(day: dt.date, calendar: SchoolCalendar) -> bool:
    """Say whether what repeats is held on a day: a school day; where no calendar holds it, no weekend or holiday."""
    if calendar.is_known(day):
        return calendar.is_school_day(day)
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def _within_reach(day: dt.date) -> None:
    if not localdate() - LONG_PAST <= day <= localdate() + FARTHEST:
        raise PlannedTooFar


def weekly(first: dt.date, until: dt.date) -> list[dt.date]:
    """Give the days from the first, a week apart, that are school days. Raises RepeatedWrongly, NoPlanOnThatDay."""
    if until < first or until > localdate() + FARTHEST:
        raise RepeatedWrongly
    calendar = SchoolCalendar.of()
    days = [day for n in range((until - first).days // 7 + 1) if is_working_day(day := first + n * WEEK, calendar)]
    if not days:
        raise NoPlanOnThatDay
    return days


def write_plans(
    days: Iterable[dt.date], what: What, *, series: uuid.UUID | None, by: Membership | None
) -> list[PlannedSession]:
    """Write one planned session for each day, with who holds it and whom it is with."""
    made = PlannedSession.objects.bulk_create(
        PlannedSession(planned_on=day, group=what.group, series=series, planned_by=by, **what.fields) for day in days
    )
    PlannedSpecialist.objects.bulk_create(
        PlannedSpecialist(planned=planned, post=post) for planned in made for post in what.specialists
    )
    for planned in made:
        _write_places(planned, what.pupils)
    return made


def _write_places(planned: PlannedSession, pupils: Sequence[Pupil]) -> None:
    if not pupils:
        return
    cases = cases_on(planned.planned_on, [pupil.pk for pupil in pupils])
    PlannedPlace.objects.bulk_create(
        PlannedPlace(planned=planned, pupil=pupil, case=cases.get(pupil.pk)) for pupil in pupils
    )


def _planned_before(series: uuid.UUID) -> list[PlannedSession]:
    """Wait for the same form sent a moment ago, and give what it planned."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(series)])
    return list(PlannedSession.objects.filter(series=series).order_by("planned_on", "pk"))


@transaction.atomic
def plan_session(
    *,
    planned_on: dt.date,
    what: What,
    until: dt.date | None = None,
    series: uuid.UUID | None = None,
    by: Membership | None,
) -> list[PlannedSession]:
    """Plan a session, or one each week until a day; only school days are repeated.

    series  the form's key: sent twice, it gives what it planned first
    Raises PlannedTooFar, RepeatedWrongly, NoPlanOnThatDay and what `What.check` raises; then nothing is changed.
    """
    series = series or uuid.uuid4()
    if sent := _planned_before(series):
        return sent
    _within_reach(planned_on)
    what.check()
    days = weekly(planned_on, until) if until else [planned_on]
    name_act("plan.make")
    made = write_plans(days, what, series=series, by=by)
    if by:
        discard_draft(PLAN_DRAFT)
    return made


def _locked(planned: PlannedSession, version: int | None = None) -> PlannedSession:
    """Lock a planned session to change it; the database gives no row to whom it may not change."""
    found = PlannedSession.objects.select_for_update().filter(pk=planned.pk).first()
    if found is None or (version is not None and found.version != version):
        raise ChangedMeanwhile
    return found


def held_already(planned: PlannedSession) -> Intervention | None:
    """Give the session by which it was ticked off, None where there is none or it was deleted."""
    if planned.session_id is None:
        return None
    return Intervention.objects.kept().filter(pk=planned.session_id).first()


def _later(planned: PlannedSession) -> list[PlannedSession]:
    """Lock those of its series that come after it on the same day of the week, and stand open."""
    if planned.series is None:
        return []
    after = PlannedSession.objects.open().filter(series=planned.series, planned_on__gt=planned.planned_on)
    locked = PlannedSession.objects.select_for_update().filter(pk__in=list(after.values_list("pk", flat=True)))
    return [row for row in locked if (row.planned_on - planned.planned_on).days % 7 == 0]


@transaction.atomic
def change_planned(
    planned: PlannedSession,
    *,
    version: int | None,
    planned_on: dt.date,
    what: What,
    later: bool = False,
    by: Membership | None,
) -> PlannedSession:
    """Move or change a planned session; `later` changes those that follow in its series as well, by as many days.

    Raises ChangedMeanwhile, TickedOff, NotInPlan, PlannedTooFar, GroupMeetsThen and what `What.check` raises.
    """
    found = _locked(planned, version)
    if found.cancelled_at:
        raise NotInPlan
    if held_already(found):
        raise TickedOff
    _within_reach(planned_on)
    what.check()
    name_act("plan.change")
    moved = planned_on - found.planned_on
    for row in [found, *(_later(found) if later else [])]:
        try:
            with transaction.atomic():
                PlannedSession.objects.filter(pk=row.pk).update(
                    planned_on=row.planned_on + moved, **what.fields, version=F("version") + 1
                )
        except IntegrityError:
            raise GroupMeetsThen from None
        row.refresh_from_db()
        put_specialists(row, what.specialists)
        if row.group_id is None:
            row.places.exclude(pupil__in=[pupil.pk for pupil in what.pupils]).delete()
            kept = set(row.places.values_list("pupil", flat=True))
            _write_places(row, [pupil for pupil in what.pupils if pupil.pk not in kept])
    found.refresh_from_db()
    return found


def put_specialists(planned: PlannedSession, posts: Collection[Post]) -> None:
    """Bring those who hold it to what is said, the new ones first: whoever hands over stays able to."""
    wanted = {post.pk for post in posts}
    kept = set(planned.specialists.values_list("post", flat=True))
    PlannedSpecialist.objects.bulk_create(
        PlannedSpecialist(planned=planned, post_id=post) for post in sorted(wanted - kept)
    )
    planned.specialists.filter(post__in=kept - wanted).delete()


@transaction.atomic
def cancel_planned(
    planned: PlannedSession, *, later: bool = False, version: int | None = None, by: Membership | None
) -> list[PlannedSession]:
    """Take a planned session out of the plan, and with `later` those that follow in its series; can be brought back.

    Raises ChangedMeanwhile, TickedOff.
    """
    found = _locked(planned, version)
    if held_already(found):
        raise TickedOff
    name_act("plan.cancel")
    rows = [found, *(_later(found) if later else [])]
    PlannedSession.objects.filter(pk__in=[row.pk for row in rows], cancelled_at__isnull=True).update(
        cancelled_at=Now(), version=F("version") + 1
    )
    found.refresh_from_db()
    return rows


@transaction.atomic
def restore_planned(planned: PlannedSession, *, by: Membership | None) -> PlannedSession:
    """Bring back what was taken out of the week in one go with this one. Raises ChangedMeanwhile, GroupMeetsThen."""
    found = _locked(planned)
    if found.cancelled_at is None:
        return found
    name_act("plan.restore")
    rows = PlannedSession.objects.filter(pk=found.pk)
    if found.series:
        rows |= PlannedSession.objects.filter(series=found.series, cancelled_at=found.cancelled_at)
    try:
        with transaction.atomic():
            PlannedSession.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(
                cancelled_at=None, version=F("version") + 1
            )
    except IntegrityError:
        raise GroupMeetsThen from None
    found.refresh_from_db()
    return found


@transaction.atomic
def cancel_series(series: uuid.UUID, *, by: Membership | None) -> int:
    """Take out of the plan what oneself planned in one go, as far as it stands open; gives how many."""
    name_act("plan.cancel")
    open_ones = PlannedSession.objects.open().filter(series=series, planned_by=by)
    return PlannedSession.objects.filter(pk__in=list(open_ones.values_list("pk", flat=True))).update(
        cancelled_at=Now(), version=F("version") + 1
    )


@transaction.atomic
def tick_off(planned: PlannedSession, *, places: Places, by: Membership | None, **said: Any) -> Intervention:
    """Log a planned session as what it became: held, missed or cancelled, as its places say; twice gives the first.

    said  the arguments of `log_session`
    Raises ChangedMeanwhile, NotInPlan and what `log_session` raises; then nothing is changed.
    """
    found = _locked(planned)
    if found.cancelled_at:
        raise NotInPlan
    if done := held_already(found):
        return done
    session = log_session(places=places, by=by, **said)
    link_planned(found, session)
    return session


def link_planned(planned: PlannedSession, session: Intervention) -> None:
    """Say that a planned session became this one."""
    PlannedSession.objects.filter(pk=planned.pk).update(session=session, version=F("version") + 1)


@transaction.atomic
def plan_as_last_week(
    posts: Sequence[Post], *, monday: dt.date, series: uuid.UUID | None = None, by: Membership | None
) -> list[PlannedSession]:
    """Plan in the week from `monday` what was held or planned in the week before it, nothing twice.

    School days only, unless it was outside them before; pupils whose case has ended are left out. Sent twice, it gives
    what it planned first.
    """
    series = series or uuid.uuid4()
    if sent := _planned_before(series):
        return sent
    made: list[PlannedSession] = []
    name_act("plan.copy")
    for day, one in as_last_week(posts, monday):
        made += write_plans([day], _what(one), series=series, by=by)
    return made


def as_last_week(posts: Sequence[Post], monday: dt.date) -> list[tuple[dt.date, Copied]]:
    """Give what `plan_as_last_week` would plan in the week from `monday`, each with its day."""
    calendar = SchoolCalendar.of()
    return [
        (day, one)
        for one in to_copy(posts, monday - WEEK, monday)
        if is_working_day(day := one.day + WEEK, calendar) or not is_working_day(one.day, calendar)
        if one.pupils or one.group or one.activity_type not in NEEDS_PUPIL
    ]


def _what(one: Copied) -> What:
    return What(
        specialists=one.specialists,
        minutes=one.minutes,
        activity_type=one.activity_type,
        pupils=one.pupils,
        starts_at=one.starts_at,
        location=one.location,
        intervention_type=one.intervention_type,
        group=one.group,
    )
