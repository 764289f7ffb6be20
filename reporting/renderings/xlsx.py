"""The return as a workbook: a cover, one sheet a section with real numbers, charts, and the definitions."""

import io
from typing import TYPE_CHECKING, Any

import xlsxwriter

from reporting.figures import Cell
from reporting.layout import Section

from .cover import INTERNAL, SHAPE, SYMBOLS, cover_rows, finding

if TYPE_CHECKING:
    from reporting.queries import ReturnPages

FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": "#35225c"},
    "heading": {"bold": True, "font_size": 12, "font_color": "#35225c"},
    "column": {"bold": True, "bottom": 1, "align": "right", "text_wrap": True, "valign": "bottom"},
    "stub": {"bold": True, "bottom": 1, "valign": "bottom"},
    "text": {"text_wrap": True, "valign": "top"},
    "key": {"bold": True, "valign": "top"},
    "warning": {"bold": True, "text_wrap": True, "font_color": "#942514", "valign": "top"},
    "0": {"num_format": "#,##0"},
    "1": {"num_format": "#,##0.0"},
    "2": {"num_format": "#,##0.00"},
    "symbol": {"align": "right"},
}
NARROW, WIDE = 14, 42


def as_xlsx(pages: "ReturnPages") -> bytes:
    """Give the return as a workbook. Text is written as text: nothing that a person typed becomes a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"MI return, {pages.period.name}", "author": pages.taskforce.name, "comments": SHAPE})
    styles = {name: book.add_format({"font_name": "Arial", **form}) for name, form in FORMATS.items()}
    _cover(book.add_worksheet("Cover"), pages, styles)
    for section in pages.sections:
        _section(book.add_worksheet(f"{section.letter} {section.title}"[:31]), section, styles)
    _charts(book, pages, styles)
    _notes(book.add_worksheet("Notes"), pages, styles)
    book.close()
    return out.getvalue()


def _cover(sheet: Any, pages: "ReturnPages", styles: dict[str, Any]) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    sheet.write_string(0, 0, "MI return", styles["title"])
    for row, (key, value) in enumerate(cover_rows(pages), 2):
        sheet.write_string(row, 0, key, styles["key"])
        sheet.write_string(row, 1, value, styles["text"])
    last = 3 + len(cover_rows(pages))
    sheet.set_row(last, 32)
    sheet.write_string(last, 1, SHAPE, styles["text"])
    sheet.write_string(last + 1, 1, INTERNAL, styles["warning"])
    sheet.write_string(last + 2, 1, SYMBOLS, styles["text"])


def _section(sheet: Any, section: Section, styles: dict[str, Any]) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, WIDE)
    sheet.set_column(1, 12, NARROW)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, f"{section.letter}  {section.title}", styles["title"])
    sheet.freeze_panes(1, 1)
    at = 2
    for one in section.measures:
        for table in one.tables:
            sheet.write_string(at, 0, f"{one.id}  {table.caption}", styles["heading"])
            sheet.write_string(at + 1, 0, table.stub, styles["stub"])
            for column, words in enumerate(table.columns, 1):
                sheet.write_string(at + 1, column, words, styles["column"])
            at += 2
            for line in table.lines:
                sheet.write_string(at, 0, line.words)
                for column, cell in enumerate(line.cells, 1):
                    _number(sheet, at, column, cell, styles)
                at += 1
            at += 1


def _number(sheet: Any, row: int, column: int, cell: Cell, styles: dict[str, Any]) -> None:
    """A real number with as many decimals as the return prints; a symbol stays text."""
    if not cell.value[:1].isdigit():
        sheet.write_string(row, column, cell.value, styles["symbol"])
        return
    decimals = len(cell.value.partition(".")[2])
    sheet.write_number(row, column, float(cell.value), styles[str(decimals)])


def _charts(book: Any, pages: "ReturnPages", styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet("Charts")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, WIDE / 1.5)
    sheet.set_column(1, 2, 20)
    sheet.write_string(0, 0, "The last six half-terms", styles["title"])
    headings = ("Half-term", "A1 Pupils supported", "C1 Specialist hours")
    for column, words in enumerate(headings):
        sheet.write_string(2, column, words, styles["stub" if not column else "column"])
    trend = pages.mi_return.trend
    for row, one in enumerate(trend, 3):
        sheet.write_string(row, 0, one["name"])
        sheet.write_number(row, 1, one["pupils"], styles["0"])
        sheet.write_number(row, 2, one["minutes"] / 60, styles["2"])
    last = 2 + len(trend)
    for column, what, colour, place in ((1, "pupils", "#4b3576", "A12"), (2, "hours", "#0e8a88", "A30")):
        if not trend:
            continue
        chart = book.add_chart({"type": "column"})
        chart.add_series(
            {
                "name": ["Charts", 2, column],
                "categories": ["Charts", 3, 0, last, 0],
                "values": ["Charts", 3, column, last, column],
                "fill": {"color": colour},
                "data_labels": {"value": True, "num_format": "#,##0"},
                "gap": 60,
            }
        )
        chart.set_title({"name": headings[column], "name_font": {"size": 12}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#d9d9d9"}}})
        chart.set_size({"width": 640, "height": 320})
        sheet.insert_chart(place, chart, {"description": f"{headings[column]}. {finding(pages, what)}"})


def _notes(sheet: Any, pages: "ReturnPages", styles: dict[str, Any]) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, 1, 44)
    sheet.set_column(2, 2, 90)
    sheet.write_string(0, 0, "Notes", styles["title"])
    for column, words in enumerate(("Measure", "Title", "What it counts")):
        sheet.write_string(2, column, words, styles["stub"])
    measures = [one for section in pages.sections for one in section.measures]
    for row, one in enumerate(measures, 3):
        sheet.write_string(row, 0, one.id, styles["key"])
        sheet.write_string(row, 1, one.title, styles["text"])
        sheet.write_string(row, 2, one.definition, styles["text"])
    sheet.write_string(4 + len(measures), 2, SYMBOLS, styles["text"])
