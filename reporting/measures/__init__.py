"""The templates of the return, by version: a later one is added beside it, never edited over it."""

from typing import Final

from . import engagement, hours, pupils, referrals, team
from .declaring import Figure, Measure, Row

TEMPLATE: Final = "apst-1"
TEMPLATES: Final[dict[str, tuple[Measure, ...]]] = {
    "apst-1": (*pupils.MEASURES, *engagement.MEASURES, *hours.MEASURES, *team.MEASURES, *referrals.MEASURES),
}
SECTIONS: Final = {
    "A": "Pupils supported",
    "B": "Engagement",
    "C": "Hours and sessions",
    "D": "The team",
    "E": "Referrals, triage and waiting",
    "F": "Outcomes",
    "G": "Training and holidays",
}


def measure(template: str, measure_id: str) -> Measure:
    """Give one measure of a template; raises KeyError where there is none."""
    for one in TEMPLATES[template]:
        if one.id == measure_id:
            return one
    raise KeyError(measure_id)


def figure_of(template: str, measure_id: str, breakdown: str, category: str, statistic: str) -> tuple[Row, Figure]:
    """Give the row and the figure that a cell was made from; raises KeyError where the template has none."""
    for row in measure(template, measure_id).rows:
        if (row.by.name if row.by else row.breakdown) != breakdown:
            continue
        if not row.by and breakdown == "basis" and row.category != category:
            continue
        for figure in row.figures:
            if figure.statistic == statistic:
                return row, figure
    raise KeyError((measure_id, breakdown, category, statistic))
