"""The words in which a measure is declared: which facts it counts, broken down by what, printed how.

Figures and lineage both read these declarations, so a cell's lineage is the same facts that made the cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

Value = bool | str
SITES: Final = "sites"  # the one breakdown whose categories are the taskforce's own


@dataclass(frozen=True)
class Facts:
    """Some facts of one kind.

    kind      the kind of fact, a name of `reporting.facts.KINDS`
    where     the dimensions and the values they must have
    total     the dimension to add up; None counts the facts
    distinct  the dimension (or "pupil_id") of which each value counts once, such as the person behind two posts
    """

    kind: str
    where: Mapping[str, Value] = field(default_factory=dict)
    total: str | None = None
    distinct: str | None = None


@dataclass(frozen=True)
class Figure:
    """One statistic of a row.

    statistic, unit   as the CSV prints them
    facts             what it counts, adds up, or lists
    per               the facts of the denominator, for a percentage or ratio
    per_whole         the denominator is the same for every category: a share of A1, not of the category's row
    opening           the field of the return that holds the opening balance to add
    """

    statistic: str
    unit: str
    facts: Facts
    per: Facts | None = None
    per_whole: bool = False
    opening: str = ""


@dataclass(frozen=True)
class By:
    """A breakdown: its name in the CSV, the dimensions it groups by, and the categories of each.

    several   one fact can be in several categories, such as a referral with two reasons
    """

    name: str
    dimensions: tuple[str, ...]
    categories: tuple[tuple[str, ...] | str, ...]
    several: bool = False


@dataclass(frozen=True)
class Row:
    """One row, or with `by` one row a category. A row of its own may name its breakdown and category."""

    figures: tuple[Figure, ...]
    by: By | None = None
    breakdown: str = "all"
    category: str = "all"


@dataclass(frozen=True)
class Measure:
    """One measure of the template: what is asked for, and the sentence that defines it."""

    id: str
    title: str
    definition: str
    rows: tuple[Row, ...]

    @property
    def section(self) -> str:
        """The section's letter."""
        return self.id[0]


def count(facts: Facts, unit: str, opening: str = "") -> Figure:
    """The number of the facts."""
    return Figure("count", unit, facts, opening=opening)


def hours(facts: Facts, opening: str = "") -> Figure:
    """The facts' minutes as hours."""
    return Figure("hours", "hours", facts, opening=opening)


def percent(facts: Facts, per: Facts, *, per_whole: bool = False) -> Figure:
    """The facts as a share of others."""
    return Figure("percent", "percent", facts, per, per_whole)
