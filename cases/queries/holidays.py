"""Reading holiday provision: programmes with their figures, who has a place, and the days."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, QuerySet

from apst.codelists import codes_where
from apst.people.models import Pupil
from cases.models import Case, HolidayProgramme, Intervention, InterventionPlace

ATTENDED: Final = codes_where("session_attendance", "attended")
MOST_OFFERED: Final = 200


@dataclass(frozen=True)
class Figures:
    """What came of a programme: days held, places given, different pupils who attended, and pupil contact minutes."""

    days: int = 0
    places: int = 0
    pupils: int = 0
    contact: int = 0


def programmes() -> QuerySet[HolidayProgramme]:
    """Give every programme, the last first."""
    return HolidayProgramme.objects.select_related("site")


def figures_of(rows: Sequence[HolidayProgramme]) -> dict[int, Figures]:
    """Give programme id -> its figures, as far as the reader sees sessions (three queries)."""
    days = dict(
        HolidayProgramme.objects.filter(pk__in=[row.pk for row in rows])
        .annotate(n=Count("days", filter=Q(days__intervention__deleted_at__isnull=True)))
        .values_list("pk", "n")
    )
    given = dict(
        HolidayProgramme.objects.filter(pk__in=[row.pk for row in rows])
        .annotate(n=Count("pupils"))
        .values_list("pk", "n")
    )
    attended: dict[int, set[int]] = {}
    contact: dict[int, int] = {}
    found = InterventionPlace.objects.filter(
        intervention__in=Intervention.objects.kept().filter(activity_type="holiday"), attendance__in=ATTENDED
    )
    links = dict(
        HolidayProgramme.objects.filter(pk__in=[row.pk for row in rows], days__isnull=False).values_list(
            "days__intervention", "pk"
        )
    )
    for session, pupil, minutes in found.filter(intervention__in=links).values_list(
        "intervention", "pupil", "intervention__minutes"
    ):
        attended.setdefault(links[session], set()).add(pupil)
        contact[links[session]] = contact.get(links[session], 0) + minutes
    return {
        row.pk: Figures(
            days.get(row.pk, 0), given.get(row.pk, 0), len(attended.get(row.pk, ())), contact.get(row.pk, 0)
        )
        for row in rows
    }


def pupils_on(programme: HolidayProgramme) -> QuerySet[Pupil]:
    """Give the pupils who have a place, by name."""
    return Pupil.objects.filter(pk__in=programme.pupils.values("pupil")).order_by("name_key", "pk")


def pupils_to_offer(programme: HolidayProgramme) -> QuerySet[Pupil]:
    """Give the pupils with an open case who have no place yet, by name."""
    return (
        Pupil.objects.filter(pk__in=Case.objects.open().values("pupil"))
        .exclude(pk__in=programme.pupils.values("pupil"))
        .order_by("name_key", "pk")[:MOST_OFFERED]
    )


def days_of(programme: HolidayProgramme) -> list[Intervention]:
    """Give the days that were held, with their places and specialists, in order."""
    return list(
        Intervention.objects.kept()
        .filter(pk__in=programme.days.values("intervention"))
        .prefetch_related("places", "specialists__post__specialist")
        .order_by("held_on", "pk")
    )
