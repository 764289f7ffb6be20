"""A session that two did together and that both would log: the second joins the first one's. How long logging takes."""

import time
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.accounts.services import discard_draft
from apst.people.models import Post
from apst.tenancy.context import name_act
from cases.exceptions import AlreadyOnIt, NotOnIt, WindowClosed
from cases.models import Intervention, InterventionSpecialist, LogTime

from .interventions import DRAFT

LONGEST_SECONDS: Final = 1800  # a form left open over lunch says nothing of the form


@transaction.atomic
def join_session(session: Intervention, *, post: Post, draft: str = DRAFT, by: Membership | None) -> Intervention:
    """Add one's own post to a session that a colleague logged: its minutes then count for both.

    Raises AlreadyOnIt.
    """
    name_act("intervention.join")
    if InterventionSpecialist.objects.filter(intervention=session, post=post).exists():
        raise AlreadyOnIt
    InterventionSpecialist.objects.create(intervention=session, post=post)
    if by:
        discard_draft(draft)
    return session


@transaction.atomic
def leave_session(session: Intervention, *, post: Post, by: Membership | None) -> Intervention:
    """Take one's own post out of a session that one joined, within its window.

    Raises NotOnIt where nobody else did the work, WindowClosed.
    """
    name_act("intervention.leave")
    if not session.specialists.exclude(post=post).exists():
        raise NotOnIt
    if not InterventionSpecialist.objects.filter(intervention=session, post=post).delete()[0]:
        raise WindowClosed
    return session


def note_log_time(*, opened_at: int) -> None:
    """Count how long an entry took, from when its form was opened (seconds since 1970); by whom is kept nowhere."""
    seconds = min(max(int(time.time()) - opened_at, 0), LONGEST_SECONDS)
    LogTime.objects.create(logged_on=localdate(), seconds=seconds)
