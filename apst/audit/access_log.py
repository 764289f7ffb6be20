"""Writing the access log: one statement a page, in the page's own transaction. No entry, no page."""

from collections.abc import Iterable

from django.db import connection

# Its id is taken first: "returning" would ask that whoever leaves the entry may read the log.
_WRITE = """
with entry as materialized (select nextval('audit_accessentry_id_seq') as id), written as (
  insert into audit_accessentry (id, person_id, page, categories, refused, reason, address, request_id)
  select entry.id, app.person(), %s, %s, %s, %s, %s::inet, %s from entry)
insert into audit_accessentrypupil (entry_id, pupil_id) select entry.id, p from entry, unnest(%s::bigint[]) as p
"""


def record(
    *,
    page: str,
    pupils: Iterable[int] = (),
    categories: Iterable[str] = (),
    refused: bool = False,
    reason: str = "",
    address: str | None = None,
    request_id: str = "",
) -> None:
    """Write one entry with a child row for each pupil shown, in the open context.

    page        the name of the address, such as "cases:case-detail"; never the address itself
    pupils      database ids of the pupils of whom something was shown
    categories  codes of data_categories.csv
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            [page, " ".join(sorted(set(categories))), refused, reason[:200], address, request_id, sorted(set(pupils))],
        )
