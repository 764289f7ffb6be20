"""Undoing an import as a whole: backwards through its book, as long as every record still is as the import left it."""

from typing import Any, Final

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.backends.utils import CursorWrapper

from apst.people.services import rewrite_name_keys
from cases.services import refresh_access

from .exceptions import BuiltOn, NotProved
from .matching import TABLES
from .models import Import, ImportChange
from .trail import is_proved

Operation = ImportChange.Operation
CHANGED_SINCE: Final = (
    "Some of what this import brought was changed or removed since, so it cannot be undone as a whole."
)
USED_SINCE: Final = (
    "Something has been built on what this import brought (a session, a case, a later import), so it cannot be undone."
)
UNPROVED: Final = (
    "The record of what this import changed does not agree with the audit trail, so it cannot be undone. Nothing was"
    " changed. Tell whoever runs the system."
)
# What came with an added record has no line of its own: what hangs on a session, and who sees a case by the rules.
PARTS: Final = {
    "cases_intervention": (
        "cases_interventionnote where intervention_id", "cases_interventionplace where intervention_id",
        "cases_interventionspecialist where intervention_id",
    ),
    "people_pupil": ("people_pupilnamekey where pupil_id",),
    "cases_case": ("cases_caseaccess where source in ('team', 'site') and content_object_id",),
}  # fmt: skip


def undo_all(record: Import) -> None:
    """Bring every record back to what it was, in the system's scope.

    The system may write everything, so it believes only such lines of the book as the audit trail proves.
    Raises BuiltOn, NotProved; then nothing is changed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if not is_proved(cursor, record, TABLES):
            raise NotProved(UNPROVED)
        cursor.execute("select distinct table_name from imports_importchange where import_id = %s", [record.pk])
        tables = {name: _model(name) for (name,) in cursor.fetchall()}
        for table in tables:
            _refuse_changed(cursor, record, table)
        _refuse_noted(cursor, record)
        cursor.execute(
            "select distinct batch, table_name, operation from imports_importchange where import_id = %s"
            " order by batch desc",
            [record.pk],
        )
        try:
            for batch, table, operation in cursor.fetchall():
                _undo_batch(cursor, record, batch, tables[table], operation)
        except IntegrityError:
            raise BuiltOn(USED_SINCE) from None
        named = _renamed(cursor, record)
        cursor.execute("delete from imports_importchange where import_id = %s", [record.pk])
    rewrite_name_keys(named)
    if tables.keys() & {"cases_case", "people_post"}:
        refresh_access()


def _renamed(cursor: CursorWrapper, record: Import) -> list[int]:
    """Give the pupils whose names the undo brought back."""
    cursor.execute(
        "select c.record_id from imports_importchange c"
        " where c.import_id = %s and c.table_name = 'people_pupil' and c.operation = 'U'",
        [record.pk],
    )
    return [pupil for (pupil,) in cursor.fetchall()]


def _model(table: str) -> Any:
    return next(model for model in apps.get_models() if model._meta.db_table == table)


def _refuse_changed(cursor: CursorWrapper, record: Import, table: str) -> None:
    """Hold every record against the mark that the import left."""
    cursor.execute(
        f"select exists (select from imports_importchange c left join {table} t on t.id = c.record_id"  # noqa: S608 - a model's own table
        " where c.import_id = %s and c.table_name = %s and c.after_mark <> coalesce(md5(to_jsonb(t)::text), ''))",
        [record.pk, table],
    )
    if cursor.fetchone()[0]:
        raise BuiltOn(CHANGED_SINCE)


def _refuse_noted(cursor: CursorWrapper, record: Import) -> None:
    """Keep a note that somebody wrote since on a session that the import added: a lost note can endanger a child."""
    cursor.execute(
        "select exists (select from imports_importchange c"
        " join cases_interventionnote n on n.tenant_id = c.tenant_id and n.intervention_id = c.record_id"
        " join audit_auditevent e on e.tenant_id = n.tenant_id and e.table_name = 'cases_interventionnote'"
        " and e.record_id = n.id and e.request_id <> %s"
        " where c.import_id = %s and c.table_name = 'cases_intervention' and c.operation = 'I')",
        [str(record.public_id), record.pk],
    )
    if cursor.fetchone()[0]:
        raise BuiltOn(CHANGED_SINCE)


def _undo_batch(cursor: CursorWrapper, record: Import, batch: int, model: type[models.Model], operation: str) -> None:
    table = model._meta.db_table
    mine = "from imports_importchange c where c.import_id = %s and c.batch = %s"
    if operation == Operation.ADDED:
        for part in PARTS.get(table, ()):
            cursor.execute(f"delete from {part} in (select c.record_id {mine})", [record.pk, batch])  # noqa: S608 - as above
        cursor.execute(f"delete from {table} where id in (select c.record_id {mine})", [record.pk, batch])  # noqa: S608 - as above
        return
    columns = [f'"{field.column}"' for field in model._meta.concrete_fields]
    rows = f"imports_importchange c, jsonb_populate_record(null::{table}, c.before) r"
    before = f"(select r.* from {rows} where c.import_id = %s and c.batch = %s) r"  # noqa: S608 - as above
    if operation == Operation.REMOVED:
        cursor.execute(
            f"insert into {table} ({', '.join(columns)}) select {', '.join(columns)} from {before}",  # noqa: S608 - as above
            [record.pk, batch],
        )
        return
    given = ", ".join(f"{column} = r.{column}" for column in columns if column not in ('"id"', '"tenant_id"'))
    cursor.execute(
        f"update {table} t set {given} from {before} where t.id = r.id",  # noqa: S608 - as above
        [record.pk, batch],
    )
