"""Days on which a specialist does not work here."""

import datetime as dt

from django.db import connection, transaction

from apst.accounts.models import Membership
from apst.people.exceptions import AlreadyThere, WrongDate
from apst.people.models import Absence, Specialist
from apst.tenancy.context import name_act


@transaction.atomic
def record_absence(specialist: Specialist, *, starts_on: dt.date, ends_on: dt.date, by: Membership | None) -> Absence:
    """Record that a specialist is away, both days included; never why. Raises WrongDate, AlreadyThere."""
    if ends_on < starts_on:
        raise WrongDate("The last day away must be the same as or after the first")
    with connection.cursor() as cursor:
        # The same absence sent twice at once is one.
        cursor.execute("select pg_advisory_xact_lock(hashtext('absence'), %s::int)", [specialist.pk % 2**31])
    if Absence.objects.filter(specialist=specialist, starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        raise AlreadyThere(f"{specialist.name} is recorded as away on some of these days already")
    name_act("absence.record")
    return Absence.objects.create(specialist=specialist, starts_on=starts_on, ends_on=ends_on, recorded_by=by)


@transaction.atomic
def cancel_absence(absence: Absence, *, by: Membership | None) -> None:
    """Take an absence back."""
    name_act("absence.cancel")
    Absence.objects.filter(pk=absence.pk).delete()
