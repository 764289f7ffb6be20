"""The access log: everything that was shown of anybody, for those who answer for it, without a pupil's name."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apst.accounts.looks import SIGNS, Wanted, looks
from apst.accounts.models import Membership
from apst.audit.models import AccessEntry
from apst.people.models import Pupil
from apst.tenancy.context import acting_as_system, acting_for
from cases.models import Case
from tests.factories import make_case, make_pupil

PAGE = "/settings/access-log/"


@pytest.fixture
def looked_at(cast, northgate, client_for) -> Pupil:
    """The manager opened a pupil's record; a senior leader asked for a page that is not theirs."""
    with acting_as_system(northgate):
        pupil = make_pupil(surname="Quillfeather")
    client_for(cast.manager, northgate).get(f"/pupils/{pupil.public_id}/")
    client_for(cast.slt, northgate).get("/imports/")
    return pupil


@pytest.fixture
def case(cast, northgate) -> Case:
    """A case that nobody works on yet."""
    with acting_as_system(northgate):
        return make_case(pupil=make_pupil(surname="Okafor"))


def entry_of(northgate, person, case, *, at: str, pupils=()) -> None:
    """Somebody looked at a moment; the system writes it, since nobody else may say when."""
    with acting_as_system(northgate):
        entry = AccessEntry.objects.create(
            person_id=person.pk, page="cases:case-detail", categories="identity", at=dt.datetime.fromisoformat(at)
        )
        entry.pupils.bulk_create([entry.pupils.model(entry=entry, pupil_id=pk) for pk in (pupils or [case.pupil_id])])


def test_the_information_governance_lead_reads_who_saw_what_and_no_name(cast, northgate, client_for, looked_at):
    page = client_for(cast.ig_lead, northgate).get(PAGE).content.decode()

    assert cast.manager.membership.name in page
    assert "Pupil detail" in page
    assert looked_at.surname not in page


def test_refusals_can_be_read_alone(cast, northgate, client_for, looked_at):
    page = client_for(cast.dsl, northgate).get(f"{PAGE}?refused=on").content.decode().partition('id="results"')[2]

    assert cast.slt.membership.name in page
    assert cast.manager.membership.name not in page


def test_a_specialist_reads_what_they_looked_at_and_nobody_elses(cast, northgate, client_for, looked_at):
    client = client_for(cast.specialist, northgate)
    client.get(f"/pupils/{looked_at.public_id}/")
    page = client.get(PAGE).content.decode()

    assert "What you looked at" in page
    assert "Pupil detail" in page
    assert cast.manager.membership.name not in page
    assert "Who looked at one child" not in page


@pytest.mark.parametrize("role", ["slt", "coordinator", "school_staff"])
def test_others_may_not_open_it(cast, northgate, client_for, role):
    assert client_for(getattr(cast, role), northgate).get(PAGE).status_code == 403


@pytest.mark.parametrize("role", ["manager", "dsl", "ig_lead"])
def test_who_looked_at_one_child_is_found_by_the_reference_of_the_case(cast, northgate, client_for, case, role):
    client_for(cast.specialist, northgate).get(f"/cases/{case.public_id}/")
    client = client_for(getattr(cast, role), northgate)

    answer = client.post(
        f"{PAGE}find/", {"reference": f" {case.reference.lower()} ", "taskforce": northgate.public_id}, follow=True
    )

    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"{PAGE}{case.public_id}/"
    assert cast.specialist.membership.name in page
    assert "Case detail" in page
    assert "Has the pupil’s surname" in page  # Sam Okafor looked at a child called Okafor


def test_a_refusal_stands_on_the_childs_record_too(cast, northgate, client_for, case):
    assert client_for(cast.slt, northgate).get(f"/cases/{case.public_id}/close/").status_code in (200, 403)
    assert client_for(cast.slt, northgate).get(f"/cases/{case.public_id}/sessions/").status_code == 403
    page = client_for(cast.manager, northgate).get(f"{PAGE}{case.public_id}/?refused=on").content.decode()
    results = page.partition('id="results"')[2]
    assert "Refused" in results
    assert cast.slt.membership.name in results


def test_only_those_who_answer_for_it_ask_who_looked(cast, northgate, southgate, omar, client_for, case):
    for person in (cast.specialist, cast.slt, cast.coordinator, cast.school_staff):
        assert client_for(person, northgate).get(f"{PAGE}{case.public_id}/").status_code == 403
        assert client_for(person, northgate).get(f"{PAGE}{case.public_id}.csv").status_code == 403
    assert client_for(omar, southgate).get(f"{PAGE}{case.public_id}/").status_code == 404


def test_of_a_restricted_case_only_its_holders_ask(cast, northgate, client_for, case):
    with acting_as_system(northgate):
        Case.objects.filter(pk=case.pk).update(restricted=True)
    for person in (cast.manager, cast.dsl, cast.ig_lead):
        assert client_for(person, northgate).get(f"{PAGE}{case.public_id}/").status_code == 404


def test_filters_leave_a_person_a_kind_and_days(cast, northgate, client_for, case):
    entry_of(northgate, cast.specialist, case, at="2026-11-02T10:00Z")
    entry_of(northgate, cast.dsl, case, at="2026-11-04T10:00Z")
    client = client_for(cast.manager, northgate)

    def results(query: str) -> str:
        return client.get(f"{PAGE}{case.public_id}/?{query}").content.decode().partition('id="results"')[2]

    sam, dana = cast.specialist.membership.name, cast.dsl.membership.name
    assert sam in results("")
    assert (
        sam in results("first=2026-11-03&last=2026-11-04"),
        dana in results("first=2026-11-04&last=2026-11-04"),
    ) == (
        False,
        True,
    )
    only = results(f"person={_public_id(northgate, cast.specialist)}")
    assert (sam in only, dana in only) == (True, False)
    assert sam in results("category=identity")
    assert sam not in results("category=health")


