"""Sharing a case with a partner under an agreement, and taking it back."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from apst.accounts.models import Membership
from apst.tenancy.context import name_act
from cases.models import Case
from sharing.deciding import IN_FORCE
from sharing.exceptions import NotForThat, NotInForce, RestrictedCase, SharedAlready
from sharing.models import DataSharingAgreement, SharedCase
from sharing.queries.agreements import agreements


@transaction.atomic
def share_case(
    case: Case, agreement: DataSharingAgreement, *, purpose: str, until: dt.date | None = None, by: Membership
) -> SharedCase:
    """Share a case under an agreement for one of its purposes, until a day or until it is taken back.

    Raises NotInForce, NotForThat, RestrictedCase, SharedAlready.
    """
    name_act("case.share")
    found = agreements().get(pk=agreement.pk)
    if found.standing not in IN_FORCE:
        raise NotInForce
    if purpose not in found.purposes:
        raise NotForThat
    if case.restricted:
        raise RestrictedCase
    try:
        with transaction.atomic():
            return SharedCase.objects.create(
                agreement=found, case=case, pupil_id=case.pupil_id, purpose=purpose, until=until, shared_by=by
            )
    except IntegrityError as error:
        if "sharing_sharedcase_once" in str(error):
            raise SharedAlready from None
        raise


@transaction.atomic
def take_back(shared: SharedCase, *, by: Membership | None) -> None:
    """Share a case no more: it is gone from the partner's pages with their next request; may run twice."""
    name_act("case.unshare")
    SharedCase.objects.filter(pk=shared.pk, ended_at__isnull=True).update(ended_at=now(), ended_by=by)
