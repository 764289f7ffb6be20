"""Calendar addresses: the token is in the address and nowhere else, the database holds its hash."""

import datetime as dt
import secrets
from typing import Final

from django.db import transaction
from django.utils import timezone

from apst.accounts.models import Membership
from apst.notices.models import CalendarFeed
from apst.notices.queries import hash_of
from apst.tenancy.context import name_act

# Calendars ask as often as every few minutes; that they ask at all is kept once an hour.
NOTED_EVERY: Final = dt.timedelta(hours=1)


@transaction.atomic
def give_address(*, by: Membership) -> str:
    """Make a member's calendar address; one that they had before works no longer. Gives the token, which is kept
    nowhere.
    """
    name_act("notices.calendar_address")
    token = secrets.token_urlsafe(32)
    fresh = {"token_hash": hash_of(token), "made_at": timezone.now(), "fetched_at": None, "revoked_at": None}
    CalendarFeed.objects.update_or_create(member=by, defaults=fresh)
    return token


@transaction.atomic
def take_back(*, by: Membership) -> None:
    """End a member's calendar address: from the next request on it gives nothing."""
    name_act("notices.calendar_end")
    CalendarFeed.objects.filter(member=by, revoked_at__isnull=True).update(revoked_at=timezone.now())


def note_fetch(feed: CalendarFeed) -> None:
    """Note that a calendar has asked, so that its person sees whether one still does. The one GET that changes a
    record: nobody else could say it.
    """
    now = timezone.now()
    if feed.fetched_at is None or now - feed.fetched_at >= NOTED_EVERY:
        name_act("notices.calendar_fetch")
        CalendarFeed.objects.filter(pk=feed.pk).update(fetched_at=now)
