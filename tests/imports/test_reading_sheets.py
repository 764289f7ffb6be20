"""CSV in its encodings, and which sheet and rows of a workbook are read."""

from datetime import date, datetime, time, timedelta

import pytest

from apst.imports.reading import Refused
from tests.imports.files.making import NEEDED, csv_upload, read, rezip, rows, workbook

HEADER, ZOFIA = NEEDED["pupils"]
RENEE = "P002,Müller,Renée,29/02/2012,10"
SESSIONS = [line.split(",") for line in NEEDED["sessions"]]


def surnames(file):
    return [(row.values["surname"], row.values["forename"]) for row in rows("pupils", file)]


def refusal(kind, file):
    with pytest.raises(Refused) as refused:
        rows(kind, file)
    return str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_names_are_read_well_in_each_encoding(encoding, newline):
    assert surnames(csv_upload(HEADER, RENEE, encoding=encoding, newline=newline)) == [("Müller", "Renée")]


def test_signs_of_windows_1252_that_look_like_utf_8_by_chance_are_read_well():
    """A capital E acute and a closing quote are two bytes that UTF-8 could have written."""
    surname, forename = "JOS\u00c9\u2019S", "\u201cRen\u00e9e\u201d"
    line = f"P003,{surname},{forename},29/02/2012,10"

    assert surnames(csv_upload(HEADER, line, encoding="cp1252")) == [(surname, forename)]


