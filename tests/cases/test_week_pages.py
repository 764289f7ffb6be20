"""My week, the register, groups and the child's week, as people tap through them."""

import datetime as dt
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apst.people.models import Post
from cases.models import Intervention, LogTime, PlannedSession, SessionGroup
from cases.services import What, log_session, make_session_group, plan_session
from tests.clock import school_wednesday
from tests.factories import make_case, make_pupil

pytestmark = pytest.mark.usefixtures("in_term")
TODAY = school_wednesday()
DAY = dt.timedelta(days=1)
WEEK = 7 * DAY


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def sam(cast, client_for, northgate):
    """Sam's phone, signed in."""
    return client_for(cast.specialist, northgate)


@pytest.fixture
def ben(case, as_system, northgate):
    """Ben, at Riverside too."""
    with as_system():
        return make_case(
            pupil=make_pupil(forename="Ben", surname="Clarke", name_key="clarke ben"), site=northgate.riverside
        ).pupil


@pytest.fixture
def planned(cast, case, acting):
    """An hour of Sam's with Amira, today at ten."""
    what = What(
        specialists=[cast.specialist.post], minutes=60, activity_type="one_to_one", pupils=[case.pupil],
        starts_at=dt.time(10),
    )  # fmt: skip
    with acting(cast.specialist):
        return plan_session(planned_on=TODAY, what=what, by=cast.specialist.membership)[0]


def sessions(as_system):
    with as_system():
        return list(Intervention.objects.kept().order_by("pk"))


def opened(page):
    return re.search(r'name="opened" value="([^"]+)"', page)[1]


def test_one_tap_from_today_ticks_it_off_as_planned_and_undo_opens_it_again(sam, planned, as_system):
    assert "Planned for today" in text(sam.get("/"))

    answer = sam.post(f"/sessions/planned/{planned.public_id}/held/", {"next": "home"}, follow=True)

    assert answer.redirect_chain == [("/", 302)]
    assert "Planned for today" not in text(answer)
    (session,) = sessions(as_system)
    assert (session.minutes, session.starts_at, session.held_on) == (60, dt.time(10), TODAY)
    sam.post(f"/sessions/{session.public_id}/delete/", {"next": "home", "version": "1"})
    assert "Planned for today" in text(sam.get("/"))


def test_who_missed_it_is_told_apart_on_its_register(sam, planned, case, as_system):
    href = f"/sessions/planned/{planned.public_id}/register/"
    page = text(sam.get(href))
    assert f"Wednesday {TODAY:%-d %B} at 10:00 is in school hours" in page

    said = {f"attendance-{case.pupil.public_id}": "was_not_brought", "length": "60", "activity_type": "one_to_one",
            "other_day": TODAY.isoformat(), "starts_at": "10:00", "opened": opened(page)}  # fmt: skip
    sam.post(href, said)

    with as_system():
        assert Intervention.objects.get().places.get().attendance == "was_not_brought"
        assert LogTime.objects.count() == 1
    assert "Was not brought" in text(sam.get("/sessions/"))


def test_the_third_missed_in_a_row_is_said_when_it_is_logged_and_in_the_bar_of_the_case(sam, case):
    said = {"pupils": [str(case.pupil.public_id)], "length": "60", "activity_type": "one_to_one", "day": "today"}
    words = "Missed the last 3 sessions: did not attend 3"
    for number in range(1, 4):
        answer = sam.post("/sessions/log/", {**said, "attendance": "did_not_attend"}, follow=True)
        alert = re.search(r"Amira Ahmed</a>\. Missed the last 3 sessions", text(answer).split("<h1")[0])
        assert bool(alert) is (number == 3), number

    assert words in text(sam.get(f"/cases/{case.public_id}/")).split("<main")[0]
    told = sam.post("/sessions/log/", {**said, "attendance": "about_pupil"}, follow=True)
    assert words not in text(told).split("<h1")[0]


