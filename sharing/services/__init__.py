"""The acts of sharing."""

from .agreements import draft, end, extend, new_version, save_categories, save_draft, send, sign
from .disclosures import disclose, show_page
from .guests import end_guest, invite_guest
from .papers import ask_for_agreement
from .partners import save_partner
from .shares import share_case, take_back

__all__ = [
    "ask_for_agreement",
    "disclose",
    "draft",
    "end",
    "end_guest",
    "extend",
    "invite_guest",
    "new_version",
    "save_categories",
    "save_draft",
    "save_partner",
    "send",
    "share_case",
    "show_page",
    "sign",
    "take_back",
]
