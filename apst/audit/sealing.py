"""Sealing the trail, and proving what is sealed: each row's hash stands on that of the row before it.

Whoever owns the tables can change a row, but not without breaking the chain there, unless they seal everything behind
it afresh: therefore each seal's last hash also goes into the application's log, a copy that lies elsewhere.
"""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.utils.timezone import localtime

log = logging.getLogger("apst.audit")
CHUNK: Final = 5000
EVENTS, ENTRIES = "audit_auditevent", "audit_accessentry"
CHAINS: Final = {EVENTS: "Audit trail", ENTRIES: "Access log"}
# True where what is left of an event's details is what its hash says, null where they were erased, or are none.
_DETAIL = """
(select bool_and(sha256(convert_to(concat(d.salt, d.before, d.after), 'UTF8')) = e.detail_hash) from audit_auditdetail d
  where d.tenant_id = e.tenant_id and d.event_id = e.id and num_nonnulls(d.before, d.after) > 0)
"""
_ROWS = """
select e.seal_number, e.id, e.at, app.digest(e), e.chain_hash, {detail}
from {table} e
where e.tenant_id = app.tenant() and e.seal_number > 0 and e.seal_number >= %s and (e.seal_number, e.id) > (%s, %s)
order by e.seal_number, e.id limit %s
"""
_OPEN = """
select count(*), (count(*) filter (where {detail} is false)) from {table} e
where e.tenant_id = app.tenant() and e.seal_number is null
"""
_HEADS = """
select h.record_id, h.at from audit_auditevent h
left join {table} e on e.tenant_id = h.tenant_id and e.seal_number = h.record_id
where h.tenant_id = app.tenant() and h.table_name = %s and e.chain_hash is distinct from h.detail_hash
order by h.record_id limit 1
"""


@dataclass(frozen=True)
class Proof:
    """What a walk along one chain found.

    sealed  how many rows were walked and prove whole;  unsealed  how many wait for the next seal
    erased  how many of the sealed events have no details any more
    broken  where the chain breaks first, "" where it is whole
    """

    chain: str
    sealed: int
    unsealed: int
    erased: int
    broken: str


def seal() -> int:
    """Seal, as the system of the open taskforce, what is written and not sealed yet; gives how many rows."""
    with connection.cursor() as cursor:
        cursor.execute("select app.seal_audit(), app.tenant()")
        number, taskforce = cursor.fetchone()
        if number:
            cursor.execute(
                "select table_name, record_id, encode(detail_hash, 'hex') from audit_auditevent"
                " where tenant_id = app.tenant() and table_name = any(%s) order by id desc limit 2",
                [list(CHAINS)],
            )
            for table, last, chain in cursor.fetchall():
                log.info("audit_sealed taskforce=%s chain=%s number=%s hash=%s", taskforce, table, last, chain)
    return int(number)


def verify() -> list[Proof]:
    """Walk both chains of the open taskforce, as its system, in the memory that a few thousand rows take."""
    return [_proof(table) for table in CHAINS]


def _rows(table: str) -> Iterator[tuple[Any, ...]]:
    statement = _ROWS.format(table=table, detail=_DETAIL if table == EVENTS else "true")
    number, row = 0, 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [number, number, row, CHUNK])
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < CHUNK:
            return
        number, row = rows[-1][0], rows[-1][1]


def _proof(table: str) -> Proof:
    sealed, erased, chain, broken = 0, 0, b"", ""
    for number, row, at, digest, said, detail in _rows(table):
        place = f"number {number} (row {row}, written {localtime(at):%-d %B %Y at %H:%M:%S})"
        if number == sealed:
            broken = f"{place} is there twice"
        elif number != sealed + 1:
            missing = f"number {sealed + 1}" if number == sealed + 2 else f"numbers {sealed + 1} to {number - 1}"
            broken = f"{missing} removed: the next row is {place}"
        elif hashlib.sha256(chain + bytes(digest)).digest() != bytes(said or b""):
            broken = f"{place} was changed, or stands where another stood"
        elif detail is False:
            broken = f"the details of {place} were changed"
        if broken:
            break
        sealed, chain = number, bytes(said)
        erased += detail is None
    with connection.cursor() as cursor:
        if not broken:
            cursor.execute(_HEADS.format(table=table), [table])
            if head := cursor.fetchone():
                broken = (
                    f"number {head[0]}, where the seal of {localtime(head[1]):%-d %B %Y at %H:%M:%S} ended, is gone"
                )
        cursor.execute(_OPEN.format(table=table, detail=_DETAIL if table == EVENTS else "true"))
        unsealed, changed = cursor.fetchone()
        if changed and not broken:
            broken = f"the details of {changed} events that are not sealed yet were changed"
        if table == EVENTS:  # where the chains ended: events without details
            cursor.execute(
                "select count(*) from audit_auditevent where tenant_id = app.tenant() and table_name = any(%s)"
                " and seal_number <= %s",
                [list(CHAINS), sealed],
            )
            erased -= cursor.fetchone()[0]
    return Proof(CHAINS[table], sealed, unsealed, erased, broken)
