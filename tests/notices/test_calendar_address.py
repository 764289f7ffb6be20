"""A private calendar: one's own sessions, meetings and due days without a name, for whoever has the address, as long as
its person works here.
"""

import datetime as dt
import logging
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.audit.models import AccessEntryPupil
from apst.notices import ics
from apst.notices.kinds import Event
from apst.notices.models import CalendarFeed
from apst.web.logs import NoSecrets
from cases.models import Meeting, PlannedPlace, PlannedSession, PlannedSpecialist, SessionGroup
from cases.services import convene, set_action

pytestmark = pytest.mark.usefixtures("wednesday")
PAGE = "/settings/calendar-address/"


@pytest.fixture
def address_of(northgate, client_for):
    """`address_of(cast.specialist)`: they make their address; gives its path."""

    def make(person):
        page = client_for(person, northgate).post(PAGE).content.decode()
        return re.search(r"(/calendar/[\w-]+\.ics)</textarea>", page).group(1)

    return make


@pytest.fixture
def week(cast, northgate, as_system, acting, case):
    """Sam has a session with Amira and a group this week, and something to do."""
    with as_system():
        alone = PlannedSession.objects.create(
            planned_on=localdate(), starts_at=dt.time(9, 30), minutes=45, activity_type="one_to_one"
        )
        PlannedPlace.objects.create(planned=alone, pupil=case.pupil, case=case)
        group = SessionGroup.objects.create(
            name="Amira and friends", weekday=3, minutes=60, site=northgate.centre, starts_at=dt.time(14)
        )
        together = PlannedSession.objects.create(
            planned_on=localdate() + dt.timedelta(days=1),
            starts_at=dt.time(14),
            minutes=60,
            activity_type="group",
            group=group,
        )
        taken_out = PlannedSession.objects.create(
            planned_on=localdate(), minutes=60, activity_type="one_to_one", cancelled_at=dt.datetime.now(dt.UTC)
        )
        for planned in (alone, together, taken_out):
            PlannedSpecialist.objects.create(planned=planned, post=cast.specialist.post)
    with acting(cast.manager):
        meeting = convene(held_on=localdate(), by=cast.manager.membership)
        item = meeting.items.get(case=case)
        set_action(
            item,
            what="Ring Amira's mother",
            owner=cast.specialist.membership,
            due_on=localdate(),
            by=cast.manager.membership,
        )
        Meeting.objects.filter(pk=meeting.pk).update(starts_at=dt.time(8, 15))


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def titles(text: str) -> list[str]:
    return [line.removeprefix("SUMMARY:") for line in unfolded(text) if line.startswith("SUMMARY:")]


@pytest.mark.usefixtures("week")
def test_it_holds_ones_own_sessions_meetings_and_due_days_and_no_name(cast, address_of):
    answer = Client().get(address_of(cast.specialist))

    text = answer.content.decode()
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.cookies.output() == ""
    assert {"Session\\, Riverside", "Group session\\, Northgate Centre", "Weekly meeting", "Action due"} <= set(
        titles(text)
    )
    assert titles(text).count("Session\\, Riverside") == 1
    assert set(titles(text)) <= {
        "Session\\, Riverside", "Group session\\, Northgate Centre", "Weekly meeting", "Action due", "Clock due",
    }  # fmt: skip
    assert [w for w in ("Amira", "Ahmed", "friends", "mother", "C000", "P000", "Sam", "Okafor") if w in text] == []


@pytest.mark.usefixtures("week")
def test_it_is_a_calendar_by_the_rules_of_rfc_5545(cast, address_of, wednesday):
    content = Client().get(address_of(cast.specialist)).content
    lines = unfolded(content.decode())

    assert content.count(b"\n") == content.count(b"\r\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert (lines[0], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR", "")
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len([x for x in lines if x.startswith("UID:")])
    ids = [line for line in lines if line.startswith("UID:")]
    assert len(ids) == len(set(ids))
    session = lines[lines.index("SUMMARY:Session\\, Riverside") - 4 :][:5]
    hour = 9 if not dt.datetime.combine(wednesday, dt.time(12), ics.ZoneInfo("Europe/London")).dst() else 8
    assert f"DTSTART:{wednesday:%Y%m%d}T{hour:02}3000Z" in session
    assert "DURATION:PT45M" in session


@pytest.mark.usefixtures("week")
def test_its_ids_stay_the_same_so_that_nothing_stands_in_a_calendar_twice(cast, address_of):
    path = address_of(cast.specialist)
    first, again = ([x for x in unfolded(Client().get(path).content.decode()) if x.startswith("UID")] for _ in range(2))
    assert first == again


