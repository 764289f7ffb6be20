"""What each kind of value may look like, and what is said of the ones that may not."""

from datetime import date, time
from decimal import Decimal

import pytest

from apst import codelists
from apst.imports.reading import KINDS
from apst.imports.reading.values.choices import local_authorities
from tests.imports.files.making import problem, row, value


def said(kind, column, text, **cells):
    found = problem(kind, column, text, **cells)
    return found.reason, found.suggestion, found.warning


# --- every value


@pytest.mark.parametrize(
    "text", [" Nowak", "Nowak ", "\u00a0Nowak\u00a0 ", "\tNowak\u2003", "\u200bNowak\ufeff", " \u200b Nowak"]
)
def test_values_are_trimmed_of_every_space_and_unseen_mark(text):
    assert value("pupils", "surname", text) == "Nowak"


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A1", "-2+3", "@SUM(A1)", "=HYPERLINK(1)", " =A1", "-", "+1-2"]
)
@pytest.mark.parametrize("column", ["note", "site", "reference", "activity_type"])
def test_a_value_that_begins_like_a_formula_is_rejected(column, text):
    reason, _, warning = said("sessions", column, text)

    assert reason.startswith("begins with = + - or @")
    assert not warning


@pytest.mark.parametrize(
    "text", ["-5", "+5", "-1.5", "-1,200.50", "+10%", "+44 7700 900123", "+44 (0)7700 900-123", "+447700900123 ext 12"]
)
def test_a_number_or_telephone_number_may_begin_with_a_sign(text):
    assert value("sessions", "note", text) == text


def test_a_formula_among_several_values_is_rejected():
    assert said("sessions", "pupils", "P001;=cmd")[0] == "“=cmd” begins with = + - or @, as a formula does."


@pytest.mark.parametrize("text", ["Zo\x07fia", "Zo\x85fia"])
def test_a_character_that_cannot_be_seen_rejects_the_value(text):
    assert said("pupils", "forename", text)[0].startswith("has a character that cannot be seen")


def test_a_note_may_have_several_lines_and_a_name_has_one():
    assert value("sessions", "note", "one\r\ntwo") == "one\r\ntwo"
    assert value("pupils", "surname", "van\n der  Berg") == "van der Berg"


def test_local_ids_and_references_keep_their_case():
    assert value("pupils", "local_id", "p001") == "p001"
    assert value("sessions", "reference", "i-01") == "i-01"
    assert value("sessions", "specialists", "s01; S01") == ("s01", "S01")


# --- dates


@pytest.mark.parametrize(
    "text",
    ["05/09/2025", "5/9/2025", "2025-09-05", "2025-9-5", "2025-09-05 00:00:00", "2025-09-05T00:00", "05/09/2025 00:00"],
)
def test_5_9_2025_is_5_september_2025(text):
    assert value("sessions", "date", text) == date(2025, 9, 5)


@pytest.mark.parametrize(
    ("text", "reason", "suggestion"),
    [
        ("05/09/25", "has a year of two digits. Write all four.", ""),
        ("5-Sep-25", "has a year of two digits. Write all four.", ""),
        ("25-09-05", "has a year of two digits. Write all four.", ""),
        ("05/09/1899", "lies before 1900.", ""),
        ("0205-09-05", "lies before 1900.", ""),
        ("09/25/2025", "is not a day of the calendar: the day comes first, then the month.", "25/09/2025"),
        ("31/09/2025", "is not a day of the calendar: the day comes first, then the month.", ""),
        ("29/02/2025", "is not a day of the calendar: the day comes first, then the month.", ""),
        ("05.09.2025", "is not a date. Write it as 05/09/2025 or 2025-09-05.", "05/09/2025"),
        ("5th September 2025", "is not a date. Write it as 05/09/2025 or 2025-09-05.", "05/09/2025"),
        ("45905", "is Excel's number for a day. Format the column as a date.", "05/09/2025"),
        ("2025-09-05 14:30", "has a time of day or more after the date. Write it as 05/09/2025 or 2025-09-05.", ""),
        ("yesterday", "is not a date. Write it as 05/09/2025 or 2025-09-05.", ""),
        ("\u0665/9/2025", "is not a date. Write it as 05/09/2025 or 2025-09-05.", ""),
    ],
)  # fmt: skip
def test_what_is_no_date_is_rejected_with_the_reason(text, reason, suggestion):
    assert said("sessions", "date", text) == (reason, suggestion, False)


