"""The digest says what Today counts for its reader, on working mornings, once; and names nobody."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.utils.timezone import localdate

from apst.jobs.models import Job
from apst.jobs.services import ask_once
from apst.notices import queries
from apst.notices.kinds import lines_of
from apst.notices.models import NoticeChoice
from apst.notices.services.telling import MORNING
from apst.tenancy.context import acting_as_system, acting_for
from cases.models import PlannedPlace, PlannedSession, PlannedSpecialist
from tests import clock
from tests.conftest import make_member
from tests.factories import make_case, make_pupil, make_referral

ROLES = ("manager", "specialist", "riverside", "allocated", "dsl", "slt", "school_staff", "ig_lead", "coordinator")


@pytest.fixture
def busy(cast, northgate, as_system, case):
    """Three referrals wait, one case has had no session, and Sam has one planned today."""
    with as_system():
        for _ in range(3):
            make_referral(pupil=make_pupil())
        make_case(pupil=make_pupil(), opened_on=localdate() - dt.timedelta(days=40), lead=None)
        plan = PlannedSession.objects.create(planned_on=localdate(), minutes=60, activity_type="one_to_one")
        PlannedSpecialist.objects.create(planned=plan, post=cast.specialist.post)
        PlannedPlace.objects.create(planned=plan, pupil=case.pupil, case=case)


@pytest.fixture
def morning(do_jobs, as_system):
    """It is half past six: the digests are asked for, and sent."""

    def come(day=None):
        with as_system():
            ask_once(MORNING, key=(day or localdate()).isoformat())
        return do_jobs()

    return come


def digests() -> dict[str, str]:
    return {message.to[0]: message.body for message in mail.outbox}


def figures_on_today(page: str) -> dict[str, int]:
    """The numbers of Today's page, by their words."""
    found = re.findall(r'app-stat__label">(?:<a[^>]*>)?([^<]+)<.*?app-stat__value">(\d+)<', page, re.S)
    return {label: int(value) for label, value in found}


@pytest.mark.usefixtures("wednesday", "busy")
def test_its_figures_are_those_that_today_shows_the_same_person(cast, northgate, client_for):
    shown = 0
    for role in ROLES:
        person = getattr(cast, role)
        with acting_for(northgate, person, durable=False) as member:
            lines = {line.label: line.value for line in lines_of(member)}
        page = figures_on_today(client_for(person, northgate).get("/").content.decode())
        counted = {label: value for label, value in page.items() if value}
        assert counted.items() <= lines.items(), role
        shown += len(counted)
    assert shown > 5


@pytest.mark.usefixtures("wednesday", "busy")
def test_each_gets_their_own_and_no_name_is_in_it(cast, morning):
    morning()

    sent = digests()
    assert "Referrals to triage: 3" in sent["manager@northgate.example"]
    assert "Sessions planned for today: 1" in sent["specialist@northgate.example"]
    assert "Referrals to triage" not in sent["specialist@northgate.example"]
    assert "teacher@hillside.example" not in sent  # never, unless they ask for it
    words = " ".join(message.subject + message.body for message in mail.outbox)
    assert [w for w in ("Amira", "Ahmed", "Sam", "Okafor", "C000", "R000", "P000") if w in words] == []
    assert {message.subject for message in mail.outbox if message.to == ["manager@northgate.example"]} == {
        "Northgate Taskforce: what needs you today"
    }


@pytest.mark.usefixtures("wednesday")
def test_nothing_to_say_is_no_email(cast, morning):
    morning()

    # What is there to say to a DSL of an empty taskforce?
    assert "dsl@northgate.example" not in digests()


@pytest.mark.usefixtures("wednesday", "busy")
def test_it_comes_once_however_often_the_morning_does(cast, as_system, morning):
    with as_system():
        NoticeChoice.objects.create(member=cast.manager.membership, digest="weekly", instant=[])
    morning()
    first = sorted(message.to[0] for message in mail.outbox)
    morning()
    morning(localdate() + dt.timedelta(days=1))  # another occasion, the same week

    sent = sorted(message.to[0] for message in mail.outbox)
    assert sent.count("manager@northgate.example") == 1
    assert len(first) == len(set(first))
    assert sent.count("specialist@northgate.example") == 2


@pytest.mark.usefixtures("wednesday", "busy")
def test_sent_again_by_a_job_whose_worker_was_killed_it_is_the_same_email_to_a_mailbox(as_system, morning, do_jobs):
    morning()
    first = {message.to[0]: message.extra_headers["Message-ID"] for message in mail.outbox}
    with as_system():  # the mail server had it, and the worker died before its commit
        Job.objects.filter(kind="notices.digest").update(state="waiting", finished_at=None)
    do_jobs()
    again = {message.to[0]: message.extra_headers["Message-ID"] for message in mail.outbox[len(first) :]}

    assert again == first
    assert len(set(first.values())) == len(first) > 1


@pytest.mark.usefixtures("wednesday", "busy")
def test_never_is_never(cast, as_system, morning):
    with as_system():
        NoticeChoice.objects.create(member=cast.manager.membership, digest="never", instant=[])
    morning()

    assert "manager@northgate.example" not in digests()


@pytest.mark.usefixtures("wednesday", "busy")
def test_who_works_in_two_taskforces_gets_two_emails_each_of_its_own(
    cast, northgate, southgate, as_system, morning, do_jobs
):
    omar = make_member(southgate, "manager", "both@authority.example", "Both Hats")
    with as_system():
        make_referral(pupil=make_pupil())
        type(omar.membership).objects.create(
            user=omar, role="manager", name="Both Hats", email=omar.email, starts_on=dt.date(2025, 9, 1)
        )
    with acting_as_system(southgate, durable=False):
        make_referral(pupil=make_pupil())
        ask_once(MORNING, key=localdate().isoformat())
    morning()
    do_jobs(southgate)

    mine = [message for message in mail.outbox if message.to == ["both@authority.example"]]
    assert sorted(message.subject for message in mine) == [
        "Northgate Taskforce: what needs you today",
        "Southgate Taskforce: what needs you today",
    ]
    by_subject = {message.subject.split()[0]: message.body for message in mine}
    assert "Referrals to triage: 4" in by_subject["Northgate"]
    assert "Referrals to triage: 1" in by_subject["Southgate"]
    assert "Southgate" not in by_subject["Northgate"]


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-11-27", True),
        ("2026-11-28", False),  # Saturday
        ("2026-10-28", True),  # half-term: referrals come in and clocks of the law run out all the same
        ("2026-12-25", False),
        ("2027-05-03", False),  # the early May bank holiday
    ],
)
def test_a_working_morning_is_a_weekday_that_is_no_bank_holiday(day, working):
    assert queries.is_working_day(dt.date.fromisoformat(day)) is working


@pytest.mark.django_db(transaction=True, databases=["default", "beside"])
def test_there_is_none_on_a_saturday(cast, northgate, as_system, do_jobs):
    with as_system():
        make_referral(pupil=make_pupil())
    saturday = clock.school_wednesday() + dt.timedelta(days=3)
    with clock.at(dt.datetime.combine(saturday, dt.time(10), clock.LONDON)):
        with as_system():
            ask_once(MORNING, key=saturday.isoformat())
        do_jobs()

    assert mail.outbox == []
