"""The hours of a meeting as multi-agency work: one session of those who were there, by one confirmation, never two.

Work with other specialists that names no pupil counts its minutes once for each specialist (the return's "Rows that
count"). The meeting's own id is the session's key, which the database keeps unique.
"""

from collections.abc import Collection

from django.db import transaction
from django.utils.timezone import localtime

from apst.accounts.models import Membership
from apst.people.models import Post
from cases.exceptions import HoursNotCounted, MeetingNotClosed, NobodyToCount
from cases.models import Intervention, Meeting
from cases.queries.agenda import rules
from cases.queries.meeting_hours import KIND, session_of

from .interventions import change_session, delete_session, log_session, restore_session

DRAFT = "meeting-hours"


@transaction.atomic
def count_hours(meeting: Meeting, *, posts: Collection[Post], minutes: int, by: Membership) -> Intervention:
    """Count a closed meeting's minutes for each post; counted already, what was counted stands.

    Raises MeetingNotClosed, HoursNotCounted, NobodyToCount and what `log_session` raises.
    """
    if not meeting.is_over or meeting.started_at is None:
        raise MeetingNotClosed
    if not rules().counts_hours:
        raise HoursNotCounted
    if not posts:
        raise NobodyToCount
    began = localtime(meeting.started_at)
    starts_at = began.time().replace(second=0, microsecond=0)
    before = session_of(meeting)
    if before and before.deleted_at is None:
        return before
    if before:  # it was taken back, and is counted after all
        change_session(
            before, version=None, specialists=posts, held_on=began.date(), minutes=minutes, activity_type=KIND,
            starts_at=starts_at, site=meeting.site, by=by,
        )  # fmt: skip
        return restore_session(before, by=by)
    return log_session(
        specialists=posts, held_on=began.date(), minutes=minutes, activity_type=KIND, starts_at=starts_at,
        site=meeting.site, submission_key=meeting.public_id, draft=DRAFT, by=by,
    )  # fmt: skip


@transaction.atomic
def take_hours_back(meeting: Meeting, *, by: Membership) -> None:
    """Count a meeting's hours no more; they can be counted again. Raises WindowClosed."""
    if session := session_of(meeting):
        delete_session(session, by=by)
