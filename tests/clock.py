"""One clock for the tests: they live on one Wednesday in term, in Python and in the database alike.

`TODAY=2027-08-15 ./run test ...` lives them on another day, so that nothing here leans on the calendar. Only the test
database has `test_clock`: it stands before `pg_catalog` on its search path, so that defaults, policies and functions
ask it for the time. The product's own schema knows nothing of it.
"""

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from zoneinfo import ZoneInfo

import psycopg
import time_machine
from django.db import connections, transaction

from apst.places import england
from apst.places.calendar import bank_holidays

LONDON: Final = ZoneInfo("Europe/London")
TODAY: Final = dt.date.fromisoformat(os.environ.get("TODAY", "2026-11-18"))
MORNING: Final = dt.datetime.combine(TODAY, dt.time(10), LONDON)
# In UTC: between two times of one zone Python would count the hands of the clock, not the hours.
_AHEAD: Final = MORNING.astimezone(dt.UTC) - dt.datetime.now(dt.UTC)
_TRAVEL: Final = time_machine.travel(MORNING, tick=True)

# Tables are made in the first.
PATH: Final = "public, test_clock, pg_catalog"
TOLD: Final = ("now", "transaction_timestamp", "statement_timestamp", "clock_timestamp")


def _in_school(day: dt.date) -> bool:
    """True for a weekday of England's usual half-terms that is no bank holiday."""
    terms = [term for year in (day.year - 1, day.year) for term in england.half_terms(year)]
    inside = any(term.starts_on <= day <= term.ends_on for term in terms)
    return inside and day.weekday() < 5 and day not in bank_holidays(day.year)


def school_wednesday() -> dt.date:
    """Give the day of the tests, or the first Wednesday after it, on which there is school, as in the week before and
    on the four Wednesdays after it: for tests about what is planned from week to week.
    """
    day = TODAY
    while day.weekday() != 2 or not all(_in_school(day + dt.timedelta(weeks=n)) for n in range(-1, 5)):
        day += dt.timedelta(days=1)
    return day


def start() -> None:
    """Let Python live in the morning of the day; before any module of the tests asks what day it is."""
    _TRAVEL.start()


def stop() -> None:
    """Let Python go back to the machine's time."""
    _TRAVEL.stop()


def set_up_in_database(sender: object, using: str, **_: object) -> None:
    """A receiver of pre_migrate, before the first default and policy is made: the same morning in the test database."""
    connection = connections[using]
    name = connection.settings_dict["NAME"]
    assert name.startswith("test_"), f"{name} is no test database"
    with connection.cursor() as cursor:
        cursor.execute("create schema if not exists test_clock; grant usage on schema test_clock to public")
        _set(cursor, _AHEAD)
        cursor.execute(f'alter database "{name}" set search_path = {PATH}; set search_path = {PATH}')


def _set(cursor: Any, ahead: dt.timedelta) -> None:
    """Let the test database's clock go so far ahead of the machine's."""
    for told in TOLD:
        volatility = "volatile" if told == "clock_timestamp" else "stable"
        cursor.execute(
            f"create or replace function test_clock.{told}() returns timestamptz language sql {volatility} parallel"
            f" safe as $$ select pg_catalog.{told}() + interval '{ahead.total_seconds()} seconds' $$"
        )


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Let Python and the database live from another moment on, for a while: for tests whose rows are committed."""
    machine = dt.datetime.now(dt.UTC)
    ahead = _AHEAD + (moment.astimezone(dt.UTC) - machine)
    settings = connections["owner"].get_connection_params() | {"cursor_factory": psycopg.Cursor}
    with psycopg.connect(**settings) as owner:
        _set(owner, ahead)
    try:
        with time_machine.travel(moment, tick=True):
            yield
    finally:
        with psycopg.connect(**settings) as owner:
            _set(owner, _AHEAD)


def set_up_functions(using: str) -> None:
    """Elevated functions have a search path of their own: there too the clock stands before pg_catalog."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(
            "select p.oid::regprocedure::text from pg_proc p where p.pronamespace = 'app'::regnamespace"
            " and p.proconfig in (array['search_path=pg_catalog, public, app'], array[%s])",
            [f"search_path={PATH}, app"],  # as it is in a database that was kept (--reuse-db)
        )
        elevated = [name for (name,) in cursor.fetchall()]
        assert elevated, "no elevated function has the search path that is looked for"
        cursor.execute("set local role tf_definer")
        for name in elevated:
            cursor.execute(f"alter function {name} set search_path = {PATH}, app")
