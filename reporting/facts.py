"""The facts of a period: one SELECT for each kind, told in the taskforce's own system scope into temporary tables.

The definitions are those of `mi-return.md`, "Rows that count". A table `fact_<kind>` has
`source_id`, `pupil_id`, `case_id` and `happened_on`;
every other column is a dimension or an amount, under the name that measures use.
"""

import json
from pathlib import Path
from typing import Any, Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

from apst.codelists import codes, codes_where
from apst.places.calendar import DateOutsideCalendar, Period, SchoolCalendar
from apst.tenancy.context import ContextError, current

from .exceptions import ReturnRefused

SQL: Final = Path(__file__).parent / "sql"
# In the order in which they build on each other.
KINDS: Final = ("session", "delivery", "place", "pupil", "post", "referral", "waiting", "first_session")
KEYS: Final = ("source_id", "pupil_id", "case_id", "happened_on")
_TOLD: Final = ("told_session", "told_support", "told_decision")


def _parameters(period: Period) -> dict[str, Any]:
    last = period.ends_on
    return {
        "first": period.starts_on,
        "last": last,
        "august": last.year if last.month >= 9 else last.year - 1,
        "counted": list(codes_where("activity_types", "counts_as_intervention_hours")),
        "direct": list(codes_where("activity_types", "direct")),
        "needs_pupil": list(codes_where("activity_types", "needs_pupil")),
        "pupil_contact": list(codes_where("activity_types", "pupil_contact")),
        "hours_count": list(codes_where("session_attendance", "hours_count")),
        "attended": list(codes_where("session_attendance", "attended")),
        "planned_place": list(codes_where("session_attendance", "planned_place")),
        "sen": list(codes_where("sen_provision", "counts_as_sen")),
        "known_to_csc": list(codes_where("csc_status", "known_to_csc")),
        "core": list(codes_where("specialist_types", "core_eight")),
        "substantive": list(codes_where("triage_outcomes", "substantive")),
        "ethnicity_groups": json.dumps({code: row["group"] for code, row in codes("ethnicity").items()}),
    }


def tell(period: Period, calendar: SchoolCalendar) -> None:
    """Make the temporary tables `fact_<kind>` of a period; they end with the transaction.

    Raises ReturnRefused where school days are asked for a date outside every known year, ContextError outside the
    system's scope.
    """
    if not current().is_system:
        raise ContextError(
            "Facts are told in the taskforce's system scope only, so that they are the same whoever asks."
        )
    parameters = _parameters(period)
    with connection.cursor() as cursor:
        for table in (*_TOLD, *(f"fact_{kind}" for kind in KINDS)):
            cursor.execute(f"drop table if exists pg_temp.{table}")
        for kind in KINDS:
            # One statement at a time: a prepared statement, which the driver may make, holds only one.
            for statement in (SQL / f"{kind}.sql").read_text().split(";\n"):
                cursor.execute(statement, parameters if "%(" in statement else None)
        _count_school_days(cursor, calendar, "referral", "happened_on", "decided_on", "decided")
        _count_school_days(cursor, calendar, "first_session", "opened_on", "happened_on", "true")


def _count_school_days(
    cursor: CursorWrapper, calendar: SchoolCalendar, kind: str, first: str, second: str, where: str
) -> None:
    cursor.execute(f"select source_id, {first}, {second} from fact_{kind} where {where}")  # noqa: S608 - names from this module
    rows = cursor.fetchall()
    try:
        days = [calendar.school_days_between(one, other) for _, one, other in rows]
    except DateOutsideCalendar as outside:
        raise ReturnRefused(
            f"School days cannot be counted: {outside} Add that year's calendar under Settings."
        ) from None
    cursor.execute(
        f"update fact_{kind} f set school_days = d.days"  # noqa: S608 - names from this module
        " from unnest(%s::bigint[], %s::int[]) as d(id, days) where f.source_id = d.id",
        [[row[0] for row in rows], days],
    )


def keep(return_id: int) -> None:
    """Write the facts told in this transaction beside the return, in place of those that were there."""
    with connection.cursor() as cursor:
        cursor.execute("delete from reporting_returnfact where mi_return_id = %s", [return_id])
        for kind in KINDS:
            # The table's name and its keys are this module's own; only values are parameters.
            columns = f"mi_return_id, kind, {', '.join(KEYS)}, dimensions"
            chosen = f"select %s, %s, {', '.join(KEYS)}, to_jsonb(f) - %s::text[] from fact_{kind} f"  # noqa: S608 - as said
            insert = f"insert into reporting_returnfact ({columns}) {chosen} order by happened_on, source_id, pupil_id"
            cursor.execute(insert, [return_id, kind, [*KEYS, "tenant_id"]])
