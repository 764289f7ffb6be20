"""The pages of plans, the way back, passports and class sheets, as the people who use them meet them."""

import datetime as dt
import html
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apst.accounts.models import Draft
from apst.accounts.services import save_draft
from apst.audit.models import AccessEntryPupil
from apst.jobs.models import Job
from apst.tenancy.context import acting_as_system
from cases import services
from cases.models import (
    Goal,
    GoalSession,
    GoalStep,
    Passport,
    PassportAccess,
    PassportFeedback,
    PassportVersion,
    Plan,
    PlanReview,
    Reintegration,
    ReintegrationWeek,
    TeachingGroup,
)
from tests.clock import TODAY
from tests.factories import make_case, make_pupil, make_session

DAY = dt.timedelta(days=1)
REVIEW, UNTIL = TODAY + 90 * DAY, TODAY + 200 * DAY


@pytest.fixture
def sam(cast, client_for, northgate):
    """Sam's phone, signed in."""
    return client_for(cast.specialist, northgate)


@pytest.fixture
def tom(cast, client_for, northgate):
    """A teacher's browser."""
    return client_for(cast.school_staff, northgate)


@pytest.fixture
def plan(case, cast, acting):
    """Amira's plan with one goal."""
    by = cast.specialist.membership
    with acting(cast.specialist):
        plan = services.start_plan(case, starts_on=case.opened_on, hopes="I want my mornings back", by=by)
        services.add_goal(plan, text="In school by ten", own_words="Not being rushed", baseline=3, by=by)
    return plan


@pytest.fixture
def passport(case, cast, acting):
    """Amira's passport, agreed to and shared with Tom."""
    by = cast.specialist.membership
    with acting(cast.specialist):
        passport = services.write_passport(
            case, name="Amira Ahmed", sections={"good_at": "Being kind to dogs"}, written_with="Sam", agreed=True,
            review_on=REVIEW, by=by,
        ).passport  # fmt: skip
        passport.refresh_from_db()
        services.share_passport(passport, cast.school_staff.membership, until=UNTIL, by=by)
    return passport


def sending(northgate, **fields):
    return {"taskforce": str(northgate.public_id), "submission_key": str(uuid.uuid4()), **fields}


def text(response):
    return html.unescape(re.sub(r"\s+", " ", response.content.decode()))


def date(name, day):
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


PLAN_SEEN = {
    "manager": 200, "specialist": 200, "riverside": 200, "allocated": 404, "dsl": 200, "slt": 200, "school_staff": 404,
    "ig_lead": 404, "coordinator": 200,
}  # fmt: skip


@pytest.mark.parametrize(("who", "status"), PLAN_SEEN.items())
def test_who_reads_a_plan(plan, case, cast, northgate, client_for, who, status):
    client = client_for(getattr(cast, who), northgate)

    for address in (
        f"/cases/{case.public_id}/plan/",
        f"/cases/{case.public_id}/way-back/",
        f"/plans/{plan.public_id}/versions/",
        f"/plan-versions/{plan_version(plan)}/",
    ):
        answer = client.get(address)
        assert answer.status_code in (status, 403 if status == 404 else status), address
        assert ("In school by ten" in text(answer)) == (status == 200 and "way-back" not in address), address


def plan_version(plan):
    with acting_as_system(plan.tenant, durable=False):
        return plan.versions.first().public_id


WRITES = ("manager", "specialist", "riverside")


@pytest.mark.parametrize("who", PLAN_SEEN)
def test_who_writes_a_plan(plan, cast, northgate, client_for, as_system, who):
    client = client_for(getattr(cast, who), northgate)

    answer = client.post(f"/plans/{plan.public_id}/goals/add/", sending(northgate, text="Another goal", baseline=""))

    assert (answer.status_code == 302) == (who in WRITES), answer.status_code
    with as_system():
        assert Goal.objects.count() == (2 if who in WRITES else 1)


PASSPORT_SEEN = {**PLAN_SEEN, "school_staff": 200}


@pytest.mark.parametrize(("who", "status"), PASSPORT_SEEN.items())
def test_who_reads_a_passport(passport, case, cast, northgate, client_for, as_system, who, status):
    client = client_for(getattr(cast, who), northgate)

    answer = client.get(f"/passports/{passport.public_id}/")

    assert answer.status_code in (status, 403 if status == 404 else status)
    assert ("Being kind to dogs" in text(answer)) == (status == 200)
    in_case = client.get(f"/cases/{case.public_id}/passport/").status_code
    assert in_case == (404 if who in ("school_staff", "allocated", "ig_lead") else 200)
    with as_system():
        seen = AccessEntryPupil.objects.filter(pupil_id=case.pupil_id).count()
        assert (seen > 0) == (status == 200)


