"""Take one policy, right, key or FORCE away, or loosen it, in a transaction that is rolled back: some probe must
notice.

What is compared is what the probes read, wrote, counted and pointed at, never the catalogue. The catalogue only says
what there is to take away.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from apst.tenancy.state import DEFINER, tenant_models

from . import probes
from .world import Realm

# `TABLES=cases_note ./run test tests/isolation/test_mutation.py -s`: while a table is made, nobody waits for others.
ONLY = re.compile(os.environ.get("TABLES", ""))
SCOPES = ("s_member", "s_granted", "s_guest", "s_system", "s_area")
PARTS = 12
# An elevated function writes these with ON CONFLICT, and so leans on their unique keys.
LEANT_ON = (
    "accounts_membership", "cases_caseaccess", "cases_documentaccess", "cases_noteaccess", "tenancy_referencecounter",
)  # fmt: skip
INSIDE = ("manager", "coordinator", "allocated", "of_site", "restricted bystander", "partner", "system")


@dataclass(frozen=True)
class Mutant:
    """One thing taken away or loosened."""

    table: str
    what: str
    statement: str
    role: str = ""


def _policies(connection: psycopg.Connection, table: str) -> Iterator[Mutant]:
    rows = connection.execute(
        "select policyname, roles[1], qual, with_check from pg_policies where tablename = %s order by 1", [table]
    ).fetchall()
    for name, role, using, check in rows:
        yield Mutant(table, f"drop policy {name}", f"drop policy {name} on {table}", role)
        if using not in (None, "true"):
            both = " with check (true)" if check else ""
            yield Mutant(table, f"loosen policy {name}", f"alter policy {name} on {table} using (true){both}", role)
        elif check not in (None, "true"):
            yield Mutant(table, f"loosen policy {name}", f"alter policy {name} on {table} with check (true)", role)


def _rights(connection: psycopg.Connection, table: str) -> Iterator[Mutant]:
    rows = connection.execute(
        "select grantee, privilege_type from information_schema.role_table_grants where table_name = %s"
        " and grantee in ('tf_app', 'tf_definer', 's_member', 's_granted', 's_guest', 's_system', 's_area')",
        [table],
    ).fetchall()
    for role, right in rows:
        yield Mutant(table, f"revoke {right} from {role}", f"revoke {right} on {table} from {role}", role)
    for role in ("tf_app", "s_area"):
        yield Mutant(table, f"grant select to {role}", f"grant select on {table} to {role}", role)


def _keys(connection: psycopg.Connection, table: str) -> Iterator[Mutant]:
    rows = connection.execute(
        "select conname from pg_constraint"
        " where conrelid = %s::regclass and contype = 'f' and array_length(conkey, 1) > 1",
        [table],
    ).fetchall()
    for (name,) in rows:
        yield Mutant(table, f"drop key {name}", f'alter table {table} drop constraint "{name}"', "s_system")


def mutants(connection: psycopg.Connection, table: str) -> list[Mutant]:
    """Everything of one table that can be taken away or loosened, one at a time."""
    return [
        *_policies(connection, table),
        *_rights(connection, table),
        *_keys(connection, table),
        Mutant(table, "no force", f"alter table {table} no force row level security", "tf_owner"),
        Mutant(table, "disable", f"alter table {table} disable row level security", "s_member"),
    ]


def _order(viewers: list[probes.Viewer], role: str) -> list[probes.Viewer]:
    """Whoever the mutant concerns is asked first."""
    near = {
        "s_granted": ("of_site", "allocated", "school_staff", "idle"),
        "s_guest": ("partner", "idle guest"),
        "s_system": ("system",),
        "tf_app": ("nobody",),
        "s_area": ("area",),
    }.get(role, ("manager", "coordinator", "importing", "slt", "ig_lead", "dsl", "specialist"))
    return sorted(viewers, key=lambda viewer: viewer.name not in near)


class Watch:
    """The probes of one table and what they answer while all is well."""

    def __init__(self, connection: psycopg.Connection, model: Any, home: Realm, away: Realm, *, elevated: bool) -> None:
        self.connection, self.model, self.home = connection, model, home
        if model._meta.db_table not in LEANT_ON:
            self._let_twins_in()
        self.viewers = probes.viewers(home, away)
        self.asked = probes.table_probes(connection, model, home, away)
        self.elevated = elevated
        self.well: dict[str, probes.Answers] = {}
        self.owners = probes.owner_answers(connection, model)
        self.functions = self._functions() if elevated else {}
        self.acceptance = probes.acceptance(connection, home) if elevated else ""

    def _let_twins_in(self) -> None:
        """Take unique keys made of relations out of the way: they would stop a row before its composite keys do."""
        for constraint in self.model._meta.constraints:
            fields = [self.model._meta.get_field(name) for name in getattr(constraint, "fields", ())]
            if fields and all(f.is_relation for f in fields) and constraint.condition is None:
                self.connection.execute(
                    f"alter table {self.model._meta.db_table} drop constraint if exists {constraint.name}"
                )

    def _functions(self) -> probes.Answers:
        outside = [v for v in self.viewers if v.name == "nobody"]
        inside = [v for v in self.viewers if v.name in INSIDE]
        found = probes.answers(self.connection, probes.function_probes(self.home), outside)
        return found | probes.answers(self.connection, probes.INSIDE, inside)

    def notices(self, mutant: Mutant) -> bool:
        """True where any probe answers otherwise under the mutant; those whom it concerns are asked first."""
        with self._under(mutant):
            if mutant.role == "tf_owner" and probes.owner_answers(self.connection, self.model) != self.owners:
                return True
            if mutant.role == "tf_definer" and (
                self._functions() != self.functions or probes.acceptance(self.connection, self.home) != self.acceptance
            ):
                return True
        return any(self._differs(mutant, viewer) for viewer in _order(self.viewers, mutant.role))

    @contextmanager
    def _under(self, mutant: Mutant) -> Iterator[None]:
        with self.connection.cursor() as cursor:
            cursor.execute("savepoint mutant; set local session authorization tf_migrator; set local role tf_owner")
            cursor.execute(mutant.statement)
            cursor.execute("reset session authorization; reset role")
            try:
                yield
            finally:
                cursor.execute("rollback to savepoint mutant; release savepoint mutant")

    def _differs(self, mutant: Mutant, viewer: probes.Viewer) -> bool:
        # What somebody is answered while all is well is asked once, and only of those who are needed to notice.
        if viewer.name not in self.well:
            self.well[viewer.name] = probes.answers(self.connection, self.asked, [viewer])
        well = self.well[viewer.name]
        with self._under(mutant):
            return any(
                well.get(key) != outcome for key, outcome in probes.answers_of(self.connection, self.asked, viewer)
            )


def _parts() -> list[list[Any]]:
    """The tables in parts of much the same work, so that two workers may share it."""
    models = [model for model in tenant_models() if ONLY.match(model._meta.db_table)]
    return [part for part in (models[start::PARTS] for start in range(PARTS)) if part]


@pytest.mark.mutation
@pytest.mark.parametrize("models", _parts(), ids=lambda models: f"{len(models)} tables from {models[0]._meta.db_table}")
def test_every_mutant_is_noticed(realms, models):
    home, away = realms
    started, tried, survivors = time.monotonic(), 0, []
    with probes.superuser() as connection:
        for model in models:
            table = model._meta.db_table
            watch = Watch(connection, model, home, away, elevated=table in DEFINER)
            for mutant in mutants(connection, table):
                tried += 1
                if not watch.notices(mutant):
                    survivors.append(f"{table}: {mutant.what}")
        connection.rollback()
    print(f"\nmutants {tried}, noticed {tried - len(survivors)}, {time.monotonic() - started:.0f} s")
    assert survivors == []
