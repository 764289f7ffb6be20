"""What others told the taskforce of a pupil, and what was asked of them."""

import datetime as dt
import uuid
from typing import Any

from django.db import ProgrammingError, transaction
from django.db.models.functions import Now
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.tenancy.context import name_act
from cases.models import Case
from cases.services.once import sent_before
from sharing.exceptions import AnsweredAlready, DayNotPossible, DueTooEarly, NoText, NotToSupply, ReasonMissing
from sharing.models import AgreementCategory, InformationItem, InformationRequest, Partner
from sharing.queries.shared import Terms


@transaction.atomic
def record_information(
    case: Case,
    *,
    source: str,
    category: str,
    learnt_on: dt.date,
    reliability: str,
    onward: str,
    text: str,
    partner: Partner | None = None,
    system: str = "",
    answers: InformationRequest | None = None,
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> InformationItem:
    """Record what an organisation told of a pupil. answers: the request that it answers, which is given with it.

    Raises NoText, DayNotPossible, AnsweredAlready.
    """
    before = sent_before(InformationItem, submission_key)
    if before is not None:
        return before
    if not text.strip():
        raise NoText
    if learnt_on > localdate():
        raise DayNotPossible
    if answers is not None:
        _answer(answers, outcome=InformationRequest.Outcome.GIVEN, answered_on=learnt_on)
    name_act("information.record")
    return InformationItem.objects.create(
        case=case,
        pupil_id=case.pupil_id,
        partner=partner,
        request=answers,
        source=source.strip(),
        system=system.strip(),
        category=category,
        learnt_on=learnt_on,
        reliability=reliability,
        onward=onward,
        text=text.strip(),
        written_by=by,
        submission_key=submission_key,
    )


@transaction.atomic
def supply_information(
    case: Case, under: Terms, *, by: Membership, submission_key: uuid.UUID | None = None, **said: Any
) -> InformationItem:
    """Record what a partner’s guest, who acts, tells of a case that is shared with them: as their organisation, under
    the agreement, whose onward rule goes with it. What may be supplied the database decides.

    said  category, learnt_on, reliability, text, system
    Raises NoText, DayNotPossible, NotToSupply.
    """
    before = sent_before(InformationItem, submission_key)
    if before is not None:
        return before
    if not said["text"].strip():
        raise NoText
    if said["learnt_on"] > localdate():
        raise DayNotPossible
    name_act("information.supply")
    agreed = AgreementCategory.objects.filter(
        agreement=under.agreement, category=said["category"], partner_supplies=True
    ).first()
    if agreed is None:
        raise NotToSupply
    try:
        with transaction.atomic():
            return InformationItem.objects.create(
                case=case, pupil_id=case.pupil_id, partner_id=under.partner, agreement_id=under.agreement,
                source=under.partner_name, onward=agreed.onward, written_by=by, submission_key=submission_key, **said,
            )  # fmt: skip
    except ProgrammingError:  # the policy: the agreement ended, or the case was taken back, while they wrote
        raise NotToSupply from None


@transaction.atomic
def strike_information(item: InformationItem, *, by: Membership | None) -> None:
    """Strike out what was recorded by mistake: it stays, marked, and counts nowhere; may run twice."""
    name_act("information.strike_out")
    InformationItem.objects.filter(pk=item.pk, struck_at__isnull=True).update(struck_at=Now())


@transaction.atomic
def bring_information_back(item: InformationItem, *, by: Membership | None) -> None:
    """Undo the striking out."""
    name_act("information.bring_back")
    InformationItem.objects.filter(pk=item.pk).update(struck_at=None)


@transaction.atomic
def ask_for_information(
    case: Case,
    *,
    asked_of: str,
    asked_for: str,
    purpose: str,
    asked_on: dt.date,
    due_on: dt.date,
    partner: Partner | None = None,
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> InformationRequest:
    """Record that information was asked for, of whom, what for and by when. Raises DayNotPossible, DueTooEarly."""
    before = sent_before(InformationRequest, submission_key)
    if before is not None:
        return before
    if asked_on > localdate():
        raise DayNotPossible(field="asked_on")
    if due_on < asked_on:
        raise DueTooEarly
    name_act("information.ask")
    return InformationRequest.objects.create(
        case=case,
        pupil_id=case.pupil_id,
        partner=partner,
        asked_of=asked_of.strip(),
        asked_for=asked_for.strip(),
        purpose=purpose,
        asked_on=asked_on,
        due_on=due_on,
        written_by=by,
        submission_key=submission_key,
    )


@transaction.atomic
def answer_request(
    asked: InformationRequest, *, outcome: str, answered_on: dt.date, reason: str = "", by: Membership | None
) -> None:
    """Record that a request was refused, with the reason they gave, or that they hold nothing. What is given is
    recorded with `record_information`. Raises AnsweredAlready, DayNotPossible, ReasonMissing.
    """
    if outcome == InformationRequest.Outcome.REFUSED and not reason.strip():
        raise ReasonMissing("Enter why they refused")
    name_act("information.answer")
    _answer(asked, outcome=outcome, answered_on=answered_on, reason=reason.strip())


def _answer(asked: InformationRequest, *, outcome: str, answered_on: dt.date, reason: str = "") -> None:
    found = InformationRequest.objects.select_for_update().get(pk=asked.pk)
    if found.outcome:
        raise AnsweredAlready
    if not found.asked_on <= answered_on <= localdate():
        raise DayNotPossible(
            f"It was asked for on {found.asked_on:%-d %B %Y}: the answer came on that day or later, not in the future",
            field="answered_on" if outcome != InformationRequest.Outcome.GIVEN else "learnt_on",
        )
    InformationRequest.objects.filter(pk=found.pk).update(outcome=outcome, answered_on=answered_on, reason=reason)
