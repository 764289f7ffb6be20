"""Each term a manager confirms who still works here; who is not confirmed lapses, and is back with one confirmation."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import ProgrammingError
from django.urls import reverse

from apst.accounts.models import Membership
from apst.accounts.queries import access_review, lapsed_of, taskforces_of
from apst.accounts.services import confirm_access
from apst.tenancy.context import acting_as_system, acting_for
from apst.tenancy.models import Taskforce
from tests.conftest import make_member

BEGAN = dt.date(2026, 9, 2)  # the autumn term of the calendar; with the tests' day in November its 21 days are over


@pytest.fixture
def reviewing(northgate, cast):
    """Northgate has reviewed access since before the autumn term began."""
    with acting_as_system(northgate, durable=False):
        Taskforce.objects.filter(pk=northgate.pk).update(confirm_from=dt.date(2026, 7, 1))
    return northgate


def enters(taskforce, person) -> bool:
    try:
        with acting_for(taskforce, person, durable=False):
            return True
    except ProgrammingError:
        return False


def test_who_is_not_confirmed_lapses_and_one_confirmation_brings_them_back(reviewing, cast, client_for):
    assert (enters(reviewing, cast.specialist), enters(reviewing, cast.slt)) == (False, False)
    assert (taskforces_of(cast.specialist.pk), lapsed_of(cast.specialist.pk)) == ([], [reviewing.name])
    assert "has lapsed" in client_for(cast.specialist, reviewing).get("/", follow=True).content.decode()

    # The only manager is not locked out: nobody's neglect locks a whole taskforce out.
    page, manager = reverse("people:access-review"), client_for(cast.manager, reviewing)
    assert "9 not confirmed yet" in manager.get(page).content.decode()
    assert "People whose access lapses" in manager.get("/").content.decode()
    chosen = [cast.specialist.membership.public_id, cast.manager.membership.public_id]
    manager.post(page, {"member": chosen, "taskforce": reviewing.public_id})

    assert (enters(reviewing, cast.specialist), enters(reviewing, cast.dsl)) == (True, False)
    with acting_for(reviewing, cast.manager, durable=False):
        assert Membership.objects.get(pk=cast.manager.membership.pk).confirmed_on is None  # nobody confirms themselves
    call_command("confirm_access", taskforce=reviewing.slug, email=cast.dsl.email)
    assert enters(reviewing, cast.dsl)
    assert client_for(cast.dsl, reviewing).get(page).status_code == 403


def test_a_manager_lapses_where_another_is_confirmed_and_a_senior_leader_brings_them_back(reviewing, cast):
    second = make_member(reviewing, "manager", "deputy@northgate.example", "Dev Patel")
    call_command("confirm_access", taskforce=reviewing.slug, email=second.email)
    assert (enters(reviewing, cast.manager), enters(reviewing, second)) == (False, True)

    with acting_for(reviewing, second, durable=False):
        assert confirm_access([cast.slt.membership], by=second.membership) == 1
    with acting_for(reviewing, cast.slt, durable=False):
        # Of the others a senior leader confirms nobody.
        assert confirm_access([cast.manager.membership, cast.specialist.membership], by=cast.slt.membership) == 1
    assert (enters(reviewing, cast.manager), enters(reviewing, cast.specialist)) == (True, False)


def test_a_taskforce_that_came_during_a_term_reviews_from_the_next(northgate, cast):
    with acting_for(northgate, cast.manager, durable=False):
        assert access_review() == []
    assert enters(northgate, cast.specialist)
