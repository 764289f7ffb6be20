"""A pupil's record on the page: who sees it, what is hidden, how it is changed, and that each look is noted."""

import contextlib
import datetime as dt
import re

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from apst.audit.models import AccessEntryPupil, AuditDetail
from apst.people import services
from apst.people.exceptions import ChangedMeanwhile, KnownLocalId, MalformedNumber, WrongDate
from apst.people.models import Contact, NhsNumber, Pupil, PupilFact
from apst.people.queries import nhs_number_of
from apst.tenancy.context import acting_as_system, acting_for
from cases.models import Case, CaseAccess
from cases.services import grant
from tests.factories import make_case, make_pupil, make_referral

HIDDEN = "14 Secret Lane"


@pytest.fixture
def zoe(northgate, cast):
    """Zoë, with an open case at Riverside and a mother whose address is hidden."""
    with acting_as_system(northgate):
        pupil = services.record_pupil(
            local_id="Z1",
            surname="Dąbrowski",
            forename="Zoë",
            date_of_birth=dt.date(2012, 5, 4),
            upn="H801200001001",
            by=None,
        )
        make_case(pupil=pupil, site=northgate.riverside)
        services.add_contact(
            pupil,
            name="Anna",
            relationship="Mother",
            parental_responsibility=True,
            address=HIDDEN,
            address_hidden=True,
            by=None,
        )
    return pupil


def fields_of(pupil, **changes):
    day = pupil.date_of_birth
    held = {name: getattr(pupil, name) for name in ("forename", "surname", "local_id", "upn", "version", "year_offset")}
    return {
        **held,
        "date_of_birth-day": day.day,
        "date_of_birth-month": day.month,
        "date_of_birth-year": day.year,
        **changes,
    }


def test_the_page_shows_the_record_and_the_look_is_noted(zoe, cast, northgate, client_for):
    page = client_for(cast.manager, northgate).get(f"/pupils/{zoe.public_id}/")

    assert "Zoë Dąbrowski" in page.content.decode()
    assert "Dąbrowski" not in page.content.decode().partition("</title>")[0]
    with acting_for(northgate, cast.manager):
        look = AccessEntryPupil.objects.select_related("entry").get(pupil_id=zoe.pk)
    assert look.entry.page == "people:pupil-detail"
    assert look.entry.categories.split() == ["family", "identity", "send", "social_care"]
    again = client_for(cast.manager, northgate).get(f"/pupils/{zoe.public_id}/").content.decode()
    assert "Who has looked at this record" in again


@pytest.fixture
def referred(zoe, cast, northgate):
    """Zoë was referred by Tom of a mainstream school, who told of her aunt; there is a referral at Riverside too."""
    author = cast.school_staff.membership
    with acting_as_system(northgate):
        make_referral(pupil=zoe, made_by=author, site=northgate.riverside, state="allocated")
        NhsNumber.objects.create(pupil=zoe, number="9434765919")
        PupilFact.objects.create(pupil=zoe, kind="csc_status", value="cin", holds_from=dt.date(2026, 9, 1))
    with acting_for(northgate, cast.school_staff):
        services.change_fact(zoe, kind="fsm", value="yes", holds_from=dt.date(2026, 9, 1), by=author)
        services.add_contact(zoe, name="Basia", relationship="Aunt", phone="07700 900111", by=author)
    return zoe


def pages_of(pupil, client_for, northgate):
    return lambda person: client_for(person, northgate).get(f"/pupils/{pupil.public_id}/").content.decode()


def test_contacts_are_shown_to_those_who_see_the_case_and_to_whoever_recorded_them(
    referred, cast, northgate, client_for
):
    page = pages_of(referred, client_for, northgate)
    for person, seen in (
        (cast.manager, {"Anna", "Basia"}),
        (cast.dsl, {"Anna", "Basia"}),
        (cast.coordinator, set()),
        (cast.slt, set()),
        (cast.school_staff, {"Basia"}),
        (cast.riverside, set()),  # the referral is at their site; the case is not theirs yet
    ):
        with acting_for(northgate, person):
            assert {contact.name for contact in Contact.objects.all()} == seen, person.name
            told = AuditDetail.objects.filter(table_name="people_contact")
            assert told.filter(after__address=HIDDEN).exists() is ("Anna" in seen), person.name
        for name in ("Anna", "Basia", HIDDEN):
            assert (name in page(person)) is (name in seen or (name == HIDDEN and "Anna" in seen)), (person.name, name)
    with acting_as_system(northgate):
        grant(Case.objects.get(), cast.riverside, CaseAccess.Source.TEAM, by=None)
    assert HIDDEN in page(cast.riverside)