def test_signed_out_there_is_no_passport(passport, client):
    answer = client.get(f"/passports/{passport.public_id}/")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_once_the_share_has_ended_the_address_is_nobodys(passport, tom, cast, acting, as_system):
    assert tom.get(f"/passports/{passport.public_id}/").status_code == 200
    with as_system():
        PassportAccess.objects.update(expires_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))

    assert tom.get(f"/passports/{passport.public_id}/").status_code == 404
    assert tom.post(f"/passports/{passport.public_id}/pdf/").status_code in (403, 404)
    assert "Amira" not in text(tom.get("/passports/"))


def test_starting_a_plan_adding_a_goal_a_step_and_ticking_it(sam, case, northgate, as_system):
    page = f"/cases/{case.public_id}/plan/"
    assert "There is no plan yet" in text(sam.get(page))

    sam.post(
        f"{page}start/",
        sending(northgate, hopes="My own bed", family_words="", aim="", **date("starts_on", TODAY)),
    )
    with as_system():
        plan = Plan.objects.get()
    sam.post(f"/plans/{plan.public_id}/goals/add/", sending(northgate, text="Sleep", own_words="", baseline="4"))
    with as_system():
        goal = Goal.objects.get()
    sam.post(
        f"/goals/{goal.public_id}/steps/add/",
        sending(northgate, text="Phone downstairs", owner="", owner_words="Dad"),
    )
    with as_system():
        step = GoalStep.objects.get()
    sam.post(f"/steps/{step.public_id}/tick/", sending(northgate, done="yes"))

    said = text(sam.get(page))
    for words in ("My own bed", "Sleep", "4 out of 10.", "Phone downstairs", "Dad, done on"):
        assert words in said
    with as_system():
        assert GoalStep.objects.get().done_on == TODAY


@pytest.mark.parametrize(
    ("address", "fields", "sentence"),
    [
        ("plans/{plan}/goals/add/", {"text": "", "baseline": "4"}, "Write what is to get better"),
        ("plans/{plan}/goals/add/", {"text": "x" * 201, "baseline": ""}, "at most 200"),
        ("plans/{plan}/goals/add/", {"text": "Sleep", "baseline": "11"}, "valid choice"),
        ("goals/{goal}/steps/add/", {"text": "Ring", "owner": "", "owner_words": ""}, "Choose who does it"),
        ("plans/{plan}/review/", {"present": "", "changed": "x", "following": "y"}, "Write who was there"),
        ("cases/{case}/way-back/plan/", {"school": ""}, "Select the school"),
        ("cases/{case}/passport/write/", {"name": "Amira", "written_with": "Sam"}, "Write something under"),
    ],
)  # fmt: skip
def test_bad_input_is_answered_in_words_and_changes_nothing(
    sam, plan, case, northgate, as_system, address, fields, sentence
):
    with as_system():
        goal = Goal.objects.get()
    where = address.format(plan=plan.public_id, goal=goal.public_id, case=case.public_id)
    days = {**date("held_on", TODAY), **date("starts_on", TODAY), **date("review_on", REVIEW)}

    answer = sam.post(f"/{where}", sending(northgate, **days, **fields))

    assert answer.status_code == 200
    assert sentence in text(answer)
    assert "There is a problem" in text(answer)
    with as_system():
        counts = (Goal.objects.count(), GoalStep.objects.count(), PlanReview.objects.count(), Passport.objects.count())
        assert counts == (1, 0, 0, 0)
        assert not Reintegration.objects.exists()


def test_somebody_elses_change_is_shown_before_mine_takes_its_place(sam, plan, cast, northgate, acting, as_system):
    with acting(cast.riverside):
        services.change_plan(
            plan, starts_on=plan.starts_on, hopes="Written by Priya", family_words="", aim="", version=2, by=None
        )
    mine = sending(northgate, hopes="Written by Sam", family_words="", aim="", **date("starts_on", plan.starts_on))

    answer = sam.post(f"/plans/{plan.public_id}/change/", {**mine, "based_on": "2"})

    assert "Somebody else has changed this" in text(answer)
    assert "Written by Priya" in text(answer)
    assert "Written by Sam" in text(answer)
    version = re.search(r'name="based_on" value="(\d+)"', text(answer))[1]
    assert sam.post(f"/plans/{plan.public_id}/change/", {**mine, "based_on": version}).status_code == 302
    with as_system():
        assert Plan.objects.get().hopes == "Written by Sam"
        assert [v.content["hopes"] for v in plan.versions.order_by("number")][-2:] == [
            "Written by Priya", "Written by Sam",
        ]  # fmt: skip


