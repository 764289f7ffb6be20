"""What a row of the queue, and of one's own referrals, shows: decided here, so that templates hold no rules."""

import datetime as dt
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from apst.codelists import codes, label
from apst.people.models import Pupil
from apst.people.queries import year_group
from apst.tenancy.context import Member

from . import policies
from .models import Referral, TriageDecision
from .queries import TO_TRIAGE, WAITS, WaitingClock, is_answered, standing_decision
from .services import undo_ends_at

COLOURS = {
    Referral.State.NEW: "blue",
    Referral.State.MORE_INFORMATION: "yellow",
    Referral.State.ACCEPTED: "green",
    Referral.State.WAITING_LIST: "purple",
    Referral.State.ALLOCATED: "grey",
    Referral.State.ENDED: "grey",
}
# What whoever referred is told; nothing of the case.
TOLD = {
    Referral.State.NEW: "Waiting for a decision",
    Referral.State.MORE_INFORMATION: "More information needed",
    Referral.State.ACCEPTED: "Accepted",
    Referral.State.WAITING_LIST: "On the waiting list",
    Referral.State.ALLOCATED: "Being supported",
    Referral.State.ENDED: "Closed",
}


@dataclass(frozen=True)
class QueueRow:
    """One referral as the queue shows it."""

    referral: Referral
    year: str
    school: str
    reasons: str
    source: str
    waiting: str
    days: str
    received: str
    late: bool
    status: str
    colour: str
    decision: TriageDecision | None
    may_accept: bool
    may_decide: bool
    may_undo: bool
    allocate_href: str


def allocate_address(referral: Referral) -> str:
    """Give the page of `cases` (which this package does not know) on which a case is opened, "" where there is none."""
    try:
        return reverse("cases:case-allocate", args=[referral.public_id])
    except NoReverseMatch:
        return ""


def status_of(referral: Referral) -> tuple[str, str]:
    """Give where a referral stands in words, and the colour of its tag."""
    if is_answered(referral):
        return "Answered", "teal"
    decision = standing_decision(referral)
    if referral.state == Referral.State.ENDED and decision:
        return label("triage_outcomes", decision.outcome), "grey"
    return str(Referral.State(referral.state).label), COLOURS[Referral.State(referral.state)]


def may_undo(referral: Referral, member: Member) -> bool:
    """True while this member may take back the decision that stands."""
    decision = standing_decision(referral)
    return (
        decision is not None
        and policies.can_triage(member)
        and referral.state != Referral.State.ALLOCATED
        and decision.decided_by_id is not None
        and decision.decided_by_id == member.membership_id
        and timezone.now() <= undo_ends_at(decision)
    )


def year_words(pupil: Pupil, day: dt.date) -> str:
    """Give the year group in which a pupil is taught on a day, such as "Year 9"."""
    code = year_group(pupil, day)
    return label("year_groups", code) if code in codes("year_groups") else f"Year {code}"


def short(day: dt.date, today: dt.date) -> str:
    """Give a day as narrow as it can be read: "2 Nov", with its year where that is not this one."""
    return f"{day:%-d %b}" if day.year == today.year else f"{day:%-d %b %Y}"


def reasons_of(referral: Referral) -> str:
    """Give the reasons in words."""
    return "; ".join(label("referral_reasons", reason) for reason in referral.reasons)


def queue_row(referral: Referral, member: Member, clock: WaitingClock) -> QueueRow:
    """Give one row of the queue; reads nothing that `queries.page_of` has not read."""
    status, colour = status_of(referral)
    undecided = referral.state in TO_TRIAGE
    return QueueRow(
        referral=referral,
        year=year_words(referral.pupil, clock.today),
        school=referral.pupil.home_school.name if referral.pupil.home_school else "",
        reasons=reasons_of(referral),
        source=label("referral_sources", referral.source),
        waiting=clock.words(referral.received_on) if referral.state in WAITS else "",
        days=clock.figure(referral.received_on) if referral.state in WAITS else "",
        received=short(referral.received_on, clock.today),
        late=undecided and clock.is_late(referral.received_on),
        status=status,
        colour=colour,
        decision=standing_decision(referral),
        may_accept=undecided and policies.can_triage(member),
        may_decide=referral.state != Referral.State.ALLOCATED and policies.can_triage(member),
        may_undo=may_undo(referral, member),
        allocate_href=allocate_address(referral) if referral.state in WAITS and policies.can_allocate(member) else "",
    )


@dataclass(frozen=True)
class OwnRow:
    """One referral as whoever made it follows it."""

    referral: Referral
    status: str
    colour: str
    sent: str
    question: str
    wants_answer: bool


def own_row(referral: Referral) -> OwnRow:
    """Give where one's own referral stands, and the question where one is asked; nothing of the case."""
    decision = standing_decision(referral)
    answered = is_answered(referral)
    asked = referral.state == Referral.State.MORE_INFORMATION
    status = "You have answered" if answered else TOLD[Referral.State(referral.state)]
    if referral.state == Referral.State.ENDED and decision:
        status = label("triage_outcomes", decision.outcome)
    return OwnRow(
        referral=referral,
        status=status,
        colour="teal" if answered else COLOURS[Referral.State(referral.state)],
        sent=f"{referral.received_on:%-d %B %Y}",
        question=decision.rationale if asked and decision else "",
        wants_answer=asked and not answered,
    )
