"""The oracle at the edges of the page, one small folder a sentence: autumn-1 of 2024, 1 September to 3 November."""

from datetime import date

import pytest

from tests.oracle import folder
from tests.oracle.mi_return import figures

CALENDAR = folder.calendar_table(date(2024, 9, 4), third_year=True)
POST = {"reference": "Y1", "name": "Y", "specialist_type": "youth_worker", "fte": "1", "start_date": date(2023, 9, 1)}
LONG_AGO, FIRST, LAST, AFTER = date(2024, 1, 8), date(2024, 9, 1), date(2024, 11, 3), date(2024, 11, 4)


def pupil(local_id="P1", **said):
    who = {"local_id": local_id, "surname": "Invented", "forename": local_id, "date_of_birth": date(2011, 3, 1)}
    return who | {"year_group": "9", "as_at": date(2024, 9, 2)} | said


def referral(reference="R1", who="P1", **said):
    told = {"source": "family", "route": "form", "reasons": "attendance", "received_on": date(2024, 9, 2)}
    return {"reference": reference, "pupil_local_id": who} | told | said


def case(reference, opened, ended="", reason="ready", tier="", who="P1"):
    reason = reason if ended else ""
    return referral(reference, who, case_opened_on=opened, case_ended_on=ended, case_end_reason=reason, tier=tier)


def session(pupils="P1", activity="one_to_one", on=date(2024, 10, 1), **said):
    told = {"reference": f"S{on}{activity}", "date": on, "duration": 60, "activity_type": activity}
    return told | {"specialists": "Y1", "pupils": pupils} | said


@pytest.fixture
def told(tmp_path):
    """Writes the tables that a test gives and answers with one value of the return."""

    def told(where, **tables):
        measure, breakdown, category, statistic = where.split()
        given = {stem.replace("_", "-"): table for stem, table in tables.items()}
        usual = {"calendar": CALENDAR, "specialists": [POST], "pupils": [pupil(), pupil("P2")]}
        folder.Made(usual | given, "").write(tmp_path)
        rows = figures(tmp_path, "2024-25/autumn-1", taskforce="T", la_code="384", today=date(2025, 1, 6))
        return next(r.value for r in rows if r[5:9] == (measure, breakdown, category, statistic))

    return told


@pytest.mark.parametrize(
    ("activity", "pupils", "supported", "contact_hours"),
    [
        ("one_to_one", "P1", "1", "1.00"),
        ("one_to_one", "P1:part_attended;P2:refused", "1", "1.00"),
        ("one_to_one", "P1:about_pupil", "0", "0.00"),
        ("outreach", "P1:about_pupil", "0", "0.00"),
        ("family", "P1:about_pupil", "1", "0.00"),
        ("family", "P1;P2", "2", "0.00"),
        ("multi_agency", "P1", "0", "0.00"),
        ("screening", "P1;P2", "0", "2.00"),
        ("holiday", "P1", "0", "1.00"),
        ("universal", "P1", "0", "0.00"),
        ("admin", "P1", "0", "0.00"),
    ],
)
def test_support_is_direct_work_that_they_attended_or_family_work_about_them(
    told, activity, pupils, supported, contact_hours
):
    tables = {"sessions": [session(pupils, activity)]}

    assert told("A1 all all count", **tables) == supported
    assert told("C4 all all hours", **tables) == contact_hours


@pytest.mark.parametrize(
    ("activity", "pupils", "planned", "hours"),
    [
        ("group", "P1;P2:refused", "1", "1.00"),
        ("group", "P1:refused;P2:did_not_attend", "1", "0.00"),
        ("group", "P1:cancelled_by_taskforce;P2:cancelled_by_taskforce", "0", "0.00"),
        ("group", "P1:cancelled_by_taskforce;P2:cancelled_by_family", "1", "0.00"),
        ("group", "", "1", "0.00"),
        ("outreach", "", "1", "1.00"),
        ("outreach", "P1:not_in_school", "1", "0.00"),
        ("multi_agency", "P1:about_pupil", "1", "1.00"),
        ("supervision", "", "0", "0.00"),
    ],
)
def test_what_was_planned_and_what_was_delivered(told, activity, pupils, planned, hours):
    tables = {"sessions": [session(pupils, activity)]}

    assert told("C5 all all count", **tables) == planned
    assert told("C1 all all hours", **tables) == hours


@pytest.mark.parametrize(("on", "count"), [(date(2024, 8, 31), "0"), (FIRST, "1"), (LAST, "1"), (AFTER, "0")])
def test_dates_are_inclusive(told, on, count):
    assert told("A1 all all count", sessions=[session(on=on)]) == count
    assert told("E1 all all count", referrals=[referral(received_on=on)]) == count
    assert told("B1 all all count", referrals=[case("R1", LONG_AGO, on, "disengaged_early")]) == count


