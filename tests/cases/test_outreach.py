"""Outreach whose subject is a mainstream school."""

import datetime as dt

import pytest

from cases.exceptions import AlreadyEnded, EndsBeforeItOpened, OutreachGoesOn
from cases.queries.outreach import schools_to_reach, work_with
from cases.services import begin_outreach, end_outreach
from tests.clock import TODAY
from tests.factories import make_case, make_pupil, make_session

DAY = dt.timedelta(days=1)
AIMS = "Fewer suspensions in Year 8"


@pytest.fixture
def outreach(cast, northgate, acting):
    """Outreach to Hillside School since Monday, led by Sam."""
    with acting(cast.manager):
        return begin_outreach(
            northgate.mainstream,
            lead=cast.specialist.post,
            aims=AIMS,
            opened_on=TODAY - 2 * DAY,
            by=cast.manager.membership,
        )


def test_a_school_has_one_outreach_at_a_time(cast, northgate, outreach, acting):
    with acting(cast.manager):
        by = cast.manager.membership
        assert list(schools_to_reach()) == []
        with pytest.raises(OutreachGoesOn):
            begin_outreach(northgate.mainstream, lead=None, aims=AIMS, opened_on=TODAY, by=by)

        end_outreach(outreach, ended_on=TODAY, outcome="Two fewer", by=by)
        assert list(schools_to_reach()) == [northgate.mainstream]
        with pytest.raises(AlreadyEnded):
            end_outreach(outreach, ended_on=TODAY, outcome="Two fewer", by=by)
        assert begin_outreach(northgate.mainstream, lead=None, aims=AIMS, opened_on=TODAY, by=by).is_open


def test_it_does_not_end_before_it_began(cast, outreach, acting):
    with acting(cast.manager), pytest.raises(EndsBeforeItOpened):
        end_outreach(outreach, ended_on=TODAY - 3 * DAY, outcome="", by=cast.manager.membership)


def test_two_specialists_for_an_hour_are_two_hours_for_the_school(cast, northgate, outreach, acting, as_system):
    with as_system():
        pupil = make_pupil(home_school=northgate.mainstream)
        make_case(pupil=pupil)
        said = {"posts": [cast.specialist.post, cast.riverside.post], "activity_type": "outreach", "held_on": TODAY}
        make_session(**said, beneficiary=northgate.mainstream)
        make_session(**said)  # for another school
        make_session(**{**said, "held_on": TODAY - 9 * DAY}, beneficiary=northgate.mainstream)  # before it began
    with acting(cast.manager):
        work = work_with(outreach)
        assert (work.sessions, work.minutes, work.pupils) == (1, 120, 1)


def test_who_sees_and_changes_it(cast, northgate, outreach, client_for):
    seen, changed = {}, {}
    for name in ("manager", "specialist", "riverside", "dsl", "slt", "coordinator", "school_staff", "ig_lead"):
        client = client_for(getattr(cast, name), northgate)
        seen[name] = client.get(f"/outreach/{outreach.public_id}/").status_code
        changed[name] = client.get(f"/outreach/{outreach.public_id}/change/").status_code
    assert [name for name, code in seen.items() if code == 200] == [
        "manager", "specialist", "riverside", "dsl", "slt", "coordinator",
    ]  # fmt: skip
    assert [name for name, code in changed.items() if code == 200] == ["manager", "specialist", "riverside"]
