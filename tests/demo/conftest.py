"""Seeding takes seconds, so each module does it once, in a transaction that is rolled back at its end."""

from collections.abc import Iterator

import pytest
import pytest_django
from django.db import transaction
from django.test import override_settings


@pytest.fixture(scope="module")
def one_transaction(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """A database in which a whole module's tests may look at the same rows, and leave none."""
    # The hasher that the tests themselves use (see `_plain_settings`).
    with (
        django_db_blocker.unblock(),
        override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]),
    ):
        around = transaction.atomic()
        # As Django's own test case marks its transaction, so that a durable block may open within it.
        around._from_testcase = True
        with around:
            yield
            transaction.set_rollback(True)
