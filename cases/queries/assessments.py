"""Reading assessments: what each says to its reader, how scores went over time, and what is on the timeline."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import F, Prefetch, QuerySet

from apst.codelists import label
from apst.people.models import Pupil
from apst.tenancy.context import Member
from apst.web.charts import Chart, Series, lines
from cases.models import (
    Assessment,
    AssessmentScore,
    AssessmentSpecialist,
    BandSet,
    Case,
    InstrumentScale,
    Intervention,
    Sensitivity,
)

from .timeline import Entry, Kind

MOST_SERIES: Final = 3
ENOUGH_FOR_A_TREND: Final = 3


@dataclass(frozen=True)
class Score:
    """One score as a reader sees it. band: the publisher's word for it, "" where there is none."""

    scale: InstrumentScale
    value: Decimal
    band: str
    band_verified: bool

    @property
    def words(self) -> str:
        """The score as people write it: "17", "9 years 4 months", or the band's own words."""
        return score_words(self.scale, self.value)


@dataclass(frozen=True)
class Result:
    """An assessment with what this reader may read of it; `restricted` where that is nothing."""

    assessment: Assessment
    scores: list[Score]
    summary: str
    who: str

    @property
    def restricted(self) -> bool:
        """True where this reader may not read it: every assessment has a score or a summary."""
        return not self.scores and not self.summary

    @property
    def said(self) -> str:
        """The scores in one line; "" for a reader who may read none."""
        return "; ".join(
            f"{score.scale.name} {score.words}" + (f" ({score.band})" if score.band else "") for score in self.scores
        )


def score_words(scale: InstrumentScale, value: Decimal) -> str:
    """Write a score of a scale as people do."""
    if scale.unit == InstrumentScale.Unit.BAND:
        return scale.labels[int(value) - 1] if 1 <= value <= len(scale.labels) else str(value)
    if scale.unit == InstrumentScale.Unit.MONTHS:
        years, months = divmod(int(value), 12)
        return f"{years} years {months} months" if months else f"{years} years"
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"


def band_of(band_set: BandSet | None, scale: InstrumentScale, value: Decimal) -> str:
    """Give the band of a score in a band set, "" where the set has none for it."""
    for least, most, words in (band_set.bands if band_set else {}).get(scale.code, ()):
        if least <= value <= most:
            return str(words)
    return ""


def with_results(rows: QuerySet[Assessment]) -> list[Result]:
    """Give assessments with what the reader may read of them, in a constant number of queries."""
    found = rows.select_related("instrument", "band_set", "written_by", "session").prefetch_related(
        Prefetch(
            "scores", AssessmentScore.objects.select_related("scale").order_by("scale__position"), to_attr="read_scores"
        ),
        "summaries",
        Prefetch("specialists", AssessmentSpecialist.objects.select_related("post__specialist")),
    )
    return [_result(row) for row in found]


def _result(row: Any) -> Result:
    scores = [
        Score(
            scale=score.scale,
            value=score.value,
            band=band_of(row.band_set, score.scale, score.value),
            band_verified=bool(row.band_set and row.band_set.verified),
        )
        for score in row.read_scores
    ]
    summary = next((one.text for one in row.summaries.all()), "")
    people = [one.post.specialist.name for one in row.specialists.all()]
    who = ", ".join(people) or (row.written_by.name if row.written_by else "")
    return Result(row, scores, summary, who)


def results_of(pupil: Pupil | int) -> list[Result]:
    """Give every assessment of a pupil that stands, those of earlier cases and screenings too, the latest first."""
    return with_results(Assessment.objects.kept().filter(pupil=pupil))


def versions_of(rows: Iterable[Assessment]) -> dict[int, list[Result]]:
    """Give what assessments said before they were corrected, by the id of each, the latest version first."""
    found: dict[int, list[Result]] = {row.pk: [] for row in rows}
    owners = {row.corrects_id: row.pk for row in rows if row.corrects_id}
    while owners:
        further = {}
        for result in with_results(Assessment.objects.filter(pk__in=list(owners))):
            owner = owners[result.assessment.pk]
            found[owner].append(result)
            if result.assessment.corrects_id:
                further[result.assessment.corrects_id] = owner
        owners = further
    return found


@dataclass(frozen=True)
class Measure:
    """One instrument answered by one kind of informant, over time. chart: None where nothing can be drawn."""

    title: str
    scales: list[InstrumentScale]
    rows: list[tuple[dt.date, list[Score | None]]]
    chart: Chart | None
    caution: str


def measures(results: Iterable[Result]) -> list[Measure]:
    """Give the scores over time, by instrument, edition and informant: others cannot be compared. Oldest first."""
    groups: dict[tuple[int, str, str], list[Result]] = {}
    for result in results:
        if result.scores:
            row = result.assessment
            groups.setdefault((row.instrument_id, row.edition, row.informant), []).append(result)
    return [
        _measure(sorted(group, key=lambda r: (r.assessment.taken_on, r.assessment.pk))) for group in groups.values()
    ]


