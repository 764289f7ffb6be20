"""Holding a file's rows against what the taskforce holds, a module for each kind."""

from typing import Final

from .calendar import Calendar
from .contacts import Contacts
from .establishments import Establishments
from .plans import Matcher, Options, Plan
from .pupils import Pupils
from .referrals import Referrals
from .sessions import Sessions
from .specialists import Specialists

MATCHERS: Final[dict[str, type[Matcher]]] = {
    "calendar": Calendar,
    "establishments": Establishments,
    "specialists": Specialists,
    "pupils": Pupils,
    "contacts": Contacts,
    "referrals": Referrals,
    "sessions": Sessions,
}
# The tables that imports write, and so the only ones on which one is undone.
TABLES: Final = frozenset(model._meta.db_table for matcher in MATCHERS.values() for model in matcher.writes)

__all__ = ["MATCHERS", "TABLES", "Matcher", "Options", "Plan"]
