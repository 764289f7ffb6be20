"""What is decided at an item of a meeting: decisions are added and never changed."""

from typing import Any, Final

from django.db import IntegrityError, transaction

from apst.accounts.models import Membership
from apst.tenancy.context import name_act
from cases.exceptions import (
    AlreadyDecided,
    ChangedMeanwhile,
    NotAtTheMeeting,
    RationaleMissing,
    SeniorLeaderMissing,
)
from cases.models import Case, CaseDecision, Meeting, MeetingAttendance, MeetingItem
from cases.queries.agenda import rules
from cases.queries.reviews import next_review
from referrals.models import Referral, TriageDecision
from referrals.services import triage

from .cases import allocate
from .meetings import change_item, locked_item

Outcome = CaseDecision.Outcome
SAYS_WHY: Final = frozenset({Outcome.STEP_DOWN, Outcome.CLOSE})
TEAM, MANAGER = "team", "manager"


@transaction.atomic
def decide(
    item: MeetingItem,
    *,
    outcome: str,
    rationale: str = "",
    dissent: str = "",
    agreed_by: Membership | None = None,
    supersedes: CaseDecision | None = None,
    by: Membership,
) -> CaseDecision:
    """Decide about an item's case, in the meeting's way of deciding, keeping what the page showed.

    agreed_by   the senior leader who agreed, where the taskforce asks for one
    supersedes  the decision of the same item that this one replaces
    Raises AlreadyDecided, RationaleMissing (to step down, to close, without a quorum), SeniorLeaderMissing,
    NotAtTheMeeting, MeetingOver, MeetingNotRunning.
    """
    found = locked_item(item, running=True)
    if found.case_id is None:
        raise ChangedMeanwhile
    case = Case.objects.select_related("lead").get(pk=found.case_id)
    standing = found.decisions.order_by("-decided_at", "-pk").first()
    if (standing.pk if standing else None) != (supersedes.pk if supersedes else None):
        raise AlreadyDecided
    here = list(_present(found.meeting))
    quorate = found.meeting.decides != TEAM or len(here) >= rules().quorum
    if not rationale.strip() and (outcome in SAYS_WHY or not quorate):
        raise RationaleMissing(
            "" if quorate else "Fewer are present than the quorum. Say why it is decided all the same."
        )
    _check_leader(found.meeting, outcome, agreed_by)
    name_act("meeting.decide")
    try:
        with transaction.atomic():
            decision = CaseDecision.objects.create(
                case=case, pupil_id=case.pupil_id, item=found, outcome=outcome, rationale=rationale.strip(),
                decides=found.meeting.decides, decided_by=by, agreed_by=agreed_by, present=here, quorate=quorate,
                dissent=dissent.strip(), showed=_shown(found, case, standing), supersedes=supersedes,
            )  # fmt: skip
    except IntegrityError as error:
        if "_once" in str(error):
            raise AlreadyDecided from None
        raise
    change_item(found, state=MeetingItem.State.DONE)
    return decision


def _present(meeting: Meeting) -> Any:
    rows = MeetingAttendance.objects.filter(meeting=meeting, presence=MeetingAttendance.Presence.PRESENT)
    return rows.filter(who__isnull=False).order_by("who").values_list("who", flat=True)


def _check_leader(meeting: Meeting, outcome: str, agreed_by: Membership | None) -> None:
    asked = meeting.decides == MANAGER and outcome in rules().with_slt
    if asked and agreed_by is None:
        raise SeniorLeaderMissing
    if agreed_by is not None and (agreed_by.role != "slt" or agreed_by.pk not in set(_present(meeting))):
        raise NotAtTheMeeting


def _shown(item: MeetingItem, case: Case, standing: CaseDecision | None) -> dict[str, Any]:
    """What whoever decided had before them: ids, codes and dates, and no free text."""
    review = next_review(case)
    return {
        "reasons": item.reasons,
        "tier": case.tier,
        "lead": case.lead_id,
        "version": case.version,
        "review": review.isoformat() if review else None,
        "decision": standing.pk if standing else None,
    }


def _referral(item: MeetingItem) -> Referral:
    if item.referral_id is None:
        raise ChangedMeanwhile
    return Referral.objects.get(pk=item.referral_id)


@transaction.atomic
def triage_item(
    item: MeetingItem, *, outcome: str, rationale: str = "", version: int | None = None, by: Membership
) -> TriageDecision:
    """Decide about an item's referral, through the one way there is; raises as `referrals.services.triage` does."""
    found = locked_item(item, running=True)
    referral = _referral(found)
    decision = triage(referral, outcome=outcome, rationale=rationale, version=version, by=by)
    change_item(found, state=MeetingItem.State.DONE, triage=decision)
    return decision


@transaction.atomic
def allocate_item(item: MeetingItem, *, by: Membership, **said: Any) -> Case:
    """Open the case of an item's referral, through the one way there is; raises as `cases.services.allocate` does."""
    found = locked_item(item, running=True)
    referral = _referral(found)
    case = allocate(referral, by=by, **said)
    accepted = referral.decisions.order_by("-decided_at", "-pk").first()
    # Whoever sees single cases need not see the one that they opened for others.
    opened = {"case": case} if Case.objects.filter(pk=case.pk).exists() else {}
    change_item(found, state=MeetingItem.State.DONE, triage=accepted, **opened)
    return case