def test_what_somebody_else_changed_is_no_longer_its_first_authors(referred, cast, northgate):
    with acting_for(northgate, cast.manager):
        aunt = Contact.objects.get(name="Basia")
        services.change_contact(aunt, changes={"address": HIDDEN, "address_hidden": True}, by=cast.manager.membership)

    with acting_for(northgate, cast.school_staff):
        assert not Contact.objects.exists()


def test_nobody_makes_themselves_the_author_of_what_others_recorded(referred, cast, northgate):
    for person in (cast.coordinator, cast.school_staff, cast.slt):
        with acting_for(northgate, person), connection.cursor() as cursor:
            own = Contact.objects.count()
            with contextlib.suppress(DatabaseError), transaction.atomic():
                cursor.execute("update people_contact set recorded_by_id = %s", [person.membership.pk])
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(
                    "insert into people_contact (public_id, pupil_id, name, relationship, recorded_by_id, phone, email,"
                    " address, address_hidden, interpreter_language, court_order, priority)"
                    " values (gen_random_uuid(), %s, 'A', 'B', %s, '', '', '', false, '', '', 1)",
                    [referred.pk, cast.manager.membership.pk],
                )
            assert Contact.objects.count() == own


def test_the_nhs_number_is_told_to_those_who_see_a_case_of_the_pupil(referred, cast, northgate, client_for):
    page = pages_of(referred, client_for, northgate)

    for person in (cast.manager, cast.dsl, cast.specialist):
        assert "943 476 5919" in page(person), person.name
    for person in (cast.coordinator, cast.slt, cast.school_staff, cast.riverside):
        assert "943 476 5919" not in page(person), person.name
        assert "Told to those who see a case of the pupil" in page(person)
    address = f"/pupils/{referred.public_id}/change/"
    assert "9434765919" in client_for(cast.manager, northgate).get(address).content.decode()
    client = client_for(cast.coordinator, northgate)
    assert "9434765919" not in client.get(address).content.decode()
    assert client.post(address, fields_of(referred, nhs_number="", forename="Zosia")).status_code == 302
    with acting_as_system(northgate):
        referred.refresh_from_db()
        assert (referred.forename, nhs_number_of(referred)) == ("Zosia", "9434765919")


def test_the_database_itself_holds_the_nhs_number_back(referred, cast, northgate):
    """Whoever reads every column of every row that the database gives reads no number, nor that there is one."""
    for person, seen in (
        (cast.manager, 1), (cast.dsl, 1), (cast.specialist, 1),
        (cast.coordinator, 0), (cast.slt, 0), (cast.school_staff, 0), (cast.ig_lead, 0), (cast.riverside, 0),
    ):  # fmt: skip
        with acting_for(northgate, person), connection.cursor() as cursor:
            cursor.execute("select count(*) from people_nhsnumber")
            assert cursor.fetchone() == (seen,), person.name
            for table in ("people_pupil", "audit_auditdetail", "audit_auditevent"):
                cursor.execute(f"select count(*) from {table} x where x::text like '%%9434765919%%'")
                assert (cursor.fetchone()[0] > 0) == (seen == 1 and table == "audit_auditdetail"), (person.name, table)


def test_a_number_is_changed_and_removed_by_those_who_change_the_case(referred, cast, northgate, client_for):
    address = f"/pupils/{referred.public_id}/change/"
    client = client_for(cast.manager, northgate)

    assert client.post(address, fields_of(referred, nhs_number="943 476 5870")).status_code == 302
    with acting_as_system(northgate):
        assert nhs_number_of(referred) == "9434765870"
        referred.refresh_from_db()
    assert client.post(address, fields_of(referred, nhs_number="", version=referred.version)).status_code == 302
    with acting_as_system(northgate):
        assert nhs_number_of(referred) == ""


