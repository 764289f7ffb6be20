"""The acts of sharing."""

from .agreements import draft, end, extend, new_version, save_categories, save_draft, send, sign
from .breaches import add_step, close_breach, decide_breach, keep_breach, report_breach
from .disclosures import disclose, show_page
from .guests import end_guest, invite_guest
from .information import (
    answer_request,
    ask_for_information,
    bring_information_back,
    record_information,
    strike_information,
    supply_information,
)
from .outside import decide_not_to_share, give_to_family, look_at, record_shared_outside
from .papers import ask_for_agreement
from .partners import save_partner
from .privacy import bring_told_back, record_told, strike_told
from .shares import share_case, take_back

__all__ = [
    "add_step",
    "answer_request",
    "ask_for_agreement",
    "ask_for_information",
    "bring_information_back",
    "bring_told_back",
    "close_breach",
    "decide_breach",
    "decide_not_to_share",
    "disclose",
    "draft",
    "end",
    "end_guest",
    "extend",
    "give_to_family",
    "invite_guest",
    "keep_breach",
    "look_at",
    "new_version",
    "record_information",
    "record_shared_outside",
    "record_told",
    "report_breach",
    "save_categories",
    "save_draft",
    "save_partner",
    "send",
    "share_case",
    "show_page",
    "sign",
    "strike_information",
    "strike_told",
    "supply_information",
    "take_back",
]
