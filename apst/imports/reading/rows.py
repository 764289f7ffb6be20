"""From a table to rows: every value parsed, every rule of one file applied, one row at a time."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

from apst.imports.reading.columns import Column, Kind
from apst.imports.reading.headings import Headings, match_headings
from apst.imports.reading.limits import Limits
from apst.imports.reading.problems import BadValue, Doubtful, Problem, Row
from apst.imports.reading.refusals import Refused
from apst.imports.reading.uploads import Table, open_upload
from apst.imports.reading.values.tidying import refuse_unsafe, tidy

# Dates, codes and durations come again and again; what is long or never comes twice is not worth keeping.
_MOST_REMEMBERED = 10_000
_LONGEST_REMEMBERED = 40

Parsed = tuple[Any, Problem | None]


@dataclass
class Reading:
    """A file whose headings were matched and whose rows can be walked, more than once, without holding them."""

    table: Table
    kind: Kind
    headings: Headings
    today: date
    limits: Limits

    @property
    def notes(self) -> list[str]:
        """Give what the person should know of the file as a whole: ignored columns, sheets that are not read."""
        notes = list(self.headings.notes)
        if self.table.other_sheets:
            names = ", ".join(f"“{name}”" for name in self.table.other_sheets)
            notes.append(f"Only the sheet “{self.table.sheet}” was read. Not read: {names}.")
        return notes

    def rows(self) -> Iterator[Row]:
        """Give the rows below the headings that are not blank; raises Refused when the sheet has too many."""
        columns = [(_ColumnReader(self.kind.column(name), self), place) for name, place in self.headings.places.items()]
        width = max(self.headings.places.values()) + 1
        seen: list[dict[Hashable, int]] = [{} for _ in self.kind.unique]
        count = 0
        for number, cells in self.table.lines(width):
            if number <= self.headings.row or not any(cells):
                continue
            row = _read(number, cells, columns)
            if row is None:
                continue
            count += 1
            if count > self.limits.rows:
                raise Refused(f"The sheet has more than {self.limits.rows:,} rows. Split it into several files.")
            for rule in self.kind.rules:
                row.problems += list(rule(row))
            self._refuse_twice(row, seen)
            yield row

    def _refuse_twice(self, row: Row, seen: list[dict[Hashable, int]]) -> None:
        for unique, rows in zip(self.kind.unique, seen, strict=True):
            key = unique.of(row.values)
            if key is not None and (first := rows.setdefault(key, row.number)) != row.number:
                value = row.values.get(unique.column)
                row.problems.append(
                    Problem(unique.column, str(value or ""), f"is in row {first} of this file already.")
                )


def read_upload(
    file: BinaryIO,
    kind: Kind,
    *,
    today: date,
    headings_row: int = 1,
    mapping: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> Reading:
    """Open an upload and match its headings; the rows are read as they are walked.

    `today` (in Europe/London) decides which dates are to come; `mapping` pairs other headings with columns. Raises
    Refused, whose text is the plain sentence for the person, when nothing of the file can be read. Keep `file` open.
    """
    limits = limits or Limits()
    table = open_upload(file, limits)
    headings = match_headings(table, kind, row=headings_row, mapping=mapping)
    return Reading(table, kind, headings, today, limits)


@dataclass
class _ColumnReader:
    """Reads the cells of one column and remembers what it read, since most values come many times."""

    column: Column
    reading: Reading
    remembered: dict[str, Parsed] = field(default_factory=dict)

    def read(self, text: str) -> Parsed:
        parsed = self.remembered.get(text)
        if parsed is None:
            parsed = self._parse(tidy(text))
            if len(text) <= _LONGEST_REMEMBERED and len(self.remembered) < _MOST_REMEMBERED:
                self.remembered[text] = parsed
        return parsed

    def _parse(self, text: str) -> Parsed:
        column = self.column
        if not text:
            return None, Problem(column.name, "", "is needed.") if column.needed else None
        try:
            refuse_unsafe(text, self.reading.limits)
            value = column.read(text)
        except BadValue as error:
            return None, Problem(column.name, text, error.reason, error.suggestion)
        if isinstance(value, Doubtful):
            return value.value, Problem(column.name, text, value.reason, value.suggestion, warning=True)
        if isinstance(value, date) and value > self.reading.today and not column.may_be_to_come:
            return None, Problem(column.name, text, f"is still to come (today is {self.reading.today:%d/%m/%Y}).")
        return value, None


def _read(number: int, cells: list[str], columns: list[tuple[_ColumnReader, int]]) -> Row | None:
    """Give the row, None when only blanks and unread columns are in it."""
    row = Row(number, {})
    blank = True
    for column, place in columns:
        text = cells[place] if place < len(cells) else ""
        value, problem = column.read(text)
        if problem is not None:
            row.problems.append(problem)
            if problem.value:
                blank = False
        if value is not None:
            blank = False
        if problem is None or problem.warning:
            row.values[column.column.name] = value
    return None if blank else row
