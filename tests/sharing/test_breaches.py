"""A data breach, from the line in which a coordinator reports it to what was learnt."""

import datetime as dt
import uuid

import pytest
from django.core import mail
from django.db import ProgrammingError
from django.utils.timezone import localdate, now

from apst.notices.kinds import lines_of
from apst.tenancy.context import acting_for
from sharing import services
from sharing.exceptions import CaseNotThere, ChangedMeanwhile, NotDecided, TextMissing
from sharing.models import Breach, BreachStep
from tests.factories import make_case

WRONG = "A plan went to another family’s address"


def breach_of(taskforce, person, **act):
    """Northgate is open as a person."""
    return acting_for(taskforce, person, durable=False)


@pytest.fixture
def reported(cast, northgate):
    """Carol, the coordinator, has reported a breach."""
    with breach_of(northgate, cast.coordinator):
        return services.report_breach(WRONG, by=cast.coordinator.membership)


def known(**said):
    return {"aware_at": now(), "happened_on": localdate(), "categories": ["plan"], "cases": [], **said}


def test_a_coordinator_reports_it_in_a_line_and_sees_what_became_of_it(cast, northgate, client_for):
    carol, sam = client_for(cast.coordinator, northgate), client_for(cast.specialist, northgate)

    page = carol.post("/sharing/breaches/new/", {"what": WRONG}, follow=True)

    assert WRONG in page.content.decode()
    assert "Decide" not in page.content.decode()
    assert WRONG in carol.get("/sharing/breaches/").content.decode()
    assert WRONG not in sam.get("/sharing/breaches/").content.decode()
    assert sam.get(page.request["PATH_INFO"]).status_code == 404


def test_who_answers_for_it_is_told_at_once_without_a_word_of_it(cast, northgate, reported, do_jobs):
    do_jobs()

    told = {message.to[0] for message in mail.outbox}
    assert told == {"manager@northgate.example", "dsl@northgate.example", "dpo@northgate.example"}
    assert not any(WRONG in message.body or "family" in message.body for message in mail.outbox)
    with breach_of(northgate, cast.ig_lead) as member:
        lines = {line.label: line.value for line in lines_of(member)}
    assert lines["Data breaches to decide: 71 hours left"] == 1


def test_it_is_kept_decided_and_closed_and_each_step_stays(cast, northgate, reported, as_system):
    with as_system():
        case = make_case()
    ines = cast.ig_lead.membership
    with breach_of(northgate, cast.ig_lead):
        with pytest.raises(CaseNotThere, match="C-999"):
            services.keep_breach(reported, version=1, by=ines, **known(cases=["C-999"]))
        services.keep_breach(reported, version=1, by=ines, **known(cases=[case.reference], people=2))
        with pytest.raises(ChangedMeanwhile):
            services.keep_breach(reported, version=1, by=ines, **known())
        with pytest.raises(NotDecided):
            services.close_breach(reported, version=2, lessons="Addresses are checked twice.", by=ines)
        decided = {"why": "Read by strangers.", "commissioner_reference": "", "partners_told": "", "people_told": ""}
        with pytest.raises(TextMissing, match="why they were not"):
            services.decide_breach(reported, version=2, by=ines, risk="high", commissioner_told_at=now(), **decided)
        services.decide_breach(reported, version=2, by=ines, risk="risk", commissioner_told_at=None, **decided)
        with pytest.raises(NotDecided):
            services.close_breach(reported, version=3, lessons="Addresses are checked twice.", by=ines)
        services.decide_breach(reported, version=3, by=ines, risk="risk", commissioner_told_at=now(), **decided)
        services.add_step(reported, text="Fetched back the same afternoon.", by=ines)
        services.close_breach(reported, version=4, lessons="Addresses are checked twice.", by=ines)
        steps = [step.text for step in reported.steps.all()]
    assert steps == [
        "Decided: A risk to somebody.",
        "Decided: A risk to somebody.",
        "Fetched back the same afternoon.",
        "Closed.",
    ]


def test_the_hours_count_from_when_the_taskforce_knew(cast, northgate, reported, client_for):
    with breach_of(northgate, cast.manager):
        services.keep_breach(
            reported, version=1, by=cast.manager.membership, **known(aware_at=now() - dt.timedelta(hours=73))
        )
    page = client_for(cast.manager, northgate).get(f"/sharing/breaches/{reported.public_id}/").content.decode()

    assert "72 hours are over" in page


def test_only_who_answers_for_it_changes_it_in_the_database_too(cast, northgate, reported, client_for):
    with breach_of(northgate, cast.coordinator):
        assert Breach.objects.filter(pk=reported.pk).update(what="Nothing happened") == 0
        with pytest.raises(ProgrammingError):
            BreachStep.objects.create(breach=reported, text="All well", said_by=cast.coordinator.membership)
    answer = client_for(cast.coordinator, northgate).get(f"/sharing/breaches/{reported.public_id}/decide/")

    assert answer.status_code == 403


def test_its_pages_keep_what_is_typed(cast, northgate, reported, client_for):
    ines, here = client_for(cast.ig_lead, northgate), f"/sharing/breaches/{reported.public_id}/"
    day = localdate()

    wrong = ines.post(f"{here}decide/", {"risk": "risk", "why": ""})
    ines.post(
        f"{here}change/",
        {"aware_on-day": day.day, "aware_on-month": day.month, "aware_on-year": day.year, "people": "2", "based_on": 1},
    )
    ines.post(f"{here}decide/", {"risk": "unlikely", "why": "It came back unopened.", "based_on": 2})
    twice = {"text": "Thanked the neighbour.", "submission_key": str(uuid.uuid4())}
    for _ in range(2):
        ines.post(f"{here}step/", twice)
    page = ines.post(f"{here}close/", {"lessons": "Two look at each envelope.", "based_on": 3}, follow=True)

    assert wrong.status_code == 422
    assert "Enter why" in wrong.content.decode()
    text = page.content.decode()
    assert all(
        words in text for words in ("It came back unopened.", "Thanked the neighbour.", "Two look at each", "Closed")
    )
    assert text.count("Thanked the neighbour.") == 1
    assert ines.get(f"{here}decide/").status_code == 403
