"""Who wants to be told at once is, by an email with a link and no name; nobody twice, nobody who may not see it."""

import datetime as dt

import pytest
from django.core import mail
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.jobs.models import Job
from apst.jobs.tasks import perform
from apst.notices.models import Notice, NoticeChoice
from apst.notices.services import Thing, tell
from cases.models import CaseAccess
from cases.notices import CLOCK, tell_allocated, tell_clocks
from cases.queries import clocks
from cases.services import allocate, convene, join_team, set_action
from cases.services.access import grant
from cases.services.meetings import put_on_agenda, start_meeting
from referrals.services import refer
from tests.factories import make_pupil, make_referral

pytestmark = pytest.mark.usefixtures("wednesday")


@pytest.fixture
def referred(cast, acting, as_system):
    """Tom refers a pupil."""

    def do(by=cast.school_staff):
        with as_system():
            pupil = make_pupil(forename="Amira", surname="Ahmed")
        with acting(by):
            return refer(
                pupil,
                received_on=localdate(),
                source="ap_school_staff",
                route="form",
                reasons=["attendance"],
                by=by.membership,
            )

    return do


def told() -> dict[str, list[str]]:
    """Who got an email, and its subject."""
    found: dict[str, list[str]] = {}
    for message in mail.outbox:
        found.setdefault(message.to[0], []).append(message.subject)
    return found


def choose(as_system, person, *codes, digest="never"):
    with as_system():
        NoticeChoice.objects.update_or_create(
            member=person.membership, defaults={"digest": digest, "instant": list(codes)}
        )


def test_a_referral_is_told_to_the_manager_and_to_whoever_asked_for_it(cast, as_system, referred, do_jobs):
    choose(as_system, cast.coordinator, "received")

    referral = referred()
    assert mail.outbox == []  # nothing goes out before the act is whole
    do_jobs()

    subject = "Northgate Taskforce: a referral came in"
    assert told() == {"manager@northgate.example": [subject], "office@northgate.example": [subject]}
    for message in mail.outbox:
        assert f"/referrals/{referral.public_id}/" in message.body
        assert "/settings/emails/" in message.body
        assert [w for w in ("Amira", "Ahmed", "Tom", "Ellis", referral.reference) if w in message.body] == []


def test_whoever_did_it_is_not_told_of_it(cast, referred, do_jobs):
    referred(by=cast.manager)
    do_jobs()

    assert told() == {}


def test_nobody_is_told_the_same_thing_twice(cast, as_system, referred, do_jobs):
    referral = referred()
    do_jobs()
    with as_system():
        tell("received", [Thing(str(referral.public_id), referral.public_id)], by=None)
    do_jobs()

    assert len(mail.outbox) == 1
    with as_system():
        assert Notice.objects.count() == 1


def test_what_comes_together_is_one_email(cast, referred, do_jobs):
    referred()
    referred()
    jobs = do_jobs()

    # The first job of the manager's sends what there is by then; each referral is told in exactly one email.
    links = [line for message in mail.outbox for line in message.body.splitlines() if "/referrals/" in line]
    assert len(links) == len(set(links)) == 2
    assert [job.state for job in jobs] == ["done"] * len(jobs)


def test_whoever_may_not_triage_is_told_of_no_referral_whatever_their_row_says(cast, as_system, referred, do_jobs):
    choose(as_system, cast.slt, "received")
    choose(as_system, cast.school_staff, "received")
    choose(as_system, cast.manager)

    referred(by=cast.dsl)
    do_jobs()

    assert told() == {}


def test_whose_access_has_ended_between_act_and_email_is_told_nothing(cast, as_system, referred, do_jobs):
    referred()
    with as_system():
        yesterday = localdate() - dt.timedelta(days=1)
        Membership.objects.filter(pk=cast.manager.membership.pk).update(ends_on=yesterday)
    do_jobs()

    assert told() == {}