def test_what_is_ticked_off_moved_or_changed_keeps_its_own_length_and_type(sam, cast, planned, ben, acting):
    """Whatever was logged last: that is remembered for what is new."""
    me = cast.specialist.membership
    with acting(cast.specialist):
        session = log_session(
            specialists=[cast.specialist.post], held_on=TODAY - DAY, minutes=120, activity_type="family", by=me,
            places=[(ben, "attended")],
        )  # fmt: skip
        log_session(
            specialists=[cast.specialist.post], held_on=TODAY, minutes=15, activity_type="assessment",
            location="home", by=me, places=[(ben, "attended")],
        )  # fmt: skip

    def chosen(address):
        return sorted(re.findall(r'value="([^"]+)"[^>]* checked', text(sam.get(address))))

    for end in ("register/", ""):
        assert {"60", "one_to_one"} <= {*chosen(f"/sessions/planned/{planned.public_id}/{end}")}, end
    assert {"120", "family"} <= {*chosen(f"/sessions/{session.public_id}/change/")}
    assert {"15", "assessment"} <= {*chosen("/sessions/log/")}


def test_what_we_cancelled_is_logged_as_that(sam, planned, case, as_system):
    said = {f"attendance-{case.pupil.public_id}": "attended", "length": "60", "activity_type": "one_to_one",
            "other_day": TODAY.isoformat(), "cancelled": "yes"}  # fmt: skip
    sam.post(f"/sessions/planned/{planned.public_id}/register/", said)

    with as_system():
        assert Intervention.objects.get().places.get().attendance == "cancelled_by_taskforce"


def test_what_is_to_come_is_not_ticked_off(sam, planned, as_system):
    with as_system():
        PlannedSession.objects.update(planned_on=TODAY + DAY)

    answer = sam.post(f"/sessions/planned/{planned.public_id}/held/", {})

    assert "must be today or in the past" in text(answer)
    assert sessions(as_system) == []


def test_a_week_is_planned_moved_taken_out_and_brought_back(sam, case, northgate, as_system):
    said = {
        "pupils": [str(case.pupil.public_id)], "length": "45", "activity_type": "one_to_one", "starts_at": "13:30",
        "other_day": (TODAY + DAY).isoformat(), "until": (TODAY + 15 * DAY).isoformat(),
        "submission_key": str(uuid.uuid4()),
    }  # fmt: skip
    answer = sam.post("/sessions/planned/", said, follow=True)
    assert f"Planned 3 times, until {TODAY + 2 * WEEK + DAY:%-d %B %Y}." in text(answer)
    with as_system():
        first = PlannedSession.objects.order_by("planned_on").first()
    href = f"/sessions/planned/{first.public_id}/"

    moved = {**said, "other_day": (TODAY + 2 * DAY).isoformat(), "version": "1", "later": "yes"}
    assert "The planned session is changed" in text(sam.post(href, moved, follow=True))
    answer = sam.post(f"{href}cancel/", {"later": "yes"}, follow=True)
    assert "3 taken out of the week." in text(answer)
    sam.post(f"{href}restore/", {})

    with as_system():
        days = PlannedSession.objects.open().order_by("planned_on").values_list("planned_on", flat=True)
        assert list(days) == [TODAY + n * DAY for n in (2, 9, 16)]


def test_my_week_says_what_is_missing_and_what_is_contracted(sam, planned, northgate):
    page = text(sam.get("/sessions/"))

    assert "0 min logged in all, of 37 h contracted (0%). 1 h planned and not ticked off." in page
    assert f'/sessions/log/?day={TODAY - DAY:%Y-%m-%d}">Log what you did' in page
    assert f"/sessions/planned/?day={TODAY + DAY:%Y-%m-%d}" in page


