"""A session ends when nothing happens, and when it has lasted a working day, whatever happens."""

import datetime as dt

import time_machine

from apst.jobs.models import Job
from apst.tenancy.context import acting_as_system
from tests.clock import MORNING

POLL = {"HX-Request": "true", "X-Polls": "1"}


def after(minutes: int):
    return time_machine.travel(MORNING + dt.timedelta(minutes=minutes))


def test_a_page_that_asks_by_itself_how_far_a_job_is_keeps_nobody_signed_in(cast, northgate, client_for):
    with acting_as_system(northgate):
        job = Job.objects.create(kind="test", key="k", person_id=cast.manager.pk, state="running")
    page = f"/jobs/{job.public_id}/"
    client = client_for(cast.manager, northgate)
    with after(0):
        assert "X-Polls" in client.get(page).content.decode()

    for minutes in (10, 20, 29):
        with after(minutes):
            assert client.get(page, headers=POLL).status_code == 200
    with after(31):
        assert client.get(page, headers=POLL).status_code == 302
        assert "because nothing happened for a while" in client.get("/accounts/login/").content.decode()


def test_whoever_works_all_day_signs_in_again_after_twelve_hours(cast, northgate, client_for):
    client = client_for(cast.manager, northgate)

    for minutes in range(0, 12 * 60 + 1, 20):
        with after(minutes):
            assert client.get("/cases/").status_code == 200
    with after(12 * 60 + 1):
        assert client.get("/cases/").status_code == 302
        assert "you signed in more than 12 hours ago" in client.get("/accounts/login/").content.decode()
