"""Writing as an import, and what the audit trail proves of it afterwards.

Its maker may add lines to its book, but nobody writes the trail.

While an import is applied its own id stands in the trail as the request's. The trail's trigger takes it from a setting,
which every session may set for itself; so an event counts only if it is of the person who made the import's record.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.utils import CursorWrapper

from apst.tenancy.context import current

from .models import Import


@contextmanager
def begun(record: Import) -> Iterator[None]:
    """Let the maker of an import write what only imports write, within the block.

    To be opened within `transaction.atomic()`, whose rollback takes the right back after an exception. The database
    refuses it to anybody but the maker, and when the import is over.
    """
    if current().is_system:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('app.actions')")
        (before,) = cursor.fetchone()
        cursor.execute("select app.begin_import(%s)", [record.pk])
    yield
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.actions', %s, true)", [before])


@contextmanager
def written_under(record: Import) -> Iterator[None]:
    """Name the import as the request in every audit event of the block. To be opened within `transaction.atomic()`.

    After an exception the savepoint's own rollback brings the setting back, so nothing is set then.
    """
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(current_setting('app.request_id', true), '')")
        (before,) = cursor.fetchone()
    _set(str(record.public_id))
    yield
    _set(before)


def _set(request_id: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.request_id', %s, true)", [request_id])


# A line whose `before` is what stands there now was a change to the same, of which the trail says nothing.
_UNPROVED = """
with told as materialized (
  select e.table_name, e.record_id, e.operation, d.before, coalesce(md5(d.after::text), '') as mark,
         row_number() over (partition by e.table_name, e.record_id order by e.id desc) = 1 as is_last
  from audit_auditevent e join audit_auditdetail d on d.tenant_id = e.tenant_id and d.event_id = e.id
  where e.id > %(made)s and d.event_id > %(made)s
    and e.request_id = %(request)s and e.person_id is not distinct from %(person)s)
select exists (
  select from imports_importchange c
    left join told t on t.table_name = c.table_name and t.record_id = c.record_id and t.operation = c.operation
      and t.before is not distinct from c.before
    left join told l on l.is_last and l.table_name = c.table_name and l.record_id = c.record_id
  where c.import_id = %(import)s and (
    c.table_name <> all(%(tables)s::text[])
    or (c.operation <> 'U' or md5(c.before::text) is distinct from c.after_mark)
      and (t.table_name is null or l.mark is distinct from c.after_mark)))
"""


def is_proved(cursor: CursorWrapper, record: Import, tables: Iterable[str]) -> bool:
    """Give whether the trail tells the same as every line of an import's book; read in the system's scope.

    tables  those that imports write; a line of any other is not believed
    A line stands if the maker of the import did that to that record under the import's id, the record was before what
    the line says, and the last that the import did to it left it as the line's mark says.
    """
    cursor.execute(
        "select id, person_id from audit_auditevent"
        " where table_name = 'imports_import' and record_id = %s and operation = 'I'",
        [record.pk],
    )
    maker = cursor.fetchone()
    if maker is None:
        return False
    # Right after an import the planner knows nothing of its rows yet, and would go through them all for each of them.
    cursor.execute("select set_config('enable_nestloop', 'off', true)")
    cursor.execute(
        _UNPROVED,
        {
            "import": record.pk,
            "request": str(record.public_id),
            "made": maker[0],
            "person": maker[1],
            "tables": list(tables),
        },
    )
    (unproved,) = cursor.fetchone()
    cursor.execute("select set_config('enable_nestloop', 'on', true)")
    return not unproved