def test_who_leaves_after_their_job_was_asked_for_gets_nothing_and_the_job_ends_at_once(
    cast, as_system, northgate, referred
):
    referred()
    with as_system():
        first = Job.objects.get(kind="notices.tell")
    perform(first.pk, northgate.pk)
    with as_system():
        Membership.objects.filter(pk=cast.manager.membership.pk).update(
            ends_on=localdate() - dt.timedelta(days=1), starts_on=localdate() - dt.timedelta(days=9)
        )
        second = Job.objects.get(kind="notices.send")
    perform(second.pk, northgate.pk)

    assert told() == {}
    with as_system():
        second.refresh_from_db()
        assert (second.state, second.attempts) == ("failed", 1)


def test_a_case_is_told_to_those_on_its_team(cast, northgate, acting, as_system, do_jobs):
    with as_system():
        referral = make_referral(pupil=make_pupil(), site=northgate.centre)
    with acting(cast.manager):
        case = allocate(
            referral,
            lead=cast.specialist.post,
            team=[cast.allocated.post],
            tier="tier_2",
            site=northgate.centre,
            opened_on=localdate(),
            by=cast.manager.membership,
        )
    do_jobs()
    subject = "Northgate Taskforce: a case was allocated to you"
    assert told() == {"specialist@northgate.example": [subject], "police@northgate.example": [subject]}

    with acting(cast.manager):
        join_team(case, post=cast.riverside.post, part="advisory", starts_on=localdate(), by=cast.manager.membership)
    do_jobs()
    assert told()["riverside@northgate.example"] == [subject]
    assert len(mail.outbox) == 3


def test_an_action_is_told_to_whoever_is_to_do_it(cast, acting, do_jobs):
    with acting(cast.manager):
        meeting = convene(held_on=localdate(), by=cast.manager.membership)
        item = put_on_agenda(meeting, words="The minibus", by=cast.manager.membership)
        start_meeting(meeting, by=cast.manager.membership)
        for owner in (cast.dsl, cast.manager):
            set_action(
                item,
                what="Ring the garage",
                owner=owner.membership,
                due_on=localdate(),
                by=cast.manager.membership,
            )
    do_jobs()

    assert told() == {"dsl@northgate.example": ["Northgate Taskforce: an action was set for you"]}
    assert "garage" not in mail.outbox[0].body


def test_a_restricted_case_is_told_to_those_who_hold_it_and_to_nobody_else(
    cast, northgate, acting, as_system, case, do_jobs
):
    with as_system():
        type(case).objects.filter(pk=case.pk).update(restricted=True)
        CaseAccess.objects.all().delete()
        grant(case, cast.dsl, source="grant", reason="a witness", by=None)
        tell_allocated(case, [cast.specialist.post], by=None)
        tell(CLOCK, [Thing("day six", case.public_id)], by=None)
    choose(as_system, cast.specialist, "allocated", CLOCK)
    choose(as_system, cast.manager, "allocated", CLOCK)

    do_jobs()

    assert told() == {}
    with as_system():
        grant(case, cast.manager, source="grant", reason="a holder too", by=None)
        tell(CLOCK, [Thing("late", case.public_id)], by=None)
    do_jobs()
    assert list(told()) == ["manager@northgate.example"]


def test_a_clock_is_told_when_it_comes_near_and_when_it_is_late_each_once(cast, as_system, case, do_jobs, monkeypatch):
    standing = clocks.Clock("day_six", case, localdate() + dt.timedelta(days=2), clocks.RUNNING)
    monkeypatch.setattr("cases.queries.clocks.pressing", lambda rules: [standing])
    for _ in range(2):
        with as_system():
            tell_clocks()
        do_jobs()
    assert told() == {
        "manager@northgate.example": ["Northgate Taskforce: a clock that the law sets is late or runs out"]
    }

    standing = clocks.Clock("day_six", case, standing.due_on, clocks.LATE)
    for _ in range(2):
        with as_system():
            tell_clocks()
        do_jobs()
    assert len(mail.outbox) == 2
    assert all("Amira" not in message.body and "six" not in message.body.lower() for message in mail.outbox)
