"""Whoever imports contacts has them matched with those that are held, and reads no more of them for it."""

import io

import pytest

from apst.imports.services import import_now
from apst.people import services
from apst.people.models import Contact, NhsNumber
from apst.tenancy.context import acting_as_system, acting_for
from tests.factories import make_pupil

CONTACTS = "local_id,name,relationship,address\nP7,Anna,Mother,2 New Street\n"
PUPILS = "local_id,surname,forename,date_of_birth,year_group,nhs_number\nP7,Gill,Amira,04/05/2012,9,9434765870\n"


@pytest.fixture
def amira(northgate):
    with acting_as_system(northgate):
        pupil = make_pupil(local_id="P7", surname="Gill", forename="Amira")
        NhsNumber.objects.create(pupil=pupil, number="9434765919")
        services.add_contact(
            pupil, name="Anna", relationship="Mother", address="14 Secret Lane", address_hidden=True, by=None
        )
    return pupil


def bring(northgate, cast, kind, text):
    told = []
    with acting_for(northgate, cast.coordinator):
        file = io.BytesIO(text.encode())
        import_now(file, kind=kind, file_name="a.csv", take_lines=told.extend, by=cast.coordinator.membership)
    return [line for line, _ in told]


def test_a_contact_is_matched_and_the_report_tells_no_address_that_was_held(northgate, cast, amira):
    lines = bring(northgate, cast, "contacts", CONTACTS)

    assert [(line.outcome, line.column, line.value, line.reason) for line in lines] == [
        ("change", "address", "2 New Street", "was “held”")
    ]
    with acting_as_system(northgate):
        assert list(Contact.objects.values_list("name", "address", "address_hidden")) == [
            ("Anna", "2 New Street", True)
        ]
    with acting_for(northgate, cast.coordinator):
        assert not Contact.objects.exists()


def test_new_contacts_of_a_file_are_on_no_page_of_whoever_brought_them(northgate, cast, amira, client_for):
    lines = bring(northgate, cast, "contacts", CONTACTS.replace("Anna", "Basia"))

    assert [line.outcome for line in lines] == ["add"]
    assert "Basia" not in client_for(cast.coordinator, northgate).get(f"/pupils/{amira.public_id}/").content.decode()
    assert "Basia" in client_for(cast.manager, northgate).get(f"/pupils/{amira.public_id}/").content.decode()


def test_the_report_tells_no_nhs_number_that_was_held(northgate, cast, amira):
    lines = bring(northgate, cast, "pupils", PUPILS)

    assert ("nhs_number", "was “held”") in [(line.column, line.reason) for line in lines]
    assert "9434765919" not in str(lines)
    with acting_as_system(northgate):
        assert NhsNumber.objects.get().number == "9434765870"