@pytest.mark.parametrize(
    ("kind", "column"),
    [("sessions", "date"), ("referrals", "received_on"), ("referrals", "triaged_on"), ("referrals", "case_opened_on"),
     ("referrals", "case_ended_on"), ("pupils", "date_of_birth")],
)  # fmt: skip
def test_session_and_referral_dates_to_come_are_rejected_and_today_is_not(kind, column):
    today, tomorrow = (row(kind, **{column: text}) for text in ("21/11/2026", "22/11/2026"))

    assert today.values[column] == date(2026, 11, 21)
    assert [each.reason for each in tomorrow.problems if each.column == column] == [
        "is still to come (today is 21/11/2026)."
    ]


def test_other_dates_may_lie_ahead():
    assert value("specialists", "end_date", "31/08/2030") == date(2030, 8, 31)
    assert value("pupils", "leaving_date", "31/08/2030") == date(2030, 8, 31)
    assert value("calendar", "starts_on", "01/09/2026") == date(2026, 9, 1)


@pytest.mark.parametrize("text", ["2026-27", "2026/27", "2026-2027", "2026 / 2027", "2026\u201327"])
def test_an_academic_year_is_read(text):
    assert value("calendar", "academic_year", text) == "2026-27"


def test_years_that_do_not_follow_each_other_are_no_academic_year():
    assert said("calendar", "academic_year", "2026-28")[1] == "2026-27"
    assert said("calendar", "academic_year", "2026")[0] == "is not an academic year, such as 2026-27."


# --- times and durations


@pytest.mark.parametrize(
    ("text", "expected"),
    [("14:30", time(14, 30)), ("9:05", time(9, 5)), ("14.30", time(14, 30)), ("1430", time(14, 30)),
     ("2:30 pm", time(14, 30)), ("2.30PM", time(14, 30)), ("9am", time(9)), ("12 pm", time(12)),
     ("14:30:00", time(14, 30))],
)  # fmt: skip
def test_times_are_read_as_a_clock_in_england_shows_them(text, expected):
    assert value("sessions", "start_time", text) == expected


@pytest.mark.parametrize("text", ["25:00", "14:60", "930", "half two", "14:30:15", "13 pm", "0 am"])
def test_what_is_no_time_of_day_is_rejected(text):
    assert said("sessions", "start_time", text) == ("is not a time of day, such as 14:30 or 2:30 pm.", "", False)


def test_a_time_in_the_night_is_taken_with_a_warning():
    found = row("sessions", start_time="2:30")

    assert found.values["start_time"] == time(2, 30)
    assert not found.rejected
    assert (found.problems[0].reason, found.problems[0].suggestion) == ("is in the night.", "14:30")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("90", 90), ("1", 1), ("1440", 1440), ("1:30", 90), ("01:30", 90), ("1:30:00", 90), ("0:45", 45), ("24:00", 1440),
     ("2h", 120), ("45m", 45), ("1h30", 90), ("1h 30m", 90), ("1h30m", 90), ("90 mins", 90), ("90mins", 90),
     ("1 hour 30 minutes", 90), ("2 hrs", 120), ("1 HR", 60), ("45 min.", 45)],
)  # fmt: skip
def test_durations_are_read(text, minutes):
    assert value("sessions", "duration", text) == minutes


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("1.5", "1:30"), (".5", "0:30"), ("0.75", "0:45"), ("1.5h", "1:30"), ("1.33", ""), ("90.0", "90:00")],
)
def test_decimals_under_duration_are_rejected_since_they_belong_under_hours(text, suggestion):
    assert said("sessions", "duration", text)[0] == "has decimals: decimal hours belong under a column named hours."
    assert said("sessions", "duration", text)[1] in (suggestion, "")


