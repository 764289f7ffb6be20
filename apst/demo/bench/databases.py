"""The bench's databases: a template for each scale, built once a schema, and a copy of it for each run."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from psycopg import sql

from apst.tenancy.bootstrap import database_statements
from apst.tenancy.context import for_each_taskforce
from apst.tenancy.models import LocalAuthority
from apst.tenancy.state import SCOPES, state_hash

from . import world
from .loading import Loader
from .scale import Scale


def schema_hash(scale: Scale) -> str:
    """Give the hash of all that a template is made from: migrations, policies, and how its rows are made."""
    made = hashlib.sha256(f"{scale}{state_hash()}".encode())
    here = Path(__file__).parent
    files = [here / "world.py", here / "loading.py", here / "scale.py"]
    for app in apps.get_app_configs():
        if Path(app.path).is_relative_to(settings.BASE_DIR):
            files += sorted((Path(app.path) / "migrations").glob("*.py"))
    for file in files:
        made.update(file.read_bytes())
    return made.hexdigest()[:12]


def owner_connection(database: str | None = None) -> psycopg.Connection[Any]:
    """Open a connection as the owner, outside Django; each statement commits by itself."""
    parameters = connections["owner"].get_connection_params()
    chosen = {
        name: parameters[name]
        for name in ("host", "port", "user", "password", "dbname", "options")
        if name in parameters
    }
    return psycopg.connect(**(chosen | ({"dbname": database} if database else {})), autocommit=True)


@contextmanager
def _django_on(database: str) -> Iterator[None]:
    """Point every connection of Django at another database, and back."""
    before = {connection.alias: connection.settings_dict["NAME"] for connection in connections.all()}
    _point(dict.fromkeys(before, database))
    try:
        yield
    finally:
        _point(before)


def _point(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


@contextmanager
def world_of(scale: Scale, *, keep: bool, say: Any) -> Iterator[None]:
    """Work on a fresh copy of a scale's world, which is made first where this schema has none.

    keep  whether the template stays for the next run
    say   is called with a line on what takes its time
    Raises CommandError where the owner's address is not known.
    """
    if "owner" not in connections:
        raise CommandError("Set MIGRATE_DATABASE_URL: the owner makes the bench's databases and runs the raw SQL.")
    prefix = f"{connections['owner'].settings_dict['NAME']}_bench_{scale.name}"
    template = f"{prefix}_{schema_hash(scale)}"
    with owner_connection() as owner:
        found = {name for (name,) in owner.execute("select datname from pg_database").fetchall()}
        for old in found:
            if old.startswith(f"{prefix}_") and old != template:
                _drop(owner, old)
        if template not in found:
            say(f"Building the world of {scale.cases} cases, once for this schema ...")
            _build(owner, template, scale)
        run = f"{prefix}_run"
        _make(owner, run, template)
        try:
            with _django_on(run):
                yield
        finally:
            _drop(owner, run)
            if not keep:
                _drop(owner, template)


def _drop(owner: psycopg.Connection[Any], name: str) -> None:
    # Without FORCE, which the owner may not use on the application's login: it waits for closed sessions to be gone.
    owner.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))


def _make(owner: psycopg.Connection[Any], name: str, template: str) -> None:
    _drop(owner, name)
    owner.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template)))
    for statement in database_statements(name):
        owner.execute(statement)
    logins = sql.SQL(", ").join(map(sql.Identifier, ("tf_app", *SCOPES)))
    owner.execute(sql.SQL("grant temporary on database {} to {}").format(sql.Identifier(name), logins))


def _build(owner: psycopg.Connection[Any], template: str, scale: Scale) -> None:
    unfinished = f"{template}_new"
    _make(owner, unfinished, "template1")
    with _django_on(unfinished):
        call_command("migrate", verbosity=0)
        authorities = list(LocalAuthority.objects.order_by("code").values_list("code", flat=True))
        with owner_connection(unfinished) as connection:
            loader = Loader(connection)
            with loader.bare_tables():
                world.load(loader, scale, authorities)
                connection.execute("analyze")
                _grant()
            connection.execute("vacuum (freeze, analyze)")
    owner.execute(
        sql.SQL("alter database {} rename to {}").format(sql.Identifier(unfinished), sql.Identifier(template))
    )


def _grant() -> None:
    """Let the product itself write who may see which case, by its own rules."""
    for _ in for_each_taskforce():
        with connections["default"].cursor() as cursor:
            cursor.execute("select app.refresh_access(null)")
