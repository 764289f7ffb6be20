"""Accounts, memberships, invitations and drafts: every write of them."""

from .drafts import discard_draft, draft_for, save_draft
from .invitations import Greeting, accept, accept_as_new, admit, greeting, invite, resend, settle, withdraw
from .memberships import (
    ask_for_access,
    before_leaving,
    change_membership,
    confirm_access,
    make_account,
    make_area_member,
    note,
)

__all__ = [
    "Greeting",
    "accept",
    "accept_as_new",
    "admit",
    "ask_for_access",
    "before_leaving",
    "change_membership",
    "confirm_access",
    "discard_draft",
    "draft_for",
    "greeting",
    "invite",
    "make_account",
    "make_area_member",
    "note",
    "resend",
    "save_draft",
    "settle",
    "withdraw",
]