def test_whoever_only_made_the_referral_sees_what_they_recorded(referred, cast, northgate, client_for):
    page = pages_of(referred, client_for, northgate)

    assert "Child in need" in page(cast.manager)
    assert "Child in need" not in page(cast.school_staff)
    assert "1 September 2026" in page(cast.school_staff)
    assert "The taskforce keeps the rest" in page(cast.school_staff)
    with acting_for(northgate, cast.school_staff):
        assert [fact.kind for fact in PupilFact.objects.all()] == ["fsm"]


def test_the_coordinator_changes_the_contacts_that_they_recorded_and_reaches_no_other(zoe, cast, northgate, client_for):
    with acting_as_system(northgate):
        contact = Contact.objects.get(pupil=zoe)
    client = client_for(cast.coordinator, northgate)
    page = f"/pupils/{zoe.public_id}/"

    assert client.get(f"/contacts/{contact.public_id}/").status_code == 404
    said = {"name": "Basia", "relationship": "Aunt", "priority": 1}
    client.post(f"{page}contacts/new/", {**said, "address": "2 Side Street", "address_hidden": "on"})
    assert "Basia" in client.get(page).content.decode()
    assert "2 Side Street" not in client.get(page).content.decode()
    with acting_as_system(northgate):
        own = Contact.objects.get(name="Basia")
    client.post(f"/contacts/{own.public_id}/", {**said, "name": "Barbara", "address": ""})

    with acting_as_system(northgate):
        contact.refresh_from_db()
        own.refresh_from_db()
    assert (contact.name, contact.address, contact.address_hidden) == ("Anna", HIDDEN, True)
    assert (own.name, own.address, own.address_hidden) == ("Barbara", "2 Side Street", True)


def test_who_may_not_see_the_pupil_gets_404_and_who_sees_no_pupils_403(
    zoe, cast, northgate, southgate, omar, client_for
):
    address = f"/pupils/{zoe.public_id}/"

    assert client_for(cast.allocated, northgate).get(address).status_code == 404
    assert client_for(cast.school_staff, northgate).get(address).status_code == 404
    assert client_for(omar, southgate).get(address).status_code == 404
    assert client_for(cast.ig_lead, northgate).get("/search/").status_code == 403


def test_finding_forgives_spelling_accents_and_order(zoe, cast, northgate, client_for):
    client = client_for(cast.manager, northgate)

    for text in ("dabrow", "Zoe Dabrowski", "dąbrowski zoë", "H801200001001", "Z1", "Dombrovski"):
        found = "Zoë Dąbrowski" in client.post("/search/", {"q": text}).content.decode()
        assert found is (text != "Dombrovski"), text
    assert "No pupil found" in client.post("/search/", {"q": "zzz"}).content.decode()
    with acting_as_system(northgate):
        services.record_pupil(surname="Smyth", forename="Catherine", date_of_birth=dt.date(2011, 1, 1), by=None)
    assert "Catherine Smyth" in client.post("/search/", {"q": "Kathryn Smith"}).content.decode()


def test_finding_is_no_oracle(zoe, cast, northgate, southgate, omar, client_for):
    for person, taskforce in ((cast.allocated, northgate), (cast.school_staff, northgate), (omar, southgate)):
        client = client_for(person, taskforce)
        known, unknown = (client.post("/search/", {"q": text}).content.decode() for text in ("dabrowski", "nobody"))
        assert "Zoë" not in known
        assert "No pupil found" in known
        assert _without_tokens(known).replace("dabrowski", "") == _without_tokens(unknown).replace("nobody", "")


def _without_tokens(page):
    return re.sub(r'csrfmiddlewaretoken" value="\w+"|X-CSRFToken": "\w+"', "", page)


