"""Who somebody is, where, and who works in the open taskforce."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils.timezone import localdate

from apst.tenancy.context import Member
from apst.tenancy.matrix import ROLES
from apst.tenancy.models import Taskforce

from .models import AreaMembership, Invitation, Membership


@dataclass(frozen=True)
class Place:
    """A taskforce that a person may open, and as what."""

    taskforce_id: int
    public_id: uuid.UUID
    name: str
    role: str

    @property
    def role_label(self) -> str:
        """The role in words."""
        return ROLES.get(self.role, self.role)


def me(member: Member) -> Membership:
    """Give the membership of whoever acts in the open taskforce; raises Membership.DoesNotExist for the system."""
    if member.membership_id is None:
        raise Membership.DoesNotExist("The system is no member.")
    return Membership.objects.get(pk=member.membership_id)


def taskforces_of(user_id: int) -> list[Place]:
    """Give the taskforces that a person has a live membership of, by name; needs no open taskforce."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select m.taskforce, t.public_id, m.name, m.role from app.memberships(%s) m"
            " join tenancy_taskforce t on t.id = m.taskforce order by m.name, m.taskforce",
            [user_id],
        )
        return [Place(*row) for row in cursor.fetchall()]


def taskforce_of(user_id: int, public_id: uuid.UUID | str) -> Place | None:
    """Give one of a person's own taskforces, None where they have no live membership of it."""
    return next((place for place in taskforces_of(user_id) if str(place.public_id) == str(public_id)), None)


def lapsed_of(user_id: int) -> list[str]:
    """Give the names of the taskforces that lock a person out because nobody confirmed their access this term."""
    with connection.cursor() as cursor:
        cursor.execute("select name from app.lapsed_memberships(%s)", [user_id])
        return [name for (name,) in cursor.fetchall()]


@dataclass(frozen=True)
class Reviewed:
    """How a live membership stands in the access review of this term; `due` is the last day for confirming it."""

    member_id: int
    began: dt.date
    due: dt.date
    confirmed: bool
    lapsed: bool


def access_review() -> list[Reviewed]:
    """Give this term's access review: of everybody for managers and senior leaders, of oneself for others."""
    with connection.cursor() as cursor:
        cursor.execute("select member, began, due, confirmed, lapsed from app.access_review()")
        return [Reviewed(*row) for row in cursor.fetchall()]


def areas_of(user_id: int) -> list[str]:
    """Give in words the areas that a person is a live member of (an authority, a trust); outside a taskforce only."""
    today = localdate()
    live = AreaMembership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), user_id=user_id, starts_on__lte=today
    )
    return [
        f"{ROLES[area.role]}, {area.local_authority or area.trust or 'the platform'}"
        for area in live.select_related("local_authority", "trust").order_by("pk")
    ]


def members() -> QuerySet[Membership]:
    """Give every membership of the open taskforce, those that have ended last."""
    return Membership.objects.order_by(F("ends_on").asc(nulls_first=True), "name", "id")


def is_live(membership: Membership, on: dt.date | None = None) -> bool:
    """True where the membership lets its person in on a day (today)."""
    day = on or localdate()
    return membership.starts_on <= day and (membership.ends_on is None or membership.ends_on >= day)


@dataclass(frozen=True)
class Lead:
    """A designated safeguarding lead, as everybody may reach them."""

    name: str
    email: str


def whom_to_tell() -> list[Lead]:
    """Give the designated safeguarding leads of today to whoever is here, a partner's guest too."""
    with connection.cursor() as cursor:
        cursor.execute("select name, email from app.safeguarding_leads()")
        return [Lead(*row) for row in cursor.fetchall()]


def open_invitations() -> QuerySet[Invitation]:
    """Give the invitations that were neither taken up nor withdrawn, expired ones included, newest first."""
    return Invitation.objects.filter(accepted_at__isnull=True, withdrawn_at__isnull=True).select_related("invited_by")


def taskforce_by_slug(slug: str) -> Taskforce | None:
    """Give the taskforce of a slug, None where there is none."""
    return Taskforce.objects.filter(slug=slug).first()
