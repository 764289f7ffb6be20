"""What cases themselves bring to their timeline: sessions, triage decisions, stages and who joined the team."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet

from apst.codelists import label
from apst.tenancy.context import Member
from cases.lengths import length_words
from cases.models import Case, CaseMember, CaseStage, Intervention, InterventionNote, InterventionPlace
from referrals.models import TriageDecision

from . import assessments, checklists, consents, decided, onward
from .closing import ENDINGS
from .documents import DOCUMENTS
from .exclusions import EXCLUSION_KINDS
from .notes import NOTE_KINDS
from .plan_entries import KINDS as PLAN_KINDS
from .risks import RISK_KINDS
from .timeline import Entry, Kind


def _sessions(case: Case) -> QuerySet[Any, Any]:
    return InterventionPlace.objects.filter(case=case, intervention__deleted_at__isnull=True).annotate(
        day=F("held_on"),
        moment=F("intervention__logged_at"),
        public_id=F("intervention__public_id"),
    )


def _session_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    sessions = (
        Intervention.objects.filter(public_id__in=rows)
        .select_related("logged_by")
        .prefetch_related("places", "specialists__post__specialist")
    )
    notes = dict(
        InterventionNote.objects.filter(intervention__public_id__in=rows).values_list("intervention_id", "text")
    )
    said = {}
    for session in sessions:
        here = [place for place in session.places.all() if place.case_id == case.pk]
        others = len(session.places.all()) - len(here)
        who = ", ".join(row.post.specialist.name for row in session.specialists.all())
        attendance = ", ".join(label("session_attendance", place.attendance) for place in here)
        what = label("intervention_types", session.intervention_type) or label("activity_types", session.activity_type)
        together = f", with {others} other{'s' if others > 1 else ''}" if others else ""
        said[session.public_id] = Entry(
            title=what,
            at=session.held_on,
            written_at=session.logged_at,
            by=who,
            by_id=session.logged_by_id,
            text=notes.get(session.pk, ""),
            lines=[f"{length_words(session.minutes)}. {attendance}{together}"],
            href=f"/sessions/{session.public_id}/",
            tag={"text": "Session", "colour": "blue"},
        )
    return said


def _decisions(case: Case) -> QuerySet[Any, Any]:
    return TriageDecision.objects.filter(referral=case.referral_id or 0).annotate(
        day=F("decided_on"), moment=F("decided_at")
    )


def _decision_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    return {
        decision.public_id: Entry(
            title=label("triage_outcomes", decision.outcome),
            at=decision.decided_on,
            written_at=decision.decided_at,
            by=decision.decided_by.name if decision.decided_by else "",
            by_id=decision.decided_by_id,
            text="\n".join(filter(None, (decision.rationale, decision.overrides))),
            tag={"text": "Triage", "colour": "purple"},
        )
        for decision in TriageDecision.objects.filter(public_id__in=rows).select_related("decided_by")
    }


def _stages(case: Case) -> QuerySet[Any, Any]:
    return CaseStage.objects.filter(case=case).annotate(day=F("starts_on"), moment=F("made_at"))


def _stage_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    return {
        stage.public_id: Entry(
            title=label("tiers", stage.tier),
            at=stage.starts_on,
            written_at=stage.made_at,
            by=stage.made_by.name if stage.made_by else "",
            by_id=stage.made_by_id,
            text=stage.why,
            lines=[stage.get_offer_display()] if stage.offer else [],
            tag={"text": "Tier", "colour": "purple"},
        )
        for stage in CaseStage.objects.filter(public_id__in=rows).select_related("made_by")
    }


def _joined(case: Case) -> QuerySet[Any, Any]:
    return CaseMember.objects.filter(case=case).annotate(day=F("starts_on"), moment=F("joined_at"))


def _joined_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    found: Iterable[CaseMember] = CaseMember.objects.filter(public_id__in=rows).select_related("post__specialist")
    return {
        row.public_id: Entry(
            title=f"{row.post.specialist.name} joined the team",
            at=row.starts_on,
            written_at=row.joined_at,
            lines=[row.get_part_display()],
            tag={"text": "Team", "colour": "grey"},
        )
        for row in found
    }


KINDS = (
    *NOTE_KINDS,
    Kind("session", "Sessions", _sessions, _session_entries),
    Kind("triage", "Triage decisions", _decisions, _decision_entries),
    Kind("tier", "Tiers", _stages, _stage_entries),
    Kind("team", "Team", _joined, _joined_entries),
    DOCUMENTS,
    *EXCLUSION_KINDS,
    *RISK_KINDS,
    ENDINGS,
    *PLAN_KINDS,
    assessments.KIND,
    checklists.KIND,
    consents.KIND,
    *onward.KINDS,
    *decided.KINDS,
)
