"""The field's code lists as data: one CSV each, first column the code, second the label.

A list is added to, never renamed: a code that has been used stays.
"""

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@cache
def codes(name: str) -> dict[str, dict[str, str]]:
    """Give the rows of `name`.csv by code, in the list's own order; raises FileNotFoundError for an unknown list."""
    with (HERE / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        key = (reader.fieldnames or ["code"])[0]
        return {row[key]: row for row in reader}


@cache
def choices(name: str) -> list[tuple[str, str]]:
    """Give (code, label) pairs for a form or a model field; a code without a label shows itself."""
    return [(code, row["label"] or code) for code, row in codes(name).items()]


def label(name: str, code: str | None) -> str:
    """Give the label of one code, the code itself where the list has none, and "" for None or blank."""
    if not code:
        return ""
    return codes(name).get(code, {}).get("label") or code


@cache
def codes_where(name: str, column: str, value: str = "yes") -> frozenset[str]:
    """Give the codes whose `column` holds `value`, such as the direct activity types."""
    return frozenset(code for code, row in codes(name).items() if row[column] == value)


@cache
def instruments() -> dict[str, dict[str, Any]]:
    """Give the shipped instruments of assessment by code: scales, informants, band sets with their sources."""
    listed: dict[str, dict[str, Any]] = json.loads((HERE / "instruments.json").read_text(encoding="utf-8"))
    return listed
