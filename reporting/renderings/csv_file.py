"""The return as tidy CSV (`mi-return.md`, "Formats"): UTF-8 with a byte order mark, CRLF, quotes only where needed."""

import csv
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from apst.tenancy.models import Taskforce
from reporting.figures import Cell
from reporting.models import MIReturn

if TYPE_CHECKING:
    from reporting.queries import ReturnPages

HEADINGS: Final = (
    "template", "taskforce", "urn", "la_code", "period", "measure", "breakdown", "category", "statistic", "value",
    "numerator", "denominator", "unit",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def safe(text: str) -> str:
    """Give text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_csv(taskforce: Taskforce, mi_return: MIReturn, cells: Iterable[Cell]) -> bytes:
    """Give the file's bytes."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    head = [mi_return.template, safe(taskforce.name), taskforce.urn, taskforce.local_authority_id, mi_return.period]
    for cell in cells:
        numerator, denominator = ("" if part is None else part for part in (cell.numerator, cell.denominator))
        writer.writerow(
            [
                *head,
                cell.measure,
                cell.breakdown,
                safe(cell.category),
                cell.statistic,
                cell.value,
                numerator,
                denominator,
                cell.unit,
            ]
        )
    return out.getvalue().encode("utf-8-sig")


def of_pages(pages: "ReturnPages") -> bytes:
    """Give a return as CSV."""
    return as_csv(pages.taskforce, pages.mi_return, pages.cells)
