"""Reading consent: what holds for a pupil, and whether an assessment has the consent that its kind needs."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any, Final

from django.db.models import F, QuerySet

from apst.codelists import codes, label
from apst.people.models import Contact, Pupil
from apst.tenancy.context import Member
from cases.models import Case, TreatmentConsent

from .timeline import Entry, Kind


def consents_of(pupil: Pupil | int) -> list[TreatmentConsent]:
    """Give every answer recorded for a pupil, struck out ones too, the latest first."""
    return list(TreatmentConsent.objects.filter(pupil=pupil).select_related("contact", "written_by"))


def givers(pupil: Pupil) -> list[Contact]:
    """Give the contacts who can decide for a pupil: those recorded as having parental responsibility."""
    return list(Contact.objects.filter(pupil=pupil, parental_responsibility=True))


def latest(pupils: Iterable[int], what_for: str, day: dt.date) -> dict[int, TreatmentConsent]:
    """Give by pupil the answer that counts on a day: the last one decided by then that was not struck out."""
    rows = TreatmentConsent.objects.filter(
        pupil__in=list(pupils), what_for=what_for, decided_on__lte=day, struck_at__isnull=True
    ).order_by("decided_on", "pk")
    return {row.pupil_id: row for row in rows}


def holds(consent: TreatmentConsent | None, day: dt.date) -> bool:
    """True where the answer is a consent that was not withdrawn by that day."""
    return (
        consent is not None
        and consent.decision == TreatmentConsent.Decision.GIVEN
        and (consent.withdrawn_on is None or consent.withdrawn_on > day)
    )


def opted_out(consent: TreatmentConsent | None, day: dt.date) -> bool:
    """True where the pupil or family said no, or took a yes back."""
    return consent is not None and not holds(consent, day)


def missing(pupil: Pupil | int, what_for: str, day: dt.date) -> str:
    """Say what consent is missing for an assessment on a day, "" where none is.

    What is offered to everybody unless they opt out is missing only where they did.
    """
    if not what_for:
        return ""
    pk = pupil if isinstance(pupil, int) else pupil.pk
    consent = latest([pk], what_for, day).get(pk)
    words = label("consent_purposes", what_for)
    if codes("consent_purposes")[what_for]["opt_out"] == "yes":
        return f"{words}: the pupil or the family has opted out." if opted_out(consent, day) else ""
    if holds(consent, day):
        return ""
    if consent is None:
        return f"{words}: no consent is recorded for that day."
    if consent.withdrawn_on is not None:
        return f"{words}: consent was withdrawn on {consent.withdrawn_on:%-d %B %Y}."
    return f"{words}: consent was refused on {consent.decided_on:%-d %B %Y}."


def who_decided(consent: TreatmentConsent) -> str:
    """Name who gave or refused consent: the pupil, or the contact with their relationship."""
    if consent.contact is not None:
        return f"{consent.contact.name} ({consent.contact.relationship})"
    if consent.given_by == TreatmentConsent.GivenBy.PUPIL:
        return "The pupil, judged competent"
    return consent.get_given_by_display()


def state_words(consent: TreatmentConsent) -> tuple[str, str]:
    """Give (words, colour of the tag) for where an answer stands."""
    if consent.struck_at is not None:
        return "Struck out", "grey"
    if consent.withdrawn_on is not None:
        return f"Withdrawn {consent.withdrawn_on:%-d %b %Y}", "orange"
    if consent.decision == TreatmentConsent.Decision.GIVEN:
        return "Given", "green"
    return ("Opted out" if codes("consent_purposes")[consent.what_for]["opt_out"] == "yes" else "Refused"), "red"


def _rows(case: Case) -> QuerySet[Any, Any]:
    return TreatmentConsent.objects.filter(case=case, struck_at__isnull=True).annotate(
        day=F("decided_on"), moment=F("written_at")
    )


def _entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    said = {}
    for row in TreatmentConsent.objects.filter(public_id__in=rows).select_related("contact", "written_by"):
        words, _ = state_words(row)
        said[row.public_id] = Entry(
            title=f"{label('consent_purposes', row.what_for)}: {words[0].lower()}{words[1:]}",
            at=row.decided_on,
            written_at=row.written_at,
            by=row.written_by.name if row.written_by else "",
            by_id=row.written_by_id,
            lines=[f"Decided by: {who_decided(row)}", *([row.details] if row.details else [])],
            href=f"/cases/{case.public_id}/consent/",
            tag={"text": "Consent", "colour": "yellow"},
            category="health",
        )
    return said


KIND: Final = Kind("consent", "Consent", _rows, _entries)
