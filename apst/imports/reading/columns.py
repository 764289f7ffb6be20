"""What a kind of file is made of. Preview, help page, template and API are all drawn from it."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from apst.imports.reading.problems import Problem, Row

Values = dict[str, Any]
Parser = Callable[[str], object]
Rule = Callable[[Row], Iterator[Problem]]


@dataclass(frozen=True)
class Column:
    """One column: how its text is read, and what a person should know of it."""

    name: str
    read: Parser
    meaning: str
    example: str = ""
    needed: bool = False
    may_be_to_come: bool = True  # False: a date after today is rejected

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Give the (code, label) pairs that the column takes, none where it is free."""
        return getattr(self.read, "choices", ())


@dataclass(frozen=True)
class Unique:
    """What no two rows of a file may share: the second is rejected at `column`. `of` gives None for "not compared"."""

    column: str
    of: Callable[[Values], Hashable | None]


@dataclass(frozen=True)
class Kind:
    """One kind of file of spec/imports.md."""

    name: str
    title: str
    columns: tuple[Column, ...]
    unique: tuple[Unique, ...]
    rules: tuple[Rule, ...] = ()
    either: tuple[str, ...] = ()  # of these columns one is needed
    reference: str = "reference"  # the column that a report calls the row by

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.needed)

    def column(self, name: str) -> Column:
        """Give a column by its name; raises KeyError for one that the kind has not."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def missing(self, found: set[str]) -> list[str]:
        """Give the needed columns that are not among `found`, as they are said to a person."""
        missing = [name for name in self.needed if name not in found]
        if self.either and not found & set(self.either):
            missing.append(" or ".join(self.either))
        return missing


def each(column: str) -> Unique:
    """Make the value of `column` unique within a file."""
    return Unique(column, lambda values: values.get(column))