def test_finding_takes_as_many_queries_for_many_as_for_one(cast, northgate, client_for):
    client = client_for(cast.manager, northgate)
    client.post("/search/", {"q": "clarke"})

    counts = []
    for number in (1, 40):
        with acting_as_system(northgate):
            for _ in range(number):
                make_pupil(surname="Clarke", name_key="clarke a")
        with CaptureQueriesContext(connection) as queries:
            client.post("/search/", {"q": "clarke"})
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_identity_is_changed_and_a_wrong_check_letter_warns(zoe, cast, northgate, client_for):
    client = client_for(cast.manager, northgate)

    response = client.post(
        f"/pupils/{zoe.public_id}/change/", fields_of(zoe, surname="Nowak", upn="A801200001001"), follow=True
    )

    assert "where its digits ask for H" in response.content.decode()
    with acting_as_system(northgate):
        zoe.refresh_from_db()
    assert (zoe.surname, zoe.name_key, zoe.version) == ("Nowak", "nowak zoe", 2)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("upn", "12345", "The UPN must be"),
        ("nhs_number", "1234567890", "The NHS number must be"),
        ("date_of_birth-year", "2090", "must be today or in the past"),
        ("date_of_birth-year", "1912", "too long ago"),
        ("surname", "", "Enter surname"),
    ],
)
def test_bad_input_gets_a_sentence_and_changes_nothing(zoe, cast, northgate, client_for, field, value, says):
    response = client_for(cast.manager, northgate).post(
        f"/pupils/{zoe.public_id}/change/", fields_of(zoe, **{field: value})
    )

    assert response.status_code == 422
    assert says in response.content.decode()
    with acting_as_system(northgate):
        assert Pupil.objects.get(pk=zoe.pk).version == 1


def test_two_people_at_once_the_second_is_told(zoe, cast, northgate, client_for):
    client = client_for(cast.manager, northgate)
    client.post(f"/pupils/{zoe.public_id}/change/", fields_of(zoe, forename="Zosia"))

    response = client.post(f"/pupils/{zoe.public_id}/change/", fields_of(zoe, forename="Zora"))

    assert response.status_code == 409
    assert 'value="Zora"' in response.content.decode()


def test_a_fact_is_changed_from_a_day_or_corrected_on_the_page(zoe, cast, northgate, client_for):
    client = client_for(cast.manager, northgate)
    address = f"/pupils/{zoe.public_id}/facts/fsm/"

    client.post(address, {"value": "no", "holds_from": "2025-09-01"})
    client.post(address, {"value": "yes", "how": "change", "holds_from": "2026-03-01"})
    assert client.post(address, {"value": "no", "how": "change"}).status_code == 422
    client.post(address, {"value": "yes", "how": "correct", "entry": "2025-09-01"})

    with acting_as_system(northgate):
        held = [
            (f.value, f.holds_from.isoformat(), f.corrected_at is not None) for f in PupilFact.objects.order_by("pk")
        ]
    assert held == [("no", "2025-09-01", True), ("yes", "2026-03-01", False), ("yes", "2025-09-01", False)]
    assert "corrected" in client.get(f"/pupils/{zoe.public_id}/").content.decode()


def test_the_service_refuses_what_no_pupil_can_be(zoe, northgate, cast):
    with acting_for(northgate, cast.manager):
        who = {"surname": "A", "forename": "B", "by": None}
        with pytest.raises(WrongDate):
            services.record_pupil(**who, date_of_birth=localdate() + dt.timedelta(days=1))
        with pytest.raises(KnownLocalId):
            services.record_pupil(**who, date_of_birth=dt.date(2012, 1, 1), local_id="Z1")
        with pytest.raises(MalformedNumber):
            services.record_pupil(**who, date_of_birth=dt.date(2012, 1, 1), upn="nonsense")
        with pytest.raises(ChangedMeanwhile):
            services.change_pupil(zoe, version=9, changes={"forename": "X"}, by=None)
        assert Pupil.objects.count() == 1


def test_a_changed_name_is_kept_for_searching_where_the_form_says_so(zoe, cast, northgate, client_for):
    client = client_for(cast.manager, northgate)
    address = f"/pupils/{zoe.public_id}/"

    client.post(f"{address}change/", fields_of(zoe, surname="Nowak", keep_former="on"))

    assert "Former names: Zoë Dąbrowski" in client.get(address).content.decode()
    assert "Former names:" not in client_for(cast.coordinator, northgate).get(address).content.decode()
    page = client.get(f"{address}former-names/").content.decode()
    removed = client.post(re.search(r"/former-names/[\w-]+/remove/", page)[0], follow=True).content.decode()
    assert "The former name was removed" in removed
    assert "None is recorded" in removed
    client.post(f"{address}former-names/", {"forename": "Zoë", "surname": "Dąbrowski"})
    assert "found by a former name" in client.post("/search/", {"q": "dabrowski"}).content.decode()
