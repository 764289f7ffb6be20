"""Reading induction, supervision, and who is out alone."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from apst.people.models import InductionItem, InductionTick, LoneVisit, Specialist, Supervision
from apst.tenancy.context import Member


def induction_items() -> list[InductionItem]:
    """Give the checklist in its order, without what is retired."""
    return list(InductionItem.objects.filter(retired_on__isnull=True))


@dataclass(frozen=True)
class Induction:
    """How far one specialist's induction is: each item with its tick, where it has one."""

    specialist: Specialist
    items: list[tuple[InductionItem, InductionTick | None]]

    @property
    def done(self) -> int:
        """How many items are ticked."""
        return sum(tick is not None for _, tick in self.items)

    @property
    def is_complete(self) -> bool:
        """True where nothing is left to do."""
        return self.done == len(self.items)


def inductions(specialists: Sequence[Specialist]) -> list[Induction]:
    """Give the induction of each specialist (two queries)."""
    items = induction_items()
    ticks = {
        (tick.specialist_id, tick.item_id): tick
        for tick in InductionTick.objects.filter(specialist__in=specialists).select_related("ticked_by")
    }
    return [Induction(one, [(item, ticks.get((one.pk, item.pk))) for item in items]) for one in specialists]


def people_in_post(day: dt.date | None = None) -> QuerySet[Specialist]:
    """Give who holds a post on a day (today) or will, by name."""
    day = day or localdate()
    return Specialist.objects.filter(
        Q(posts__end_date__isnull=True) | Q(posts__end_date__gte=day), posts__isnull=False
    ).distinct()


def supervision_of(specialists: Sequence[Specialist], day: dt.date | None = None) -> dict[int, list[Supervision]]:
    """Give specialist id -> the arrangements that hold on a day (today), clinical first (one query)."""
    day = day or localdate()
    rows = Supervision.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day), specialist__in=specialists, starts_on__lte=day
    )
    found: dict[int, list[Supervision]] = {}
    for row in rows:
        found.setdefault(row.specialist_id, []).append(row)
    return found


def own_visit(member: Member) -> LoneVisit | None:
    """Give the visit that a member is out on, None where they are not out."""
    return LoneVisit.objects.filter(member=member.membership_id, back_at__isnull=True).first()


def visits_out() -> QuerySet[LoneVisit]:
    """Give everybody who is out alone, as far as the reader may know, who is expected first first."""
    return LoneVisit.objects.filter(back_at__isnull=True).select_related("member").order_by("expected_back_at", "pk")


def visits_alarmed() -> QuerySet[LoneVisit]:
    """Give those for whom the alarm was raised and who are still not back."""
    return visits_out().filter(alarmed_at__isnull=False)
