"""Outreach to a mainstream school: begun, changed, ended."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.people.models import Post
from apst.places.models import Establishment
from apst.tenancy.context import name_act
from cases.exceptions import AlreadyEnded, ChangedMeanwhile, EndsBeforeItOpened, OutreachGoesOn
from cases.models import OutreachCase

ONE_OPEN = "cases_outreachcase_one_open_a_school"


@transaction.atomic
def begin_outreach(
    school: Establishment, *, lead: Post | None, aims: str, opened_on: dt.date, by: Membership | None
) -> OutreachCase:
    """Begin outreach with a school as a whole. Raises OutreachGoesOn where some goes on already."""
    name_act("outreach.begin")
    try:
        with transaction.atomic():
            return OutreachCase.objects.create(school=school, lead=lead, aims=aims, opened_on=opened_on, opened_by=by)
    except IntegrityError as error:
        if ONE_OPEN in str(error):
            raise OutreachGoesOn from None
        raise


def _change(outreach: OutreachCase, version: int | None, **fields: object) -> OutreachCase:
    found = OutreachCase.objects.select_for_update().filter(pk=outreach.pk).first()
    if found is None or (version is not None and found.version != version):
        raise ChangedMeanwhile
    if found.ended_on is not None:
        raise AlreadyEnded
    OutreachCase.objects.filter(pk=found.pk).update(**fields, version=F("version") + 1)
    found.refresh_from_db()
    return found


@transaction.atomic
def change_outreach(
    outreach: OutreachCase, *, lead: Post | None, aims: str, version: int | None = None, by: Membership | None
) -> OutreachCase:
    """Change who leads it and what it is for. Raises AlreadyEnded, ChangedMeanwhile."""
    name_act("outreach.change")
    return _change(outreach, version, lead=lead, aims=aims)


@transaction.atomic
def end_outreach(
    outreach: OutreachCase, *, ended_on: dt.date, outcome: str, version: int | None = None, by: Membership | None
) -> OutreachCase:
    """End outreach, saying what came of it. Raises AlreadyEnded, EndsBeforeItOpened, ChangedMeanwhile."""
    if not outreach.opened_on <= ended_on <= localdate():
        raise EndsBeforeItOpened
    name_act("outreach.end")
    return _change(outreach, version, ended_on=ended_on, outcome=outcome)
