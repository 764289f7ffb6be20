"""Planning sessions, moving and taking them out, ticking them off, and a week like the last; and who may."""

import datetime as dt
import uuid

import pytest
from django.db import ProgrammingError, transaction

from apst.places.calendar import year_of
from apst.places.models import CalendarEntry
from apst.tenancy.context import current
from cases import policies
from cases.exceptions import (
    ChangedMeanwhile,
    NoPlanOnThatDay,
    NotInPlan,
    PlannedTooFar,
    PupilNeeded,
    PupilUnknown,
    RepeatedWrongly,
    SpecialistNeeded,
    TickedOff,
)
from cases.models import Intervention, PlannedPlace, PlannedSession, PlannedSpecialist
from cases.queries.planned import contracted_minutes, is_open, own_plan, week_of_child, with_people
from cases.services import (
    What,
    cancel_planned,
    cancel_series,
    change_planned,
    delete_session,
    log_session,
    plan_as_last_week,
    plan_session,
    restore_planned,
    restrict,
    tick_off,
)
from tests.clock import school_wednesday
from tests.conftest import make_post
from tests.factories import make_case, make_pupil

pytestmark = pytest.mark.usefixtures("in_term")
TODAY = school_wednesday()
DAY = dt.timedelta(days=1)
WEEK = 7 * DAY
MONDAY = TODAY - TODAY.weekday() * DAY
TEN = dt.time(10)


def an_hour(cast, *pupils, **fields):
    return What(
        **{
            "specialists": [cast.specialist.post],
            "minutes": 60,
            "activity_type": "one_to_one",
            "pupils": list(pupils),
            "starts_at": TEN,
            **fields,
        }
    )


@pytest.fixture
def plan(cast, case, acting):
    """Plan an hour of Sam's with Amira."""

    def one(planned_on=TODAY, *, by=cast.specialist, until=None, what=None):
        with acting(by):
            what = what or an_hour(cast, case.pupil)
            return plan_session(planned_on=planned_on, what=what, until=until, by=by.membership)

    return one


@pytest.fixture
def held(cast, case, acting):
    """Tick a planned session off."""

    def one(planned, attendance="attended", *, by=cast.specialist):
        with acting(by):
            return tick_off(
                planned, places=[(case.pupil, attendance)], specialists=[cast.specialist.post],
                held_on=planned.planned_on, minutes=60, activity_type="one_to_one", by=by.membership,
            )  # fmt: skip

    return one


def days_of(plans):
    return [planned.planned_on for planned in plans]


def test_a_weekly_session_leaves_out_what_is_no_school_day(plan, as_system):
    with as_system():
        CalendarEntry.objects.create(
            academic_year=year_of(TODAY), kind="inset", starts_on=TODAY + WEEK, ends_on=TODAY + WEEK
        )
        CalendarEntry.objects.create(
            academic_year=year_of(TODAY), kind="closure", starts_on=TODAY + 3 * WEEK - DAY, ends_on=TODAY + 3 * WEEK
        )

    made = plan(until=TODAY + 4 * WEEK)

    # An INSET day after a week, and the school closed after three.
    assert days_of(made) == [TODAY, TODAY + 2 * WEEK, TODAY + 4 * WEEK]
    assert len({planned.series for planned in made}) == 1


def test_the_same_form_sent_twice_plans_once(cast, case, acting):
    key = uuid.uuid4()
    with acting(cast.specialist):
        for _ in range(2):
            made = plan_session(
                planned_on=TODAY, what=an_hour(cast, case.pupil), series=key, by=cast.specialist.membership
            )

        assert list(PlannedSession.objects.all()) == made


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"planned_on": TODAY - 15 * DAY}, PlannedTooFar),
        ({"planned_on": TODAY + 400 * DAY}, PlannedTooFar),
        ({"until": TODAY - DAY}, RepeatedWrongly),
        ({"until": TODAY + 400 * DAY}, RepeatedWrongly),
        ({"planned_on": TODAY + 3 * DAY, "until": TODAY + 4 * DAY}, NoPlanOnThatDay),
        ({"specialists": []}, SpecialistNeeded),
        ({"pupils": []}, PupilNeeded),
    ],
)
def test_what_cannot_be_planned_is_refused_in_words(cast, case, acting, wrong, error):
    when = {"planned_on": TODAY, **{k: v for k, v in wrong.items() if k in ("planned_on", "until")}}
    what = an_hour(cast, case.pupil, **{k: v for k, v in wrong.items() if k not in ("planned_on", "until")})
    with acting(cast.specialist):
        with pytest.raises(error) as refusal:
            plan_session(**when, what=what, by=cast.specialist.membership)

        assert str(refusal.value).endswith(".")
        assert PlannedSession.objects.count() == 0


