"""An email that does not arrive is tried again, then kept and shown; an address that takes none gets no more."""

import datetime as dt
import re
import smtplib
from email.utils import format_datetime

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django.utils.timezone import localdate

from apst.jobs.models import Job
from apst.jobs.services import ask_once
from apst.jobs.tasks import perform
from apst.notices.models import MailTrouble, Notice
from apst.notices.services import Thing, record_bounce, tell
from apst.notices.services.mail import PAUSES
from apst.people import services as people
from apst.people.tasks import look_for_overdue
from tests.conftest import make_member
from tests.factories import make_pupil, make_referral

pytestmark = pytest.mark.usefixtures("wednesday")
ANSWERS: dict[str, Exception] = {}


class Server(EmailBackend):
    """A mail server that answers as ANSWERS say, by address, and takes everything else."""

    def send_messages(self, messages):
        for message in messages:
            if answer := ANSWERS.get(message.to[0]):
                raise answer
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    ANSWERS.clear()
    return ANSWERS


MANAGER = "manager@northgate.example"
REFUSED = smtplib.SMTPRecipientsRefused({MANAGER: (550, b"no such user")})
GREY = smtplib.SMTPRecipientsRefused({MANAGER: (450, b"try later")})


@pytest.fixture
def news(as_system, do_jobs):
    """A referral that the manager is told of."""

    def come():
        with as_system():
            referral = make_referral(pupil=make_pupil())
            tell("received", [Thing(str(referral.public_id), referral.public_id)], by=None)
        do_jobs()

    return come


def put_off(as_system) -> list[Job]:
    with as_system():
        return list(Job.objects.filter(state="waiting", not_before__isnull=False))


@pytest.mark.parametrize("answer", [GREY, ConnectionRefusedError(), smtplib.SMTPServerDisconnected("gone")])
def test_a_server_that_does_not_answer_is_asked_again_with_growing_pauses_then_it_is_kept(
    cast, northgate, as_system, news, server, answer
):
    server[MANAGER] = answer
    news()
    pauses = []
    while waiting := put_off(as_system):
        pauses.append(round((waiting[0].not_before - timezone.now()).total_seconds(), -1))
        with as_system():
            assert not Notice.objects.filter(done_at__isnull=False).exists()
            assert not MailTrouble.objects.exists()
        perform(waiting[0].pk, northgate.pk)

    assert pauses == list(PAUSES)
    with as_system():
        trouble = MailTrouble.objects.get()
        assert (trouble.why, trouble.member_id, trouble.stops) == ("failed", cast.manager.membership.pk, False)

    server.clear()
    news()
    assert len(mail.outbox) == 1
    with as_system():
        assert MailTrouble.objects.get().cleared_at is not None


def test_a_job_that_is_put_off_is_not_sent_early_and_is_no_fault_of_the_workers(cast, as_system, news, server):
    server[MANAGER] = GREY
    news()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from app.unclaimed_jobs(0, 100)")
        early = cursor.fetchone()[0]
        cursor.execute("select app.oldest_waiting_job()")
        oldest = cursor.fetchone()[0]
    with as_system():
        Job.objects.filter(not_before__isnull=False).update(not_before=timezone.now() - dt.timedelta(seconds=5))
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from app.unclaimed_jobs(0, 100)")
        then = cursor.fetchone()[0]

    assert (early, oldest, then) == (0, None, 1)


def test_an_address_that_is_refused_for_good_gets_no_more_until_its_person_says_so(
    cast, northgate, as_system, news, server, client_for
):
    client = client_for(cast.manager, northgate)
    server[MANAGER] = REFUSED
    news()
    assert put_off(as_system) == []
    server.clear()
    news()
    assert mail.outbox == []

    today = client.get("/").content.decode()
    assert re.search("Emails to you do not arrive, since [^:]+: the mail server of that address refuses them", today)
    assert "My address works, try again" in client.get("/settings/emails/").content.decode()
    client.post("/settings/emails/try-again/")
    assert "do not arrive" not in client.get("/").content.decode()
    news()
    assert len(mail.outbox) == 1


