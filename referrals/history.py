"""What happened to a referral, and how it met the eligibility, for its record."""

from dataclasses import dataclass
from typing import Any

from apst.codelists import label

from .models import EligibilityVersion, Referral
from .queries import standing, standing_decision

WORDS = {"met": ("Met", "green"), "not_met": ("Not met", "red"), "overridden": ("Not met, set aside", "orange")}


@dataclass(frozen=True)
class Criterion:
    """One criterion, and what the decision that stands says of it."""

    text: str
    status: str
    colour: str


@dataclass(frozen=True)
class Criteria:
    """The criteria by which a referral was decided, or would be decided now."""

    version: EligibilityVersion | None
    rows: list[Criterion]
    overrides: str
    is_older: bool


def criteria_of(referral: Referral, current: EligibilityVersion | None) -> Criteria:
    """Give the criteria: of the version under which the standing decision was taken, else of the current one."""
    decision = standing_decision(referral)
    used = decision.eligibility if decision and decision.eligibility_id else current
    recorded: dict[str, str] = decision.criteria if decision else {}
    asked = [*(used.criteria if used else ()), *(c for c in recorded if not used or c not in used.criteria)]
    rows = [Criterion(text, *WORDS.get(recorded.get(text, ""), ("Not judged yet", "grey"))) for text in asked]
    is_older = bool(used and current and used.number != current.number)
    return Criteria(used, rows, decision.overrides if decision else "", is_older)


def events_of(referral: Referral) -> list[dict[str, Any]]:
    """Give receipt, decisions and answers, the newest first, as the timeline component takes them."""
    decisions = list(referral.decisions.all())
    held = {decision.pk for decision in standing(decisions)}
    events: list[dict[str, Any]] = [
        {
            "title": label("triage_outcomes", decision.outcome),
            "by": decision.decided_by.name if decision.decided_by else "",
            "at": decision.decided_at,
            "text": "\n".join(filter(None, (decision.rationale, decision.overrides))),
            "tag": None if decision.pk in held or decision.undoes_id else {"text": "Undone", "colour": "grey"},
        }
        for decision in decisions
    ]
    events += [
        {
            "title": "More information given",
            "by": answer.given_by.name if answer.given_by else "",
            "at": answer.given_at,
            "text": answer.text,
        }
        for answer in referral.answers.all()
    ]
    events.append({"title": "Entered", "by": referral.made_by.name if referral.made_by else "", "at": referral.made_at})
    return sorted(events, key=lambda event: event["at"], reverse=True)
