"""Day 6, as the table in `apst/docs/guide/day-six.md` works it out: an exclusions officer checks the same page."""

import datetime as dt
import re
from dataclasses import dataclass

import pytest
from django.conf import settings

from apst.places.calendar import DateOutsideCalendar, SchoolCalendar
from apst.places.models import HALF_TERMS, CalendarEntry
from cases import day_six
from cases.day_six import Child, Excluded

PAGE = (settings.BASE_DIR / "apst/docs/guide/day-six.md").read_text()
BORN = dt.date(2012, 3, 14)
SAID = re.compile(
    r"(?P<kind>permanent|lunchtimes|suspension of (?P<many>\d+) half-days)"
    r" (?P<when>from the morning of|from the afternoon of|part-way through) \w{3} (?P<day>\d+ \w{3} \d{4})"
)
KINDS = {"permanent": "PERM", "lunchtimes": "LNCH"}
SESSIONS = {"from the morning of": "am", "from the afternoon of": "pm", "part-way through": "part_way"}


def table(heading: str) -> list[list[str]]:
    """The cells of a table of the page, without its heading and rule."""
    rows = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ")[0].splitlines()
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if row.startswith("|")][2:]


def day(words: str) -> dt.date:
    return dt.datetime.strptime(f"{words} +0000", "%d %b %Y %z").date()


def calendar(half_terms: str, closed: str) -> SchoolCalendar:
    entries = []
    for name, span in zip(HALF_TERMS, half_terms.split("; "), strict=True):
        first, last = map(dt.date.fromisoformat, span.split(" to "))
        entries.append(
            CalendarEntry(academic_year="2026-27", kind="half_term", name=name, starts_on=first, ends_on=last)
        )
    entries += [
        CalendarEntry(academic_year="2026-27", kind="inset", name="", starts_on=one, ends_on=one)
        for one in map(dt.date.fromisoformat, closed.split("; "))
    ]
    return SchoolCalendar(entries)


CALENDARS = {name: calendar(half_terms, closed) for name, half_terms, closed in table("The calendars")}


@dataclass
class Example:
    """One row of the page."""

    number: str
    story: str
    calendar: str
    said: str
    day_one: str
    reading_a: str
    reading_b: str
    follows: str

    @property
    def exclusions(self) -> list[Excluded]:
        return [
            Excluded(
                KINDS.get(found["kind"], "SUSP"),
                day(found["day"]),
                SESSIONS[found["when"]],
                int(found["many"]) if found["many"] else None,
            )
            for found in SAID.finditer(self.said)
        ]

    @property
    def child(self) -> Child:
        born = re.search(r"born (\d+ \w{3} \d{4})", self.story)
        over = re.search(r"exams over on (\d+ \w{3} \d{4})", self.story)
        return Child(
            day(born[1]) if born else BORN, day(over[1]) if over else None, "EHC plan with fewer" in self.story
        )


EXAMPLES = [Example(*row) for row in table("The examples")]


def said(one: dt.date) -> str:
    return f"{one:%a} {one.day} {one:%b %Y}"


def test_the_page_has_examples_enough_and_loses_none_in_reading():
    assert len(EXAMPLES) >= 25
    assert [example.number for example in EXAMPLES] == [str(n + 1) for n in range(len(EXAMPLES))]
    assert all(len(example.exclusions) == example.said.count(";") + 1 for example in EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.number)
def test_an_example_comes_out_as_it_is_written(example):
    school = CALENDARS[example.calendar]

    runs = day_six.runs(example.exclusions, school)
    *_, last = [run for run in runs if run[0].category != "LNCH"] or runs

    found = day_six.day_six(last, school, example.child)

    assert said(found.day_one) == example.day_one
    assert said(found.reading_a) == example.reading_a
    assert ("the same" if found.reading_b == found.reading_a else said(found.reading_b)) == example.reading_b
    due = f"education by {said(found.due_on)}"
    assert (f"no duty: {found.why_not}" if found.why_not else due) == example.follows


def test_a_day_beyond_the_calendar_is_not_guessed():
    late = Excluded("PERM", dt.date(2027, 7, 20))
    with pytest.raises(DateOutsideCalendar):
        day_six.day_six((late,), CALENDARS["Hillside"], Child(BORN))