def _measure(group: list[Result]) -> Measure:
    row = group[-1].assessment
    scales = sorted(
        {score.scale.pk: score.scale for result in group for score in result.scores}.values(), key=lambda s: s.position
    )
    rows: list[tuple[dt.date, list[Score | None]]] = []
    for result in group:
        by_scale = {score.scale.pk: score for score in result.scores}
        rows.append((result.assessment.taken_on, [by_scale.get(scale.pk) for scale in scales]))
    title = ", ".join(filter(None, (str(row.instrument), row.edition, label("informants", row.informant).lower())))
    return Measure(title, scales, rows, _chart(title, scales, rows), _caution(len(rows)))


def _drawn(scales: list[InstrumentScale]) -> list[InstrumentScale]:
    """The scales that are drawn: the total where there is one, otherwise the first three of one unit."""
    total = [scale for scale in scales if scale.part == InstrumentScale.Part.TOTAL]
    numbers = [scale for scale in scales if scale.unit != InstrumentScale.Unit.BAND]
    return total or [scale for scale in numbers if scale.unit == numbers[0].unit][:MOST_SERIES]


def _chart(title: str, scales: list[InstrumentScale], rows: list[tuple[dt.date, list[Score | None]]]) -> Chart | None:
    drawn = _drawn(scales)
    if not drawn or len(rows) < 2:
        return None
    at = {scale.pk: n for n, scale in enumerate(scales)}
    months = drawn[0].unit == InstrumentScale.Unit.MONTHS
    series = [
        Series(scale.name, [_number(values[at[scale.pk]], in_years=months) for _, values in rows]) for scale in drawn
    ]
    return lines(
        title,
        _finding(drawn[0], [(day, values[at[drawn[0].pk]]) for day, values in rows]),
        [f"{day:%-d %b %y}" for day, _ in rows],
        series,
        unit="years" if months else "points",
        category="Day",
        top=None if months else float(max(scale.maximum for scale in drawn)),
    )


def _number(score: Score | None, *, in_years: bool) -> float | None:
    if score is None:
        return None
    return round(float(score.value) / 12, 1) if in_years else float(score.value)


def _finding(scale: InstrumentScale, values: list[tuple[dt.date, Score | None]]) -> str:
    known = [(day, score) for day, score in values if score is not None]
    if len(known) < 2:
        return f"{scale.name}: one score only."
    (began, first), (ended, last) = known[0], known[-1]
    went = "rose" if last.value > first.value else "fell" if last.value < first.value else "stayed the same"
    way = {"lower": " Lower is better.", "higher": " Higher is better."}.get(scale.better, "")
    between = f"between {began:%B %Y} and {ended:%B %Y}"
    if went == "stayed the same":
        return f"{scale.name} was {last.words} at the first and at the last of {len(known)} scores, {between}.{way}"
    return f"{scale.name} {went} from {first.words} to {last.words} {between}.{way}"


def _caution(count: int) -> str:
    """Say plainly how little one or two scores tell."""
    if count == 1:
        return "One score: there is nothing yet to compare it with."
    if count < ENOUGH_FOR_A_TREND:
        return "Two scores only: a difference between two can be chance, and is no trend."
    return ""


def sessions_near(pupil: Pupil, day: dt.date, *, days: int = 28) -> list[Intervention]:
    """Give the sessions that name a pupil from some days before a day to some after, the latest first."""
    near = dt.timedelta(days=days)
    return list(
        Intervention.objects.kept()
        .filter(places__pupil=pupil, held_on__range=(day - near, day + near))
        .prefetch_related("specialists__post__specialist")
        .order_by("-held_on", "-pk")[:40]
    )


def _rows(case: Case) -> QuerySet[Any, Any]:
    return Assessment.objects.kept().filter(case=case).annotate(day=F("taken_on"), moment=F("written_at"))


def _entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    said = {}
    results = with_results(Assessment.objects.filter(public_id__in=rows))
    earlier = versions_of([result.assessment for result in results])
    for result in results:
        row = result.assessment
        informant = label("informants", row.informant)
        said[row.public_id] = Entry(
            title=str(row.instrument),
            at=row.taken_on,
            written_at=row.written_at,
            by=result.who,
            by_id=row.written_by_id,
            text=result.summary,
            lines=[
                *([f"Answered by: {informant}"] if informant else []),
                *([result.said] if result.said else []),
                *(
                    [f"{row.get_sensitivity_display()}. Its result is for those who hold it."]
                    if result.restricted
                    else []
                ),
            ],
            href=f"/assessments/{row.public_id}/",
            tag={"text": "Assessment", "colour": "turquoise"},
            restricted=row.sensitivity != Sensitivity.ORDINARY,
            earlier=[
                (
                    f"As recorded on {before.assessment.written_at:%-d %B %Y}, by {before.who}",
                    before.said or before.summary,
                )
                for before in earlier[row.pk]
                if not before.restricted
            ],
            category="outcomes",
        )
    return said


KIND: Final = Kind("assessment", "Assessments", _rows, _entries)
