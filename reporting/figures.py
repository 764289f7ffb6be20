"""The figures of a return: GROUP BYs over its facts, as the measures declare them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from django.db import connection

from apst.places.calendar import Period

from .measures import TEMPLATES
from .measures.declaring import SITES, By, Facts, Figure, Measure, Row
from .rounding import half_up, median, p90

NOT_APPLICABLE: Final = "z"
CORE_TYPES_WANTED: Final = 4


@dataclass(frozen=True)
class Cell:
    """One figure, as every format shows it; the last three say what it was made of (see ReturnCell)."""

    position: int
    measure: str
    breakdown: str
    category: str
    statistic: str
    value: str
    numerator: int | None
    denominator: int | None
    unit: str
    amount: int = 0
    facts: int = 0
    base_facts: int = 0


@dataclass(frozen=True)
class Total:
    """What some facts come to: how many they are, and the sum of their amount (the same number where none is named)."""

    facts: int = 0
    amount: int = 0


Totals = dict[tuple[str, ...], Total]
Made = tuple[str, int | None, int | None, Total, int]  # value, numerator, denominator, what it was made of, base facts
NOTHING: Final = Total()


class Reckoning:
    """The figures of one period, once its facts are told.

    sites   the taskforce's sites in name order
    opening the opening balance by the name of the return's field: pupils, minutes
    """

    def __init__(self, template: str, period: Period, *, sites: list[str], opening: dict[str, int]) -> None:
        self.template, self.opening = template, opening
        self.days = (period.ends_on - period.starts_on).days + 1
        self.sites = (*sorted(sites), "not_recorded")
        self._kept: dict[Any, Totals] = {}

    def cells(self) -> list[Cell]:
        """Give every cell in the order of the return."""
        made = (
            cell for measure in TEMPLATES[self.template] for row in measure.rows for cell in self._row(measure, row)
        )
        return [Cell(position, *cell) for position, cell in enumerate(made, 1)]

    def _row(self, measure: Measure, row: Row) -> Iterator[tuple[Any, ...]]:
        for key in self._keys(row.by):
            breakdown, category = (row.by.name, "|".join(key)) if row.by else (row.breakdown, row.category)
            for figure in row.figures:
                value, numerator, denominator, total, base = self._figure(figure, row, key)
                if breakdown == "at_least_four":
                    # D3's second row says yes or no, and counts itself.
                    category, value = ("yes" if total.amount >= CORE_TYPES_WANTED else "no"), "1"
                yield (
                    measure.id, breakdown, category, figure.statistic, value, numerator, denominator, figure.unit,
                    total.amount, total.facts, base,
                )  # fmt: skip

    def _keys(self, by: By | None) -> Iterator[tuple[str, ...]]:
        if by is None:
            yield ()
            return
        yield from product(*(self.sites if each == SITES else each for each in by.categories))

    def _figure(self, figure: Figure, row: Row, key: tuple[str, ...]) -> Made:
        total = self._totals(figure.facts, row.by).get(key, NOTHING)
        amount = total.amount + self.opening.get(figure.opening, 0)
        if figure.statistic in ("median", "p90"):
            values = self._values(figure.facts)
            said = (median if figure.statistic == "median" else p90)(values) if values else NOT_APPLICABLE
            return said, None, None, total, 0
        if figure.per:
            base = self._totals(figure.per, None if figure.per_whole else row.by).get(
                () if figure.per_whole else key, NOTHING
            )
            return self._ratio(figure, amount, base.amount), amount, base.amount, total, base.facts
        if figure.statistic == "fte":
            whole = 100 * self.days
            return half_up(amount, whole, 2), amount, whole, total, 0
        if figure.statistic == "hours":
            return half_up(amount, 60, 2), None, None, total, 0
        return str(amount), None, None, total, 0

    def _ratio(self, figure: Figure, amount: int, base: int) -> str:
        if not base:
            return NOT_APPLICABLE
        if figure.statistic == "percent":
            return half_up(100 * amount, base, 0)
        if figure.per and figure.per.total == "fte_days":
            # Minutes over hundredths of FTE x days, brought to hours over FTE.
            return half_up(amount * 100 * self.days, 60 * base, 2)
        return half_up(amount, 60 * base, 2)

    def _totals(self, facts: Facts, by: By | None) -> Totals:
        """One GROUP BY for each set of facts and breakdown."""
        key = (facts.kind, tuple(facts.where.items()), facts.total, facts.distinct, by.name if by else "")
        if key not in self._kept:
            self._kept[key] = self._group(facts, by)
        return self._kept[key]

    def _group(self, facts: Facts, by: By | None) -> Totals:
        columns = [f"unnest({c})" if by and by.several else c for c in (by.dimensions if by else ())]
        number = f"count(distinct {facts.distinct})" if facts.distinct else "count(*)"
        amount = f"coalesce(sum({facts.total}), 0)::bigint" if facts.total else number
        group = f" group by {', '.join(str(n) for n in range(1, len(columns) + 1))}" if columns else ""
        where, values = conditions(facts)
        with connection.cursor() as cursor:
            chosen = ", ".join([*columns, number, amount])
            # Names are the declarations' own; only values are parameters.
            sql = f"select {chosen} from fact_{facts.kind}{where}{group}"  # noqa: S608 - as said above
            cursor.execute(sql, values)
            rows = cursor.fetchall()
        return {row[:-2]: Total(row[-2], row[-1]) for row in rows}

    def _values(self, facts: Facts) -> list[int]:
        where, values = conditions(facts)
        with connection.cursor() as cursor:
            cursor.execute(f"select {facts.total} from fact_{facts.kind}{where} order by 1", values)  # noqa: S608 - as above
            return [row[0] for row in cursor.fetchall()]


def conditions(facts: Facts) -> tuple[str, list[Any]]:
    """Give the WHERE over the columns of a temporary table, with its values."""
    if not facts.where:
        return "", []
    return " where " + " and ".join(f"{name} = %s" for name in facts.where), list(facts.where.values())
