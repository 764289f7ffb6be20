"""Published national averages of what a taskforce costs, as data: each with its year and its source."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "benchmarks.csv"


@dataclass(frozen=True)
class Average:
    """One published average, in pounds."""

    category: str
    pounds: int
    period: str
    source: str


@cache
def averages() -> dict[str, Average]:
    """Give the published averages by their category, such as "taskforce_manager"."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [
            Average(row["category"], int(row["value"]), row["period"], row["source"]) for row in csv.DictReader(file)
        ]
    return {row.category: row for row in rows}
