"""The access log: everything that was shown of anybody, for those who answer for it, without a pupil's name."""

import pytest

from apst.people.models import Pupil
from apst.tenancy.context import acting_as_system
from tests.factories import make_pupil

PAGE = "/settings/access-log/"


@pytest.fixture
def looked_at(cast, northgate, client_for) -> Pupil:
    """The manager opened a pupil's record; a senior leader asked for a page that is not theirs."""
    with acting_as_system(northgate):
        pupil = make_pupil(surname="Quillfeather")
    client_for(cast.manager, northgate).get(f"/pupils/{pupil.public_id}/")
    client_for(cast.slt, northgate).get("/imports/")
    return pupil


def test_the_information_governance_lead_reads_who_saw_what_and_no_name(cast, northgate, client_for, looked_at):
    page = client_for(cast.ig_lead, northgate).get(PAGE).content.decode()

    assert cast.manager.membership.name in page
    assert "Pupil detail" in page
    assert looked_at.surname not in page


def test_refusals_can_be_read_alone(cast, northgate, client_for, looked_at):
    page = client_for(cast.dsl, northgate).get(f"{PAGE}?refused=yes").content.decode()

    assert cast.slt.membership.name in page
    assert cast.manager.membership.name not in page


@pytest.mark.parametrize("role", ["specialist", "slt", "coordinator", "school_staff"])
def test_others_may_not_open_it(cast, northgate, client_for, role):
    assert client_for(getattr(cast, role), northgate).get(PAGE).status_code == 403


def test_the_number_of_queries_does_not_grow(cast, northgate, client_for, looked_at, django_assert_num_queries):
    client = client_for(cast.ig_lead, northgate)
    client.get(PAGE)
    with django_assert_num_queries(9):
        client.get(PAGE)
    for _ in range(5):
        client_for(cast.manager, northgate).get(f"/pupils/{looked_at.public_id}/")
    with django_assert_num_queries(9):
        client.get(PAGE)