def test_an_empty_slot_opens_the_form_on_its_day(sam, case):
    assert re.search(r'value="yesterday"[^>]* checked', text(sam.get(f"/sessions/log/?day={TODAY - DAY}")))
    page = text(sam.get(f"/sessions/log/?day={TODAY - 2 * DAY}"))
    assert re.search(rf'name="other_day-day"[^>]*value="{(TODAY - 2 * DAY).day}"', page) or re.search(
        rf'value="{(TODAY - 2 * DAY).day}"[^>]*name="other_day-day"', page
    )


def test_same_as_last_week(sam, cast, case, acting, as_system):
    with acting(cast.specialist):
        log_session(
            specialists=[cast.specialist.post], held_on=TODAY - 7 * DAY, minutes=45, activity_type="one_to_one",
            places=[(case.pupil, "attended")], by=cast.specialist.membership,
        )  # fmt: skip
    said = {"week": f"{TODAY:%G-W%V}", "submission_key": str(uuid.uuid4())}

    assert "1 planned as the week before." in text(sam.post("/sessions/planned/copy/", said, follow=True))
    again = {**said, "submission_key": str(uuid.uuid4())}
    assert "nothing of the week before" in text(sam.post("/sessions/planned/copy/", again, follow=True))
    with as_system():
        made = PlannedSession.objects.get()
    sam.post(f"/sessions/planned/series/{made.series}/cancel/", {})
    with as_system():
        assert not PlannedSession.objects.open().exists()


def test_a_group_that_met_once_is_chosen_then_ticked(sam, case, ben, as_system):
    both = [str(case.pupil.public_id), str(ben.public_id)]
    assert "Choose at least two pupils" in text(sam.post("/sessions/group/", {"pupils": both[:1]}))
    page = text(sam.post("/sessions/group/", {"pupils": both}))
    assert "Ben Clarke" in page

    said = {"pupils": both, "ticked": "yes", f"attendance-{both[0]}": "attended", f"attendance-{both[1]}": "refused",
            "length": "60", "activity_type": "group", "day": "today", "opened": opened(page),
            "submission_key": str(uuid.uuid4())}  # fmt: skip
    for _ in range(2):
        sam.post("/sessions/group/", said)

    with as_system():
        assert dict(Intervention.objects.get().places.values_list("pupil", "attendance")) == {
            case.pupil_id: "attended",
            ben.pk: "refused",
        }


def test_a_weekly_group_is_made_registered_changed_and_ended(sam, case, ben, as_system):
    both = [str(case.pupil.public_id), str(ben.public_id)]
    said = {"name": "Girls’ group", "weekday": str(TODAY.weekday()), "pupils": both, "length": "90",
            "activity_type": "group", "starts_at": "13:00", "other_day": TODAY.isoformat(),
            "until": (TODAY + 14 * DAY).isoformat()}  # fmt: skip
    assert "The group is made." in text(sam.post("/sessions/groups/new/", said, follow=True))
    with as_system():
        group, meeting = SessionGroup.objects.get(), PlannedSession.objects.order_by("planned_on").first()
    href = f"/sessions/groups/{group.public_id}/"

    ticks = {f"attendance-{pupil}": "attended" for pupil in both}
    sam.post(f"/sessions/planned/{meeting.public_id}/register/",
             {**ticks, "length": "90", "activity_type": "group", "other_day": TODAY.isoformat()})  # fmt: skip
    assert "ticked off" in text(sam.get(href))
    changed = {**said, "pupils": both[:1], "other_day": (TODAY + DAY).isoformat(), "version": "1"}
    assert f"until {TODAY:%-d %B %Y}" in text(sam.post(f"{href}change/", changed, follow=True))
    assert "more meeting" in text(sam.post(f"{href}plan/", {"until": (TODAY + 21 * DAY).isoformat()}, follow=True))
    assert "The group has ended" in text(sam.post(f"{href}end/", {}, follow=True))
    assert "The group meets again" in text(sam.post(f"{href}restart/", {}, follow=True))
    with as_system():
        assert Intervention.objects.get().places.count() == 2