def test_a_specialist_of_one_site_plans_only_with_pupils_they_see(cast, acting, as_system, northgate):
    with as_system():
        elsewhere = make_case(site=northgate.centre).pupil
    with acting(cast.riverside), pytest.raises(PupilUnknown):
        plan_session(
            planned_on=TODAY,
            what=an_hour(cast, elsewhere, specialists=[cast.riverside.post]),
            by=cast.riverside.membership,
        )


def test_moving_one_moves_those_that_follow_where_that_is_asked(plan, cast, case, acting):
    first, second, third = plan(until=TODAY + 2 * WEEK)
    with acting(cast.specialist):
        change_planned(
            second, version=1, planned_on=TODAY + WEEK + DAY, what=an_hour(cast, case.pupil, minutes=30), later=True,
            by=cast.specialist.membership,
        )  # fmt: skip

        after = PlannedSession.objects.order_by("planned_on")
        assert [(p.planned_on, p.minutes) for p in after] == [
            (first.planned_on, 60),
            (second.planned_on + DAY, 30),
            (third.planned_on + DAY, 30),
        ]
        with pytest.raises(ChangedMeanwhile):
            change_planned(
                second, version=1, planned_on=TODAY, what=an_hour(cast, case.pupil), by=cast.specialist.membership
            )


def test_taken_out_with_those_that_follow_and_brought_back_together(plan, cast, acting):
    _, second, third = plan(until=TODAY + 2 * WEEK)
    by = cast.specialist.membership
    with acting(cast.specialist):
        assert cancel_planned(second, later=True, by=by) == [second, third]
        assert days_of(PlannedSession.objects.open()) == [TODAY]

        restore_planned(second, by=by)
        assert days_of(PlannedSession.objects.open()) == [TODAY, TODAY + WEEK, TODAY + 2 * WEEK]

        assert cancel_series(second.series, by=by) == 3


def test_ticked_off_once_however_often_it_is_tapped_and_open_again_after_undo(plan, held, cast, acting):
    (planned,) = plan()

    session = held(planned)

    assert held(planned) == session
    with acting(cast.specialist):
        planned = with_people(PlannedSession.objects.filter(pk=planned.pk)).get()
        assert not is_open(planned)
        for act in (cancel_planned, lambda p, by: change_planned(p, version=None, planned_on=TODAY, what=None, by=by)):
            with pytest.raises(TickedOff):
                act(planned, by=cast.specialist.membership)
        delete_session(session, by=cast.specialist.membership)
        assert list(PlannedSession.objects.open()) == [planned]
    assert held(planned, "did_not_attend").pk != session.pk


def test_what_was_taken_out_is_not_ticked_off(plan, held, cast, acting):
    (planned,) = plan()
    with acting(cast.specialist):
        cancel_planned(planned, by=cast.specialist.membership)
    with pytest.raises(NotInPlan):
        held(planned)


def test_who_may_change_what_is_planned_says_the_policy_and_the_database(plan, cast, acting):
    (planned,) = plan()
    able, let = [], []
    for name in ("manager", "specialist", "riverside", "allocated", "dsl", "slt", "coordinator", "ig_lead",
                 "school_staff"):  # fmt: skip
        with acting(getattr(cast, name)):
            if policies.can_change_planned(current(), planned):
                able.append(name)
            try:
                with transaction.atomic():
                    if PlannedSession.objects.filter(pk=planned.pk).update(minutes=50):
                        let.append(name)
                    PlannedSpecialist.objects.filter(planned=planned, post=cast.allocated.post).delete()
            except ProgrammingError:
                continue

    assert (able, let) == (["manager", "specialist", "coordinator"],) * 2


def test_a_colleague_takes_nobody_off_what_is_planned(plan, cast, acting):
    (planned,) = plan()
    with acting(cast.riverside):
        assert PlannedSession.objects.filter(pk=planned.pk).exists()
        assert PlannedSpecialist.objects.filter(planned=planned).delete()[0] == 0
        assert PlannedPlace.objects.filter(planned=planned).delete()[0] == 0


