"""Reading what people want to be told, what did not arrive, and whose a calendar address is."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import F, Q

from apst.accounts.models import Membership
from apst.places.calendar import bank_holidays
from apst.tenancy.context import Member

from .kinds import DIGEST_BY_ROLE, KINDS
from .models import CalendarFeed, MailTrouble, NoticeChoice


@dataclass(frozen=True)
class Choice:
    """What a member is told: by their own choice, or (version 0) by the default of their role."""

    digest: str
    instant: frozenset[str]
    version: int


def default_of(role: str) -> Choice:
    """Give what somebody of a role is told unless they choose otherwise."""
    told = frozenset(kind.code for kind in KINDS.values() if role in kind.roles)
    return Choice(DIGEST_BY_ROLE[role], told, 0)


def choices_of(members: Iterable[Membership]) -> dict[int, Choice]:
    """Give what members are told, by membership; one query."""
    people = list(members)
    said = {
        row.member_id: Choice(row.digest, frozenset(row.instant), row.version)
        for row in NoticeChoice.objects.filter(member__in=people)
    }
    return {one.pk: said.get(one.pk) or default_of(one.role) for one in people}


def is_working_day(day: dt.date) -> bool:
    """True from Monday to Friday, bank holidays left out.

    Not only on school days: referrals come in and clocks that the law sets run out in the holidays too, and taskforces
    run holiday programmes. Where there is nothing to say, no email goes out anyway.
    """
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def standing_troubles() -> dict[int, MailTrouble]:
    """Give what stands of emails that do not arrive, by membership, as far as the reader may know."""
    # An address that was changed meanwhile is a new beginning.
    rows = MailTrouble.objects.filter(cleared_at__isnull=True, member__email__iexact=F("address"))
    return {row.member_id: row for row in rows}


def trouble_of(membership_id: int | None) -> MailTrouble | None:
    """Give why emails to a member do not arrive, None where they do."""
    rows = MailTrouble.objects.filter(member=membership_id, cleared_at__isnull=True)
    return rows.filter(member__email__iexact=F("address")).first()


def live_members(day: dt.date) -> list[Membership]:
    """Give who works here on a day; partners' guests are not sent emails of the taskforce's work."""
    live = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    return list(Membership.objects.filter(live, starts_on__lte=day).exclude(role="partner").order_by("pk"))


def own_feed(member: Member) -> CalendarFeed | None:
    """Give a member's calendar address, None where they have none that works."""
    return CalendarFeed.objects.filter(member=member.membership_id, revoked_at__isnull=True).first()


def hash_of(token: str) -> str:
    """Give what the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def holder_of(token: str) -> tuple[int, int] | None:
    """Give taskforce and person of a calendar address, None for any other token; needs no open taskforce."""
    with connection.cursor() as cursor:
        cursor.execute("select taskforce, person from app.calendar_feed(%s)", [hash_of(token)])
        row = cursor.fetchone()
    return (int(row[0]), int(row[1])) if row else None
