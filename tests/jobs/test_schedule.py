"""Scheduled work is asked for once a taskforce and occasion, and after an outage once, however long that was."""

import datetime as dt

import pytest
import time_machine

from apst.jobs import schedule, services, tasks
from apst.jobs.models import Job, Occasion
from apst.tenancy.context import acting_as_system, current
from tests import clock

KIND = "test.morning"


@pytest.fixture
def every_morning(monkeypatch):
    monkeypatch.setattr(schedule, "_when", {KIND: schedule.daily(6, 30)})
    monkeypatch.setitem(services._kinds, KIND, (lambda job: {}, True, "default"))


def asked_in(*taskforces) -> list[list[str]]:
    """Give the keys of the jobs of each taskforce."""
    found = []
    for taskforce in taskforces:
        with acting_as_system(taskforce):
            found.append(list(Job.objects.filter(kind=KIND).order_by("pk").values_list("key", flat=True)))
    return found


@pytest.mark.parametrize(
    ("now", "day"),
    [("2026-01-14 06:29", "2026-01-13"), ("2026-01-14 06:30", "2026-01-14"), ("2026-01-14 23:59", "2026-01-14")],
)
def test_an_occasion_comes_with_its_time_of_day(now, day):
    assert schedule.daily(6, 30)(dt.datetime.fromisoformat(now)) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("now", "day"),
    [("2026-01-18 23:00", "2026-01-12"), ("2026-01-19 06:59", "2026-01-12"), ("2026-01-19 07:00", "2026-01-19")],
)
def test_a_week_begins_on_its_weekday_and_time(now, day):
    assert schedule.weekly(0, 7)(dt.datetime.fromisoformat(now)) == dt.date.fromisoformat(day)


def test_each_taskforce_is_asked_once_however_often_one_looks(every_morning, northgate, southgate):
    assert schedule.ask_for_due() == 2
    assert schedule.ask_for_due() == 0
    assert [len(keys) for keys in asked_in(northgate, southgate)] == [1, 1]


def test_stopped_half_way_it_goes_on_with_those_that_were_not_asked(every_morning, northgate, southgate):
    schedule.ask_for_due()
    Occasion.objects.update(last=dt.date(2000, 1, 1))  # as if it had been stopped before it could say so
    with acting_as_system(southgate):
        Job.objects.filter(kind=KIND).update(key="2000-01-01")
    assert schedule.ask_for_due() == 1
    assert [len(keys) for keys in asked_in(northgate, southgate)] == [1, 2]


def test_after_a_term_without_a_scheduler_the_work_is_done_once(every_morning, northgate, southgate):
    with time_machine.travel(dt.datetime(2026, 1, 14, 9, tzinfo=clock.LONDON)):
        schedule.ask_for_due()
    with time_machine.travel(dt.datetime(2026, 5, 11, 9, tzinfo=clock.LONDON)):
        schedule.ask_for_due()
        schedule.ask_for_due()
    assert asked_in(northgate, southgate) == [["2026-01-14", "2026-05-11"]] * 2


def test_what_is_over_is_not_done_again(every_morning, northgate):
    schedule.ask_for_due()
    with acting_as_system(northgate):
        Job.objects.filter(kind=KIND).update(state=Job.State.DONE)
    Occasion.objects.update(last=dt.date(2000, 1, 1))
    schedule.ask_for_due()
    with acting_as_system(northgate):
        assert [job.state for job in Job.objects.filter(kind=KIND)] == [Job.State.DONE]


def test_one_taskforce_that_fails_stops_no_other_and_is_asked_again(every_morning, northgate, southgate, monkeypatch):
    ask_once = schedule.ask_once

    def fails_at_northgate(kind, *, key):
        if current().taskforce.pk == northgate.pk:
            raise RuntimeError
        return ask_once(kind, key=key)

    monkeypatch.setattr(schedule, "ask_once", fails_at_northgate)
    assert schedule.ask_for_due() == 1
    monkeypatch.setattr(schedule, "ask_once", ask_once)
    assert schedule.ask_for_due() == 1
    assert [len(keys) for keys in asked_in(northgate, southgate)] == [1, 1]


def test_health_says_when_nobody_asked_for_what_was_due(every_morning, northgate, client):
    schedule.ask_for_due()
    faults = client.get("/health/jobs").json()["faults"]
    assert "schedule" not in faults
    Occasion.objects.update(last=clock.TODAY - dt.timedelta(days=1))  # it is ten: what was due at half past six
    answer = client.get("/health/jobs")
    assert answer.status_code == 503
    assert answer.json()["faults"]["schedule"] == "Nobody asked for what was due: test.morning."


@pytest.mark.django_db(transaction=True, databases=["default", "beside"])
def test_a_term_later_everything_that_comes_by_itself_is_done_once(northgate, southgate, monkeypatch):
    """The real kinds: asked for in term, then the scheduler is down until the next, then it is back for good."""
    monkeypatch.setattr(tasks, "send", lambda *args: None)
    kinds = sorted(schedule._when)
    assert kinds
    for moment in (clock.MORNING, clock.MORNING + dt.timedelta(days=100)):
        with clock.at(moment):
            for _ in range(3):
                schedule.ask_for_due()
            assert schedule.missed() == []
            for taskforce in (northgate, southgate):
                with acting_as_system(taskforce):
                    asked = list(Job.objects.filter(state=Job.State.WAITING))
                assert sorted(job.kind for job in asked if not job.person_id) == kinds
                for job in asked:
                    tasks.perform(job.pk, taskforce.pk)
                with acting_as_system(taskforce):
                    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.DONE}
