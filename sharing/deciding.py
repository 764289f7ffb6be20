"""May this organisation have these categories of this pupil for this purpose now, and what says so: the rules, pure.

`app.sharing_answers` asks the same of the database, and `app.enter` lets a guest see by the same rules; a test holds
them against each other cell by cell (access specification, "What the outside sees").
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

IN_FORCE: Final = ("in_force", "due_for_review")
STANDINGS: Final = {
    "draft": "Draft",
    "sent": "Sent, to be signed",
    "to_begin": "Signed, begins later",
    "in_force": "In force",
    "due_for_review": "In force, overdue for review",
    "expired": "Expired",
    "terminated": "Terminated",
    "superseded": "Superseded by a later version",
}
# What says so, by code; the farther an agreement goes, the earlier it stands.
CLAUSES: Final = {
    "allow": "The agreement in force covers it",
    "not_shared": "The case is not shared under the agreement",
    "category": "The agreement does not let the partner see this category",
    "purpose": "The agreement does not cover this purpose",
    "to_begin": "The agreement has not begun",
    "sent": "The agreement is not signed by both parties",
    "expired": "The agreement has expired",
    "superseded": "The agreement was superseded",
    "terminated": "The agreement was terminated",
    "no_agreement": "There is no agreement with this organisation",
    "restricted": "A restricted case is not shared under an agreement",
}
ALLOW, WITHOUT, DENY = "allow", "without", "deny"


@dataclass(frozen=True)
class Terms:
    """What of an agreement says how it stands.

    signatures     how many parties have signed; two make it binding
    superseded_on  the day on which a later version, signed by both, begins
    """

    sent: bool
    signatures: int
    starts_on: dt.date
    review_on: dt.date
    ends_on: dt.date
    extended_until: dt.date | None = None
    terminated_on: dt.date | None = None
    superseded_on: dt.date | None = None


def standing(terms: Terms, today: dt.date) -> str:
    """Give how an agreement stands on a day, a code of STANDINGS.

    Overdue for review it holds on, and warns; only its end and an ending cut.
    """
    if not terms.sent:
        return "draft"
    if terms.terminated_on and terms.terminated_on <= today:
        return "terminated"
    if terms.ends_on < today:
        return "expired"
    if terms.signatures < 2:
        return "sent"
    if terms.superseded_on and terms.superseded_on <= today:
        return "superseded"
    if terms.starts_on > today:
        return "to_begin"
    return "due_for_review" if max(terms.review_on, terms.extended_until or terms.review_on) < today else "in_force"


@dataclass(frozen=True)
class Agreed:
    """An agreement as the decision sees it. shared_for: the purposes for which the pupil's case is shared under it."""

    key: int
    standing: str
    purposes: Collection[str]
    categories: Collection[str]
    shared_for: Collection[str]


@dataclass(frozen=True)
class Answer:
    """The answer for one category. clause: a code of CLAUSES;  agreement: the key of the one that says so, or None."""

    category: str
    clause: str
    agreement: int | None

    @property
    def allowed(self) -> bool:
        """True where it may be shared."""
        return self.clause == "allow"

    @property
    def words(self) -> str:
        """The clause in words."""
        return CLAUSES[self.clause]


def answers(agreed: Iterable[Agreed], *, purpose: str, categories: Iterable[str], restricted: bool) -> list[Answer]:
    """Give the answer for each category, in the order of their codes. Of several agreements the one that goes farthest
    answers, the latest of those.
    """
    known = [one for one in agreed if one.standing != "draft"]
    order = list(CLAUSES)
    found = []
    for category in sorted(categories):
        if restricted or not known:
            said = [(order.index("restricted" if restricted else "no_agreement"), -one.key, one.key) for one in known]
            latest = min(said)[2] if said else None
            found.append(Answer(category, "restricted" if restricted else "no_agreement", latest))
            continue
        each = [(order.index(_clause(one, purpose, category)), -one.key, one.key) for one in known]
        best = min(each)
        found.append(Answer(category, order[best[0]], best[2]))
    return found


def _clause(one: Agreed, purpose: str, category: str) -> str:
    if one.standing not in IN_FORCE:
        return one.standing
    if purpose not in one.purposes:
        return "purpose"
    if category not in one.categories:
        return "category"
    return "allow" if purpose in one.shared_for else "not_shared"


def outcome(answers: Collection[Answer]) -> str:
    """Give ALLOW, WITHOUT (some) or DENY for all that was asked."""
    allowed = sum(answer.allowed for answer in answers)
    return ALLOW if answers and allowed == len(answers) else WITHOUT if allowed else DENY
