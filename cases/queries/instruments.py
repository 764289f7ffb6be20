"""Which instruments there are to choose from, and what applies to them here."""

from dataclasses import dataclass
from typing import Final

from apst.codelists import instruments
from cases.models import BandSet, Instrument, InstrumentScale
from cases.models.restricted import Sensitivity

# What a screening of a year group asks consent for, a code of `consent_purposes`.
SCREENING: Final = "screening"


def can_be_taken_up(code: str) -> bool:
    """True for an instrument of the shipped list that comes with its own scales."""
    return code in instruments() and "areas" not in instruments()[code]


@dataclass(frozen=True)
class Choosable:
    """An instrument that can be chosen: this taskforce's own row, or one of the list that nobody has used here yet."""

    code: str
    words: str
    sensitivity: str
    consent_for: str


def choosable() -> list[Choosable]:
    """Give the instruments to choose from: those in use here, and those of the list not taken up, by name."""
    rows = list(Instrument.objects.all())
    held = [Choosable(row.code, str(row), row.sensitivity, row.consent_for) for row in rows if row.retired_at is None]
    taken = {row.code for row in rows}
    listed = [
        Choosable(
            code,
            ", ".join(filter(None, (said["name"], said["edition"]))),
            said.get("sensitivity", Sensitivity.ORDINARY),
            said.get("consent_for", ""),
        )
        for code, said in instruments().items()
        if code not in taken and can_be_taken_up(code)
    ]
    return sorted([*held, *listed], key=lambda one: one.words.lower())


@dataclass(frozen=True)
class Sketch:
    """An instrument with its scales and band sets: rows of this taskforce, or not yet saved ones of the list."""

    instrument: Instrument
    scales: list[InstrumentScale]
    band_sets: list[BandSet]


def sketch(code: str) -> Sketch | None:
    """Give an instrument to fill in: this taskforce's own, otherwise as the list has it; None where there is none."""
    held = Instrument.objects.filter(code=code).first()
    if held is not None:
        return Sketch(held, list(held.scales.all()), list(held.band_sets.all()))
    return listed(code) if can_be_taken_up(code) else None


PLAIN = ("name", "edition", "asks_edition", "informants", "consent_for", "sensitivity", "licence", "note")


def listed(code: str) -> Sketch:
    """Give an instrument of the shipped list as rows that are not saved. Raises KeyError."""
    said = instruments()[code]
    instrument = Instrument(code=code, library=code, **{name: said[name] for name in PLAIN if name in said})
    scales = []
    for position, scale in enumerate(said["scales"]):
        most = {"maximum": len(scale["labels"])} if "labels" in scale else {}
        scales.append(InstrumentScale(instrument=instrument, position=position, **most, **scale))
    return Sketch(instrument, scales, [BandSet(instrument=instrument, **one) for one in said.get("band_sets", ())])


def screeners() -> list[Choosable]:
    """Give the instruments that a year group can be screened with: those with one score, which is a band.

    Those that ask for the consent to a screening come first.
    """
    rows = InstrumentScale.objects.filter(instrument__retired_at__isnull=True)
    units: dict[str, list[str]] = {}
    screens: dict[str, bool] = {}
    for code, unit, consent in rows.values_list("instrument__code", "unit", "instrument__consent_for"):
        units.setdefault(code, []).append(unit)
        screens[code] = consent == SCREENING
    for code, said in instruments().items():
        if code not in units:
            units[code] = [scale.get("unit", "points") for scale in said["scales"]]
            screens[code] = said.get("consent_for") == SCREENING
    found = [one for one in choosable() if units.get(one.code) == [InstrumentScale.Unit.BAND]]
    return sorted(found, key=lambda one: not screens[one.code])
