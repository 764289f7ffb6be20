"""What must fit together within a row and within a file."""

from datetime import date

import pytest

from tests.imports.files.making import NEEDED, csv_upload, row, rows, value


def said(found):
    return [(each.column, each.reason, each.warning) for each in found.problems]


@pytest.mark.parametrize(
    ("kind", "column", "change"),
    [
        ("pupils", "local_id", ("Nowak", "Other")),
        ("specialists", "reference", ("Ada", "Eve")),
        ("referrals", "reference", ("P001", "P002")),
        ("sessions", "reference", ("P001", "P002")),
        ("establishments", "urn", ("High", "Low")),
        ("contacts", "name", ("Mother", "Aunt")),
        ("calendar", "starts_on", ("01/09/2026", "02/09/2026")),
    ],
)
def test_the_same_thing_twice_in_one_file_rejects_the_second(kind, column, change):
    header, good = NEEDED[kind]

    first, second = rows(kind, csv_upload(header, good, good.replace(*change)))

    assert said(first) == []
    assert said(second) == [(column, "is in row 2 of this file already.", False)]


def test_references_that_differ_in_case_are_two():
    header, good = NEEDED["sessions"]

    assert [said(each) for each in rows("sessions", csv_upload(header, good, good.replace("I001", "i001")))] == [[], []]


def test_the_same_upn_under_two_local_ids_is_the_same_pupil():
    header, good = NEEDED["pupils"]
    file = csv_upload(f"{header},upn", f"{good},B801200005001", f"{good.replace('P001', 'P002')},b801200005001")

    assert said(rows("pupils", file)[1]) == [("upn", "is in row 2 of this file already.", False)]


def test_pupils_without_a_upn_are_not_taken_for_one_another():
    header, good = NEEDED["pupils"]
    file = csv_upload(f"{header},upn", f"{good},", f"{good.replace('P001', 'P002')},")

    assert [said(each) for each in rows("pupils", file)] == [[], []]


def test_a_pupil_or_specialist_twice_in_one_cell_is_rejected():
    assert said(row("sessions", pupils="P001;P002;P001:refused")) == [("pupils", "names P001 twice.", False)]
    assert said(row("sessions", specialists="S01;S01")) == [("specialists", "names S01 twice.", False)]


def test_a_reason_or_day_twice_in_one_cell_is_taken_once_with_a_warning():
    found = row("referrals", reasons="attendance;Low attendance")

    assert found.values["reasons"] == ("attendance",)
    assert said(found) == [("reasons", "names one twice; it is taken once.", True)]


@pytest.mark.parametrize(
    ("kind", "start", "end"),
    [
        ("calendar", "starts_on", "ends_on"),
        ("specialists", "start_date", "end_date"),
        ("pupils", "entry_date", "leaving_date"),
        ("referrals", "case_opened_on", "case_ended_on"),
    ],
)
def test_an_end_before_its_start_is_rejected_and_one_on_the_same_day_is_not(kind, start, end):
    cells = {"case_end_reason": "ready"} if kind == "referrals" else {}

    assert said(row(kind, **cells, **{start: "10/09/2026", end: "10/09/2026"})) == []
    assert said(row(kind, **cells, **{start: "10/09/2026", end: "09/09/2026"})) == [
        (end, f"lies before {start} (10/09/2026).", False)
    ]


def test_an_outcome_needs_the_day_of_triage():
    assert said(row("referrals", triage_outcome="accepted")) == [
        ("triaged_on", "is needed where there is a triage_outcome.", False)
    ]
    assert said(row("referrals", triage_outcome="accepted", triaged_on="")) == [
        ("triaged_on", "is needed where there is a triage_outcome.", False)
    ]
    assert said(row("referrals", triage_outcome="accepted", triaged_on="05/09/2026")) == []


def test_a_wrong_day_of_triage_is_said_once():
    assert [column for column, *_ in said(row("referrals", triage_outcome="accepted", triaged_on="soon"))] == [
        "triaged_on"
    ]


def test_triage_before_receipt_is_imported_with_a_warning():
    found = row("referrals", triage_outcome="accepted", triaged_on="04/09/2026")

    assert said(found) == [("triaged_on", "lies before received_on: the return will say so.", True)]
    assert found.values["triaged_on"] == date(2026, 9, 4)


def test_a_case_that_ended_was_opened_and_has_a_reason():
    assert said(row("referrals", case_ended_on="10/09/2026", case_end_reason="ready")) == [
        ("case_opened_on", "is needed for a case that ended.", False)
    ]
    assert said(row("referrals", case_opened_on="09/09/2026", case_ended_on="10/09/2026")) == [
        ("case_end_reason", "is needed where there is a case_ended_on.", False)
    ]
    assert said(row("referrals", case_opened_on="09/09/2026", case_end_reason="ready")) == [
        ("case_ended_on", "is needed where there is a case_end_reason.", False)
    ]


def test_a_tier_without_a_case_is_not_used_and_says_so():
    assert said(row("referrals", tier="tier_2")) == [("tier", "stands without a case_opened_on and is not used.", True)]


def test_a_session_without_pupils_in_a_type_that_needs_one_is_imported_with_a_warning():
    assert [warning for *_, warning in said(row("sessions", pupils=""))] == [True]
    assert [warning for *_, warning in said(row("sessions", pupils=None))] == [True]
    assert said(row("sessions", pupils="", activity_type="staff_training")) == []


def test_duration_and_hours_must_agree_and_one_is_needed():
    assert said(row("sessions", duration="90", hours="1.5")) == []
    assert said(row("sessions", duration="90", hours="2")) == [
        ("hours", "differs from the duration (90 minutes). Give one of them.", False)
    ]
    assert said(row("sessions", duration="", hours="")) == [("duration", "is needed (or hours).", False)]
    assert said(row("sessions", duration="")) == [("duration", "is needed (or hours).", False)]
    assert value("sessions", "duration", "", hours="0.5") == 30


def test_a_half_term_needs_its_name_and_its_end():
    assert said(row("calendar", name="Christmas"))[0][0] == "name"
    assert said(row("calendar", name="")) == [("name", "is needed for a half-term.", False)]
    assert said(row("calendar", ends_on="", name=None)) == [
        ("ends_on", "is needed for a half-term.", False),
        ("name", "is needed for a half-term.", False),
    ]
    assert value("calendar", "name", "Autumn 1") == "autumn-1"


def test_a_closure_needs_neither():
    assert said(row("calendar", kind="INSET day", name="", ends_on="")) == []


def test_a_day_outside_its_academic_year_warns():
    assert said(row("calendar", starts_on="01/09/2025")) == [
        ("starts_on", "lies outside the academic year 2026-27.", True)
    ]


@pytest.mark.parametrize("kind", sorted(NEEDED))
def test_every_needed_column_left_blank_rejects_the_row_naming_it(kind):
    header, _ = NEEDED[kind]
    names = header.split(",")

    blank = [row(kind, **{name: ""}) for name in names]

    assert {name for name, found in zip(names, blank, strict=True) if found.rejected} == set(names) - {"pupils"}
    assert {each.column for found in blank for each in found.problems} == set(names)
