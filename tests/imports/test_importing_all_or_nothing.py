"""A file is imported whole or not at all, twice changes nothing, and it can be undone while nothing was built on it."""

import hashlib

import pytest
from django.db import connection

from apst.audit.models import AuditEvent
from apst.imports import services
from apst.imports.exceptions import BuiltOn, NotWaiting
from apst.imports.models import Import, ImportChange
from apst.people.models import Contact, Post, Pupil, PupilFact, Specialist
from apst.people.services import add_contact, change_pupil
from apst.places.models import CalendarEntry, Establishment, Site
from cases.models import (
    Case,
    CaseAccess,
    CaseMember,
    Intervention,
    InterventionNote,
    InterventionPlace,
    InterventionSpecialist,
)
from referrals.models import Referral, TriageDecision
from tests.imports.test_importing_kinds import LATER, PUPILS, R1, REFERRAL, SESSIONS, SPECIALISTS

pytestmark = pytest.mark.django_db

RECORDS = (
    CalendarEntry,
    Establishment,
    Site,
    Specialist,
    Post,
    Pupil,
    PupilFact,
    Contact,
    Referral,
    TriageDecision,
    Case,
    CaseMember,
    CaseAccess,
    Intervention,
    InterventionPlace,
    InterventionSpecialist,
    InterventionNote,
)
CALENDAR = (
    "academic_year,kind,name,starts_on,ends_on,establishment_urn\n"
    "2027-28,half_term,autumn-1,01/09/2027,22/10/2027,\n"
    "2027-28,inset,,01/09/2027,,777001\n"
)
SCHOOLS = "urn,name,la,type\n100002,Hillside Academy,384,\n777001,New School,,mainstream\n"
CONTACTS = "local_id,name,relationship,phone\nP1,Ewa Nowak,Mother,07700 900123\n"
FILES = [
    ("calendar", CALENDAR),
    ("establishments", SCHOOLS),
    ("specialists", SPECIALISTS),
    ("pupils", PUPILS),
    ("pupils", LATER),
    ("contacts", CONTACTS),
    ("referrals", REFERRAL + R1),
    ("sessions", SESSIONS),
    (
        "sessions",
        SESSIONS.replace("1:30", "45m")
        .replace("P1;P2:did_not_attend", "P2;P1:refused")
        .replace("S1;S2", "S2")
        .replace("Went well", ""),
    ),
]


def everything(bring) -> dict[str, str]:
    """What every table of records holds, as a mark."""
    with bring.inside(), connection.cursor() as cursor:
        marks = {}
        for model in RECORDS:
            cursor.execute(
                f"select coalesce(string_agg(to_jsonb(t)::text, ' ' order by t.id), '') from {model._meta.db_table} t"
            )
            marks[model.__name__] = cursor.fetchone()[0]
    return marks


def test_importing_the_same_files_twice_changes_nothing(bring):
    for kind, text in FILES:
        assert bring(kind, text).code == 0
    before = everything(bring)

    for kind, text in (FILES[0], FILES[1], FILES[2], FILES[4], FILES[5], FILES[6], FILES[8]):
        assert set(bring(kind, text).outcomes()) == {"unchanged"}, kind

    assert everything(bring) == before


def test_a_dry_run_changes_nothing(bring):
    for kind, text in FILES[:-1]:
        before = everything(bring)
        tried = bring(kind, text, dry_run=True)
        assert tried.code == 0
        assert tried.outcomes()
        assert "Nothing was changed" in tried.said
        assert everything(bring) == before
        with bring.inside():
            imports = Import.objects.count()
        assert bring(kind, text).outcomes() == tried.outcomes()
        with bring.inside():
            assert Import.objects.count() == imports + 1


def test_each_import_can_be_undone_and_all_is_as_before(bring):
    states = []
    for kind, text in FILES:
        states.append(everything(bring))
        assert bring(kind, text).code == 0

    for before in reversed(states):
        assert everything(bring) != before
        with bring.inside():
            services.undo(Import.objects.filter(state="applied").first())
        assert everything(bring) == before
    with bring.inside():
        assert ImportChange.objects.count() == 0
        assert set(Import.objects.values_list("state", flat=True)) == {"undone"}


def test_a_note_written_since_on_an_imported_session_is_never_lost(bring):
    for kind, text in FILES[:-1]:
        bring(kind, text)
    with bring.inside():
        session = Intervention.objects.filter(notes__isnull=True).first()
        InterventionNote.objects.create(intervention=session, text="She asked for help today.")
        with pytest.raises(BuiltOn):
            services.undo(Import.objects.get(kind="sessions"))

        assert InterventionNote.objects.filter(text="She asked for help today.").exists()


