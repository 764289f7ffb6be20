"""Who may manage the people of a taskforce."""

from typing import Any

from apst.tenancy.context import Member


def can_manage_people(member: Member, row: Any = None) -> bool:
    """True for whom the matrix lets invite people and change what they are."""
    return member.may("people.manage")


def is_member(member: Member, row: Any = None) -> bool:
    """True for every member of the taskforce."""
    return True


def can_see_access_log(member: Member, row: Any = None) -> bool:
    """True for whom the matrix gives the access log: all of it, or what they looked at themselves."""
    return member.reach("access_log.view") in ("T", "O")


def answers_for_looks(member: Member, row: Any = None) -> bool:
    """True for those who answer for who looked: the manager, the DSL, the information governance lead."""
    return member.reach("access_log.view") == "T"
