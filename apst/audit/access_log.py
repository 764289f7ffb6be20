"""Writing the access log: one statement a page, in the page's own transaction. No entry, no page."""

from collections.abc import Iterable

from django.db import connection

_WRITE = """
with entry as (
  insert into audit_accessentry (person_id, page, categories, refused, reason, address, request_id)
  values (app.person(), %s, %s, %s, %s, %s, %s) returning id)
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
            _WRITE, [page, " ".join(sorted(set(categories))), refused, reason[:200], address, request_id, sorted(set(pupils))]
        )
