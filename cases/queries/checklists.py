"""Reading the needs checklist: the last fillings side by side, and on the timeline."""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F, Prefetch, QuerySet

from apst.codelists import codes, label
from apst.people.models import Pupil
from apst.tenancy.context import Member
from cases.models import Case, ChecklistItem, NeedsAnswer, NeedsCheck

from .timeline import Entry, Kind

MOST_COMPARED: Final = 4


@dataclass(frozen=True)
class Answer:
    """An answer as it is compared: `change` says how it differs from the filling before, "" where it does not."""

    words: str
    comment: str
    change: str


@dataclass(frozen=True)
class Comparison:
    """The last fillings side by side, the oldest first: what was asked, and each filling's answer or None."""

    checks: list[NeedsCheck]
    rows: list[tuple[ChecklistItem, list[Answer | None]]]


def checks_of(pupil: Pupil | int) -> list[NeedsCheck]:
    """Give the fillings of a pupil that stand, with their answers, the latest first."""
    answers = Prefetch("answers", NeedsAnswer.objects.select_related("item").order_by("item__position", "item"))
    return list(
        NeedsCheck.objects.filter(pupil=pupil, struck_at__isnull=True)
        .select_related("written_by")
        .prefetch_related(answers)
    )


def compare(checks: list[NeedsCheck]) -> Comparison:
    """Put the last fillings side by side. checks: the latest first."""
    last = checks[:MOST_COMPARED][::-1]
    given = [{answer.item_id: answer for answer in check.answers.all()} for check in last]
    items = {answer.item_id: answer.item for one in given for answer in one.values()}
    rows = []
    for item in sorted(items.values(), key=lambda item: (item.position, item.pk)):
        found = [one.get(item.pk) for one in given]
        rows.append((item, [_answer(now, found[:n]) for n, now in enumerate(found)]))
    return Comparison(last, rows)


def _answer(now: NeedsAnswer | None, before: list[NeedsAnswer | None]) -> Answer | None:
    if now is None:
        return None
    known = [_rank(one) for one in before if one is not None and _rank(one) is not None]
    change = ""
    if known and (rank := _rank(now)) is not None and rank != known[-1]:
        change = "more need than before" if rank > (known[-1] or 0) else "less need than before"
    return Answer(label("need_levels", now.level), now.comment, change)


def _rank(answer: NeedsAnswer) -> int | None:
    rank = codes("need_levels")[answer.level]["rank"]
    return int(rank) if rank else None


def _rows(case: Case) -> QuerySet[Any, Any]:
    return NeedsCheck.objects.filter(case=case, struck_at__isnull=True).annotate(
        day=F("filled_on"), moment=F("written_at")
    )


def _entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    said = {}
    found = NeedsCheck.objects.filter(public_id__in=rows).select_related("written_by")
    for row in found.prefetch_related(Prefetch("answers", NeedsAnswer.objects.select_related("item"))):
        high = [answer.item.words for answer in row.answers.all() if answer.level == "high"]
        some = [answer.item.words for answer in row.answers.all() if answer.level == "some"]
        lines = [f"{words}: {', '.join(items)}" for words, items in (("High need", high), ("Some need", some)) if items]
        said[row.public_id] = Entry(
            title="Needs checklist",
            at=row.filled_on,
            written_at=row.written_at,
            by=row.written_by.name if row.written_by else "",
            by_id=row.written_by_id,
            lines=lines or ["No need was seen."],
            href=f"/cases/{case.public_id}/assessments/#needs",
            tag={"text": "Needs", "colour": "turquoise"},
            category="outcomes",
        )
    return said


KIND: Final = Kind("needs", "Needs checklists", _rows, _entries)
