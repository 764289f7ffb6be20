"""Actions as lists: one's own, and for whoever runs the meetings everybody's."""

import datetime as dt
from typing import Final

from django.db.models import QuerySet
from django.utils.timezone import localdate, now

from apst.accounts.models import Membership
from apst.tenancy.context import Member
from cases.models import Case, MeetingAction

OPEN, OVERDUE, DONE = "open", "overdue", "done"
LATELY: Final = dt.timedelta(weeks=12)  # how far back what is done is listed


def action_list(
    member: Member, *, state: str = OPEN, owner: int | None, case: int | None = None, set_by_me: bool = False
) -> QuerySet[MeetingAction]:
    """Give actions with all that a page says of them, what is due first; done ones the latest first.

    owner  a membership; None for everybody whom the reader sees
    set_by_me  only those that the reader set
    """
    rows = MeetingAction.objects.select_related("case__pupil", "owner", "set_by", "item__meeting")
    if owner is not None:
        rows = rows.filter(owner=owner)
    if case is not None:
        rows = rows.filter(case=case)
    if set_by_me:
        rows = rows.filter(set_by=member.membership_id)
    if state == DONE:
        return rows.filter(done_at__gte=now() - LATELY).order_by("-done_at", "-pk")
    rows = rows.filter(done_at__isnull=True)
    return (rows.filter(due_on__lt=localdate()) if state == OVERDUE else rows).order_by("due_on", "pk")


def owners_of_actions() -> QuerySet[Membership]:
    """Give who has actions that the reader sees, by name."""
    return Membership.objects.filter(pk__in=MeetingAction.objects.values("owner")).order_by("name", "pk")


def cases_with_actions() -> QuerySet[Case]:
    """Give the cases with actions that the reader sees, by name."""
    with_some = MeetingAction.objects.filter(case__isnull=False)
    return Case.objects.filter(pk__in=with_some.values("case")).select_related("pupil").order_by("pupil__name_key")
