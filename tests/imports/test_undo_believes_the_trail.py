"""Who may import can add lines to the book of an import by SQL; the undo, as the system, believes none of them."""

import json

import pytest
from django.contrib.auth.models import Permission
from django.db import connection

from apst.audit.models import AuditEvent
from apst.imports import services
from apst.imports.exceptions import NotProved
from apst.imports.matching import TABLES
from apst.imports.models import Import
from apst.people.models import Contact, Pupil
from apst.tenancy.context import acting_as_system, acting_for, current
from cases.models import CaseAccess
from tests.factories import make_case, make_pupil
from tests.imports.test_importing_all_or_nothing import CALENDAR, CONTACTS, everything
from tests.imports.test_importing_kinds import PUPILS

pytestmark = pytest.mark.django_db

FORGE = """
insert into imports_importchange (import_id, batch, table_name, record_id, operation, before, after_mark)
values (%s, %s, %s, %s, %s, %s, %s)
"""
ROW = "select to_jsonb(t)::text, md5(to_jsonb(t)::text) from {} t where t.id = %s"


@pytest.fixture
def office(northgate, cast):
    """Carol's own session, in which she may run any SQL that the database lets through."""
    return lambda: acting_for(northgate, cast.coordinator, durable=False)


@pytest.fixture
def forge(office):
    """Add a line to the book of an import, as Carol, who has another under way."""

    def add(record: Import, table: str, record_id: int, operation: str, before: dict | None, mark: str) -> None:
        with office(), connection.cursor() as cursor:
            values = None if before is None else json.dumps(before)
            own = Import.objects.create(
                kind="pupils", file_name="y.csv", sha256="0", as_at="2026-11-02", uploaded_by_id=current().membership_id
            )
            cursor.execute("select app.begin_import(%s)", [own.pk])
            cursor.execute(FORGE, [record.pk, 99, table, record_id, operation, values, mark])

    return add


@pytest.fixture
def brought(bring, cast) -> Import:
    """An import of Carol's, applied."""
    assert bring("pupils", PUPILS, person=cast.coordinator.email).code == 0
    with bring.inside():
        return Import.objects.get()


@pytest.fixture
def contact(brought, bring) -> Contact:
    """A contact of a pupil, not of the import."""
    bring("contacts", CONTACTS)
    with bring.inside():
        return Contact.objects.get()


def held(bring, table: str, record_id: int) -> tuple[dict, str]:
    """A record as it stands, and its mark."""
    with bring.inside(), connection.cursor() as cursor:
        cursor.execute(ROW.format(table), [record_id])
        row, mark = cursor.fetchone()
    return json.loads(row), mark


def give(case, user) -> CaseAccess:
    """A grant by hand."""
    permission = Permission.objects.get(content_type__app_label="cases", codename="view_case")
    return CaseAccess.objects.create(content_object=case, user=user, source="grant", permission=permission)


def refused(bring, record: Import) -> None:
    """The whole undo is refused, in words, and nothing is changed."""
    before = everything(bring)
    with bring.inside(), pytest.raises(NotProved, match="does not agree with the audit trail"):
        services.undo(record)
    assert everything(bring) == before
    with bring.inside():
        assert Import.objects.get(pk=record.pk).state == "applied"


def test_what_an_import_writes_bears_its_id_in_the_trail_and_nothing_after_it(bring, brought):
    with bring.inside():
        events = AuditEvent.objects.filter(request_id=str(brought.public_id))
        assert set(events.values_list("table_name", flat=True)) == {"people_pupil", "people_pupilfact"}
        # The import's own record is written before and after; then the request's own id is back.
        assert AuditEvent.objects.filter(table_name="imports_import", operation="U").count() == 1


def test_a_grant_on_a_restricted_case_does_not_come_back(bring, brought, forge, northgate, cast):
    with acting_as_system(northgate, durable=False):
        case = make_case(restricted=True)
        grant = give(case, cast.coordinator)
    before, _ = held(bring, "cases_caseaccess", grant.pk)
    with bring.inside():
        CaseAccess.objects.filter(pk=grant.pk).delete()

    forge(brought, "cases_caseaccess", grant.pk, "D", before, "")

    refused(bring, brought)
    with bring.inside():
        assert not CaseAccess.objects.filter(pk=grant.pk).exists()