def test_what_was_begun_comes_back_and_an_old_draft_overwrites_nothing(sam, plan, cast, case, northgate, acting):
    key = f"plan-{case.public_id}"
    with acting(cast.specialist):
        save_draft(key, {"hopes": "Half a sent", "based_on": "2", **date("starts_on", plan.starts_on)}, version=0)
        services.change_plan(plan, starts_on=plan.starts_on, hopes="Newer", family_words="", aim="", version=2, by=None)

    page = text(sam.get(f"/plans/{plan.public_id}/change/"))

    assert "Half a sent" in page
    assert "This is what you had begun" in page
    assert 'name="based_on" value="2"' in page
    assert "There is a problem" not in page
    with acting(cast.specialist):
        assert Draft.objects.filter(form=key).exists()


def test_a_review_is_recorded_once_and_corrected_with_both_versions_kept(sam, plan, northgate, as_system):
    with as_system():
        goal = Goal.objects.get()
    form = sending(
        northgate, present="Amira, mum", changed="Up earlier", following="Go on",
        **{f"score-{goal.public_id}": "6"}, **date("held_on", TODAY),
    )  # fmt: skip
    for _ in range(2):
        sam.post(f"/plans/{plan.public_id}/review/", form)
    with as_system():
        review = PlanReview.objects.get()
    assert "6 out of 10, up from 3." in text(sam.get(f"/cases/{plan.case.public_id}/plan/"))

    sam.post(
        f"/plan-reviews/{review.public_id}/correct/",
        {**form, "submission_key": str(uuid.uuid4()), "changed": "Up a little earlier"},
    )

    page = text(sam.get(f"/cases/{plan.case.public_id}/plan/"))
    assert "Up a little earlier" in page
    assert "What it said before" in page
    timeline = text(sam.get(f"/cases/{plan.case.public_id}/"))
    assert timeline.count("Plan reviewed</a>") == 1
    assert "Up earlier" in timeline


def test_everything_of_plans_and_passports_is_on_the_timeline(sam, plan, passport, case, cast, northgate, acting):
    by = cast.specialist.membership
    with acting(cast.specialist):
        services.record_review(plan, held_on=TODAY, present="All", changed="Much", following="More", scores={}, by=by)
        way = services.plan_reintegration(case, school=northgate.mainstream, starts_on=TODAY, by=by)
        services.record_check(way, weeks=6, held_on=TODAY, outcome="as_planned", text="Every morning", by=by)
        services.say_what_worked(passport, worked="yes", text="The quiet minute", by=by)

    page = text(sam.get(f"/cases/{case.public_id}/"))

    for words in (
        "Plan started", "Goal added: In school by ten", "Plan reviewed", "Way back to Hillside School planned",
        "After 6 weeks at Hillside School", "Going as planned", "Every morning", "Communication passport written",
        "Passport in class: it worked", "The quiet minute",
    ):  # fmt: skip
        assert words in page, words
    only = text(sam.get(f"/cases/{case.public_id}/?kind=plan_review"))
    assert "Plan reviewed" in only
    assert "The quiet minute" not in only


def test_the_bar_says_when_the_plan_is_looked_at_next_and_that_a_check_is_overdue(
    sam, plan, case, cast, northgate, acting
):
    by = cast.specialist.membership
    with acting(cast.specialist):
        services.plan_reintegration(case, school=northgate.mainstream, starts_on=TODAY - 43 * DAY, by=by)

    page = text(sam.get(f"/cases/{case.public_id}/"))

    assert "Next review" in page
    assert "Way back to be checked" in page


def test_undo_works_on_a_goal_again_and_puts_a_step_back(sam, plan, cast, northgate, acting, as_system):
    with acting(cast.specialist):
        goal = Goal.objects.get()
        step = services.add_step(goal, text="Alarm clock", owner_words="Mum", by=None)

    answer = sam.post(f"/goals/{goal.public_id}/end/", sending(northgate, state="reached", based_on="1"), follow=True)
    address, version = re.search(
        r'action="(/goals/[^"]+/resume/)".*?name="based_on" value="(\d+)"', text(answer)
    ).groups()
    sam.post(address, sending(northgate, based_on=version))
    answer = sam.post(f"/steps/{step.public_id}/remove/", sending(northgate, based_on="1"), follow=True)
    assert "Alarm clock" not in text(answer)
    address, version = re.search(
        r'action="(/steps/[^"]+/restore/)".*?name="based_on" value="(\d+)"', text(answer)
    ).groups()
    answer = sam.post(address, sending(northgate, based_on=version), follow=True)

    assert "Alarm clock" in text(answer)
    with as_system():
        assert Goal.objects.get().state == "active"