def test_two_who_log_one_session_are_asked_and_the_second_joins(sam, case, cast, client_for, northgate, as_system):
    priya = client_for(cast.riverside, northgate)
    said = {"pupils": [str(case.pupil.public_id)], "attendance": "attended", "activity_type": "one_to_one",
            "length": "45", "day": "today", "note": "My own words"}  # fmt: skip
    sam.post("/sessions/log/", said)

    page = text(priya.post("/sessions/log/", said))
    assert "Is it the session that Sam Okafor logged?" in page
    assert "My own words" in page
    (session,) = sessions(as_system)
    assert "Is it the session" not in text(priya.post("/sessions/log/", {**said, "back": "yes"}))
    joined = text(priya.post("/sessions/log/", {**said, "same": str(session.public_id)}, follow=True))
    assert "You are on the session that Sam Okafor logged" in joined
    with as_system():
        assert session.specialists.count() == 2
    priya.post(f"/sessions/{session.public_id}/leave/", {})
    priya.post("/sessions/log/", {**said, "another": "yes"})
    assert len(sessions(as_system)) == 2


def test_whoever_changes_a_joint_session_keeps_both_on_it(sam, case, cast, acting, as_system):
    with acting(cast.manager):
        session = log_session(
            specialists=[cast.riverside.post, cast.specialist.post], held_on=TODAY, minutes=45,
            activity_type="one_to_one", places=[(case.pupil, "attended")], by=cast.manager.membership,
        )  # fmt: skip
    with as_system():
        Intervention.objects.update(logged_by=cast.specialist.membership)
    page = text(sam.get(f"/sessions/{session.public_id}/change/"))

    assert re.search(rf'value="{cast.riverside.post.public_id}"[^>]* checked', page)


def test_travel_is_asked_where_the_taskforce_counts_it(sam, case, northgate, as_system):
    assert "Travel there and back" not in text(sam.get("/sessions/log/"))
    with as_system():
        type(northgate).objects.filter(pk=northgate.pk).update(counts_travel=True)
    assert "Travel there and back" in text(sam.get("/sessions/log/"))

    said = {"pupils": [str(case.pupil.public_id)], "attendance": "attended", "activity_type": "outreach",
            "length": "45", "day": "today", "travel_minutes": "30",
            "beneficiary": str(northgate.mainstream.public_id)}  # fmt: skip
    sam.post("/sessions/log/", said)

    (session,) = sessions(as_system)
    assert (session.travel_minutes, session.beneficiary_id) == (30, northgate.mainstream.pk)
    assert "Hillside School" in text(sam.get(f"/sessions/{session.public_id}/"))
    assert "1 h 15 logged in all" in text(sam.get("/sessions/"))


def test_the_next_one_starts_from_what_was_last_done_with_this_pupil(sam, case, ben):
    def logged(pupil, minutes):
        sam.post("/sessions/log/", {"pupils": [str(pupil.public_id)], "attendance": "attended", "day": "today",
                                    "activity_type": "one_to_one", "length": minutes})  # fmt: skip

    logged(case.pupil, "30")
    logged(ben, "90")

    page = text(sam.get(f"/sessions/log/?pupil={case.pupil.public_id}"))
    assert re.search(r'value="30"[^>]* checked', page)
    assert re.search(r'value="90"[^>]* checked', text(sam.get("/sessions/log/")))


