"""What the lifelike taskforce has of its team: terms, funding, days, absences, a vacancy, induction, somebody out."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django.utils import timezone
from django.utils.timezone import localdate

from apst.people import services
from apst.people.models import LoneVisit, Post, Pupil
from apst.places.calendar import year_of
from apst.tenancy.context import acting_as_system, acting_for
from cases import services as cases
from cases.models import StaffWork

DAY = dt.timedelta(days=1)


def furnish(world: Any, posts: SimpleNamespace) -> None:
    """Add the rows of the team to a lifelike world; its `rows` get vacancy, funding, cost and visit."""
    with acting_as_system(world.taskforce):
        _money(world, posts)
        _days(world, posts)
        _support(world, posts)
        services.publish_guide(
            who_we_are="Speech and language, mental health and youth work, in your school four days a week.",
            how_to_refer="Talk to any of us in the corridor, or refer here. We answer within ten school days.",
            what_we_do_not_do="We are no extra teaching assistants, and we do not cover lunch duty.",
            seen=0,
            by=None,
        )
        services.publish_briefing(
            world.rows["site"],
            text="Say one thing at a time, and wait.\n\nWarn before a change of room.",
            seen=0,
            by=None,
        )
        _sessions(world, posts)
    with acting_for(world.taskforce, world.people.specialist):
        world.rows["visit"] = services.go_out(
            kind="home_visit",
            place="Mill Lane, the house with the blue door",
            expected_back_at=timezone.now() + dt.timedelta(hours=1),
            by=world.people.specialist.membership,
        )
    with acting_as_system(world.taskforce):
        LoneVisit.objects.create(
            member=world.people.police.membership,
            kind="lift",
            place="From Riverside to the college",
            left_at=timezone.now() - dt.timedelta(hours=2),
            expected_back_at=timezone.now() - dt.timedelta(minutes=40),
            alarmed_at=timezone.now(),
        )


def _money(world: Any, posts: SimpleNamespace) -> None:
    today = localdate()
    funding = services.add_funding(
        source="high_needs",
        name="High needs block, taskforce",
        annual_pounds=140_000,
        starts_on=today - 400 * DAY,
        by=None,
    )
    ending = services.add_funding(
        source="programme",
        name="Change Programme Partnership",
        annual_pounds=60_000,
        is_match=True,
        starts_on=today - 400 * DAY,
        ends_on=today + 90 * DAY,
        by=None,
    )
    services.agree_terms(
        posts.sam,
        changes={
            "agreement": "secondment",
            "starts_on": posts.sam.start_date,
            "review_on": today + 20 * DAY,
            "annual_cost_pounds": 46_500,
        },
        fundings=[funding, ending],
        by=None,
    )
    services.agree_terms(posts.priya, changes={"annual_cost_pounds": 24_000}, fundings=[funding], by=None)
    year = year_of(today - 365 * DAY)
    services.add_cost(item="equipment", academic_year=year, pounds=5_400, by=None)
    world.rows["cost"] = services.add_cost(item="manager", academic_year=year, pounds=36_000, notes="0.6", by=None)
    world.rows["funding"] = funding


def _days(world: Any, posts: SimpleNamespace) -> None:
    days = {posts.sam: "mon;tue;wed;thu;fri", posts.priya: "mon;wed;fri", posts.lee: "thu"}
    for post, said in days.items():
        Post.objects.filter(pk=post.pk).update(working_days=said)
    post = Post.objects.get(pk=posts.sam.pk)
    services.place_days(post, sites={"mon": world.rows["site"], "tue": world.rows["riverside"]}, by=None)
    today = localdate()
    services.record_absence(posts.priya.specialist, starts_on=today, ends_on=today + 2 * DAY, by=None)
    world.rows["vacancy"] = services.open_vacancy(
        specialist_type="educational_psychologist",
        fte_hundredths=40,
        since=today - 70 * DAY,
        recruiting="Advertised twice; talks with the authority’s service",
        by=None,
    )


def _support(world: Any, posts: SimpleNamespace) -> None:
    services.set_induction(
        ["Introduction to working in alternative provision", "Met the designated safeguarding lead"], by=None
    )
    services.arrange_supervision(
        posts.sam.specialist,
        kind="clinical",
        supervisor="Dr Patel, children’s therapies",
        every_weeks=4,
        starts_on=localdate() - 100 * DAY,
        by=None,
    )


def _sessions(world: Any, posts: SimpleNamespace) -> None:
    """Training with feedback, an advice line call, supervision, and a day of holiday provision."""
    today = localdate()
    world.rows["training"] = cases.log_staff_work(
        kind="training",
        audience="this_school",
        topic="Speaking so that pupils understand",
        specialists=[posts.sam],
        held_on=today - 9 * DAY,
        minutes=90,
        staff_trained=14,
        places=20,
        by=None,
    )
    work = StaffWork.objects.get(intervention=world.rows["training"])
    cases.record_feedback(work, score=4.4, words="More of this, please", by=None)
    cases.log_staff_work(
        kind="advice_line",
        audience="mainstream",
        topic="Attendance has dropped: whom to ask",
        school=world.rows["establishment"],
        specialists=[posts.priya],
        held_on=today - 2 * DAY,
        minutes=30,
        staff_trained=1,
        by=None,
    )
    cases.log_staff_work(
        kind="clinical_supervision", specialists=[posts.sam], held_on=today - 40 * DAY, minutes=60, by=None
    )
    programme = cases.plan_programme(
        name="October: boats and bikes",
        starts_on=today - 30 * DAY,
        ends_on=today - 26 * DAY,
        places=12,
        footing="school",
        cost_pounds=1_400,
        by=None,
    )
    pupils = list(Pupil.objects.order_by("pk")[:3])
    cases.give_places(programme, pupils, by=None)
    cases.keep_register(
        programme,
        day=today - 29 * DAY,
        minutes=300,
        specialists=[posts.priya],
        places=[(pupils[0], "attended"), (pupils[1], "attended"), (pupils[2], "was_not_brought")],
        by=None,
    )
    world.rows["holiday"] = programme
