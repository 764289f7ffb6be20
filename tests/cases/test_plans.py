"""Plans: goals, steps, reviews and the way back, as the domain tells them; every version is kept."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError

from apst.places.calendar import SchoolCalendar
from cases import services
from cases.exceptions import (
    CaseEnded,
    ChangedMeanwhile,
    CheckInFuture,
    CorrectedAlready,
    GoalNotOfCase,
    OwnerNeeded,
    PlanInFuture,
    PlanThere,
    ReviewInFuture,
    ReviewThere,
    ScoreOutOfRange,
)
from cases.models import Case, Goal, GoalSession, Plan, PlanReview, PlanVersion
from cases.queries import plans as queries
from cases.review_dates import ReviewDates
from cases.services.plans import keep_version
from tests.clock import TODAY
from tests.factories import make_case, make_pupil, make_session

START = dt.date(2026, 11, 10)


@pytest.fixture
def plan(case, cast, acting):
    """Amira's plan since 10 November, started by Sam."""
    with acting(cast.specialist):
        return services.start_plan(
            case, starts_on=START, hopes="I want my mornings back", by=cast.specialist.membership
        )


@pytest.fixture
def goal(plan, cast, acting):
    """To be in school by ten, 3 out of 10 at the start."""
    with acting(cast.specialist):
        return services.add_goal(
            plan, text="In school by ten", own_words="Not being rushed", baseline=3, by=cast.specialist.membership
        )


def review(plan, cast, *, held_on=TODAY, **fields):
    said = {"present": "Amira, mum, Sam", "changed": "Up an hour earlier", "following": "Keep going", "scores": {}}
    return services.record_review(plan, held_on=held_on, by=cast.specialist.membership, **{**said, **fields})


def test_a_plan_starts_once_and_within_its_case(case, plan, cast, acting):
    by = cast.specialist.membership
    with acting(cast.specialist):
        with pytest.raises(PlanThere):
            services.start_plan(case, starts_on=START, by=by)
        other = Case.objects.get(plans__isnull=True)
        for day in (other.opened_on - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)):
            with pytest.raises(PlanInFuture):
                services.start_plan(other, starts_on=day, by=by)
        assert list(Plan.objects.values_list("case", "hopes")) == [(case.pk, "I want my mornings back")]


@pytest.fixture(autouse=True)
def _another(as_system, northgate, cast):
    with as_system():
        make_case(pupil=make_pupil(forename="Zoya", surname="Quill"), site=northgate.centre)


def test_nothing_is_planned_on_a_case_that_has_ended(case, plan, goal, cast, acting, as_system):
    with as_system():
        Case.objects.filter(pk=case.pk).update(ended_on=TODAY, end_reason="ready")
    by = cast.specialist.membership
    with acting(cast.specialist):
        for act in (
            lambda: services.add_goal(plan, text="Late", by=by),
            lambda: services.change_goal(goal, text="Late", own_words="", baseline=3, version=1, by=by),
            lambda: services.end_goal(goal, state="reached", version=1, by=by),
            lambda: services.add_step(goal, text="Late", owner_words="Amira", by=by),
        ):
            with pytest.raises(CaseEnded):
                act()
        assert Goal.objects.get().text == "In school by ten"


def test_every_version_stays_as_it_was(plan, goal, cast, acting):
    by = cast.specialist.membership
    with acting(cast.specialist):
        services.change_goal(goal, text="In school by nine", own_words="", baseline=3, version=1, by=by)
        said = list(PlanVersion.objects.order_by("number").values_list("number", "said"))
        texts = [
            [g["text"] for g in content["goals"]]
            for content in PlanVersion.objects.order_by("number").values_list("content", flat=True)
        ]

    assert said == [(1, "Plan started"), (2, "Goal added: In school by ten"), (3, "Goal changed: In school by nine")]
    assert texts == [[], ["In school by ten"], ["In school by nine"]]


def test_nobody_changes_a_kept_version_or_review_in_the_database(plan, cast, acting):
    with acting(cast.specialist):
        held = review(plan, cast)
    with acting(cast.manager), pytest.raises(DatabaseError):
        PlanVersion.objects.update(said="Never was")
    with acting(cast.manager), pytest.raises(DatabaseError):
        PlanReview.objects.filter(pk=held.pk).update(changed="Never was")


def test_two_people_at_once_do_not_overwrite_each_other(plan, goal, cast, acting):
    by = cast.specialist.membership
    with acting(cast.specialist):
        services.change_goal(goal, text="First", own_words="", baseline=3, version=1, by=by)
        with pytest.raises(ChangedMeanwhile):
            services.change_goal(goal, text="Second", own_words="", baseline=3, version=1, by=by)
        with pytest.raises(ChangedMeanwhile):
            services.change_plan(plan, starts_on=START, hopes="", family_words="", aim="", version=1, by=by)
        assert Goal.objects.get().text == "First"
        assert Plan.objects.get().hopes == "I want my mornings back"


