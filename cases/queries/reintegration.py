"""Reading the way back into a school: weeks with their Mondays, checks with the days on which they are due."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Prefetch, Q, QuerySet
from django.utils.timezone import localdate

from apst.places.models import Establishment
from cases.models import Case, Reintegration, ReintegrationCheck, ReintegrationWeek

WEEK = dt.timedelta(days=7)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def schools() -> QuerySet[Establishment]:
    """Give every school and provider that the taskforce lists."""
    return Establishment.objects.order_by("name", "pk")


def monday_of(way: Reintegration, number: int) -> dt.date:
    """Give the Monday of a week of the timetable: the first week is the one in which the first day lies."""
    return way.starts_on - dt.timedelta(days=way.starts_on.weekday()) + WEEK * (number - 1)


@dataclass(frozen=True)
class WeekLine:
    """One week of the timetable: for each day "", "am", "pm" or "all day"."""

    week: ReintegrationWeek
    monday: dt.date
    days: list[str]

    @property
    def half_days(self) -> int:
        """How many half-days at the school."""
        return len(self.week.half_days)

    @property
    def in_words(self) -> str:
        """Such as "Monday all day, Wednesday morning"."""
        names = {"am": "morning", "pm": "afternoon"}
        said = [f"{day} {names.get(at, at)}" for day, at in zip(DAYS, self.days, strict=True) if at]
        return ", ".join(said) or "Not at the school"


def _days(half_days: list[str]) -> list[str]:
    chosen = set(half_days)
    found = []
    for day in DAYS:
        here = [half for half in ("am", "pm") if f"{day[:3].lower()}_{half}" in chosen]
        found.append("all day" if len(here) == 2 else here[0] if here else "")
    return found


@dataclass(frozen=True)
class Way:
    """A way back: its weeks, the checks that were made, those still due."""

    row: Reintegration
    weeks: list[WeekLine]
    checks: list[ReintegrationCheck]
    due: list[tuple[int, dt.date, bool]]


def checks_due(starts_on: dt.date, made: Iterable[int], stopped: bool) -> list[tuple[int, dt.date, bool]]:
    """Give the checks still due: after how many weeks, on which day, whether that is past; none once it has stopped.

    made  after how many weeks there were checks already
    """
    if stopped:
        return []
    done = set(made)
    days = [(n, starts_on + WEEK * n) for n in settings.REINTEGRATION_CHECK_WEEKS if n not in done]
    return [(n, day, day < localdate()) for n, day in days]


def _due(row: Reintegration, checks: list[ReintegrationCheck]) -> list[tuple[int, dt.date, bool]]:
    stopped = any(check.outcome == ReintegrationCheck.Outcome.STOPPED for check in checks)
    return checks_due(row.starts_on, (check.weeks for check in checks), stopped)


def ways_of(case: Case) -> list[Way]:
    """Give the ways back that were planned on a case, the last first. Three queries."""
    rows = (
        Reintegration.objects.filter(case=case)
        .select_related("school", "written_by")
        .prefetch_related(
            Prefetch("weeks", ReintegrationWeek.objects.order_by("number")),
            Prefetch("checks", ReintegrationCheck.objects.select_related("written_by").order_by("held_on", "pk")),
        )
        .order_by("-starts_on", "-pk")
    )
    return [
        Way(
            row,
            [WeekLine(week, monday_of(row, week.number), _days(week.half_days)) for week in row.weeks.all()],
            list(row.checks.all()),
            _due(row, list(row.checks.all())),
        )
        for row in rows
    ]


def next_check(row: Reintegration) -> tuple[int, dt.date, bool] | None:
    """Give the check that is due next: after how many weeks, on which day, whether that is past."""
    return next(iter(_due(row, list(row.checks.all()))), None)


def is_check_overdue(case: Case) -> bool:
    """True where the last way back of a case should have been checked by now. One query."""
    way = (
        Reintegration.objects.filter(case=case)
        .annotate(
            made=ArrayAgg("checks__weeks", filter=Q(checks__isnull=False)),
            stopped=ArrayAgg("checks__pk", filter=Q(checks__outcome=ReintegrationCheck.Outcome.STOPPED)),
        )
        .order_by("-starts_on", "-pk")
        .values_list("starts_on", "made", "stopped")
        .first()
    )
    if way is None:
        return False
    starts_on, made, stopped = way
    return any(past for _, _, past in checks_due(starts_on, made or [], bool(stopped)))