def test_the_managers_see_it_in_the_list_of_people_and_colleagues_do_not(
    cast, northgate, as_system, server, client_for
):
    with as_system():
        assert record_bounce("SPECIALIST@northgate.example", at=timezone.now()) == 1

    people_page = client_for(cast.manager, northgate).get("/settings/people/").content.decode()
    assert people_page.count("Emails do not arrive since") == 1
    assert "do not arrive" in client_for(cast.specialist, northgate).get("/").content.decode()
    assert "do not arrive" not in client_for(cast.dsl, northgate).get("/").content.decode()


def test_an_alarm_reaches_the_other_managers_though_ones_address_is_refused(
    cast, northgate, as_system, acting, do_jobs, server
):
    make_member(northgate, "manager", "deputy@northgate.example", "Dee Puty")
    with as_system():
        record_bounce("deputy@northgate.example", at=timezone.now())
    with acting(cast.specialist):
        visit = people.go_out(
            kind="home_visit",
            place="Mill Lane",
            expected_back_at=timezone.now() + dt.timedelta(hours=1),
            by=cast.specialist.membership,
        )
    server[MANAGER] = REFUSED
    with as_system():
        type(visit).objects.filter(pk=visit.pk).update(expected_back_at=timezone.now() - dt.timedelta(hours=1))
    look_for_overdue()
    do_jobs()

    # Even to an address from which emails came back: somebody may be in danger.
    assert [message.to for message in mail.outbox] == [["deputy@northgate.example"]]


NOTIFICATION = """\
From: MAILER-DAEMON@mail.example
To: no-reply@taskforce.example
Date: {date}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; Manager@Northgate.example
Action: {action}
Status: {status}

Final-Recipient: rfc822; nobody@elsewhere.example
Action: failed
Status: 5.1.1

--b
Content-Type: message/rfc822

Subject: Northgate Taskforce: what needs you today

--b--
"""


@pytest.fixture
def came_back(tmp_path, capsys):
    """`came_back(NOTIFICATION, ...)`: the command reads them from a mailbox; gives what it said."""

    def read(*texts, mbox=True):
        path = tmp_path / "box"
        path.write_text("".join(f"From x Fri Nov 27 09:00:00 2026\n{text}\n" for text in texts) if mbox else texts[0])
        call_command("record_bounces", str(path))
        return capsys.readouterr().out

    return read


def said(action="failed", status="5.1.1", date="") -> str:
    return NOTIFICATION.format(action=action, status=status, date=date or format_datetime(timezone.now()))


@pytest.mark.parametrize("mbox", [True, False])
def test_an_email_that_came_back_marks_its_address_in_every_taskforce(cast, as_system, came_back, mbox):
    out = came_back(said(), mbox=mbox)

    assert out == "1 emails read, 2 addresses failed for good, 1 memberships marked.\n"
    with as_system():
        row = MailTrouble.objects.get()
        assert (row.why, row.member_id, row.stops) == ("bounced", cast.manager.membership.pk, True)


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("delivered", "2.0.0"), ("failed", "4.2.2")])
def test_what_is_only_late_marks_nobody(cast, as_system, came_back, action, status):
    came_back(said(action, status), "Subject: Out of office\n\nBack on Monday.\n")

    with as_system():
        assert not MailTrouble.objects.exists()


def test_what_its_person_has_answered_stays_answered_when_the_mailbox_is_read_again(
    cast, northgate, as_system, came_back, client_for
):
    old = said(date="Mon, 02 Nov 2026 09:00:00 +0000")
    came_back(old)
    client_for(cast.manager, northgate).post("/settings/emails/try-again/")
    came_back(old)
    with as_system():
        assert MailTrouble.objects.get().cleared_at is not None
    came_back(said(date=format_datetime(timezone.now() + dt.timedelta(minutes=1))))
    with as_system():
        assert MailTrouble.objects.get().cleared_at is None


def test_another_address_is_a_new_beginning(cast, as_system, news):
    with as_system():
        record_bounce(MANAGER, at=timezone.now())
        type(cast.manager.membership).objects.filter(pk=cast.manager.membership.pk).update(
            email="new@northgate.example"
        )
    news()

    assert [message.to for message in mail.outbox] == [["new@northgate.example"]]


def test_nothing_is_asked_for_twice_by_one_key(northgate, as_system):
    with as_system():
        key = localdate().isoformat()
        assert [ask_once("notices.morning", key=key) for _ in range(2)] == [True, False]
