"""Funding and costs."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from apst.accounts.models import Membership
from apst.people.exceptions import WrongDate
from apst.people.models import CostLine, Funding
from apst.tenancy.context import name_act


def _check(starts_on: dt.date, ends_on: dt.date | None) -> None:
    if ends_on and ends_on < starts_on:
        raise WrongDate("The last day of the funding must be the same as or after its first")


@transaction.atomic
def add_funding(*, by: Membership | None, **details: Any) -> Funding:
    """Record money from one source, from a day to a day. Raises WrongDate."""
    _check(details["starts_on"], details.get("ends_on"))
    name_act("funding.add")
    return Funding.objects.create(**details)


@transaction.atomic
def change_funding(funding: Funding, *, changes: Mapping[str, Any], by: Membership | None) -> Funding:
    """Change some funding. Raises WrongDate."""
    name_act("funding.change")
    held = Funding.objects.select_for_update().get(pk=funding.pk)
    for name, value in changes.items():
        setattr(held, name, value)
    _check(held.starts_on, held.ends_on)
    held.save()
    return held


@transaction.atomic
def add_cost(*, item: str, academic_year: str, pounds: int, notes: str = "", by: Membership | None) -> CostLine:
    """Record a cost of one academic year. item: a code of cost_items; academic_year: such as "2026-27"."""
    name_act("cost.add")
    return CostLine.objects.create(item=item, academic_year=academic_year, pounds=pounds, notes=notes)


@transaction.atomic
def change_cost(line: CostLine, *, changes: Mapping[str, Any], by: Membership | None) -> CostLine:
    """Change a cost."""
    name_act("cost.change")
    held = CostLine.objects.select_for_update().get(pk=line.pk)
    for name, value in changes.items():
        setattr(held, name, value)
    held.save()
    return held


@transaction.atomic
def remove_cost(line: CostLine, *, by: Membership | None) -> None:
    """Remove a cost that was entered in error."""
    name_act("cost.remove")
    CostLine.objects.filter(pk=line.pk).delete()
