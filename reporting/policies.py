"""Who may build, open and download a return."""

from typing import Any

from apst.tenancy.context import Member


def can_build(member: Member, row: Any = None) -> bool:
    """True where the matrix lets the member build the return."""
    return member.may("return.build")


def can_open(member: Member, row: Any = None) -> bool:
    """True where the member may see the figures: whoever builds or downloads them."""
    return member.may("return.build") or member.may("return.download")


def can_download(member: Member, row: Any = None) -> bool:
    """True where the matrix lets the member download the return."""
    return member.may("return.download")


def can_see_costs(member: Member, row: Any = None) -> bool:
    """True for those who manage people: what the taskforce costs says what somebody earns."""
    return member.may("people.manage")