def test_a_goal_sent_twice_is_one(plan, cast, acting):
    key = uuid.uuid4()
    with acting(cast.specialist):
        for _ in range(2):
            services.add_goal(plan, text="Once", submission_key=key, by=cast.specialist.membership)
        assert Goal.objects.count() == 1
        assert PlanVersion.objects.count() == 2


@pytest.mark.parametrize("score", [-1, 11])
def test_scores_go_from_0_to_10(plan, goal, cast, acting, score):
    with acting(cast.specialist):
        with pytest.raises(ScoreOutOfRange):
            services.add_goal(plan, text="Too much", baseline=score, by=cast.specialist.membership)
        with pytest.raises(ScoreOutOfRange):
            review(plan, cast, scores={goal: score})
        assert not PlanReview.objects.exists()


def test_a_step_has_an_owner_is_ticked_and_can_be_taken_out_and_put_back(goal, cast, acting):
    by = cast.specialist.membership
    with acting(cast.specialist):
        with pytest.raises(OwnerNeeded):
            services.add_step(goal, text="Buy an alarm clock", by=by)
        step = services.add_step(goal, text="Buy an alarm clock", owner_words="Mum", due_on=TODAY, by=by)
        services.tick_step(step, done=True, by=by)
        step = services.tick_step(step, done=True, by=by)
        assert (step.done_on, step.version, step.who) == (TODAY, 2, "Mum")
        services.remove_step(step, version=2, by=by)
        assert queries.goal_lines(goal.plan, [])[0].steps == []
        services.remove_step(step, removed=False, version=3, by=by)
        assert [one.text for one in queries.goal_lines(goal.plan, [])[0].steps] == ["Buy an alarm clock"]


def test_a_goal_that_was_reached_can_be_worked_on_again(goal, cast, acting):
    by = cast.specialist.membership
    with acting(cast.specialist):
        ended = services.end_goal(goal, state="reached", version=1, by=by)
        assert (ended.state, ended.ended_on) == ("reached", TODAY)
        again = services.resume_goal(goal, version=2, by=by)
        assert (again.state, again.ended_on) == ("active", None)


def test_reviews_score_each_goal_and_say_where_the_pupil_stands(plan, goal, cast, acting):
    with acting(cast.specialist):
        assert queries.goal_lines(plan, [])[0].finding == "3 out of 10."
        review(plan, cast, held_on=dt.date(2026, 11, 16), scores={goal: 3})
        review(plan, cast, scores={goal: 6})
        line = queries.goal_lines(plan, list(queries.current_reviews(plan)))[0]

    assert [score for _, score in line.scores] == [3, 6]
    assert line.finding == "6 out of 10, up from 3."


def test_a_review_is_of_a_day_of_the_plan_and_one_a_day(plan, cast, acting):
    with acting(cast.specialist):
        for day in (START - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)):
            with pytest.raises(ReviewInFuture):
                review(plan, cast, held_on=day)
        review(plan, cast)
        with pytest.raises(ReviewThere):
            review(plan, cast)


def test_a_review_is_corrected_by_another_and_both_stay(plan, goal, cast, acting):
    with acting(cast.specialist):
        first = review(plan, cast, scores={goal: 9})
        second = review(plan, cast, scores={goal: 6}, changed="Up half an hour earlier", corrects=first)
        with pytest.raises(CorrectedAlready):
            review(plan, cast, held_on=dt.date(2026, 11, 17), corrects=first)
        assert list(queries.current_reviews(plan)) == [second]
        assert queries.goal_lines(plan, [second])[0].latest == 6
        assert list(PlanReview.objects.order_by("pk").values_list("changed", flat=True)) == [
            "Up an hour earlier", "Up half an hour earlier",
        ]  # fmt: skip


def test_a_goal_of_another_case_is_neither_scored_nor_linked(plan, goal, cast, acting, as_system):
    with as_system():
        other = Case.objects.exclude(pk=plan.case_id).get()
        theirs = Goal.objects.create(
            plan=Plan.objects.create(case=other, starts_on=START), case=other, text="Zoya’s goal"
        )
        session = make_session(posts=[cast.specialist.post], places=[plan.case.pupil])
    with acting(cast.specialist):
        with pytest.raises(GoalNotOfCase):
            review(plan, cast, scores={theirs: 4})
        with pytest.raises(GoalNotOfCase):
            services.link_session(session, [theirs], case=plan.case, by=cast.specialist.membership)


def test_a_session_is_linked_to_the_goals_it_was_for(plan, goal, cast, acting, as_system):
    by = cast.specialist.membership
    with acting(cast.specialist):
        second = services.add_goal(plan, text="Read aloud", by=by)
    with as_system():
        session = make_session(posts=[cast.specialist.post], places=[plan.case.pupil], intervention_type="therapy")
    with acting(cast.specialist):
        services.link_session(session, [goal, second], case=plan.case, by=by)
        services.link_session(session, [goal], case=plan.case, by=by)
        assert list(GoalSession.objects.values_list("goal__text", flat=True)) == ["In school by ten"]
        assert [line.sessions for line in queries.goal_lines(plan, [])] == [1, 0]
        assert queries.intervention_types_for(plan) == {goal.pk: {"therapy"}}
        offered = queries.goals_for(session)
        assert [(g.text, on) for g, on in offered[0][1]] == [("In school by ten", True), ("Read aloud", False)]


