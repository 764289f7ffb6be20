"""Behind every figure stand as many rows as it says; those that the reader may not see are counted and not shown."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apst.audit.models import AccessEntry, AccessEntryPupil
from apst.people.models import Pupil
from apst.tenancy.context import acting_as_system, acting_for
from cases.models import Case
from reporting.lineage import lineage_of
from reporting.models import ReturnFact
from reporting.rounding import half_up, median, p90
from reporting.services import build_return
from tests.reporting.conftest import PERIOD


def says(lineage) -> str:
    """The figure, reckoned again from the facts of its lineage alone."""
    cell, rows = lineage.cell, lineage.lists[0]
    amount = rows.visible_amount() + lineage.opening
    if cell.statistic in ("median", "p90"):
        values = sorted(fact.dimensions[rows.declared.total] for fact in rows.visible)
        return {"median": median, "p90": p90}[cell.statistic](values) if values else "z"
    if cell.breakdown == "at_least_four":
        return "1" if (amount >= 4) == (cell.category == "yes") else "0"
    if cell.statistic == "percent":
        base = lineage.lists[1].visible_amount()
        return half_up(100 * amount, base, 0) if base else "z"
    if cell.statistic == "hours" and len(lineage.lists) == 1:
        return half_up(amount, 60, 2)
    if cell.statistic == "hours":
        base = lineage.lists[1].visible_amount()
        return half_up(amount, 60 * base, 2) if base else "z"
    if cell.statistic == "fte":
        return half_up(amount, cell.denominator, 2)
    return str(amount)


@pytest.fixture
def days(example) -> int:
    return (example.mi_return.ends_on - example.mi_return.starts_on).days + 1


def test_the_rows_behind_every_cell_come_to_the_cell(example, days):
    cells = 0
    with acting_as_system(example.taskforce, durable=False):
        for cell in example.mi_return.cells.all():
            lineage = lineage_of(example.mi_return, cell)
            cells += 1
            for one in lineage.lists:
                assert (one.visible_count(), one.visible_amount()) == (one.facts, one.amount), (
                    cell.measure,
                    cell.category,
                )
            if cell.category == "per_fte":
                minutes, fte_days = (one.visible_amount() for one in lineage.lists)
                said = half_up(minutes * 100 * days, 60 * fte_days, 2)
            else:
                said = says(lineage)
            assert said == cell.value, (cell.measure, cell.breakdown, cell.category, cell.statistic)
    assert cells > 400


def test_a_count_lists_as_many_rows_as_it_says(example):
    with acting_as_system(example.taskforce, durable=False):
        counted = example.mi_return.cells.filter(statistic="count").exclude(breakdown="at_least_four")
        for cell in counted:
            lineage = lineage_of(example.mi_return, cell)
            assert lineage.lists[0].visible_count() + lineage.opening == int(cell.value)


def restrict(example, local_id: str) -> Pupil:
    """Make the pupil's case a restricted one, that nobody was granted."""
    with acting_as_system(example.taskforce, durable=False):
        pupil = Pupil.objects.get(local_id=local_id)
        Case.objects.filter(pupil=pupil).update(restricted=True)
    return pupil


def cell_of(example, measure: str, statistic: str, breakdown: str = "all"):
    with acting_as_system(example.taskforce, durable=False):
        return example.mi_return.cells.get(measure=measure, statistic=statistic, breakdown=breakdown)


def address(example, cell) -> str:
    return f"/returns/{example.mi_return.public_id}/cells/{cell.position}/"


def test_a_restricted_pupil_is_counted_and_not_shown(example, client_for):
    hidden = restrict(example, "P1")
    cell = cell_of(example, "A1", "count")

    page = client_for(example.people.manager, example.taskforce).get(address(example, cell)).content.decode()

    assert cell.value == "4"
    assert "And 1 restricted row, which you may not see." in page
    assert hidden.forename not in re.sub(r"P1[0-9]", "", page)
    with acting_as_system(example.taskforce, durable=False):
        seen = set(AccessEntryPupil.objects.values_list("pupil_id", flat=True))
        assert hidden.pk not in seen
        assert len(seen) == 3


def test_the_return_is_the_same_whoever_asks_and_whatever_is_restricted(example):
    before = example.mi_return.fingerprint
    restrict(example, "P1")

    with acting_as_system(example.taskforce, durable=False):
        assert build_return(PERIOD, by=None).fingerprint == before


def test_a_senior_leader_sees_the_pupils_but_no_session(example, client_for):
    client = client_for(example.people.slt, example.taskforce)

    pupils = client.get(address(example, cell_of(example, "A1", "count"))).content.decode()
    sessions = client.get(address(example, cell_of(example, "C1", "hours"))).content.decode()

    assert "restricted" not in pupils
    total = cell_of(example, "C1", "hours")
    assert f"And {total.facts} restricted rows, {total.amount:,} minutes, which you may not see." in sessions


def test_a_member_without_the_right_reads_no_fact_at_all(example):
    with acting_for(example.taskforce, example.people.ig_lead, durable=False):
        assert ReturnFact.objects.count() == 0


def test_each_page_of_rows_follows_the_one_before(example, client_for, monkeypatch):
    monkeypatch.setattr("reporting.lineage.PAGE", 2)
    client = client_for(example.people.manager, example.taskforce)
    base = address(example, cell_of(example, "A1", "count"))

    first = client.get(base).context["lists"][0]
    second = client.get(base + first["next"].partition("#")[0]).context["lists"][0]
    back = client.get(base + second["previous"].partition("#")[0]).context["lists"][0]

    names = [[row[0].text for row in page["rows"]] for page in (first, second, back)]
    assert len({*names[0], *names[1]}) == 4
    assert names[2] == names[0]
    assert (first["previous"], second["next"]) == ("", "")


def test_a_lineage_page_takes_the_same_queries_for_one_row_as_for_many(example, client_for):
    client = client_for(example.people.manager, example.taskforce)

    def queries(cell) -> int:
        client.get(address(example, cell))
        with CaptureQueriesContext(connection) as caught:
            client.get(address(example, cell))
        return len(caught)

    with acting_as_system(example.taskforce, durable=False):
        one = example.mi_return.cells.filter(measure="A1", breakdown="sex", facts=1).first()
    assert queries(one) == queries(cell_of(example, "A1", "count"))


def test_a_lineage_page_with_pupils_leaves_an_entry_with_each_of_them(example, client_for):
    client_for(example.people.coordinator, example.taskforce).get(address(example, cell_of(example, "A1", "count")))

    with acting_as_system(example.taskforce, durable=False):
        entry = AccessEntry.objects.get()
        assert (entry.page, entry.pupils.count()) == ("reporting:cell-detail", 4)
