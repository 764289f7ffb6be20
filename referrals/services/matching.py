"""A referral turns out to be about a pupil who is known already."""

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apst.accounts.models import Membership
from apst.people.models import Pupil
from apst.people.services.pupils import PROVISIONAL
from apst.tenancy.context import name_act
from referrals.exceptions import (
    AlreadyAllocated,
    CannotMatch,
)
from referrals.models import Referral

from .deciding import locked


@transaction.atomic
def match_pupil(referral: Referral, pupil: Pupil, *, version: int | None = None, by: Membership | None) -> None:
    """Say that a referral is about a pupil who is known already: it is pointed at that record.

    What the referral brought with it (facts, contacts) goes along; a fact of a kind that is known already is kept as
    corrected. The provisional row is removed when nothing else hangs on it.
    Raises CannotMatch, AlreadyAllocated, ChangedMeanwhile.
    """
    name_act("referral.match_pupil")
    row = locked(referral, version)
    if row.state == Referral.State.ALLOCATED:
        raise AlreadyAllocated
    provisional = row.pupil
    if provisional.pk == pupil.pk:
        raise CannotMatch("The referral is about this pupil already.")
    row.pupil = pupil
    row.version += 1
    row.save(update_fields=["pupil", "version"])
    referral.pupil, referral.version = pupil, row.version
    if provisional.local_id.startswith(PROVISIONAL) and not provisional.referrals.exists():
        _merge(provisional, pupil)


def _merge(provisional: Pupil, pupil: Pupil) -> None:
    known = set(pupil.facts.filter(corrected_at=None).values_list("kind", flat=True))
    try:
        with transaction.atomic():
            provisional.facts.filter(kind__in=known, corrected_at=None).update(corrected_at=timezone.now(), pupil=pupil)
            provisional.facts.update(pupil=pupil)
            provisional.contacts.update(pupil=pupil)
            if not pupil.nhs_numbers.exists():
                provisional.nhs_numbers.update(pupil=pupil)
            provisional.name_keys.all().delete()
            # Not delete(): its collector would read tables that this member may not; the database's keys are the judge.
            with connection.cursor() as cursor:
                cursor.execute("delete from people_pupil where id = %s", [provisional.pk])
    except IntegrityError:
        # Something else hangs on it (a session, a case): the row stays, with what it brought.
        return
