"""Restricted records opened in an emergency: what is under way for oneself, and the register of all of them."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from apst.accounts.models import Membership
from apst.tenancy.context import Member
from cases.models import Case, Document, Emergency, EmergencyBar, EmergencyLook, EmergencyQuerySet, Note


@dataclass(frozen=True)
class Stub:
    """What a member may know of a restricted case that is hidden from them: who holds it."""

    public_id: uuid.UUID
    holders: str
    barred: bool


def stub_of(public_id: uuid.UUID) -> Stub | None:
    """Give the stub of one restricted case, None where this member has none of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select public_id, holders, barred from app.restricted_cases() where public_id = %s", [public_id]
        )
        row = cursor.fetchone()
    return Stub(*row) if row else None


def own_live(member: Member) -> EmergencyQuerySet:
    """Give a member's own emergencies that are under way, the one that ends first before others."""
    return Emergency.objects.live().filter(opened_by=member.membership_id).order_by("ends_at")


def own_live_of(member: Member, item: uuid.UUID) -> Emergency | None:
    """Give the emergency by which a member reads one item now, None where there is none."""
    return own_live(member).filter(item=item).first()


def register() -> EmergencyQuerySet:
    """Give every emergency that the reader is told of or answers for, the last first."""
    reviewed = EmergencyLook.objects.filter(emergency=OuterRef("pk"), kind=EmergencyLook.Kind.REVIEWED)
    return Emergency.objects.select_related("opened_by").annotate(reviewed=Exists(reviewed))


def to_look_at(member: Member) -> QuerySet[Emergency]:
    """Give the emergencies that a member was told of and has not looked at."""
    seen = EmergencyLook.objects.filter(
        emergency=OuterRef("pk"), said_by=member.membership_id, kind=EmergencyLook.Kind.SEEN
    )
    return Emergency.objects.filter(~Exists(seen), told__contains=[member.membership_id])


def to_review(member: Member) -> QuerySet[Emergency]:
    """Give the emergencies that nobody has reviewed and that this member may."""
    if member.reach("access_log.view") != "T":
        return Emergency.objects.none()
    reviewed = EmergencyLook.objects.filter(emergency=OuterRef("pk"), kind=EmergencyLook.Kind.REVIEWED)
    return Emergency.objects.filter(~Exists(reviewed)).exclude(opened_by=member.membership_id)


@dataclass(frozen=True)
class Look:
    """One page that was opened under an emergency."""

    at: dt.datetime
    words: str
    refused: bool


def looks_in(emergency: Emergency) -> list[Look]:
    """Give what its person opened of that pupil until it ended, from the access log; it names nobody."""
    with connection.cursor() as cursor:
        cursor.execute("select at, page, refused from app.looks_in_emergency(%s)", [emergency.public_id])
        return [
            Look(at, page.rpartition(":")[2].replace("-", " ").capitalize(), refused)
            for at, page, refused in cursor.fetchall()
        ]


def told_of(emergency: Emergency) -> list[tuple[Membership, EmergencyLook | None]]:
    """Give who was told of an emergency, each with when they looked, by name."""
    looks = {row.said_by_id: row for row in emergency.looks.filter(kind=EmergencyLook.Kind.SEEN)}
    people = Membership.objects.filter(pk__in=emergency.told).order_by("name", "pk")
    return [(one, looks.get(one.pk)) for one in people]


def reviews_of(emergency: Emergency) -> list[EmergencyLook]:
    """Give what was found about an emergency, the first first."""
    return list(emergency.looks.filter(kind=EmergencyLook.Kind.REVIEWED).select_related("said_by"))


def barred_from(case: Case) -> QuerySet[EmergencyBar]:
    """Give who never opens a restricted case in an emergency, by name."""
    return EmergencyBar.objects.filter(case=case).select_related("member").order_by("member__name")


def item_of(emergency: Emergency) -> Case | Note | Document | None:
    """Give what was opened, None where the reader does not see even that it is there."""
    model = {"case": Case, "note": Note, "document": Document}[emergency.kind]
    found: Case | Note | Document | None = model.objects.filter(public_id=emergency.item).first()  # type: ignore[attr-defined]  # each a model
    return found
