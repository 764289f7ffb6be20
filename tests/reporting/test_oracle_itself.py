"""The oracle against a hand-worked example, against a library's bank holidays, and against itself."""

import ast
import csv
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import holidays
import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import load_workbook

from tests.oracle import folder, generate
from tests.oracle.cells import half_up, middle_and_p90
from tests.oracle.compare import as_csv, differences
from tests.oracle.files import standing
from tests.oracle.mi_return import HEADINGS, Opening, Refused, Row, figures
from tests.oracle.school_days import Calendar, bank_holidays

ORACLE = Path(generate.__file__).parent
EXAMPLE = ORACLE / "example"
NOTHING = {"0", "0.00", "z"}


def example() -> list[Row]:
    return figures(
        EXAMPLE,
        "2025-26/autumn-1",
        taskforce="Elm Lane (invented)",
        la_code="384",
        urn="900001",
        today=date(2025, 11, 10),
        opening=Opening(pupils=10, hours="250", on=date(2025, 6, 30)),
    )


def rows_of(made: folder.Made) -> list[Row]:
    with TemporaryDirectory() as place:
        return folder.oracle_rows(made.write(Path(place)), made, taskforce="Elm Lane", la_code="384")


# --- by hand ---


def test_the_oracle_agrees_with_the_example_worked_out_by_hand():
    with (EXAMPLE / "expected.csv").open(encoding="utf-8", newline="") as file:
        by_hand = [tuple(row) for row in csv.reader(file)][1:]

    rows = example()
    something = [row[5:] for row in rows if row[5:] in by_hand or row.value not in NOTHING]

    assert something == by_hand
    assert len(rows) == 447
    assert {row[:5] for row in rows} == {("apst-1", "Elm Lane (invented)", "900001", "384", "2025-26/autumn-1")}


def test_every_figure_of_the_example_is_explained():
    readme = (EXAMPLE / "README.md").read_text(encoding="utf-8")

    with (EXAMPLE / "expected.csv").open(encoding="utf-8", newline="") as file:
        measures = dict.fromkeys(row["measure"] for row in csv.DictReader(file))

    assert [measure for measure in measures if f"**{measure}" not in readme] == []


# --- its parts ---


