"""The agenda of the weekly meeting writes itself some working days before, and keeps the order that people gave it."""

import datetime as dt

import pytest
import time_machine

from apst.jobs import schedule
from apst.jobs.models import Job, Occasion
from apst.jobs.tasks import perform
from apst.tenancy.context import acting_as_system, acting_for
from cases.exceptions import MeetingOver, OrderMeanwhile
from cases.models import Meeting, MeetingRules, Note
from cases.services import (
    close_meeting,
    convene,
    move_on_agenda,
    place_on_agenda,
    prepare_by_itself,
    put_on_agenda,
    start_meeting,
)
from tests.at_once import at_once
from tests.conftest import make_member, make_taskforce
from tests.factories import make_case, make_referral

WEDNESDAY = 2


@pytest.fixture
def weekly(as_system, case):
    """This taskforce meets on Wednesdays at half past eight, over Amira's case."""
    with as_system():
        return MeetingRules.objects.create(weekday=WEDNESDAY, starts_at=dt.time(8, 30))


@pytest.fixture
def by_itself(as_system):
    """`by_itself("2026-11-16")`: the work of that day is done; gives the days of the meetings there are."""

    def work(day: str) -> list[str]:
        with time_machine.travel(f"{day} 06:00Z"), as_system():
            prepare_by_itself()
            return [str(on) for on in Meeting.objects.order_by("held_on").values_list("held_on", flat=True)]

    return work


def words(meeting) -> list[str]:
    return [item.words or str(item.case_id or item.referral_id) for item in meeting.items.all()]


@pytest.mark.parametrize(
    ("day", "prepared"),
    [("2026-11-13", []), ("2026-11-15", []), ("2026-11-16", ["2026-11-18"]), ("2026-11-18", ["2026-11-18"])],
)
def test_an_agenda_writes_itself_two_working_days_before(weekly, by_itself, day, prepared):
    assert by_itself(day) == prepared


def test_it_says_that_nobody_did_and_when(weekly, by_itself, as_system, case):
    by_itself("2026-11-16")

    with as_system():
        meeting = Meeting.objects.get()
        assert (meeting.prepared_by, str(meeting.by_itself_on), meeting.starts_at) == (
            None, "2026-11-16", dt.time(8, 30),
        )  # fmt: skip
        assert [item.case_id for item in meeting.items.all()] == [case.pk]


def test_how_many_working_days_before_is_a_setting_and_a_weekend_or_bank_holiday_counts_as_none(
    weekly, by_itself, as_system
):
    with as_system():
        MeetingRules.objects.update(weekday=1, days_ahead=3)  # Tuesday; Monday 4 May 2026 is a bank holiday
    assert by_itself("2026-04-28") == ["2026-04-28"]
    assert by_itself("2026-04-29") == ["2026-04-28", "2026-05-05"]


def test_without_a_fixed_day_nothing_writes_itself(weekly, by_itself, as_system):
    with as_system():
        MeetingRules.objects.update(weekday=None)
    assert by_itself("2026-11-16") == []


def test_in_the_holidays_no_meeting_is_prepared(weekly, by_itself):
    assert by_itself("2026-12-21") == []  # Wednesday 23 December


def test_doing_it_again_and_after_an_outage_prepares_what_is_still_to_come_and_nothing_that_has_passed(
    weekly, by_itself
):
    assert by_itself("2026-11-16") == by_itself("2026-11-17") == ["2026-11-18"]
    # The scheduler was off for two weeks: the meeting of 25 November has passed.
    assert by_itself("2026-12-02") == ["2026-11-18", "2026-12-02"]


def test_whoever_convened_a_meeting_in_that_week_meant_that_one(weekly, by_itself, cast, acting):
    with acting(cast.manager):
        convene(held_on=dt.date(2026, 11, 19), by=cast.manager.membership)
    assert by_itself("2026-11-16") == ["2026-11-19"]


def test_a_meeting_of_one_site_is_prepared_for_that_site(weekly, by_itself, as_system, northgate):
    with as_system():
        MeetingRules.objects.update(site=northgate.centre)
        elsewhere = make_case(site=northgate.centre)
    by_itself("2026-11-16")
    with as_system():
        meeting = Meeting.objects.get()
        assert (meeting.site, words(meeting)) == (northgate.centre, [str(elsewhere.pk)])


def test_on_its_morning_what_came_up_since_stands_at_the_end_and_the_order_given_by_hand_stays(
    weekly, by_itself, cast, acting, as_system, case
):
    by_itself("2026-11-16")
    with acting(cast.manager):
        meeting = Meeting.objects.get()
        point = put_on_agenda(meeting, words="Minibus on Fridays", by=cast.manager.membership)
        move_on_agenda(point, up=True, by=cast.manager.membership)
    with as_system():
        fresh = make_referral()
        Note.objects.create(
            case=case, pupil=case.pupil, kind="event", happened_on=dt.date(2026, 11, 17),
            written_by=cast.dsl.membership,
        )  # fmt: skip

    by_itself("2026-11-18")

    with acting(cast.manager):
        assert words(meeting) == ["Minibus on Fridays", str(case.pk), str(fresh.pk)]
        assert meeting.items.get(case=case).reasons == ["event", "round"]


