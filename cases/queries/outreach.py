"""Reading outreach to schools: who it is with, and what was done there."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from apst.places.models import Establishment
from cases.models import Case, Intervention, OutreachCase

LATEST: Final = 25
MAINSTREAM: Final = "mainstream"


def outreach_cases() -> QuerySet[OutreachCase]:
    """Give the outreach to every school, what goes on first."""
    return OutreachCase.objects.select_related("school", "lead__specialist")


def schools_to_reach() -> QuerySet[Establishment]:
    """Give the mainstream schools with which no outreach goes on."""
    going_on = OutreachCase.objects.filter(ended_on__isnull=True).values("school")
    return Establishment.objects.filter(kind=MAINSTREAM).exclude(pk__in=going_on).order_by("name", "pk")


@dataclass(frozen=True)
class Work:
    """What was done for a school: sessions and minutes of delivery in all, and the latest sessions."""

    sessions: int
    minutes: int
    latest: list[Intervention]
    pupils: int


def work_with(outreach: OutreachCase) -> Work:
    """Give what was done for the school while the outreach went on, and how many of its pupils have an open case.

    Only what the reader may see: a specialist of one site sees the sessions and cases that are theirs to see.
    """
    done = Intervention.objects.kept().filter(
        beneficiary=outreach.school_id,
        held_on__gte=outreach.opened_on,
        held_on__lte=outreach.ended_on or localdate(),
    )
    # Joined to its specialists, a session's minutes count once for each (spec/mi-return.md, "Rows that count").
    sums = done.filter(specialists__isnull=False).aggregate(
        sessions=Count("pk", distinct=True), minutes=Coalesce(Sum("minutes"), 0)
    )
    latest = (
        done.select_related("site")
        .prefetch_related("places", "specialists__post__specialist")
        .order_by("-held_on", "-pk")[:LATEST]
    )
    pupils = Case.objects.open().filter(pupil__home_school=outreach.school_id).count()
    return Work(sums["sessions"], sums["minutes"], list(latest), pupils)
