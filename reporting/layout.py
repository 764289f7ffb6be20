"""The return as readable tables: sections, measures, tables of cells. Page, workbook and PDF all show these."""

from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from apst.codelists import label

from .figures import Cell
from .measures import SECTIONS, measure
from .measures.categories import CODE_LISTS

BREAKDOWNS: Final = {
    "all": "Group",
    "year_group": "Year group",
    "sex": "Sex",
    "ethnicity_group": "Ethnicity",
    "tier": "Tier",
    "sen_provision": "SEN provision",
    "sen_primary_need": "Primary need",
    "csc_status": "Children's social care",
    "activity_type": "Activity",
    "specialist_type": "Specialist type",
    "activity_type|specialist_type": "Activity and specialist type",
    "location": "Location",
    "site": "Site",
    "employment": "Employment",
    "source": "Who referred",
    "route": "Route",
    "reason": "Reason",
    "outcome": "Outcome",
    "basis": "Basis",
    "at_least_four": "At least four",
}
CATEGORIES: Final = {
    "all": "All",
    "not_recorded": "Not recorded",
    "none": "No case, or no tier",
    "per_pupil": "Per supported pupil",
    "per_fte": "Per full-time equivalent",
    "yes": "Yes",
    "no": "No",
}
STATISTICS: Final = {
    "percent": "%",
    "hours": "Hours",
    "fte": "FTE",
    "median": "Median",
    "p90": "90th percentile",
}
UNITS: Final = {
    "pupils": "Pupils",
    "percent": "%",
    "hours": "Hours",
    "sessions": "Sessions",
    "places": "Places",
    "people": "People",
    "fte": "FTE",
    "types": "Types",
    "referrals": "Referrals",
    "school_days": "School days",
    "points": "Points",
}


class Words:
    """The words for codes."""

    def breakdown(self, name: str) -> str:
        """The heading of a breakdown."""
        return BREAKDOWNS.get(name, name)

    def category(self, breakdown: str, category: str) -> str:
        """The words for one category of a one-way breakdown."""
        if breakdown == "sex" and category == "not_recorded":
            return CATEGORIES["not_recorded"]
        if breakdown in CODE_LISTS and category not in ("not_recorded", *(("none",) if breakdown == "tier" else ())):
            return label(CODE_LISTS[breakdown], category)
        return (
            category
            if breakdown in ("site", "ethnicity_group") and category != "not_recorded"
            else CATEGORIES.get(category, category)
        )

    def statistic(self, cell: Cell) -> str:
        """The heading of a statistic: what is counted, or how it is measured."""
        if cell.statistic == "percent" and cell.measure == "C5":
            return "% of places attended"
        if cell.statistic == "percent" and cell.measure == "C3":
            return "% of hours"
        words = STATISTICS.get(cell.statistic) or UNITS[cell.unit]
        return f"{words}, school days" if cell.unit == "school_days" else words


@dataclass(frozen=True)
class Line:
    """One row of a table: its heading and its cells, one for each column."""

    words: str
    cells: list[Cell]


@dataclass(frozen=True)
class Table:
    """One table: a breakdown of a measure. A two-way breakdown has its second dimension in the columns."""

    caption: str
    stub: str
    columns: list[str]
    lines: list[Line]
    breakdown: str

    @property
    def by(self) -> str:
        """The words for what it is broken down by, inside a sentence."""
        words = BREAKDOWNS.get(self.breakdown, self.breakdown)
        return words if words.startswith(("SEN", "Children")) else words.lower()

    @property
    def is_wide(self) -> bool:
        """True where it has more columns than stand on a phone or an upright page."""
        return len(self.columns) > 4


@dataclass(frozen=True)
class MeasureTables:
    """One measure with its tables, the figures for everything first."""

    id: str
    title: str
    definition: str
    tables: list[Table]

    @property
    def headline(self) -> Table | None:
        """The table of the figures for everything, None where the measure has only a breakdown."""
        return next((t for t in self.tables if t.breakdown == "all"), None)

    @property
    def broken_down(self) -> list[Table]:
        """The other tables."""
        return [t for t in self.tables if t.breakdown != "all"]


@dataclass(frozen=True)
class Section:
    """One section of the return."""

    letter: str
    title: str
    measures: list[MeasureTables] = field(default_factory=list)


def sections(template: str, cells: list[Cell], words: Words) -> list[Section]:
    """Give the sections that have figures; every cell stands in exactly one table.

    cells  in the return's order
    """
    found: list[Section] = []
    for measure_id, of_measure in groupby(cells, key=lambda c: c.measure):
        declared = measure(template, measure_id)
        tables = [
            _table(declared.title, name, list(rows), words)
            for name, rows in groupby(of_measure, key=lambda c: c.breakdown)
        ]
        if not found or found[-1].letter != declared.section:
            found.append(Section(declared.section, SECTIONS[declared.section]))
        found[-1].measures.append(MeasureTables(declared.id, declared.title, declared.definition, tables))
    return found


def _table(title: str, breakdown: str, cells: list[Cell], words: Words) -> Table:
    if "|" in breakdown:
        return _two_way(title, breakdown, cells, words)
    lines = [
        Line(words.category(breakdown, category), list(rows))
        for category, rows in groupby(cells, key=lambda c: c.category)
    ]
    columns = [words.statistic(cell) for cell in lines[0].cells]
    caption = title if breakdown == "all" else f"{title}: {words.breakdown(breakdown)}"
    return Table(caption, words.breakdown(breakdown), columns, lines, breakdown)


def _two_way(title: str, breakdown: str, cells: list[Cell], words: Words) -> Table:
    """The longer dimension makes the rows, so that the table is as narrow as it can be."""
    across, down = breakdown.split("|")
    grid: dict[str, list[Cell]] = {}
    headings: dict[str, str] = {}
    for cell in cells:
        column, row = cell.category.split("|")
        headings.setdefault(column, words.category(across, column))
        grid.setdefault(row, []).append(cell)
    lines = [Line(words.category(down, row), of_row) for row, of_row in grid.items()]
    return Table(
        f"{title}: {words.breakdown(breakdown)}", words.breakdown(down), list(headings.values()), lines, breakdown
    )
