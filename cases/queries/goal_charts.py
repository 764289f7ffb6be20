"""A goal's scores as a small chart."""

from apst.web.charts import Chart, Series, lines
from cases.models.plans import HIGHEST

from .plans import GoalLine


def chart_of(line: GoalLine) -> Chart | None:
    """Give the chart of a goal's scores over its reviews; None while there is only one point."""
    goal = line.goal
    points = [(f"{review.held_on:%-d %b}", float(score)) for review, score in line.scores]
    if goal.baseline is not None:
        points.insert(0, ("Start", float(goal.baseline)))
    if len(points) < 2:
        return None
    names, values = zip(*points, strict=True)
    return lines(
        "Scores",
        "From 0 to 10, at the start and at each review.",
        list(names),
        [Series("Score", list(values))],
        unit="out of 10",
        category="When",
        top=HIGHEST,
    )
