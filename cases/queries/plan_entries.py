"""What plans, the way back and passports bring to the timeline of a case."""

import uuid
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.timezone import localtime

from apst.tenancy.context import Member
from cases.models import (
    Case,
    PassportFeedback,
    PassportVersion,
    PlanReview,
    PlanVersion,
    Reintegration,
    ReintegrationCheck,
)

from .plans import ReviewLine, plan_of, review_lines
from .timeline import Entry, Kind


def _plan_address(case: Case) -> str:
    return reverse("cases:case-plan", args=[case.public_id])


def _versions(case: Case) -> QuerySet[Any, Any]:
    return PlanVersion.objects.filter(case=case, minor=False).annotate(day=F("made_on"), moment=F("made_at"))


def _version_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    found = PlanVersion.objects.filter(public_id__in=rows).select_related("made_by").defer("content")
    return {
        version.public_id: Entry(
            title=version.said,
            at=version.made_on,
            written_at=version.made_at,
            by=version.made_by.name if version.made_by else "",
            by_id=version.made_by_id,
            href=reverse("cases:plan-version", args=[version.public_id]),
            tag={"text": "Plan", "colour": "green"},
            category="plan",
        )
        for version in found
    }


def _reviews(case: Case) -> QuerySet[Any, Any]:
    corrected = PlanReview.objects.filter(corrects=OuterRef("pk"))
    return PlanReview.objects.filter(~Exists(corrected), case=case).annotate(day=F("held_on"), moment=F("written_at"))


def _review_text(line: ReviewLine) -> str:
    return f"{line.review.changed}\n\nNext: {line.review.following}"


def _review_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    plan = plan_of(case)
    lines = {line.review.public_id: line for line in review_lines(plan)} if plan else {}
    return {
        public_id: Entry(
            title="Plan reviewed",
            at=line.review.held_on,
            written_at=line.review.written_at,
            by=line.review.written_by.name if line.review.written_by else "",
            by_id=line.review.written_by_id,
            text=_review_text(line),
            lines=[f"There: {line.review.present}", *(f"{goal}: {score} out of 10" for goal, score in line.scores)],
            href=f"{_plan_address(case)}#reviews",
            tag={"text": "Review", "colour": "green"},
            earlier=[(_when(one), _review_text(one)) for one in line.earlier],
            category="plan",
        )
        for public_id, line in lines.items()
        if public_id in rows
    }


def _when(line: ReviewLine) -> str:
    by = f", {line.review.written_by.name}" if line.review.written_by else ""
    return f"{localtime(line.review.written_at):%-d %B %Y at %H:%M}{by}"


def _ways(case: Case) -> QuerySet[Any, Any]:
    return Reintegration.objects.filter(case=case).annotate(day=TruncDate("written_at"), moment=F("written_at"))


def _way_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    found = Reintegration.objects.filter(public_id__in=rows).select_related("school", "written_by")
    return {
        way.public_id: Entry(
            title=f"Way back to {way.school.name} planned",
            at=localtime(way.written_at).date(),
            written_at=way.written_at,
            by=way.written_by.name if way.written_by else "",
            by_id=way.written_by_id,
            lines=[f"First day: {way.starts_on:%-d %B %Y}"],
            href=reverse("cases:case-reintegration", args=[case.public_id]),
            tag={"text": "Way back", "colour": "green"},
            category="education",
        )
        for way in found
    }


def _checks(case: Case) -> QuerySet[Any, Any]:
    return ReintegrationCheck.objects.filter(case=case).annotate(day=F("held_on"), moment=F("written_at"))


def _check_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    found = ReintegrationCheck.objects.filter(public_id__in=rows).select_related("reintegration__school", "written_by")
    return {
        check.public_id: Entry(
            title=f"After {check.weeks} weeks at {check.reintegration.school.name}",
            at=check.held_on,
            written_at=check.written_at,
            by=check.written_by.name if check.written_by else "",
            by_id=check.written_by_id,
            text=check.text,
            lines=[check.get_outcome_display()],
            href=reverse("cases:case-reintegration", args=[case.public_id]),
            tag={"text": "Way back", "colour": "green"},
            category="education",
        )
        for check in found
    }


def _passports(case: Case) -> QuerySet[Any, Any]:
    return PassportVersion.objects.filter(case=case).annotate(day=F("made_on"), moment=F("made_at"))


def _passport_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    found = PassportVersion.objects.filter(public_id__in=rows).select_related("made_by", "passport")
    return {
        version.public_id: Entry(
            title="Communication passport written" if version.number == 1 else "Communication passport rewritten",
            at=version.made_on,
            written_at=version.made_at,
            by=version.made_by.name if version.made_by else "",
            by_id=version.made_by_id,
            lines=[
                f"Version {version.number}, written with {version.written_with}",
                "The pupil agreed to it" if version.agreed else "The pupil has not agreed to it yet",
            ],
            href=reverse("cases:passport-versions", args=[version.passport.public_id]),
            tag={"text": "Passport", "colour": "teal"},
            category="voice",
        )
        for version in found
    }


def _feedback(case: Case) -> QuerySet[Any, Any]:
    return PassportFeedback.objects.filter(case=case).annotate(day=F("said_on"), moment=F("written_at"))


def _feedback_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    found = PassportFeedback.objects.filter(public_id__in=rows).select_related("written_by")
    return {
        said.public_id: Entry(
            title=f"Passport in class: {said.get_worked_display().lower()}",
            at=said.said_on,
            written_at=said.written_at,
            by=said.written_by.name if said.written_by else "",
            by_id=said.written_by_id,
            text=said.text,
            href=reverse("cases:case-passport", args=[case.public_id]),
            tag={"text": "Passport", "colour": "teal"},
        )
        for said in found
    }


KINDS = (
    Kind("plan", "Plan", _versions, _version_entries),
    Kind("plan_review", "Plan reviews", _reviews, _review_entries),
    Kind("reintegration", "Way back to school", _ways, _way_entries),
    Kind("reintegration_check", "Checks of the way back", _checks, _check_entries),
    Kind("passport", "Passport", _passports, _passport_entries),
    Kind("passport_feedback", "What staff said", _feedback, _feedback_entries),
)
