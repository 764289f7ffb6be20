"""Keeping the organisations that the taskforce shares with."""

from typing import Any

from django.db import IntegrityError, transaction

from apst.accounts.models import Membership
from apst.tenancy.context import name_act
from sharing.exceptions import ChangedMeanwhile, PartnerThere
from sharing.models import Partner


@transaction.atomic
def save_partner(partner: Partner | None, *, version: int = 0, by: Membership | None, **fields: Any) -> Partner:
    """Add a partner, or change one that still is at `version`. Raises PartnerThere, ChangedMeanwhile."""
    name_act("partner.save")
    try:
        with transaction.atomic():
            if partner is None:
                return Partner.objects.create(**fields, changed_by=by)
            changed = Partner.objects.filter(pk=partner.pk, version=version).update(
                **fields, changed_by=by, version=version + 1
            )
    except IntegrityError as error:
        if "sharing_partner_name" in str(error):
            raise PartnerThere from None
        raise
    if not changed:
        raise ChangedMeanwhile
    partner.refresh_from_db()
    return partner
