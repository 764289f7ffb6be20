"""A worker killed (-9) while it works, and what the database and the folder of documents hold before and after."""

import os
import select
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection, connections

from apst.jobs import tasks
from apst.jobs.models import Job
from apst.tenancy.models import Taskforce

# What a worker writes of itself, and of what has become of the job.
OF_THE_WORKER = {"jobs_job", "jobs_heartbeat", "django_session"}


@contextmanager
def owner() -> Iterator[psycopg.Connection]:
    """The migrator's connection, which sees every row."""
    settings_ = connections["owner"].get_connection_params() | {"cursor_factory": psycopg.Cursor}
    with psycopg.connect(**settings_, autocommit=True) as opened:
        opened.execute("set lock_timeout = '10s'")
        yield opened


def _tables(opened: psycopg.Connection, having: str = "") -> list[str]:
    query = "select tablename from pg_tables where schemaname = 'public' order by 1"
    if having:
        query = f"select table_name from information_schema.columns where table_schema = 'public' and column_name = '{having}' order by 1"  # noqa: E501
    return [name for (name,) in opened.execute(query)]


def stored() -> set[str]:
    """The files of all documents."""
    root = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def everything() -> dict[str, str]:
    """A fingerprint of every table but those in which a worker speaks of itself."""
    with owner() as opened:
        tables = [name for name in _tables(opened) if name not in OF_THE_WORKER]
        parts = " union all ".join(
            f"select '{name}', md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from \"{name}\" t"
            for name in tables
        )
        return dict(opened.execute(parts).fetchall())


def rows_of(taskforce: Taskforce) -> Counter[str]:
    """How many rows each table has of a taskforce, and how many files there are."""
    with owner() as opened:
        parts = " union all ".join(
            f"select '{name}', count(*) from \"{name}\" where tenant_id = {taskforce.pk}"
            for name in _tables(opened, having="tenant_id")
        )
        return Counter(dict(opened.execute(parts).fetchall()) | {"files": len(stored())})


def is_held(job: Job) -> bool:
    """Whether somebody holds the job's lock."""
    with owner() as opened:
        return not opened.execute("select pg_try_advisory_lock(app.job_lock(%s))", [job.pk]).fetchone()[0]


def wait_until(true: Callable[[], bool], *, seconds: float = 10) -> None:
    """Ask until it is true."""
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, f"not true after {seconds} seconds"
        time.sleep(0.02)


@contextmanager
def worker_at_work(taskforce: Taskforce, job: Job, *, last_write: bool = True) -> Iterator[int]:
    """A process of its own that does the job and stops before it says that it is done: all is written, and nothing
    committed; gives its number.

    last_write  False: it does not stop by itself
    """
    heard, said = os.pipe()
    connection.close()
    pid = os.fork()
    if pid == 0:  # the worker: it has the parent's memory, but a connection of its own to everything
        try:
            os.close(heard)
            for each in connections.all():
                each.connection = None

            def stop(*_: Any, **__: Any) -> None:
                os.write(said, b".")
                signal.pause()

            if last_write:
                tasks._end = stop
            tasks.perform(job.pk, taskforce.pk)
        finally:
            os._exit(1)
    os.close(said)
    try:
        if last_write:
            assert select.select([heard], [], [], 60)[0], "the work did not come to its end"
            assert os.read(heard, 1) == b".", "the work ended before it had written everything"
        yield pid
    finally:
        os.close(heard)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