@pytest.mark.parametrize("text", ["0", "1441", "99999", "24:01", "25h", "0m"])
def test_a_duration_lies_between_one_minute_and_a_day(text):
    assert said("sessions", "duration", text) == ("is not between 1 minute and 24 hours (1,440 minutes).", "", False)


@pytest.mark.parametrize("text", ["-60", "1:75", "1h75", "an hour", "60 secs", "1,5", "9" * 400, "²"])
def test_what_is_no_duration_is_rejected(text):
    assert said("sessions", "duration", text) == ("is not a duration. Write minutes (90), 1:30 or 1h 30m.", "", False)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("1.5", 90), ("2", 120), ("0.25", 15), (".1", 6), ("24", 1440), ("1:30", 90), ("90 mins", 90), ("1h 30m", 90)],
)
def test_hours_are_decimal_and_come_out_as_minutes(text, minutes):
    assert row("sessions", duration=None, hours=text).values["duration"] == minutes


@pytest.mark.parametrize(
    ("text", "reason", "suggestion"),
    [
        ("90", "is more than 24 hours: minutes belong under a column named duration.", ""),
        ("0.33", "does not come to whole minutes (19.8).", "0:20"),
        ("0", "is not between 1 minute and 24 hours (1,440 minutes).", ""),
        ("one", "is not a number of hours, such as 1.5.", ""),
        ("-1", "is not a number of hours, such as 1.5.", ""),
    ],
)
def test_hours_that_are_none_are_rejected(text, reason, suggestion):
    assert said("sessions", "hours", text, duration=None) == (reason, suggestion, False)


# --- numbers


@pytest.mark.parametrize(
    ("text", "fte"), [("1", "1.00"), ("0.6", "0.60"), (".25", "0.25"), ("0.01", "0.01"), ("1.0", "1.00")]
)
def test_fte_is_above_nought_and_at_most_one(text, fte):
    assert value("specialists", "fte", text) == Decimal(fte)


@pytest.mark.parametrize(
    ("text", "reason", "suggestion"),
    [
        ("0", "is not above 0 and at most 1. Full time is 1, three days a week are 0.6.", ""),
        ("1.01", "is not above 0 and at most 1. Full time is 1, three days a week are 0.6.", ""),
        ("5", "is not above 0 and at most 1. Full time is 1, three days a week are 0.6.", ""),
        ("60%", "is a percentage; FTE is a share of 1.", "0.6"),
        ("60", "is a percentage; FTE is a share of 1.", "0.6"),
        ("0,6", "has a comma; the decimals follow a point.", "0.6"),
        ("0.333", "has more than two decimals.", "0.33"),
        ("-0.5", "is not a number. Full time is 1, three days a week are 0.6.", ""),
        ("full", "is not a number. Full time is 1, three days a week are 0.6.", ""),
        ("nan", "is not a number. Full time is 1, three days a week are 0.6.", ""),
    ],
)
def test_other_fte_is_rejected(text, reason, suggestion):
    assert said("specialists", "fte", text) == (reason, suggestion, False)


def test_cost_is_in_pounds():
    assert value("specialists", "annual_cost", "£41,500.50") == Decimal("41500.50")
    assert value("specialists", "annual_cost", "41500") == Decimal(41500)
    assert said("specialists", "annual_cost", "-1")[0].startswith("is not an amount in pounds")
    assert said("specialists", "annual_cost", "40k")[0].startswith("is not an amount in pounds")


