"""Seeding is refused where the product is in earnest use."""

import pytest
from django.core.management import CommandError, call_command

from apst.tenancy.models import Taskforce


@pytest.mark.parametrize("command", ["seed_demo", "seed_pilot"])
def test_nothing_invented_is_made_on_an_installation_in_use(db, settings, command):
    settings.PUBLIC_URL, settings.DEBUG = "https://taskforce.example", False

    with pytest.raises(CommandError, match="Nothing was made"):
        call_command(command)

    assert not Taskforce.objects.exists()
