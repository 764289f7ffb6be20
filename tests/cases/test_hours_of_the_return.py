"""Logged by people through the services, what do the hours of the return say? The examples of spec/mi-return.md,
"Rows that count": groups, joint sessions, who was not there, who was told about, and what was cancelled.
"""

import datetime as dt

import pytest

from apst.tenancy.context import current
from cases.models import Intervention
from cases.queries.interventions import counted_minutes, own_week, whole
from cases.services import What, join_session, log_session, plan_session, tick_off
from reporting.models import ReturnCell
from reporting.services import build_return
from tests.clock import TODAY
from tests.factories import make_case, make_pupil

PERIOD = "2026-27/autumn-2"


@pytest.fixture
def ben(case, as_system, northgate):
    """Ben, at Riverside too."""
    with as_system():
        return make_case(pupil=make_pupil(forename="Ben", surname="Clarke"), site=northgate.riverside).pupil


@pytest.fixture
def figures(as_system):
    """Build the return of this half-term, and give its figures of hours and sessions."""

    def build():
        with as_system():
            build_return(PERIOD, by=None)
            cells = ReturnCell.objects.filter(
                measure__in=["A1", "C1", "C3", "C4", "C5"], breakdown="all", category="all"
            )
            return {(cell.measure, cell.statistic): cell.value for cell in cells}

    return build


@pytest.fixture
def log(cast, acting):
    """Log an hour of Sam's today."""

    def one(*places, by=cast.specialist, **fields):
        fields = {"specialists": [cast.specialist.post], "held_on": TODAY, "minutes": 60, **fields}
        fields.setdefault("activity_type", "one_to_one")
        with acting(by):
            return log_session(places=places, by=by.membership, **fields)

    return one


def test_an_hour_with_a_group_is_one_specialist_hour_and_an_hour_for_each_pupil_there(log, case, ben, figures):
    log((case.pupil, "attended"), (ben, "part_attended"), activity_type="group")

    found = figures()

    assert (found["C1", "hours"], found["C4", "hours"], found["A1", "count"]) == ("1.00", "2.00", "2")


def test_a_group_of_which_one_came_counts_its_hour_and_half_of_its_places(log, case, ben, figures):
    log((case.pupil, "attended"), (ben, "was_not_brought"), activity_type="group")

    found = figures()

    assert (found["C1", "hours"], found["C4", "hours"]) == ("1.00", "1.00")
    assert (found["C5", "count"], found["C5", "percent"]) == ("1", "50")


def test_two_specialists_for_one_hour_are_two_hours_and_one_session(log, cast, acting, case, figures):
    session = log((case.pupil, "attended"))
    with acting(cast.riverside):
        join_session(session, post=cast.riverside.post, by=cast.riverside.membership)

    found = figures()

    assert (found["C1", "hours"], found["C4", "hours"], found["C5", "count"]) == ("2.00", "1.00", "1")


@pytest.mark.parametrize(
    "attendance", ["did_not_attend", "was_not_brought", "not_in_school", "refused", "cancelled_by_family"]
)
def test_who_was_not_there_was_planned_and_counts_no_hours(log, case, figures, attendance):
    log((case.pupil, attendance))

    found = figures()

    assert (found["C1", "hours"], found["C4", "hours"], found["A1", "count"]) == ("0.00", "0.00", "0")
    assert (found["C5", "count"], found["C5", "percent"]) == ("1", "0")


def test_what_we_cancelled_counts_nothing_and_was_not_planned(log, case, ben, figures):
    log((case.pupil, "cancelled_by_taskforce"), (ben, "cancelled_by_taskforce"), activity_type="group")

    found = figures()

    assert (found["C1", "hours"], found["C5", "count"], found["C5", "percent"]) == ("0.00", "0", "z")


def test_work_about_a_pupil_counts_its_hours_and_no_contact(log, case, figures):
    log((case.pupil, "about_pupil"), activity_type="family")

    found = figures()

    assert (found["C1", "hours"], found["C4", "hours"], found["A1", "count"]) == ("1.00", "0.00", "1")


def test_travel_is_never_hours(log, case, figures):
    log((case.pupil, "attended"), travel_minutes=45)

    assert figures()["C1", "hours"] == "1.00"


def test_what_is_planned_counts_when_it_is_ticked_off_and_as_it_was(cast, acting, case, ben, figures):
    by = cast.specialist.membership
    what = What(specialists=[cast.specialist.post], minutes=60, activity_type="group", pupils=[case.pupil, ben])
    with acting(cast.specialist):
        (planned,) = plan_session(planned_on=TODAY, what=what, by=by)
    assert figures()["C5", "count"] == "0"

    with acting(cast.specialist):
        tick_off(
            planned,
            places=[(case.pupil, "attended"), (ben, "not_in_school")],
            specialists=[cast.specialist.post],
            held_on=TODAY,
            minutes=45,
            activity_type="group",
            by=by,
        )

    found = figures()
    assert (found["C1", "hours"], found["C5", "count"], found["C5", "percent"]) == ("0.75", "1", "50")


def test_outside_school_hours_follows_the_calendar_and_may_be_said_otherwise(log, case, figures):
    log((case.pupil, "attended"), starts_at=dt.time(16, 30))
    log((case.pupil, "attended"), starts_at=dt.time(16, 30), out_of_school_hours=False)
    log((case.pupil, "attended"), starts_at=dt.time(10))

    found = figures()

    assert (found["C3", "hours"], found["C3", "percent"]) == ("1.00", "33")


def test_my_week_counts_as_the_return_does(log, cast, acting, case, ben, figures):
    log((case.pupil, "attended"), (ben, "refused"), activity_type="group")
    log((case.pupil, "did_not_attend"))
    log((case.pupil, "about_pupil"), activity_type="family", minutes=30)
    log(activity_type="admin", minutes=90)
    log((ben, "cancelled_by_taskforce"))

    with acting(cast.specialist):
        monday = TODAY - dt.timedelta(days=TODAY.weekday())
        own = sum(counted_minutes(session) for session in own_week(current(), monday))
        everything = sum(counted_minutes(session) for session in whole(Intervention.objects.all()))

    assert (own, everything, figures()["C1", "hours"]) == (90, 90, "1.50")
