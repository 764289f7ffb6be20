"""A worker killed (-9) leaves no half-done work, and its job, taken up again, ends once and as if nothing had been."""

import os
import signal

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from apst.jobs import services, tasks
from apst.jobs.models import Job
from cases.exceptions import DocumentErased
from cases.models import DocumentText
from tests import killed
from tests.jobs import stories
from tests.jobs.stories import STORIES, World

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "beside"])
PDF = {kind for kind, (_, _, queue) in services._kinds.items() if queue == "pdf"}
KINDS = [pytest.param(kind, marks=pytest.mark.pdf) if kind in PDF else kind for kind in sorted(STORIES)]


@pytest.fixture(autouse=True)
def sent(monkeypatch):
    """What is put into the queues, by number and taskforce; nothing takes it out by itself."""
    kept = []
    monkeypatch.setattr(tasks, "send", lambda job, taskforce, queue: kept.append((job, taskforce, queue)))
    return kept


def a_while_later(world, *jobs):
    """Nothing has been heard of the jobs since before UNCLAIMED_SECONDS."""
    with killed.owner() as opened:
        opened.execute(
            "update jobs_job set heartbeat_at = heartbeat_at - interval '1 hour' where id = any(%s)",
            [[job.pk for job in jobs]],
        )


def told(job):
    """What became of a job, without the numbers and names that differ from one taskforce to the next, and without how
    many bytes were swept: the killed worker may have done so.
    """
    result = {key: value for key, value in job.result.items() if isinstance(value, int) and key != "swept"}
    return job.state, job.error, job.progress, result


def added(before, after):
    """How many rows of each table, and files, are more (or fewer)."""
    return {table: after[table] - before[table] for table in before | after if after[table] != before[table]}


def test_every_kind_of_job_has_a_story():
    assert set(STORIES) == set(services._kinds), "Tell in tests/jobs/stories.py how the new kind comes to be asked for."


@pytest.mark.parametrize("kind", KINDS)
def test_killed_when_all_was_written_it_has_done_nothing_and_is_done_once(kind, db, sent):
    calm, rough = World("calm"), World("rough")
    job = STORIES[kind](calm)
    before = killed.rows_of(calm.taskforce)
    undisturbed = told(calm.do(job))
    expected = added(before, killed.rows_of(calm.taskforce))

    job = STORIES[kind](rough)
    before, state = killed.rows_of(rough.taskforce), killed.everything()
    with killed.worker_at_work(rough.taskforce, job):
        a_while_later(rough, job)
        sent.clear()
        tasks.resend()  # however long its worker takes: it lives
        assert (job.pk, rough.taskforce.pk) not in [(one, where) for one, where, _ in sent]
        tasks.perform(job.pk, rough.taskforce.pk)
        assert rough.again(job).attempts == 1
    killed.wait_until(lambda: not killed.is_held(job))
    assert killed.everything() == state
    assert rough.again(job).state == Job.State.RUNNING

    sent.clear()
    tasks.resend()
    assert (job.pk, rough.taskforce.pk, services.worker_of(kind)[2]) in sent
    assert told(rough.do(job)) == undisturbed
    assert undisturbed[0] == Job.State.DONE
    assert added(before, killed.rows_of(rough.taskforce)) == expected
    for _ in range(2):  # a message that comes again finds nothing to do
        assert rough.do(job).attempts == 2
    assert added(before, killed.rows_of(rough.taskforce)) == expected


def test_a_worker_killed_within_a_statement_is_missed_too(db, monkeypatch):
    """The database itself looks whether the worker still listens; else it would finish the statement first."""
    monkeypatch.setitem(
        services._kinds, "test.sleep", (lambda job: connection.cursor().execute("select pg_sleep(60)"), True, "default")
    )
    world = World("rough")
    with world.as_system():
        services.ask_once("test.sleep", key="k")
    job = world.asked("test.sleep")
    with killed.worker_at_work(world.taskforce, job, last_write=False):
        killed.wait_until(lambda: killed.is_held(job))
    killed.wait_until(lambda: not killed.is_held(job))


def test_a_job_that_kills_its_workers_fails_in_words(db, sent, monkeypatch):
    monkeypatch.setitem(
        services._kinds, "test.deadly", (lambda job: os.kill(os.getpid(), signal.SIGKILL), True, "default")
    )
    world = World("rough")
    with world.as_system():
        services.ask_once("test.deadly", key="k")
    job = world.asked("test.deadly")
    for attempt in range(1, tasks.ATTEMPTS + 1):
        with killed.worker_at_work(world.taskforce, job, last_write=False):
            killed.wait_until(lambda attempt=attempt: world.again(job).attempts == attempt)
        killed.wait_until(lambda: not killed.is_held(job))
        a_while_later(world, job)
        tasks.resend()
    assert (world.do(job).state, world.again(job).error) == (Job.State.FAILED, tasks.WORKERS_DIED)
    sent.clear()
    tasks.resend()
    assert sent == []


def test_a_worker_that_seemed_dead_finds_its_job_taken_and_leaves_it(db, monkeypatch):
    """It slept before it held the lock; when it wakes the job has been done by another."""
    world = World("rough")
    job = stories.a_colleague_joins_the_case(world)
    asleep = tasks._claim(world.taskforce, job.pk)
    a_while_later(world, job)
    tasks.resend()
    assert world.do(job).attempts == 2
    before = killed.everything()
    monkeypatch.setattr(tasks, "_claim", lambda taskforce, job_id: asleep)
    tasks.perform(job.pk, world.taskforce.pk)
    assert killed.everything() == before
    assert (world.again(job).state, world.again(job).attempts) == (Job.State.DONE, 2)


def test_bytes_go_and_stay_with_their_rows_when_an_erasure_is_stopped(db):
    """Bytes are no part of a transaction: they are gone before the rows are, and never the other way round."""
    world = World("rough")
    job = stories.a_document_was_removed_long_ago_and_an_upload_was_killed(world)
    with killed.worker_at_work(world.taskforce, job):
        pass
    killed.wait_until(lambda: not killed.is_held(job))
    with world.as_(world.specialist):
        own = {name for name in killed.stored() if world.taskforce.public_id.hex in name}
        rowless = own - set(DocumentText.objects.values_list("stored_name", flat=True))
        kept = DocumentText.objects.filter(document__removed_at__isnull=True).get()
        lost = DocumentText.objects.get(document__removed_at__isnull=False)
        assert default_storage.exists(kept.stored_name)
        assert rowless == set()
        with pytest.raises(DocumentErased):
            stories.services.restore_document(lost.document, by=world.specialist.membership)
