"""Reading who comes as a guest, under what, until when."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate

from sharing.models import DataSharingAgreement, Guest, Partner

from .agreements import agreements

INVITED_UNDER = ("sent", "to_begin", "in_force", "due_for_review")


@dataclass(frozen=True)
class GuestLine:
    """A guest as the list shows one. state: in words; live: there is an access to end."""

    guest: Guest
    name: str
    email: str
    state: str
    live: bool


def guests(partner: Partner | None = None) -> list[GuestLine]:
    """Give every guest, or a partner's, those with access first. One query.

    Who was invited and has not come yet only whoever manages people may know.
    """
    rows: Any = Guest.objects.select_related("membership", "invitation", "partner", "agreement")
    if partner:
        rows = rows.filter(partner=partner)
    lines = [_line(row) for row in rows.order_by("partner__name", "-pk")]
    return sorted(lines, key=lambda line: not line.live)


def _line(guest: Guest) -> GuestLine:
    who = guest.membership or guest.invitation
    name, email = (who.name, who.email) if who else ("Somebody invited", "")
    over = guest.ends_on < localdate()
    if guest.ended_at:
        state = "Ended"
    elif over:
        state = "Their last day is past"
    elif guest.membership_id is None:
        state = "Invited, not come yet"
    else:
        state = "Has access"
    return GuestLine(guest, name, email, state, guest.ended_at is None and not over)


def to_invite_under() -> QuerySet[DataSharingAgreement]:
    """Give the agreements under which a guest may be invited: a partner signs on its own page, so those sent too."""
    rows: Any = agreements()  # django-stubs does not know what is annotated elsewhere
    found: QuerySet[DataSharingAgreement] = rows.filter(standing__in=INVITED_UNDER)
    return found.order_by("partner__name", "title", "pk")
