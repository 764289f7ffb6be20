"""The one search box: names however they are spelt, numbers and references; only what one may see; recents."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apst.people.finding import hits
from apst.people.models import PupilFormerName, PupilNameKey
from apst.people.services import change_pupil, drop_former_name, record_pupil
from cases.queries.search import recent, search
from cases.services import restrict
from tests.factories import make_case, make_pupil, make_referral, make_session
from tests.isolation import probes

BORN = dt.date(2012, 5, 4)


@pytest.fixture
def pupils(northgate, as_system):
    """Some of Northgate's pupils."""
    with as_system():
        people = {
            "shauna": {"forename": "Shauna", "surname": "O'Neill-Farrell", "preferred_name": "Sonny"},
            "kacper": {"forename": "Kacper", "surname": "Dąbrowski", "upn": "H801200001001", "local_id": "Z1"},
            "kasia": {"forename": "Katarzyna", "surname": "Dąbrowska"},
            "smyth": {"forename": "Catherine", "surname": "Smyth"},
        }
        return {key: record_pupil(date_of_birth=BORN, by=None, **said) for key, said in people.items()}


def names(found):
    return [result.pupil.full_name for result in found.results]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("oneill", ["Sonny O'Neill-Farrell"]),
        ("O’Neill", ["Sonny O'Neill-Farrell"]),
        ("farrell shauna", ["Sonny O'Neill-Farrell"]),
        ("oneillfarrell", ["Sonny O'Neill-Farrell"]),
        ("sonn", ["Sonny O'Neill-Farrell"]),
        ("dabrow kac", ["Kacper Dąbrowski"]),
        ("dabrowski", ["Kacper Dąbrowski", "Katarzyna Dąbrowska"]),
        ("Kathryn Smith", ["Catherine Smyth"]),
        ("Smtyh", ["Catherine Smyth"]),
        ("Dabrowksi", ["Kacper Dąbrowski", "Katarzyna Dąbrowska"]),
        ("h801200001001", ["Kacper Dąbrowski"]),
        ("Z1", ["Kacper Dąbrowski"]),
        ("zzz", []),
        ("Kacper Smyth", []),
        ("'", []),
    ],
)
def test_a_name_is_found_however_it_is_remembered(pupils, cast, acting, text, expected):
    with acting(cast.manager) as member:
        assert names(search(text, member)) == expected


def test_the_nearest_comes_first(pupils, cast, acting, as_system):
    with as_system():
        record_pupil(forename="Lee", surname="Smith", date_of_birth=BORN, by=None)
        record_pupil(forename="Lee", surname="Smithson", date_of_birth=BORN, by=None)
    with acting(cast.manager) as member:
        assert names(search("smith", member)) == ["Lee Smith", "Lee Smithson", "Catherine Smyth"]


def test_a_changed_name_still_finds_the_pupil_where_the_earlier_one_was_right(pupils, cast, acting):
    smyth = pupils["smyth"]
    with acting(cast.manager) as member:
        change_pupil(smyth, version=None, changes={"surname": "Okoro"}, keep_former=True, by=cast.manager.membership)
        found = search("smyth", member).results
        assert [(row.pupil.full_name, row.how) for row in found] == [("Catherine Okoro", "by a former name")]
        assert names(search("okoro", member)) == ["Catherine Okoro"]
        drop_former_name(PupilFormerName.objects.get(), by=cast.manager.membership)
        assert names(search("smyth", member)) == []


def test_a_name_that_was_written_wrongly_is_forgotten(pupils, cast, acting):
    with acting(cast.manager) as member:
        change_pupil(pupils["smyth"], version=None, changes={"surname": "Okoro"}, by=cast.manager.membership)
        assert names(search("smyth", member)) == []
        assert not PupilFormerName.objects.exists()


