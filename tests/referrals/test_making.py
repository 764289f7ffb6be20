"""Referring a pupil: three steps, check, send; and the one-minute referral."""

import datetime as dt
import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from apst.accounts.models import Draft
from apst.audit.models import AccessEntry, AccessEntryPupil
from apst.people.models import Pupil
from apst.tenancy.context import acting_as_system, acting_for
from referrals.models import Referral, StrategyTried
from tests.factories import make_referral

from .conftest import NOOR, VIEWS, WHY


def searching(name):
    return {"search": "yes", "q": name}


def fill(client, pupil=NOOR, why=WHY, views=VIEWS):
    return [
        client.post("/referrals/new/", pupil),
        client.post("/referrals/new/why/", why),
        client.post("/referrals/new/views/", views),
    ]


def test_a_teacher_refers_a_pupil_in_three_steps(northgate, cast, client_for):
    client = client_for(cast.school_staff, northgate)

    steps = [response["Location"] for response in fill(client)]
    page = client.get("/referrals/new/check/")
    sent = client.post("/referrals/new/check/", {"submission_key": str(uuid.uuid4())}, follow=True)

    assert steps == ["/referrals/new/why/", "/referrals/new/views/", "/referrals/new/check/"]
    for said in (
        "Noor",
        "27 March 2012",
        "SEN support",
        "Mainstream school",
        "Low attendance",
        "I like art.",
        "Mentor",
    ):
        assert said in page.content.decode()
    assert "S-1" in sent.content.decode()
    with acting_as_system(northgate):
        referral = Referral.objects.get()
        assert (referral.source, referral.route, referral.reasons) == (
            "mainstream_school",
            "form",
            ["attendance", "transition"],
        )
        assert (referral.pupil.forename, referral.made_by) == ("Noor", cast.school_staff.membership)
        assert StrategyTried.objects.get().effect == "Calmer on those days"
        assert not Draft.objects.exists()


def test_nothing_is_recorded_before_it_is_sent_and_what_was_typed_comes_back(northgate, cast, client_for):
    fill(client_for(cast.school_staff, northgate))

    again = client_for(cast.school_staff, northgate)

    assert 'value="Noor"' in again.get("/referrals/new/").content.decode()
    assert "In school two days a week." in again.get("/referrals/new/why/").content.decode()
    assert "I like art." in again.get("/referrals/new/views/").content.decode()
    with acting_as_system(northgate):
        assert (Referral.objects.count(), Pupil.objects.count()) == (0, 0)


def test_a_step_is_resumed_from_what_the_page_saved_by_itself(northgate, cast, client_for):
    with acting_for(northgate, cast.school_staff) as member:
        Draft.objects.create(person_id=member.person_id, form="referral-new", payload={**NOOR, "surname": "Half-typ"})

    page = client_for(cast.school_staff, northgate).get("/referrals/new/").content.decode()

    assert 'value="Half-typ"' in page
    assert "There is a problem" not in page


def test_one_persons_draft_is_nobody_elses(northgate, cast, client_for):
    fill(client_for(cast.school_staff, northgate))

    assert "Noor" not in client_for(cast.manager, northgate).get("/referrals/new/").content.decode()


def test_start_again_forgets_every_step(northgate, cast, client_for):
    client = client_for(cast.school_staff, northgate)
    fill(client)

    client.post("/referrals/new/discard/")

    assert "Noor" not in client.get("/referrals/new/").content.decode()
    with acting_as_system(northgate):
        assert not Draft.objects.exists()