def test_counts_are_whole_numbers():
    assert value("sessions", "staff_trained", "0") == 0
    assert said("sessions", "staff_trained", "2.5")[0] == "is not a whole number."
    assert said("contacts", "priority", "²")[0] == "is not a whole number."


# --- codes and labels


@pytest.mark.parametrize(
    "text", ["group", "GROUP", "Group work with pupils", "group WORK  with pupils", "Group_work-with pupils"]
)
def test_a_code_or_its_label_is_read_in_any_case(text):
    assert value("sessions", "activity_type", text) == "group"


@pytest.mark.parametrize(
    ("kind", "column", "text", "suggestion"),
    [
        ("sessions", "activity_type", "one two one", "one_to_one"),
        ("sessions", "location", "family house", "home"),
        ("pupils", "home_la", "Wakefeild", "384"),
        ("pupils", "home_la", "Bristol", "801"),
        ("referrals", "triage_outcome", "acepted", "accepted"),
        ("specialists", "specialist_type", "speech therapist", "speech_language_therapist"),
        ("sessions", "activity_type", "xyzzy", ""),
    ],
)
def test_an_unknown_value_is_rejected_with_the_nearest_match(kind, column, text, suggestion):
    cells = {"triaged_on": "09/09/2026"} if kind == "referrals" else {}

    assert said(kind, column, text, **cells) == ("is not in the list.", suggestion, False)


@pytest.mark.parametrize(
    ("kind", "column"), [(kind.name, each.name) for kind in KINDS.values() for each in kind.columns if each.choices]
)
def test_every_code_and_every_label_of_every_list_is_read_as_itself(kind, column):
    """Two labels that read alike would make one of them unreachable."""
    parser = KINDS[kind].column(column).read
    as_one = getattr(parser, "one", parser)

    assert [as_one(code) for code, _ in as_one.choices] == [code for code, _ in as_one.choices]
    assert [as_one(label) for _, label in as_one.choices] == [code for code, _ in as_one.choices]


def test_an_establishment_is_of_a_provider_type_or_mainstream():
    codes = [code for code, _ in KINDS["establishments"].column("type").choices]

    assert codes == [*codelists.codes("provider_types"), "mainstream"]


def test_a_local_authority_goes_by_its_code_or_its_name():
    assert value("pupils", "home_la", "384") == value("pupils", "home_la", "WAKEFIELD") == "384"
    assert len(local_authorities().choices) > 150


@pytest.mark.parametrize("text", ["yes", "Y", "TRUE", "1"])
def test_yes(text):
    assert value("pupils", "fsm", text) is True


@pytest.mark.parametrize("text", ["no", "N", "False", "0"])
def test_no(text):
    assert value("pupils", "fsm", text) is False


def test_what_is_neither_yes_nor_no_is_rejected():
    assert said("pupils", "fsm", "perhaps") == ("is neither yes nor no.", "", False)


@pytest.mark.parametrize(
    ("text", "code"),
    [("9", "9"), ("09", "9"), ("Year 9", "9"), ("Y9", "9"), ("yr 9", "9"), ("year 11", "11"), ("R", "R"),
     ("Reception", "R"), ("0", "R")],
)  # fmt: skip
def test_year_groups_are_read_as_people_write_them(text, code):
    assert value("pupils", "year_group", text) == code


# --- several values in a cell


def test_several_values_are_separated_by_semicolons():
    assert value("referrals", "reasons", "attendance; Mental health and wellbeing;;") == ("attendance", "mental_health")
    assert value("sessions", "specialists", "S01;S02") == ("S01", "S02")
    assert value("specialists", "working_days", "Mon;tues;THURSDAY") == ("mon", "tue", "thu")


def test_an_unknown_working_day_is_rejected():
    assert said("specialists", "working_days", "mon;Wendesday") == ("“Wendesday” is not in the list.", "wed", False)


