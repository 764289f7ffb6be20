"""School calendars: a half-term by its year and name, INSET days and closures by their first day."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from apst.imports.ledger import Ledger, write_records
from apst.imports.reading.problems import Row
from apst.places.models import HALF_TERMS, CalendarEntry, Establishment
from apst.places.services import count_anew

from .plans import Field, Models, Options, Plan, differ, fit, put
from .schools import UNKNOWN, Schools

FIELDS = (Field("name", "name"), Field("starts_on", "starts_on"), Field("ends_on", "ends_on"))
Key = tuple[str | None, str, str, Any]


class Calendar:
    """The matcher of `calendar`."""

    writes: ClassVar[Models] = (CalendarEntry, Establishment)
    rows_at_a_time = None

    def __init__(self, options: Options) -> None:
        self.notes: list[str] = []
        self.schools = Schools()

    def plan(self, rows: list[Row]) -> list[Plan]:
        """Match each entry, then look at the half-terms of each year as they will be."""
        held = {self._key_of(entry): entry for entry in CalendarEntry.objects.all()}
        plans, half_terms = [], {}
        for key, entry in held.items():
            if entry.kind == "half_term":
                half_terms[key] = (entry.starts_on, entry.ends_on)
        for row in rows:
            values = row.values
            by_name = values["kind"] == "half_term"
            key = (
                values.get("establishment_urn"),
                values["academic_year"],
                values["kind"],
                values["name"] if by_name else values["starts_on"],
            )
            plan = Plan(row, values.get("name") or f"{values['starts_on']:%d/%m/%Y}", held.get(key), extra=key)
            fit(plan, CalendarEntry, FIELDS)
            if key[0] and key[0] not in self.schools:
                plan.warn("establishment_urn", key[0], UNKNOWN)
            if plan.found:
                differ(plan, FIELDS)
            if by_name:
                half_terms[key] = (values["starts_on"], values["ends_on"])
            plans.append(plan)
        for plan in plans:
            if plan.extra in half_terms:
                self._check(plan, half_terms)
        return plans

    def _key_of(self, entry: CalendarEntry) -> Key:
        last = entry.name if entry.kind == "half_term" else entry.starts_on
        return (self.schools.urn(entry.establishment_id), entry.academic_year, entry.kind, last)

    @staticmethod
    def _check(plan: Plan, half_terms: dict[Key, tuple[dt.date, dt.date]]) -> None:
        """A half-term lies in its year, after those before it and before those after it."""
        urn, year, _, name = plan.extra
        starts, ends = half_terms[plan.extra]
        first, last = dt.date(int(year[:4]), 8, 1), dt.date(int(year[:4]) + 1, 8, 31)
        if starts < first or ends > last:
            plan.reject(
                "starts_on" if starts < first else "ends_on",
                starts if starts < first else ends,
                f"lies outside the academic year {year}.",
            )
        for other in HALF_TERMS:
            span = half_terms.get((urn, year, "half_term", other))
            before = HALF_TERMS.index(other) < HALF_TERMS.index(name)
            if other == name or span is None:
                continue
            if (before and span[1] >= starts) or (not before and span[0] <= ends):
                plan.reject(
                    "starts_on" if before else "ends_on",
                    starts if before else ends,
                    f"does not lie {'after' if before else 'before'} {other}"
                    f" ({span[0]:%d/%m/%Y} to {span[1]:%d/%m/%Y}).",
                )

    def write(self, plans: Sequence[Plan], ledger: Ledger) -> None:
        """Add and change entries; a single day ends when it starts."""
        self.schools.add({plan.extra[0] for plan in plans if plan.extra[0]}, ledger)
        add = []
        for plan in plans:
            if plan.outcome == "add":
                urn, year, kind, _ = plan.extra
                school = self.schools.id(urn) if urn else None
                entry = put(plan, CalendarEntry(academic_year=year, kind=kind, establishment_id=school), FIELDS)
                entry.ends_on = entry.ends_on or entry.starts_on
                add.append(entry)
        change = [put(plan, plan.found, FIELDS) for plan in plans if plan.outcome == "change"]
        write_records(ledger, CalendarEntry, add=add, change=change, attributes=["name", "starts_on", "ends_on"])

    def finish(self) -> None:
        """Periods and school days are counted anew whenever they are asked for; what was told of them, now."""
        count_anew()