def test_an_import_is_undone_once(bring):
    bring("specialists", SPECIALISTS)
    with bring.inside():
        record = Import.objects.get()
        services.undo(record)
        with pytest.raises(NotWaiting):
            services.undo(record)


def test_what_was_built_on_cannot_be_undone(bring):
    bring("pupils", PUPILS)
    bring("contacts", CONTACTS)
    before = everything(bring)

    with bring.inside(), pytest.raises(BuiltOn):
        services.undo(Import.objects.get(kind="pupils"))

    assert everything(bring) == before


def test_what_was_changed_since_cannot_be_undone(bring):
    bring("pupils", PUPILS)
    with bring.inside():
        change_pupil(Pupil.objects.get(local_id="P1"), version=None, changes={"surname": "Other"}, by=None)
    before = everything(bring)

    with bring.inside(), pytest.raises(BuiltOn):
        services.undo(Import.objects.get())

    assert everything(bring) == before


def test_one_rejected_row_stops_the_file(bring):
    text = PUPILS + "P3,,Late,Row,31/02/2012,10,,,\n"
    before = everything(bring)

    refused = bring("pupils", text)

    assert refused.code == 1
    assert "1 rows were rejected, so nothing was imported." in refused.said
    assert "Row 4, date_of_birth:" in refused.said
    assert everything(bring) == before
    with bring.inside():
        assert not Import.objects.exists()


def test_rejected_rows_may_be_skipped(bring):
    text = PUPILS + "P3,,Late,Row,31/02/2012,10,,,\n"

    brought = bring("pupils", text, skip_rejected=True)

    assert brought.code == 0
    assert brought.outcomes() == ["add", "add", "rejected"]
    with bring.inside():
        assert sorted(Pupil.objects.values_list("local_id", flat=True)) == ["P1", "P2"]
        assert Import.objects.get().counts == {"add": 2, "rejected": 1}


def test_a_rejected_row_late_in_a_large_file_undoes_the_chunks_before_it(bring, monkeypatch):
    monkeypatch.setattr("apst.imports.matching.sessions.Sessions.rows_at_a_time", 2)
    bring("specialists", SPECIALISTS)
    bring("pupils", PUPILS)
    head = SESSIONS.splitlines()[0] + "\n"
    rows = [f"I{n},11/09/2026,,60,one_to_one,,,S1,P1,,\n" for n in range(1, 8)]

    refused = bring("sessions", head + "".join(rows) + "I9,11/09/2026,,60,one_to_one,,,S1,P9,,\n")
    assert refused.code == 1
    with bring.inside():
        assert not Intervention.objects.exists()

    assert bring("sessions", head + "".join(rows)).code == 0
    with bring.inside():
        assert (
            Intervention.objects.count()
            == InterventionPlace.objects.count()
            == InterventionSpecialist.objects.count()
            == 7
        )


def test_the_record_says_who_when_and_what(bring):
    bring("specialists", SPECIALISTS)

    with bring.inside():
        record = Import.objects.get()
    assert (record.state, record.kind, record.file_name) == ("applied", "specialists", "specialists.csv")
    assert record.sha256 == hashlib.sha256(SPECIALISTS.encode()).hexdigest()
    assert (record.counts, record.uploaded_by) == ({"add": 2}, None)


def test_sessions_are_audited_row_by_row(bring):
    for kind, text in (("specialists", SPECIALISTS), ("pupils", PUPILS), ("sessions", SESSIONS)):
        bring(kind, text)

    with bring.inside():
        events = AuditEvent.objects.filter(verb="import.sessions", operation="I").values_list("table_name", flat=True)
        assert sorted(name for name in events if name != "imports_import") == [
            "cases_intervention",
            "cases_intervention",
            "cases_interventionnote",
            "cases_interventionplace",
            "cases_interventionplace",
            "cases_interventionplace",
            "cases_interventionspecialist",
            "cases_interventionspecialist",
            "cases_interventionspecialist",
            "places_site",
        ]


def test_contacts_given_on_a_page_are_not_lost_by_an_undo(bring):
    bring("pupils", PUPILS)
    with bring.inside():
        add_contact(Pupil.objects.get(local_id="P2"), name="Somebody", relationship="Aunt", by=None)
        with pytest.raises(BuiltOn):
            services.undo(Import.objects.get())
        assert Contact.objects.count() == 1
