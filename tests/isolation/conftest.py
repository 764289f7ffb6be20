"""The two realms of the probes."""

import pytest

from .world import Realm, make_realm


@pytest.fixture
def realms(transactional_db) -> tuple[Realm, Realm]:
    """Home and away, committed, because the probes look from another connection."""
    return make_realm("home"), make_realm("away")
