"""Recording what left the taskforce, and what was decided not to."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db import connection, transaction
from uuid6 import uuid7

from apst.accounts.models import Membership
from apst.tenancy.context import name_act
from sharing.models import Disclosure, DisclosureRecord

# One way to the server: the record's own policy asks for the disclosure, which the statement before it has left.
_PAGE: Final = """
select set_config('app.verb', 'disclosure.make', true);
insert into sharing_disclosure (public_id, way, outcome, agreement_id, partner_id, recipient, purpose, clause, reason,
    asked, given, page, made_by_id)
  values (%(key)s, 'page', %(outcome)s, %(agreement)s, %(partner)s, '', %(purpose)s, %(clause)s, %(reason)s,
    %(asked)s::varchar[], %(given)s::varchar[], %(page)s, app.member());
"""
_RECORDS: Final = """
insert into sharing_disclosurerecord (disclosure_id, pupil_id, case_id, categories, records)
  select d.id, r.pupil, r.case_id, array(select jsonb_array_elements_text(r.categories))::varchar[], r.records
    from sharing_disclosure d, jsonb_to_recordset(%(shown)s::jsonb)
      as r (pupil bigint, case_id bigint, categories jsonb, records jsonb)
    where d.public_id = %(key)s;
"""


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


def show_page(
    *,
    page: str,
    outcome: str,
    agreement: int | None,
    partner: int | None,
    purpose: str = "",
    clause: str,
    reason: str = "",
    asked: Iterable[str],
    shown: Mapping[int, Mapping[str, Any]] | None = None,
) -> None:
    """Record that a guest, who acts, was shown a page or refused one, in one round trip to the database.

    page   the name of the address;  agreement, partner  database ids
    asked  codes of data_categories.csv;  shown  by pupil, as in `disclose`
    """
    rows = [
        {"pupil": pupil, "case_id": one.get("case"), "categories": sorted(one["categories"]), "records": one["records"]}
        for pupil, one in (shown or {}).items()
    ]
    given = sorted({category for row in rows for category in row["categories"]})
    said: dict[str, Any] = {
        "key": uuid7(), "page": page, "outcome": outcome, "agreement": agreement, "partner": partner,
        "purpose": purpose, "clause": clause[:300], "reason": reason, "asked": sorted({*asked, *given}), "given": given,
        "shown": json.dumps(rows),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PAGE + (_RECORDS if rows else ""), said)
