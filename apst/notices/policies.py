"""Who may choose their emails and have a calendar address."""

from typing import Any

from apst.tenancy.context import Member


def is_member(member: Member, row: Any = None) -> bool:
    """True for every member: what they are told is theirs to say."""
    return member.membership_id is not None


def can_have_calendar(member: Member) -> bool:
    """True for those who hold sessions or sit in meetings: nobody else's calendar would ever hold anything."""
    return member.may("intervention.log") or member.reach("meeting.attend") == "T"
