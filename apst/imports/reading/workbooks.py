"""Reading XLSX: the first visible sheet as rows of text, after the archive and its XML were found safe."""

import itertools
import posixpath
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO
from xml.parsers import expat

import openpyxl

from apst.imports.reading.archives import DAMAGED, open_archive
from apst.imports.reading.limits import Limits
from apst.imports.reading.refusals import Refused

LAST_ROW_OF_EXCEL = 1_048_576
LAST_COLUMN_OF_EXCEL = 16_384
_CHUNK = 1 << 14
_ROWS_AT_A_TIME = 500
_ROWS_AT_A_GLANCE = 25  # while the width is not known a row has 16,384 cells
_MAIN_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_STRICT = b"http://purl.oclc.org/ooxml/"


@dataclass
class WorkbookTable:
    """The first visible sheet of a workbook as a table; see `uploads.Table`. Rows are read as they are asked for."""

    worksheet: Any  # a ReadOnlyWorksheet, whose stubs do not know that it has iter_rows
    sheet: str
    other_sheets: tuple[str, ...]
    rows_expected: int

    def lines(self, width: int | None = None) -> Iterator[tuple[int, list[str]]]:
        """Give (row number, cells as text), hidden rows too; raises Refused where the sheet is damaged."""
        rows = self.worksheet.iter_rows(values_only=True, max_col=width or LAST_COLUMN_OF_EXCEL)
        number = 0
        while batch := _next_rows(rows, _ROWS_AT_A_TIME if width else _ROWS_AT_A_GLANCE):
            for cells in batch:
                number += 1
                yield number, [_as_text(cell) for cell in cells] if width else _without_blank_end(cells)
            if number > LAST_ROW_OF_EXCEL:
                raise Refused(DAMAGED)


def open_workbook(file: BinaryIO, limits: Limits) -> WorkbookTable:
    """Take an open upload that is a ZIP archive and give its first visible sheet.

    Raises Refused when the archive is unsafe, is no XLSX workbook, is damaged, or shows no sheet.
    """
    archive = open_archive(file, limits)
    try:
        _refuse_other_packages(archive)
        for part in archive.infolist():
            if part.filename.endswith((".xml", ".rels", ".vml")):
                _refuse_doctype(archive, part)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl names the decorations that it leaves out
            book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except Refused:
        raise
    except Exception as error:  # openpyxl raises whatever a malformed part makes it stumble over
        raise Refused(DAMAGED) from error
    if not visible:
        raise Refused(
            "The workbook shows no sheet with rows; hidden sheets are never read. Unhide the sheet to import."
        )
    first: Any = visible[0]  # likewise
    rows_expected = first.max_row or 0
    first.reset_dimensions()  # what a sheet says of its own size is often wrong, and would cut it short
    return WorkbookTable(
        first, first.title, tuple(sheet.title for sheet in visible[1:]), min(rows_expected, LAST_ROW_OF_EXCEL)
    )


def _refuse_other_packages(archive: zipfile.ZipFile) -> None:
    try:
        types = archive.read("[Content_Types].xml")
    except KeyError:
        raise Refused(
            "The file is a ZIP archive and not an Excel workbook (.xlsx). Unpack it and import the sheet inside."
        ) from None
    if _MAIN_TYPE not in types:
        raise Refused("The file is not a plain Excel workbook. In Excel choose Save As, “Excel Workbook (.xlsx)”.")
    for part in archive.infolist():
        if posixpath.basename(part.filename) == "workbook.xml":
            with archive.open(part) as stream:
                if _STRICT in stream.read(_CHUNK):
                    raise Refused(
                        "The file is a “Strict Open XML” workbook. In Excel choose Save As, “Excel Workbook (.xlsx)”."
                    )


def _refuse_doctype(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse a part that declares a document type: only that can define entities, and no workbook needs one.

    It can stand nowhere but before the first element, so expat reads that far, in whatever encoding the part claims.
    """
    parser = expat.ParserCreate()
    found: list[str] = []
    parser.StartDoctypeDeclHandler = lambda *_: found.append("doctype")
    parser.StartElementHandler = lambda *_: found.append("element")
    with archive.open(part) as stream:
        while not found and (chunk := stream.read(_CHUNK)):
            parser.Parse(chunk)
    if found[:1] != ["element"]:
        raise Refused(DAMAGED)


def _next_rows(rows: Iterator[tuple[Any, ...]], count: int) -> list[tuple[Any, ...]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a date out of Excel's range becomes #VALUE!, which is rejected as such
            return list(itertools.islice(rows, count))
    except Exception as error:  # as in open_workbook: the sheet's XML is parsed only now
        raise Refused(DAMAGED) from error


def _without_blank_end(cells: Sequence[Any]) -> list[str]:
    last = max((index for index, cell in enumerate(cells) if cell is not None), default=-1)
    return [_as_text(cell) for cell in cells[: last + 1]]


def _as_text(cell: Any) -> str:
    """Give a typed cell as the text that a person would have typed, so that one parser serves CSV and XLSX."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return f"{cell:.15g}"  # the digits that Excel keeps: 0.1 + 0.2 is 0.3 again
    if isinstance(cell, datetime):
        return str(cell.date()) if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, date):
        return str(cell)
    if isinstance(cell, time):
        return cell.isoformat("minutes" if cell.second == 0 else "seconds")
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return "=" + str(getattr(cell, "text", "") or "")  # an array formula or a data table
