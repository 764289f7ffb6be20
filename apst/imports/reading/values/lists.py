"""Cells that hold several values, separated by semicolons."""

from dataclasses import dataclass, field
from typing import NamedTuple

from apst.imports.reading.problems import BadValue, Doubtful
from apst.imports.reading.values.choices import Choice, from_list
from apst.imports.reading.values.identifiers import local_id, reference
from apst.imports.reading.values.tidying import starts_a_formula, tidy

WEEKDAYS = Choice(
    (("mon", "Monday"), ("tue", "Tuesday"), ("wed", "Wednesday"), ("thu", "Thursday"), ("fri", "Friday"),
     ("sat", "Saturday"), ("sun", "Sunday")),
    {"tues": "tue", "weds": "wed", "thur": "thu", "thurs": "thu"},
)  # fmt: skip


class NamedPupil(NamedTuple):
    """A pupil named in a session: their local id and the code of `session_attendance`."""

    local_id: str
    attendance: str


@dataclass(frozen=True)
class Several:
    """A parser for several choices; it gives their codes in the file's order, each once."""

    one: Choice
    choices: tuple[tuple[str, str], ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "choices", self.one.choices)

    def __call__(self, text: str) -> tuple[str, ...] | Doubtful:
        codes = []
        for item in _items(text):
            try:
                codes.append(self.one(item))
            except BadValue as error:
                raise BadValue(f"“{item}” is not in the list{_commas(text)}.", error.suggestion) from None
        once = tuple(dict.fromkeys(codes))
        return once if len(once) == len(codes) else Doubtful(once, "names one twice; it is taken once.")


def references(text: str) -> tuple[str, ...]:
    """Read several references; one that comes twice is rejected."""
    found = tuple(reference(item) for item in _items(text))
    _refuse_twice(found)
    return found


def named_pupils(text: str) -> tuple[NamedPupil, ...]:
    """Read the pupils of a session: `P014;P020:did_not_attend`. A bare local id means attended."""
    found = tuple(_named_pupil(item) for item in _items(text))
    _refuse_twice([pupil.local_id for pupil in found])
    return found


_ATTENDANCE = from_list("session_attendance")


def _named_pupil(item: str) -> NamedPupil:
    if ":" not in item:
        return NamedPupil(local_id(item), "attended")
    name, _, attendance = item.partition(":")
    name, attendance = tidy(name), tidy(attendance)
    if not name or not attendance:
        raise BadValue(f"“{item}” lacks the pupil or the attendance beside its colon.")
    try:
        return NamedPupil(local_id(name), _ATTENDANCE(attendance))
    except BadValue as error:
        suggestion = f"{name}:{error.suggestion}" if error.suggestion else ""
        raise BadValue(f"“{item}” has an attendance that is not in the list.", suggestion) from None


def _items(text: str) -> list[str]:
    items = [item for part in text.split(";") if (item := tidy(part))]
    if not items:
        raise BadValue("holds semicolons and nothing between them.")
    for item in items:
        if starts_a_formula(item):
            raise BadValue(f"“{item}” begins with = + - or @, as a formula does.")
    return items


def _refuse_twice(found: tuple[str, ...] | list[str]) -> None:
    if len(set(found)) < len(found):
        twice = next(each for index, each in enumerate(found) if each in found[:index])
        raise BadValue(f"names {twice} twice.")


def _commas(text: str) -> str:
    return "; semicolons, not commas, separate several" if "," in text and ";" not in text else ""
