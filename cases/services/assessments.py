"""Assessments: recording one, correcting it with both versions kept, striking it out, screening a year group."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models.functions import Now
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.codelists import codes
from apst.people.models import Post, Pupil
from apst.tenancy.context import name_act
from cases.exceptions import (
    CodeUnknown,
    DayNotPossible,
    InformantUnknown,
    InstrumentRetired,
    NothingAssessed,
    NotStruckOut,
    NotYoursToChange,
    ScoreNotPossible,
    SessionOfSomebodyElse,
    StruckOut,
)
from cases.models import (
    Assessment,
    AssessmentScore,
    AssessmentSpecialist,
    AssessmentSummary,
    BandSet,
    Case,
    Instrument,
    InstrumentScale,
    Intervention,
)
from cases.models.restricted import Sensitivity

from .once import sent_before

Scores = Mapping[str, Decimal]
LONGEST_SUMMARY: Final = 20_000
WHOLE = (InstrumentScale.Part.IN_TOTAL, InstrumentScale.Part.TOTAL)


@transaction.atomic
def record_assessment(
    pupil: Pupil,
    *,
    instrument: Instrument,
    taken_on: dt.date,
    scores: Scores,
    summary: str = "",
    informant: str = "",
    edition: str = "",
    sensitivity: str = Sensitivity.ORDINARY,
    posts: Collection[Post] = (),
    case: Case | None = None,
    session: Intervention | None = None,
    corrects: Assessment | None = None,
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> Assessment:
    """Record what one instrument gave for one pupil on one day.

    scores   by the code of the scale; a total that can be added up is added up, or checked where both are given
    posts    who assessed: several for a joint assessment, which is recorded once
    session  the session in which it was done, so that its hours are counted once; nothing is logged here
    case     None: the pupil's case that was open on that day, where there was one
    Raises DayNotPossible, InstrumentRetired, InformantUnknown, ScoreNotPossible, NothingAssessed, CodeUnknown,
    SessionOfSomebodyElse. Missing consent stops nothing: the page says so.
    """
    if (sent := sent_before(Assessment, submission_key)) is not None:
        return sent
    _check_day(pupil, taken_on)
    if instrument.retired_at is not None and corrects is None:
        raise InstrumentRetired
    if informant and informant not in codes("informants"):
        raise CodeUnknown
    if instrument.informants and informant not in instrument.informants:
        raise InformantUnknown
    if sensitivity not in Sensitivity.values:
        raise CodeUnknown
    if session is not None and not session.places.filter(pupil=pupil).exists():
        raise SessionOfSomebodyElse
    scales = {scale.code: scale for scale in instrument.scales.all()}
    counted = completed(scales.values(), scores)
    if not counted and not summary.strip():
        raise NothingAssessed
    name_act("assessment.correct" if corrects else "assessment.record")
    made = Assessment.objects.create(
        pupil=pupil,
        case=case or Case.objects.open_on(taken_on).filter(pupil=pupil).order_by("-opened_on", "-pk").first(),
        instrument=instrument,
        edition=edition.strip(),
        informant=informant,
        band_set=_band_set(instrument, informant),
        taken_on=taken_on,
        sensitivity=sensitivity,
        session=session,
        corrects=corrects,
        submission_key=submission_key,
        written_by=by,
    )
    AssessmentSpecialist.objects.bulk_create(AssessmentSpecialist(assessment=made, post=post) for post in posts)
    AssessmentScore.objects.bulk_create(
        AssessmentScore(assessment=made, scale=scales[code], value=value) for code, value in counted.items()
    )
    if summary.strip():
        AssessmentSummary.objects.create(assessment=made, text=summary.strip()[:LONGEST_SUMMARY])
    return made


def _check_day(pupil: Pupil, day: dt.date) -> None:
    if not pupil.date_of_birth <= day <= localdate():
        raise DayNotPossible


def _band_set(instrument: Instrument, informant: str) -> BandSet | None:
    """The first set in use for this informant: kept with the scores, because bands change and scores do not."""
    sets = [one for one in instrument.band_sets.all() if one.in_use and one.informant in ("", informant)]
    return sets[0] if sets else None


def completed(scales: Collection[InstrumentScale], scores: Scores) -> dict[str, Decimal]:
    """Give the scores with the total that they add up to. Raises ScoreNotPossible with the field of the scale."""
    by_code = {scale.code: scale for scale in scales}
    counted: dict[str, Decimal] = {}
    for code, value in scores.items():
        if code not in by_code:
            raise CodeUnknown
        _check_score(by_code[code], value)
        counted[code] = value
    parts = [scale for scale in scales if scale.part == InstrumentScale.Part.IN_TOTAL]
    total = next((scale for scale in scales if scale.part == InstrumentScale.Part.TOTAL), None)
    if total is None or not parts or any(scale.code not in counted for scale in parts):
        return counted
    adds_up_to = sum((counted[scale.code] for scale in parts), Decimal(0))
    if total.code in counted and counted[total.code] != adds_up_to:
        raise ScoreNotPossible(
            f"{total.name} is {counted[total.code]:f}, but the scores that make it up add up to {adds_up_to:f}."
            " Check them; you can leave the total empty.",
            field=f"score_{total.code}",
        )
    return {**counted, total.code: adds_up_to}


def _check_score(scale: InstrumentScale, value: Decimal) -> None:
    field = f"score_{scale.code}"
    if not scale.minimum <= value <= scale.maximum:
        raise ScoreNotPossible(
            f"{scale.name} must be between {plain(scale.minimum)} and {plain(scale.maximum)}.", field=field
        )
    whole = scale.part in WHOLE or scale.unit != InstrumentScale.Unit.POINTS
    if value != round(value, 0 if whole else 1):
        raise ScoreNotPossible(
            f"{scale.name} must be {'a whole number' if whole else 'a number with at most one decimal'}.", field=field
        )


def plain(value: Decimal | float) -> str:
    """Write a score as people do: 17, or 6.5."""
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"


def _locked(assessment: Assessment, by: Membership | None) -> Assessment:
    found = Assessment.objects.select_for_update().filter(pk=assessment.pk).first()
    if found is None:  # seen, but not to be changed by this person
        raise NotYoursToChange
    return found


@transaction.atomic
def correct_assessment(
    assessment: Assessment,
    *,
    instrument: Instrument,
    taken_on: dt.date,
    scores: Scores,
    summary: str = "",
    informant: str = "",
    edition: str = "",
    sensitivity: str,
    posts: Collection[Post] = (),
    session: Intervention | None = None,
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> Assessment:
    """Record an assessment again as it should have been; the one before is struck out and stays to be read.

    Raises StruckOut where that happened meanwhile, NotYoursToChange for somebody else's restricted one, and what
    record_assessment raises.
    """
    if (sent := sent_before(Assessment, submission_key)) is not None:
        return sent
    found = _locked(assessment, by)
    if found.struck_at is not None:
        raise StruckOut
    made = record_assessment(
        found.pupil,
        instrument=instrument,
        taken_on=taken_on,
        scores=scores,
        summary=summary,
        informant=informant,
        edition=edition,
        sensitivity=sensitivity,
        posts=posts,
        case=found.case,
        session=session,
        corrects=found,
        submission_key=submission_key,
        by=by,
    )
    Assessment.objects.filter(pk=found.pk).update(struck_at=Now(), struck_by=by, struck_because="Corrected")
    return made


@transaction.atomic
def strike_out(assessment: Assessment, *, because: str, by: Membership | None) -> None:
    """Strike an assessment out, such as one of the wrong pupil: it stays, marked, and counts nowhere.

    Raises StruckOut, NotYoursToChange.
    """
    found = _locked(assessment, by)
    if found.struck_at is not None:
        raise StruckOut
    name_act("assessment.strike_out")
    Assessment.objects.filter(pk=found.pk).update(struck_at=Now(), struck_by=by, struck_because=because[:200])


@transaction.atomic
def bring_back(assessment: Assessment, *, by: Membership | None) -> None:
    """Undo the striking out. Raises NotStruckOut where it stands or was corrected by another, NotYoursToChange."""
    found = _locked(assessment, by)
    if found.struck_at is None or found.corrections.kept().exists():
        raise NotStruckOut
    name_act("assessment.bring_back")
    Assessment.objects.filter(pk=found.pk).update(struck_at=None, struck_by=None, struck_because="")


@transaction.atomic
def screen(
    instrument: Instrument,
    *,
    taken_on: dt.date,
    results: Mapping[Pupil, Decimal],
    edition: str = "",
    posts: Collection[Post] = (),
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> int:
    """Record a screening of many pupils in one save; gives how many were recorded.

    results  each pupil's result on the instrument's one scale. A pupil screened with it on that day already is left
             alone where the result is the same, and corrected where it is another: what is sent twice changes nothing.
    Raises DayNotPossible, ScoreNotPossible, NotYoursToChange.
    """
    sent_before(Assessment, submission_key)  # waits for the same form sent a moment ago
    scale = instrument.scales.get()
    held = {
        one.pupil_id: one
        for one in Assessment.objects.kept()
        .filter(instrument=instrument, taken_on=taken_on, pupil__in=results)
        .select_related("pupil")
        .prefetch_related("scores")
    }
    fresh: dict[Pupil, Decimal] = {}
    written = 0
    for pupil, value in results.items():
        _check_day(pupil, taken_on)
        _check_score(scale, value)
        before = held.get(pupil.pk)
        if before is None:
            fresh[pupil] = value
        elif [score.value for score in before.scores.all()] != [value]:
            correct_assessment(
                before,
                instrument=instrument,
                taken_on=taken_on,
                scores={scale.code: value},
                edition=edition,
                sensitivity=before.sensitivity,
                posts=posts,
                by=by,
            )
            written += 1
    name_act("assessment.screen")
    cases = {
        case.pupil_id: case
        for case in Case.objects.open_on(taken_on).filter(pupil__in=fresh).order_by("opened_on", "pk")
    }
    made = Assessment.objects.bulk_create(
        Assessment(
            pupil=pupil,
            case=cases.get(pupil.pk),
            instrument=instrument,
            edition=edition.strip(),
            taken_on=taken_on,
            sensitivity=instrument.sensitivity,
            written_by=by,
        )
        for pupil in fresh
    )
    AssessmentSpecialist.objects.bulk_create(
        AssessmentSpecialist(assessment=one, post=post) for one in made for post in posts
    )
    AssessmentScore.objects.bulk_create(
        AssessmentScore(assessment=one, scale=scale, value=value)
        for one, value in zip(made, fresh.values(), strict=True)
    )
    return written + len(made)
