"""From referral to return, as the people who do it: the journey that everything else is for, in words."""

import csv
import io
import uuid

import pytest
from django.utils.timezone import localdate

from apst.jobs.models import Job
from apst.jobs.tasks import perform
from apst.places.calendar import SchoolCalendar
from apst.tenancy.context import acting_as_system
from cases.models import Case, Intervention
from referrals.models import Referral
from tests.browser import lifelike

NOOR = {
    "forename": "Noor", "surname": "Haddadin", "sex": "F", "sen_provision": "K", "fsm": "yes", "csc_status": "cin",
    "date_of_birth-day": "27", "date_of_birth-month": "3", "date_of_birth-year": str(localdate().year - 14),
}  # fmt: skip
WHY = {
    "source": "mainstream_school",
    "reasons": ["attendance", "mental_health"],
    "summary": "In school two days a week.",
}
VIEWS = {
    "pupil_views": "I like art.",
    "family_views": "We agree.",
    "what_1": "Mentor",
    "when_1": "since September",
    "effect_1": "Calmer",
}


pytestmark = pytest.mark.django_db(transaction=True, databases=("default", "beside"))


@pytest.fixture
def world(db, monkeypatch):
    """Northgate, set up; what is asked of a worker waits until the story comes to it."""
    monkeypatch.setattr("apst.jobs.tasks.send", lambda *args: None)
    return lifelike.ready()


def test_from_referral_to_return(world, client_for):
    northgate, people = world.taskforce, world.people

    # Tom, of a mainstream school, refers Noor in three steps, checks what he wrote, and sends it.
    tom = client_for(people.school_staff, northgate)
    tom.post("/referrals/new/", NOOR)
    tom.post("/referrals/new/why/", WHY)
    tom.post("/referrals/new/views/", VIEWS)
    assert "Calmer" in tom.get("/referrals/new/check/").content.decode()
    tom.post("/referrals/new/check/", {"submission_key": str(uuid.uuid4())})
    with acting_as_system(northgate):
        referral = Referral.objects.select_related("pupil").get()

    # A week later he begins again, having forgotten; he is asked whether it is the same child.
    asked = tom.post("/referrals/new/", {**NOOR, "surname": "Hadadin"}, follow=True).content.decode()
    assert "Is this the same pupil?" in asked

    # Maya finds it at the top of her queue; she accepts, thinks better of it, and accepts again.
    maya = client_for(people.manager, northgate)
    assert "Haddadin" in maya.get("/referrals/").content.decode()
    act = f"/referrals/{referral.public_id}"
    for step in ("accept", "undo", "accept"):
        with acting_as_system(northgate):
            referral.refresh_from_db(fields=["state", "version"])
            decision = referral.decisions.last()
        maya.post(f"{act}/{step}/", {"version": referral.version, "decision": decision.public_id if decision else ""})
    with acting_as_system(northgate):
        referral.refresh_from_db(fields=["state", "version"])
        assert referral.state == "accepted"
        assert list(referral.decisions.order_by("pk").values_list("outcome", flat=True)) == [
            "accepted",
            "undone",
            "accepted",
        ]

    # She allocates it to Sam, who has never seen it before.
    sam, today = client_for(people.specialist, northgate), localdate()
    day = {"opened_on-day": today.day, "opened_on-month": today.month, "opened_on-year": today.year}
    maya.post(
        f"{act}/allocate/", {"lead": world.rows["post"].public_id, "tier": "tier_2", "version": referral.version, **day}
    )
    with acting_as_system(northgate):
        case = Case.objects.get()
        assert (case.referral_id, case.lead_id, case.pupil_id) == (
            referral.pk,
            world.rows["post"].pk,
            referral.pupil_id,
        )
    assert "Haddadin" in sam.get("/").content.decode()

    # Sam logs an hour and a quarter of an hour too much; he takes the second one back. A form sent twice is one
    # session.
    hour = {
        "pupils": [str(referral.pupil.public_id)],
        "activity_type": "one_to_one",
        "length": "60",
        "day": "today",
        "attendance": "attended",
    }
    once = {**hour, "submission_key": str(uuid.uuid4())}
    sam.post("/sessions/log/", once)
    sam.post("/sessions/log/", once)
    sam.post("/sessions/log/", {**hour, "length": "15", "submission_key": str(uuid.uuid4())})
    with acting_as_system(northgate):
        assert Intervention.objects.kept().count() == 2
        wrong = Intervention.objects.get(minutes=15)
    sam.post(f"/sessions/{wrong.public_id}/delete/", {"version": wrong.version, "next": "home"})

    # Maya builds the return of this half-term; the job says how far it is, and then the figures are there.
    with acting_as_system(northgate):
        period = SchoolCalendar.of().period_of(today)
    progress = maya.post("/returns/build/", {"period": period.key})["Location"]
    assert "Waiting to start" in maya.get(progress).content.decode()
    with acting_as_system(northgate):
        job = Job.objects.get(kind="reporting.build")
    perform(job.pk, northgate.pk)
    page = maya.get(progress)["Location"]
    assert "Pupils supported" in maya.get(page).content.decode()

    # She downloads it, and the figures are those of what happened.
    text = maya.get(f"{page}download.csv").content.decode("utf-8-sig")
    figures = {
        (row["measure"], row["breakdown"], row["category"], row["statistic"]): row["value"]
        for row in csv.DictReader(io.StringIO(text))
    }
    assert figures["A1", "all", "all", "count"] == "1"
    assert figures["C1", "all", "all", "hours"] == "1.00"
    assert figures["D1", "all", "all", "count"] == "1"
    assert figures["A3", "sen_provision", "K", "percent"] == "100"
    assert figures["A3", "sen_provision", "E", "count"] == "0"
