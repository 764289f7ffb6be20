"""When a case is next looked at together."""

import datetime as dt
from collections.abc import Callable
from typing import Final

from cases.models import Case

from . import plans
from .risks import next_risk_review

# Each gives the day of the next review that it knows of, None where there is none; at most one question each.
REVIEWS: Final[tuple[Callable[[Case], dt.date | None], ...]] = (plans.next_review, next_risk_review)


def next_review(case: Case) -> dt.date | None:
    """Give the day of the next review of whatever is reviewed on a case; None while nothing is."""
    days = [day for ask in REVIEWS if (day := ask(case))]
    return min(days) if days else None
