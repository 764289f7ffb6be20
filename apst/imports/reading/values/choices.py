"""Values out of a list: the code or its label, in any case."""

import csv
import difflib
from dataclasses import dataclass, field
from functools import cache

from apst import codelists
from apst.imports.reading.problems import BadValue

_NEAR = 0.6


@dataclass(frozen=True)
class Choice:
    """A parser for one value out of `choices`, pairs of code and label; it gives the code."""

    choices: tuple[tuple[str, str], ...]
    also: dict[str, str] = field(default_factory=dict)  # other ways of writing a code, already plain
    _codes: dict[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # A code wins over another code's label.
        labels = {plain(label): code for code, label in self.choices if label}
        object.__setattr__(self, "_codes", self.also | labels | {plain(code): code for code, _ in self.choices})

    def __call__(self, text: str) -> str:
        code = self._codes.get(text) or self._codes.get(plain(text))
        if code is None:
            raise BadValue("is not in the list.", self.nearest(text))
        return code

    def nearest(self, text: str) -> str:
        """Give the code whose code or label is written most like `text`, "" when none is near."""
        wanted = plain(text)
        begins = [known for known in self._codes if len(wanted) > 3 and known.startswith(wanted)]
        near = begins[:1] or difflib.get_close_matches(wanted[:200], self._codes, n=1, cutoff=_NEAR)
        return self._codes[near[0]] if near else ""


def plain(text: str) -> str:
    """Give a code or label as it is compared: no matter the case, and whether _ - or spaces part the words."""
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())


def from_list(name: str, *, also: dict[str, str] | None = None, and_code: tuple[str, str] | None = None) -> Choice:
    """Give a parser for the code list `name`; `and_code` adds one code and label that the list itself has not."""
    extra = (and_code,) if and_code else ()
    return Choice((*codelists.choices(name), *extra), also or {})


@cache
def local_authorities() -> Choice:
    """Give a parser for the three-digit codes or the names of local authorities."""
    with (codelists.HERE / "la_codes.tsv").open(encoding="utf-8-sig", newline="") as file:
        return Choice(tuple((row["la_code"], row["la_name"]) for row in csv.DictReader(file, delimiter="\t")))


YES_NO = Choice(
    (("yes", "Yes"), ("no", "No")), {"y": "yes", "true": "yes", "1": "yes", "n": "no", "false": "no", "0": "no"}
)


def yes_no(text: str) -> bool:
    """Read yes or no (y, n, true, false, 1, 0, and a workbook's tick boxes)."""
    try:
        return YES_NO(text) == "yes"
    except BadValue:
        raise BadValue("is neither yes nor no.") from None


def year_group() -> Choice:
    """Give a parser for year groups: 9, Year 9, Y9, Yr 9; R or Reception."""
    also = {"0": "R", "y0": "R", "yr": "R", "year r": "R", "year 0": "R"}
    for code in codelists.codes("year_groups"):
        if code.isdigit():
            also |= {
                f"{word}{number}": code
                for word in ("", "y", "y ", "yr", "yr ", "year", "year ")
                for number in (code, f"0{code}")
            }
    return from_list("year_groups", also=also)
