"""The return of one taskforce: its statements under the policies, beside the same by hand; and the whole build."""

import re
import time
from typing import Final

from django.db import connections, transaction

from apst.places.calendar import SchoolCalendar
from apst.tenancy.context import acting_as_system
from apst.tenancy.models import Taskforce
from reporting import facts, services
from reporting.figures import Reckoning
from reporting.measures import TEMPLATE

from .measuring import Line, Sheet, Statement, seconds, side_by_side, statements

PERIOD: Final = "2026-27/autumn-1"
MUST: Final = 1.15  # tenancy.md section 9
_TENANT_TABLE: Final = re.compile(
    r"\b(from|join)\s+((?:cases|people|referrals|places|accounts)_\w+)(\s+(\w+))?", re.IGNORECASE
)
_NO_ALIAS: Final = {"where", "group", "order", "left", "join", "on", "window", "full", "cross", "having"}


def by_hand(statement: str, taskforce: int) -> str:
    """Give a statement with the taskforce's filter at each of its tables, as somebody without policies writes it."""

    def filtered(match: re.Match[str]) -> str:
        _, table, alias, name = match.groups()
        named = f"{match[1]} (select * from {table} where tenant_id = {taskforce})"  # noqa: S608 - a number of ours
        if not name or name.lower() in _NO_ALIAS:
            return f"{named} {table}{alias or ''}"
        return f"{named} {name}"

    return _TENANT_TABLE.sub(filtered, statement)


def _figures() -> None:
    calendar = SchoolCalendar.of()
    period = services.period_of(PERIOD, calendar)
    facts.tell(period, calendar)
    Reckoning(TEMPLATE, period, sites=[], opening={}).cells()


def _run(alias: str, noted: list[Statement]) -> None:
    with connections[alias].cursor() as cursor:
        for statement, parameters in noted:
            cursor.execute(statement, parameters)
            if cursor.description:
                cursor.fetchall()


def measure(sheet: Sheet, number: int, *, rounds: int) -> float:
    """Replay the statements of the figures both ways, then build the whole return; give the seconds that this took.

    number  the taskforce's id
    """
    taskforce = Taskforce.objects.get(pk=number)
    with acting_as_system(taskforce):
        with statements() as noted:
            _figures()
        transaction.set_rollback(True)
    hand = [(by_hand(statement, taskforce.pk), parameters) for statement, parameters in noted]

    def ours() -> None:
        with acting_as_system(taskforce):
            _run("default", noted)
            transaction.set_rollback(True)

    def raw() -> None:
        with transaction.atomic(using="owner"):
            _run("owner", hand)
            transaction.set_rollback(True, using="owner")

    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from cases_intervention where tenant_id = %s", [taskforce.pk])
        sessions = cursor.fetchone()[0]
    sheet.heading(f"The return for {PERIOD} over {sessions:,} sessions of one taskforce")
    taken = side_by_side({"raw": raw, "ours": ours}, rounds=rounds)
    note = "the same statements as the owner, with the filter by hand"
    sheet.compare_clocks(
        f"figures over {sessions:,} sessions: facts told and added up",
        taken["raw"],
        taken["ours"],
        must=MUST,
        note=note,
    )
    began = time.perf_counter()
    with acting_as_system(taskforce):
        services.build_return(PERIOD, by=None)
    whole, figures = time.perf_counter() - began, taken["raw"].p50
    note = "with its facts kept, its cells and its fingerprint"
    sheet.add(
        Line(
            f"the whole return over {sessions:,} sessions, built and kept",
            seconds(figures),
            seconds(whole),
            whole / figures,
            note=note,
        )
    )
    return whole
