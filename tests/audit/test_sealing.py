"""Sealed: who owns the tables can change what was done and who looked, and the proof says where."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from apst.audit.models import AccessEntry, AuditEvent
from apst.audit.sealing import seal
from apst.audit.tasks import seal_everywhere
from apst.people.models import Pupil
from apst.tenancy.context import acting_as_system, acting_for
from tests.at_once import at_once
from tests.factories import make_pupil
from tests.isolation import probes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pupil(cast, northgate, client_for) -> Pupil:
    """A pupil at whose record the manager looked three times; everything is sealed."""
    with acting_as_system(northgate):
        pupil = make_pupil()
    for _ in range(3):
        client_for(cast.manager, northgate).get(f"/pupils/{pupil.public_id}/")
    seal_everywhere()
    return pupil


@pytest.fixture
def owner():
    """Whoever owns the tables: no policy holds them."""
    with probes.superuser() as connection:
        connection.autocommit = True
        yield connection


def proof(*args: str) -> tuple[str, bool]:
    """Give what the command says and whether it ended well."""
    out = StringIO()
    try:
        call_command("verify_audit", *args, stdout=out)
    except CommandError:
        return out.getvalue(), False
    return out.getvalue(), True


def last(table: str, owner) -> int:
    return owner.execute(f"select max(seal_number) from {table}").fetchone()[0]


def test_what_is_sealed_is_whole_and_what_is_not_yet_is_counted(cast, northgate, client_for, pupil):
    client_for(cast.dsl, northgate).get(f"/pupils/{pupil.public_id}/")

    said, well = proof("--taskforce", "northgate")

    assert well
    assert "Access log: 3 sealed, 1 not sealed yet; whole." in said
    assert "Audit trail: " in said
    assert "BROKEN" not in said


def test_a_changed_row_is_named(owner, pupil):
    owner.execute("update audit_accessentry set person_id = person_id + 1 where seal_number = 2")
    said, well = proof()
    assert not well
    assert "Access log: 1 sealed, 0 not sealed yet; BROKEN: number 2 (row " in said
    assert "was changed" in said


def test_a_pupil_taken_out_of_an_entry_is_named(owner, pupil):
    owner.execute(
        "delete from audit_accessentrypupil where entry_id = (select id from audit_accessentry where seal_number = 3)"
    )
    assert "BROKEN: number 3 (row " in proof()[0]


def test_a_changed_act_is_named(owner, pupil):
    owner.execute("update audit_auditevent set verb = 'nothing.much' where seal_number = 5")
    said, well = proof()
    assert not well
    assert "Audit trail: 4 sealed" in said
    assert "number 5 (row " in said


def test_a_removed_row_is_named(owner, pupil):
    owner.execute(
        "delete from audit_accessentrypupil where entry_id = (select id from audit_accessentry where seal_number = 2)"
    )
    owner.execute("delete from audit_accessentry where seal_number = 2")
    said, well = proof()
    assert not well
    assert "number 2 removed: the next row is number 3" in said


@pytest.mark.parametrize("table", ["audit_accessentry", "audit_auditevent"])
def test_a_chain_cannot_be_cut_at_its_end(owner, pupil, table):
    owner.execute("delete from audit_accessentrypupil")
    end = last(table, owner)
    owner.execute(f"delete from {table} where seal_number = {end}")
    said, well = proof()
    assert not well
    assert table == "audit_accessentry" or f"number {end}, where the seal of" in said


def test_rows_in_another_order_are_named(owner, pupil):
    owner.execute(
        "update audit_auditevent e set seal_number = o.seal_number, chain_hash = o.chain_hash from audit_auditevent o"
        " where e.seal_number in (4, 6) and o.seal_number = 10 - e.seal_number and o.tenant_id = e.tenant_id"
    )
    said, well = proof()
    assert not well
    assert "Audit trail: 3 sealed" in said
    assert "number 4 (row " in said
    assert "stands where another stood" in said


@pytest.mark.parametrize("is_sealed", [True, False])
def test_a_changed_detail_is_named(owner, cast, northgate, pupil, is_sealed):
    if not is_sealed:
        with acting_for(northgate, cast.manager):
            Pupil.objects.filter(pk=pupil.pk).update(preferred_name="Robin")
    owner.execute(
        'update audit_auditdetail set after = after || \'{"surname": "Other"}\' where event_id ='
        " (select max(id) from audit_auditevent where table_name = 'people_pupil')"
    )
    said, well = proof()
    assert not well
    assert "the details of " in said
    assert "were changed" in said


def test_erasing_a_persons_details_breaks_nothing(owner, pupil):
    owner.execute("delete from audit_auditdetail where table_name = 'people_pupil'")
    said, well = proof()
    assert well
    assert "the details of 1 erased" in said


def test_what_a_longer_transaction_adds_is_sealed_after_what_it_began_before(cast, northgate, owner, pupil):
    """Its row has a lower id than rows that are sealed already: it gets the next number."""
    owner.autocommit = False
    owner.execute("insert into audit_accessentry (tenant_id, page, categories, refused, reason, request_id)"
                  f" values ({northgate.pk}, 'slow', '', false, '', '')")  # fmt: skip
    with acting_for(northgate, cast.manager):
        AccessEntry.objects.bulk_create([AccessEntry(person_id=cast.manager.pk, page="quick")])
    seal_everywhere()
    owner.commit()
    owner.autocommit = True
    assert "Access log: 4 sealed, 1 not sealed yet; whole." in proof()[0]

    seal_everywhere()

    assert "Access log: 5 sealed, 0 not sealed yet; whole." in proof()[0]
    pages = owner.execute("select page from audit_accessentry order by seal_number desc limit 2").fetchall()
    assert pages == [("slow",), ("quick",)]


def test_two_seals_at_once_make_one_chain(cast, northgate, client_for, pupil):
    client_for(cast.dsl, northgate).get(f"/pupils/{pupil.public_id}/")
    assert at_once(lambda _: seal_everywhere(), [1, 2]) == [None, None]
    assert "Access log: 4 sealed, 0 not sealed yet; whole." in proof()[0]


def test_with_nothing_new_a_seal_seals_nothing(northgate, pupil):
    seal_everywhere()
    with acting_as_system(northgate):
        assert seal() == 0


def test_each_taskforce_has_a_chain_of_its_own(owner, northgate, southgate, pupil):
    seal_everywhere()
    owner.execute(f"update audit_auditevent set verb = 'x' where tenant_id = {southgate.pk} and seal_number = 1")
    assert proof("--taskforce", "northgate")[1]
    assert not proof("--taskforce", "southgate")[1]
    assert not proof()[1]


def test_nobody_of_the_taskforce_seals_or_changes_what_is_sealed(cast, northgate, pupil):
    refused = pytest.raises(DatabaseError, match=r"permission denied|row-level security")
    with acting_for(northgate, cast.manager), connection.cursor() as cursor:
        with refused, transaction.atomic():
            cursor.execute("select app.seal_audit()")
        with refused, transaction.atomic():
            AccessEntry.objects.bulk_create([AccessEntry(person_id=cast.manager.pk, page="x", seal_number=9)])
    with acting_as_system(northgate):
        with refused, transaction.atomic():
            AuditEvent.objects.update(verb="other")
        with refused, transaction.atomic():
            AccessEntry.objects.update(chain_hash=b"1")
