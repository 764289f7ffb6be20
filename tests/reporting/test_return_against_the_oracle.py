"""Every figure of the return against the oracle, which reads the import files and imports nothing of the project."""

import tempfile
from datetime import date
from pathlib import Path

from django.db import transaction
from hypothesis import HealthCheck, given, settings

from apst.tenancy.context import acting_as_system
from reporting.exceptions import ReturnRefused
from reporting.services import build_return, render_return
from tests.oracle import generate, mi_return
from tests.oracle.compare import differences
from tests.oracle.folder import oracle_rows
from tests.reporting.loading import load

EXAMPLE = Path(__file__).parents[1] / "oracle" / "example"


def built_csv(period: str) -> str:
    return render_return(build_return(period, by=None), "csv").decode("utf-8")


def test_the_example_that_was_worked_out_by_hand(elm_lane):
    with acting_as_system(elm_lane, durable=False):
        elm_lane.opening_pupils, elm_lane.opening_minutes = 10, 6000
        load(EXAMPLE, today=date(2026, 8, 31))
        text = built_csv("2025-26/autumn-1")

    expected = mi_return.figures(
        EXAMPLE,
        "2025-26/autumn-1",
        taskforce=elm_lane.name,
        la_code="384",
        urn="900001",
        today=date(2026, 8, 31),
        opening=mi_return.Opening(10, "100", date(2024, 8, 31)),
    )
    assert differences(expected, text) == []


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(made=generate.folders())
def test_random_taskforces(elm_lane, made):
    with tempfile.TemporaryDirectory() as name, transaction.atomic():
        folder = made.write(Path(name))
        with acting_as_system(elm_lane, durable=False):
            minutes = int(made.opening.hours) * 60
            elm_lane.opening_pupils, elm_lane.opening_minutes = made.opening.pupils, minutes
            load(folder, today=made.today, sites=made.sites)
            try:
                text = built_csv(made.period)
            except ReturnRefused:
                text = None
        try:
            expected = oracle_rows(folder, made, taskforce=elm_lane.name, la_code="384", urn="900001")
        except mi_return.Refused:
            expected = None
        transaction.set_rollback(True)

    if expected is None:
        assert text is None
    else:
        assert text is not None
        assert differences(expected, text) == []
