"""Seeding takes seconds, so each module does it once and empties the database at its end.

The rows are committed and analysed, as they are in life: within one transaction PostgreSQL does not know their number.
"""

from collections.abc import Callable, Iterator

import psycopg
import pytest
import pytest_django
from django.db import connection, connections, transaction
from django.test import override_settings

from tests.conftest import _empty_as_migrator

# The hasher that the tests themselves use (see `_plain_settings`).
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def kept_rows(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Callable[[], None]]:
    """A database in which a module's tests look at the same rows; the value analyses them."""

    def analyse() -> None:
        parameters = connections["owner"].get_connection_params() | {"cursor_factory": psycopg.Cursor}
        with psycopg.connect(**parameters) as owner:
            tables = owner.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
            owner.execute("analyze " + ", ".join(f'"{name}"' for (name,) in tables))

    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=HASHERS):
        yield analyse
        connection.close()
        _empty_as_migrator(None)


@pytest.fixture(scope="module")
def one_transaction(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """A transaction for a whole module, which leaves no row."""
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=HASHERS):
        around = transaction.atomic()
        # As Django's own test case marks its transaction, so that a durable block may open within it.
        around._from_testcase = True
        with around:
            yield
            transaction.set_rollback(True)