def test_a_letter_that_falls_between_two_chunks_is_read_well():
    padding = "x" * 65_530
    for shift in range(8):
        file = csv_upload(f"{HEADER},{padding}{'y' * shift}", "P1,éééé,éééé,29/02/2012,10")
        assert surnames(file) == [("éééé", "éééé")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_is_refused_saying_how_to_save(encoding):
    said = refusal("pupils", csv_upload(HEADER, ZOFIA, encoding=encoding))

    assert "UTF-16" in said
    assert "CSV UTF-8" in said


def test_a_broken_encoding_is_refused_with_its_place():
    file = csv_upload(HEADER, RENEE, RENEE)
    content = file.getvalue()
    third_line = content.rindex(b"P002")
    broken = content[:third_line] + content[third_line:].replace("é".encode(), b"\xe9", 1)
    file.seek(0)
    file.truncate()
    file.write(broken)

    assert refusal("pupils", file).startswith("Line 3, character 16 is a letter in a broken encoding.")


def test_the_place_is_right_when_the_break_falls_between_two_chunks():
    start = len(f"{HEADER},")
    heading = "x" * (65_535 - start)
    file = csv_upload(f"{HEADER},{heading}é", RENEE)
    file.seek(65_536)
    file.write(b"y")  # the second byte of the heading's last letter, and the first of the second chunk

    assert refusal("pupils", file).startswith("Line 1, character 65536 ")


def test_bytes_that_windows_1252_does_not_have_are_refused_with_their_place():
    file = csv_upload(HEADER, RENEE, encoding="cp1252")
    content = file.getvalue().replace(b"\xfc", b"\x81")
    file.seek(0)
    file.write(content)

    assert refusal("pupils", file).startswith("Line 2, character 7 ")


def test_a_letter_lost_before_the_file_was_made_rejects_its_row():
    (row,) = rows("pupils", csv_upload(HEADER, RENEE.replace("é", "�")))

    assert [each.column for each in row.problems] == ["forename"]
    assert row.rejected


@pytest.mark.parametrize(("separator", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_a_file_separated_otherwise_is_refused_with_the_reason(separator, name):
    lines = [line.replace(",", separator) for line in (HEADER, ZOFIA)]

    said = refusal("pupils", csv_upload(*lines))

    assert said.startswith(f"The file is separated by {name}, not by commas")
    assert "a semicolon separates several values inside a cell" in said


def test_semicolons_within_cells_do_not_make_a_file_separated_by_semicolons():
    header, good = NEEDED["sessions"]
    crowd = good.replace("P001", ";".join(f"P{number}" for number in range(30)))

    (row,) = rows("sessions", csv_upload(header, crowd))

    assert len(row.values["pupils"]) == 30


def test_a_quotation_mark_that_is_never_closed_is_refused_with_its_row():
    assert refusal("pupils", csv_upload(HEADER, ZOFIA, '"P002,Nowak')).startswith("Row 3 cannot be split into cells")


def test_rows_are_numbered_as_the_sheet_shows_them():
    """A new line inside a cell makes no new row; a blank row is one."""
    header, good = NEEDED["contacts"]
    file = csv_upload(f"{header},address", f'{good},"1 Example Street\nExampletown"', "", good.replace("Ewa", "Jan"))

    assert [row.number for row in rows("contacts", file)] == [2, 4]


def test_the_first_visible_sheet_is_read_and_the_other_visible_ones_are_named():
    book = workbook(*SESSIONS, before=[("Lists", True), ("Secret", "very")], after=[("Old", False), ("More", True)])

    reading = read("sessions", book)

    assert [row.values["reference"] for row in reading.rows()] == ["I001"]
    assert reading.notes == ["Only the sheet “Data” was read. Not read: “Old”."]


def test_a_workbook_that_shows_no_sheet_is_refused():
    hide = {"xl/workbook.xml": lambda text: text.replace(b'<sheet name="Data"', b'<sheet state="hidden" name="Data"')}

    assert "shows no sheet" in refusal("sessions", rezip(workbook(*SESSIONS), change=hide))


def test_hidden_rows_are_read():
    header, good = SESSIONS
    book = workbook(header, good, ["I002", *good[1:]], hidden_rows=[3])

    assert [row.values["reference"] for row in rows("sessions", book)] == ["I001", "I002"]


def test_a_sheet_that_lies_about_its_own_size_is_read_whole():
    lie = {
        "xl/worksheets/sheet1.xml": lambda text: text.replace(b'<dimension ref="A1:F2"/>', b'<dimension ref="A1:A1"/>')
    }

    assert [row.problems for row in rows("sessions", rezip(workbook(*SESSIONS), change=lie))] == [[]]


def test_typed_cells_are_read_as_a_person_would_have_typed_them():
    header = ["local_id", "surname", "forename", "date_of_birth", "year_group", "nhs_number", "fsm", "entry_date"]
    book = workbook(
        header,
        [14, "Nowak", "Zofia", date(2011, 9, 5), 9, 9434765870, True, datetime.combine(date(2026, 9, 1), time())],
    )

    (row,) = rows("pupils", book)

    assert row.problems == []
    assert row.values == {
        "local_id": "14",
        "surname": "Nowak",
        "forename": "Zofia",
        "date_of_birth": date(2011, 9, 5),
        "year_group": "9",
        "nhs_number": "9434765870",
        "fsm": True,
        "entry_date": date(2026, 9, 1),
    }


def test_dates_of_a_workbook_that_counts_from_1904_are_right():
    header, good = SESSIONS
    book = workbook(header, [good[0], date(2026, 9, 5), *good[2:]], options={"date_1904": True})

    assert rows("sessions", book)[0].values["date"] == date(2026, 9, 5)


def test_times_and_durations_of_a_workbook_are_read():
    header, good = SESSIONS
    book = workbook([*header, "start_time"], [*good[:2], timedelta(hours=1, minutes=30), *good[3:], time(14, 30)])

    (row,) = rows("sessions", book)

    assert row.problems == []
    assert (row.values["duration"], row.values["start_time"]) == (90, time(14, 30))


def test_a_share_worked_out_in_binary_is_read_as_the_sheet_shows_it():
    header, good = (line.split(",") for line in NEEDED["specialists"])
    book = workbook(header, [*good[:3], 0.375, good[4]])
    binary = {"xl/worksheets/sheet1.xml": lambda text: text.replace(b"0.375", b"0.30000000000000004")}

    (row,) = rows("specialists", rezip(book, change=binary))

    assert str(row.values["fte"]) == "0.30"


@pytest.mark.parametrize("formula", ["=1+1", "{=SUM(A1:A2)}"])
def test_a_formula_in_a_workbook_rejects_its_row(formula):
    header, good = SESSIONS
    (row,) = rows("sessions", workbook(header, [*good[:2], formula, *good[3:]]))

    assert [(each.column, each.reason[:28]) for each in row.problems] == [("duration", "begins with = + - or @, as a")]


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#div/0!"])
def test_an_error_of_excels_rejects_its_row(error):
    (row,) = rows("pupils", csv_upload(HEADER, ZOFIA.replace("Zofia", error)))

    assert [(each.column, each.reason) for each in row.problems] == [
        ("forename", "is an error that Excel shows in place of a value.")
    ]
