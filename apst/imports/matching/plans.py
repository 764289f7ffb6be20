"""What is to become of a row: the plan that a preview shows and that an import carries out."""

import datetime as dt
import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from django.db import models

from apst.accounts.models import Membership
from apst.imports.ledger import Ledger
from apst.imports.reading.problems import Problem, Row
from apst.imports.reading.writing import Outcome

_LARGEST: dict[type[Any], int] = {models.PositiveSmallIntegerField: 32_767, models.PositiveIntegerField: 2_147_483_647}
Models = tuple[type[models.Model], ...]


@dataclass(frozen=True)
class Options:
    """How an import is to be taken.

    today       the day of the import
    as_at       the day on which facts hold whose row names none
    correction  facts replace what was held, for the past too
    by          the membership of whoever imports; None: the taskforce's system
    """

    today: dt.date
    as_at: dt.date
    correction: bool = False
    by: Membership | None = None


@dataclass(slots=True)
class Plan:
    """One row and what becomes of it. `changes` pairs each column that changes with its old and new text."""

    row: Row
    reference: str
    found: Any = None  # the record held, None where the row adds one
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    pupils: tuple[int, ...] = ()
    extra: Any = None  # what the matcher keeps for its own writing

    @property
    def outcome(self) -> Outcome:
        """Add, change, unchanged or rejected."""
        if any(not problem.warning for problem in self.problems):
            return "rejected"
        if self.found is None:
            return "add"
        return "change" if self.changes else "unchanged"

    def reject(self, column: str, value: object, reason: str, suggestion: str = "") -> None:
        """Reject the row for one value."""
        self.problems.append(Problem(column, shown(value), reason, suggestion))

    def warn(self, column: str, value: object, reason: str, suggestion: str = "") -> None:
        """Say something of one value without rejecting the row."""
        self.problems.append(Problem(column, shown(value), reason, suggestion, warning=True))

    def change(self, column: str, before: object, after: object) -> None:
        """Note that a column changes."""
        self.changes[column] = (shown(before), shown(after))


class Matcher(Protocol):
    """Holds the rows of one kind against what the taskforce holds, and writes what was planned."""

    writes: ClassVar[Models]  # every model of which it writes records

    def __init__(self, options: Options) -> None:
        """Take how the import is to be taken."""

    @property
    def rows_at_a_time(self) -> int | None:
        """How many rows it takes at once; None: the whole file, because its rows bear on each other."""

    @property
    def notes(self) -> list[str]:
        """What to know of the file as a whole, once it was planned."""

    def plan(self, rows: list[Row]) -> list[Plan]:
        """Plan rows that reading did not reject, in their order."""

    def write(self, plans: Sequence[Plan], ledger: Ledger) -> None:
        """Carry out plans that add or change."""

    def finish(self) -> None:
        """What follows from the whole import, such as who sees which case."""


@dataclass(frozen=True)
class Field:
    """One column of a kind that is one attribute of a model.

    held, put  where the two are not the same value: how the record tells it in the file's terms, and how it is set
    """

    column: str
    attribute: str
    held: Callable[[Any], Any] | None = None
    put: Callable[[Any, Any], None] | None = None

    def read(self, record: Any) -> Any:
        """Give what the record holds, in the file's terms."""
        return self.held(record) if self.held else getattr(record, self.attribute)

    def write(self, record: Any, value: Any) -> None:
        """Set it."""
        if self.put:
            self.put(record, value)
        else:
            setattr(record, self.attribute, value)


def shown(value: object) -> str:
    """Give a value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, tuple | list):
        return ";".join(shown(each) for each in value)
    return str(value)


def fit(plan: Plan, model: type[models.Model], fields: Iterable[Field]) -> None:
    """Reject what the record has no room for."""
    for each in fields:
        value = plan.row.values.get(each.column)
        if value is None:
            continue
        kept: Any = model._meta.get_field(each.attribute)
        longest = getattr(kept, "max_length", None)
        if isinstance(value, str) and longest and not kept.choices and len(value) > longest:
            plan.reject(each.column, value, f"is longer than {longest} characters.")
        largest = _LARGEST.get(type(kept))
        if isinstance(value, int | Decimal) and largest and value > largest:
            plan.reject(each.column, value, f"is more than {largest:,}.")


def differ(plan: Plan, fields: Iterable[Field]) -> None:
    """Note every column that the row gives and that the record holds otherwise. A blank cell says nothing."""
    for each in fields:
        value = plan.row.values.get(each.column)
        if value is not None and (held := each.read(plan.found)) != value:
            plan.change(each.column, held, value)


def put(plan: Plan, record: Any, fields: Iterable[Field]) -> Any:
    """Set on the record what the row gives; gives the record."""
    for each in fields:
        value = plan.row.values.get(each.column)
        if value is not None:
            each.write(record, value)
    return record


def nearest(text: str, known: Iterable[str]) -> str:
    """Give what is written most like `text`, "" when nothing is near."""
    near = difflib.get_close_matches(text, list(known), n=1, cutoff=0.6)
    return near[0] if near else ""
