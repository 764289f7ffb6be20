"""The bench on a tiny world: every line is measured. How fast anything is, no test says: machines differ."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from apst.demo.bench.measuring import Line, Sheet, Times
from apst.demo.bench.pages import PAGES
from apst.demo.bench.reading import READS
from apst.demo.bench.returns import by_hand
from apst.demo.bench.scale import SMALL, WHOLE, person_id

OTHER_LINES = (
    "opening a taskforce at", "floor: rows", "floor: one",
    "a case with 60 sessions beside one with 3", "case list, page ",
    "request with an open taskforce", "the same with the access log's entry", "audited insert", "audited update",
    "audited insert of",
    "COPY and INSERT under the policies", "the same with the audit, beside COPY", "figures over",
    "the whole return over",
    "import of", "page while its taskforce imports: Today", "page while its taskforce imports: case list",
    "the return over what was imported",
    "the agenda writes itself", "meeting: agenda", "meeting: item of a case", "meeting: actions", "meeting: clocks",
)  # fmt: skip


@pytest.fixture(scope="module")
def printed() -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", "bench", "--small", "--rounds", "1"],
        cwd=settings.BASE_DIR, env={**os.environ, "DEBUG": "1"},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_a_tiny_run_prints_every_line(printed):
    rows = [line.split(" | ") for line in printed.splitlines() if line.startswith("| ")][2:]
    names = [row[0].removeprefix("| ") for row in rows]

    expected = [
        *(f"SQL at 60 cases: {name}" for name, *_ in READS),
        *(f"page: {name}, {role}" for name, role, *_ in PAGES),
        *(f"queries: {name}, {role}" for name, role, *_ in PAGES),
        *OTHER_LINES,
    ]
    missing = [line for line in expected if not any(name.startswith(line) for name in names)]
    assert missing == []
    assert all(float(row[3]) >= 0 for row in rows)


def test_a_run_says_how_noisy_it_was_and_how_much_was_missed(printed):
    assert "Noise: half of the rounds lay within" in printed
    assert " lines, " in printed.splitlines()[-1]


def test_a_line_says_whether_its_target_is_met():
    sheet = Sheet(lambda text: None)
    raw, ours = Times([0.010], [0.010]), Times([0.012], [0.012])

    sheet.compare("within", raw, ours, must=1.2001, aim=1.1)
    sheet.compare("beyond", raw, ours, must=1.15)
    sheet.compare("better than hoped", ours, raw, must=1.15, aim=1.0)
    sheet.add(Line("only told", "1", "2", 2.0))

    assert [line.verdict for line in sheet.lines] == ["met", "MISSED", "met, and the aim", "told"]
    assert "| beyond | 10.0 ms | 12.0 ms | 1.20 | <= 1.15 | MISSED |  |  |" in sheet.table()


def test_the_filter_by_hand_stands_at_every_table_of_a_taskforce():
    statement = (
        "select i.id from cases_intervention i left join people_post on true join told_session s on true where i.id = 1"
    )

    assert by_hand(statement, 7) == (
        "select i.id from (select * from cases_intervention where tenant_id = 7) i"
        " left join (select * from people_post where tenant_id = 7) people_post on true"
        " join told_session s on true where i.id = 1"
    )


@pytest.mark.parametrize("scale", [*WHOLE, *SMALL])
def test_a_scale_shares_out_all_its_cases(scale):
    shared = [scale.cases_of(taskforce) for taskforce in range(1, scale.taskforces + 1)]

    assert sum(shared) == scale.cases
    assert shared[0] == scale.largest


def test_people_of_one_taskforce_follow_those_of_the_one_before():
    assert [person_id(1, 1), person_id(1, 6), person_id(2, 1)] == [1, 6, 7]