def test_sending_twice_makes_one_referral(northgate, cast, client_for):
    client = client_for(cast.school_staff, northgate)
    fill(client)
    key = {"submission_key": str(uuid.uuid4())}

    first, second = client.post("/referrals/new/check/", key), client.post("/referrals/new/check/", key)

    assert first["Location"] == second["Location"]
    with acting_as_system(northgate):
        assert (Referral.objects.count(), Pupil.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"forename": ""}, "Enter first name"),
        ({"date_of_birth-day": "31", "date_of_birth-month": "2"}, "Date of birth must be a real date"),
        ({"date_of_birth-year": "1962"}, "Date of birth must be that of a child or young person"),
        ({"date_of_birth-year": "12"}, "Date of birth must have a year of 4 numbers"),
        ({"upn": "H80120000100"}, "The UPN must be a letter and 12 digits"),
        ({"contact_phone": "0113 496 0000"}, "Enter the parent or carer&#x27;s name"),
    ],
)
def test_what_cannot_be_is_said_in_plain_words_and_what_was_typed_stays(northgate, cast, client_for, wrong, sentence):
    response = client_for(cast.school_staff, northgate).post("/referrals/new/", {**NOOR, **wrong})

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert 'value="Haddad"' in response.content.decode()


def test_a_child_born_tomorrow_is_refused(northgate, cast, client_for):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    born = {
        "date_of_birth-day": tomorrow.day,
        "date_of_birth-month": tomorrow.month,
        "date_of_birth-year": tomorrow.year,
    }

    response = client_for(cast.school_staff, northgate).post("/referrals/new/", {**NOOR, **born})

    assert "Date of birth must be today or in the past" in response.content.decode()


def test_a_wrong_check_letter_warns_and_does_not_stop(northgate, cast, client_for):
    client = client_for(cast.school_staff, northgate)
    fill(client, pupil={**NOOR, "upn": "A801200001001"})

    assert "The first letter of the UPN is A" in client.get("/referrals/new/check/").content.decode()
    client.post("/referrals/new/check/", {"submission_key": str(uuid.uuid4())})
    with acting_as_system(northgate):
        assert Pupil.objects.get().upn == "A801200001001"


def test_a_referral_received_tomorrow_is_refused(northgate, cast, client_for):
    tomorrow = (timezone.localdate() + dt.timedelta(days=1)).isoformat()

    response = client_for(cast.manager, northgate).post(
        "/referrals/new/why/", {**WHY, "route": "form", "received_on": tomorrow}
    )

    assert "Date the referral was received must be today or in the past" in response.content.decode()


def test_a_mainstream_school_says_what_it_has_tried_in_as_many_rows_as_it_wants(northgate, cast, client_for):
    client = client_for(cast.school_staff, northgate)
    nothing = dict.fromkeys(VIEWS, "")
    client.post("/referrals/new/", NOOR)
    client.post("/referrals/new/why/", WHY)

    refused = client.post("/referrals/new/views/", nothing).content.decode()
    more = client.post("/referrals/new/views/", {**VIEWS, "add": "yes"}).content.decode()

    assert "Enter at least one thing that the school has tried" in refused
    assert 'name="what_3"' in more
    assert 'value="Mentor"' in more
    assert 'name="what_1"' not in _views_page_of(client, source="family")


def _views_page_of(client, *, source):
    client.post("/referrals/new/why/", {**WHY, "source": source})
    return client.get("/referrals/new/views/").content.decode()


def test_a_step_left_out_is_asked_before_anything_is_sent(northgate, cast, client_for):
    client = client_for(cast.school_staff, northgate)
    client.post("/referrals/new/", NOOR)

    response = client.post("/referrals/new/check/", {"submission_key": str(uuid.uuid4())})

    assert response["Location"] == "/referrals/new/why/?wrong=1"
    with acting_as_system(northgate):
        assert not Referral.objects.exists()


