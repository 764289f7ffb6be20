"""Who may do what with agreements and partners: the matrix of the access specification, asked of one member."""

from typing import Any

from apst.tenancy.context import Member


def can_read(member: Member, row: Any = None) -> bool:
    """Read agreements and partners: whoever drafts, signs or answers for what was shared. Guests read their own."""
    return any(member.may(action) for action in ("agreement.draft", "agreement.sign", "disclosure.view"))


def can_draft(member: Member, row: Any = None) -> bool:
    """Keep partners, draft agreements and send them."""
    return member.may("agreement.draft")


def can_sign(member: Member, row: Any = None) -> bool:
    """Sign for one's own party."""
    return member.may("agreement.sign")


def can_end(member: Member, row: Any = None) -> bool:
    """Terminate an agreement."""
    return member.may("agreement.end")


def can_extend(member: Member, row: Any = None) -> bool:
    """Put a review off: the information governance lead alone."""
    return member.may("agreement.end") and member.role == "ig_lead"