def test_references_lead_to_the_pupil_and_a_session_to_itself(northgate, cast, acting, as_system):
    with as_system():
        case = make_case(reference="C-12", pupil=make_pupil(forename="Ben", surname="Gill"))
        make_referral(reference="R-5", pupil=case.pupil)
        session = make_session(posts=[cast.specialist.post], places=[case.pupil])
    with acting(cast.manager) as member:
        assert [(row.pupil.pk, row.how) for row in search("c-12", member).results] == [(case.pupil_id, "by case C-12")]
        assert [row.how for row in search("R-5", member).results] == ["by referral R-5"]
        assert search(session.reference, member).sessions == [session]


def test_a_search_tells_nobody_of_what_they_may_not_see(cast, northgate, southgate, omar, case, acting, client_for):
    with acting(cast.manager):
        restrict(
            case, holders=[cast.dsl.membership, cast.specialist.membership], reason="x", by=cast.manager.membership
        )

    def said(person, text, taskforce=northgate):
        page = client_for(person, taskforce).post("/search/", {"q": text}).content.decode()
        return re.sub(r'csrfmiddlewaretoken" value="\w+"|X-CSRFToken": "\w+"', "", page).replace(text, "")

    assert "Amira" in said(cast.dsl, "ahmed")
    for person, taskforce in ((cast.manager, northgate), (cast.coordinator, northgate), (omar, southgate)):
        for known in ("ahmed", "Ahmde", case.reference):
            assert said(person, known, taskforce) == said(person, "nobody at all", taskforce)


def test_a_name_stands_in_no_address_and_no_title(cast, northgate, case, client_for):
    client = client_for(cast.manager, northgate)

    page = client.post("/search/", {"q": "ahmed"})

    assert "Amira Ahmed" in page.content.decode()
    assert "Ahmed" not in page.content.decode().partition("</title>")[0]
    assert "Ahmed" not in client.get("/search/?q=ahmed").content.decode()


def test_recents_are_the_pupils_whose_pages_one_opened(cast, northgate, case, acting, as_system, client_for):
    client = client_for(cast.specialist, northgate)
    with as_system():
        other = make_case(pupil=make_pupil(forename="Ben", surname="Gill"))
    client.get("/cases/")  # shows both, and nobody looked for them
    client.get(f"/cases/{case.public_id}/")
    client.get(f"/pupils/{other.pupil.public_id}/")

    page = client.get("/search/").content.decode()

    assert re.findall(r"Ben Gill|Amira Ahmed", page.partition("Looked at lately")[2])[0] == "Ben Gill"
    with acting(cast.specialist) as member:
        assert [row.pupil.pk for row in recent(member)] == [other.pupil_id, case.pupil_id]
    with acting(cast.coordinator) as member:
        assert recent(member) == []


def test_an_empty_search_says_what_to_enter(cast, northgate, client_for):
    page = client_for(cast.manager, northgate).post("/search/", {"q": "  "})

    assert page.status_code == 422
    assert "Enter a name, UPN, local id or reference" in page.content.decode()


def test_the_queries_are_as_many_for_forty_pupils_as_for_one(cast, northgate, as_system, acting):
    counts = []
    for number in (1, 40):
        with as_system():
            for _ in range(number):
                make_case(pupil=make_pupil(surname="Clarke", forename="Jo"))
        with acting(cast.riverside) as member, CaptureQueriesContext(connection) as queries:
            search("clarke", member)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_database_uses_the_index_of_name_parts_under_its_policies(
    transactional_db, cast, northgate, as_system, acting
):
    with as_system():
        pupil = make_pupil()
        PupilNameKey.objects.bulk_create(
            PupilNameKey(pupil=pupil, kind="former", key=f"k{n:05}", sound=f"S{n:05}") for n in range(4000)
        )
    with probes.superuser() as owner:
        owner.execute("analyze people_pupilnamekey")
    with connection.cursor() as cursor:
        for person in (cast.manager, cast.riverside):
            with acting(person), CaptureQueriesContext(connection) as queries:
                hits("k00017")
            asked = next(q["sql"] for q in queries if "people_pupilnamekey" in q["sql"])
            with acting(person):
                cursor.execute(f"explain {asked}")
                plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "people_namekey_key" in plan, plan
            assert re.search(r"Index Cond: .*key.*>= 'k00017'", plan), plan
