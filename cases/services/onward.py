"""Onward referrals, step by step, and telling families of what the community offers."""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.codelists import codes
from apst.tenancy.context import name_act
from cases.exceptions import (
    ChangedMeanwhile,
    CodeUnknown,
    DayNotPossible,
    OutcomeMissing,
    SourceMissing,
    StepNotPossible,
    StruckOut,
)
from cases.models import Case, CommunityOffer, OnwardReferral, OnwardStep, Signposting
from cases.queries.onward import standing_steps

from .once import sent_before

LONGEST_WAIT_WEEKS = 520


@transaction.atomic
def refer_onward(
    case: Case,
    *,
    service: str,
    service_name: str = "",
    reason: str = "",
    step: str = "pre_assessment",
    on: dt.date,
    note: str = "",
    usual_wait_weeks: int | None = None,
    usual_missed_percent: int | None = None,
    usual_source: str = "",
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> OnwardReferral:
    """Begin an onward referral with its first step. Raises CodeUnknown, and what take_step raises."""
    if (sent := sent_before(OnwardReferral, submission_key)) is not None:
        return sent
    if service not in codes("onward_services"):
        raise CodeUnknown("Select the service.", field="service")
    name_act("onward.refer")
    made = OnwardReferral.objects.create(
        case=case,
        pupil=case.pupil,
        service=service,
        service_name=service_name.strip(),
        reason=reason.strip(),
        began_on=on,
        submission_key=submission_key,
        written_by=by,
    )
    take_step(
        made,
        step=step,
        on=on,
        note=note,
        usual_wait_weeks=usual_wait_weeks,
        usual_missed_percent=usual_missed_percent,
        usual_source=usual_source,
        by=by,
    )
    return made


@transaction.atomic
def take_step(
    onward: OnwardReferral,
    *,
    step: str,
    on: dt.date,
    outcome: str = "",
    note: str = "",
    usual_wait_weeks: int | None = None,
    usual_missed_percent: int | None = None,
    usual_source: str = "",
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> OnwardStep:
    """Add a step to an onward referral; the steps before it stay as they are.

    usual_wait_weeks, usual_missed_percent  what the service itself says of its wait (whole weeks) and of appointments
    that are missed (whole per cent), on that day; usual_source: where that is said
    Raises StepNotPossible after an outcome, DayNotPossible, OutcomeMissing, SourceMissing, StruckOut.
    """
    if (sent := sent_before(OnwardStep, submission_key)) is not None:
        return sent
    found = OnwardReferral.objects.select_for_update().get(pk=onward.pk)
    if found.struck_at is not None:
        raise StruckOut
    standing = standing_steps(found)
    if any(one.step == "outcome" for one in standing):
        raise StepNotPossible("This referral has its outcome. Take the outcome back first if it goes on.")
    if step not in codes("onward_steps"):
        raise StepNotPossible
    if not found.pupil.date_of_birth <= on <= localdate():
        raise DayNotPossible(field="on")
    if standing and on < standing[-1].on:
        raise DayNotPossible(
            f"The day must not be before the last step, which was on {standing[-1].on:%-d %B %Y}.", field="on"
        )
    if step == "outcome" and outcome not in codes("onward_outcomes"):
        raise OutcomeMissing
    _check_usual(usual_wait_weeks, usual_missed_percent, usual_source)
    name_act("onward.step")
    return OnwardStep.objects.create(
        onward=found,
        case_id=found.case_id,
        step=step,
        outcome=outcome if step == "outcome" else "",
        on=on,
        note=note.strip(),
        usual_wait_weeks=usual_wait_weeks,
        usual_missed_percent=usual_missed_percent,
        usual_source=usual_source.strip() if (usual_wait_weeks, usual_missed_percent) != (None, None) else "",
        submission_key=submission_key,
        written_by=by,
    )


def _check_usual(weeks: int | None, percent: int | None, source: str) -> None:
    if weeks is not None and not 0 <= weeks <= LONGEST_WAIT_WEEKS:
        raise StepNotPossible(f"The wait must be between 0 and {LONGEST_WAIT_WEEKS} weeks.", field="usual_wait_weeks")
    if percent is not None and not 0 <= percent <= 100:
        raise StepNotPossible("The rate must be between 0 and 100 per cent.", field="usual_missed_percent")
    if (weeks, percent) != (None, None) and not source.strip():
        raise SourceMissing


@transaction.atomic
def take_step_back(step: OnwardStep, *, by: Membership | None) -> OnwardStep:
    """Take the last step back: another row says so, and both stay. Raises StepNotPossible for any but the last."""
    onward = OnwardReferral.objects.select_for_update().get(pk=step.onward_id)
    standing = standing_steps(onward)
    if not standing or standing[-1].pk != step.pk or len(standing) == 1:
        raise StepNotPossible(
            "Only the last step can be taken back, and not the first: strike the whole referral out instead."
        )
    name_act("onward.step_back")
    return OnwardStep.objects.create(
        onward=onward,
        case_id=onward.case_id,
        step=step.step,
        outcome=step.outcome,
        on=step.on,
        undoes=step,
        written_by=by,
    )


@transaction.atomic
def strike_onward(onward: OnwardReferral, *, by: Membership | None) -> None:
    """Strike out an onward referral that was recorded by mistake. Raises StruckOut."""
    if OnwardReferral.objects.select_for_update().get(pk=onward.pk).struck_at is not None:
        raise StruckOut
    name_act("onward.strike_out")
    OnwardReferral.objects.filter(pk=onward.pk).update(struck_at=Now())


@transaction.atomic
def bring_onward_back(onward: OnwardReferral, *, by: Membership | None) -> None:
    """Undo the striking out."""
    name_act("onward.bring_back")
    OnwardReferral.objects.filter(pk=onward.pk).update(struck_at=None)


@transaction.atomic
def keep_offer(
    offer: CommunityOffer | None,
    *,
    name: str,
    for_whom: str = "",
    reach: str,
    checked_on: dt.date | None = None,
    version: int | None = None,
    by: Membership | None,
) -> CommunityOffer:
    """Add a community offer to the directory, or change one. Raises ChangedMeanwhile."""
    said = {"name": name.strip(), "for_whom": for_whom.strip(), "reach": reach.strip(), "checked_on": checked_on}
    if offer is None:
        name_act("offer.add")
        return CommunityOffer.objects.create(**said)
    found = CommunityOffer.objects.select_for_update().get(pk=offer.pk)
    if version is not None and found.version != version:
        raise ChangedMeanwhile
    name_act("offer.change")
    CommunityOffer.objects.filter(pk=found.pk).update(**said, version=F("version") + 1)
    found.refresh_from_db()
    return found


@transaction.atomic
def retire_offer(offer: CommunityOffer, *, by: Membership | None) -> None:
    """Take an offer out of the directory; who was told of it stays."""
    name_act("offer.retire")
    CommunityOffer.objects.filter(pk=offer.pk).update(retired_at=Now(), version=F("version") + 1)


@transaction.atomic
def list_offer_again(offer: CommunityOffer, *, by: Membership | None) -> None:
    """Put an offer back into the directory."""
    name_act("offer.list_again")
    CommunityOffer.objects.filter(pk=offer.pk).update(retired_at=None, version=F("version") + 1)


@transaction.atomic
def signpost(
    case: Case,
    *,
    offer: CommunityOffer,
    told_to: str,
    told_on: dt.date,
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> Signposting:
    """Record who was told of an offer, and when. Raises DayNotPossible, CodeUnknown."""
    if (sent := sent_before(Signposting, submission_key)) is not None:
        return sent
    if told_to not in Signposting.ToldTo.values:
        raise CodeUnknown("Select who was told.", field="told_to")
    if not case.pupil.date_of_birth <= told_on <= localdate():
        raise DayNotPossible(field="told_on")
    name_act("signposting.record")
    return Signposting.objects.create(
        case=case,
        pupil=case.pupil,
        offer=offer,
        told_to=told_to,
        told_on=told_on,
        submission_key=submission_key,
        written_by=by,
    )


@transaction.atomic
def say_taken_up(signposting: Signposting, *, taken_up: str, by: Membership | None) -> None:
    """Record whether an offer was taken up, as asked today; "" where it was not asked after all."""
    if taken_up not in Signposting.TakenUp.values:
        raise CodeUnknown
    name_act("signposting.taken_up")
    Signposting.objects.filter(pk=signposting.pk).update(taken_up=taken_up, asked_on=localdate() if taken_up else None)


@transaction.atomic
def strike_signposting(signposting: Signposting, *, by: Membership | None) -> None:
    """Strike out what was recorded by mistake. Raises StruckOut."""
    if Signposting.objects.select_for_update().get(pk=signposting.pk).struck_at is not None:
        raise StruckOut
    name_act("signposting.strike_out")
    Signposting.objects.filter(pk=signposting.pk).update(struck_at=Now())


@transaction.atomic
def bring_signposting_back(signposting: Signposting, *, by: Membership | None) -> None:
    """Undo the striking out."""
    name_act("signposting.bring_back")
    Signposting.objects.filter(pk=signposting.pk).update(struck_at=None)