def test_a_refusal_of_a_pupil_supported_in_an_earlier_period_does_not_count(told):
    refused = [referral(triage_outcome="offer_refused", triaged_on=date(2024, 9, 9))]

    assert told("B2 all all count", referrals=refused) == "1"
    assert told("B2 all all count", referrals=refused, sessions=[session(on=LONG_AGO)]) == "0"
    assert told("B2 all all count", referrals=refused, sessions=[session(on=AFTER)]) == "1"


@pytest.mark.parametrize(
    ("cases", "tier"),
    [
        (
            [case("R9", LONG_AGO, date(2024, 9, 20), tier="tier_1"), case("R1", date(2024, 9, 20), tier="tier_2")],
            "tier_2",
        ),
        ([case("R1", FIRST, FIRST, tier="tier_1"), case("R2", FIRST, tier="tier_3")], "tier_3"),
        ([case("R2", FIRST, FIRST, tier="tier_1"), case("R1", FIRST, tier="tier_3")], "tier_1"),
        ([case("R1", LONG_AGO, FIRST, tier="tier_1")], "tier_1"),
        ([case("R1", LONG_AGO, date(2024, 8, 31), tier="tier_1")], "none"),
        ([case("R1", LAST, tier="tier_1")], "tier_1"),
        ([case("R1", AFTER, tier="tier_1")], "none"),
        ([case("R1", LONG_AGO, date(2024, 9, 9), tier="tier_1"), case("R2", date(2024, 9, 9))], "none"),
        ([case("R1", LONG_AGO, date(2024, 9, 9), "opened_in_error", tier="tier_1")], "none"),
    ],
)
def test_the_tier_is_that_of_the_case_opened_last(told, cases, tier):
    assert told(f"A1 tier {tier} count", referrals=cases, sessions=[session()]) == "1"


@pytest.mark.parametrize(
    ("history", "percent"),
    [
        ([(LONG_AGO, "cin"), (date(2024, 9, 2), "none")], "100"),
        ([(LONG_AGO, "cin"), (FIRST, "none")], "0"),
        ([(LONG_AGO, "none"), (date(2024, 10, 1), "cla"), (date(2024, 10, 2), "early_help")], "100"),
        ([(LONG_AGO, "none"), (LAST, "cp")], "100"),
        ([(LONG_AGO, "none"), (AFTER, "cp")], "0"),
        ([(AFTER, "cp")], "100"),
        ([(AFTER, "")], "0"),
    ],
)
def test_known_to_social_care_on_any_day(told, history, percent):
    said = [[pupil(as_at=since, csc_status=status)] for since, status in history]
    files = {"pupils" if not n else f"pupils_{n + 1}": table for n, table in enumerate(said)}

    assert told("A5 all all percent", sessions=[session()], **files) == percent


@pytest.mark.parametrize(
    ("history", "provision"),
    [
        ([(LONG_AGO, "N"), (LAST, "K")], "K"),
        ([(LONG_AGO, "N"), (AFTER, "K")], "N"),
        ([(AFTER, "E")], "E"),
        ([(LONG_AGO, "E"), (FIRST, "")], "E"),
        ([(LONG_AGO, "")], "not_recorded"),
    ],
)
def test_facts_are_those_of_the_last_day_and_the_earliest_reaches_back(told, history, provision):
    said = [[pupil(as_at=since, sen_provision=value)] for since, value in history]
    files = {"pupils" if not n else f"pupils_{n + 1}": table for n, table in enumerate(said)}

    assert told(f"A3 sen_provision {provision} count", sessions=[session()], **files) == "1"


@pytest.mark.parametrize(("as_at", "year"), [(date(2024, 8, 31), "10"), (FIRST, "9"), (date(2025, 9, 1), "8")])
def test_the_year_group_moves_up_each_first_of_september(told, as_at, year):
    assert told(f"A1 year_group {year} count", pupils=[pupil(as_at=as_at)], sessions=[session()]) == "1"


def test_an_empty_cell_in_a_later_file_erases_nothing_and_files_come_in_their_order(told):
    files = {"pupils": [pupil(sex="M")], "pupils_2": [pupil(sex="F")], "pupils_10": [pupil(sex="U")]}

    assert told("A1 sex U count", sessions=[session()], **files) == "1"
    files["pupils_11"] = [pupil(sex="")]
    assert told("A1 sex U count", sessions=[session()], **files) == "1"


WAITING = {"triage_outcome": "waiting_list", "triaged_on": date(2024, 10, 1)}


