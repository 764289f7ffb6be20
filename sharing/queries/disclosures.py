"""The register of disclosures: what left the taskforce, or was refused; and what a partner has seen, for recall."""

import datetime as dt
from typing import Any

from django.db.models import Count, F, Func, Max, Min, Prefetch, Q, QuerySet

from sharing.models import Disclosure, DisclosureRecord, Partner

SHOWN = (Disclosure.Outcome.ALLOW, Disclosure.Outcome.ALLOW_WITHOUT)


def register(
    *,
    partner: Partner | None = None,
    case: str = "",
    way: str = "",
    outcome: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> QuerySet[Disclosure]:
    """Give the disclosures that the reader may see, the last first. case: a case's reference, whole."""
    asked = Q()
    if partner:
        asked &= Q(partner=partner)
    if way:
        asked &= Q(way=way)
    if outcome:
        asked &= Q(outcome=outcome)
    if since:
        asked &= Q(made_at__date__gte=since)
    if until:
        asked &= Q(made_at__date__lte=until)
    if case:
        records = DisclosureRecord.objects.filter(case__reference__iexact=case.strip())
        asked &= Q(pk__in=records.values("disclosure"))
    records = DisclosureRecord.objects.select_related("case").order_by("pk")
    rows = Disclosure.objects.filter(asked).select_related("partner", "agreement", "made_by")
    return rows.prefetch_related(Prefetch("records", records)).order_by("-pk")


def own_looks() -> QuerySet[Disclosure]:
    """Give what the guest who asks was shown or refused, the last first; the membership is not joined: guests read
    their own only, and of a case that is shared no more not even its reference.
    """
    records = DisclosureRecord.objects.select_related("case").order_by("pk")
    return Disclosure.objects.select_related("agreement").prefetch_related(Prefetch("records", records)).order_by("-pk")


def seen_by(partner: Partner) -> list[dict[str, Any]]:
    """Give what a partner has been shown, a line for each case: for recall. Two queries.

    Each line has case (id), reference, times, first, last, people, categories and records (how many ids by table is
    in the register's export).
    """
    shown = DisclosureRecord.objects.filter(disclosure__partner=partner, disclosure__outcome__in=SHOWN)
    lines = list(
        shown.values("pupil_id", "case_id", reference=F("case__reference"))
        .annotate(
            times=Count("disclosure", distinct=True),
            first=Min("disclosure__made_at"),
            last=Max("disclosure__made_at"),
            people=Count("disclosure__made_by", distinct=True),
        )
        .order_by("-last")
    )
    seen: dict[tuple[int, int | None], set[str]] = {}
    each = shown.annotate(category=Func(F("categories"), function="unnest"))
    for pupil, case, category in each.values_list("pupil_id", "case_id", "category").distinct():
        seen.setdefault((pupil, case), set()).add(category)
    return [{**line, "categories": seen.get((line["pupil_id"], line["case_id"]), set())} for line in lines]
