"""Running a file: read, plan and, where it is to be applied, write, chunk by chunk and in the transaction that is open.

One engine serves the page, the command and the API. It says how far it is, and hands on a line
for everything a report shows.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from django.db import DatabaseError, transaction

from apst.tenancy.context import name_act

from .exceptions import NothingApplied
from .ledger import Ledger
from .matching import MATCHERS, Matcher, Options, Plan
from .models import Import
from .reading import Reading, ReportLine, Row
from .trail import begun, written_under

LINES_AT_A_TIME: Final = 5000
EXPECTED_OF_THE_SILENT: Final = 20_000
Tell = Callable[[int, str], None]
Line = tuple[ReportLine, tuple[int, ...]]
Take = Callable[[list[Line]], None]
# One sentence for every clash, because a sentence of its own would tell that somebody hidden is there.
IN_USE: Final = (
    "The database did not take a row: it clashes with another record, perhaps one written at this moment."
    " Nothing was changed. Check the file again; if it stays so, ask the manager."
)


@dataclass
class Tally:
    """How many rows came to what, and what to know of the file as a whole."""

    counts: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        """How many rows were rejected."""
        return self.counts["rejected"]

    @property
    def rows(self) -> int:
        """How many rows there were."""
        return self.counts.total()

    def said(self) -> str:
        """The counts in words."""
        return (
            f"{self.counts['add']:,} to add, {self.counts['change']:,} to change,"
            f" {self.counts['unchanged']:,} unchanged, {self.counts['rejected']:,} rejected"
        )


def nobody(percent: int, saying: str) -> None:
    """Tell nobody how far it is."""


def preview(reading: Reading, options: Options, *, take: Take, tell: Tell = nobody) -> Tally:
    """Plan every row in the open taskforce and write nothing. `take` gets the lines of the report. Raises Refused."""
    return _walk(reading, MATCHERS[reading.kind.name](options), take=take, tell=tell)


def carry_out(
    reading: Reading, options: Options, *, record: Import, skip_rejected: bool, take: Take, tell: Tell = nobody
) -> Tally:
    """Plan every row and write it, in the open taskforce and its transaction; all of the file, or nothing of it.

    record         the import's own record, under which is kept what is needed to undo it
    skip_rejected  rejected rows are left out, where else nothing is written
    Raises Refused for a file that cannot be read, NothingApplied where rows were rejected (`take` got them).
    """
    name_act(f"import.{reading.kind.name}")
    matcher = MATCHERS[reading.kind.name](options)
    tally = Tally()
    try:
        with transaction.atomic(), begun(record), written_under(record):
            ledger = Ledger(matcher.writes)
            _walk(reading, matcher, take=take, tell=tell, ledger=ledger, skip_rejected=skip_rejected, tally=tally)
            if tally.rejected and not skip_rejected:
                raise NothingApplied(f"{tally.rejected:,} rows were rejected, so nothing was imported.")
            matcher.finish()
            ledger.keep(record)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") in ("23505", "23503"):
            raise NothingApplied(IN_USE) from None
        raise
    return tally


def _walk(
    reading: Reading,
    matcher: Matcher,
    *,
    take: Take,
    tell: Tell,
    ledger: Ledger | None = None,
    skip_rejected: bool = False,
    tally: Tally | None = None,
) -> Tally:
    tally = tally if tally is not None else Tally()
    done, expected = 0, reading.table.rows_expected - reading.headings.row
    for rows in _chunks(reading.rows(), matcher.rows_at_a_time):
        plans = _planned(rows, matcher)
        tally.counts.update(plan.outcome for plan in plans)
        lines = [line for plan in plans for line in lines_of(plan)]
        for some in range(0, len(lines), LINES_AT_A_TIME):
            take(lines[some : some + LINES_AT_A_TIME])
        if ledger and (skip_rejected or not tally.rejected):
            todo = [plan for plan in plans if plan.outcome in ("add", "change")]
            # A large file tells how far it is between reading and writing, too.
            tell(*_how_far(done + len(rows) // 2, expected))
            if todo:
                matcher.write(todo, ledger)
        done += len(rows)
        tell(*_how_far(done, expected))
    tally.notes = [*reading.notes, *matcher.notes]
    return tally


def _how_far(done: int, expected: int) -> tuple[int, str]:
    """Give the per cent done and what to say. Where a workbook does not say how long it is, it is a guess."""
    if expected >= done:
        return min(99, 100 * done // max(expected, 1)), f"Row {done:,} of about {expected:,}"
    return 100 * done // (done + EXPECTED_OF_THE_SILENT), f"Row {done:,}"


def _chunks(rows: Iterator[Row], size: int | None) -> Iterator[list[Row]]:
    if size is None:
        yield list(rows)
        return
    while chunk := list(itertools.islice(rows, size)):
        yield chunk


def _planned(rows: list[Row], matcher: Matcher) -> list[Plan]:
    """Plan the rows that reading took, and keep the order of the file."""
    taken = iter(matcher.plan([row for row in rows if not row.rejected]))
    return [Plan(row, "", problems=row.problems) if row.rejected else _with_warnings(next(taken)) for row in rows]


def _with_warnings(plan: Plan) -> Plan:
    plan.problems = [*plan.row.problems, *plan.problems]
    return plan


def lines_of(plan: Plan) -> Iterator[Line]:
    """Give the lines of one row: each problem, each value that changes, or the row alone."""
    outcome = plan.outcome
    reference = plan.reference or _reference_of(plan.row)
    told = False
    for problem in plan.problems:
        if outcome != "rejected" or not problem.warning:
            told = True
            yield (
                ReportLine(
                    plan.row.number,
                    outcome,
                    reference,
                    problem.column,
                    problem.value,
                    problem.reason,
                    problem.suggestion,
                ),
                plan.pupils,
            )
    if outcome == "change":
        for column, (before, after) in plan.changes.items():
            reason = f"was “{before}”" if before else "was empty"
            yield ReportLine(plan.row.number, outcome, reference, column, after, reason), plan.pupils
    elif not told:
        yield ReportLine(plan.row.number, outcome, reference), plan.pupils


def _reference_of(row: Row) -> str:
    for column in ("reference", "local_id", "urn", "name"):
        if value := row.values.get(column):
            return str(value)
    return ""