def test_lines_are_folded_between_characters_and_text_is_escaped():
    title = "Sitzung; Größe, \\ und\nmehr " + "é" * 60
    text = ics.calendar(
        "A, B",
        [Event("x", title, dt.date(2026, 7, 1), dt.time(9), 30)],
        now=dt.datetime(2026, 7, 1, tzinfo=dt.UTC),
        host="h",
    )

    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert "SUMMARY:Sitzung\\; Größe\\, \\\\ und\\nmehr " + "é" * 60 in unfolded(text)
    assert "DTSTART:20260701T080000Z" in unfolded(text)  # summer time
    assert "X-WR-CALNAME:A\\, B" in unfolded(text)


def test_leaving_ends_it_with_the_very_next_request(cast, as_system, address_of):
    path = address_of(cast.specialist)
    assert Client().get(path).status_code == 200
    with as_system():
        Membership.objects.filter(pk=cast.specialist.membership.pk).update(ends_on=localdate() - dt.timedelta(days=1))

    assert Client().get(path).status_code == 404


def test_a_new_address_ends_the_old_one_and_so_does_its_person(cast, northgate, address_of, client_for):
    old, new = address_of(cast.specialist), address_of(cast.specialist)

    assert (Client().get(old).status_code, Client().get(new).status_code) == (404, 200)
    client = client_for(cast.specialist, northgate)
    assert "A calendar last asked for it on" in client.get(PAGE).content.decode()
    client.post(f"{PAGE}end/")
    assert Client().get(new).status_code == 404
    assert "You have no calendar address now" in client.get(PAGE).content.decode()


def test_the_address_is_shown_once_and_kept_nowhere(cast, northgate, as_system, address_of, client_for):
    token = address_of(cast.specialist).split("/")[2].removesuffix(".ics")

    assert token not in client_for(cast.specialist, northgate).get(PAGE).content.decode()
    with as_system():
        feed = CalendarFeed.objects.get()
        assert token not in str(vars(feed))


def test_any_other_address_is_the_same_as_none(cast, address_of):
    address_of(cast.specialist)
    answers = [Client().get(f"/calendar/{token}.ics") for token in ("x", "y" * 43)]

    assert {(answer.status_code, answer.content) for answer in answers} == {
        (404, b"There is no calendar at this address.")
    }


def test_who_asks_too_often_is_asked_to_wait(cast, address_of, settings):
    settings.CALENDAR_REQUESTS_AN_HOUR = 2
    path = address_of(cast.specialist)

    assert [Client().get(path).status_code for _ in range(3)] == [200, 200, 429]
    assert [Client().get(f"/calendar/{n}.ics").status_code for n in range(3)] == [404, 404, 429]
    assert Client().get(address_of(cast.dsl)).status_code == 200


def test_the_token_is_in_no_log_whatever_goes_wrong(cast, address_of, caplog, monkeypatch):
    path = address_of(cast.specialist)
    token = path.split("/")[2].removesuffix(".ics")
    caplog.handler.addFilter(NoSecrets())
    caplog.set_level(logging.DEBUG)

    def fall(*args):
        raise RuntimeError("on purpose")

    monkeypatch.setattr("apst.notices.views.events_of", fall)
    assert Client(raise_request_exception=False).get(path).status_code == 500
    assert Client().get(path.replace(".ics", ".icsx")).status_code == 404
    Client().get(f"/invitations/{token}/")

    assert "/calendar/-" in caplog.text
    assert "/invitations/-" in caplog.text
    assert token not in caplog.text


def test_every_handler_of_ours_passes_through_the_filter(settings):
    for handler in settings.LOGGING["handlers"].values():
        assert handler["filters"] == ["no_secrets"]


@pytest.mark.usefixtures("week")
def test_it_shows_nothing_of_a_pupil_so_the_access_log_has_no_entry(cast, as_system, address_of):
    Client().get(address_of(cast.specialist))

    with as_system():
        assert not AccessEntryPupil.objects.exists()


def test_whoever_holds_no_sessions_and_sits_in_no_meeting_has_none(cast, northgate, client_for):
    for person in (cast.school_staff, cast.ig_lead):
        client = client_for(person, northgate)
        assert client.post(PAGE).status_code == 403
        assert "My calendar address" not in client.get("/settings/emails/").content.decode()


@pytest.mark.usefixtures("week")
def test_its_queries_do_not_grow_with_the_week(cast, as_system, address_of, django_assert_num_queries):
    path = address_of(cast.specialist)
    Client().get(path)
    with CaptureQueriesContext(connection) as few:
        Client().get(path)
    with as_system():
        for day in range(30):
            plan = PlannedSession.objects.create(
                planned_on=localdate() + dt.timedelta(days=day), minutes=60, activity_type="one_to_one"
            )
            PlannedSpecialist.objects.create(planned=plan, post=cast.specialist.post)
    with django_assert_num_queries(len(few)):
        Client().get(path)
