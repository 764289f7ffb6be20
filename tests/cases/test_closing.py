"""Closing a case: what is still open is seen first, nothing is lost, and both periods stay when it is opened again."""

import datetime as dt
import re

import pytest

from apst.people.models import Pupil
from cases.exceptions import AlreadyEnded, DestinationNeeded, SentenceNeeded
from cases.models import Case, CaseEnding
from cases.queries.closing import left_open
from cases.queries.happenings import KINDS
from cases.queries.timeline import page_of
from cases.services import (
    What,
    add_goal,
    add_step,
    close_case,
    judge_risk,
    plan_session,
    refer_onward,
    reopen_case,
    start_plan,
    write_note,
)
from cases.services.notes import Said
from tests.clock import TODAY
from tests.factories import make_case, make_pupil


def form(**said):
    return {
        "reason": "ready",
        "ended_on-day": TODAY.day,
        "ended_on-month": TODAY.month,
        "ended_on-year": TODAY.year,
        "leaving": "no",
        "said": "",
        **said,
    }


@pytest.fixture
def case(case, cast, acting):
    """Amira's case, on which it stands what she says of it."""
    with acting(cast.specialist):
        write_note(
            case,
            kind="voice",
            happened_on=TODAY,
            said=Said(text="I can do it now", voice_of="pupil", may_quote="no"),
            by=cast.specialist.membership,
        )
    return case


@pytest.fixture
def risky(case, cast, acting):
    """A high risk stands on the case."""
    with acting(cast.manager):
        judge_risk(
            case, area="peers", level="high", evidence="", review_on=TODAY, judged_on=TODAY, by=cast.manager.membership
        )
    return case


def test_a_case_with_nothing_open_is_closed_once_the_answers_are_checked(case, cast, northgate, client_for, as_system):
    client = client_for(cast.manager, northgate)
    address = f"/cases/{case.public_id}/close/"

    check = client.post(address, form()).content.decode()
    with as_system():
        assert Case.objects.get(pk=case.pk).is_open
    assert "Check before you close" in check
    assert "Still open" in check
    again = client.post(address, form(change="yes")).content.decode()
    assert "Why did it end?" in again
    client.post(address, form(sure="yes", version=case.version))

    with as_system():
        closed = Case.objects.get(pk=case.pk)
        ending = CaseEnding.objects.get()
    assert (closed.ended_on, closed.end_reason) == (TODAY, "ready")
    assert (ending.act, ending.left_open, ending.done_by_id) == ("closed", [], cast.manager.membership.pk)


def test_what_is_still_open_asks_for_a_sentence_and_never_blocks(risky, cast, acting, northgate, client_for, as_system):
    client = client_for(cast.manager, northgate)
    address = f"/cases/{risky.public_id}/close/"

    page = client.get(address).content.decode()
    refused = client.post(address, form())

    assert "A risk stands at medium or high" in page
    assert f"/cases/{risky.public_id}/risk/" in page
    assert refused.status_code == 422
    assert SentenceNeeded.sentence in refused.content.decode()
    client.post(address, form(said="Early help goes on with it.", sure="yes"))
    with as_system():
        ending = CaseEnding.objects.get()
        assert (ending.left_open, ending.said) == (["handed_over"], "Early help goes on with it.")


def test_steps_and_reviews_of_the_plan_are_looked_at(case, cast, acting):
    by = cast.specialist.membership
    with acting(cast.specialist):
        plan = start_plan(case, starts_on=TODAY, aim="Back to school", by=by)
        goal = add_goal(plan, text="In by nine", by=by)
        add_step(goal, text="Bus pass", owner=cast.specialist.post, by=by)
        assert left_open(case) == ["steps", "review"]


def test_what_is_planned_and_referred_and_what_nobody_asked_are_looked_at(case, northgate, cast, acting, as_system):
    with as_system():
        unheard = make_case(pupil=make_pupil(forename="Ben", surname="Gill"), site=northgate.centre)
    by = cast.specialist.membership
    with acting(cast.specialist):
        what = What(specialists=[cast.specialist.post], minutes=30, activity_type="one_to_one", pupils=[unheard.pupil])
        plan_session(planned_on=TODAY + dt.timedelta(days=7), what=what, by=by)
        refer_onward(unheard, service="camhs", on=TODAY, by=by)
        assert left_open(unheard) == ["planned", "onward", "voice"]
    with acting(cast.slt):
        assert "voice" not in left_open(unheard)


def test_where_the_pupil_goes_is_kept_on_their_record(case, cast, acting):
    by = cast.manager.membership
    with acting(cast.manager):
        with pytest.raises(DestinationNeeded):
            close_case(case, reason="moved_away", ended_on=TODAY, leaving=True, said="Done", by=by)
        close_case(
            case, reason="moved_away", ended_on=TODAY, leaving=True, destination="special_school", said="Done", by=by
        )
        pupil = Pupil.objects.get(pk=case.pupil_id)
        assert (pupil.destination, pupil.leaving_date) == ("special_school", TODAY)
        assert CaseEnding.objects.get().destination == "special_school"
        with pytest.raises(AlreadyEnded):
            close_case(case, reason="ready", ended_on=TODAY, said="Done", by=by)


def test_both_periods_stay_when_a_case_is_opened_again(case, cast, acting, northgate, client_for):
    by = cast.manager.membership
    with acting(cast.manager):
        close_case(case, reason="disengaged_early", ended_on=TODAY, said="Done", by=by)
    client = client_for(cast.manager, northgate)

    page = client.get(f"/cases/{case.public_id}/reopen/").content.decode()
    assert "Stopped before the taskforce thought they were ready" in page
    assert client.post(f"/cases/{case.public_id}/reopen/", {"said": ""}).status_code == 422
    client.post(f"/cases/{case.public_id}/reopen/", {"said": "Amira came and asked."})

    with acting(cast.manager) as member:
        again = Case.objects.get(pk=case.pk)
        assert again.is_open
        close_case(again, reason="ready", ended_on=TODAY, said="Done", by=by)
        reopen_case(Case.objects.get(pk=case.pk), said="By mistake", by=by)
        entries = page_of(again, member, [kind for kind in KINDS if kind.code == "ending"]).entries
    assert [(entry.title, entry.text) for entry in entries] == [
        ("Case opened again", "By mistake"),
        ("Case closed", "Done"),
        ("Case opened again", "Amira came and asked."),
        ("Case closed", "Done"),
    ]


def test_who_may_not_change_the_pupil_is_not_asked_where_they_go(case, cast, northgate, client_for, acting, as_system):
    with as_system():
        northgate.decides = "team"
        northgate.save(update_fields=["decides"])
    client = client_for(cast.slt, northgate)

    page = client.get(f"/cases/{case.public_id}/close/").content.decode()
    assert "Where do they go?" not in page
    said = {name: value for name, value in form(sure="yes").items() if name != "leaving"}
    client.post(f"/cases/{case.public_id}/close/", said)

    with as_system():
        assert not Case.objects.get(pk=case.pk).is_open


@pytest.mark.parametrize(
    ("role", "expected"),
    [("manager", 200), ("specialist", 403), ("riverside", 403), ("dsl", 403), ("slt", 403), ("coordinator", 403),
     ("allocated", 404), ("school_staff", 404), ("ig_lead", 404)],
)  # fmt: skip
def test_who_closes(case, cast, northgate, client_for, role, expected):
    client = client_for(getattr(cast, role), northgate)

    assert client.get(f"/cases/{case.public_id}/close/").status_code == expected
    assert (
        re.search("Close the case", client.get(f"/cases/{case.public_id}/").content.decode()) is None
        or role == "manager"
    )
