"""Elm Lane, a taskforce into which folders of import files are loaded, and its people."""

import dataclasses
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from apst.tenancy.context import acting_as_system
from apst.tenancy.models import LocalAuthority, Taskforce
from reporting.models import MIReturn
from reporting.services import build_return
from tests.conftest import make_member
from tests.reporting.loading import load

EXAMPLE = Path(__file__).parents[1] / "oracle" / "example"
PERIOD = "2025-26/autumn-1"


@pytest.fixture
def elm_lane(db) -> Taskforce:
    """An empty taskforce."""
    return Taskforce.objects.create(
        slug="elm-lane", name="Elm Lane, invented", urn="900001", local_authority=LocalAuthority.objects.get(code="384")
    )


@dataclasses.dataclass
class Example:
    """Elm Lane with the example's records, its people, and the return of its first half-term."""

    taskforce: Taskforce
    people: SimpleNamespace
    mi_return: MIReturn


@pytest.fixture
def example(elm_lane) -> Example:
    """The example of the oracle, loaded and built."""
    roles = ("manager", "slt", "coordinator", "specialist", "dsl", "school_staff", "ig_lead")
    people = SimpleNamespace(
        **{role: make_member(elm_lane, role, f"{role}@elm.example", role.title()) for role in roles}
    )
    elm_lane.opening_pupils, elm_lane.opening_minutes = 10, 6000
    with acting_as_system(elm_lane, durable=False):
        load(EXAMPLE, today=date(2026, 8, 31))
        mi_return = build_return(PERIOD, by=None)
    return Example(elm_lane, people, mi_return)