def _public_id(northgate, person) -> str:
    with acting_as_system(northgate):
        return str(Membership.objects.get(user_id=person.pk).public_id)


def signs(northgate, by, case) -> dict[str, int]:
    """How often each sign is said of the looks at a case."""

    with acting_for(northgate, by):
        said = [
            sign for look in looks(Wanted(pupil=case.pupil_id), before=None, flagged=True).rows for sign in look.signs
        ]
    return {code: said.count(words) for code, words in SIGNS.items() if words in said}


def test_out_of_hours_is_before_seven_after_nineteen_and_the_weekend(cast, northgate, case):
    for moment in ("2026-11-02T06:59Z", "2026-11-02T19:00Z", "2026-11-01T12:00Z"):  # the last is a Sunday
        entry_of(northgate, cast.manager, case, at=moment)
    for moment in ("2026-11-02T07:00Z", "2026-11-02T18:59Z"):
        entry_of(northgate, cast.manager, case, at=moment)
    assert signs(northgate, cast.ig_lead, case) == {"hours": 3}


def test_a_specialist_without_a_part_in_the_case_is_asked_and_one_of_its_team_is_not(cast, northgate, case):
    entry_of(northgate, cast.allocated, case, at="2026-11-02T10:00Z")
    assert signs(northgate, cast.ig_lead, case) == {"stranger": 1}
    with acting_as_system(northgate):
        case.team.create(post=cast.allocated.post, part="direct", starts_on=dt.date(2026, 11, 2))
    assert signs(northgate, cast.ig_lead, case) == {}


def test_a_part_that_began_after_the_look_is_none(cast, northgate, case):
    entry_of(northgate, cast.allocated, case, at="2026-11-02T10:00Z")
    with acting_as_system(northgate):
        case.team.create(post=cast.allocated.post, part="direct", starts_on=dt.date(2026, 11, 3))
    assert signs(northgate, cast.ig_lead, case) == {"stranger": 1}


def test_many_records_in_a_row_are_counted_by_child_and_a_list_is_none(cast, northgate, case, settings):
    settings.LOOKS_MANY_PUPILS = 4
    with acting_as_system(northgate):
        others = [make_pupil().pk for _ in range(3)]
    for number, pk in enumerate(others[:2]):
        entry_of(northgate, cast.manager, case, at=f"2026-11-02T10:0{number}Z", pupils=[pk])
    entry_of(northgate, cast.manager, case, at="2026-11-02T10:03Z", pupils=[*others, case.pupil_id])  # a list
    entry_of(northgate, cast.manager, case, at="2026-11-02T10:04Z")
    assert signs(northgate, cast.ig_lead, case) == {}

    entry_of(northgate, cast.manager, case, at="2026-11-02T10:05Z", pupils=others[2:])
    entry_of(northgate, cast.manager, case, at="2026-11-02T10:06Z")
    assert signs(northgate, cast.ig_lead, case) == {"many": 1}


def test_looks_to_ask_about_are_those_alone(cast, northgate, client_for, case):
    entry_of(northgate, cast.manager, case, at="2026-11-02T10:00Z")
    entry_of(northgate, cast.dsl, case, at="2026-11-02T23:00Z")
    for person in (cast.manager, cast.ig_lead):
        page = client_for(person, northgate).get(f"{PAGE}?ask=on").content.decode().partition('id="results"')[2]
        assert cast.dsl.membership.name in page
        assert "Outside working hours" in page
        assert cast.manager.membership.name not in page


def test_the_file_holds_the_same_looks_and_no_formula(cast, northgate, client_for, case):
    with acting_as_system(northgate):
        Membership.objects.filter(user_id=cast.dsl.pk).update(name="=cmd()")
    entry_of(northgate, cast.dsl, case, at="2026-11-02T10:00Z")
    answer = client_for(cast.ig_lead, northgate).get(f"{PAGE}{case.public_id}.csv?first=2026-11-01")

    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "when,who,from,page,refused,what_of,reason,pupils_shown,to_ask_about"
    assert lines[1].startswith("2026-11-02 10:00:00,'=cmd(),,Case detail,no,")
    assert len(lines) == 2
    assert case.reference not in answer.headers["Content-Disposition"]


def test_pages_follow_each_other_without_a_gap(cast, northgate, client_for, case):
    for minute in range(51):
        entry_of(northgate, cast.manager, case, at=f"2026-11-02T10:{minute:02}Z")
    client = client_for(cast.ig_lead, northgate)
    page = client.get(f"{PAGE}{case.public_id}/?category=identity").content.decode()
    assert "10:00" not in page.partition('id="results"')[2]
    following = page.partition("?category=identity&amp;before=")[2].partition('"')[0]
    assert "10:00" in client.get(f"{PAGE}{case.public_id}/?category=identity&before={following}").content.decode()


@pytest.mark.parametrize("query", ["", "?ask=on"])
def test_the_number_of_queries_does_not_grow(cast, northgate, client_for, case, query, django_assert_num_queries):

    client = client_for(cast.ig_lead, northgate)
    entry_of(northgate, cast.manager, case, at="2026-11-02T23:00Z")
    client.get(PAGE + query)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE + query)
    for _ in range(5):
        entry_of(northgate, cast.specialist, case, at="2026-11-02T23:00Z")
    with django_assert_num_queries(len(few)):
        client.get(PAGE + query)
    assert len(few) <= 12