@pytest.mark.parametrize(
    ("what", "waiting", "tables"),
    [
        ("nothing else", "1", {}),
        ("a case from before", "1", {"others": [case("R2", date(2024, 9, 30))]}),
        ("a case that day", "0", {"others": [case("R2", date(2024, 10, 1))]}),
        ("a case after the period", "1", {"others": [case("R2", AFTER)]}),
        ("a case opened in error", "1", {"others": [case("R2", LAST, LAST, "opened_in_error")]}),
        ("another pupil's case", "1", {"others": [case("R2", LAST, who="P2")]}),
        ("left on the last day", "0", {"pupils": [pupil(leaving_date=LAST)]}),
        ("left after it", "1", {"pupils": [pupil(leaving_date=AFTER)]}),
        ("accepted on the last day", "0", {"later": ("accepted", LAST)}),
        ("accepted after it", "1", {"later": ("accepted", AFTER)}),
        ("withdrawn", "0", {"later": ("withdrawn", LAST)}),
        ("more information the same day", "0", {"later": ("more_information", date(2024, 10, 1))}),
        ("undone", "0", {"later": ("undone", AFTER)}),
    ],
)
def test_waiting(told, what, waiting, tables):
    files = {"referrals": [referral(**WAITING), *tables.get("others", [])]}
    if "later" in tables:
        outcome, on = tables["later"]
        files["referrals_2"] = [referral(triage_outcome=outcome, triaged_on=on)]
    if "pupils" in tables:
        files["pupils"] = tables["pupils"]

    assert told("E4 all all count", **files) == waiting, what


def test_who_was_put_on_the_list_after_the_period_does_not_wait_yet(told):
    assert told("E4 all all count", referrals=[referral(triage_outcome="waiting_list", triaged_on=AFTER)]) == "0"


@pytest.mark.parametrize(
    ("sessions", "days"),
    [
        ([session(on=date(2024, 10, 4))], "3"),
        ([session(on=date(2024, 10, 1))], "0"),
        ([session(on=date(2024, 10, 7))], "z"),  # the case had ended
        ([session(on=date(2024, 9, 30))], "z"),  # it was not open yet
        ([session(on=date(2024, 10, 2), activity="screening"), session(on=date(2024, 10, 3))], "2"),
        ([session("P1:about_pupil", "family", date(2024, 10, 2)), session(on=date(2024, 10, 3))], "2"),
        ([session("P1:refused;P2", on=date(2024, 10, 2)), session("P1:part_attended", on=date(2024, 10, 4))], "3"),
    ],
)
def test_from_opening_to_the_first_session_while_it_is_open(told, sessions, days):
    opened = [case("R1", date(2024, 10, 1), date(2024, 10, 4))]

    assert told("E5 all all median", referrals=opened, sessions=sessions) == days


def test_a_case_whose_first_session_was_in_another_period_is_not_in_e5(told):
    sessions = [session(on=LONG_AGO), session()]

    assert told("E5 all all median", referrals=[case("R1", LONG_AGO)], sessions=sessions) == "z"


def test_a_decision_that_is_not_substantive_does_not_decide(told):
    asked = [referral(triage_outcome="more_information", triaged_on=date(2024, 9, 3))]
    answered = [referral(triage_outcome="declined", triaged_on=date(2024, 9, 5))]

    assert told("E2 all all count", referrals=asked) == "0"
    assert told("E2 outcome declined count", referrals=asked, referrals_2=answered) == "1"
    assert told("E3 all all median", referrals=asked, referrals_2=answered) == "2"  # the 4th and the 5th


@pytest.mark.parametrize(
    ("start", "end", "people", "fte", "core"),
    [
        (LONG_AGO, FIRST, "1", "0.02", "0"),  # one day of 64
        (LONG_AGO, date(2024, 8, 31), "0", "0.00", "0"),
        (LAST, "", "1", "0.02", "1"),
        (AFTER, "", "0", "0.00", "0"),
        (FIRST, LAST, "1", "1.00", "1"),
        (LONG_AGO, date(2024, 11, 2), "1", "0.98", "0"),
    ],
)
def test_posts_count_from_their_first_to_their_last_day(told, start, end, people, fte, core):
    tables = {"specialists": [POST | {"start_date": start, "end_date": end}]}

    assert told("D1 all all count", **tables) == people
    assert told("D2 all all fte", **tables) == fte
    assert told("D3 all all count", **tables) == core


def test_one_email_is_one_person_and_only_eight_types_are_core(told):
    posts = [
        POST | {"email": "sam@example.org", "fte": "0.5"},
        POST | {"email": "Sam@example.org", "fte": "0.3", "reference": "Y2", "specialist_type": "police"},
        POST | {"reference": "Y3"},
        POST | {"reference": "Y4"},
    ]

    assert told("D1 all all count", specialists=posts) == "3"
    assert told("D1 specialist_type police count", specialists=posts) == "1"
    assert told("D2 all all fte", specialists=posts) == "2.80"
    assert told("D3 all all count", specialists=posts) == "1"
