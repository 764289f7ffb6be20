"""A day without the broker: every page answers, and when it is back every job that was asked for runs exactly once."""

import os
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from kombu import pools

from apst.celery import app
from apst.dev.folder import DataFolder, temporary_folder
from apst.dev.processes import Child, wait_for
from apst.dev.services import PYTHON
from apst.dev.valkey import Valkey
from apst.imports.models import Import
from apst.jobs import tasks
from apst.jobs.models import Job
from apst.people.models import Pupil
from apst.tenancy.context import acting_as_system
from cases.models import CasePaper
from reporting.models import MIReturn
from tests import killed
from tests.imports.test_importing_kinds import PUPILS
from tests.jobs import stories
from tests.jobs.stories import World

# Seconds; Celery by itself would try again for more than six.
PATIENCE = 4
pytestmark = [pytest.mark.pdf, pytest.mark.django_db(transaction=True, databases=["default", "beside"])]


@pytest.fixture
def folder():
    with temporary_folder() as path:
        made = DataFolder(Path(path))
        made.make()
        made.logs.mkdir(exist_ok=True)
        yield made


@pytest.fixture
def valkey(folder, settings):
    """A broker of its own, which the web process and the worker of this test use; it may be stopped."""
    made = Valkey(folder)
    made.start()
    others = settings.CACHES
    settings.CACHES = {"default": {"BACKEND": "apst.web.cache.LenientCache", "LOCATION": made.url}}
    settings.CELERY_BROKER_URL = made.url
    before = {name: app.conf[name] for name in ("broker_url", "task_always_eager")}
    _reconnect(broker_url=made.url, task_always_eager=False)
    yield made
    _reconnect(**before)
    settings.CACHES = others
    made.stop()


def _reconnect(**said) -> None:
    """Let this process's Celery forget the connections that it keeps, and make others by what is said."""
    app.conf.update(said)
    pools.reset()
    app._pool = app.amqp._producer_pool = None


def database_url() -> str:
    """The test database, for another process."""
    said = connections["default"].settings_dict
    return f"postgresql://{quote(said['USER'])}:{quote(said['PASSWORD'])}@{said['HOST']}:{said['PORT']}/{said['NAME']}"


@pytest.fixture
def start_worker(valkey, folder, media_folder):
    """Start a real worker of both queues on the test database; gives the process."""
    started = []

    def start() -> Child:
        environment = {
            **os.environ, "DATABASE_URL": database_url(), "MIGRATE_DATABASE_URL": "", "REDIS_URL": valkey.url,
            "MEDIA_ROOT": str(media_folder), "EMAIL_FILE_PATH": str(folder.path / "emails"), "DEBUG": "0",
        }  # fmt: skip
        quiet = ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
        command = [PYTHON, "-m", "tests.worker", "-A", "apst", "worker", "-Q", "default,pdf", "-c", "2", *quiet]
        started.append(Child.start("worker", command, log=folder.log("worker"), env=environment))
        return started[-1]

    yield start
    for child in started:
        child.stop()


def jobs_of(world: World) -> list[Job]:
    with world.as_system():
        return list(Job.objects.order_by("pk"))


def send_again(worker: Child, *worlds: World) -> None:
    """Do as beat does half a minute later, and wait until everything is done."""
    with killed.owner() as opened:
        opened.execute(
            "update jobs_job set created_at = created_at - interval '1 minute'"
            " where state = 'waiting' and sent_at is null"
        )
    for _ in range(2):  # beat sends it each quarter of a minute; a message more is none too many
        tasks.resend.apply_async(queue="default")
    wait_for(
        lambda: all(job.is_over for each in worlds for job in jobs_of(each)),
        what="The work",
        children=[worker],
        seconds=60,
    )


def test_every_page_answers_without_the_broker_and_every_job_runs_once_when_it_is_back(
    valkey, start_worker, client_for, settings
):
    settings.LONE_VISIT_GRACE_MINUTES = 10
    world = World("northgate")
    # What was asked for and done yesterday, when everything was there.
    to_apply = world.do(stories.a_file_is_uploaded(world)).args["import"]
    calm = World("calm")
    to_undo = calm.do(stories.a_file_is_to_be_applied(calm)).args["import"]
    done_before = {job.pk for each in (world, calm) for job in jobs_of(each) if job.is_over}

    valkey.stop()
    manager = client_for(world.manager, world.taskforce)

    def post(address: str, client: Client = manager, **form) -> None:
        taskforce = str(calm.taskforce.public_id if client is not manager else world.taskforce.public_id)
        began = time.monotonic()
        answer = client.post(address, {"taskforce": taskforce, **form}, follow=True)
        assert answer.status_code == 200, address
        assert time.monotonic() - began < PATIENCE, address

    signing_in = Client().post(
        "/accounts/login/", {"login": world.manager.email, "password": "a long enough password"}, follow=True
    )
    assert signing_in.status_code == 200
    assert signing_in.wsgi_request.user.is_authenticated
    post("/returns/build/", period="2026-27/autumn-2")
    post(f"/cases/{world.case.public_id}/papers/brief/")
    post("/imports/", kind="pupils", file=SimpleUploadedFile("more.csv", PUPILS.replace("P1", "P7").encode()))
    post(f"/imports/{to_apply}/apply/")
    post(f"/imports/{to_undo}/undo/", client=client_for(calm.manager, calm.taskforce))
    stories.an_inset_day_comes_before_the_sixth_day(world)
    stories.a_colleague_joins_the_case(world)
    stories.somebody_is_not_back(world)
    for page in ("/", "/cases/", "/returns/", "/imports/", "/settings/calendar/"):
        assert manager.get(page).status_code == 200, page
    assert "broker" in manager.get("/health/jobs").json()["faults"]
    asked = [job for each in (world, calm) for job in jobs_of(each) if job.pk not in done_before]
    assert {job.kind for job in asked} >= {
        "reporting.build", "cases.draw_paper", "imports.preview", "imports.apply", "imports.undo",
        "places.calendar_changed", "cases.refresh_access", "people.lone_visit_alarm",
    }  # fmt: skip
    assert {job.state for job in asked} == {Job.State.WAITING}

    valkey.start()
    worker = start_worker()
    send_again(worker, world, calm)
    for job in (job for each in (world, calm) for job in jobs_of(each) if job.pk not in done_before):
        assert (job.kind, job.state, job.error, job.attempts) == (job.kind, Job.State.DONE, "", 1)
    with acting_as_system(world.taskforce):
        assert MIReturn.objects.filter(cells__isnull=False).distinct().count() == 1
        assert CasePaper.objects.count() == 1
        assert Import.objects.get(public_id=to_apply).state == Import.State.APPLIED
        assert Pupil.objects.filter(local_id="P1").count() == 1
    with acting_as_system(calm.taskforce):
        assert Import.objects.get(public_id=to_undo).state == Import.State.UNDONE
        assert not Pupil.objects.filter(local_id="P1").exists()

    # The same worker, through an outage of its own.
    valkey.stop()
    job = stories.a_paper_is_two_days_old(world)
    valkey.start()
    send_again(worker, world)
    assert (world.again(job).state, world.again(job).attempts) == (Job.State.DONE, 1)


def test_beat_asks_for_what_a_worker_knows():
    assert {entry["task"] for entry in django_settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
