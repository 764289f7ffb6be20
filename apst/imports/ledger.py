"""The book of what an import wrote, kept beside the writing so that the import can be undone as a whole.

Temporary tables hold it until the end, because what a record looks like afterwards is only known then.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from .models import Import, ImportChange

Operation = ImportChange.Operation
# Table names come from models alone.
_NOTE = """
insert into import_ledger (batch, table_name, record_id, operation, before)
select %s, %s, t.id, %s, {before} from {table} t where t.id = any(%s)
"""
_KEEP = """
insert into imports_importchange (import_id, batch, table_name, record_id, operation, before, after_mark)
select %s, l.batch, l.table_name, l.record_id, l.operation, l.before, coalesce(md5(to_jsonb(t)::text), '')
  from import_ledger l left join {table} t on t.id = l.record_id where l.table_name = %s
"""


class Ledger:
    """Notes records added, about to be changed and about to be removed; `keep` writes the book.

    writes  the models that the kind says it writes; it raises RuntimeError for others, which could not be undone
    """

    def __init__(self, writes: Iterable[type[models.Model]]) -> None:
        self._writes = frozenset(writes)
        self._batch = 0
        self._tables: dict[str, None] = {}
        with connection.cursor() as cursor:
            cursor.execute(
                "create temporary table import_ledger (batch int, table_name text, record_id bigint, operation text,"
                " before jsonb) on commit drop"
            )

    def added(self, model: type[models.Model], ids: Iterable[int]) -> None:
        """Note records that were just added."""
        self._note(model, ids, Operation.ADDED, "null")

    def changing(self, model: type[models.Model], ids: Iterable[int]) -> None:
        """Note records as they are before they are changed."""
        self._note(model, ids, Operation.CHANGED, "to_jsonb(t)")

    def removing(self, model: type[models.Model], ids: Iterable[int]) -> None:
        """Note records as they are before they are removed."""
        self._note(model, ids, Operation.REMOVED, "to_jsonb(t)")

    def _note(self, model: type[models.Model], ids: Iterable[int], operation: str, before: str) -> None:
        found = list(ids)
        if not found:
            return
        table = model._meta.db_table
        if model not in self._writes:
            raise RuntimeError(f"The kind does not say that it writes {table}.")
        self._batch += 1
        self._tables[table] = None
        with connection.cursor() as cursor:
            cursor.execute(_NOTE.format(before=before, table=table), [self._batch, table, operation, found])

    def keep(self, record: Import) -> None:
        """Write the book beside the import's record."""
        with connection.cursor() as cursor:
            for table in self._tables:
                self._keep(cursor, record, table)
            cursor.execute("drop table import_ledger")

    @staticmethod
    def _keep(cursor: CursorWrapper, record: Import, table: str) -> None:
        cursor.execute(_KEEP.format(table=table), [record.pk, table])


def write_records(
    ledger: Ledger, model: Any, *, add: list[Any], change: list[Any], attributes: Iterable[str] = ()
) -> None:
    """Add and change records of one model in bulk, and note them.

    attributes  what of the changed ones may have changed
    """
    ledger.changing(model, [record.pk for record in change])
    if change:
        model.objects.bulk_update(change, list(attributes), batch_size=500)
    ledger.added(model, [record.pk for record in model.objects.bulk_create(add, batch_size=1000)])
