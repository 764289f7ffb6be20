"""Pupils by their local id, with dated facts told as a change or as a correction."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import ClassVar

from django.utils import timezone

from apst.imports.ledger import Ledger, write_records
from apst.imports.reading.problems import Row
from apst.people.models import NhsNumber, Pupil, PupilFact, PupilFormerName
from apst.people.names import name_key, sound_key
from apst.people.queries import year_number
from apst.people.services import write_name_keys
from apst.places.models import Establishment

from .plans import Field, Models, Options, Plan, differ, fit, nearest, put, shown
from .schools import UNKNOWN, Schools

FACTS = tuple(PupilFact.Kind.values)
SAME_NAMED = (
    "upn", "surname", "forename", "preferred_name", "date_of_birth", "sex", "ethnicity", "registration",
    "first_language", "postcode", "entry_date", "leaving_date", "destination",
)  # fmt: skip
ATTRIBUTES = (
    *SAME_NAMED,
    "home_la_id",
    "placing_la_id",
    "home_school_id",
    "year_offset",
    "name_key",
    "sound_key",
    "version",
)
UNKNOWN_PUPIL = "is no pupil of this taskforce. Import the pupil first, or mend the local id."


def local_ids_like(local_id: str) -> str:
    """Give the local id held that is written most like this one, "" when none is near."""
    return nearest(local_id, Pupil.objects.values_list("local_id", flat=True))


class Pupils:
    """The matcher of `pupils`."""

    writes: ClassVar[Models] = (Establishment, Pupil, NhsNumber, PupilFact, PupilFormerName)
    rows_at_a_time = None

    def __init__(self, options: Options) -> None:
        self.options = options
        self.notes: list[str] = []
        self.schools = Schools()
        self.numbers: dict[int, NhsNumber] = {}
        self.fields = (
            *(Field(column, column) for column in SAME_NAMED),
            Field("home_la", "home_la_id"),
            Field("placing_la", "placing_la_id"),
            Field(
                "home_school_urn",
                "home_school_id",
                held=lambda pupil: self.schools.urn(pupil.home_school_id),
                put=lambda pupil, urn: setattr(pupil, "home_school_id", self.schools.id(urn)),
            ),
        )

    def plan(self, rows: list[Row]) -> list[Plan]:
        """Match by local id; a UPN that another pupil has is the same pupil under a second id."""
        held = {
            pupil.local_id: pupil
            for pupil in Pupil.objects.filter(local_id__in=[row.values["local_id"] for row in rows])
        }
        upns = [upn for row in rows if (upn := row.values.get("upn"))]
        owners = dict(Pupil.objects.filter(upn__in=upns).values_list("upn", "local_id"))
        self.numbers = {row.pupil_id: row for row in NhsNumber.objects.filter(pupil__in=list(held.values()))}
        facts = self._facts(pupil.pk for pupil in held.values())
        plans = []
        for row in rows:
            values = row.values
            pupil = held.get(values["local_id"])
            plan = Plan(row, values["local_id"], pupil, pupils=(pupil.pk,) if pupil else ())
            fit(plan, Pupil, self.fields[:-3])
            upn = values.get("upn")
            owner = owners.get(upn) if upn and (pupil is None or pupil.upn != upn) else None
            if owner not in (None, values["local_id"]):
                plan.reject(
                    "upn",
                    upn,
                    f"belongs to the pupil {owner} already: this is the same pupil under a second local id.",
                    owner or "",
                )
            if (urn := values.get("home_school_urn")) and urn not in self.schools:
                plan.warn("home_school_urn", urn, UNKNOWN)
            as_at = values.get("as_at") or self.options.as_at
            if as_at > self.options.today:
                plan.reject("as_at", as_at, f"is still to come (today is {self.options.today:%d/%m/%Y}).")
            if pupil:
                differ(plan, self.fields)
                number = values.get("nhs_number")
                if number is not None and number != self._number_of(pupil):
                    # Whoever imports need not be somebody who is told the number.
                    plan.change("nhs_number", "held" if self._number_of(pupil) else "", number)
            self._year(plan, as_at)
            self._told(plan, as_at, facts[pupil.pk] if pupil else {})
            plans.append(plan)
        return plans

    def _number_of(self, pupil: Pupil) -> str:
        held = self.numbers.get(pupil.pk)
        return held.number if held else ""

    @staticmethod
    def _facts(pupils: Iterable[int]) -> dict[int, dict[str, list[PupilFact]]]:
        found: dict[int, dict[str, list[PupilFact]]] = defaultdict(lambda: defaultdict(list))
        for fact in PupilFact.objects.filter(pupil__in=list(pupils), corrected_at__isnull=True).order_by("holds_from"):
            found[fact.pupil_id][fact.kind].append(fact)
        return found

    @staticmethod
    def _year(plan: Plan, as_at: dt.date) -> None:
        """The year group on `as_at` sets how many years above or below their age the pupil is taught."""
        values = plan.row.values
        by_age = year_number(values["date_of_birth"], 0, as_at)
        stated = 0 if values["year_group"] == "R" else int(values["year_group"])
        values["year_offset"] = stated - by_age
        if plan.found and plan.found.year_offset != stated - by_age:
            before = year_number(plan.found.date_of_birth, plan.found.year_offset, as_at)
            plan.change("year_group", "R" if before == 0 else before, values["year_group"])

    def _told(self, plan: Plan, as_at: dt.date, held: dict[str, list[PupilFact]]) -> None:
        """Plan the facts that differ from what is held on `as_at`: (kind, value, from, facts that they replace)."""
        plan.extra = []
        for kind in FACTS:
            value = plan.row.values.get(kind)
            if value is None or value == "not_recorded":
                continue
            told = shown(value)
            live = held.get(kind, [])
            earlier = [fact for fact in live if fact.holds_from <= as_at]
            in_force = earlier[-1] if earlier else live[0] if live else None  # the earliest known reaches back
            if in_force is not None and in_force.value == told:
                continue
            replaced, since = [fact for fact in earlier if fact.holds_from == as_at], as_at
            if self.options.correction and in_force is not None:
                replaced = earlier or [in_force]
                since = min(as_at, replaced[0].holds_from)
            plan.extra.append((kind, told, since, replaced))
            if plan.found:
                plan.change(kind, in_force.value if in_force else "", f"{told} from {since:%d/%m/%Y}")

    def write(self, plans: Sequence[Plan], ledger: Ledger) -> None:
        """Add and change pupils, mark the facts that are replaced, add those that are told."""
        self.schools.add({urn for plan in plans if (urn := plan.row.values.get("home_school_urn"))}, ledger)
        add, change = [], []
        for plan in plans:
            if plan.outcome == "add":
                plan.found = Pupil(local_id=plan.reference, recorded_by=self.options.by)
                add.append(self._set(plan))
            elif set(plan.changes) - set(FACTS):
                plan.found.version += 1
                change.append(self._set(plan))
        renamed = [] if self.options.correction else self._former_names(change)
        write_records(ledger, Pupil, add=add, change=change, attributes=ATTRIBUTES)
        write_records(ledger, PupilFormerName, add=renamed, change=[])
        write_name_keys([*add, *change], former=renamed)
        self._write_numbers(plans, ledger)
        told = [(plan.found, *fact) for plan in plans for fact in plan.extra]
        replaced = [fact for *_, facts in told for fact in facts]
        for fact in replaced:
            fact.corrected_at = timezone.now()
        new = [
            PupilFact(pupil=pupil, kind=kind, value=value, holds_from=since, recorded_by=self.options.by)
            for pupil, kind, value, since, _ in told
        ]
        write_records(ledger, PupilFact, add=new, change=replaced, attributes=["corrected_at"])

    def _write_numbers(self, plans: Sequence[Plan], ledger: Ledger) -> None:
        add, change = [], []
        for plan in plans:
            number = plan.row.values.get("nhs_number")
            if number is None or number == self._number_of(plan.found):
                continue
            held = self.numbers.get(plan.found.pk)
            if held is None:
                add.append(NhsNumber(pupil=plan.found, number=number))
            else:
                held.number = number
                change.append(held)
        write_records(ledger, NhsNumber, add=add, change=change, attributes=["number"])

    def _former_names(self, pupils: list[Pupil]) -> list[PupilFormerName]:
        """The names that pupils have until this file changes them, where they are not kept as former names already."""
        new = {pupil.pk: pupil for pupil in pupils}
        kept = PupilFormerName.objects.filter(pupil__in=new)
        known = set(kept.values_list("pupil_id", "forename", "surname"))
        return [
            PupilFormerName(pupil=new[pk], forename=forename, surname=surname, recorded_by=self.options.by)
            for pk, forename, surname in Pupil.objects.filter(pk__in=new).values_list("pk", "forename", "surname")
            if (forename, surname) != (new[pk].forename, new[pk].surname) and (pk, forename, surname) not in known
        ]

    def _set(self, plan: Plan) -> Pupil:
        pupil: Pupil = put(plan, plan.found, self.fields)
        pupil.year_offset = plan.row.values["year_offset"]
        pupil.name_key, pupil.sound_key = (
            name_key(pupil.surname, pupil.forename),
            sound_key(pupil.surname, pupil.forename),
        )
        return pupil

    def finish(self) -> None:
        """Nothing follows."""
