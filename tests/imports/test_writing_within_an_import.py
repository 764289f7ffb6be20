"""What only an import writes is written within one: by whoever holds `record.import`, under an import of their own."""

import datetime as dt
import io

import pytest
from django.db import DatabaseError, connection, transaction

from apst.imports.models import Import
from apst.imports.services import import_now
from apst.people.models import Contact, Specialist
from apst.places.models import Site
from apst.tenancy.context import acting_as_system, acting_for, current
from apst.tenancy.matrix import IMPORTING
from cases.models import Case, CaseMember
from referrals.models import Referral, TriageDecision
from tests.cases.conftest import as_system, case, pupil, referral  # noqa: F401 - fixtures
from tests.imports.test_importing_kinds import PUPILS

HOLDERS = ("manager", "coordinator")
pytestmark = pytest.mark.usefixtures("case", "referral")


def made_by(person, northgate, **fields) -> Import:
    with acting_for(northgate, person):
        return Import.objects.create(
            kind="pupils", file_name="a.csv", sha256="0", as_at=dt.date(2026, 9, 1),
            uploaded_by=person.membership, **fields,
        )  # fmt: skip


def begin(record: Import) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select app.begin_import(%s)", [record.pk])


def writes_nothing(act) -> bool:
    """True where the database takes nothing of it: no row reached, or refused."""
    try:
        with transaction.atomic():
            return act() in (0, None)
    except DatabaseError:
        return True


def add_line(record: Import) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into imports_importchange (import_id, batch, table_name, record_id, operation, after_mark)"
            " values (%s, 1, 'cases_case', 1, 'I', '')",
            [record.pk],
        )
        return cursor.rowcount


ACTS = {
    "a case is changed": lambda: Case.objects.update(tier="tier_3"),
    "a case is opened": lambda: Case.objects.bulk_create(
        [
            Case(
                pupil=Case.objects.get().pupil,
                reference="X",
                opened_on="2026-09-02",
                ended_on="2026-09-03",
                end_reason="ready",
            )
        ]
    ),
    "a team is changed": lambda: CaseMember.objects.update(part="advisory"),
    "a referral is changed": lambda: Referral.objects.update(state="ended"),
    "a decision is written": lambda: TriageDecision.objects.bulk_create(
        [TriageDecision(referral=Referral.objects.get(), outcome="accepted", decided_on="2026-11-02")]
    ),
    "a post's person is changed": lambda: Specialist.objects.update(name="Somebody"),
    "a site is added": lambda: Site.objects.bulk_create([Site(name="Elsewhere")]),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_coordinator_writes_it_only_within_an_import(cast, northgate, act):
    record = made_by(cast.coordinator, northgate)

    with acting_for(northgate, cast.coordinator):
        assert writes_nothing(ACTS[act])
        begin(record)
        assert not writes_nothing(ACTS[act])


def test_contacts_are_matched_only_within_an_import(cast, northgate, pupil):  # noqa: F811
    with acting_as_system(northgate):
        Contact.objects.create(pupil=pupil, name="Basia", relationship="mother")
    record = made_by(cast.coordinator, northgate)

    with acting_for(northgate, cast.coordinator), connection.cursor() as cursor:
        cursor.execute("select set_config('app.importing', 'yes', true)")
        assert not Contact.objects.exists()
        begin(record)
        assert Contact.objects.get().name == "Basia"


def test_the_book_of_an_import_is_written_only_within_it(cast, northgate):
    record = made_by(cast.coordinator, northgate)

    with acting_for(northgate, cast.coordinator):
        assert writes_nothing(lambda: add_line(record))
        begin(record)
        assert not writes_nothing(lambda: add_line(record))


@pytest.mark.parametrize("role", ["specialist", "dsl", "slt", "school_staff", "ig_lead"])
def test_nobody_else_begins_one(cast, northgate, role):
    record = made_by(cast.coordinator, northgate)

    with (
        acting_for(northgate, getattr(cast, role)),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        begin(record)


def test_not_under_anothers_import_nor_one_that_is_over_nor_another_taskforces(cast, northgate, southgate, omar):
    records = [
        made_by(cast.coordinator, northgate),
        made_by(cast.manager, northgate, state="applied"),
        made_by(cast.manager, northgate, state="undone"),
        made_by(omar, southgate),
    ]

    with acting_for(northgate, cast.manager):
        for record in records:
            with pytest.raises(DatabaseError, match="no import of yours is under way"), transaction.atomic():
                begin(record)


@pytest.mark.parametrize("role", HOLDERS)
def test_the_scope_ends_with_the_import_and_the_audit_names_its_maker(cast, northgate, role):
    person = getattr(cast, role)

    with acting_for(northgate, person):
        file = io.BytesIO(PUPILS.encode())
        import_now(file, kind="pupils", file_name="a.csv", take_lines=lambda lines: None, by=person.membership)
        with connection.cursor() as cursor:
            cursor.execute("select app.may(%s)", [IMPORTING])
            assert cursor.fetchone() == (False,)
        assert not current().may(IMPORTING)
    with acting_as_system(northgate), connection.cursor() as cursor:
        cursor.execute("select distinct person_id from audit_auditevent where verb = 'import.pupils'")
        assert cursor.fetchall() == [(person.pk,)]
