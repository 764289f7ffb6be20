"""Every figure of the return after an import, against the oracle, which reads the same files."""

import tempfile
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from apst.imports import services
from apst.places.models import Site
from apst.tenancy.context import acting_as_system
from apst.tenancy.models import LocalAuthority, Taskforce
from reporting.exceptions import ReturnRefused
from reporting.services import build_return, render_return
from tests.oracle import files, generate, mi_return
from tests.oracle.compare import differences
from tests.oracle.folder import KINDS, oracle_rows

EXAMPLE = Path(__file__).parents[1] / "oracle" / "example"


@pytest.fixture
def elm_lane(db) -> Taskforce:
    """An empty taskforce, into which folders are imported."""
    return Taskforce.objects.create(
        slug="elm-lane", name="Elm Lane, invented", urn="900001", local_authority=LocalAuthority.objects.get(code="384")
    )


def bring_folder(folder: Path, today: date) -> None:
    """Import every file of a folder, in order, as the command does."""
    for kind in KINDS:
        for path in files.files_of(folder, kind):
            with path.open("rb") as file:
                services.import_now(
                    file, kind=kind, file_name=path.name, as_at=today, take_lines=lambda lines: None, by=None
                )


def built_csv(period: str) -> str:
    return render_return(build_return(period, by=None), "csv").decode("utf-8")


def opening(taskforce: Taskforce, pupils: int, minutes: int) -> None:
    taskforce.opening_pupils, taskforce.opening_minutes = pupils, minutes
    Taskforce.objects.filter(pk=taskforce.pk).update(opening_pupils=pupils, opening_minutes=minutes)


def test_the_example_that_was_worked_out_by_hand(elm_lane):
    with acting_as_system(elm_lane, durable=False):
        opening(elm_lane, 10, 6000)
        bring_folder(EXAMPLE, date(2026, 8, 31))
        text = built_csv("2025-26/autumn-1")

    expected = mi_return.figures(
        EXAMPLE, "2025-26/autumn-1", taskforce=elm_lane.name, la_code="384", urn="900001", today=date(2026, 8, 31),
        opening=mi_return.Opening(10, "100", date(2024, 8, 31)),
    )  # fmt: skip
    assert differences(expected, text) == []


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(made=generate.folders())
def test_random_taskforces(elm_lane, made):
    with tempfile.TemporaryDirectory() as name, transaction.atomic():
        folder = made.write(Path(name))
        with acting_as_system(elm_lane, durable=False):
            opening(elm_lane, made.opening.pupils, int(made.opening.hours) * 60)
            Site.objects.bulk_create(Site(name=site) for site in made.sites)
            bring_folder(folder, made.today)
            try:
                text = built_csv(made.period)
            except ReturnRefused:
                text = None
        try:
            expected = oracle_rows(folder, made, taskforce=elm_lane.name, la_code="384", urn="900001")
        except mi_return.Refused:
            expected = None
        transaction.set_rollback(True)

    assert (expected is None) == (text is None)
    if expected is not None:
        assert differences(expected, text) == []
