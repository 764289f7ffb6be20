"""EHC advice: begun when it is asked for, drafted, made final, sent; due six weeks after the request."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.accounts.services import discard_draft
from apst.codelists import codes
from apst.jobs.models import Job
from apst.jobs.services import ask_for
from apst.tenancy.context import current, name_act
from cases.exceptions import (
    AdviceEmpty,
    AdviceFinal,
    AdviceNotFinal,
    AdviceNotRead,
    ChangedMeanwhile,
    CodeUnknown,
    DayNotPossible,
    NothingToDraw,
    NotYoursToChange,
    StruckOut,
)
from cases.models import Case, CasePaper, EhcAdvice, EhcAdviceText
from cases.models.restricted import Sensitivity
from cases.queries.advice import parts_of

from .once import sent_before
from .papers import keep_paper

LONGEST_ADVICE = 60_000
DRAW_ADVICE = "cases.draw_advice"


def due_on(requested_on: dt.date) -> dt.date:
    """Give the last day of the six weeks (EHC_ADVICE_WEEKS) that the SEND Regulations 2014, regulation 8, leave."""
    return requested_on + dt.timedelta(weeks=settings.EHC_ADVICE_WEEKS)


def draft_key(advice: EhcAdvice) -> str:
    """Give the key of what is typed into the advice and not saved yet."""
    return f"ehc-advice-{advice.public_id}"


@transaction.atomic
def begin_advice(
    case: Case,
    *,
    discipline: str,
    asked_by: str,
    requested_on: dt.date,
    sensitivity: str,
    text: str,
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> EhcAdvice:
    """Begin advice that was asked for. text: the draft to start from. Raises DayNotPossible, CodeUnknown."""
    if (sent := sent_before(EhcAdvice, submission_key)) is not None:
        return sent
    if discipline not in codes("specialist_types") or sensitivity not in Sensitivity.values:
        raise CodeUnknown
    if not case.pupil.date_of_birth <= requested_on <= localdate():
        raise DayNotPossible(field="requested_on")
    name_act("advice.begin")
    made = EhcAdvice.objects.create(
        case=case,
        pupil=case.pupil,
        discipline=discipline,
        asked_by=asked_by.strip(),
        requested_on=requested_on,
        due_on=due_on(requested_on),
        sensitivity=sensitivity,
        submission_key=submission_key,
        written_by=by,
    )
    EhcAdviceText.objects.create(advice=made, number=1, text=text[:LONGEST_ADVICE])
    return made


def _locked(advice: EhcAdvice) -> EhcAdvice:
    found = EhcAdvice.objects.select_for_update().filter(pk=advice.pk).first()
    if found is None:  # seen, but another's
        raise NotYoursToChange("Only its author can change advice.")
    if found.struck_at is not None:
        raise StruckOut
    return found


@transaction.atomic
def save_advice(
    advice: EhcAdvice, *, text: str, version: int | None = None, final: bool = False, by: Membership | None
) -> EhcAdviceText:
    """Save the draft, and make it final where that is wanted. version: the one that the page showed.

    Raises AdviceFinal, AdviceEmpty, ChangedMeanwhile, NotYoursToChange, StruckOut.
    """
    found = _locked(advice)
    if found.finalised_at is not None:
        raise AdviceFinal
    draft = found.texts.select_for_update().first()
    if draft is None:
        raise NotYoursToChange("Only its author can change advice.")
    if version is not None and draft.version != version:
        raise ChangedMeanwhile
    if final and not text.strip():
        raise AdviceEmpty
    name_act("advice.finalise" if final else "advice.save")
    EhcAdviceText.objects.filter(pk=draft.pk).update(
        text=text[:LONGEST_ADVICE], written_at=Now(), version=F("version") + 1
    )
    if final:
        EhcAdvice.objects.filter(pk=found.pk).update(finalised_at=Now())
    if by is not None:
        discard_draft(draft_key(found))
    draft.refresh_from_db()
    return draft


@transaction.atomic
def open_advice_again(advice: EhcAdvice, *, by: Membership | None) -> EhcAdviceText:
    """Begin a new draft from the final text, which stays as it was. Raises AdviceNotFinal, NotYoursToChange."""
    found = _locked(advice)
    if found.finalised_at is None:
        raise AdviceNotFinal
    last = found.texts.first()
    if last is None:
        raise NotYoursToChange("Only its author can change advice.")
    name_act("advice.open_again")
    EhcAdvice.objects.filter(pk=found.pk).update(finalised_at=None, sent_on=None)
    return EhcAdviceText.objects.create(advice=found, number=last.number + 1, text=last.text)


@transaction.atomic
def mark_advice_sent(advice: EhcAdvice, *, sent_on: dt.date, by: Membership | None) -> None:
    """Record the day on which final advice was sent: its clock stops. Raises AdviceNotFinal, DayNotPossible."""
    found = _locked(advice)
    if found.finalised_at is None:
        raise AdviceNotFinal
    if not found.requested_on <= sent_on <= localdate():
        raise DayNotPossible("The day must not be before it was asked for, nor in the future.", field="sent_on")
    name_act("advice.send")
    EhcAdvice.objects.filter(pk=found.pk).update(sent_on=sent_on)


@transaction.atomic
def strike_advice(advice: EhcAdvice, *, by: Membership | None) -> None:
    """Strike out advice that was begun by mistake. Raises StruckOut, NotYoursToChange."""
    found = _locked(advice)
    name_act("advice.strike_out")
    EhcAdvice.objects.filter(pk=found.pk).update(struck_at=Now())


@transaction.atomic
def bring_advice_back(advice: EhcAdvice, *, by: Membership | None) -> None:
    """Undo the striking out. Raises NotYoursToChange."""
    name_act("advice.bring_back")
    if not EhcAdvice.objects.filter(pk=advice.pk).update(struck_at=None):
        raise NotYoursToChange("Only its author can change advice.")


def ask_for_advice_paper(advice: EhcAdvice) -> Job:
    """Ask for the PDF of final advice; it is drawn as whoever asks. Raises AdviceNotFinal, AdviceNotRead."""
    if advice.finalised_at is None:
        raise AdviceNotFinal
    if not advice.texts.exists():
        raise AdviceNotRead
    key = f"advice/{current().person_id or 0}/{uuid.uuid4().hex}"
    return ask_for(DRAW_ADVICE, key=key, args={"advice": str(advice.public_id)})


def draw_advice(advice: EhcAdvice, *, by: Membership) -> CasePaper:
    """Draw final advice and keep it for one person. Raises NothingToDraw where they may not read it, PdfUnavailable."""
    text = advice.texts.first()
    if text is None or advice.finalised_at is None:
        raise NothingToDraw
    return keep_paper(
        case=advice.case,
        kind="ehc-advice",
        template="cases/papers/advice.html",
        css="cases/papers/paper.css",
        context={
            "advice": advice,
            "pupil": advice.pupil,
            "text": text,
            "parts": parts_of(text.text),
            "title": advice.get_discipline_display(),
        },
        pupils=[advice.pupil_id],
        categories=("identity", "send", "outcomes"),
        by=by,
    )
