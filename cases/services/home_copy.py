"""Ticking off what a specialist has copied into the record of their home service."""

from collections.abc import Iterable

from django.db import transaction

from apst.accounts.models import Membership
from apst.tenancy.context import name_act
from cases.models import HomeCopy
from cases.queries.home_copy import Named


@transaction.atomic
def mark_copied(pieces: Iterable[Named], *, by: Membership) -> int:
    """Note that the pieces stand in the home record now, each at its version; ticked twice is ticked once.

    Gives how many there were.
    """
    name_act("home_record.copy")
    rows = [
        HomeCopy(note=piece.note, intervention=piece.session, pupil=piece.pupil, version=piece.version, copied_by=by)
        for piece in pieces
    ]
    HomeCopy.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def unmark_copied(pieces: Iterable[Named], *, by: Membership) -> int:
    """Take ticks back; gives how many pieces were named."""
    name_act("home_record.uncopy")
    number = 0
    for piece in pieces:
        HomeCopy.objects.filter(
            copied_by=by, note=piece.note, intervention=piece.session, pupil=piece.pupil, version=piece.version
        ).delete()
        number += 1
    return number
