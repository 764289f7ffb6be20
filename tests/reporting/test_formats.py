"""One return gives the same figures in CSV, workbook and PDF: each is read back and compared cell by cell."""

import csv
import io
import re

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from apst.places.models import Site
from apst.tenancy.context import acting_as_system
from reporting.exceptions import PdfUnavailable
from reporting.queries import ReturnPages, cells_of
from reporting.renderings.cover import INTERNAL, SHAPE
from reporting.services import build_return, draw_pdf, render_return
from tests.reporting.conftest import PERIOD


@pytest.fixture
def rendered(example):
    """Give the return in a format, and its cells."""

    def render(form: str):
        with acting_as_system(example.taskforce, durable=False):
            return render_return(example.mi_return, form), cells_of(example.mi_return)

    return render


def test_the_csv_is_the_cells(rendered):
    content, cells = rendered("csv")

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n") == len(cells) + 1
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    columns = ("measure", "breakdown", "category", "statistic", "value", "unit")
    assert [[row[c] for c in columns] for row in rows] == [[getattr(cell, c) for c in columns] for cell in cells]
    assert rows[0]["taskforce"] == "Elm Lane, invented"


def tables_of(pages) -> list:
    return [table for section in pages.sections for measure in section.measures for table in measure.tables]


def test_every_cell_stands_in_exactly_one_table(example):
    with acting_as_system(example.taskforce, durable=False):
        pages = ReturnPages.of(example.mi_return)

    shown = [cell.position for table in tables_of(pages) for line in table.lines for cell in line.cells]
    assert sorted(shown) == [cell.position for cell in pages.cells]


def test_the_workbook_has_the_same_figures_as_real_numbers(example, rendered):
    content, cells = rendered("xlsx")
    book = load_workbook(io.BytesIO(content))
    with acting_as_system(example.taskforce, durable=False):
        sections = ReturnPages.of(example.mi_return).sections

    found = {}
    for section in sections:
        sheet = book[f"{section.letter} {section.title}"[:31]]
        at = 3
        for measure in section.measures:
            for table in measure.tables:
                assert sheet.cell(at, 1).value == f"{measure.id}  {table.caption}"
                assert [sheet.cell(at + 1, n).value for n in range(2, len(table.columns) + 2)] == table.columns
                for n, line in enumerate(table.lines, at + 2):
                    assert sheet.cell(n, 1).value == line.words
                    found |= {cell.position: sheet.cell(n, column) for column, cell in enumerate(line.cells, 2)}
                at += len(table.lines) + 3

    def as_printed(cell, position):
        if cell.data_type == "s":
            return cell.value
        decimals = len(cells[position - 1].value.partition(".")[2])
        return f"{cell.value:.{decimals}f}"

    assert {position: as_printed(cell, position) for position, cell in found.items()} == {
        c.position: c.value for c in cells
    }
    assert {cell.data_type for cell in found.values()} == {"n", "s"}
    assert len(book["Charts"]._charts) == 2
    assert [row[1].value for row in book["Cover"].iter_rows() if row[1].value in (SHAPE, INTERNAL)] == [SHAPE, INTERNAL]
    assert {row[0].value for row in book["Notes"].iter_rows(min_row=4)} >= {
        measure.id for s in sections for measure in s.measures
    }


def text_of(content: bytes) -> str:
    """The PDF's words in order, without white space, which the page breaks as it likes."""
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return re.sub(r"\s", "", text)


@pytest.mark.pdf
def test_the_pdf_has_the_same_figures_tagged_and_with_bookmarks(example):
    with acting_as_system(example.taskforce, durable=False):
        content = bytes(draw_pdf(example.mi_return).content)
        pages = ReturnPages.of(example.mi_return)

    reader = PdfReader(io.BytesIO(content))
    text, at = text_of(content), 0
    # Every row of every table, in order: its words and then its figures.
    for table in tables_of(pages):
        for line in table.lines:
            wanted = re.sub(r"\s", "", line.words + "".join(cell.value for cell in line.cells))
            at = text.find(wanted, at)
            assert at >= 0, (table.caption, line.words)
            at += len(wanted)
    assert re.sub(r"\s", "", SHAPE) in text
    assert re.sub(r"\s", "", INTERNAL) in text
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"
    assert "pdfuaid:part" in reader.xmp_metadata.rdf_root.toxml()
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert titles[-5:] == [f"{section.letter}\xa0 {section.title}" for section in pages.sections]
    resources = [font for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    fonts = {str(font.get_object()["/BaseFont"]) for font in resources}
    assert all("Inter" in font for font in fonts), fonts


@pytest.mark.pdf
def test_the_same_figures_are_drawn_once(example):
    with acting_as_system(example.taskforce, durable=False):
        first = draw_pdf(example.mi_return).made_at
        assert draw_pdf(build_return(PERIOD, by=None)).made_at == first


def test_without_pango_it_says_so(example, settings):
    settings.PDF_AVAILABLE = False
    with acting_as_system(example.taskforce, durable=False), pytest.raises(PdfUnavailable, match="cannot draw PDFs"):
        draw_pdf(example.mi_return)


def test_what_a_person_typed_becomes_no_formula(example):
    with acting_as_system(example.taskforce, durable=False):
        Site.objects.create(name="=HYPERLINK(1)")
        mi_return = build_return(PERIOD, by=None)
        text = render_return(mi_return, "csv").decode()
        book = load_workbook(io.BytesIO(render_return(mi_return, "xlsx")))

    assert "C1,site,'=HYPERLINK(1),hours,0.00" in text
    cell = next(c for row in book["C Hours and sessions"].iter_rows() for c in row if c.value == "=HYPERLINK(1)")
    assert cell.data_type == "s"
