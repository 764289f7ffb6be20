"""The hours of a meeting count once, by one confirmation, for whoever was there and holds a post."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from apst.tenancy.context import acting_as_system, acting_for
from cases.exceptions import HoursNotCounted, MeetingNotClosed, NobodyToCount
from cases.models import Intervention, Meeting, MeetingRules
from cases.queries.interventions import counted_minutes
from cases.queries.meeting_hours import present_with_posts
from cases.services import (
    close_meeting,
    convene,
    count_hours,
    log_session,
    say_who_is_there,
    start_meeting,
    take_hours_back,
)
from tests.at_once import at_once
from tests.clock import TODAY
from tests.conftest import make_member, make_post, make_taskforce

from .test_meeting_pages import text


@pytest.fixture
def held(cast, case, acting, as_system):
    """A meeting of 55 minutes, closed, at which Maya, Sam and Priya were present and Lee was not; hours are counted."""
    with as_system():
        MeetingRules.objects.create(counts_hours=True)
    with acting(cast.manager):
        by = cast.manager.membership
        meeting = start_meeting(convene(held_on=TODAY, by=by), by=by)
        present = dict.fromkeys((cast.manager, cast.specialist, cast.riverside), "present") | {
            cast.allocated: "apologies"
        }
        say_who_is_there(meeting, members={who.membership: said for who, said in present.items()}, by=by)
        close_meeting(meeting, by=by)
        Meeting.objects.filter(pk=meeting.pk).update(closed_at=meeting.started_at + dt.timedelta(minutes=55))
        meeting.refresh_from_db()
        return meeting


@pytest.fixture
def maya(cast, northgate, client_for):
    return client_for(cast.manager, northgate)


def test_whoever_was_there_and_holds_a_post_is_proposed_for_as_long_as_it_took(held, cast, acting):
    with acting(cast.manager):
        assert [one.post for one in present_with_posts(held)] == [cast.riverside.post, cast.specialist.post]
        assert held.lasted == 55


def test_one_session_of_multi_agency_work_counts_its_minutes_once_for_each_and_names_no_pupil(held, cast, acting):
    with acting(cast.manager):
        posts = [cast.specialist.post, cast.riverside.post]
        session = count_hours(held, posts=posts, minutes=55, by=cast.manager.membership)

        assert (session.activity_type, session.minutes, session.held_on) == ("multi_agency", 55, TODAY)
        assert {row.post for row in session.specialists.all()} == set(posts)
        assert (counted_minutes(session), session.places.count()) == (55, 0)


def test_confirming_again_counts_nothing_again_and_the_database_would_not_either(held, cast, acting):
    with acting(cast.manager):
        by = cast.manager.membership
        first = count_hours(held, posts=[cast.specialist.post], minutes=55, by=by)
        again = count_hours(held, posts=[cast.specialist.post, cast.riverside.post], minutes=90, by=by)
        assert (again, again.minutes, Intervention.objects.count()) == (first, 55, 1)
        with pytest.raises(IntegrityError, match="cases_intervention_submission"), transaction.atomic():
            Intervention.objects.create(
                reference="TWICE", held_on=TODAY, minutes=55, activity_type="multi_agency",
                submission_key=held.public_id, logged_by=by,
            )  # fmt: skip


def test_taken_back_it_counts_nowhere_and_can_be_counted_after_all(held, cast, acting):
    with acting(cast.manager):
        by = cast.manager.membership
        session = count_hours(held, posts=[cast.specialist.post], minutes=55, by=by)
        take_hours_back(held, by=by)
        assert not Intervention.objects.kept().exists()

        count_hours(held, posts=[cast.riverside.post], minutes=60, by=by)

        kept = Intervention.objects.kept().get()
        assert (kept, kept.minutes, [row.post for row in kept.specialists.all()]) == (
            session,
            60,
            [cast.riverside.post],
        )


def test_nothing_is_counted_before_the_end_by_nobody_or_where_the_taskforce_does_not_want_it(held, cast, acting):
    with acting(cast.manager):
        by = cast.manager.membership
        with pytest.raises(NobodyToCount):
            count_hours(held, posts=[], minutes=55, by=by)
        running = start_meeting(convene(held_on=TODAY + dt.timedelta(days=7), by=by), by=by)
        with pytest.raises(MeetingNotClosed):
            count_hours(running, posts=[cast.specialist.post], minutes=55, by=by)
        MeetingRules.objects.update(counts_hours=False)
        with pytest.raises(HoursNotCounted):
            count_hours(held, posts=[cast.specialist.post], minutes=55, by=by)


def test_the_page_ticks_everybody_but_who_logged_it_themselves_and_one_press_counts_with_an_undo(
    held, maya, cast, acting
):
    with acting(cast.specialist):
        log_session(
            specialists=[cast.specialist.post], held_on=TODAY, minutes=60, activity_type="multi_agency",
            by=cast.specialist.membership,
        )  # fmt: skip
    address = f"/meetings/{held.public_id}/hours/"
    page = maya.get(address)
    assert "Has logged 60 minutes of such work on that day already" in text(page)
    checked = [part.split('"')[0] for part in page.content.decode().split('name="posts" type="checkbox" value="')[1:]]
    assert set(checked) == {str(cast.specialist.post.public_id), str(cast.riverside.post.public_id)}

    done = maya.post(address, {"minutes": 55, "posts": [str(cast.riverside.post.public_id)]}, follow=True)
    assert "The hours of those who were there are counted." in text(done)
    assert f"{address}back/" in done.content.decode()
    assert "Counted as multi-agency work, 55 minutes each" in text(maya.get(address))

    assert "The hours of this meeting are not counted." in text(maya.post(f"{address}back/", follow=True))
    assert maya.get(f"{address}back/").headers["Location"] == address


def test_nobody_is_counted_without_being_ticked(held, maya):
    page = maya.post(f"/meetings/{held.public_id}/hours/", {"minutes": 55})
    assert page.status_code == 422
    assert "Select whose hours are counted" in text(page)


def test_closing_a_meeting_leads_to_its_hours_only_where_they_are_wanted(held, maya, cast, acting):
    with acting(cast.manager):
        by = cast.manager.membership
        meeting = start_meeting(convene(held_on=TODAY + dt.timedelta(days=7), by=by), by=by)
    people = f"/meetings/{meeting.public_id}/people/"
    names = [name for name in maya.get(people).content.decode().split('name="') if name[:2] in ("m-", "p-")]
    answers = {name.split('"')[0]: "present" for name in names}
    assert maya.post(people, {**answers, "close": "yes"}).headers["Location"] == f"/meetings/{meeting.public_id}/hours/"


@pytest.mark.parametrize(
    ("name", "status"), [("coordinator", 200), ("specialist", 403), ("slt", 403), ("ig_lead", 403)]
)
def test_who_logs_for_others_counts_them(held, cast, northgate, client_for, name, status):
    answer = client_for(getattr(cast, name), northgate).get(f"/meetings/{held.public_id}/hours/")
    assert answer.status_code == status


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_once_count_it_once():
    taskforce = make_taskforce("eastgate", "Eastgate Taskforce")
    managers = [make_member(taskforce, "manager", f"{n}@eastgate.example", f"Manager {n}") for n in (1, 2)]
    post = make_post(taskforce, None, "SP1", "mentor", name="Kim Lee")
    with acting_as_system(taskforce):
        MeetingRules.objects.create(counts_hours=True)
    with acting_for(taskforce, managers[0]):
        by = managers[0].membership
        meeting = close_meeting(start_meeting(convene(held_on=TODAY, by=by), by=by), by=by)

    def counting(manager):
        with acting_for(taskforce, manager):
            return count_hours(meeting, posts=[post], minutes=55, by=manager.membership).pk

    one, other = at_once(counting, managers)
    assert one == other
    with acting_as_system(taskforce):
        assert Intervention.objects.count() == 1
