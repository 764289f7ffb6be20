"""Bad input: each gets a plain sentence, and nothing is changed."""

import datetime as dt
import io
import zipfile

import openpyxl
import pytest

from apst.imports.models import Import
from apst.people.models import Pupil
from cases.models import Intervention
from tests.imports.bringing import Bringer
from tests.imports.test_importing_kinds import PUPILS, REFERRAL, SESSIONS, SPECIALISTS

pytestmark = pytest.mark.django_db

HEAD = SESSIONS.splitlines()[0] + "\n"


@pytest.fixture
def started(bring) -> Bringer:
    assert bring("specialists", SPECIALISTS).code == 0
    assert bring("pupils", PUPILS).code == 0
    return bring


def bomb() -> bytes:
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"\0" * (210 * 1024 * 1024))
    return book.getvalue()


def titled() -> bytes:
    book = openpyxl.Workbook()
    for row in (
        ["Our sessions"],
        [],
        HEAD.strip().split(","),
        ["I1", "11/09/2026", "", 60, "one_to_one", "", "", "S1", "P1"],
    ):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


SAID = [
    ("a wrong date", HEAD + "I1,31/09/2026,,60,one_to_one,,,S1,P1,,\n", "is not a day of the calendar"),
    ("an impossible duration", HEAD + "I1,11/09/2026,,1500,one_to_one,,,S1,P1,,\n", "Row 2, duration:"),
    ("a day to come", HEAD + "I1,11/09/2046,,60,one_to_one,,,S1,P1,,\n", "is still to come"),
    ("an unknown pupil", HEAD + "I1,11/09/2026,,60,one_to_one,,,S1,P11,,\n", "is no pupil of this taskforce"),
    ("an unknown specialist", HEAD + "I1,11/09/2026,,60,one_to_one,,,S11,P1,,\n", "is no post of this taskforce"),
    ("titles above the headings", titled(), "row 3 looks like them"),
    ("a renamed column", HEAD.replace("activity_type", "activitytyp"), "“activitytyp” may be activity_type"),
    ("a formula", HEAD + 'I1,11/09/2026,,60,one_to_one,,,S1,P1,,"=cmd|x"\n', "begins with = + - or @"),
    (
        "broken encoding",
        HEAD.encode() + b"I1,11/09/2026,,60,one_to_one,,,S1,P1,,caf\x81\xe9\n",
        "is a letter in a broken encoding",
    ),
    ("a hundred megabytes", b"x" * (100 * 1024 * 1024), "The file has 100 MB; at most 20 MB are read."),
    ("a zip bomb", bomb(), "MB are read"),
    ("semicolons between", HEAD.replace(",", ";") + "I1;11/09/2026\n", "separated by semicolons"),
    ("nothing", b"", "The file is empty."),
]


@pytest.mark.parametrize(("text", "sentence"), [row[1:] for row in SAID], ids=[row[0] for row in SAID])
def test_it_is_said_plainly_and_nothing_is_changed(started, text, sentence):
    refused = started("sessions", text)

    assert refused.code == 1
    assert sentence in refused.said
    with started.inside():
        assert not Intervention.objects.exists()
        assert not Import.objects.filter(kind="sessions").exists()


def test_a_pupil_of_another_taskforce_is_unknown(started, bring_to_southgate):
    assert bring_to_southgate("pupils", PUPILS.replace("P1", "Q1").replace("P2", "Q2")).code == 0
    assert bring_to_southgate("specialists", SPECIALISTS.replace("S1,", "T1,")).code == 0

    for kind, text, column in (
        ("sessions", HEAD + "I1,11/09/2026,,60,one_to_one,,,S1,Q1,,\n", "pupils"),
        ("sessions", HEAD + "I1,11/09/2026,,60,one_to_one,,,T1,P1,,\n", "specialists"),
        ("contacts", "local_id,name,relationship\nQ1,Ewa,Mother\n", "local_id"),
        ("referrals", REFERRAL + "R1,Q1,05/09/2026,family,form,attendance,,,,,,,\n", "pupil_local_id"),
        ("referrals", REFERRAL + "R1,P1,05/09/2026,family,form,attendance,,,,06/09/2026,,,T1\n", "lead_specialist"),
    ):
        refused = started(kind, text)
        assert refused.code == 1, (kind, column)
        assert refused.report[0]["column"] == column
        assert "of this taskforce" in refused.report[0]["reason"]
        assert refused.report[0]["suggestion"] != "Q1"


