"""Headings: the first row, however it is spelt; title rows, unknown columns, missing ones, a remembered mapping."""

import pytest

from apst.imports.reading import HeadingsElsewhere, MissingColumns, Refused
from tests.imports.files.making import NEEDED, csv_upload, read, rows, workbook

HEADER, ZOFIA = NEEDED["pupils"]


@pytest.mark.parametrize(
    "header",
    [
        "Local ID,SURNAME,Fore name,Date of birth,Year-Group",
        "local-id,surname,forename,DATE_OF_BIRTH,year group",
        " LocalId ,Surname\u00a0,forename,date\u00a0of birth,yearGroup",
    ],
)
def test_headings_match_whatever_their_case_spaces_hyphens_and_underscores(header):
    (row,) = rows("pupils", csv_upload(header, ZOFIA))

    assert row.problems == []
    assert row.values["local_id"] == "P001"


def test_columns_may_stand_in_any_order():
    (row,) = rows(
        "pupils", csv_upload("year_group,date_of_birth,forename,surname,local_id", "9,05/09/2011,Zofia,Nowak,P1")
    )

    assert (row.values["local_id"], row.values["year_group"]) == ("P1", "9")


def test_title_rows_are_refused_naming_the_row_that_looks_like_the_headings():
    titled = csv_upload("Example Learning Centre,,,,", "Printed 1 September,,,,", "", HEADER, ZOFIA)

    with pytest.raises(HeadingsElsewhere) as refused:
        read("pupils", titled)

    assert refused.value.row == 4
    assert str(refused.value) == (
        "The first row does not hold the headings; row 4 looks like them. "
        "Delete the rows above row 4, or choose row 4 as the headings."
    )


def test_title_rows_of_a_workbook_are_refused_too():
    titled = workbook(["Our pupils"], [], HEADER.split(","), ZOFIA.split(","))

    with pytest.raises(HeadingsElsewhere) as refused:
        read("pupils", titled)

    assert refused.value.row == 3


def test_the_row_chosen_as_headings_is_read_as_such_and_rows_keep_the_sheets_numbers():
    titled = csv_upload("Example Learning Centre,,,,", "", HEADER, ZOFIA)

    assert [row.number for row in rows("pupils", titled, headings_row=3)] == [4]


def test_headings_below_the_chosen_row_are_named_as_well():
    with pytest.raises(HeadingsElsewhere) as refused:
        read("pupils", csv_upload("", HEADER, ZOFIA), headings_row=3)

    assert refused.value.row == 2


def test_a_title_row_that_only_shares_a_word_with_the_headings_is_not_taken_for_them():
    with pytest.raises(HeadingsElsewhere) as refused:
        read("pupils", csv_upload("Surname,Pupils of 2026,,,", HEADER, ZOFIA))

    assert refused.value.row == 2


def test_data_that_happen_to_be_called_like_columns_do_not_become_headings():
    """A needed column is missing; no row below does better, so the answer is what is missing."""
    with pytest.raises(MissingColumns):
        read("pupils", csv_upload("local_id,surname,forename,date_of_birth", "P1,Sex,Destination,05/09/2011"))


def test_missing_needed_columns_are_named_with_the_headings_that_may_mean_them():
    with pytest.raises(MissingColumns) as refused:
        read("pupils", csv_upload("local_id,sur_names,first,dob,year_group", "P1,Nowak,Zofia,05/09/2011,9"))

    assert refused.value.missing == ["surname", "forename", "date_of_birth"]
    assert refused.value.headings == ["sur_names", "first", "dob"]
    assert refused.value.guesses == {"surname": "sur_names"}
    assert str(refused.value) == (
        "Needed columns are missing: surname, forename, date_of_birth (“sur_names” may be surname). "
        "Name them in the first row, or say which headings mean them."
    )


def test_a_session_needs_a_duration_or_hours():
    header, good = NEEDED["sessions"]

    with pytest.raises(MissingColumns) as refused:
        read("sessions", csv_upload(header.replace("duration", "site"), good))
    (by_hours,) = rows("sessions", csv_upload(header.replace("duration", "hours"), good.replace("60", "1.5")))

    assert refused.value.missing == ["duration or hours"]
    assert by_hours.values["duration"] == 90


def test_a_remembered_mapping_reads_other_headings():
    mapping = {"Pupil No.": "local_id", "Born on": "date_of_birth", "Not in this file": "sex"}
    file = csv_upload("PUPIL no.,surname,forename,born-on,year_group", ZOFIA)

    (row,) = rows("pupils", file, mapping=mapping)

    assert (row.values["local_id"], row.problems) == ("P001", [])


def test_a_heading_mapped_to_nothing_is_left_out_without_a_warning():
    file = csv_upload(f"{HEADER},Sex,Tutor", f"{ZOFIA},F,Jones")

    reading = read("pupils", file, mapping={"sex": "", "tutor": ""})

    assert reading.notes == []
    assert "sex" not in next(reading.rows()).values


def test_two_headings_for_one_column_are_refused():
    with pytest.raises(Refused, match="Two columns are headed as surname: “Surname” and “SURNAME”"):
        read("pupils", csv_upload(f"{HEADER.replace('surname', 'Surname')},SURNAME", f"{ZOFIA},x"))


def test_unknown_columns_are_ignored_with_a_warning_that_guesses():
    reading = read("pupils", csv_upload(f"{HEADER},House colour,Ethnicities,", f"{ZOFIA},red,WBRI,stray"))
    (row,) = reading.rows()

    assert reading.notes == [
        "Columns that are not known were ignored: “House colour”, “Ethnicities”. “Ethnicities” may be ethnicity?"
    ]
    assert row.problems == []


def test_a_column_that_the_file_lacks_says_nothing_and_a_blank_cell_says_none():
    (row,) = rows("pupils", csv_upload(f"{HEADER},sex", f"{ZOFIA},"))

    assert row.values["sex"] is None
    assert "ethnicity" not in row.values


def test_a_row_shorter_than_the_headings_has_blank_cells():
    (row,) = rows("pupils", csv_upload(HEADER, "P001,Nowak,Zofia"))

    assert [(each.column, each.reason) for each in row.problems] == [
        ("date_of_birth", "is needed."),
        ("year_group", "is needed."),
    ]
