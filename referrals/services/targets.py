"""What the taskforce aims at."""

from django.db import transaction

from apst.accounts.models import Membership
from apst.tenancy.context import name_act
from referrals.exceptions import ChangedMeanwhile
from referrals.models import Targets


@transaction.atomic
def keep_targets(*, version: int, by: Membership | None, **said: int) -> Targets:
    """Say what this taskforce aims at. said: each field of Targets.DEFAULTS; version: the one that the page showed.

    Raises ChangedMeanwhile.
    """
    name_act("targets.change")
    found = Targets.objects.select_for_update().first()
    if (found.version if found else 1) != version:
        raise ChangedMeanwhile("What this taskforce aims at")
    row = found or Targets()
    for name in Targets.DEFAULTS:
        setattr(row, name, said[name])
    row.changed_by, row.version = by, version + 1
    row.save()
    return row
