"""Parents, carers and other contacts, by their pupil and name."""

from collections.abc import Sequence
from typing import ClassVar

from apst.imports.ledger import Ledger, write_records
from apst.imports.reading.problems import Row
from apst.people.models import Contact, Pupil

from .plans import Field, Models, Options, Plan, differ, fit, put
from .pupils import UNKNOWN_PUPIL, local_ids_like

COLUMNS = (
    "relationship", "parental_responsibility", "phone", "email", "address", "address_hidden", "interpreter_language",
    "court_order", "priority",
)  # fmt: skip
FIELDS = tuple(Field(column, column) for column in COLUMNS)


class Contacts:
    """The matcher of `contacts`."""

    writes: ClassVar[Models] = (Contact,)
    rows_at_a_time = None

    def __init__(self, options: Options) -> None:
        self.notes: list[str] = []

    def plan(self, rows: list[Row]) -> list[Plan]:
        """Match by the pupil and the name, in any case."""
        wanted = {row.values["local_id"] for row in rows}
        pupils = dict(Pupil.objects.filter(local_id__in=wanted).values_list("local_id", "pk"))
        held: dict[tuple[int | None, str], Contact] = {
            (c.pupil_id, c.name.casefold()): c
            for c in Contact.objects.filter(pupil__in=list(pupils.values())).order_by("-pk")
        }
        plans = []
        for row in rows:
            local_id, name = row.values["local_id"], row.values["name"]
            pupil = pupils.get(local_id)
            plan = Plan(
                row, local_id, held.get((pupil, name.casefold())), pupils=(pupil,) if pupil else (), extra=pupil
            )
            if pupil is None:
                plan.reject("local_id", local_id, UNKNOWN_PUPIL, local_ids_like(local_id))
            fit(plan, Contact, (Field("name", "name"), *FIELDS))
            if plan.found:
                differ(plan, FIELDS)
                if "address" in plan.changes:
                    # The report is no way to a hidden address.
                    plan.change("address", "held" if plan.found.address else "", row.values["address"])
            plans.append(plan)
        return plans

    def write(self, plans: Sequence[Plan], ledger: Ledger) -> None:
        """Add and change."""
        add = [
            put(plan, Contact(pupil_id=plan.extra, name=plan.row.values["name"]), FIELDS)
            for plan in plans
            if plan.outcome == "add"
        ]
        change = [put(plan, plan.found, FIELDS) for plan in plans if plan.outcome == "change"]
        for contact in change:
            contact.recorded_by = None  # no longer what its author told
        write_records(ledger, Contact, add=add, change=change, attributes=(*COLUMNS, "recorded_by"))

    def finish(self) -> None:
        """Nothing follows."""