def test_same_as_last_week_copies_what_was_held_and_planned_nothing_twice(plan, held, cast, case, acting, as_system):
    with as_system():
        over = make_case(pupil=make_pupil(forename="Zoe"), ended_on=TODAY - WEEK, end_reason="goals_met").pupil
    ticked, *_ = plan(TODAY - WEEK)
    held(ticked)
    plan(TODAY - WEEK + DAY)
    by = cast.specialist.membership
    with acting(cast.specialist):
        log_session(
            specialists=[cast.specialist.post], held_on=TODAY - WEEK, minutes=30, activity_type="supervision", by=by
        )
        log_session(
            specialists=[cast.specialist.post], held_on=TODAY - WEEK, minutes=30, activity_type="one_to_one", by=by,
            places=[(over, "attended")],
        )  # fmt: skip
        made = plan_as_last_week([cast.specialist.post], monday=MONDAY, by=by)

        assert sorted((p.planned_on, p.activity_type) for p in made) == [
            (TODAY, "one_to_one"), (TODAY, "supervision"), (TODAY + DAY, "one_to_one"),
        ]  # fmt: skip
        assert plan_as_last_week([cast.specialist.post], monday=MONDAY, by=by) == []


def test_contracted_hours_are_the_posts_share_on_its_working_days(northgate, cast, as_system):
    part = make_post(
        northgate, None, "SP09", "mental_health", name="Jo", fte_hundredths=40, working_days="mon;wed",
        start_date=dt.date(2026, 1, 1),
    )  # fmt: skip
    with as_system():
        # 40 % of 37 hours on two days; 28 December is a bank holiday in 2026, a Monday.
        monday = dt.date(2026, 11, 16)
        assert list(contracted_minutes([part], monday, 37 * 60).values()) == [444, 0, 444, 0, 0, 0, 0]
        assert sum(contracted_minutes([part], dt.date(2026, 12, 28), 37 * 60).values()) == 444
        assert list(contracted_minutes([cast.specialist.post], monday, 37 * 60).values()) == [444] * 5 + [0, 0]
        assert sum(contracted_minutes([part], dt.date(2025, 12, 1), 37 * 60).values()) == 0


def test_the_childs_week_shows_what_everybody_planned_and_what_clashes(plan, cast, case, acting, northgate):
    posts = [make_post(northgate, None, f"X{n}", "youth_worker", name=f"Adult {n}") for n in range(3)]
    plan()
    (tomorrow,) = plan(TODAY + DAY)
    with acting(cast.manager):
        for post, hour in zip(posts, (10, 13, 14), strict=True):
            plan_session(
                planned_on=TODAY,
                what=an_hour(cast, case.pupil, specialists=[post], starts_at=dt.time(hour, 30)),
                by=cast.manager.membership,
            )
        log_session(
            specialists=[posts[0]], held_on=TODAY, minutes=20, activity_type="one_to_one",
            places=[(case.pupil, "attended")], by=cast.manager.membership,
        )  # fmt: skip
    with acting(cast.riverside):
        week = week_of_child(case, MONDAY)
        day = week[TODAY.weekday()]

        assert [(entry.starts_at, entry.people) for entry in day.entries] == [
            (TEN, ("Sam Okafor",)),
            (dt.time(10, 30), ("Adult 0",)),
            (dt.time(13, 30), ("Adult 1",)),
            (dt.time(14, 30), ("Adult 2",)),
            (None, ("Adult 0",)),
        ]
        assert [(one.people, other.people) for one, other in day.clashes] == [(("Sam Okafor",), ("Adult 0",))]
        assert (day.is_full, len(day.adults)) == (True, 4)
        assert [entry.planned for entry in week[tomorrow.planned_on.weekday()].entries] == [tomorrow]


def test_a_plan_with_a_pupil_of_a_restricted_case_is_nobodys_but_the_holders(plan, cast, case, acting, as_system):
    (planned,) = plan()
    with as_system():
        restrict(case, holders=[cast.dsl.membership, cast.specialist.membership], by=None)
    for user in (cast.manager, cast.riverside):
        with acting(user):
            assert not PlannedPlace.objects.filter(planned=planned).exists()
    with acting(cast.allocated):
        assert not PlannedSession.objects.filter(pk=planned.pk).exists()


def test_ones_own_plan_is_what_ones_posts_are_to_hold(plan, cast, acting):
    made = plan(until=TODAY + WEEK)
    with acting(cast.specialist):
        assert own_plan(current(), MONDAY) == made[:1]
        assert own_plan(current(), MONDAY, 14) == made
    with acting(cast.riverside):
        assert own_plan(current(), MONDAY) == []
    with acting(cast.specialist):
        assert Intervention.objects.count() == 0
