from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one value: why, and how to mend it. A `warning` is shown and does not reject the row."""

    column: str
    value: str
    reason: str
    suggestion: str = ""
    warning: bool = False


@dataclass(slots=True)
class Row:
    """One row of the sheet, by the sheet's own number.

    `values` holds what was read, by column: a blank cell is None, and a column that the file lacks, or whose value was
    rejected, is absent. (So a file without a column says nothing about it.)
    """

    number: int
    values: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)

    def lacks(self, column: str) -> bool:
        """Say whether nothing was given for the column: blank or not in the file, and no problem said of it yet."""
        return self.values.get(column) is None and all(problem.column != column for problem in self.problems)

    @property
    def rejected(self) -> bool:
        return any(not problem.warning for problem in self.problems)


class BadValue(Exception):
    """Raised by a parser: the value is rejected for `reason`; `suggestion` is what could stand there instead."""

    def __init__(self, reason: str, suggestion: str = "") -> None:
        self.reason = reason
        self.suggestion = suggestion
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Given by a parser in place of a value that is taken, but with a warning."""

    value: Any
    reason: str
    suggestion: str = ""
