"""The rows behind one figure, in the reader's own scope, and how many more there are that they may not see.

The facts are found by the same declaration that made the figure. Row-level security leaves out the facts of rows
that the reader may not see; the cell says how many there are in all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import BigIntegerField, Min, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from .figures import CORE_TYPES_WANTED
from .measures import figure_of
from .measures.declaring import By, Facts, Figure
from .models import MIReturn, ReturnCell, ReturnFact

PAGE: Final = 25


@dataclass(frozen=True)
class FactList:
    """One list of facts behind a figure: the rows of a count, or the numerator or denominator of a ratio.

    facts, amount  how many there are in all, and what they come to (restricted ones included)
    """

    name: str
    declared: Facts
    visible: QuerySet[ReturnFact]
    facts: int
    amount: int

    def visible_count(self) -> int:
        """How many of them the reader may see."""
        return self.visible.count()

    def visible_amount(self) -> int:
        """What those come to: their minutes, days or hundredths; their number where nothing is added up."""
        if not self.declared.total:
            return self.visible_count()
        amount = Cast(KeyTextTransform(self.declared.total, "dimensions"), BigIntegerField())
        return int(self.visible.aggregate(total=Sum(amount))["total"] or 0)

    def page(self, *, after: int = 0, before: int = 0) -> tuple[list[ReturnFact], int | None, int | None]:
        """Give one page of the facts, and the ids from which the previous and the next page are asked for.

        after, before  the id that the page starts after, or ends before; 0 for none
        """
        rows = self.visible.order_by("pk")
        if before:
            found = list(rows.filter(pk__lt=before).order_by("-pk")[: PAGE + 1])
            more_before, found = len(found) > PAGE, found[:PAGE][::-1]
            return found, found[0].pk if more_before and found else None, found[-1].pk if found else None
        found = list(rows.filter(pk__gt=after)[: PAGE + 1])
        more, found = len(found) > PAGE, found[:PAGE]
        return found, found[0].pk if after and found else None, found[-1].pk if more else None


@dataclass(frozen=True)
class Lineage:
    """What stands behind one cell."""

    cell: ReturnCell
    figure: Figure
    lists: list[FactList] = field(default_factory=list)
    opening: int = 0


def lineage_of(mi_return: MIReturn, cell: ReturnCell) -> Lineage:
    """Give the lists of facts behind a cell, in the reader's own scope."""
    row, figure = figure_of(mi_return.template, cell.measure, cell.breakdown, cell.category, cell.statistic)
    where = _where(row.by, cell.category)
    opening = getattr(mi_return, figure.opening) if figure.opening else 0
    numerator = FactList("rows", figure.facts, _facts(mi_return, figure.facts, where), cell.facts, cell.amount)
    lists = [numerator]
    if figure.per:
        per = _facts(mi_return, figure.per, {} if figure.per_whole else where)
        lists.append(FactList("base", figure.per, per, cell.base_facts, cell.denominator or 0))
    return Lineage(cell, figure, lists, opening)


def _where(by: By | None, category: str) -> Mapping[str, Any]:
    if by is None:
        return {}
    if by.several:
        return {by.dimensions[0]: [category]}
    return dict(zip(by.dimensions, category.split("|") if len(by.dimensions) > 1 else [category], strict=True))


def _facts(mi_return: MIReturn, facts: Facts, where: Mapping[str, Any]) -> QuerySet[ReturnFact]:
    found = ReturnFact.objects.filter(
        mi_return=mi_return, kind=facts.kind, dimensions__contains={**facts.where, **where}
    )
    if not facts.distinct:
        return found
    key = "pupil_id" if facts.distinct == "pupil_id" else KeyTextTransform(facts.distinct, "dimensions")
    # One fact stands for each person, type or pupil: the earliest.
    firsts = found.order_by().annotate(once=Cast(key, BigIntegerField()) if key == "pupil_id" else key)
    return ReturnFact.objects.filter(pk__in=firsts.values("once").annotate(first=Min("pk")).values("first"))


def answers_at_least_four(cell: ReturnCell) -> bool:
    """True for D3's second row, which says yes or no over the same list."""
    return cell.breakdown == "at_least_four" and (cell.amount >= CORE_TYPES_WANTED) == (cell.category == "yes")
