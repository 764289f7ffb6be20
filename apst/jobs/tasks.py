"""Running jobs: claim, re-enter the taskforce as the person, do the work and say so in one transaction.

Whoever works holds the job's lock (`app.job_lock`) until that transaction ends, so that a worker that lives is never
doubled, however long it takes, and one that died is missed within UNCLAIMED_SECONDS: the database lets go of its lock
and takes back all it had written.
"""

import datetime as dt
import logging
from contextlib import suppress
from typing import Any

from celery import shared_task
from django.db import ProgrammingError, connection, connections, transaction
from django.db.models.functions import Now
from django.utils import timezone

from apst.tenancy.context import acting_as_system, acting_for
from apst.tenancy.models import Taskforce

from . import schedule, services
from .models import Heartbeat, Job
from .services import action_of, work, worker_of

log = logging.getLogger("apst.jobs")
ATTEMPTS = 3
UNCLAIMED_SECONDS = 30


GONE = "Whoever asked for this does not work here any more."
# A database that hears nothing of a dead worker would keep its lock: it looks in the midst of a statement whether the
# worker still listens, and between two whether its machine still answers.
_LOCK = """
select pg_advisory_xact_lock(app.job_lock(%s)), set_config('client_connection_check_interval', '5s', true),
       set_config('tcp_keepalives_idle', '30', true), set_config('tcp_keepalives_interval', '5', true),
       set_config('tcp_keepalives_count', '3', true)
"""
WORKERS_DIED = f"It was begun {ATTEMPTS} times, and each time the program that did it was stopped. Nothing was changed."


class JobRefused(Exception):
    """The work cannot be done and trying again would not help; its text is shown to the person."""


class JobLater(Exception):
    """The work cannot be done now: nothing of it is kept, and it is tried again after `seconds`.

    How often is for the work to say, which knows `Job.attempts`.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Again after {seconds} seconds.")
        self.seconds = seconds


class Overtaken(Exception):
    """Another worker has taken the job up meanwhile; what this one did is taken back."""


def send(job_id: int, taskforce_id: int, queue: str) -> None:
    """Put a job's id into its queue; a broker that does not answer is no failure, since beat sends it again."""
    task = run_pdf if queue == "pdf" else run
    try:
        task.delay(job_id, taskforce_id)
    except Exception:  # the row is in the database, and `resend` looks for it
        log.warning("job_not_sent job=%s", job_id)


def tell(job: Job, progress: int, saying: str = "") -> None:
    """Say how far a job is, beside its own transaction, and that it lives.

    progress  per cent, 0 to 100
    """
    with transaction.atomic(using="beside"), connections["beside"].cursor() as cursor:
        cursor.execute("select set_config('role', app.enter_system(%s), true)", [job.tenant_id])
        cursor.execute(
            "update jobs_job set progress = %s, saying = %s, heartbeat_at = clock_timestamp() where id = %s",
            [min(progress, 100), saying[:200], job.pk],
        )


def perform(job_id: int, taskforce_id: int) -> None:
    """Do one job to its end. Raises nothing: what went wrong is kept on the row, and tried again at most ATTEMPTS
    times.

    What the work writes and that it is done are one transaction: killed at any moment, it has done both or neither.
    """
    taskforce = Taskforce.objects.get(pk=taskforce_id)
    job = _claim(taskforce, job_id)
    if job is None:
        return
    do, as_system, _ = worker_of(job.kind)
    entered = False
    try:
        _check_asker(taskforce, job)
        with (
            acting_as_system(taskforce) if as_system or job.person_id is None else acting_for(taskforce, job.person_id)
        ):
            entered = True
            with connection.cursor() as cursor:
                cursor.execute(_LOCK, [job.pk])
            if not Job.objects.filter(**_as_claimed(job)).exists():
                raise Overtaken
            _end(job, Job.State.DONE, result=do(job) or {})
    except Overtaken:
        log.warning("job_overtaken job=%s kind=%s attempt=%s", job.pk, job.kind, job.attempts)
    except JobRefused as refusal:
        _fail(taskforce, job, str(refusal))
    except JobLater as later:
        _again(taskforce, job, timezone.now() + dt.timedelta(seconds=later.seconds))
    except Exception as error:
        if isinstance(error, ProgrammingError) and not entered:  # the database lets nobody in who has left
            _fail(taskforce, job, GONE)
            return
        log.exception("job_failed job=%s kind=%s attempt=%s", job.pk, job.kind, job.attempts)
        if job.attempts >= ATTEMPTS:
            _fail(taskforce, job, f"Something went wrong on our side ({type(error).__name__}).")
        else:
            _again(taskforce, job, None)


