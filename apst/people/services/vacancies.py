"""Posts that nobody holds."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction

from apst.accounts.models import Membership
from apst.people.exceptions import PostOver, WrongDate
from apst.people.models import Post, Vacancy
from apst.tenancy.context import name_act

DETAILS: Final = frozenset({"specialist_type", "fte_hundredths", "since", "site", "recruiting"})


@transaction.atomic
def open_vacancy(*, by: Membership | None, **details: Any) -> Vacancy:
    """Record a post that nobody holds. details: see DETAILS."""
    name_act("vacancy.open")
    return Vacancy.objects.create(**{name: details[name] for name in DETAILS if name in details})


@transaction.atomic
def change_vacancy(vacancy: Vacancy, *, changes: Mapping[str, Any], by: Membership | None) -> Vacancy:
    """Change an open vacancy. changes: see DETAILS. Raises PostOver where it was closed meanwhile."""
    name_act("vacancy.change")
    held = Vacancy.objects.select_for_update().get(pk=vacancy.pk)
    if held.closed_on:
        raise PostOver("This vacancy has been closed meanwhile.")
    for name in DETAILS & set(changes):
        setattr(held, name, changes[name])
    held.save()
    return held


@transaction.atomic
def close_vacancy(
    vacancy: Vacancy, *, filled_by: Post | None = None, closed_on: dt.date, by: Membership | None
) -> Vacancy:
    """Close a vacancy: filled by a post, or given up on where None. Raises WrongDate."""
    held = Vacancy.objects.select_for_update().get(pk=vacancy.pk)
    if closed_on < held.since:
        raise WrongDate(f"The vacancy began on {held.since:%-d %B %Y}: it cannot end before that")
    name_act("vacancy.close")
    held.filled_by, held.closed_on = filled_by, closed_on
    held.save(update_fields=["filled_by", "closed_on"])
    return held


@transaction.atomic
def reopen_vacancy(vacancy: Vacancy, *, by: Membership | None) -> Vacancy:
    """Take the closing of a vacancy back."""
    name_act("vacancy.reopen")
    held = Vacancy.objects.select_for_update().get(pk=vacancy.pk)
    held.filled_by = held.closed_on = None
    held.save(update_fields=["filled_by", "closed_on"])
    return held