def test_a_form_that_changes_something_says_what_it_is_and_not_what_was_last_done(sam, cast, case, acting, as_system):
    """What was logged last is a habit for the next entry; in a change it would be saved over what was there."""
    usual = {"specialists": [cast.specialist.post], "by": cast.specialist.membership}
    with acting(cast.specialist):
        session = log_session(
            held_on=TODAY - DAY, minutes=90, activity_type="family", location="home",
            places=[(case.pupil, "attended")], **usual,
        )  # fmt: skip
        what = What(specialists=[cast.specialist.post], minutes=90, activity_type="family", pupils=[case.pupil],
                    location="home")  # fmt: skip
        planned = plan_session(planned_on=TODAY, what=what, by=cast.specialist.membership)[0]
        group = make_session_group(name="Cooking", weekday=0, what=what, since=TODAY, by=cast.specialist.membership)
        log_session(
            held_on=TODAY, minutes=30, activity_type="one_to_one", location="ap_school",
            places=[(case.pupil, "attended")], **usual,
        )  # fmt: skip

    for href in (
        f"/sessions/{session.public_id}/change/", f"/sessions/planned/{planned.public_id}/",
        f"/sessions/planned/{planned.public_id}/register/", f"/sessions/groups/{group.public_id}/change/",
    ):  # fmt: skip
        page = text(sam.get(href))
        assert re.search(r'name="length" type="radio" value="90" checked', page), href
        assert re.search(r'name="activity_type" type="radio" value="family" checked', page), href
        assert re.search(r'<option value="home" selected', page), href


def test_a_session_leads_to_its_case_a_restricted_note_and_the_home_record(sam, case, cast, acting, as_system):
    with acting(cast.specialist):
        session = log_session(
            specialists=[cast.specialist.post], held_on=TODAY, minutes=45, activity_type="one_to_one",
            places=[(case.pupil, "attended")], by=cast.specialist.membership,
        )  # fmt: skip
    href, copy = f"/sessions/{session.public_id}/", f"/sessions/{session.public_id}/copy/"
    assert f'href="/cases/{case.public_id}/"' in text(sam.get(href))
    assert copy not in text(sam.get(href))
    with as_system():
        Post.objects.filter(pk=cast.specialist.post.pk).update(record="home_service", home_service="An NHS trust")
    assert copy in text(sam.get(href))

    assert 'name="restrict"' in text(sam.get(f"/sessions/log/?pupil={case.pupil.public_id}"))
    note = sam.post("/sessions/log/", {"pupils": [str(case.pupil.public_id)], "restrict": "yes"}, follow=True)
    assert note.redirect_chain[-1] == (f"/cases/{case.public_id}/notes/new/?restricted=1", 302)
    # Which of the three kinds it is, is asked.
    assert not re.search(r'name="sensitivity"[^>]* checked', text(note))
    nobody = sam.post("/sessions/log/", {"restrict": "yes", "version": "1"})
    assert nobody.headers["Location"] == "/notes/new/?restricted=1"


def test_the_childs_week_says_where_the_child_was_not_there(sam, case, cast, acting):
    with acting(cast.specialist):
        for attendance in ("attended", "was_not_brought", "about_pupil"):
            log_session(
                specialists=[cast.specialist.post], held_on=TODAY, minutes=30, activity_type="one_to_one",
                places=[(case.pupil, attendance)], by=cast.specialist.membership,
            )  # fmt: skip

    page = text(sam.get(f"/cases/{case.public_id}/week/"))

    assert page.count("> Held <") + page.count(">Held<") == 2
    assert page.count("Was not brought") == 1


def test_what_is_missing_is_said_in_the_order_of_the_page_and_of_what_is_to_come(cast, case, client_for, northgate):
    maya = client_for(cast.manager, northgate)

    def complaints(href, **said):
        page = maya.post(href, said).content.decode()
        return re.findall(
            r'<a href="#[^"]*">([^<]+)</a>', page.partition("error-summary__list")[2].partition("</ul>")[0]
        )

    assert complaints("/sessions/log/", attendance="", activity_type="") == [
        "Select who did the work", "Select how long it took", "Select what you did", "Select whether they were there",
    ]  # fmt: skip
    assert complaints("/sessions/planned/") == [
        "Select who is going to do it", "Enter the day", "Select how long it will take", "Select what you will do",
    ]  # fmt: skip
    assert complaints("/sessions/groups/new/") == [
        "Enter what the group is called", "Select who is going to do it", "Select who is in the group",
        "Select the day on which it meets", "Select how long it will take", "Select what you will do",
        "Enter the day from which this holds",
    ]  # fmt: skip


