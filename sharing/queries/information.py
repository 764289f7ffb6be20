"""Reading what others told of a pupil, and what they were asked."""

import uuid
from typing import Any, Final

from django.db.models import F, QuerySet
from django.utils.timezone import localdate

from apst.codelists import label
from apst.tenancy.context import Member
from cases.models import Case
from cases.queries.timeline import Entry, Kind
from sharing.models import AgreementCategory, InformationItem, InformationRequest

from .shared import Terms, words_of

THIRD_PARTY: Final = {"text": "Third party", "colour": "orange"}


def information_of(case: Case) -> list[InformationItem]:
    """Give what others told of a case’s pupil, struck out rows too, the latest first."""
    return list(InformationItem.objects.filter(case=case).select_related("written_by", "partner"))


def requests_of(case: Case) -> list[InformationRequest]:
    """Give what was asked of others on a case: what waits first, the longest due first."""
    rows = InformationRequest.objects.filter(case=case).select_related("written_by")
    return sorted(rows, key=lambda row: (bool(row.outcome), row.due_on))


def waiting() -> "QuerySet[InformationRequest]":
    """Give the requests that nobody has answered, of open and ended cases alike, the longest due first."""
    rows = InformationRequest.objects.filter(outcome="")
    return rows.select_related("case__pupil", "written_by").order_by("due_on", "pk")


def overdue() -> "QuerySet[InformationRequest]":
    """Give those whose day is past."""
    return waiting().filter(due_on__lt=localdate())


def state_words(asked: InformationRequest) -> tuple[str, str]:
    """Give (words, colour of the tag) for where a request stands."""
    if asked.outcome:
        colour = {"given": "green", "refused": "red", "nothing": "grey"}[asked.outcome]
        return asked.get_outcome_display(), colour
    return ("Overdue", "red") if asked.due_on < localdate() else ("Waiting", "blue")


def told_by_me(case: Case) -> list[InformationItem]:
    """Give what the guest who asks has told of a case, the latest first; the database leaves them only their own."""
    return list(InformationItem.objects.filter(case=case))


def to_supply(terms: list[Terms]) -> list[tuple[Terms, str, str]]:
    """Give (terms, category, words) for all that a guest’s organisation may tell of a case, under which agreement.

    Of several agreements that let it supply one category, the first of `terms`.
    """
    first: dict[int, Terms] = {}
    for one in terms:
        first.setdefault(one.agreement, one)
    rows = AgreementCategory.objects.filter(agreement__in=first, partner_supplies=True)
    by_category: dict[str, Terms] = {}
    for key, one in first.items():
        for row in rows:
            if row.agreement_id == key:
                by_category.setdefault(row.category, one)
    return [(one, code, words_of([code])[0]) for code, one in by_category.items()]


def lines_of(item: InformationItem) -> list[str]:
    """Give what goes with the text wherever it is shown: that it is another’s, whose, and whether it may go on."""
    came = f"From {item.source}{f', {item.system}' if item.system else ''}"
    return [
        f"Third-party information. {came}",
        f"{label('data_categories', item.category)}. {item.get_reliability_display()}",
        f"Passing on: {item.get_onward_display()}",
    ]


def _rows(case: Case) -> "QuerySet[Any, Any]":
    return InformationItem.objects.filter(case=case, struck_at__isnull=True).annotate(
        day=F("learnt_on"), moment=F("written_at")
    )


def _entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    return {
        row.public_id: Entry(
            title=f"{row.source} told us",
            at=row.learnt_on,
            written_at=row.written_at,
            by=row.written_by.name if row.written_by else "",
            by_id=row.written_by_id,
            text=row.text,
            lines=lines_of(row),
            href=f"/sharing/cases/{case.public_id}/information/",
            tag=THIRD_PARTY,
            category=row.category,
            # Another’s words stand on none of our papers and in no file.
            restricted=True,
        )
        for row in InformationItem.objects.filter(public_id__in=rows).select_related("written_by")
    }


KIND: Final = Kind("information", "From others", _rows, _entries)
