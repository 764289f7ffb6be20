"""Reading returns: which there are, their cells, and the readable tables that every rendering shows."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from apst.jobs.models import Job
from apst.places.calendar import TERMS, CalendarGap, Period, SchoolCalendar
from apst.tenancy.models import Taskforce

from .figures import Cell
from .layout import Section, Words, sections
from .models import MIReturn, ReturnCell

BUILD = "reporting.build"
DRAW = "reporting.pdf"


def latest_version(period_key: str) -> MIReturn | None:
    """Give the newest version of a period's return, None where none was built."""
    return MIReturn.objects.filter(period=period_key).order_by("-number").first()


def cells_of(mi_return: MIReturn) -> list[Cell]:
    """Give the cells in the return's order (one query)."""
    fields = tuple(Cell.__dataclass_fields__)
    rows: Iterable[tuple[object, ...]] = (
        ReturnCell.objects.filter(mi_return=mi_return).order_by("position").values_list(*fields)
    )
    return [Cell(*row) for row in rows]  # type: ignore[arg-type]  # the columns are the dataclass's own fields


@dataclass(frozen=True)
class ReturnPages:
    """One return with everything that a rendering shows: the same cells for every format."""

    taskforce: Taskforce
    mi_return: MIReturn
    cells: list[Cell]

    @classmethod
    def of(cls, mi_return: MIReturn) -> "ReturnPages":
        """Read the return for a rendering, in the open context."""
        taskforce = Taskforce.objects.select_related("local_authority").get(pk=mi_return.tenant_id)
        return cls(taskforce, mi_return, cells_of(mi_return))

    @cached_property
    def period(self) -> Period:
        """The period with its dates as they were when the return was built."""
        return Period(self.mi_return.period, self.mi_return.starts_on, self.mi_return.ends_on)

    @cached_property
    def sections(self) -> list[Section]:
        """The sections that the return has figures for, as readable tables."""
        return sections(self.mi_return.template, self.cells, Words())


@dataclass(frozen=True)
class PeriodLine:
    """One line of the list of periods: its return, where there is one, and the latest build asked for."""

    period: Period
    mi_return: MIReturn | None
    job: Job | None

    @property
    def is_building(self) -> bool:
        """True while a build waits or runs."""
        return self.job is not None and not self.job.is_over


def builds_by_period() -> dict[str, Job]:
    """Give the latest build asked for, by period (one query)."""
    jobs = Job.objects.filter(kind=BUILD).order_by("created_at", "pk")
    # A job that is asked for again keeps its row, so the one that ended last, or has not ended, says how things are.
    return {
        job.args["period"]: job
        for job in sorted(jobs, key=lambda job: (job.finished_at is None, job.finished_at or job.created_at))
    }


def whole_periods(calendar: SchoolCalendar, *, today: date) -> list[Period]:
    """Give the terms and years that have begun and that the calendar holds whole, newest first."""
    years = dict.fromkeys(p.key[:7] for p in calendar.half_terms())
    found = []
    for key in (f"{year}{part}" for year in years for part in ("", *(f"/{term}" for term in TERMS))):
        with suppress(CalendarGap):
            found.append(calendar.period(key))
    return sorted((p for p in found if p.starts_on <= today), key=lambda p: (p.ends_on, p.starts_on), reverse=True)


def period_lines(calendar: SchoolCalendar, *, today: date) -> list[PeriodLine]:
    """Give the periods that can be built or have been, newest first: half-terms begun, and whatever was built."""
    returns: dict[str, MIReturn] = {}
    for one in MIReturn.objects.order_by("number"):
        returns[one.period] = one
    jobs = builds_by_period()
    keys = {p.key: p for p in calendar.half_terms() if p.starts_on <= today}
    periods = dict(keys)
    for key in {*returns, *jobs} - keys.keys():
        try:
            periods[key] = calendar.period(key)
        except CalendarGap:
            if key in returns:
                periods[key] = Period(key, returns[key].starts_on, returns[key].ends_on)
    ordered = sorted(periods.values(), key=lambda p: (p.starts_on, p.ends_on), reverse=True)
    return [PeriodLine(p, returns.get(p.key), jobs.get(p.key)) for p in ordered]