def _claim(taskforce: Taskforce, job_id: int) -> Job | None:
    """Take a waiting job; None where it is not waiting any more, or was begun too often: then it has failed."""
    with acting_as_system(taskforce):
        job = Job.objects.select_for_update(skip_locked=True).filter(pk=job_id, state=Job.State.WAITING).first()
        if job is None:
            return None
        # Work that put itself off counts its attempts for itself, and says when it is enough.
        if job.attempts >= ATTEMPTS and job.not_before is None:
            job.state = Job.State.FAILED
            Job.objects.filter(pk=job.pk).update(state=job.state, error=WORKERS_DIED, finished_at=Now())
            log.error("job_given_up job=%s kind=%s", job.pk, job.kind)
            return None
        job.state, job.attempts = Job.State.RUNNING, job.attempts + 1
        Job.objects.filter(pk=job.pk).update(state=job.state, attempts=job.attempts, heartbeat_at=Now())
        return job


def _as_claimed(job: Job) -> dict[str, Any]:
    """The clauses that find the job only while it is still this worker's."""
    return {"pk": job.pk, "state": Job.State.RUNNING, "attempts": job.attempts}


def _check_asker(taskforce: Taskforce, job: Job) -> None:
    """Refuse work as the system to a person who may not ask for it, or not any more."""
    action = action_of(job.kind)
    if action and job.person_id is not None:
        with acting_for(taskforce, job.person_id) as member:
            if not member.may(action):
                raise JobRefused("You may not ask for this.")


def _end(job: Job, state: str, *, result: dict[str, Any] | None = None, error: str = "") -> None:
    """Write, in the open transaction, how a job ended; raises Overtaken where it is another worker's by now."""
    done = {"progress": 100} if state == Job.State.DONE else {}
    ended = Job.objects.filter(**_as_claimed(job)).update(
        state=state, result=result or {}, error=error[:500], finished_at=Now(), **done
    )
    if not ended:
        raise Overtaken


def _again(taskforce: Taskforce, job: Job, not_before: dt.datetime | None) -> None:
    with acting_as_system(taskforce):
        Job.objects.filter(**_as_claimed(job)).update(state=Job.State.WAITING, not_before=not_before)


def _fail(taskforce: Taskforce, job: Job, error: str) -> None:
    with suppress(Overtaken), acting_as_system(taskforce):
        _end(job, Job.State.FAILED, error=error)


@shared_task(acks_late=True)
def run(job_id: int, taskforce_id: int) -> None:
    """Do one job."""
    perform(job_id, taskforce_id)


@shared_task(acks_late=True)
def run_pdf(job_id: int, taskforce_id: int) -> None:
    """Do one job that draws a PDF, in its own queue."""
    perform(job_id, taskforce_id)


@shared_task
def resend() -> None:
    """Send again what nobody claimed: a lost message, or the job of a worker that died, which waits once more."""
    with connection.cursor() as cursor:
        cursor.execute("select job, taskforce, kind from app.unclaimed_jobs(%s, 100)", [UNCLAIMED_SECONDS])
        waiting = cursor.fetchall()
    for job_id, taskforce_id, kind in waiting:
        send(job_id, taskforce_id, worker_of(kind)[2])


@shared_task
def beat() -> None:
    """Show that the scheduler and a worker live."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})


@shared_task
def ask_for_due() -> None:
    """Ask for the scheduled work whose occasion has come; safely twice."""
    schedule.ask_for_due()


@work("jobs.drop_old", as_system=True)
def drop_old(job: Job) -> dict[str, Any]:
    """Each night: what was over long ago goes."""
    return {"dropped": services.drop_old()}


schedule.scheduled("jobs.drop_old", schedule.daily(3, 20))