def test_two_taskforces_may_use_the_same_references(started, bring_to_southgate):
    assert bring_to_southgate("specialists", SPECIALISTS).code == 0
    assert bring_to_southgate("pupils", PUPILS).code == 0
    assert bring_to_southgate("sessions", SESSIONS).code == 0
    assert started("sessions", SESSIONS).code == 0
    with started.inside():
        assert Pupil.objects.count() == Intervention.objects.count() == 2


def test_the_nearest_is_suggested(started):
    refused = started("sessions", HEAD + "I1,11/09/2026,,60,one_to_one,,,s1,p1,,\n")

    assert [(line["column"], line["suggestion"]) for line in refused.report] == [
        ("pupils", "P1"),
        ("specialists", "S1"),
    ] or all(line["suggestion"] in ("", "P1", "S1", "P2", "S2") for line in refused.report)
    assert started("contacts", "local_id,name,relationship\nP11,Ewa,Mother\n").report[0]["suggestion"] == "P1"


def test_windows_1252_names_are_read_well(bring):
    text = "local_id,surname,forename,date_of_birth,year_group\nP1,Brontë,Zoé,05/09/2011,10\n".encode("cp1252")

    assert bring("pupils", text).code == 0
    with bring.inside():
        assert Pupil.objects.get().full_name == "Zoé Brontë"


def test_what_the_record_has_no_room_for_is_said(bring):
    refused = bring("pupils", f"local_id,surname,forename,date_of_birth,year_group\nP1,{'x' * 101},Zoe,05/09/2011,10\n")

    assert refused.report[0]["reason"] == "is longer than 100 characters."


def test_the_command_speaks_plainly_of_wrong_usage(started, cast, omar):
    assert started("sessions", SESSIONS, person="nobody@example.org").code == 2
    assert "Nobody has an account" in started("sessions", SESSIONS, person="nobody@example.org").said
    assert "is no member of" in started("sessions", SESSIONS, person="omar@southgate.example").said
    refused = started("sessions", SESSIONS, person="specialist@northgate.example")
    assert (refused.code, refused.said) == (2, "A specialist may not import records.")
    assert started("people", PUPILS).code == 2
    with started.inside():
        assert not Intervention.objects.exists()


def test_a_coordinator_imports_as_themselves(started, cast):
    assert started("sessions", SESSIONS, person="office@northgate.example").code == 0
    with started.inside():
        assert Import.objects.get(kind="sessions").uploaded_by_id == cast.coordinator.membership.pk
        assert set(Intervention.objects.values_list("logged_by", flat=True)) == {cast.coordinator.membership.pk}

    again = started("sessions", SESSIONS, person="office@northgate.example")
    assert again.outcomes() == ["unchanged", "unchanged"]
    assert "your role does not read notes" in again.said


def test_a_coordinator_does_not_change_what_was_logged_long_ago(started, cast):
    started("sessions", SESSIONS)
    with started.inside():
        Intervention.objects.update(changeable_until=dt.date(2026, 9, 30))

    refused = started("sessions", SESSIONS.replace("1:30", "45m"), person="office@northgate.example")

    assert refused.code == 1
    assert "too long ago for your role to change" in refused.said
    assert started("sessions", SESSIONS.replace("1:30", "45m"), person="manager@northgate.example").code == 0


def test_a_manager_imports_every_kind(bring, cast):
    for kind, text in (
        ("specialists", SPECIALISTS.replace("S1,", "S7,")),
        ("pupils", PUPILS),
        ("sessions", SESSIONS.replace("S1", "S7")),
    ):
        assert bring(kind, text, person="manager@northgate.example").code == 0, kind
