"""Who may change where the taskforce works and when school is."""

from typing import Any

from apst.tenancy.context import Member


def can_change_settings(member: Member, row: Any = None) -> bool:
    """True for whom the matrix lets change the taskforce's settings and sites."""
    return member.may("settings.change")


def can_change_calendar(member: Member, row: Any = None) -> bool:
    """True for whom the matrix lets change the calendar and the establishments."""
    return member.may("calendar.change")
