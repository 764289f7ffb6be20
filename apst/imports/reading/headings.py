"""Which column stands where: the headings of a file held against those of its kind."""

import difflib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from apst.imports.reading.columns import Kind
from apst.imports.reading.refusals import HeadingsElsewhere, MissingColumns, Refused
from apst.imports.reading.uploads import Table
from apst.imports.reading.values.tidying import tidy

ROWS_SEARCHED = 20
_NEAR = 0.75
IGNORED = ""  # a mapping to this leaves a column out without a warning
_LEFT_OUT = str.maketrans("", "", " _-\u00a0\u2010\u2011\u2012\u2013\t\r\n")


@dataclass(frozen=True)
class Headings:
    """Where each column of the kind stands (counted from 0), in which row the headings are, and what was ignored."""

    row: int
    places: dict[str, int]
    unknown: tuple[str, ...]
    notes: tuple[str, ...]


def match_headings(table: Table, kind: Kind, *, row: int = 1, mapping: Mapping[str, str] | None = None) -> Headings:
    """Match the headings in `row` (the sheet's number) with the kind's columns.

    `mapping` gives columns for headings that are not named like them; it may be remembered from an earlier file and
    name headings that this one lacks. Raises HeadingsElsewhere, MissingColumns or Refused.
    """
    known = {plain(column.name): column.name for column in kind.columns}
    known |= {plain(heading): column for heading, column in (mapping or {}).items()}
    top = list(itertools.islice(table.lines(), max(ROWS_SEARCHED, row)))
    cells = [tidy(cell) for cell in dict(top).get(row, [])]

    places: dict[str, int] = {}
    unknown: list[str] = []
    for index, heading in enumerate(cells):
        column = known.get(plain(heading))
        if column is None and heading:
            unknown.append(heading)
        elif column and column in places:
            raise Refused(
                f"Two columns are headed as {column}: “{cells[places[column]]}” and “{heading}”. Keep one of them."
            )
        elif column:
            places[column] = index
    missing = kind.missing(set(places))
    if missing:
        _refuse(top, kind, known, row, set(places), missing, unknown)
    return Headings(row, places, tuple(unknown), tuple(_notes(kind, places, unknown)))


def plain(heading: str) -> str:
    """Give a heading as it is compared: without case, spaces, hyphens and underscores."""
    return heading.casefold().translate(_LEFT_OUT)


def _refuse(
    top: list[tuple[int, list[str]]],
    kind: Kind,
    known: dict[str, str],
    row: int,
    found: set[str],
    missing: list[str],
    unknown: list[str],
) -> None:
    """Say which row looks like the headings, if another does so better than `row`, else which columns are missing."""
    scores = {
        number: len({known[plain(cell)] for cell in cells if known.get(plain(cell))})
        for number, cells in top
        if number != row
    }
    best = max(scores, key=lambda number: scores[number], default=row)
    enough = min(2, len(kind.needed))
    if scores.get(best, 0) >= enough and scores[best] > len(found):
        raise HeadingsElsewhere(best)
    raise MissingColumns(missing, unknown, _guesses(missing, unknown))


def _guesses(missing: list[str], unknown: list[str]) -> dict[str, str]:
    """Pair missing columns with the unknown headings that are written most like them."""
    by_plain = {plain(heading): heading for heading in unknown}
    guesses = {}
    for column in missing:
        near = difflib.get_close_matches(plain(column.split(" or ", maxsplit=1)[0]), by_plain, n=1, cutoff=_NEAR)
        if near:
            guesses[column] = by_plain.pop(near[0])
    return guesses


def _notes(kind: Kind, places: dict[str, int], unknown: list[str]) -> list[str]:
    if not unknown:
        return []
    absent = [column.name for column in kind.columns if column.name not in places]
    hints = [f"“{heading}” may be {column}" for column, heading in _guesses(absent, unknown).items()]
    names = ", ".join(f"“{heading}”" for heading in unknown)
    return [f"Columns that are not known were ignored: {names}." + (f" {'; '.join(hints)}?" if hints else "")]
