"""Rows into tables by COPY, as the owner and without triggers; what a row does not say is the model's default."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import models
from psycopg import sql
from psycopg.types.json import Jsonb
from uuid6 import uuid7

_TABLES = (
    "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1"
)
_KEYS = """
select k.conrelid::regclass::text, k.conname, pg_get_constraintdef(k.oid) from pg_constraint k
where k.contype = 'f' and k.connamespace = 'public'::regnamespace
"""
_SEQUENCES = """
select c.relname, pg_get_serial_sequence(quote_ident(c.relname), 'id') from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attname = 'id' and a.attidentity <> ''
where c.relnamespace = 'public'::regnamespace
"""


class Loader:
    """Copies rows of models; ids are given, and the sequences follow at the end."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def copy(self, model: type[models.Model], columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Copy rows of a model.

        columns  the names of the columns that each row gives, separated by spaces
        """
        given = columns.split()
        constants: dict[str, Any] = {}
        public = False
        for field in model._meta.local_concrete_fields:
            if field.column is None or field.column in given or field.primary_key or field.has_db_default():
                continue
            if field.name == "public_id":
                public = True
            elif not field.null or field.has_default():
                value = field.get_default()
                constants[field.column] = Jsonb(value) if isinstance(field, models.JSONField) else value
        names = [*given, *constants, *(["public_id"] if public else [])]
        statement = sql.SQL("copy {} ({}) from stdin").format(
            sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, names))
        )
        rest = tuple(constants.values())
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row((*row, *rest, uuid7()) if public else (*row, *rest))

    def _run(self, text: str, *names: str) -> None:
        self.connection.execute(sql.SQL(text).format(*(sql.Identifier(name) for name in names)))

    @contextmanager
    def bare_tables(self) -> Iterator[None]:
        """Take triggers and foreign keys away while rows come in, and put them back, which checks every key.

        FORCE is lifted and stays lifted: raw SQL is the owner's, without a policy. It concerns nobody but the owner.
        """
        tables = [name for (name,) in self.connection.execute(_TABLES).fetchall()]
        keys = self.connection.execute(_KEYS).fetchall()
        for table in tables:
            self._run("alter table {} no force row level security", table)
            self._run("alter table {} disable trigger user", table)
        for table, name, _ in keys:
            self._run("alter table {} drop constraint {}", table, name)
        yield
        for table, name, definition in keys:
            self._run(
                "alter table {} add constraint {} " + definition.replace("{", "{{").replace("}", "}}"), table, name
            )
        for table in tables:
            self._run("alter table {} enable trigger user", table)
        for table, sequence in self.connection.execute(_SEQUENCES).fetchall():
            statement = sql.SQL("select setval({}, coalesce(max(id), 0) + 1, false) from {}")
            self.connection.execute(statement.format(sequence, sql.Identifier(table)))
