"""The grid of a screening: the pupils of a year group, what each had last, and who opted out."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from apst.codelists import codes
from apst.people.models import Pupil
from apst.places.models import Establishment, Site
from cases.models import Assessment, Case, InstrumentScale, TreatmentConsent

from .assessments import with_results
from .consents import latest, opted_out
from .instruments import Sketch

MOST_ROWS: Final = 300
OFFSETS: Final = range(-3, 4)  # years above or below their age in which pupils are taught


@dataclass(frozen=True)
class Row:
    """One pupil of the grid. held: the band of that day, 0 for none; last: the result before, in words."""

    pupil: Pupil
    held: int
    last: str
    opted_out: TreatmentConsent | None
    restricted: bool


def places() -> list[tuple[str, str]]:
    """Give the schools and sites by which a year group can be narrowed, as (value of the filter, words)."""
    sites = [(f"site-{row.public_id}", row.name) for row in Site.objects.all()]
    schools = [
        (f"school-{row.public_id}", row.name)
        for row in Establishment.objects.filter(pupils__isnull=False).distinct().order_by("name")
    ]
    return [*sites, *schools]


def pupils_of(year: str, place: str, day: dt.date) -> list[Pupil]:
    """Give the pupils who are taught in a year group on a day, by name; at most one more than MOST_ROWS.

    place  a value of `places()`: a site (of the pupil's open case) or a home school; "" for all
    """
    on_roll = Q(leaving_date__isnull=True) | Q(leaving_date__gte=day)
    rows = Pupil.objects.filter(_taught_in(year, day), on_roll)
    kind, _, public_id = place.partition("-")
    if kind == "site":
        rows = rows.filter(pk__in=Case.objects.open().filter(site__public_id=public_id).values("pupil"))
    elif kind == "school":
        rows = rows.filter(home_school__public_id=public_id)
    return list(rows.order_by("name_key", "pk")[: MOST_ROWS + 1])


def _taught_in(year: str, day: dt.date) -> Q:
    """The days of birth of a year group, moved for those who are taught above or below their age."""
    number = list(codes("year_groups")).index(year)
    began = day.year if day.month >= 9 else day.year - 1
    taught = Q()
    for offset in OFFSETS:
        born = began - 5 - number + offset
        taught |= Q(year_offset=offset, date_of_birth__range=(dt.date(born, 9, 1), dt.date(born + 1, 8, 31)))
    return taught


def grid(pupils: list[Pupil], drawn: Sketch, day: dt.date) -> list[Row]:
    """Give the rows of the grid, in a constant number of queries."""
    ids = [pupil.pk for pupil in pupils]
    answers = latest(ids, drawn.instrument.consent_for, day) if drawn.instrument.consent_for else {}
    rows = Assessment.objects.kept().filter(instrument=drawn.instrument.pk or 0, pupil__in=ids)
    results: dict[int, list[tuple[dt.date, int, str, bool]]] = {}
    for result in with_results(rows.order_by("taken_on", "pk")):
        value = int(result.scores[0].value) if result.scores else 0
        results.setdefault(result.assessment.pupil_id, []).append(
            (result.assessment.taken_on, value, result.scores[0].words if value else "", result.restricted)
        )
    return [_row(pupil, results.get(pupil.pk, []), answers.get(pupil.pk), day) for pupil in pupils]


def _row(
    pupil: Pupil, results: list[tuple[dt.date, int, str, bool]], answer: TreatmentConsent | None, day: dt.date
) -> Row:
    today = [one for one in results if one[0] == day]
    before = [one for one in results if one[0] != day]
    return Row(
        pupil=pupil,
        held=today[-1][1] if today else 0,
        last=f"{before[-1][2] or 'Restricted'}, {before[-1][0]:%-d %b %Y}" if before else "",
        opted_out=answer if opted_out(answer, day) else None,
        restricted=bool(today and today[-1][3]),
    )


def scale_of(drawn: Sketch) -> InstrumentScale:
    """Give the one scale of a screener."""
    return drawn.scales[0]
