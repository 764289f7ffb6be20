"""The waiting list: where a referral stands on it, in rows that are added and never changed."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from apst.accounts.models import Membership
from apst.tenancy.context import name_act
from referrals.exceptions import BadReferral
from referrals.models import Referral, WaitingPlace

from .deciding import locked


@transaction.atomic
def place(
    referral: Referral,
    *,
    priority: int,
    why: str,
    meanwhile: str,
    review_on: dt.date,
    version: int | None = None,
    by: Membership | None,
) -> WaitingPlace:
    """Say how a referral stands on the waiting list: what was said before stays.

    Raises BadReferral (not on the list, a review in the past), ChangedMeanwhile.
    """
    name_act("referral.place")
    row = locked(referral, version)
    if row.state != Referral.State.WAITING_LIST:
        raise BadReferral("This referral is not on the waiting list. Decide so first.")
    if review_on < timezone.localdate():
        raise BadReferral("The day to look at it again must be today or later.")
    return WaitingPlace.objects.create(
        referral=row, priority=priority, why=why, meanwhile=meanwhile, review_on=review_on, placed_by=by
    )
