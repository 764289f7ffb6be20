"""Uploads made up for the tests of imports. Every person and school in them is invented."""

import io
import zipfile
from datetime import date
from pathlib import Path

import xlsxwriter

from apst.imports.reading import KINDS, Problem, Row, read_upload

HERE = Path(__file__).parent
TODAY = date(2026, 11, 21)

# The fewest columns each kind can do with, and one good row.
NEEDED = {
    "calendar": ("academic_year,kind,name,starts_on,ends_on", "2026-27,half_term,autumn-1,01/09/2026,23/10/2026"),
    "establishments": ("urn,name", "123456,Example High School"),
    "specialists": ("reference,name,specialist_type,fte,start_date", "S01,Ada Okafor,youth_worker,0.6,01/09/2026"),
    "pupils": ("local_id,surname,forename,date_of_birth,year_group", "P001,Nowak,Zofia,05/09/2011,10"),
    "contacts": ("local_id,name,relationship", "P001,Ewa Nowak,Mother"),
    "referrals": (
        "reference,pupil_local_id,received_on,source,route,reasons",
        "R001,P001,05/09/2026,ap_school_staff,form,attendance",
    ),
    "sessions": ("reference,date,duration,activity_type,specialists,pupils", "I001,05/09/2026,60,one_to_one,S01,P001"),
}


def csv_upload(*lines, encoding="utf-8", newline="\r\n"):
    return io.BytesIO("".join(line + newline for line in lines).encode(encoding))


def workbook(*rows, before=(), hidden_rows=(), options=None, after=()):
    """Make an XLSX: `rows` on the sheet "Data"; `before` and `after` name (sheet, hidden) that stand beside it."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"default_date_format": "dd/mm/yyyy", **(options or {})}) as book:
        for name, hidden in before:
            _other_sheet(book, name, hidden)
        sheet = book.add_worksheet("Data")
        sheet.activate()
        sheet.set_first_sheet()
        for number, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                sheet.write(number, column, cell)
        for number in hidden_rows:
            sheet.set_row(number - 1, None, None, {"hidden": True})
        for name, hidden in after:
            _other_sheet(book, name, hidden)
    return file


def _other_sheet(book, name, hidden):
    sheet = book.add_worksheet(name)
    sheet.write(0, 0, "reference")
    if hidden:
        sheet.very_hidden() if hidden == "very" else sheet.hide()


def rezip(file, *, change=None, add=None, without=()):
    """Give the archive anew, with parts changed (name -> function of its bytes), added (name -> bytes) or left out."""
    made = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in without:
                content = old.read(part)
                new.writestr(part.filename, (change or {}).get(part.filename, lambda same: same)(content))
        for name, content in (add or {}).items():
            new.writestr(name, content)
    return made


def read(kind, file, **options):
    return read_upload(file, KINDS[kind], today=TODAY, **options)


def rows(kind, file, **options):
    return list(read(kind, file, **options).rows())


def row(kind, /, **cells) -> Row:
    """Read one row of a kind: the good one of NEEDED with `cells` put over it (None takes a column out)."""
    headings, good = NEEDED[kind]
    values = dict(zip(headings.split(","), good.split(","), strict=True)) | cells
    values = {name: value for name, value in values.items() if value is not None}
    quoted = ['"' + value.replace('"', '""') + '"' for value in values.values()]
    (found,) = rows(kind, csv_upload(",".join(values), ",".join(quoted)))
    return found


def problem(kind, column, text, /, **cells) -> Problem:
    """Read one row in which one value has a problem, and give the problem."""
    (found,) = row(kind, **{column: text}, **cells).problems
    return found


def value(kind, column, text, /, **cells):
    """Read one row without any problem and give one value."""
    found = row(kind, **{column: text}, **cells)
    assert found.problems == []
    return found.values[column]
