"""Consent to assessment and treatment: recorded, withdrawn, struck out where it was a mistake."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models.functions import Now
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.codelists import codes
from apst.people.models import Contact, Pupil
from apst.tenancy.context import name_act
from cases.exceptions import (
    CodeUnknown,
    CompetenceMissing,
    ConsentGiverWrong,
    DayNotPossible,
    NotGiven,
    StruckOut,
    WithdrawnBeforeGiven,
)
from cases.models import Case, TreatmentConsent

from .once import sent_before


@transaction.atomic
def record_consent(
    pupil: Pupil,
    *,
    case: Case | None,
    what_for: Sequence[str],
    decision: str,
    given_by: str,
    decided_on: dt.date,
    contact: Contact | None = None,
    competence: str = "",
    details: str = "",
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> list[TreatmentConsent]:
    """Record one answer to one or several kinds of assessment or treatment, a row for each.

    decision    given or refused; refusing `screening` is the opt-out
    given_by    the pupil, with `competence` (how it was judged, whatever their age), or a contact who is recorded as
                having parental responsibility
    Raises DayNotPossible, ConsentGiverWrong, CompetenceMissing, CodeUnknown.
    """
    if sent_before(TreatmentConsent, submission_key) is not None:
        return list(TreatmentConsent.objects.filter(submission_key=submission_key))
    if not what_for or any(code not in codes("consent_purposes") for code in what_for):
        raise CodeUnknown("Select what it is about.", field="what_for")
    if not pupil.date_of_birth <= decided_on <= localdate():
        raise DayNotPossible(field="decided_on")
    if given_by == TreatmentConsent.GivenBy.CONTACT:
        if contact is None or contact.pupil_id != pupil.pk or not contact.parental_responsibility:
            raise ConsentGiverWrong
        competence = ""
    elif given_by == TreatmentConsent.GivenBy.PUPIL:
        contact = None
        if not competence.strip():
            raise CompetenceMissing
    else:
        raise ConsentGiverWrong
    name_act("consent.record")
    return TreatmentConsent.objects.bulk_create(
        TreatmentConsent(
            pupil=pupil,
            case=case,
            what_for=code,
            details=details.strip(),
            decision=decision,
            given_by=given_by,
            contact=contact,
            competence=competence.strip(),
            decided_on=decided_on,
            submission_key=submission_key,
            written_by=by,
        )
        for code in dict.fromkeys(what_for)
    )


def _locked(consent: TreatmentConsent) -> TreatmentConsent:
    found = TreatmentConsent.objects.select_for_update().get(pk=consent.pk)
    if found.struck_at is not None:
        raise StruckOut
    return found


@transaction.atomic
def withdraw_consent(
    consent: TreatmentConsent, *, withdrawn_on: dt.date, because: str = "", by: Membership | None
) -> None:
    """Record that consent was withdrawn, and when. Raises NotGiven, WithdrawnBeforeGiven, StruckOut."""
    found = _locked(consent)
    if found.decision != TreatmentConsent.Decision.GIVEN or found.withdrawn_on is not None:
        raise NotGiven
    if not found.decided_on <= withdrawn_on <= localdate():
        raise WithdrawnBeforeGiven
    name_act("consent.withdraw")
    TreatmentConsent.objects.filter(pk=found.pk).update(withdrawn_on=withdrawn_on, withdrawn_because=because.strip())


@transaction.atomic
def undo_withdrawal(consent: TreatmentConsent, *, by: Membership | None) -> None:
    """Take a withdrawal back that was recorded by mistake; the audit trail keeps it. Raises StruckOut."""
    found = _locked(consent)
    name_act("consent.undo_withdrawal")
    TreatmentConsent.objects.filter(pk=found.pk).update(withdrawn_on=None, withdrawn_because="")


@transaction.atomic
def strike_consent(consent: TreatmentConsent, *, by: Membership | None) -> None:
    """Strike out an answer that was recorded by mistake: it stays, marked, and counts nowhere. Raises StruckOut."""
    found = _locked(consent)
    name_act("consent.strike_out")
    TreatmentConsent.objects.filter(pk=found.pk).update(struck_at=Now())


@transaction.atomic
def bring_consent_back(consent: TreatmentConsent, *, by: Membership | None) -> None:
    """Undo the striking out."""
    name_act("consent.bring_back")
    TreatmentConsent.objects.filter(pk=consent.pk).update(struck_at=None)
