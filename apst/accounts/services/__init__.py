"""Accounts, memberships, invitations and drafts: every write of them."""

from .drafts import discard_draft, draft_for, save_draft
from .invitations import Greeting, accept, accept_as_new, greeting, invite, resend, withdraw
from .memberships import change_membership, make_account, make_area_member, make_member, note

__all__ = [
    "Greeting",
    "accept",
    "accept_as_new",
    "change_membership",
    "discard_draft",
    "draft_for",
    "greeting",
    "invite",
    "make_account",
    "make_area_member",
    "make_member",
    "note",
    "resend",
    "save_draft",
    "withdraw",
]
