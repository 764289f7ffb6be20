"""Sending one email to one member, and keeping what did not arrive.

A server that does not answer, or answers "not now", is tried again with growing pauses. An address that the server
refuses for good, or from which an email came back, gets no more until its person says so: a sender who goes on is soon
refused everywhere.
"""

import datetime as dt
import logging
import uuid
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from apst.accounts.models import Membership
from apst.jobs.models import Job
from apst.jobs.tasks import JobLater
from apst.notices.models import MailTrouble
from apst.notices.queries import live_members, trouble_of
from apst.tenancy.context import name_act

log = logging.getLogger("apst.notices")
# Seconds between one attempt and the next; after the last, the person and the manager are shown that it failed.
PAUSES: Final = (60, 5 * 60, 30 * 60, 2 * 3600, 4 * 3600)
PERMANENT: Final = 500


def message_id(job: Job, to: Membership) -> str:
    """Give the Message-ID of a job's email to somebody: the same each time that the job sends it.

    A worker killed between the mail server's yes and its own commit sends it again; a mailbox shows an id once.
    """
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{job.tenant_id}/{job.kind}/{job.key}/{to.public_id}")
    return f"<{name}@{urlsplit(settings.PUBLIC_URL).hostname}>"


def deliver(to: Membership, *, subject: str, text: str, job: Job, always: bool = False) -> str:
    """Send one email within the job that sends it; gives "sent", "stopped", "refused" or "failed".

    always  also to an address that took none before: an alarm
    Raises JobLater where it is to be tried again: then nothing of the job is kept.
    """
    trouble = trouble_of(to.pk)
    if trouble and trouble.stops and not always:
        return "stopped"
    try:
        EmailMessage(subject, text, None, [to.email], headers={"Message-ID": message_id(job, to)}).send()
    except SMTPRecipientsRefused as refused:
        if all(code >= PERMANENT for code, _ in refused.recipients.values()):
            keep_trouble(to, MailTrouble.Why.REFUSED)
            return "refused"
        return _later(to, job.attempts, refused)
    except SMTPDataError as error:
        if error.smtp_code >= PERMANENT:  # this email, not the address
            keep_trouble(to, MailTrouble.Why.FAILED)
            return "failed"
        return _later(to, job.attempts, error)
    except (OSError, SMTPException) as error:
        return _later(to, job.attempts, error)
    if trouble and not trouble.stops:
        _clear(trouble)
    return "sent"


def _later(to: Membership, attempt: int, error: Exception) -> str:
    log.warning("email_not_sent attempt=%s error=%s", attempt, type(error).__name__)
    if attempt <= len(PAUSES):
        raise JobLater(PAUSES[attempt - 1])
    keep_trouble(to, MailTrouble.Why.FAILED)
    return "failed"


@transaction.atomic
def keep_trouble(to: Membership, why: str) -> None:
    """Keep that an email to a member did not arrive; the first day of it stays until it is cleared."""
    name_act("notices.not_delivered")
    now = timezone.now()
    row = MailTrouble.objects.filter(member=to).first()
    if row is None:
        MailTrouble.objects.create(member=to, address=to.email, why=why, since=now, last_at=now)
        return
    goes_on = row.cleared_at is None and row.address.lower() == to.email.lower()
    row.address, row.why, row.last_at, row.cleared_at = to.email, why, now, None
    row.since = row.since if goes_on else now
    row.save(update_fields=["address", "why", "since", "last_at", "cleared_at"])


@transaction.atomic
def record_bounce(address: str, *, at: dt.datetime) -> int:
    """Keep, for the members of the open taskforce whom an address reaches, that an email came back; gives how many.

    at  when it came back: what its person has answered since, by saying that the address works, stays answered
    """
    reached = [one for one in live_members(timezone.localdate()) if one.email.lower() == address.lower()]
    answered = MailTrouble.objects.filter(member__in=reached, address__iexact=address, cleared_at__gt=at)
    done = set(answered.values_list("member_id", flat=True))
    marked = [one for one in reached if one.pk not in done]
    for one in marked:
        keep_trouble(one, MailTrouble.Why.BOUNCED)
    return len(marked)


def _clear(trouble: MailTrouble) -> None:
    name_act("notices.delivered")
    MailTrouble.objects.filter(pk=trouble.pk).update(cleared_at=timezone.now())


@transaction.atomic
def try_again(*, by: Membership) -> None:
    """Say that one's address takes emails again; the next that is due is sent to it."""
    trouble = trouble_of(by.pk)
    if trouble:
        _clear(trouble)