def test_commas_between_values_are_explained():
    assert said("specialists", "working_days", "mon,tue")[0] == (
        "“mon,tue” is not in the list; semicolons, not commas, separate several."
    )


def test_a_cell_of_semicolons_alone_is_rejected():
    assert said("sessions", "specialists", ";;")[0] == "holds semicolons and nothing between them."


def test_a_bare_local_id_in_a_session_means_attended():
    about = "About the pupil, who was not there (family, professionals)"

    assert value("sessions", "pupils", f"P014; P020:did_not_attend;P021: {about}") == (
        ("P014", "attended"),
        ("P020", "did_not_attend"),
        ("P021", "about_pupil"),
    )  # fmt: skip


def test_an_unknown_attendance_is_rejected_with_the_nearest_match():
    assert said("sessions", "pupils", "P014;P020:didnt attend") == (
        "“P020:didnt attend” has an attendance that is not in the list.",
        "P020:did_not_attend",
        False,
    )
    assert said("sessions", "pupils", "P020:")[0] == "“P020:” lacks the pupil or the attendance beside its colon."


# --- identifiers


@pytest.mark.parametrize(
    "upn", ["B801200005001", "b801200005001", "R201100018042", "M80120000500A", "B 801 2000 05001"]
)
def test_upns_are_read(upn):
    assert value("pupils", "upn", upn) == upn.upper().replace(" ", "")


def test_a_wrong_check_letter_of_a_upn_warns():
    found = row("pupils", upn="A801200005001")

    assert not found.rejected
    assert found.values["upn"] == "A801200005001"
    assert found.problems[0].suggestion == "B801200005001"


@pytest.mark.parametrize(
    "upn", ["B80120000500", "B8012000050011", "I801200005001", "1801200005001", "B80120000500O", "B8012X0005001"]
)
def test_a_malformed_upn_is_rejected(upn):
    found = problem("pupils", "upn", upn)

    assert found.reason.startswith("is not a UPN")
    assert not found.warning


def test_an_nhs_number_is_checked_by_its_last_digit():
    assert value("pupils", "nhs_number", "943 476-5870") == "9434765870"
    assert said("pupils", "nhs_number", "9434765871")[0].startswith("is not an NHS number")
    assert said("pupils", "nhs_number", "943476587")[0].startswith("is not an NHS number")


def test_a_urn_has_up_to_six_digits():
    assert value("establishments", "urn", "123456") == "123456"
    assert said("establishments", "urn", "1234567")[0] == "is not a URN, which has up to six digits."
    assert said("establishments", "urn", "384/1234")[0] == "is not a URN, which has up to six digits."


@pytest.mark.parametrize("email", ["ada", "ada@", "ada@example", "a b@example.org", "a@b.org;c@d.org", "a@b@c.org"])
def test_what_is_no_email_address_is_rejected(email):
    assert said("specialists", "email", email)[0] == "is not one email address."


def test_telephone_numbers_are_kept_as_they_are_written():
    assert value("contacts", "phone", "+44 7700 900123") == "+44 7700 900123"
    assert value("contacts", "phone", "01924 496 0000 (work)") == "01924 496 0000 (work)"
    assert said("contacts", "phone", "none")[0] == "is not a telephone number."
    assert said("contacts", "phone", "7700900123") == (
        "has no 0 in front, which a spreadsheet drops from numbers.",
        "07700900123",
        True,
    )


def test_postcodes_are_tidied_and_odd_ones_warn():
    assert value("pupils", "postcode", "wf11aa") == "WF1 1AA"
    assert row("pupils", postcode="near the park").rejected is False


def test_ids_that_could_not_be_named_in_a_session_are_rejected():
    assert said("pupils", "local_id", "P;1")[0].startswith("holds a semicolon")
    assert said("pupils", "local_id", "P:1")[0].startswith("holds a colon")
    assert said("pupils", "local_id", "P" * 41)[0] == "is longer than 40 characters."
