"""Recording what left the taskforce, and what was decided not to."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from apst.accounts.models import Membership
from apst.tenancy.context import name_act
from sharing.models import Disclosure, DisclosureRecord


@transaction.atomic
def disclose(
    *,
    way: str,
    outcome: str,
    shown: Mapping[int, Mapping[str, Any]],
    asked: Iterable[str],
    by: Membership,
    **fields: Any,
) -> Disclosure:
    """Record a disclosure with a row for each pupil.

    shown  by pupil: `case` (an id or None), `categories`, `records` (ids by table, no text)
    asked  the categories that were asked for; those given are what `shown` names
    """
    name_act("disclosure.make")
    given = sorted({category for one in shown.values() for category in one["categories"]})
    made = Disclosure.objects.create(
        way=way, outcome=outcome, asked=sorted({*asked, *given}), given=given, made_by=by, **fields
    )
    DisclosureRecord.objects.bulk_create(
        DisclosureRecord(
            disclosure=made,
            pupil_id=pupil,
            case_id=one.get("case"),
            categories=sorted(one["categories"]),
            records=one.get("records", {}),
        )
        for pupil, one in shown.items()
    )
    return made