@pytest.mark.parametrize(
    ("known", "named"),
    [
        ({"forename": "Nour", "surname": "Hadad", "date_of_birth": dt.date(2012, 3, 27)}, {}),
        ({"forename": "Haddad", "surname": "Noor", "date_of_birth": dt.date(2012, 3, 27)}, {}),
        ({"forename": "Alex", "surname": "Other", "upn": "H801200001001"}, {"upn": "h801200001001"}),
    ],
)
def test_somebody_who_is_likely_known_already_interrupts(northgate, cast, client_for, pupil_named, known, named):
    pupil = pupil_named(**known)
    client = client_for(cast.manager, northgate)

    stopped = client.post("/referrals/new/", {**NOOR, **named})
    page = client.get("/referrals/new/same/").content.decode()
    client.post("/referrals/new/same/", {"known": str(pupil.public_id)})
    client.post("/referrals/new/why/", {**WHY, "source": "family", "route": "form", "received_on": "2026-11-16"})
    client.post("/referrals/new/views/", VIEWS)
    client.post("/referrals/new/check/", {"submission_key": str(uuid.uuid4())})

    assert stopped["Location"] == "/referrals/new/same/"
    assert pupil.full_name in page
    with acting_as_system(northgate):
        assert Referral.objects.get().pupil == pupil
        assert Pupil.objects.count() == 1


def test_another_child_of_the_same_name_is_referred_when_it_is_said(northgate, cast, client_for, pupil_named):
    pupil_named("Noor", "Haddad", date_of_birth=dt.date(2012, 3, 27))
    client = client_for(cast.manager, northgate)

    client.post("/referrals/new/", NOOR)
    client.post("/referrals/new/same/", {})
    client.post("/referrals/new/why/", {**WHY, "source": "family", "route": "form", "received_on": "2026-11-16"})
    client.post("/referrals/new/views/", VIEWS)
    client.post("/referrals/new/check/", {"submission_key": str(uuid.uuid4())})

    with acting_as_system(northgate):
        assert Pupil.objects.count() == 2


def test_a_teacher_learns_nothing_of_pupils_they_may_not_see(northgate, cast, client_for, pupil_named):
    pupil_named("Noor", "Haddad", date_of_birth=dt.date(2012, 3, 27), upn="H801200001001")
    client = client_for(cast.school_staff, northgate)

    response = client.post("/referrals/new/", {**NOOR, "upn": "H801200001001"})

    assert response["Location"] == "/referrals/new/why/"
    assert 'name="known"' not in client.post("/referrals/new/", searching("Haddad")).content.decode()


def test_a_known_pupil_is_found_and_chosen(northgate, cast, client_for, pupil_named):
    pupil = pupil_named("Noor", "Haddad")
    client = client_for(cast.manager, northgate)

    assert str(pupil.public_id) in client.post("/referrals/new/", searching("hadad")).content.decode()
    assert client.post("/referrals/new/", {"known": str(pupil.public_id)})["Location"] == "/referrals/new/why/"
    with acting_as_system(northgate):
        shown = AccessEntryPupil.objects.values_list("entry__page", "pupil_id")
        assert list(shown) == [("referrals:referral-new", pupil.pk)]


@pytest.mark.parametrize("address", ["/referrals/new/", "/referrals/new/quick/"])
def test_a_name_that_is_looked_for_is_in_no_address_and_nothing_is_kept(
    northgate, cast, client_for, pupil_named, address
):
    pupil = pupil_named("Noor", "Haddad")
    client = client_for(cast.manager, northgate)

    page = client.post(address, searching("Haddad")).content.decode()
    unknown = client.post(address, searching("Nobodee")).content.decode()
    by_hand = client.get(f"{address}?q=Haddad").content.decode()

    assert str(pupil.public_id) in page
    assert 'value="Haddad"' in page
    assert "Nobody of that name" in unknown
    assert not [found for found in re.findall(r'(?:href|action|hx-get)="([^"]*)"', page) if "addad" in found]
    assert "Haddad" not in by_hand
    assert str(pupil.public_id) not in by_hand
    with acting_as_system(northgate):
        assert not Draft.objects.exists()


@pytest.mark.parametrize("address", ["/referrals/new/", "/referrals/new/quick/", "/cases/", "/search/"])
def test_signing_in_again_leads_to_no_name(northgate, cast, client_for, address):
    typed = {**searching("Haddad"), "taskforce": str(northgate.public_id)}
    page = client_for(cast.manager, northgate).post(address, typed).content.decode()
    late = client_for(cast.manager, northgate)
    session = late.session
    session["seen_at"] = 1
    session.save()

    assert len(re.findall(r'<form[^>]*method="post"[^>]*role="search"', page)) == page.count('role="search"') > 0
    assert not re.search(r'<form[^>]*method="get"(?:(?!</form>).)*type="(?:text|search)"', page, re.DOTALL)
    assert "timed_out=1" in page
    assert not [found for found in re.findall(r'"[^"]*next=[^"]*"', page) if "addad" in found]
    for client in (late, Client()):
        assert client.post(address, typed)["Location"].endswith(("?next=/", f"?next={address}"))


