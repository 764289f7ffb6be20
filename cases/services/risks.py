"""Judging risk, the safety plan, missing episodes, public protection, and keeping two pupils apart."""

import datetime as dt
import uuid
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.timezone import localdate, localtime

from apst.accounts.models import Membership
from apst.people.models import Pupil
from apst.tenancy.context import name_act
from cases.exceptions import (
    ApartAlready,
    ApartFromThemselves,
    ChangedMeanwhile,
    JudgedInFuture,
    LinkNotYours,
    MissingInFuture,
    NoSafetyPlan,
    ReturnedBefore,
    ReviewBeforeToday,
)
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
)
from cases.models.restricted import Sensitivity

# Offending is youth justice's to tell; the others are safeguarding, which the safeguarding lead reads.
SENSITIVITY_OF = {ProtectionText.Mechanism.MAPPA: Sensitivity.YOUTH_JUSTICE}


def _sent_before(model: Any, key: uuid.UUID | None) -> Any:
    if key is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(key)])
    return model.objects.filter(submission_key=key).first()


@transaction.atomic
def judge_risk(
    case: Case,
    *,
    area: str,
    level: str,
    evidence: str,
    review_on: dt.date,
    judged_on: dt.date | None = None,
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> RiskJudgement:
    """Judge the risk in one area anew; earlier judgements stay. A form sent twice makes one.

    evidence  what it rests on: restricted, safeguarding detail
    Raises JudgedInFuture, ReviewBeforeToday.
    """
    sent: RiskJudgement | None = _sent_before(RiskJudgement, submission_key)
    if sent:
        return sent
    day = judged_on or localdate()
    if day > localdate():
        raise JudgedInFuture
    if review_on < max(day, localdate()):
        raise ReviewBeforeToday
    name_act("risk.judge")
    judgement = RiskJudgement.objects.create(
        case=case,
        area=area,
        level=level,
        judged_on=day,
        review_on=review_on,
        written_by=by,
        submission_key=submission_key,
    )
    if evidence.strip():
        RiskEvidence.objects.create(judgement=judgement, case=case, text=evidence.strip())
    return judgement


@transaction.atomic
def write_safety_plan(
    case: Case,
    *,
    triggers: str,
    helps: str,
    who_to_call: str,
    shared_with: str,
    review_on: dt.date,
    number: int | None = None,
    by: Membership | None,
) -> SafetyPlan:
    """Write the next version of a case's safety plan; earlier ones stay.

    number  the version that the page showed, 0 for none
    Raises ChangedMeanwhile where somebody wrote one since, ReviewBeforeToday.
    """
    if review_on < localdate():
        raise ReviewBeforeToday
    name_act("safety_plan.write")
    last = SafetyPlan.objects.filter(case=case).aggregate(last=Max("number"))["last"] or 0
    if number is not None and number != last:
        raise ChangedMeanwhile
    try:
        with transaction.atomic():
            return SafetyPlan.objects.create(
                case=case,
                number=last + 1,
                triggers=triggers,
                helps=helps,
                who_to_call=who_to_call,
                shared_with=shared_with,
                made_on=localdate(),
                review_on=review_on,
                written_by=by,
            )
    except IntegrityError:
        raise ChangedMeanwhile from None


@transaction.atomic
def withdraw_safety_plan(case: Case, *, because: str, number: int | None = None, by: Membership | None) -> SafetyPlan:
    """Say that a case's safety plan holds no more, and why: its next version. Every version stays.

    number  the version that the page showed
    Raises ChangedMeanwhile where somebody wrote one since, NoSafetyPlan where none is in force.
    """
    name_act("safety_plan.withdraw")
    last = SafetyPlan.objects.filter(case=case).order_by("-number").first()
    if number is not None and number != (last.number if last else 0):
        raise ChangedMeanwhile
    if last is None or last.withdrawn:
        raise NoSafetyPlan
    try:
        with transaction.atomic():
            return SafetyPlan.objects.create(
                case=case,
                number=last.number + 1,
                withdrawn=True,
                because=because,
                made_on=localdate(),
                review_on=localdate(),
                written_by=by,
            )
    except IntegrityError:
        raise ChangedMeanwhile from None


def _check_episode(
    missing_from: dt.datetime,
    returned_at: dt.datetime | None,
    told_at: dt.datetime | None,
    interview_on: dt.date | None,
) -> None:
    now = timezone.now()
    if any(moment and moment > now for moment in (missing_from, returned_at, told_at)):
        raise MissingInFuture
    if interview_on and interview_on > localdate():
        raise MissingInFuture
    if returned_at and returned_at < missing_from:
        raise ReturnedBefore


@transaction.atomic
def record_missing(
    case: Case,
    *,
    missing_from: dt.datetime,
    returned_at: dt.datetime | None = None,
    police_told_at: dt.datetime | None = None,
    police_reference: str = "",
    interview_on: dt.date | None = None,
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> MissingEpisode:
    """Record that a pupil is or was missing; a form sent twice makes one. Raises MissingInFuture, ReturnedBefore."""
    sent: MissingEpisode | None = _sent_before(MissingEpisode, submission_key)
    if sent:
        return sent
    _check_episode(missing_from, returned_at, police_told_at, interview_on)
    name_act("missing.record")
    return MissingEpisode.objects.create(
        case=case,
        missing_from=missing_from,
        day=localtime(missing_from).date(),
        returned_at=returned_at,
        police_told_at=police_told_at,
        police_reference=police_reference,
        interview_on=interview_on,
        written_by=by,
        submission_key=submission_key,
    )


@transaction.atomic
def change_missing(episode: MissingEpisode, *, version: int | None, by: Membership | None, **said: Any) -> None:
    """Say more of a missing episode: arguments as `record_missing`. Raises ChangedMeanwhile and what that raises."""
    _check_episode(said["missing_from"], said["returned_at"], said["police_told_at"], said["interview_on"])
    name_act("missing.change")
    rows = MissingEpisode.objects.filter(pk=episode.pk)
    if version is not None:
        rows = rows.filter(version=version)
    said["day"] = localtime(said["missing_from"]).date()
    if not rows.update(**said, version=F("version") + 1):
        raise ChangedMeanwhile


@transaction.atomic
def record_protection(
    case: Case,
    *,
    mechanism: str,
    held_on: dt.date,
    next_on: dt.date | None = None,
    reference: str = "",
    outcome: str = "",
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> Protection:
    """Record a date of the national referral mechanism, MAPPA or MARAC: restricted. A form sent twice makes one.

    Raises JudgedInFuture.
    """
    sent: Protection | None = _sent_before(Protection, submission_key)
    if sent:
        return sent
    if held_on > localdate():
        raise JudgedInFuture
    name_act("protection.record")
    sensitivity = SENSITIVITY_OF.get(ProtectionText.Mechanism(mechanism), Sensitivity.SAFEGUARDING)
    row = Protection.objects.create(
        case=case, sensitivity=sensitivity, recorded_on=localdate(), written_by=by, submission_key=submission_key
    )
    ProtectionText.objects.create(
        protection=row,
        case=case,
        mechanism=mechanism,
        held_on=held_on,
        next_on=next_on,
        reference=reference,
        outcome=outcome,
    )
    return row


@transaction.atomic
def keep_apart(pupil: Pupil, other: Pupil, *, reason: str, by: Membership | None) -> KeepApart:
    """Say that two pupils are to be kept apart from today, and why. Raises ApartFromThemselves, ApartAlready."""
    if pupil.pk == other.pk:
        raise ApartFromThemselves
    first, second = sorted((pupil, other), key=lambda one: one.pk)
    name_act("keep_apart.link")
    try:
        with transaction.atomic():
            link = KeepApart.objects.create(pupil=first, other=second, starts_on=localdate(), written_by=by)
    except IntegrityError:
        raise ApartAlready from None
    KeepApartReason.objects.create(link=link, text=reason.strip())
    return link


@transaction.atomic
def end_keep_apart(link: KeepApart, *, by: Membership | None) -> None:
    """Two pupils need not be kept apart any more, from today. Raises LinkNotYours."""
    name_act("keep_apart.end")
    if not KeepApart.objects.filter(pk=link.pk, ends_on__isnull=True).update(ends_on=localdate()):
        raise LinkNotYours


@transaction.atomic
def resume_keep_apart(link: KeepApart, *, by: Membership | None) -> None:
    """Take the end back. Raises LinkNotYours, ApartAlready."""
    name_act("keep_apart.resume")
    try:
        with transaction.atomic():
            changed = KeepApart.objects.filter(pk=link.pk).update(ends_on=None)
    except IntegrityError:
        raise ApartAlready from None
    if not changed:
        raise LinkNotYours
