"""Reading exclusions: what day 6 asks of each, and what they say on the timeline."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F, QuerySet
from django.utils.timezone import localdate

from apst.codelists import label
from apst.people.models import Pupil, PupilFact
from apst.places.calendar import DateOutsideCalendar, SchoolCalendar
from apst.places.models import CalendarEntry
from apst.tenancy.context import Member
from cases import day_six
from cases.day_six import Child, Excluded
from cases.models import Case, DueDay, Exclusion

from .timeline import Entry, Kind

NO_CALENDAR: Final = "the calendar of the school that excluded does not reach that far"


@dataclass(frozen=True)
class SixthDay:
    """What day 6 asks of one exclusion, or of the run of suspensions that it belongs to.

    asks     None where the calendar does not reach that far
    run      the exclusions of the run, oldest first
    duty_of  who must arrange the education, in words
    begun_on when full-time education began, None while it has not
    aim_on   for a looked-after child, the day that the guidance aims for
    """

    exclusion: Exclusion
    run: tuple[Exclusion, ...]
    asks: day_six.DaySix | None
    duty_of: str
    begun_on: dt.date | None
    aim_on: dt.date | None = None

    @property
    def due_on(self) -> dt.date | None:
        """The day of the alarm; None where nothing is due, or it cannot be told."""
        return self.asks.due_on if self.asks and not self.asks.why_not else None

    @property
    def why_not(self) -> str:
        """Why no day is told, "" where one is."""
        return self.asks.why_not if self.asks else NO_CALENDAR


class Calendars:
    """The calendars of a taskforce and its schools, each made once from one query."""

    def __init__(self) -> None:
        self._entries = list(CalendarEntry.objects.all())
        self._made: dict[int | None, SchoolCalendar] = {}

    def of(self, school_id: int | None) -> SchoolCalendar:
        """Give the calendar of one establishment, the taskforce's for None."""
        if school_id not in self._made:
            self._made[school_id] = SchoolCalendar(self._entries, school_id)
        return self._made[school_id]


def exclusions_of(pupils: Iterable[int]) -> list[Exclusion]:
    """Give the exclusions of pupils that stand, the latest first. One query."""
    kept = Exclusion.objects.kept().filter(pupil__in=list(pupils))
    return list(kept.select_related("school", "written_by", "pupil__home_la").order_by("-starts_on", "-pk"))


def sixth_days(exclusions: Iterable[Exclusion], calendars: Calendars | None = None) -> list[SixthDay]:
    """Give what day 6 asks of each run of exclusions, the latest first; lunchtimes ask nothing and are left out.

    exclusions  all that stand of each pupil among them: suspensions that run on count together
    Two queries: the calendar, and who is looked after.
    """
    rows = [row for row in exclusions if row.category != Exclusion.Category.LUNCHTIME]
    if not rows:
        return []
    calendars = calendars or Calendars()
    looked_after = _looked_after({row.pupil_id for row in rows})
    by_school: dict[tuple[int, int | None], list[Exclusion]] = defaultdict(list)
    for row in rows:
        by_school[row.pupil_id, row.school_id].append(row)
    found = [
        one
        for (pupil, school), those in by_school.items()
        for one in _of_school(those, calendars.of(school), looked_after=pupil in looked_after)
    ]
    return sorted(found, key=lambda one: (one.exclusion.starts_on, one.exclusion.pk), reverse=True)


def _of_school(rows: list[Exclusion], calendar: SchoolCalendar, *, looked_after: bool) -> list[SixthDay]:
    facts = {row.pk: Excluded(row.category, row.starts_on, row.start_session, row.sessions) for row in rows}
    by_fact = {id(fact): row for row in rows for fact in (facts[row.pk],)}
    try:
        runs = day_six.runs(facts.values(), calendar)
    except DateOutsideCalendar:
        runs = [(fact,) for fact in facts.values()]
    found = []
    for run in runs:
        members = tuple(by_fact[id(fact)] for fact in run)
        first, last = members[0], members[-1]
        child = Child(
            first.pupil.date_of_birth,
            next((row.exams_over_on for row in members if row.exams_over_on), None),
            any(row.ehc_fewer_hours for row in members),
        )
        try:
            asks = day_six.day_six(run, calendar, child)
        except DateOutsideCalendar:
            asks = None
        begun = [row.education_from for row in members if row.education_from]
        aim = asks.day_one if asks and looked_after else None
        found.append(SixthDay(last, members, asks, duty_of(first), min(begun, default=None), aim))
    return found


