"""Grants on single cases: of one taskforce, by another person, to the second, and gone with the next statement."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm

from apst.tenancy.context import acting_as_system, acting_for
from cases.models import Case, CaseAccess
from tests.factories import make_case


@pytest.fixture
def case(northgate) -> Case:
    with acting_as_system(northgate):
        return make_case()


def grant(user, case, **fields) -> CaseAccess:
    return CaseAccess.objects.create(
        user=user, content_object=case, permission=Permission.objects.get(codename="view_case"), source="team", **fields
    )


def sees(taskforce, user, case) -> bool:
    with acting_for(taskforce, user):
        return Case.objects.filter(pk=case.pk).exists()


def test_a_grant_opens_the_case_and_its_end_closes_it_with_the_next_statement(cast, northgate, case):
    assert not sees(northgate, cast.allocated, case)
    with acting_as_system(northgate):
        given = grant(cast.allocated, case)
    assert sees(northgate, cast.allocated, case)
    with acting_as_system(northgate):
        given.delete()
    assert not sees(northgate, cast.allocated, case)


@pytest.mark.django_db(transaction=True)
def test_a_grant_runs_out_to_the_second(cast, northgate, case):
    with acting_as_system(northgate):
        given = grant(cast.allocated, case, expires_at=timezone.now() + dt.timedelta(seconds=60))
    assert sees(northgate, cast.allocated, case)
    with acting_as_system(northgate):
        CaseAccess.objects.filter(pk=given.pk).update(expires_at=timezone.now() - dt.timedelta(milliseconds=1))
    assert not sees(northgate, cast.allocated, case)


def test_a_grant_cannot_cross_to_another_taskforces_case(cast, northgate, southgate, case):
    with acting_as_system(southgate), pytest.raises(IntegrityError), transaction.atomic():
        grant(cast.allocated, case)


def test_nobody_gives_a_grant_to_themselves(cast, northgate, case):
    with (
        acting_for(northgate, cast.manager),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        grant(cast.manager, case)


def test_guardians_own_words_work_and_its_generic_tables_are_shut(cast, northgate, case):
    with acting_for(northgate, cast.manager):
        assign_perm("see_health", cast.allocated, case)
        CaseAccess.objects.filter(user=cast.allocated).update(source="grant")
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("select * from guardian_userobjectpermission")
        remove_perm("see_health", cast.allocated, case)
        assert not CaseAccess.objects.filter(user=cast.allocated).exists()


def test_a_holder_of_a_restricted_case_sees_it_and_the_manager_does_not(cast, northgate):
    with acting_as_system(northgate):
        case = make_case(restricted=True)
        grant(cast.dsl, case)
    assert sees(northgate, cast.dsl, case)
    assert not sees(northgate, cast.manager, case)
