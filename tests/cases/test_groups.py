"""Groups that meet each week: who is in them on which day, and their register."""

import datetime as dt

import pytest

from cases.exceptions import GroupHasEnded, PupilNeeded
from cases.models import PlannedSession, SessionGroup, SessionGroupMember
from cases.queries.planned import pupils_of, week_of_child, with_people
from cases.services import (
    What,
    cancel_planned,
    change_session_group,
    end_session_group,
    make_session_group,
    plan_session_group,
    restart_session_group,
    tick_off,
)
from tests.clock import school_wednesday
from tests.factories import make_case, make_pupil

pytestmark = pytest.mark.usefixtures("in_term")
TODAY = school_wednesday()
DAY = dt.timedelta(days=1)
WEEK = 7 * DAY
MONDAY = TODAY - TODAY.weekday() * DAY
TUESDAY = MONDAY + WEEK + DAY


@pytest.fixture
def ben(case, as_system, northgate):
    """Ben, at Riverside too."""
    with as_system():
        return make_case(pupil=make_pupil(forename="Ben", surname="Clarke"), site=northgate.riverside).pupil


def meeting(cast, *pupils, **fields):
    usual = {"specialists": [cast.specialist.post], "minutes": 90, "activity_type": "group", "starts_at": dt.time(13)}
    return What(pupils=list(pupils), **{**usual, **fields})


@pytest.fixture
def group(cast, case, ben, acting):
    """The girls' group, Tuesdays, planned for three weeks."""
    with acting(cast.specialist):
        return make_session_group(
            name="Girls’ group, Tuesdays", weekday=1, what=meeting(cast, case.pupil, ben), since=TODAY,
            until=TODAY + 3 * WEEK, by=cast.specialist.membership,
        )  # fmt: skip


def planned_days(group):
    return list(PlannedSession.objects.open().filter(group=group).values_list("planned_on", flat=True))


def test_its_weeks_are_planned_once(group, cast, acting):
    by = cast.specialist.membership
    with acting(cast.specialist):
        assert planned_days(group) == [TUESDAY, TUESDAY + WEEK, TUESDAY + 2 * WEEK]
        assert plan_session_group(group, since=TODAY, until=TODAY + 3 * WEEK, by=by) == []


def test_its_register_is_those_who_are_in_it_on_the_day(group, cast, case, ben, acting):
    by = cast.specialist.membership
    with acting(cast.specialist):
        change_session_group(
            group, version=None, name=group.name, weekday=1, what=meeting(cast, case.pupil), since=TUESDAY + WEEK, by=by
        )
        plans = with_people(PlannedSession.objects.open().filter(group=group)).order_by("planned_on")

        assert [[pupil.forename for pupil in pupils_of(planned)] for planned in plans] == [
            ["Amira", "Ben"],
            ["Amira"],
            ["Amira"],
        ]


def test_a_change_from_a_day_on_moves_what_is_planned_and_leaves_what_was_held(group, cast, case, ben, acting):
    by = cast.specialist.membership
    with acting(cast.specialist):
        change_session_group(
            group, version=1, name="Girls’ group, Thursdays", weekday=3, since=TUESDAY + WEEK, by=by,
            what=meeting(cast, case.pupil, ben, minutes=60),
        )  # fmt: skip

        assert list(PlannedSession.objects.open().filter(group=group).values_list("planned_on", "minutes")) == [
            (TUESDAY, 90),
            (TUESDAY + WEEK + 2 * DAY, 60),
            (TUESDAY + 2 * WEEK + 2 * DAY, 60),
        ]


def test_a_register_ticked_is_one_session(group, cast, case, ben, acting, as_system):
    with as_system():
        PlannedSession.objects.filter(planned_on=TUESDAY).update(planned_on=TODAY - DAY)
    with acting(cast.specialist):
        planned = PlannedSession.objects.get(planned_on=TODAY - DAY)
        session = tick_off(
            planned, places=[(case.pupil, "attended"), (ben, "did_not_attend")], specialists=[cast.specialist.post],
            held_on=planned.planned_on, minutes=90, activity_type="group", by=cast.specialist.membership,
        )  # fmt: skip

        assert dict(session.places.values_list("pupil", "attendance")) == {
            case.pupil_id: "attended",
            ben.pk: "did_not_attend",
        }
        assert planned_days(group) == [TUESDAY + WEEK, TUESDAY + 2 * WEEK]


def test_the_childs_week_has_the_groups_they_are_in(group, cast, case, acting):
    with acting(cast.riverside):
        day = week_of_child(case, MONDAY + WEEK)[1]

        assert [(entry.group, entry.people) for entry in day.entries] == [("Girls’ group, Tuesdays", ("Sam Okafor",))]


def test_an_ended_group_is_planned_no_more_and_can_meet_again(group, cast, acting):
    by = cast.specialist.membership
    with acting(cast.specialist):
        end_session_group(group, by=by)

        assert planned_days(group) == []
        with pytest.raises(GroupHasEnded):
            plan_session_group(group, since=TODAY, until=TODAY + WEEK, by=by)
        restart_session_group(group, by=by)
        assert planned_days(group) == [TUESDAY, TUESDAY + WEEK, TUESDAY + 2 * WEEK]


def test_what_was_taken_out_before_the_group_ended_stays_out_when_it_meets_again(group, cast, acting):
    by = cast.specialist.membership
    with acting(cast.specialist):
        cancel_planned(PlannedSession.objects.get(planned_on=TUESDAY), by=by)
    with acting(cast.specialist):
        end_session_group(group, by=by)
        restart_session_group(group, by=by)

        assert planned_days(group) == [TUESDAY + WEEK, TUESDAY + 2 * WEEK]


def test_a_group_has_somebody_in_it(cast, acting):
    with acting(cast.specialist), pytest.raises(PupilNeeded):
        make_session_group(name="Nobody", weekday=1, what=meeting(cast), since=TODAY, by=cast.specialist.membership)


def test_only_those_who_run_it_made_it_or_log_for_others_change_a_group(group, cast, acting):
    let = []
    for name in ("manager", "specialist", "riverside", "allocated", "dsl", "coordinator"):
        with acting(getattr(cast, name)):
            if SessionGroup.objects.filter(pk=group.pk).update(minutes=90):
                let.append(name)
            if name == "riverside":
                assert SessionGroupMember.objects.filter(group=group).delete()[0] == 0

    assert let == ["manager", "specialist", "coordinator"]