def test_the_oracle_imports_nothing_but_the_standard_library_and_itself():
    found = set()
    for name in ("mi_return.py", "cells.py", "files.py", "school_days.py", "compare.py"):
        for node in ast.walk(ast.parse((ORACLE / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add("." if node.level else node.module)

    assert {module for module in found if module.partition(".")[0] not in sys.stdlib_module_names} == {"."}


@pytest.mark.parametrize("year", range(2015, 2040))
def test_bank_holidays_are_those_of_the_library(year):
    library = holidays.country_holidays("GB", subdiv="ENG", years=year)

    assert {d for d in bank_holidays(year) if d.weekday() < 5} == {d for d in library if d.weekday() < 5}


@pytest.mark.parametrize(
    ("amount", "decimals", "printed"),
    [
        (Fraction(1, 2), 0, "1"),
        (Fraction(49, 100), 0, "0"),
        (Fraction(25, 2), 0, "13"),
        (Fraction(33, 8), 2, "4.13"),
        (Fraction(1, 200), 2, "0.01"),
        (Fraction(3), 2, "3.00"),
        (Fraction(1999, 2000), 2, "1.00"),
    ],
)
def test_rounding_is_half_up(amount, decimals, printed):
    assert half_up(amount, decimals) == printed


@pytest.mark.parametrize(
    ("numbers", "median", "p90"),
    [
        ([], "z", "z"),
        ([3], "3", "3"),
        ([4, 3], "3.5", "4"),
        ([5, 1, 3], "3", "5"),
        (list(range(1, 11)), "5.5", "9"),
        (list(range(1, 12)), "6", "10"),
        (list(range(20)), "9.5", "17"),
    ],
)
def test_median_and_nearest_rank(numbers, median, p90):
    assert [cell[4] for cell in middle_and_p90("E3", numbers)] == [median, p90]


def test_an_undone_decision_and_its_undoing_count_nowhere():
    on = date(2024, 9, 2)
    decisions = [(on, "waiting_list"), (on, "accepted"), (on, "undone"), (on, "declined")]

    assert standing(decisions) == [(on, "waiting_list"), (on, "declined")]


def own(year_starts: date, *, third_year: bool = False) -> Calendar:
    return folder.own_calendar(folder.calendar_table(year_starts, third_year=third_year))


@pytest.mark.parametrize(
    ("year_starts", "period", "first", "last"),
    [
        (date(2024, 9, 4), "2023-24/autumn-1", date(2023, 9, 1), date(2023, 10, 29)),
        (date(2024, 9, 4), "2023-24/summer-2", date(2024, 6, 3), date(2024, 8, 31)),
        (date(2024, 8, 28), "2023-24/summer-2", date(2024, 6, 3), date(2024, 8, 27)),
        (date(2024, 8, 28), "2024-25/autumn-1", date(2024, 8, 28), date(2024, 11, 3)),
        (date(2024, 9, 4), "2024-25/autumn", date(2024, 9, 1), date(2025, 1, 5)),
        (date(2024, 9, 4), "2024-25", date(2024, 9, 1), date(2025, 8, 31)),
    ],
)
def test_periods(year_starts, period, first, last):
    assert own(year_starts).period(period) == (first, last)


@pytest.mark.parametrize(
    ("first", "second", "days"),
    [
        (date(2024, 3, 28), date(2024, 4, 2), 1),  # Good Friday, a weekend and Easter Monday between
        (date(2023, 9, 1), date(2023, 9, 5), 1),  # the 4th is INSET
        (date(2024, 1, 17), date(2024, 1, 23), 1),  # a closure of three school days
        (date(2024, 9, 6), date(2024, 9, 16), 6),  # an establishment's own closure does not count
        (date(2024, 10, 23), date(2024, 11, 4), 2),  # the last day is INSET, then a holiday
        (date(2024, 9, 9), date(2024, 9, 9), 0),
        (date(2024, 9, 10), date(2024, 9, 9), 0),
    ],
)
def test_school_days(first, second, days):
    assert own(date(2024, 9, 4)).school_days_from(first, second) == days


def test_a_period_without_calendar_and_a_day_outside_every_year_are_refused():
    calendar = own(date(2024, 9, 4))
    table = [row for row in folder.calendar_table(date(2024, 9, 4), third_year=False) if row.get("name") != "spring-1"]

    with pytest.raises(Refused, match="2025-26/autumn-1"):
        calendar.period("2025-26/autumn-1")
    with pytest.raises(Refused, match="2024-25/spring-1"):
        folder.own_calendar(table).period("2024-25/autumn-2")
    with pytest.raises(Refused, match="2023-08-31"):
        calendar.school_days_from(date(2023, 8, 31), date(2023, 9, 5))


# --- on random data ---

RANDOM = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@RANDOM
@given(generate.folders())
def test_totals_hold_together(made):
    rows = {tuple(row[5:9]): row for row in rows_of(made)}

    def total(measure: str, breakdown: str, statistic: str = "count") -> int:
        return sum(int(row.value) for k, row in rows.items() if k[:2] == (measure, breakdown) and k[3] == statistic)

    a1 = total("A1", "all")
    assert [total("A1", breakdown) for breakdown in ("year_group", "sex", "ethnicity_group", "tier")] == [a1] * 4
    assert (total("A3", "sen_provision"), total("A5", "csc_status")) == (a1, a1)
    assert total("A2", "all") >= a1 + made.opening.pupils
    assert rows["A3", "all", "all", "percent"].numerator == str(total("A3", "sen_primary_need"))
    assert total("C5", "activity_type") == total("C5", "all")
    assert total("E1", "source") == total("E1", "route") == total("E1", "all") <= total("E1", "reason")
    assert total("E2", "outcome") == total("E2", "all")
    assert sum(int(r.numerator) for k, r in rows.items() if k[:2] == ("D2", "specialist_type")) == int(
        rows["D2", "all", "all", "fte"].numerator
    )


@RANDOM
@given(generate.folders())
def test_no_two_rows_share_a_place_and_their_number_follows_from_the_lists(made):
    rows = rows_of(made)

    assert max(Counter(row[5:9] for row in rows).values()) == 1
    assert len(rows) == 445 + len(made.sites)
    assert [row.measure for row in rows] == sorted(row.measure for row in rows)


@RANDOM
@given(generate.folders())
def test_the_spelling_of_a_file_changes_nothing(made):
    assert rows_of(replace(made, plain=True)) == rows_of(replace(made, plain=False))


def test_random_folders_bring_every_measure_to_life():
    """A figure that is never but nought would test nothing in the engine that is compared with it."""
    alive = Counter()

    @settings(RANDOM, max_examples=360)
    @given(generate.folders())
    def look(made):
        alive.update({(row.measure, row.breakdown, row.statistic) for row in rows_of(made) if row.value not in NOTHING})

    look()

    places = {(row.measure, row.breakdown, row.statistic) for row in example()}
    assert {place: alive[place] for place in places if alive[place] < 3} == {}


def test_a_big_folder_is_the_same_each_time(tmp_path):
    size = {"sessions": 300, "pupils": 40, "specialists": 8}
    one = generate.big_folder(tmp_path / "one", **size, seed=7, xlsx=False)
    two = generate.big_folder(tmp_path / "two", **size, seed=7)
    three = generate.big_folder(tmp_path / "three", **size, seed=8, xlsx=False)

    assert one == two != three
    assert {path.suffix for path in (tmp_path / "two").iterdir()} == {".csv", ".xlsx"}
    for kind in folder.KINDS:
        sheet = load_workbook(tmp_path / "two" / f"{kind}.xlsx").worksheets[0]
        with (tmp_path / "two" / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
            for cells, texts in zip(sheet.values, csv.reader(file), strict=True):
                cells = [cell.date() if isinstance(cell, datetime) else cell for cell in cells]
                assert [folder.written("", cell, plain=True) for cell in cells] == texts[: len(cells)]
                assert not any(texts[len(cells) :])


# --- the comparison ---


def test_a_return_as_it_should_be_has_no_differences():
    rows = example()
    beyond = rows[-1]._replace(measure="F2", breakdown="destination", category="custody", statistic="count")

    assert differences(rows, "\ufeff" + as_csv([HEADINGS, *rows, beyond])) == []


def test_each_kind_of_difference_is_named():
    rows = example()
    at = {row[5:9]: n for n, row in enumerate(rows)}
    b3, b1 = at["B3", "all", "all", "percent"], at["B1", "all", "all", "count"]
    changed = [*rows[:b3], rows[b3]._replace(value="61"), *rows[b3 + 1 :]]
    swapped = [*rows[:b1], rows[b1 + 1], rows[b1], *rows[b1 + 2 :]]

    def found(actual: list[Row]) -> list[str]:
        return differences(rows, as_csv([HEADINGS, *actual]))

    assert found(changed) == ["B3 (percent): value should be '60' and is '61'."]
    assert found(rows[1:]) == ["A1 (count) is missing (expected 4)."]
    assert found([*rows, rows[-1]._replace(category="x", breakdown="y")]) == [
        "E5 by y, x (p90) should not be there (it says 5)."
    ]
    assert found([*rows, rows[-1]]) == ["E5 (p90) is there 2 times."]
    assert found(swapped) == ["The order differs: B1 (count) comes too late."]
    assert differences(rows, as_csv([HEADINGS, *rows]).replace("\r\n", "\n")) == [
        "The text is no CSV with CRLF and quotes only where needed."
    ]
    assert differences(rows, "") == ["The headings are missing, not " + str(list(HEADINGS)) + "."]