def test_a_session_says_for_which_goal_it_was_from_either_page(sam, plan, case, cast, northgate, as_system):
    with as_system():
        goal = Goal.objects.get()
        session = make_session(posts=[cast.specialist.post], places=[case.pupil])
    page = f"/sessions/{session.public_id}/"
    assert "Which goals of Amira Ahmed was it for?" in text(sam.get(page))

    sam.post(f"{page}goals/", sending(northgate, goals=[str(goal.public_id)]))
    with as_system():
        assert GoalSession.objects.get().goal_id == goal.pk
    assert "1 session for this goal" in text(sam.get(f"/cases/{case.public_id}/plan/"))
    sam.post(f"/goals/{goal.public_id}/sessions/", sending(northgate))

    with as_system():
        assert not GoalSession.objects.exists()


def test_the_way_back_week_by_week(sam, case, northgate, as_system):
    page = f"/cases/{case.public_id}/way-back/"
    sam.post(
        f"{page}plan/",
        sending(northgate, school=str(northgate.mainstream.public_id), contact="Ms Hale", agreed="",
                **date("starts_on", TODAY)),
    )  # fmt: skip
    with as_system():
        way = Reintegration.objects.get()
    week = sending(northgate, half_days=["mon_am", "wed_am", "wed_pm"], who_does_what="Sam walks in", based_on="1")
    for _ in range(2):
        sam.post(f"/ways-back/{way.public_id}/weeks/add/", week)

    said = text(sam.get(page))
    assert "Monday morning, Wednesday all day" in said
    assert "3 half-days" in said
    with as_system():
        assert ReintegrationWeek.objects.count() == 1


def test_writing_and_sharing_a_passport_and_hearing_what_worked(sam, tom, case, cast, northgate, as_system):
    page = f"/cases/{case.public_id}/passport/"
    form = sending(
        northgate, name="Amira", good_at="Dogs", written_with="Sam", agreed="on", based_on="0",
        **date("review_on", REVIEW),
    )  # fmt: skip
    sam.post(f"{page}write/", form)
    with as_system():
        passport = Passport.objects.get()
        member = cast.school_staff.membership.public_id
    sam.post(f"/passports/{passport.public_id}/share/", sending(northgate, member=str(member), **date("until", UNTIL)))
    assert "Amira" in text(tom.get("/"))
    answer = tom.post(
        f"/passports/{passport.public_id}/", sending(northgate, worked="yes", text="The dog picture"), follow=True
    )
    assert "The team reads what you wrote" in text(answer)

    said = text(sam.get(page))
    assert "The dog picture" in said
    assert "Tom Ellis" in said
    sam.post(f"/passports/{passport.public_id}/unshare/", sending(northgate, member=str(member)))
    assert tom.get(f"/passports/{passport.public_id}/").status_code == 404
    with as_system():
        assert PassportFeedback.objects.get().written_by_id == cast.school_staff.membership.pk


def test_a_class_sheet_from_making_the_group_to_what_worked(sam, tom, passport, cast, northgate, as_system):
    member = str(cast.school_staff.membership.public_id)
    sam.post("/class-sheets/new/", sending(northgate, name="9B Art", establishment=str(northgate.mainstream.public_id)))
    with as_system():
        group = TeachingGroup.objects.get()
    sheet = f"/class-sheets/{group.public_id}/"
    assert "Amira Ahmed" in text(sam.post(f"{sheet}pupils/", sending(northgate, q="ami")))
    sam.post(f"{sheet}pupils/", sending(northgate, q="ami", add="yes", passports=[str(passport.public_id)]))
    sam.post(f"{sheet}share/", sending(northgate, member=member, **date("until", UNTIL)))

    assert "Being kind to dogs" in text(tom.get(sheet))
    tom.post(sheet, sending(northgate, passport=str(passport.public_id), worked="no", text="Not on Fridays"))
    assert tom.get(f"{sheet}share/").status_code == 403
    with as_system():
        assert PassportFeedback.objects.get().text == "Not on Fridays"
    sam.post(f"{sheet}end/", sending(northgate))
    # What was shared with Tom alone he still has.
    assert tom.get(f"/passports/{passport.public_id}/").status_code == 200


