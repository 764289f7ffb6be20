"""Instruments: taken up from the shipped list by whoever uses one first, made by a taskforce, and what applies here."""

import re
from collections.abc import Sequence
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.codelists import instruments
from apst.tenancy.context import name_act
from cases.exceptions import InstrumentWrong
from cases.models import BandSet, Instrument, InstrumentScale
from cases.queries.instruments import can_be_taken_up, listed

MOST_AREAS: Final = 12
MOST_LABELS: Final = 6


@transaction.atomic
def take_up(code: str, *, by: Membership | None) -> Instrument:
    """Give this taskforce's instrument, making it from the shipped list on its first use. Raises InstrumentWrong."""
    held = Instrument.objects.filter(code=code).first()
    if held is not None:
        return held
    if not can_be_taken_up(code):
        raise InstrumentWrong("There is no such instrument here. Choose one of the list.")
    name_act("instrument.take_up")
    drawn = listed(code)
    try:
        with transaction.atomic():
            drawn.instrument.save(force_insert=True)
    except IntegrityError:
        return Instrument.objects.get(code=code)
    InstrumentScale.objects.bulk_create(drawn.scales)
    BandSet.objects.bulk_create(drawn.band_sets)
    return drawn.instrument


@transaction.atomic
def make_instrument(
    *,
    name: str,
    areas: Sequence[str],
    minimum: int = 0,
    maximum: int = 10,
    better: str = InstrumentScale.Better.HIGHER,
    labels: Sequence[str] = (),
    informants: Sequence[str] = (),
    consent_for: str = "",
    sensitivity: str = "ordinary",
    note: str = "",
    licence: str = "",
    by: Membership | None,
) -> Instrument:
    """Make an instrument of this taskforce's own: one score for each area, from minimum to maximum.

    areas   what is scored, such as "Coming to school"; one that is scored as a whole has one area
    labels  the words of a result that is a band, lowest first, instead of minimum and maximum
    Raises InstrumentWrong.
    """
    kept = [area.strip() for area in areas if area.strip()]
    words = [label.strip() for label in labels if label.strip()]
    if not name.strip():
        raise InstrumentWrong("Enter its name.", field="name")
    if not kept or len(kept) > MOST_AREAS or len({area.lower() for area in kept}) != len(kept):
        raise InstrumentWrong(
            f"Write what is scored: 1 to {MOST_AREAS} areas, each once on its own line.", field="areas"
        )
    if words and not 2 <= len(words) <= MOST_LABELS:
        raise InstrumentWrong(
            f"Write 2 to {MOST_LABELS} bands, the lowest first, each on its own line.", field="labels"
        )
    if not words and not 0 <= minimum < maximum <= 1000:
        raise InstrumentWrong(
            "The highest score must be above the lowest, and both between 0 and 1,000.", field="maximum"
        )
    name_act("instrument.make")
    made = Instrument.objects.create(
        code=_code(name),
        name=name.strip(),
        informants=list(informants),
        consent_for=consent_for,
        sensitivity=sensitivity,
        note=note.strip(),
        licence=licence,
    )
    taken: set[str] = set()
    for position, area in enumerate(kept):
        InstrumentScale.objects.create(
            instrument=made,
            code=_slug(area, taken),
            name=area[:80],
            position=position,
            unit=InstrumentScale.Unit.BAND if words else InstrumentScale.Unit.POINTS,
            minimum=1 if words else minimum,
            maximum=len(words) if words else maximum,
            better=better,
            labels=words,
        )
    return made


def _slug(text: str, taken: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:34] or "scale"
    code, number = base, 1
    while code in taken:
        number += 1
        code = f"{base}_{number}"
    taken.add(code)
    return code


def _code(name: str) -> str:
    """A code that no instrument here has, and none of the list will ever want."""
    return _slug(name, {*instruments(), *Instrument.objects.values_list("code", flat=True)})


@transaction.atomic
def set_instrument(
    instrument: Instrument,
    *,
    edition: str,
    informants: Sequence[str],
    consent_for: str,
    sensitivity: str,
    note: str,
    band_sets: Sequence[str],
    by: Membership | None,
) -> Instrument:
    """Set what applies to an instrument here. band_sets: the codes of those in use. What is recorded keeps its own."""
    name_act("instrument.set")
    Instrument.objects.filter(pk=instrument.pk).update(
        edition=edition, informants=list(informants), consent_for=consent_for, sensitivity=sensitivity, note=note
    )
    for band_set in instrument.band_sets.all():
        if band_set.in_use != (band_set.code in band_sets):
            BandSet.objects.filter(pk=band_set.pk).update(in_use=band_set.code in band_sets)
    instrument.refresh_from_db()
    return instrument


@transaction.atomic
def retire_instrument(instrument: Instrument, *, by: Membership | None) -> None:
    """Take an instrument out of use: what was recorded with it stays."""
    name_act("instrument.retire")
    Instrument.objects.filter(pk=instrument.pk, retired_at__isnull=True).update(retired_at=Now())


@transaction.atomic
def use_again(instrument: Instrument, *, by: Membership | None) -> None:
    """Bring a retired instrument back into use."""
    name_act("instrument.use_again")
    Instrument.objects.filter(pk=instrument.pk).update(retired_at=None)
