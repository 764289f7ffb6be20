"""Capacity, cover, training and holidays: hours are counted once, and figures are whole for whoever sees figures."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from apst.people.models import Post, Vacancy
from apst.people.services import arrange_supervision, record_absence
from apst.places.calendar import SchoolCalendar
from cases import services
from cases.exceptions import DayOutsideProgramme
from cases.models import Case, Intervention, StaffWork
from cases.queries.capacity import Rate, caseloads, contracted_minutes, hours_between, vacancy_costs
from cases.queries.holidays import figures_of
from cases.queries.staff_work import supervised
from reporting import facts
from reporting.figures import Reckoning
from tests.factories import make_pupil, make_session

DAY = dt.timedelta(days=1)


@pytest.fixture
def today():
    return localdate()


@pytest.fixture
def worked(cast, case, as_system, northgate, today):
    """One of each: delivered, missed, not counted, by two, deleted, and for staff."""
    sam, priya = cast.specialist.post, cast.riverside.post
    with as_system():
        held = {"held_on": today - 8 * DAY, "site": northgate.riverside}
        make_session(posts=[sam], places=[case.pupil], minutes=60, **held)
        make_session(posts=[sam, priya], places=[case.pupil], minutes=30, **held)
        make_session(posts=[sam], places=[(case.pupil, "did_not_attend")], minutes=45, **held)
        make_session(posts=[sam], places=[(case.pupil, "cancelled_by_taskforce")], minutes=20, **held)
        make_session(posts=[sam], minutes=15, activity_type="admin", **held)
        make_session(posts=[sam], minutes=50, activity_type="staff_training", staff_trained=9, **held)
        make_session(
            posts=[sam], minutes=500, places=[case.pupil], deleted_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), **held
        )


@pytest.mark.parametrize("role", ["manager", "slt", "dsl", "coordinator", "riverside"])
def test_hours_are_whole_for_everybody_who_sees_figures(cast, acting, worked, northgate, today, role):
    with acting(getattr(cast, role)):
        rows = {row.post: row for row in hours_between(today - 28 * DAY, today)}

    sam, priya = rows[cast.specialist.post.pk], rows[cast.riverside.post.pk]
    assert sam.logged == 60 + 30 + 45 + 20 + 15 + 50
    # A session that nobody came to, or that was cancelled, and administration count nothing.
    assert (sam.site, sam.delivered) == (northgate.riverside.pk, 60 + 30 + 50)
    assert (priya.logged, priya.delivered) == (30, 30)


def test_delivered_hours_are_those_of_the_return(cast, acting, as_system, worked, today):
    with as_system():
        calendar = SchoolCalendar.of()
        period = calendar.period_of(today)
        facts.tell(period, calendar)
        cells = Reckoning("apst-1", period, sites=[], opening={}).cells()
        c1 = next(cell for cell in cells if (cell.measure, cell.breakdown) == ("C1", "all"))
    with acting(cast.manager):
        assert sum(row.delivered for row in hours_between(period.starts_on, period.ends_on)) == c1.amount


@pytest.mark.parametrize("role", ["school_staff", "ig_lead"])
def test_whoever_sees_no_figures_is_told_none(cast, acting, worked, today, role):
    with acting(getattr(cast, role)):
        assert hours_between(today - 28 * DAY, today) == []
        assert caseloads() == []


def test_a_restricted_case_counts_in_the_caseload(cast, case, acting, as_system):
    with as_system():
        services.restrict(case, holders=[cast.slt.membership, cast.dsl.membership], reason="x", by=None)
    with acting(cast.manager):
        assert not Case.objects.exists()
        assert [(row.post, row.led) for row in caseloads()] == [(cast.specialist.post.pk, 1)]


def test_a_contract_is_the_share_of_a_week_for_the_weeks_in_post(cast, today):
    post = Post(fte_hundredths=60, start_date=today - 13 * DAY)
    assert contracted_minutes(post, today - 27 * DAY, today, 37 * 60) == round(37 * 60 * 0.6 * 2)


def test_a_vacancy_costs_what_a_post_of_its_share_does_here(today):
    vacancy = Vacancy(specialist_type="mentor", fte_hundredths=50, since=today - 28 * DAY)
    later = Vacancy(specialist_type="mentor", fte_hundredths=50, since=today + DAY)

    costs = vacancy_costs([vacancy, later], Rate(minutes_a_week=1200, cases=9), today)

    assert [(cost.hours, cost.pupils) for cost in costs] == [(40, 4.5), (0, 4.5)]


def test_the_pages_ask_as_often_for_fifty_posts(cast, case, worked, northgate, as_system, client_for):
    client = client_for(cast.manager, northgate)
    counts = {}
    for address in ("/team/capacity/", "/team/cover/"):
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            assert client.get(address).status_code == 200
        counts[address] = len(few)
    with as_system():
        for n in range(50):
            Post.objects.create(
                specialist=cast.specialist.post.specialist, reference=f"X{n}", specialist_type="mentor",
                fte_hundredths=10, start_date=dt.date(2025, 9, 1), working_days="mon;tue;wed;thu;fri",
            )  # fmt: skip
    for address, number in counts.items():
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        assert len(many) == number, address


def test_tomorrows_case_of_somebody_away_is_given_away_at_one_press_and_taken_back(
    cast, case, northgate, as_system, client_for, today
):
    manager, day = client_for(cast.manager, northgate), today + DAY
    with as_system():
        Post.objects.filter(pk__in=[cast.specialist.post.pk, cast.riverside.post.pk]).update(
            working_days="mon;tue;wed;thu;fri"
        )
        record_absence(cast.specialist.post.specialist, starts_on=day, ends_on=day, by=None)
    page = manager.get(f"/team/cover/?day={day}").content.decode()
    given = manager.post(
        f"/cases/{case.public_id}/reassign/", {"post": str(cast.riverside.post.public_id), "day": str(day)}, follow=True
    )
    with as_system():
        case.refresh_from_db()
        taken = case.lead_id
    manager.post(f"/cases/{case.public_id}/reassign/", {"post": str(cast.specialist.post.public_id), "undo": "1"})

    assert "Priya Shah leads" in page
    assert "Undo" in given.content.decode()
    assert taken == cast.riverside.post.pk
    with as_system():
        case.refresh_from_db()
        assert case.lead_id == cast.specialist.post.pk


def test_training_is_one_session_though_it_is_sent_twice(cast, northgate, as_system, client_for, today):
    client, key = client_for(cast.specialist, northgate), str(uuid.uuid4())
    said = {
        "kind": "advice_line", "audience": "mainstream", "topic": "Attendance", "held_on": str(today), "length": "30",
        "staff_trained": "1", "school": str(northgate.mainstream.public_id), "submission_key": key,
    }  # fmt: skip
    for _ in range(2):
        assert client.post("/team/training/log/", said).status_code == 302

    with as_system():
        work = StaffWork.objects.select_related("intervention").get()
        session = work.intervention
    assert (session.activity_type, session.minutes, session.staff_trained) == ("staff_training", 30, 1)
    assert (work.kind, work.school_id) == ("advice_line", northgate.mainstream.pk)
    assert "Attendance" in client.get("/team/training/").content.decode()


def test_feedback_is_its_authors_even_when_the_window_has_closed(cast, acting, as_system, northgate, client_for, today):
    with acting(cast.specialist):
        session = services.log_staff_work(
            kind="training", audience="this_school", topic="Language", specialists=[cast.specialist.post],
            held_on=today, minutes=60, staff_trained=12, by=cast.specialist.membership,
        )  # fmt: skip
    with as_system():
        Intervention.objects.filter(pk=session.pk).update(
            changeable_until=today - DAY, logged_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        )
    here = f"/team/training/{session.public_id}/"

    wrong = client_for(cast.specialist, northgate).post(here, {"score": "6"})
    client_for(cast.specialist, northgate).post(here, {"score": "4.4", "words": "More"})
    client_for(cast.riverside, northgate).post(here, {"score": "1", "words": "Less"})

    assert wrong.status_code == 422
    with as_system():
        work = StaffWork.objects.get()
    assert (work.feedback_tenths, work.feedback_words) == (44, "More")


def test_supervision_is_due_from_its_last_date(cast, as_system, today):
    with as_system():
        who = cast.specialist.post.specialist
        arrange_supervision(
            who, kind="clinical", supervisor="Dr Patel", every_weeks=4, starts_on=today - 100 * DAY, by=None
        )
        never = supervised([who])[0]
        services.log_staff_work(
            kind="clinical_supervision",
            specialists=[cast.specialist.post],
            held_on=today - 7 * DAY,
            minutes=60,
            by=None,
        )
        once = supervised([who])[0]

    assert (never.last, never.is_overdue(today)) == (None, True)
    assert (once.last, once.due, once.is_overdue(today)) == (today - 7 * DAY, today + 21 * DAY, False)


def test_a_specialist_sees_their_own_supervision_alone(cast, as_system, northgate, client_for, today):
    with as_system():
        for post in (cast.specialist.post, cast.riverside.post):
            arrange_supervision(
                post.specialist, kind="line", supervisor="Maya Thornton", every_weeks=6, starts_on=today, by=None
            )
    page = client_for(cast.riverside, northgate).get("/team/supervision/").content.decode()
    assert ("Priya Shah" in page, "Sam Okafor" in page) == (True, False)


@pytest.fixture
def programme(as_system, today):
    with as_system():
        return services.plan_programme(
            name="October", starts_on=today - 10 * DAY, ends_on=today, cost_pounds=900, places=10, by=None
        )


def test_a_day_of_holiday_provision_is_a_session_and_counts_in_g2(cast, case, programme, as_system, today):
    with as_system():
        other = make_pupil()
        services.give_places(programme, [case.pupil, other], by=None)
        services.give_places(programme, [case.pupil], by=None)
        for n in (2, 1):
            services.keep_register(
                programme, day=today - n * DAY, minutes=240, specialists=[cast.riverside.post],
                places=[(case.pupil, "attended"), (other, "did_not_attend")], by=None,
            )  # fmt: skip
        with pytest.raises(DayOutsideProgramme):
            services.keep_register(
                programme, day=today - 11 * DAY, minutes=240, specialists=[cast.riverside.post], places=[], by=None
            )
        figures = figures_of([programme])[programme.pk]
        sessions = Intervention.objects.filter(activity_type="holiday").count()

    assert (figures.days, figures.places, figures.pupils, figures.contact) == (2, 2, 1, 480)
    assert sessions == 2


def test_places_and_registers_on_the_pages(cast, case, programme, northgate, as_system, client_for, today):
    client = client_for(cast.specialist, northgate)
    here = f"/team/holidays/{programme.public_id}/"
    client.post(f"{here}places/", {"pupils": [str(case.pupil.public_id)]})
    kept = client.post(
        f"{here}register/",
        {
            "day": str(today), "hours": "4", "specialists": [str(cast.riverside.post.public_id)],
            f"pupil-{case.pupil.public_id}": "attended",
        },
    )  # fmt: skip

    assert kept.status_code == 302
    page = client.get(here).content.decode()
    assert "Amira Ahmed" in page
    assert "£900" in client_for(cast.manager, northgate).get(here).content.decode()
    assert client.get(f"{here}change/").status_code == 403
    assert client_for(cast.slt, northgate).get(here).status_code == 403


@pytest.mark.parametrize("role", ["manager", "coordinator", "specialist", "dsl"])
def test_what_holiday_provision_costs_is_said_to_those_who_build_the_return(
    cast, programme, northgate, client_for, role
):
    client, sees = client_for(getattr(cast, role), northgate), role in ("manager", "coordinator")
    pages = [client.get(f"/team/holidays/{end}").content.decode() for end in ("", f"{programme.public_id}/")]

    assert [("£" in page, "Cost" in page) for page in pages] == [(sees, sees)] * 2