def test_a_pupil_of_another_taskforce_cannot_be_named(northgate, southgate, cast, client_for, pupil_named):
    with acting_as_system(southgate):
        stranger = make_referral().pupil
    client = client_for(cast.manager, northgate)

    assert client.post("/referrals/new/", {"known": str(stranger.public_id)})["Location"] == "/referrals/new/"
    quick = {**QUICK, "pupil": str(stranger.public_id), "offered": str(stranger.public_id)}
    assert client.post("/referrals/new/quick/", quick).status_code == 200
    with acting_as_system(northgate):
        assert not Referral.objects.exists()


QUICK = {
    "route": "conversation",
    "source": "ap_school_staff",
    "reasons": ["mental_health"],
    "summary": "Tearful since Monday.",
}


def test_a_conversation_in_the_corridor_is_a_referral_in_one_page(northgate, cast, client_for, pupil_named):
    pupil = pupil_named("Noor", "Haddad")
    client = client_for(cast.riverside, northgate)
    with acting_as_system(northgate):
        make_referral(pupil=pupil, site=northgate.riverside)
    found = client.post("/referrals/new/quick/", searching("noor")).content.decode()

    client.post(
        "/referrals/new/quick/",
        {
            **QUICK,
            "offered": str(pupil.public_id),
            "pupil": str(pupil.public_id),
            "site": str(northgate.riverside.public_id),
            "submission_key": str(uuid.uuid4()),
        },
    )

    assert "Noor Haddad" in found
    with acting_as_system(northgate):
        referral = Referral.objects.get(route="conversation")
        assert (referral.pupil, referral.site, referral.made_by) == (
            pupil,
            northgate.riverside,
            cast.riverside.membership,
        )
        assert referral.received_on == timezone.localdate()


def test_the_quick_referral_asks_about_somebody_who_is_likely_known(northgate, cast, client_for, pupil_named):
    pupil = pupil_named("Nour", "Hadad", date_of_birth=dt.date(2012, 3, 27))
    client = client_for(cast.manager, northgate)
    new = {
        **QUICK,
        "forename": "Noor",
        "surname": "Haddad",
        "date_of_birth": "2012-03-27",
        "submission_key": str(uuid.uuid4()),
    }

    asked = client.post("/referrals/new/quick/", new).content.decode()
    client.post("/referrals/new/quick/", {**new, "offered": str(pupil.public_id), "pupil": "new"})

    assert "A pupil like this is recorded already" in asked
    assert str(pupil.public_id) in asked
    with acting_as_system(northgate):
        assert Referral.objects.get().pupil.forename == "Noor"


def test_the_quick_referral_says_what_is_missing(northgate, cast, client_for):
    page = client_for(cast.coordinator, northgate).post("/referrals/new/quick/", {}).content.decode()

    for sentence in ("first name", "last name", "date of birth", "How did it come?", "Who raised it?", "Why?"):
        assert sentence in page
    with acting_as_system(northgate):
        assert not Referral.objects.exists()


@pytest.mark.parametrize("role", ["school_staff", "slt", "dsl", "ig_lead"])
def test_the_quick_referral_is_for_those_who_work_in_the_taskforce(northgate, cast, client_for, role):
    assert client_for(getattr(cast, role), northgate).get("/referrals/new/quick/").status_code == 403


def test_the_ig_lead_makes_no_referral(northgate, cast, client_for):
    assert client_for(cast.ig_lead, northgate).get("/referrals/new/").status_code == 403
    with acting_as_system(northgate):
        assert AccessEntry.objects.get().refused
