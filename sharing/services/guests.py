"""Inviting a partner's people as guests under an agreement, and ending that."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate, now

from apst.accounts import services as accounts
from apst.accounts.models import Membership
from apst.tenancy.context import name_act
from sharing.exceptions import GuestThere, GuestTooLong, NotInForce
from sharing.models import DataSharingAgreement, Guest
from sharing.queries.agreements import agreements


@transaction.atomic
def invite_guest(
    agreement: DataSharingAgreement, *, email: str, name: str, ends_on: dt.date, by: Membership | None
) -> Guest:
    """Invite one of a partner's people under an agreement that is sent or in force, until a day.

    The email goes out before this returns. Raises NotInForce, GuestTooLong, GuestThere and what `accounts.invite`
    raises.
    """
    name_act("guest.invite")
    found = agreements().get(pk=agreement.pk)
    # A partner signs on its own page, so its signatory is invited before it is in force.
    if found.standing not in ("sent", "to_begin", "in_force", "due_for_review"):
        raise NotInForce
    if ends_on > found.ends_on:
        raise GuestTooLong
    known = Membership.objects.filter(email__iexact=email.strip(), role="partner").first()
    if known is not None:
        if Guest.objects.filter(membership=known, agreement=found, ended_at__isnull=True).exists():
            raise GuestThere
        who: dict[str, Any] = {"membership": known}
    else:
        who = {"invitation": accounts.invite(email=email, name=name, role="partner", by=by)}
    return Guest.objects.create(
        **who,
        partner=found.partner,
        agreement=found,
        starts_on=localdate(),
        ends_on=ends_on,
        invited_by=by,
    )


@transaction.atomic
def end_guest(guest: Guest, *, by: Membership | None) -> None:
    """End a guest's access under an agreement: nothing is shown to them from their next request on; may run twice."""
    name_act("guest.end")
    Guest.objects.filter(pk=guest.pk, ended_at__isnull=True).update(ended_at=now(), ended_by=by)
