"""Reads a folder of import files (spec/imports.md) into plain records, with the standard library alone.

A kind comes in one file or several, imported in this order: `pupils.csv`, `pupils-2.csv`, `pupils-3.csv`...
A cell that is empty in a later file says nothing and erases nothing.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

CODE_LISTS = Path(__file__).parents[2] / "apst" / "codelists"
FACTS = ("sen_provision", "sen_primary_need", "fsm", "csc_status")


class Cells(dict[str, str]):
    """One row of a file. `row["local_id"]` finds the cell under `Local ID` or `local-id`; an absent column is empty."""

    def __missing__(self, column: str) -> str:
        return self.get(bare(column), "")


def bare(heading: str) -> str:
    """ "Column names match whatever their case, spaces, hyphens or underscores." """
    return re.sub(r"[\s_-]", "", heading).casefold()


# --- one cell -------------------------------------------------------------------------------------------------


@cache
def code_list(name: str) -> list[dict[str, str]]:
    """The rows of a code list, in the list's order."""
    with (CODE_LISTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def spellings(name: str) -> dict[str, str]:
    """Every way to write a value of a code list (its code, or its label, in any case), with the code it means."""
    codes = code_list(name)
    labels = {row["label"].casefold(): row["code"] for row in codes if row["label"]}
    return labels | {row["code"].casefold(): row["code"] for row in codes}


SPELLINGS = {
    column: spellings(name)
    for column, name in {
        "specialist_type": "specialist_types",
        "employment": "employment",
        "sex": "sex",
        "ethnicity": "ethnicity",
        "year_group": "year_groups",
        "sen_provision": "sen_provision",
        "sen_primary_need": "sen_needs",
        "csc_status": "csc_status",
        "source": "referral_sources",
        "route": "referral_routes",
        "reasons": "referral_reasons",
        "triage_outcome": "triage_outcomes",
        "tier": "tiers",
        "case_end_reason": "case_end_reasons",
        "activity_type": "activity_types",
        "location": "locations",
        "attendance": "session_attendance",
    }.items()
}


def code(column: str, cell: str) -> str:
    """The code that a cell means; an empty cell means none ("")."""
    return SPELLINGS[column][cell.casefold()] if cell else ""


def day(cell: str) -> date | None:
    """`2025-09-05` or `5/9/2025` (5 September); an empty cell is no date."""
    if not cell:
        return None
    if "/" in cell:
        d, m, y = cell.split("/")
    else:
        y, m, d = cell.split("-")
    return date(int(y), int(m), int(d))


def minutes(row: Cells) -> int:
    """The duration in whole minutes: minutes, `1:30`, `1h 30m` under `duration`; decimal hours under `hours`."""
    if row["hours"]:
        exact = Fraction(row["hours"]) * 60
        assert exact.denominator == 1, f"{row['hours']} hours are no whole minutes"
        return int(exact)
    cell = row["duration"].casefold()
    if cell.isdigit():
        return int(cell)
    if ":" in cell:
        hours, rest = cell.split(":")
        return int(hours) * 60 + int(rest)
    match = re.fullmatch(r"(?:(\d+)\s*h)?\s*(?:(\d+)\s*(?:m|mins?)?)?", cell)
    assert match, f"{cell!r} is no duration"
    return int(match[1] or 0) * 60 + int(match[2] or 0)


def parts(cell: str) -> list[str]:
    """`;` separates several values in a cell."""
    return [part.strip() for part in cell.split(";") if part.strip()]


# --- whole files ----------------------------------------------------------------------------------------------


def files_of(folder: Path, kind: str) -> list[Path]:
    """The files of one kind, in the order in which they are imported."""
    found = [path for path in folder.glob("*.csv") if re.fullmatch(rf"{kind}(-\d+)?", path.stem)]
    return sorted(found, key=lambda path: int(path.stem.partition("-")[2] or 1))


def rows(folder: Path, kind: str) -> Iterator[Cells]:
    """Every row of every file of a kind, in the order of import, with trimmed values."""
    for path in files_of(folder, kind):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for cells in csv.DictReader(file):
                yield Cells({bare(heading): (value or "").strip() for heading, value in cells.items()})


def merged(folder: Path, kind: str, key: str) -> dict[str, Cells]:
    """One row a key: what later files say is laid over what earlier ones said."""
    whole: dict[str, Cells] = {}
    for row in rows(folder, kind):
        whole.setdefault(row[key], Cells()).update({heading: value for heading, value in row.items() if value})
    return whole


# --- records --------------------------------------------------------------------------------------------------


@dataclass
class Post:
    person: str  # "the same email (or, without one, the same reference) is the same person"
    specialist_type: str
    fte_hundredths: int
    start: date
    end: date | None
    employment: str

    def in_post_during(self, first: date, last: date) -> bool:
        """`end_date` is the last day in post."""
        return self.start <= last and (self.end is None or self.end >= first)

    def days_in_post(self, first: date, last: date) -> int:
        """Calendar days in post from first to last, both inclusive."""
        start, end = max(self.start, first), min(self.end or last, last)
        return max(0, (end - start).days + 1)


@dataclass
class Pupil:
    date_of_birth: date
    sex: str
    ethnicity: str
    leaving_date: date | None
    year_offset: int = 0  # years ahead of (or, negative, behind) the age
    facts: dict[str, list[tuple[date, str]]] = field(default_factory=lambda: {fact: [] for fact in FACTS})

    def fact_on(self, fact: str, on: date) -> str:
        """The value in force on a day. "The earliest known value reaches back before it was recorded." """
        history = self.facts[fact]
        if not history:
            return "not_recorded"
        in_force = [value for since, value in history if since <= on]
        return in_force[-1] if in_force else history[0][1]

    def year_on(self, on: date) -> int:
        """Age on 31 August before the academic year, less four, plus the pupil's own offset; 0 is Reception."""
        return year_by_age(self.date_of_birth, on) + self.year_offset


@dataclass
class Referral:
    pupil: str
    received: date
    source: str
    route: str
    reasons: list[str]
    decisions: list[tuple[date, str]]  # in order, neither undone ones nor their undoing
    case: "Case | None"


@dataclass
class Case:
    reference: str
    pupil: str
    tier: str
    opened: date
    ended: date | None
    end_reason: str

    def is_open_during(self, first: date, last: date) -> bool:
        """ "A case is open on its first and on its last day." """
        return self.opened <= last and (self.ended is None or self.ended >= first)


@dataclass
class Session:
    date: date
    minutes: int
    activity_type: str
    location: str
    site: str
    out_of_school_hours: bool
    specialists: list[str]  # references of posts
    places: list[tuple[str, str]]  # pupil, session_attendance


@dataclass
class Records:
    calendar: list[Cells]
    posts: dict[str, Post]
    pupils: dict[str, Pupil]
    referrals: dict[str, Referral]
    cases: list[Case]  # without those opened in error, which count in no measure and end no waiting
    sessions: list[Session]
    sites: list[str]  # in name order


def year_by_age(born: date, on: date) -> int:
    """Age on the 31 August before the academic year that `on` lies in, less four."""
    before = on.year - 1 if (on.month, on.day) < (9, 1) else on.year
    age = before - born.year - ((born.month, born.day) > (8, 31))
    return age - 4


def read(folder: Path, today: date, sites: tuple[str, ...] = ()) -> Records:
    """All records. `today` is the day of the import, for facts without `as_at`; `sites` are there without sessions."""
    referrals = read_referrals(folder)
    sessions = [read_session(row) for row in merged(folder, "sessions", "reference").values()]
    cases = [referral.case for referral in referrals.values() if referral.case]
    return Records(
        calendar=[row for row in rows(folder, "calendar") if not row["establishment_urn"]],
        posts={ref: read_post(row) for ref, row in merged(folder, "specialists", "reference").items()},
        pupils=read_pupils(folder, today),
        referrals=referrals,
        cases=[case for case in cases if case.end_reason != "opened_in_error"],
        sessions=sessions,
        sites=sorted({session.site for session in sessions if session.site} | set(sites)),
    )


def read_post(row: Cells) -> Post:
    hundredths = Fraction(row["fte"]) * 100
    assert hundredths.denominator == 1, f"FTE {row['fte']} has more than two decimals"
    return Post(
        person=row["email"].casefold() or row["reference"],
        specialist_type=code("specialist_type", row["specialist_type"]),
        fte_hundredths=int(hundredths),
        start=day(row["start_date"]),
        end=day(row["end_date"]),
        employment=code("employment", row["employment"]),
    )


def read_pupils(folder: Path, today: date) -> dict[str, Pupil]:
    """ "Facts that differ from what is held are a change from `as_at` (or today)." """
    pupils = {
        local_id: Pupil(
            date_of_birth=day(row["date_of_birth"]),
            sex=code("sex", row["sex"]),
            ethnicity=code("ethnicity", row["ethnicity"]),
            leaving_date=day(row["leaving_date"]),
        )
        for local_id, row in merged(folder, "pupils", "local_id").items()
    }
    for row in rows(folder, "pupils"):
        pupil = pupils[row["local_id"]]
        as_at = day(row["as_at"]) or today
        for fact in FACTS:
            value = code(fact, row[fact]) if fact in SPELLINGS else row[fact].casefold()
            if value in ("", "not_recorded") or value == pupil.fact_on(fact, as_at):
                continue
            history = dict(pupil.facts[fact]) | {as_at: value}
            pupil.facts[fact] = sorted(history.items())
        if row["year_group"]:
            year = code("year_group", row["year_group"])
            pupil.year_offset = (0 if year == "R" else int(year)) - year_by_age(pupil.date_of_birth, as_at)
    return pupils


def read_referrals(folder: Path) -> dict[str, Referral]:
    """ "A referral's outcome is one decision on `triaged_on`; importing another outcome later adds a decision." """
    decided: dict[str, list[tuple[date, str]]] = {}
    for row in rows(folder, "referrals"):
        decisions = decided.setdefault(row["reference"], [])
        if row["triage_outcome"]:
            decision = (day(row["triaged_on"]), code("triage_outcome", row["triage_outcome"]))
            if decision not in decisions:
                decisions.append(decision)
    referrals = {}
    for reference, row in merged(folder, "referrals", "reference").items():
        opened = day(row["case_opened_on"])
        referrals[reference] = Referral(
            pupil=row["pupil_local_id"],
            received=day(row["received_on"]),
            source=code("source", row["source"]),
            route=code("route", row["route"]),
            reasons=[code("reasons", part) for part in parts(row["reasons"])],
            decisions=standing(decided[reference]),
            case=opened
            and Case(
                reference=reference,
                pupil=row["pupil_local_id"],
                tier=code("tier", row["tier"]),
                opened=opened,
                ended=day(row["case_ended_on"]),
                end_reason=code("case_end_reason", row["case_end_reason"]),
            ),
        )
    return referrals


def standing(decisions: list[tuple[date, str]]) -> list[tuple[date, str]]:
    """ "A decision that was undone, and its undoing, count nowhere." By day, then as imported."""
    stands: list[tuple[date, str]] = []
    for decision in sorted(decisions, key=lambda decision: decision[0]):
        if decision[1] != "undone":
            stands.append(decision)
        elif stands:
            stands.pop()
    return stands


def read_session(row: Cells) -> Session:
    """ "A bare `local_id` in `pupils` of a session means `attended`." """
    places = [part.partition(":") for part in parts(row["pupils"])]
    return Session(
        date=day(row["date"]),
        minutes=minutes(row),
        activity_type=code("activity_type", row["activity_type"]),
        location=code("location", row["location"]),
        site=row["site"],
        out_of_school_hours=row["out_of_school_hours"].casefold() == "yes",
        specialists=parts(row["specialists"]),
        places=[(pupil.strip(), code("attendance", status.strip() or "attended")) for pupil, _, status in places],
    )