def test_the_words_that_pupils_read_are_the_managers_to_choose(cast, client_for, northgate, sam, passport):
    maya = client_for(cast.manager, northgate)
    assert sam.get("/settings/words/").status_code == 403

    maya.post("/settings/words/", sending(northgate, list="passport", good_at="My strengths"))

    assert "My strengths" in text(maya.get(f"/passports/{passport.public_id}/"))


def test_a_paper_is_drawn_for_whoever_may_read_it(sam, tom, plan, passport, northgate, as_system):
    answer = sam.post(f"/cases/{plan.case.public_id}/papers/plan/", sending(northgate))
    assert answer.status_code == 302
    assert tom.post(f"/cases/{plan.case.public_id}/papers/plan/", sending(northgate)).status_code == 404
    assert tom.post(f"/passports/{passport.public_id}/pdf/", sending(northgate)).status_code == 302
    with as_system():
        assert set(Job.objects.values_list("kind", flat=True)) == {"cases.draw_paper", "cases.draw_passports"}


def test_reviews_due_asks_as_much_for_ten_as_for_many(cast, client_for, northgate, as_system):
    maya = client_for(cast.manager, northgate)

    def queries():
        maya.get("/plans/due/")
        with CaptureQueriesContext(connection) as caught:
            page = text(maya.get("/plans/due/"))
        return len(caught), page.count("overdue")

    def more(number):
        with as_system():
            for _ in range(number):
                case = make_case(pupil=make_pupil(), opened_on=TODAY - 100 * DAY)
                Plan.objects.create(case=case, starts_on=TODAY - 90 * DAY)

    more(10)
    few = queries()
    more(40)
    many = queries()

    assert few[0] == many[0]
    assert (few[1] >= 10, many[1] >= 50) == (True, True)


def test_a_plan_asks_as_much_for_one_goal_as_for_many(sam, plan, cast, acting):
    by = cast.specialist.membership

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert sam.get(f"/cases/{plan.case.public_id}/plan/").status_code == 200
        return len(caught)

    def review(day):
        with acting(cast.specialist):
            services.record_review(
                plan, held_on=day, present="All", changed="Much", following="More",
                scores=dict.fromkeys(Goal.objects.all(), 5), by=by,
            )  # fmt: skip

    queries()
    review(plan.starts_on)
    with acting(cast.specialist):
        services.add_step(Goal.objects.get(), text="Step", owner=cast.specialist.post, by=by)
    one = queries()
    with acting(cast.specialist):
        for number in range(8):
            goal = services.add_goal(plan, text=f"Goal {number}", baseline=1, by=by)
            services.add_step(goal, text="Step", owner=cast.specialist.post, by=by)
    for number in range(1, 6):
        review(plan.starts_on + number * DAY)

    assert queries() == one


def test_school_staff_see_only_the_version_that_was_agreed(tom, passport, case, cast, acting):
    with acting(cast.specialist):
        services.write_passport(
            case, name="Amira Ahmed", sections={"good_at": "Not agreed"}, written_with="Sam", agreed=False,
            review_on=REVIEW, by=cast.specialist.membership,
        )  # fmt: skip
        assert PassportVersion.objects.count() == 2

    assert "Not agreed" not in text(tom.get(f"/passports/{passport.public_id}/"))
    assert tom.get(f"/passports/{passport.public_id}/versions/").status_code == 403


def test_a_step_that_is_due_is_on_its_owners_today(case, cast, acting, northgate, client_for):
    with acting(cast.specialist):
        by = cast.specialist.membership
        goal = services.add_goal(services.start_plan(case, starts_on=TODAY, by=by), text="Mornings", by=by)
        for text, owner, days in (
            ("Ring the college", cast.specialist.post, -2),
            ("Ask about breakfast", cast.specialist.post, 0),
            ("Next week", cast.specialist.post, 1),
            ("Priya’s own", cast.riverside.post, -2),
        ):
            services.add_step(goal, text=text, owner=owner, due_on=TODAY + days * DAY, by=by)
        done = services.add_step(goal, text="Done already", owner=cast.specialist.post, due_on=TODAY, by=by)
        services.tick_step(done, done=True, by=by)

    page = client_for(cast.specialist, northgate).get("/").content.decode()
    listed = page.partition("Steps that are due")[2].partition("</ul>")[0]

    assert re.findall(r'">([^<]+)</a>', listed) == ["Ring the college", "Ask about breakfast"]
    assert f"for Amira Ahmed, was due on {TODAY - 2 * DAY:%-d %B}" in listed
    assert "due today" in listed