def test_grants_are_no_table_of_imports_even_if_the_trail_has_them(bring, forge, cast, northgate):
    """The manager may end a grant by hand, and does so under their import's id."""
    assert bring("pupils", PUPILS, person=cast.manager.email).code == 0
    with bring.inside():
        brought = Import.objects.get()
    with acting_as_system(northgate, durable=False):
        case = make_case()
        grant = give(case, cast.riverside)
    before, _ = held(bring, "cases_caseaccess", grant.pk)
    with acting_for(northgate, cast.manager, durable=False), connection.cursor() as cursor:
        cursor.execute("select set_config('app.request_id', %s, true)", [str(brought.public_id)])
        cursor.execute("delete from cases_caseaccess where id = %s", [grant.pk])
        assert cursor.rowcount == 1

    forge(brought, "cases_caseaccess", grant.pk, "D", before, "")

    refused(bring, brought)
    assert "cases_caseaccess" not in TABLES


def test_a_record_that_the_import_never_touched_is_neither_changed_nor_removed(bring, brought, forge, contact):
    _, mark = held(bring, "people_contact", contact.pk)

    forge(brought, "people_contact", contact.pk, "I", None, mark)

    refused(bring, brought)


def test_a_record_is_not_given_other_values_than_it_had(bring, brought, forge, contact):
    before, mark = held(bring, "people_contact", contact.pk)

    forge(brought, "people_contact", contact.pk, "U", {**before, "phone": "07700 900999"}, mark)

    refused(bring, brought)


def test_what_somebody_else_did_is_not_taken_for_the_imports(bring, forge, office, contact, northgate, cast):
    """Carol makes an import that bears the id of the manager's request, to have the system take it back."""
    request = "0199f3a0-0000-7000-8000-00000000c0de"
    before, _ = held(bring, "people_contact", contact.pk)
    with acting_for(northgate, cast.manager, request_id=request, durable=False):
        assert Contact.objects.filter(pk=contact.pk).update(phone="07700 900555") == 1
    _, mark = held(bring, "people_contact", contact.pk)
    with office():
        record = Import.objects.create(
            public_id=request, kind="contacts", file_name="x.csv", sha256="0" * 64, state="applied", as_at="2026-11-02"
        )

    forge(record, "people_contact", contact.pk, "U", before, mark)

    refused(bring, record)


def test_what_was_changed_since_stays_even_with_a_mark_of_today(bring, brought, forge, office):
    """What Carol did under her import's id was once so, but somebody has changed it since."""
    with bring.inside():
        pupil = make_pupil()
    before, _ = held(bring, "people_pupil", pupil.pk)
    with office(), connection.cursor() as cursor:
        cursor.execute("select set_config('app.request_id', %s, true)", [str(brought.public_id)])
        assert Pupil.objects.filter(pk=pupil.pk).update(forename="Once") == 1
    with bring.inside():
        Pupil.objects.filter(pk=pupil.pk).update(forename="Since")
    _, mark = held(bring, "people_pupil", pupil.pk)

    forge(brought, "people_pupil", pupil.pk, "U", before, mark)

    refused(bring, brought)


def test_values_of_a_record_that_the_import_did_change_are_not_made_up(bring, forge, office, cast):
    bring("pupils", PUPILS)
    assert bring("pupils", PUPILS.replace("Nowak", "Nowak-Bell"), person=cast.coordinator.email).code == 0
    with bring.inside():
        record, pupil = Import.objects.order_by("-pk")[0], Pupil.objects.get(local_id="P1")
    now, mark = held(bring, "people_pupil", pupil.pk)

    forge(record, "people_pupil", pupil.pk, "U", {**now, "surname": "Made Up"}, mark)

    refused(bring, record)


def test_an_import_by_a_member_is_undone_all_the_same(bring, cast):
    before = everything(bring)
    assert bring("calendar", CALENDAR, person=cast.coordinator.email).code == 0
    again = CALENDAR.replace("22/10/2027", "21/10/2027")
    assert bring("calendar", again, person=cast.coordinator.email).outcomes() == ["change", "unchanged"]

    with bring.inside():
        for record in Import.objects.order_by("-pk"):
            services.undo(record)

    assert everything(bring) == before