def test_reviews_are_due_after_six_weeks_then_at_the_end_of_each_half_term(northgate, as_system):
    start = dt.date(2026, 11, 10)
    with as_system():
        dates = ReviewDates(SchoolCalendar.of(), 6)
    due = list(dates.of(start))

    # Six weeks on lies in the Christmas holiday: the first school day after it.
    assert due[:3] == [dt.date(2027, 1, 4), dt.date(2027, 2, 12), dt.date(2027, 3, 25)]
    assert dates.next(start, None) == due[0]
    # A little early counts; so does one that comes late.
    assert dates.next(start, dt.date(2026, 12, 22)) == due[1]
    assert dates.next(start, dt.date(2026, 11, 20)) == due[0]
    assert dates.next(start, dt.date(2027, 1, 20)) == due[1]
    # Past the calendar's end: six weeks after the last.
    assert dates.next(start, dt.date(2027, 7, 20)) == dt.date(2027, 8, 31)


def test_the_next_review_of_a_case(plan, case, cast, acting, as_system):
    with acting(cast.specialist):
        assert queries.next_review(case) == dt.date(2027, 1, 4)
        review(plan, cast)
        assert queries.next_review(case) == dt.date(2027, 1, 4)
        assert [(one.case.pk, one.due_on) for one in queries.reviews_due(until=dt.date(2027, 1, 4))] == [
            (case.pk, dt.date(2027, 1, 4))
        ]
        assert queries.reviews_due(until=dt.date(2027, 1, 3)) == []
    with as_system():
        Case.objects.filter(pk=case.pk).update(ended_on=TODAY, end_reason="ready")
        case.refresh_from_db()
        assert queries.next_review(case) is None
        assert queries.reviews_due(until=dt.date(2028, 1, 1)) == []


def test_the_way_back_week_by_week_with_its_checks(case, cast, northgate, acting):
    by = cast.specialist.membership
    with acting(cast.specialist):
        row = services.plan_reintegration(
            case, school=northgate.mainstream, starts_on=dt.date(2026, 11, 16), contact="Ms Hale", by=by
        )
        week = services.add_week(row, half_days=["wed_am", "mon_am"], who_does_what="Sam walks in with her", by=by)
        services.add_week(row, half_days=["mon_am", "mon_pm", "wed_am"], by=by)
        services.change_week(week, half_days=["tue_am"], who_does_what="", version=1, by=by)
        with pytest.raises(ChangedMeanwhile):
            services.change_week(week, half_days=[], who_does_what="", version=1, by=by)
        with pytest.raises(CheckInFuture):
            services.record_check(row, weeks=6, held_on=TODAY + dt.timedelta(days=1), outcome="as_planned", by=by)
        services.record_check(row, weeks=6, held_on=TODAY, outcome="changed", text="Mornings only", by=by)

        assert list(row.weeks.values_list("number", "half_days")) == [
            (1, ["tue_am"]), (2, ["mon_am", "mon_pm", "wed_am"]),
        ]  # fmt: skip
        assert list(row.checks.values_list("weeks", "outcome")) == [(6, "changed")]
        services.drop_last_week(row, by=by)
        assert row.weeks.count() == 1


def test_whoever_sees_single_cases_writes_no_goal_into_a_plan_that_they_do_not_see(
    plan, goal, northgate, cast, acting, as_system
):
    """Priya sees Riverside's cases: Amira's, not Zoya's."""
    with as_system():
        other = Case.objects.exclude(pk=plan.case_id).get()
        hidden = Plan.objects.create(case=other, starts_on=START)
    with acting(cast.riverside):
        assert list(Plan.objects.all()) == [plan]
        Goal.objects.create(plan=plan, case=plan.case, text="Seen")
    for case in (other, plan.case):
        with acting(cast.riverside), pytest.raises(DatabaseError):
            Goal.objects.create(plan=hidden, case=case, text="Not seen")


def test_a_version_holds_what_the_plan_said(plan, goal, cast, acting):
    with acting(cast.specialist):
        services.add_step(goal, text="Alarm clock", owner=cast.specialist.post, due_on=TODAY, by=None)
        kept = keep_version(plan, "Read", by=None).content

    assert kept == {
        "starts_on": "2026-11-10", "hopes": "I want my mornings back", "family_words": "", "aim": "",
        "goals": [
            {
                "text": "In school by ten", "own_words": "Not being rushed", "state": "active",
                "baseline": 3, "latest": 3,
                "steps": [{"text": "Alarm clock", "who": "Sam Okafor", "due_on": "2026-11-18", "done_on": ""}],
            }
        ],
    }  # fmt: skip
