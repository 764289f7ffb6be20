"""Out alone: a colleague who is late is an alarm for the managers, once, and its email names nobody."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from apst.jobs.models import Job
from apst.jobs.tasks import perform
from apst.people import services
from apst.people.exceptions import AlreadyOut, WrongDate
from apst.people.models import LoneVisit
from apst.people.tasks import look_for_overdue
from apst.tenancy.context import acting_as_system, acting_for

HOUR = dt.timedelta(hours=1)
PLACE = "Mill Lane, the blue door"


def go_out(northgate, person, *, back=HOUR) -> LoneVisit:
    with acting_for(northgate, person, durable=False):
        return services.go_out(
            kind="home_visit", place=PLACE, expected_back_at=timezone.now() + back, by=person.membership
        )


def make_late(northgate, visit, minutes=30) -> None:
    with acting_as_system(northgate, durable=False):
        LoneVisit.objects.filter(pk=visit.pk).update(expected_back_at=timezone.now() - dt.timedelta(minutes=minutes))


def do_the_jobs(northgate) -> None:
    with acting_as_system(northgate):
        waiting = list(Job.objects.filter(kind="people.lone_visit_alarm", state="waiting").values_list("pk", flat=True))
    for pk in waiting:
        perform(pk, northgate.pk)


def test_somebody_is_out_once_at_a_time_and_back_in_the_future(cast, northgate):
    go_out(northgate, cast.specialist)
    with pytest.raises(AlreadyOut):
        go_out(northgate, cast.specialist)
    with pytest.raises(WrongDate):
        go_out(northgate, cast.riverside, back=-HOUR)
    with pytest.raises(WrongDate):
        go_out(northgate, cast.riverside, back=13 * HOUR)


def test_where_somebody_is_is_known_to_them_and_to_managers(cast, northgate):
    go_out(northgate, cast.specialist)
    for person in (cast.riverside, cast.dsl, cast.slt, cast.coordinator, cast.school_staff):
        with acting_for(northgate, person, durable=False):
            assert not LoneVisit.objects.exists(), person.name
    for person in (cast.specialist, cast.manager):
        with acting_for(northgate, person, durable=False):
            assert LoneVisit.objects.get().place == PLACE


@pytest.mark.django_db(transaction=True, databases=["default", "beside"])
def test_whoever_is_not_back_is_an_alarm_once_though_it_is_looked_for_twice(cast, northgate):
    visit = go_out(northgate, cast.specialist)
    look_for_overdue()
    make_late(northgate, visit)

    look_for_overdue()
    look_for_overdue()
    do_the_jobs(northgate)
    do_the_jobs(northgate)

    assert [message.to for message in mail.outbox] == [["manager@northgate.example"]]
    text = mail.outbox[0].subject + mail.outbox[0].body
    assert [word for word in ("Sam", "Okafor", "Mill", "blue") if word in text] == []


@pytest.mark.django_db(transaction=True, databases=["default", "beside"])
def test_nobody_is_alarmed_within_the_minutes_of_grace_or_once_they_are_back(cast, northgate):
    early, back = go_out(northgate, cast.specialist), go_out(northgate, cast.riverside)
    make_late(northgate, early, minutes=5)
    make_late(northgate, back)
    with acting_for(northgate, cast.riverside):
        services.come_back(back, by=cast.riverside.membership)

    look_for_overdue()
    do_the_jobs(northgate)

    assert mail.outbox == []


@pytest.mark.django_db(transaction=True, databases=["default", "beside"])
def test_who_needs_longer_is_alarmed_anew_when_that_has_passed_too(cast, northgate):
    visit = go_out(northgate, cast.specialist)
    make_late(northgate, visit)
    look_for_overdue()
    do_the_jobs(northgate)
    with acting_for(northgate, cast.specialist):
        services.stay_longer(visit, expected_back_at=timezone.now() + HOUR, by=cast.specialist.membership)
    look_for_overdue()
    make_late(northgate, visit, minutes=20)

    look_for_overdue()
    do_the_jobs(northgate)

    assert len(mail.outbox) == 2


def test_the_manager_sees_who_it_is_on_today_and_says_that_they_are_well(cast, northgate, client_for):
    visit = go_out(northgate, cast.specialist)
    make_late(northgate, visit)
    with acting_as_system(northgate, durable=False):
        services.raise_alarms()
    manager = client_for(cast.manager, northgate)

    today = manager.get("/").content.decode()
    manager.post(f"/team/out/{visit.public_id}/back/")

    assert "Sam Okafor has not checked in" in today
    assert "has not checked in" not in manager.get("/").content.decode()


def test_checking_out_and_in_on_a_phone(cast, northgate, client_for):
    client = client_for(cast.specialist, northgate)
    empty = client.post("/team/out/new/", {"place": ""})
    client.post("/team/out/new/", {"kind": "lift", "place": PLACE, "length": "60"})
    out = client.get("/").content.decode()
    with acting_as_system(northgate, durable=False):
        visit = LoneVisit.objects.get()

    client.post(f"/team/out/{visit.public_id}/back/")

    assert "Select when you expect to be back" in empty.content.decode()
    assert "I am back" in out
    assert "I am back" not in client.get("/").content.decode()
    assert client_for(cast.riverside, northgate).post(f"/team/out/{visit.public_id}/back/").status_code == 404