def duty_of(exclusion: Exclusion) -> str:
    """Give who must arrange the education from day 6 (SI 2007/1870; Education Act 1996, s.19), in words."""
    if exclusion.category == Exclusion.Category.PERMANENT:
        home = exclusion.pupil.home_la
        return f"{home.name} (home authority)" if home else "the home local authority"
    if exclusion.school and exclusion.school.kind == "pupil_referral_unit":
        return "the local authority, for a pupil referral unit"
    return f"the governing board of {exclusion.school.name}" if exclusion.school else "the governing board"


def _looked_after(pupils: set[int]) -> set[int]:
    rows = PupilFact.objects.filter(
        pupil__in=pupils, kind=PupilFact.Kind.CSC_STATUS, corrected_at__isnull=True, holds_from__lte=localdate()
    ).order_by("holds_from", "pk")
    latest = dict(rows.values_list("pupil_id", "value"))
    return {pupil for pupil, value in latest.items() if value == "cla"}


def day_six_told(pupil_id: int) -> dt.date | None:
    """Give the earliest sixth day that was told of a pupil's exclusions which education has not met; one query."""
    told = DueDay.objects.filter(
        pupil=pupil_id, exclusion__struck_at__isnull=True, exclusion__education_from__isnull=True
    ).order_by("exclusion_id", "-pk")
    return min((day for day in told.distinct("exclusion_id").values_list("due_on", flat=True) if day), default=None)


def words_of(exclusion: Exclusion) -> list[str]:
    """Give what an exclusion says, line by line."""
    lines = [f"{exclusion.get_start_session_display()} of {exclusion.starts_on:%A %-d %B %Y}"]
    if exclusion.sessions:
        days = exclusion.sessions / 2
        lines[0] += f", {days:g} school day{'' if days == 1 else 's'}"
    if exclusion.school:
        lines[0] += f", by {exclusion.school.name}"
    if exclusion.reasons:
        lines.append("; ".join(label("exclusion_reasons", code) for code in exclusion.reasons))
    if exclusion.education_from:
        lines.append(f"Full-time education began on {exclusion.education_from:%-d %B %Y}")
    return lines


def _exclusions(case: Case) -> QuerySet[Any, Any]:
    return Exclusion.objects.kept().filter(pupil=case.pupil_id).annotate(day=F("starts_on"), moment=F("written_at"))


def _exclusion_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    found = Exclusion.objects.filter(public_id__in=rows).select_related("school", "written_by")
    return {
        row.public_id: Entry(
            title=row.get_category_display(),
            at=row.starts_on,
            written_at=row.written_at,
            by=row.written_by.name if row.written_by else "",
            by_id=row.written_by_id,
            lines=words_of(row),
            href=f"/cases/{case.public_id}/clocks/",
            tag={"text": "Exclusion", "colour": "red"},
            category="education",
        )
        for row in found
    }


def _moved(case: Case) -> QuerySet[Any, Any]:
    moved = DueDay.objects.filter(pupil=case.pupil_id, because=DueDay.Because.CALENDAR, exclusion__struck_at=None)
    return moved.annotate(day=F("worked_out_at__date"), moment=F("worked_out_at"))


def _day(day: dt.date | None) -> str:
    return f"{day:%-d %B %Y}" if day else "no day"


def _moved_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    return {
        row.public_id: Entry(
            title="Day 6 has moved",
            at=row.worked_out_at.date(),
            written_at=row.worked_out_at,
            lines=[f"From {_day(row.was_on)} to {_day(row.due_on)}: {row.get_because_display()}."],
            href=f"/cases/{case.public_id}/clocks/",
            tag={"text": "Clock", "colour": "orange"},
            category="education",
        )
        for row in DueDay.objects.filter(public_id__in=rows)
    }


EXCLUSION_KINDS: Final = (
    Kind("exclusion", "Exclusion", _exclusions, _exclusion_entries),
    Kind("day_six", "Day 6 moved", _moved, _moved_entries),
)


def pupils_excluded() -> QuerySet[Pupil]:
    """Give the pupils with an exclusion that has not been met by education yet."""
    waiting = Exclusion.objects.kept().exclude(category=Exclusion.Category.LUNCHTIME)
    return Pupil.objects.filter(pk__in=waiting.filter(education_from__isnull=True).values("pupil"))
