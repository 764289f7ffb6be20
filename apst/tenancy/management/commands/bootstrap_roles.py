"""Makes the cluster's roles and the empty database. Needs a superuser, once a cluster."""

from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apst.tenancy.bootstrap import database_statements, role_statements


class Command(BaseCommand):
    """`bootstrap_roles` makes them through BOOTSTRAP_DATABASE_URL; `--sql` prints what a database administrator would
    run.
    """

    help = __doc__ or ""
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sql", action="store_true", help="print the SQL, without passwords, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        database = urlsplit(settings.DATABASE_URL).path.lstrip("/")
        if options["sql"]:
            lines = [
                *role_statements(180000, {}),
                f'create database "{database}" owner tf_owner',
                *database_statements(database),
            ]
            self.stdout.write("\n".join(f"{line};" for line in lines))
            return
        if not settings.BOOTSTRAP_DATABASE_URL:
            raise CommandError("Set BOOTSTRAP_DATABASE_URL to a superuser of the cluster, or print the SQL with --sql.")
        passwords = {}
        for url in (settings.DATABASE_URL, settings.MIGRATE_DATABASE_URL):
            parts = urlsplit(url)
            if parts.username and parts.password:
                passwords[unquote(parts.username)] = unquote(parts.password)
        with psycopg.connect(settings.BOOTSTRAP_DATABASE_URL, autocommit=True) as connection:
            for line in role_statements(connection.info.server_version, passwords):
                connection.execute(line)
            if not connection.execute("select 1 from pg_database where datname = %s", [database]).fetchone():
                connection.execute(f'create database "{database}" owner tf_owner')
            for line in database_statements(database):
                connection.execute(line)
        self.stdout.write("The roles and the database are there.")
