"""Two log the same session; a pupil keeps missing theirs; how long logging takes."""

import datetime as dt
import time

import pytest
from django.db import DatabaseError, transaction

from apst.audit.models import AuditEvent
from apst.tenancy.context import current
from cases.exceptions import AlreadyOnIt, NotOnIt
from cases.models import Intervention, InterventionNote, InterventionSpecialist, LogTime
from cases.queries.missed import may_be_the_same, median_seconds, missed_by, missed_in_a_row
from cases.services import delete_session, join_session, leave_session, log_session, note_log_time
from tests.clock import MORNING, TODAY
from tests.factories import make_case

DAY = dt.timedelta(days=1)


@pytest.fixture
def sams(cast, case, acting):
    """What Sam logged with Amira at ten."""
    with acting(cast.specialist):
        return log_session(
            specialists=[cast.specialist.post], held_on=TODAY, minutes=45, activity_type="one_to_one",
            starts_at=dt.time(10), places=[(case.pupil, "attended")], by=cast.specialist.membership, note="Sam's words",
        )  # fmt: skip


def asked(cast, case, by, **fields):
    """What Priya is asked when she logs hers."""
    usual = {"posts": [by.post], "held_on": TODAY, "minutes": 45, "activity_type": "one_to_one",
             "pupils": [case.pupil], "starts_at": None}  # fmt: skip
    return may_be_the_same(current(), **{**usual, **fields})


def test_the_same_day_type_pupil_and_time_is_asked_about(sams, cast, case, acting):
    with acting(cast.riverside):
        for alike in ({}, {"starts_at": dt.time(10, 30)}, {"minutes": 60}):
            assert asked(cast, case, cast.riverside, **alike) == sams
        for other in (
            {"held_on": TODAY - DAY},
            {"activity_type": "family"},
            {"pupils": []},
            {"starts_at": dt.time(14)},
            {"minutes": 120},
            {"posts": [cast.specialist.post]},
        ):
            assert asked(cast, case, cast.riverside, **other) is None, other
    with acting(cast.specialist):
        assert asked(cast, case, cast.specialist) is None


def test_what_was_deleted_or_logged_days_ago_is_not_asked_about(sams, cast, case, acting, as_system):
    with as_system():
        Intervention.objects.update(logged_at=MORNING - 2 * DAY)
    with acting(cast.riverside):
        assert asked(cast, case, cast.riverside) is None
    with as_system():
        Intervention.objects.update(logged_at=MORNING)
        delete_session(sams, by=None)
    with acting(cast.riverside):
        assert asked(cast, case, cast.riverside) is None


def test_a_colleague_joins_and_leaves_again(sams, cast, acting):
    priya = cast.riverside
    with acting(priya):
        join_session(sams, post=priya.post, by=priya.membership)
        with pytest.raises(AlreadyOnIt):
            join_session(sams, post=priya.post, by=priya.membership)
        assert sams.specialists.count() == 2

        leave_session(sams, post=priya.post, by=priya.membership)
        assert list(sams.specialists.values_list("post", flat=True)) == [cast.specialist.post.pk]
    with acting(cast.specialist), pytest.raises(NotOnIt):
        leave_session(sams, post=cast.specialist.post, by=cast.specialist.membership)


def test_nobody_joins_what_they_do_not_see_nor_puts_others_on_it(sams, cast, acting):
    """By joining, one would read the session and its note; so the database asks for sight of a pupil first."""
    with acting(cast.allocated):
        with pytest.raises(DatabaseError), transaction.atomic():
            InterventionSpecialist.objects.create(intervention_id=sams.pk, post=cast.allocated.post)
        assert not InterventionNote.objects.exists()
    with acting(cast.riverside), pytest.raises(DatabaseError), transaction.atomic():
        InterventionSpecialist.objects.create(intervention_id=sams.pk, post=cast.allocated.post)


def test_after_the_window_nobody_leaves(sams, cast, acting, as_system):
    priya = cast.riverside
    with acting(priya):
        join_session(sams, post=priya.post, by=priya.membership)
    with as_system():
        Intervention.objects.update(changeable_until=TODAY - DAY)
    with acting(priya):
        assert InterventionSpecialist.objects.filter(intervention=sams, post=priya.post).delete()[0] == 0


def missing(cast, case, acting, *attendances):
    with acting(cast.specialist):
        for number, attendance in enumerate(attendances):
            log_session(
                specialists=[cast.specialist.post], held_on=TODAY - (9 - number) * DAY, minutes=30,
                activity_type="one_to_one", places=[(case.pupil, attendance)], by=cast.specialist.membership,
            )  # fmt: skip
        return missed_in_a_row([case.pk]).get(case.pk)


def test_three_missed_in_a_row_are_said_with_their_kinds(cast, case, acting):
    found = missing(cast, case, acting, "attended", "was_not_brought", "did_not_attend", "was_not_brought")

    assert found.words == "Missed the last 3 sessions: was not brought 2, did not attend 1"
    with acting(cast.specialist):
        assert missed_by([cast.specialist.post]) == [(case, found)]


@pytest.mark.parametrize(
    "last",
    [
        ("not_in_school", "not_in_school"),
        ("not_in_school", "attended", "not_in_school", "not_in_school"),
        ("not_in_school", "cancelled_by_taskforce", "not_in_school"),
    ],
)
def test_two_or_one_that_was_held_are_no_reason_to_say_so(cast, case, acting, last):
    assert missing(cast, case, acting, *last) is None


def test_work_about_them_and_what_we_cancelled_is_passed_over(cast, case, acting):
    assert missing(
        cast, case, acting, "refused", "about_pupil", "not_in_school", "cancelled_by_taskforce", "did_not_attend"
    )


def test_how_long_logging_takes_is_the_teams_median_and_nobodys(cast, acting):
    with acting(cast.specialist):
        for seconds in (10, 12, 18, 5000):
            note_log_time(opened_at=int(time.time()) - seconds)
        assert median_seconds() is None
        note_log_time(opened_at=int(time.time()) - 40)

        assert 18 <= median_seconds() <= 25
        assert max(LogTime.objects.values_list("seconds", flat=True)) == 1800
        assert {f.name for f in LogTime._meta.get_fields()} == {"id", "tenant", "logged_on", "seconds"}
        assert not AuditEvent.objects.filter(table_name="cases_logtime").exists()


def test_the_others_cases_are_not_asked_about(cast, case, acting, as_system):
    with as_system():
        other = make_case()
    missing(cast, case, acting, "refused", "refused", "refused")
    with acting(cast.specialist):
        assert set(missed_in_a_row([other.pk, case.pk])) == {case.pk}
        assert missed_in_a_row([]) == {}