def test_what_was_remembered_opens_no_fold_and_what_was_typed_does(sam, case):
    said = {"pupils": [str(case.pupil.public_id)], "attendance": "attended", "activity_type": "one_to_one",
            "length": "45", "day": "today", "location": "home"}  # fmt: skip
    sam.post("/sessions/log/", said)

    page = text(sam.post("/sessions/log/", {**said, "length": ""}))
    assert "Select how long it took" in page
    assert '<option value="home" selected' in page
    assert re.search(r'<details class="govuk-details"> <summary[^>]*><span[^>]*>More: time', page)
    typed = text(sam.post("/sessions/log/", {**said, "length": "", "starts_at": "10:00"}))
    assert re.search(r'<details class="govuk-details" open> <summary[^>]*><span[^>]*>More: time', typed)


def test_who_does_not_see_a_case_is_led_to_none(case, cast, acting, as_system, northgate, client_for):
    with acting(cast.specialist):
        session = log_session(
            specialists=[cast.specialist.post], held_on=TODAY, minutes=45, activity_type="one_to_one",
            places=[(case.pupil, "attended")], by=cast.specialist.membership,
        )  # fmt: skip
    police = client_for(cast.allocated, northgate)
    assert police.get(f"/sessions/{session.public_id}/").status_code == 404
    page = police.get(f"/notes/new/?restricted=1&pupil={case.pupil.public_id}")
    assert "Whose case?" in text(page)


def test_who_keeps_missing_is_said_on_today_and_in_the_bar_of_the_case(sam, cast, case, acting):
    with acting(cast.specialist):
        for number in range(3):
            log_session(
                specialists=[cast.specialist.post], held_on=TODAY - number * DAY, minutes=30,
                activity_type="one_to_one", places=[(case.pupil, "not_in_school")], by=cast.specialist.membership,
            )  # fmt: skip

    for href in ("/", f"/cases/{case.public_id}/"):
        assert "Missed the last 3 sessions: not in school 3" in text(sam.get(href))


@pytest.mark.parametrize("name", ["slt", "school_staff", "ig_lead"])
def test_who_may_not_log_has_none_of_these_pages(cast, planned, case, client_for, northgate, name):
    client = client_for(getattr(cast, name), northgate)
    for href in ("/sessions/", "/sessions/planned/", "/sessions/groups/", "/sessions/group/", "/imports/my-sessions/",
                 f"/cases/{case.public_id}/week/", f"/sessions/planned/{planned.public_id}/register/"):  # fmt: skip
        assert client.get(href).status_code in (403, 404), href


def test_a_week_asks_the_same_number_of_questions_however_full_it_is(sam, cast, case, ben, acting, northgate):
    def plans(number):
        with acting(cast.specialist):
            for n in range(number):
                what = What(
                    specialists=[cast.specialist.post], minutes=30, activity_type="one_to_one",
                    pupils=[case.pupil, ben], starts_at=dt.time(9, n % 60),
                )  # fmt: skip
                plan_session(planned_on=TODAY + (n % 2) * DAY, what=what, by=cast.specialist.membership)
                log_session(
                    specialists=[cast.specialist.post], held_on=TODAY, minutes=5, activity_type="one_to_one",
                    places=[(case.pupil, "attended")], by=cast.specialist.membership,
                )  # fmt: skip

    def asked():
        found = []
        for href in ("/sessions/", "/", f"/cases/{case.public_id}/week/", "/sessions/groups/"):
            with CaptureQueriesContext(connection) as queries:
                assert sam.get(href).status_code == 200
            found.append(len(queries))
        return found

    plans(2)
    asked()
    few = asked()
    plans(30)

    assert asked() == few
    assert max(few) < 45