def test_a_meeting_that_has_begun_is_left_alone(weekly, by_itself, cast, acting, as_system):
    by_itself("2026-11-16")
    with acting(cast.manager):
        meeting = start_meeting(Meeting.objects.get(), by=cast.manager.membership)
    with as_system():
        make_referral()

    by_itself("2026-11-18")

    with acting(cast.manager):
        assert meeting.items.count() == 1


@pytest.mark.django_db(transaction=True, databases=["default", "beside"])
def test_every_taskforce_that_meets_that_day_has_its_own_agenda_once(northgate, southgate):
    for taskforce in (northgate, southgate):
        with acting_as_system(taskforce):
            MeetingRules.objects.create(weekday=WEDNESDAY)
            make_case()
    with time_machine.travel("2026-11-16 09:00Z"):
        for _ in (1, 2):
            schedule.ask_for_due()
            for taskforce in (northgate, southgate):
                with acting_as_system(taskforce):
                    jobs = list(Job.objects.filter(kind="cases.prepare_meetings"))
                for job in jobs:
                    perform(job.pk, taskforce.pk)
            Occasion.objects.update(last=dt.date(2000, 1, 1))  # as if it had been stopped before it could say so
    for taskforce in (northgate, southgate):
        with acting_as_system(taskforce):
            assert [(job.state, job.result) for job in Job.objects.filter(kind="cases.prepare_meetings")] == [
                ("done", {"points": 1})
            ]
            assert Meeting.objects.get().items.count() == 1


@pytest.fixture
def three(cast, case, acting):
    """A prepared meeting over Amira's case and two other points."""
    with acting(cast.manager):
        by = cast.manager.membership
        meeting = convene(held_on=dt.date(2026, 11, 18), by=by)
        meeting.points = [meeting.items.get(), *(put_on_agenda(meeting, words=said, by=by) for said in ("Bus", "Key"))]
        meeting.refresh_from_db()
        return meeting


def test_an_item_is_put_before_another_or_last(three, cast, acting, case):
    amira, _, key = three.points
    with acting(cast.manager):
        place_on_agenda(key, before=amira, version=three.version, by=cast.manager.membership)
        assert words(three) == ["Key", str(case.pk), "Bus"]
        three.refresh_from_db()
        place_on_agenda(key, before=None, version=three.version, by=cast.manager.membership)
        assert words(three) == [str(case.pk), "Bus", "Key"]


def test_whoever_saw_another_order_is_told_and_nothing_moves(three, cast, acting, case):
    amira, _, key = three.points
    with acting(cast.manager):
        move_on_agenda(key, up=True, by=cast.manager.membership)
        with pytest.raises(OrderMeanwhile):
            place_on_agenda(amira, before=None, version=three.version, by=cast.manager.membership)
        assert words(three) == [str(case.pk), "Key", "Bus"]


def test_the_order_of_a_closed_meeting_stands(three, cast, acting):
    with acting(cast.manager):
        start_meeting(three, by=cast.manager.membership)
        closed = close_meeting(three, by=cast.manager.membership)
        with pytest.raises(MeetingOver):
            place_on_agenda(three.points[0], before=None, version=closed.version, by=cast.manager.membership)


def test_what_one_does_not_see_keeps_its_place_when_others_move(three, cast, acting, as_system, case):
    amira, bus, key = three.points
    with as_system():
        apart = make_case(restricted=True)
        type(bus).objects.filter(pk=bus.pk).update(kind="case", case=apart, pupil=apart.pupil)
    with acting(cast.manager):
        place_on_agenda(key, before=amira, version=three.version, by=cast.manager.membership)
    with as_system():
        assert [item.pk for item in three.items.all()] == [key.pk, bus.pk, amira.pk]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_reorder_at_once_one_is_told():
    taskforce = make_taskforce("eastgate", "Eastgate Taskforce")
    managers = [make_member(taskforce, "manager", f"{n}@eastgate.example", f"Manager {n}") for n in (1, 2)]
    with acting_for(taskforce, managers[0]):
        by = managers[0].membership
        meeting = convene(held_on=dt.date(2026, 11, 18), by=by)
        points = [put_on_agenda(meeting, words=said, by=by) for said in ("One", "Two", "Three")]

    def placing(manager):
        with acting_for(taskforce, manager):
            place_on_agenda(points[2], before=points[0], version=meeting.version, by=manager.membership)

    assert sorted(map(str, at_once(placing, managers))) == sorted(["None", str(OrderMeanwhile())])
    with acting_as_system(taskforce):
        assert words(meeting) == ["Three", "One", "Two"]
