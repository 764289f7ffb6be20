"""Holding a file's rows against what the taskforce holds, a module for each kind."""

from collections.abc import Callable
from typing import Final

from .calendar import Calendar
from .contacts import Contacts
from .establishments import Establishments
from .plans import Matcher, Options, Plan
from .pupils import Pupils
from .referrals import Referrals
from .sessions import Sessions
from .specialists import Specialists

MATCHERS: Final[dict[str, Callable[[Options], Matcher]]] = {
    "calendar": Calendar,
    "establishments": Establishments,
    "specialists": Specialists,
    "pupils": Pupils,
    "contacts": Contacts,
    "referrals": Referrals,
    "sessions": Sessions,
}

__all__ = ["MATCHERS", "Matcher", "Options", "Plan"]
