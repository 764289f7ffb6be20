"""What components/table.html is told, and how a list is sorted by links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict


@dataclass(frozen=True)
class Heading:
    """The heading of a column; with an address it sorts, `direction` says how it sorts now."""

    text: str
    numeric: bool = False
    href: str = ""
    direction: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell: a link when it has an address, a quiet second line, a tag's colour when it is a status."""

    text: Any
    href: str = ""
    second: str = ""
    colour: str = ""


def sortable(text: str, key: str, *, now: str, params: QueryDict, numeric: bool = False) -> Heading:
    """A heading that sorts by `key`, or the other way round when `now` (the `sort` of the address) is already `key`.

    The link keeps the filters of the address and starts again at the first page.
    """
    direction = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    target = params.copy()
    for page in ("after", "before", "page"):
        target.pop(page, None)
    target["sort"] = f"-{key}" if now == key else key
    return Heading(text, numeric, f"?{target.urlencode()}", direction)
