"""Telling people: at once, in a job that is written with the act; and each morning what Today counts for them.

The act says that something is to be told. As the system it becomes one notice for each member who wants it; then, in
each one's own scope, one job sends what they still see. So nobody is told of a case that they may not see, whoever
has left is told nothing, and nothing is told twice.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from apst.accounts.models import Membership
from apst.accounts.queries import me
from apst.jobs.models import Job
from apst.jobs.services import ask_for, ask_once
from apst.notices.kinds import KINDS, Line, lines_of
from apst.notices.models import Notice, NoticeChoice
from apst.notices.queries import choices_of, live_members
from apst.tenancy.context import current

from .mail import deliver

TELL: Final = "notices.tell"
SEND: Final = "notices.send"
MORNING: Final = "notices.morning"
DIGEST: Final = "notices.digest"
KEYS: Final = uuid.UUID("0d7c3a52-9d0e-4a4c-8f0b-7c2b1f6f2a11")
DIGEST_SUBJECTS: Final = {
    NoticeChoice.Digest.DAILY: "what needs you today",
    NoticeChoice.Digest.WEEKLY: "what needs you this week",
}


@dataclass(frozen=True)
class Thing:
    """One thing to tell of. key: names it for good, so that nobody is told twice; about: the public id it leads to."""

    key: str
    about: uuid.UUID | str = ""


def tell(code: str, things: Sequence[Thing], *, to: Iterable[int] | None = None, by: Membership | None) -> None:
    """Have members told of something: part of the act's own transaction, sent after its commit.

    code  of a kind in `apst.notices.kinds`
    to    memberships; None for everybody who wants to be told of this kind
    by    who did it, and is not told of it
    """
    if not things:
        return
    ask_for(
        TELL,
        key=str(uuid.uuid4()),  # the notices' own keys make it once
        args={
            "code": code,
            "things": [[thing.key, str(thing.about)] for thing in things],
            "to": None if to is None else sorted(set(to)),
            "but": by.pk if by else None,
        },
    )


def make_notices(job: Job) -> int:
    """Write one notice for each thing and each member who wants it, and have them sent; runs as the system.

    Gives how many members that are.
    """
    code, to, but = job.args["code"], job.args["to"], job.args["but"]
    people = [one for one in live_members(timezone.localdate()) if one.pk != but and (to is None or one.pk in to)]
    choices = choices_of(people)
    always = code in KINDS and KINDS[code].always
    wanting = [one for one in people if always or code in choices[one.pk].instant]
    Notice.objects.bulk_create(
        [
            Notice(member=one, code=code, key=uuid.uuid5(KEYS, key), about=about)
            for one in wanting
            for key, about in job.args["things"]
        ],
        ignore_conflicts=True,
    )
    for one in wanting:
        ask_once(SEND, key=f"{one.pk}/{job.pk}", person_id=one.user_id)
    return len(wanting)


def send_notices(job: Job) -> dict[str, Any]:
    """Send a person, in their own scope, what they are still to be told and may see, in one email."""
    member = current()
    mine = me(member)
    waiting = list(
        Notice.objects.select_for_update(skip_locked=True).filter(member=mine, done_at__isnull=True).order_by("pk")
    )
    told = []
    for notice in waiting:
        kind = KINDS.get(notice.code)
        href = kind.where(member, notice.about) if kind and kind.offered(member) else ""
        if kind and href:
            told.append((kind.words, _address(href)))
    Notice.objects.filter(pk__in=[notice.pk for notice in waiting]).update(done_at=timezone.now())
    if not told:
        return {"told": 0}
    words = {said for said, _ in told}
    subject = f"{member.taskforce.name}: {words.pop().lower() if len(words) == 1 else f'{len(told)} new things'}"
    text = _text("notices/email/instant.txt", told=told)
    return {"told": len(told), "email": deliver(mine, subject=subject, text=text, job=job)}


def ask_for_digests(job: Job) -> int:
    """Have everybody who wants it sent their digest; runs as the system, on working days. Gives to how many.

    Each Monday means once a calendar week, on the first working morning on which this runs: a bank holiday or an
    outage only moves it.
    """
    day = timezone.localdate()
    people = live_members(day)
    choices = choices_of(people)
    year, week, _ = day.isocalendar()
    when: dict[str, str] = {NoticeChoice.Digest.DAILY: job.key, NoticeChoice.Digest.WEEKLY: f"{year}-W{week:02}"}
    asked = 0
    for one in people:
        digest = choices[one.pk].digest
        if digest in when:
            asked += ask_once(DIGEST, key=f"{one.pk}/{when[digest]}", person_id=one.user_id)
    return asked


def send_digest(job: Job) -> dict[str, Any]:
    """Send a person, in their own scope, what Today counts for them; nothing where it counts nothing."""
    member = current()
    mine = me(member)
    digest = choices_of([mine])[mine.pk].digest
    lines = lines_of(member) if digest != NoticeChoice.Digest.NEVER else []
    if not lines:
        return {"lines": 0}
    subject = f"{member.taskforce.name}: {DIGEST_SUBJECTS[NoticeChoice.Digest(digest)]}"
    return {
        "lines": len(lines),
        "email": deliver(mine, subject=subject, text=digest_text(lines), job=job),
    }


def digest_text(lines: Sequence[Line]) -> str:
    """Give the email of a digest: counts and links, and no name."""
    return _text("notices/email/digest.txt", lines=[(line, _address(line.href)) for line in lines])


def _address(href: str) -> str:
    return settings.PUBLIC_URL.rstrip("/") + href


def _text(template: str, **said: Any) -> str:
    said |= {
        "taskforce": current().taskforce.name,
        "today": timezone.localdate(),
        "home": _address("/"),
        "choices": _address(reverse("notices:choices")),
        "product_name": settings.PRODUCT_NAME,
    }
    return render_to_string(template, said)
