"""Reading risk: the judgement that stands in each area and those before, and the rest of the page."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection
from django.db.models import F, QuerySet
from django.utils.timezone import localdate, localtime

from apst.people.models import Pupil
from apst.tenancy.context import Member
from cases.models import (
    Case,
    KeepApart,
    KeepApartReason,
    MissingEpisode,
    Protection,
    ProtectionText,
    RiskEvidence,
    RiskJudgement,
    SafetyPlan,
    Sensitivity,
)

from .timeline import Entry, Kind

COLOURS: Final[dict[str, str]] = {"high": "red", "medium": "orange", "low": "yellow", "none_known": "grey"}
HIGHEST_FIRST: Final = (*COLOURS, None)  # None: nobody has judged that area yet
NOT_YOURS: Final = "Restricted: only its author, the designated safeguarding lead and those let in may read it."


@dataclass
class Judged:
    """One judgement with its evidence, None for a reader who may not read it, "" where there is none."""

    row: RiskJudgement
    evidence: str | None


@dataclass
class AreaNow:
    """One area: the judgement that stands, and those before, the latest first."""

    area: str
    words: str
    now: Judged | None = None
    before: list[Judged] = field(default_factory=list)


def areas_of(case: Case) -> list[AreaNow]:
    """Give every area of risk with its judgements, the highest first: two queries."""
    rows = list(RiskJudgement.objects.filter(case=case).select_related("written_by").order_by("-judged_on", "-pk"))
    texts = dict(RiskEvidence.objects.filter(case=case).values_list("judgement_id", "text"))
    by_area: dict[str, list[Judged]] = defaultdict(list)
    for row in rows:
        by_area[row.area].append(Judged(row, texts.get(row.pk)))
    areas = []
    for area, words in RiskJudgement.Area.choices:
        judged = by_area[area]
        areas.append(AreaNow(area, words, judged[0] if judged else None, judged[1:]))
    return sorted(areas, key=lambda one: HIGHEST_FIRST.index(one.now.row.level if one.now else None))


def standing(case: Case) -> list[RiskJudgement]:
    """Give the judgement that stands in each area that was judged. One query."""
    return list(RiskJudgement.objects.filter(case=case).order_by("area", "-judged_on", "-pk").distinct("area"))


def next_risk_review(case: Case) -> dt.date | None:
    """Give the earliest day on which a standing judgement is looked at again."""
    return min((row.review_on for row in standing(case)), default=None)


def missing_now(case: Case) -> MissingEpisode | None:
    """Give the episode that has not ended."""
    return MissingEpisode.objects.filter(case=case, returned_at__isnull=True).first()


def safety_plans(case: Case) -> list[SafetyPlan]:
    """Give the versions of the safety plan, the last first; that one is in force unless it was `withdrawn`."""
    return list(SafetyPlan.objects.filter(case=case).select_related("written_by"))


def safety_plan_now(case: Case) -> SafetyPlan | None:
    """Give the safety plan in force, None where there is none or it was withdrawn."""
    last = SafetyPlan.objects.filter(case=case).first()
    return None if last is None or last.withdrawn else last


@dataclass(frozen=True)
class Guarded:
    """A restricted record and its text, None for a reader who may not read it."""

    row: Any
    text: Any


def protections_of(case: Case) -> list[Guarded]:
    """Give what is recorded of public protection: two queries."""
    rows = list(Protection.objects.filter(case=case).select_related("written_by"))
    texts = {text.protection_id: text for text in ProtectionText.objects.filter(protection__in=rows)}
    return [Guarded(row, texts.get(row.pk)) for row in rows]


def links_of(pupil: Pupil) -> list[Guarded]:
    """Give the pupils from whom one is to be kept apart, where the reader sees both: two queries."""
    live = KeepApart.objects.filter(ends_on__isnull=True).select_related("pupil", "other", "written_by")
    rows = [*live.filter(pupil=pupil), *live.filter(other=pupil)]
    reasons = {text.link_id: text.text for text in KeepApartReason.objects.filter(link__in=rows)}
    return [Guarded(row, reasons.get(row.pk)) for row in rows]


def keep_apart_warnings(pupils: Iterable[Pupil | int], member: Member) -> list[str]:
    """Say which of some pupils are to be kept apart, before or after a group, a session or a placement brings them
    together. The two are named only to somebody who sees both; why is never said here.

    The database is asked past the reader's own rows, because a warning is owed to whoever brings two together.
    """
    return keep_apart_warnings_each([pupils], member)


def keep_apart_warnings_each(companies: Iterable[Iterable[Pupil | int]], member: Member) -> list[str]:
    """Say the same of several sessions at once, each with its own pupils: one question to the database."""
    together = [{pupil if isinstance(pupil, int) else pupil.pk for pupil in pupils} for pupils in companies]
    ids = {pk for pupils in together if len(pupils) > 1 for pk in pupils}
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute("select one, other from app.kept_apart(%s)", [sorted(ids)])
        pairs = [pair for pair in cursor.fetchall() if any(pupils.issuperset(pair) for pupils in together)]
    if not pairs:
        return []
    known = {p.pk: p for p in Pupil.objects.filter(pk__in={pk for pair in pairs for pk in pair})}
    sentences = []
    for one, other in pairs:
        who = (
            f"{known[one].full_name} and {known[other].full_name}"
            if one in known and other in known
            else "Two of these pupils"
        )
        sentences.append(
            f"{who} are to be kept apart. Speak with the designated safeguarding lead before they are brought together."
        )
    return list(dict.fromkeys(sentences))


def _judgements(case: Case) -> QuerySet[Any, Any]:
    return RiskJudgement.objects.filter(case=case).annotate(day=F("judged_on"), moment=F("written_at"))


def _judgement_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    judged = list(RiskJudgement.objects.filter(public_id__in=rows).select_related("written_by"))
    texts = dict(RiskEvidence.objects.filter(judgement__in=judged).values_list("judgement_id", "text"))
    return {
        row.public_id: Entry(
            title=f"{row.get_area_display()}: {row.get_level_display().lower()}",
            at=row.judged_on,
            written_at=row.written_at,
            by=row.written_by.name if row.written_by else "",
            by_id=row.written_by_id,
            text=texts.get(row.pk, ""),
            lines=[f"To be looked at again by {row.review_on:%-d %B %Y}"],
            href=f"/cases/{case.public_id}/risk/",
            tag={"text": "Risk", "colour": COLOURS[row.level]},
            category="safeguarding",
            restricted=row.sensitivity != Sensitivity.ORDINARY,
        )
        for row in judged
    }


def _plans(case: Case) -> QuerySet[Any, Any]:
    return SafetyPlan.objects.filter(case=case).annotate(day=F("made_on"), moment=F("written_at"))


def _plan_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    return {
        row.public_id: Entry(
            title="Safety plan withdrawn" if row.withdrawn else f"Safety plan, version {row.number}",
            at=row.made_on,
            written_at=row.written_at,
            by=row.written_by.name if row.written_by else "",
            by_id=row.written_by_id,
            lines=[words for words in (row.because, row.shared_with and f"Shared with: {row.shared_with}") if words],
            href=f"/cases/{case.public_id}/risk/",
            tag={"text": "Safety plan", "colour": "blue"},
            category="safeguarding",
        )
        for row in SafetyPlan.objects.filter(public_id__in=rows).select_related("written_by")
    }


def _episodes(case: Case) -> QuerySet[Any, Any]:
    return MissingEpisode.objects.filter(case=case).annotate(moment=F("written_at"))


def episode_words(row: MissingEpisode) -> list[str]:
    """Say in lines what is recorded of a missing episode."""
    lines = [f"From {localtime(row.missing_from):%-d %B %Y, %H:%M}"]
    lines[0] += f" to {localtime(row.returned_at):%-d %B %Y, %H:%M}" if row.returned_at else ", not back yet"
    if row.police_told_at:
        reference = f", reference {row.police_reference}" if row.police_reference else ""
        lines.append(f"Reported to the police {localtime(row.police_told_at):%-d %B, %H:%M}{reference}")
    else:
        lines.append("Not reported to the police")
    if row.returned_at:
        held = f"held on {row.interview_on:%-d %B %Y}" if row.interview_on else "not held yet"
        lines.append(f"Return interview {held}")
    return lines


def _episode_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    return {
        row.public_id: Entry(
            title="Missing",
            at=row.day,
            written_at=row.written_at,
            by=row.written_by.name if row.written_by else "",
            by_id=row.written_by_id,
            lines=episode_words(row),
            href=f"/cases/{case.public_id}/risk/",
            tag={"text": "Missing", "colour": "red"},
            category="safeguarding",
        )
        for row in MissingEpisode.objects.filter(public_id__in=rows).select_related("written_by")
    }


def _protections(case: Case) -> QuerySet[Any, Any]:
    return Protection.objects.filter(case=case).annotate(day=F("recorded_on"), moment=F("written_at"))


def _protection_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    found = list(Protection.objects.filter(public_id__in=rows).select_related("written_by"))
    texts = {text.protection_id: text for text in ProtectionText.objects.filter(protection__in=found)}
    said = {}
    for row in found:
        text = texts.get(row.pk)
        said[row.public_id] = Entry(
            title=text.get_mechanism_display() if text else row.get_sensitivity_display(),
            at=row.recorded_on,
            written_at=row.written_at,
            by=row.written_by.name if row.written_by else "",
            by_id=row.written_by_id,
            text=text.outcome if text else "",
            lines=[] if text else [NOT_YOURS],
            href=f"/cases/{case.public_id}/risk/",
            tag={"text": "Public protection", "colour": "orange"},
            category="youth_justice" if text else "safeguarding",
            restricted=row.sensitivity != Sensitivity.ORDINARY,
        )
    return said


RISK_KINDS: Final = (
    Kind("risk", "Risk", _judgements, _judgement_entries),
    Kind("safety_plan", "Safety plan", _plans, _plan_entries),
    Kind("missing", "Missing", _episodes, _episode_entries),
    Kind("protection", "Public protection", _protections, _protection_entries),
)


def overdue(judged: RiskJudgement) -> bool:
    """True where a judgement should have been looked at again."""
    return judged.review_on < localdate()
