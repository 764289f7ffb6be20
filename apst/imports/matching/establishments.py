"""Schools and other places, by their URN."""

from collections.abc import Sequence
from typing import ClassVar

from apst.imports.ledger import Ledger, write_records
from apst.imports.reading.problems import Row
from apst.places.models import Establishment

from .plans import Field, Models, Options, Plan, differ, fit, put

FIELDS = (Field("name", "name"), Field("la", "local_authority_id"), Field("type", "kind"))


class Establishments:
    """The matcher of `establishments`."""

    writes: ClassVar[Models] = (Establishment,)
    rows_at_a_time = None

    def __init__(self, options: Options) -> None:
        self.notes: list[str] = []

    def plan(self, rows: list[Row]) -> list[Plan]:
        """Match by URN."""
        held = {row.urn: row for row in Establishment.objects.filter(urn__in=[row.values["urn"] for row in rows])}
        plans = []
        for row in rows:
            plan = Plan(row, row.values["urn"], held.get(row.values["urn"]))
            fit(plan, Establishment, FIELDS[:1])
            if plan.found:
                differ(plan, FIELDS)
            plans.append(plan)
        return plans

    def write(self, plans: Sequence[Plan], ledger: Ledger) -> None:
        """Add and change."""
        add = [put(plan, Establishment(urn=plan.reference), FIELDS) for plan in plans if plan.outcome == "add"]
        change = [put(plan, plan.found, FIELDS) for plan in plans if plan.outcome == "change"]
        write_records(ledger, Establishment, add=add, change=change, attributes=["name", "local_authority_id", "kind"])

    def finish(self) -> None:
        """Nothing follows."""
