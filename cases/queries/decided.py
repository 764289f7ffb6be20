"""What meetings bring to the timeline of a case: decisions, with those that they replaced, and actions."""

import uuid
from typing import Any, Final

from django.db.models import F, QuerySet
from django.db.models.functions import TruncDate
from django.utils.timezone import localdate

from apst.tenancy.context import Member
from cases.models import Case, CaseDecision, MeetingAction

from .timeline import Entry, Kind


def _decisions(case: Case) -> QuerySet[Any, Any]:
    return CaseDecision.objects.filter(case=case).annotate(day=TruncDate("decided_at"), moment=F("decided_at"))


def _decision_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    found = CaseDecision.objects.filter(public_id__in=rows).select_related("decided_by", "agreed_by", "supersedes")
    replaced = set(CaseDecision.objects.filter(supersedes__public_id__in=rows).values_list("supersedes", flat=True))
    return {
        decision.public_id: Entry(
            title=decision.get_outcome_display(),
            at=localdate(decision.decided_at),
            written_at=decision.decided_at,
            by=decision.decided_by.name,
            by_id=decision.decided_by_id,
            text=decision.rationale,
            lines=_lines(decision, replaced=decision.pk in replaced),
            tag={"text": "Decision", "colour": "purple"},
        )
        for decision in found
    }


def _lines(decision: CaseDecision, *, replaced: bool) -> list[str]:
    said = [
        "Replaced by a later decision." if replaced else "",
        f"In place of: {decision.supersedes.get_outcome_display()}." if decision.supersedes else "",
        f"Agreed by {decision.agreed_by.name}." if decision.agreed_by else "",
        "" if decision.quorate else "Without a quorum.",
        f"Seen otherwise: {decision.dissent}" if decision.dissent else "",
    ]
    return [line for line in said if line]


def _actions(case: Case) -> QuerySet[Any, Any]:
    return MeetingAction.objects.filter(case=case).annotate(day=TruncDate("set_at"), moment=F("set_at"))


def _action_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    found = MeetingAction.objects.filter(public_id__in=rows).select_related("owner", "set_by")
    return {
        action.public_id: Entry(
            title=action.what,
            at=localdate(action.set_at),
            written_at=action.set_at,
            by=action.set_by.name,
            by_id=action.set_by_id,
            lines=[f"{action.owner.name}, by {action.due_on:%-d %B %Y}{', done' if action.is_done else ''}"],
            tag={"text": "Action", "colour": "purple"},
        )
        for action in found
    }


KINDS: Final = (
    Kind("decision", "Decisions", _decisions, _decision_entries),
    Kind("action", "Actions", _actions, _action_entries),
)
