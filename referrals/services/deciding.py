"""Triage: decisions are added and never changed; where the referral stands is kept beside them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apst.accounts.models import Membership
from apst.codelists import codes, codes_where
from apst.tenancy.context import current, name_act
from referrals.exceptions import (
    AlreadyAllocated,
    AlreadyTriaged,
    BadReferral,
    CannotUndo,
    ChangedMeanwhile,
    CriterionNotMet,
    ReasonNeeded,
)
from referrals.models import EligibilityVersion, Referral, TriageDecision
from referrals.queries import standing

ENDS: Final = codes_where("triage_outcomes", "ends_referral")
ACCEPTS: Final = frozenset({"accepted", "waiting_list"})
NEEDS_REASON: Final = frozenset({"declined", "signposted", "offer_refused", "more_information"})
CRITERION_STATES: Final = ("met", "not_met", "overridden")


def locked(referral: Referral, version: int | None) -> Referral:
    """Lock a referral's row and give it; raises ChangedMeanwhile where it is not the version that was seen."""
    row = Referral.objects.select_for_update().get(pk=referral.pk)
    if version is not None and row.version != version:
        raise ChangedMeanwhile
    return row


def _stand(referral: Referral, row: Referral, state: str) -> None:
    """Write where it stands now, and tell the row that the caller holds."""
    row.state = state
    row.version += 1
    row.save(update_fields=["state", "version"])
    referral.state, referral.version = row.state, row.version


def _state_after(decisions: Iterable[TriageDecision]) -> str:
    held = standing(decisions)
    if not held:
        return Referral.State.NEW
    last = held[-1].outcome
    return str(Referral.State.ENDED if last in ENDS else Referral.State(last))


@transaction.atomic
def triage(
    referral: Referral,
    *,
    outcome: str,
    rationale: str = "",
    criteria: Mapping[str, str] | None = None,
    overrides: str = "",
    version: int | None = None,
    by: Membership | None,
) -> TriageDecision:
    """Decide on a referral; a later outcome adds a decision, none is ever changed.

    criteria   each criterion of the current eligibility version: met, not_met or overridden
    version    the version that the page showed; None where nobody looked at one

    Raises AlreadyTriaged (this outcome stands), AlreadyAllocated, ChangedMeanwhile, ReasonNeeded, CriterionNotMet,
    BadReferral.
    """
    name_act("referral.triage")
    row = locked(referral, None)
    if row.state == Referral.State.ALLOCATED:
        raise AlreadyAllocated
    if outcome == "undone" or outcome not in codes("triage_outcomes"):
        raise BadReferral("Choose an outcome from the list.")
    held = standing(row.decisions.all())
    if held and held[-1].outcome == outcome and outcome != "more_information":
        raise AlreadyTriaged(f"This outcome was recorded already, on {held[-1].decided_on:%-d %B %Y}.")
    if version is not None and row.version != version:
        raise ChangedMeanwhile
    criteria = dict(criteria or {})
    _check_reasons(outcome, rationale, criteria, overrides)
    decision = _decide(row, outcome=outcome, rationale=rationale, criteria=criteria, overrides=overrides, by=by)
    _stand(referral, row, _state_after(row.decisions.all()))
    return decision


def _check_reasons(outcome: str, rationale: str, criteria: Mapping[str, str], overrides: str) -> None:
    if any(state not in CRITERION_STATES for state in criteria.values()):
        raise BadReferral("A criterion is met, not met or overridden.")
    if outcome in NEEDS_REASON and not rationale.strip():
        asked = "Say what you need to know" if outcome == "more_information" else "Give the reason"
        raise ReasonNeeded(f"{asked}: whoever referred the pupil will ask.")
    if "overridden" in criteria.values() and not overrides.strip():
        raise ReasonNeeded("Say why the threshold is set aside.")
    if outcome in ACCEPTS and "not_met" in criteria.values():
        raise CriterionNotMet("A criterion is not met. Set it aside with a reason, or choose another outcome.")


def _decide(
    row: Referral,
    *,
    outcome: str,
    rationale: str = "",
    criteria: Mapping[str, str] | None = None,
    overrides: str = "",
    undoes: TriageDecision | None = None,
    by: Membership | None,
) -> TriageDecision:
    return TriageDecision.objects.create(
        referral=row,
        outcome=outcome,
        decided_on=timezone.localdate(),
        decided_by=by,
        decided_how=current().taskforce.decides,
        rationale=rationale,
        undoes=undoes,
        eligibility=EligibilityVersion.objects.first() if undoes is None else None,
        criteria=dict(criteria or {}),
        overrides=overrides,
    )


def ask_for_more(
    referral: Referral, *, question: str, version: int | None = None, by: Membership | None
) -> TriageDecision:
    """Ask whoever referred for more information; raises as `triage` does."""
    return triage(referral, outcome="more_information", rationale=question, version=version, by=by)


def withdraw(
    referral: Referral, *, rationale: str = "", version: int | None = None, by: Membership | None
) -> TriageDecision:
    """Record that whoever referred has withdrawn it; raises as `triage` does."""
    return triage(referral, outcome="withdrawn", rationale=rationale, version=version, by=by)


def undo_ends_at(decision: TriageDecision) -> dt.datetime:
    """Give the moment until which the person who decided may undo it."""
    return decision.decided_at + dt.timedelta(minutes=settings.UNDO_MINUTES)


@transaction.atomic
def undo(decision: TriageDecision, *, by: Membership | None) -> TriageDecision:
    """Take back one's own last decision, within settings.UNDO_MINUTES and while no case was opened: adds an `undone`.

    Raises CannotUndo, with the reason.
    """
    name_act("referral.undo_triage")
    row = locked(decision.referral, None)
    if row.state == Referral.State.ALLOCATED:
        raise CannotUndo("This referral has been allocated since, so the decision cannot be undone.")
    held = standing(row.decisions.all())
    if not held or held[-1].pk != decision.pk:
        raise CannotUndo("Another decision has followed, or this one was undone already.")
    if by is None or decision.decided_by_id != by.pk:
        raise CannotUndo("Only the person who decided can undo it. You can record another outcome.")
    if timezone.now() > undo_ends_at(decision):
        raise CannotUndo(
            f"A decision can be undone for {settings.UNDO_MINUTES} minutes. You can record another outcome."
        )
    undoing = _decide(row, outcome="undone", undoes=decision, by=by)
    _stand(decision.referral, row, _state_after(row.decisions.all()))
    return undoing


@transaction.atomic
def mark_allocated(referral: Referral, *, version: int | None = None, by: Membership | None) -> TriageDecision | None:
    """Note that a case was opened on it; an undecided referral (or an ended one) is accepted by the same act.

    Called by the allocation in `cases`, inside its transaction and under its verb.
    Gives the acceptance, where it made one.
    Raises AlreadyAllocated, ChangedMeanwhile.
    """
    row = locked(referral, version)
    if row.state == Referral.State.ALLOCATED:
        raise AlreadyAllocated
    decided = row.state in (Referral.State.ACCEPTED, Referral.State.WAITING_LIST)
    decision = None if decided else _decide(row, outcome="accepted", by=by)
    _stand(referral, row, Referral.State.ALLOCATED)
    return decision
