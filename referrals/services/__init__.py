"""Making referrals, and everything that is decided about them: every write of them."""

from .deciding import CRITERION_STATES, ENDS, ask_for_more, mark_allocated, triage, undo, undo_ends_at, withdraw
from .eligibility import publish_eligibility
from .matching import match_pupil
from .referring import NewPupil, Strategy, alike, give_information, refer
from .targets import keep_targets
from .waiting import place

__all__ = [
    "CRITERION_STATES",
    "ENDS",
    "NewPupil",
    "Strategy",
    "alike",
    "ask_for_more",
    "give_information",
    "keep_targets",
    "mark_allocated",
    "match_pupil",
    "place",
    "publish_eligibility",
    "refer",
    "triage",
    "undo",
    "undo_ends_at",
    "withdraw",
]
