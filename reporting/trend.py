"""A1 and C1 over the last six half-terms, for the charts: the return's own facts, each period counted by itself."""

from typing import Any, Final

from django.db import connection

from apst.places.calendar import Period, SchoolCalendar

PERIODS: Final = 6

_SQL: Final = """
select p.key,
       (select count(distinct s.pupil_id) from told_support s where s.happened_on between p.starts_on and p.ends_on),
       (select coalesce(sum(d.minutes), 0) from fact_delivery d where d.happened_on between p.starts_on and p.ends_on)
  from unnest(%s::text[], %s::date[], %s::date[]) with ordinality as p(key, starts_on, ends_on, n) order by p.n
"""


def trend_of(period: Period, calendar: SchoolCalendar) -> list[dict[str, Any]]:
    """Give key, name, pupils (A1) and minutes (C1) of the last six half-terms up to the period's end, oldest first.

    The facts of the period must be told in this transaction: they reach back to the taskforce's beginning.
    """
    half_terms = [p for p in calendar.half_terms() if p.ends_on <= period.ends_on][-PERIODS:]
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL, [[p.key for p in half_terms], [p.starts_on for p in half_terms], [p.ends_on for p in half_terms]]
        )
        found = cursor.fetchall()
    return [
        {"period": key, "name": p.name, "pupils": pupils, "minutes": minutes}
        for p, (key, pupils, minutes) in zip(half_terms, found, strict=True)
    ]
