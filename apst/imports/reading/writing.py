"""What goes back to the person as CSV: the report of a preview, and the empty template of a kind."""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import Literal, TextIO

from apst.imports.reading.columns import Kind
from apst.imports.reading.values.tidying import starts_a_formula

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for Windows-1252
COLUMNS = ("row", "outcome", "reference", "column", "value", "reason", "suggestion")
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

Outcome = Literal["add", "change", "unchanged", "rejected"]


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One line of `--report`: the sheet's row number, what becomes of the row, and one value and why, if any."""

    row: int
    outcome: Outcome
    reference: str = ""
    column: str = ""
    value: str = ""
    reason: str = ""
    suggestion: str = ""


def write_report(file: TextIO, lines: Iterable[ReportLine]) -> None:
    """Write the report to a text file opened with newline="" and encoding "utf-8", safe to open in a spreadsheet."""
    file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows([line.row, *(_harmless(text) for text in astuple(line)[1:])] for line in lines)


def template(kind: Kind) -> str:
    """Give the headings of a kind as the text of a CSV file; it has no example row, which would be imported."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    csv.writer(text).writerow(column.name for column in kind.columns)
    return text.getvalue()


def _harmless(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run as a formula."""
    risky = starts_a_formula(text) if text[:1] in ("+", "-") else text.startswith(_STARTS_A_FORMULA)
    return f"'{text}" if risky else text
