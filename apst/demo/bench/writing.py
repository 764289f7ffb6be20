"""Writes: what the audit costs, and bulk under the policies beside COPY as the owner. All is rolled back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from django.db import connection, connections, transaction

from apst.tenancy.context import acting_as_system

from .databases import owner_connection
from .measuring import Sheet, Times, Work, side_by_side
from .reading import taskforce_of_bench
from .scale import Scale

TABLE: Final = "cases_intervention"
SINGLE: Final = 50
_COLUMNS = (
    "public_id, reference, held_on, minutes, activity_type, intervention_type, location, out_of_school_hours, version"
)
_MADE = """
select gen_random_uuid(), 'B-' || n, current_date, 60, 'one_to_one', '', 'ap_school', false, 1
from generate_series(%s, %s) n
"""
_ROWS = f"insert into {TABLE} ({_COLUMNS}) {_MADE}"
_UPDATE = f"update {TABLE} set minutes = minutes %% 600 + 1 where tenant_id = 1 and id = %s"  # noqa: S608 - our own names
_UPDATE_MANY = f"update {TABLE} set minutes = minutes %% 600 + 1 where tenant_id = 1 and id <= %s"  # noqa: S608 - our own names


@contextmanager
def _undone() -> Iterator[None]:
    with acting_as_system(taskforce_of_bench()):
        yield
        transaction.set_rollback(True)


def _execute(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def _singles(statement: str, parameters: Callable[[int], tuple[int, ...]]) -> Work:
    def work() -> None:
        with _undone():
            for n in range(1, SINGLE + 1):
                _execute(statement, *parameters(n))

    return work


def _bulk(statement: str, *parameters: int) -> Work:
    def work() -> None:
        with _undone():
            _execute(statement, *parameters)

    return work


def measure(sheet: Sheet, scale: Scale, *, rounds: int) -> None:
    """Compare writes with and without the audit's triggers, then bulk inserts."""
    rows = 10_000 if scale.cases > 1_000 else 50
    acts = {
        "insert": (_singles(_ROWS, lambda n: (n, n)), 1.5, SINGLE),
        "update": (_singles(_UPDATE, lambda n: (n,)), 1.5, SINGLE),
        f"insert of {rows:,} at once": (_bulk(_ROWS, 1, rows), 3.5, 1),
        f"update of {rows:,} at once": (_bulk(_UPDATE_MANY, rows), None, 1),
    }
    sheet.heading("The audit: sessions written with its triggers, beside the same without")
    with owner_connection(connections["owner"].settings_dict["NAME"]) as owner:
        for name, (work, must, each) in acts.items():
            without, audited = _with_and_without(
                owner, work, rounds=max(rounds // 2, 2) if each > 1 else max(rounds // 8, 2)
            )
            note = f"with the opening of the taskforce, for {each}" if each > 1 else ""
            sheet.compare(f"audited {name}", without, audited, must=must, note=note)
        _copying(sheet, owner, 2 * rows, rounds=max(rounds // 8, 2))


def _with_and_without(owner: psycopg.Connection[Any], work: Work, *, rounds: int) -> tuple[Times, Times]:
    """Take turns with the triggers on and off; switching them is not timed."""
    without, audited = Times(), Times()
    for _ in range(rounds):
        for times, switch in ((without, "disable"), (audited, "enable")):
            owner.execute(f"alter table {TABLE} {switch} trigger user")
            taken = side_by_side({"it": work}, rounds=1)["it"]
            times.clock += taken.clock
            times.cpu += taken.cpu
    return without, audited


def _copying(sheet: Sheet, owner: psycopg.Connection[Any], rows: int, *, rounds: int) -> None:
    """What the import costs: COPY to a temporary table and INSERT under the policies, beside COPY as the owner."""
    with acting_as_system(taskforce_of_bench()), connection.cursor() as cursor:
        cursor.execute(f"create temporary table made_rows ({_COLUMNS}) on commit drop as {_MADE}", [1, rows])
        with cursor.cursor.copy("copy made_rows to stdout") as copy:
            data = b"".join(bytes(part) for part in copy)
        transaction.set_rollback(True)
    with_tenant = data.replace(b"\n", b"\t1\n")

    def raw() -> None:
        # Through Django, as ours is, so that the session's CPU is counted.
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            with cursor.cursor.copy(f"copy {TABLE} ({_COLUMNS}, tenant_id) from stdin") as copy:
                copy.write(with_tenant)
            transaction.set_rollback(True, using="owner")

    def ours() -> None:
        with _undone(), connection.cursor() as cursor:
            cursor.execute(f"create temporary table brought on commit drop as select {_COLUMNS} from {TABLE} limit 0")  # noqa: S608 - our own names
            with cursor.cursor.copy(f"copy brought ({_COLUMNS}) from stdin") as copy:
                copy.write(data)
            cursor.execute(f"insert into {TABLE} ({_COLUMNS}) select * from brought")  # noqa: S608 - our own names

    sheet.heading(f"Bulk: {rows:,} sessions")
    owner.execute(f"alter table {TABLE} disable trigger user")
    taken = side_by_side({"raw": raw, "ours": ours}, rounds=rounds)
    owner.execute(f"alter table {TABLE} enable trigger user")
    sheet.compare(
        "COPY and INSERT under the policies, beside COPY as the owner",
        taken["raw"],
        taken["ours"],
        must=1.3,
        note="without the audit in both",
    )
    audited = side_by_side({"ours": ours}, rounds=rounds)["ours"]
    sheet.compare("the same with the audit, beside COPY as the owner", taken["raw"], audited)
