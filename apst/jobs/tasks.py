"""Running jobs: claim, re-enter the taskforce as the person, do the work in one transaction, say how it went."""

import datetime as dt
import logging
from typing import Any

from celery import shared_task
from django.db import ProgrammingError, connection, connections, transaction
from django.utils import timezone

from apst.tenancy.context import acting_as_system, acting_for
from apst.tenancy.models import Taskforce

from . import schedule
from .models import Heartbeat, Job
from .services import action_of, worker_of

log = logging.getLogger("apst.jobs")
ATTEMPTS = 3
UNCLAIMED_SECONDS = 30


GONE = "Whoever asked for this does not work here any more."


class JobRefused(Exception):
    """The work cannot be done and trying again would not help; its text is shown to the person."""


class JobLater(Exception):
    """The work cannot be done now: nothing of it is kept, and it is tried again after `seconds`.

    How often is for the work to say, which knows `Job.attempts`.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Again after {seconds} seconds.")
        self.seconds = seconds


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
    """
    taskforce = Taskforce.objects.get(pk=taskforce_id)
    with acting_as_system(taskforce):
        job = Job.objects.select_for_update(skip_locked=True).filter(pk=job_id, state=Job.State.WAITING).first()
        if job is None:
            return
        job.state, job.heartbeat_at, job.attempts = Job.State.RUNNING, timezone.now(), job.attempts + 1
        job.save(update_fields=["state", "heartbeat_at", "attempts"])
    work, as_system, _ = worker_of(job.kind)
    entered = False
    try:
        _check_asker(taskforce, job)
        with (
            acting_as_system(taskforce) if as_system or job.person_id is None else acting_for(taskforce, job.person_id)
        ):
            entered = True
            result = work(job) or {}
        _finish(taskforce, job, Job.State.DONE, result=result)
    except JobRefused as refusal:
        _finish(taskforce, job, Job.State.FAILED, error=str(refusal))
    except JobLater as later:
        _finish(taskforce, job, Job.State.WAITING, later=timezone.now() + dt.timedelta(seconds=later.seconds))
    except Exception as error:
        if isinstance(error, ProgrammingError) and not entered:  # the database lets nobody in who has left
            _finish(taskforce, job, Job.State.FAILED, error=GONE)
            return
        log.exception("job_failed job=%s kind=%s attempt=%s", job.pk, job.kind, job.attempts)
        if job.attempts >= ATTEMPTS:
            _finish(
                taskforce, job, Job.State.FAILED, error=f"Something went wrong on our side ({type(error).__name__})."
            )
        else:
            _finish(taskforce, job, Job.State.WAITING)


def _check_asker(taskforce: Taskforce, job: Job) -> None:
    """Refuse work as the system to a person who may not ask for it, or not any more."""
    action = action_of(job.kind)
    if action and job.person_id is not None:
        with acting_for(taskforce, job.person_id) as member:
            if not member.may(action):
                raise JobRefused("You may not ask for this.")


def _finish(
    taskforce: Taskforce,
    job: Job,
    state: str,
    *,
    result: dict[str, Any] | None = None,
    error: str = "",
    later: dt.datetime | None = None,
) -> None:
    over = state != Job.State.WAITING
    with acting_as_system(taskforce):
        Job.objects.filter(pk=job.pk).update(
            state=state,
            result=result or {},
            error=error[:500],
            progress=100 if state == Job.State.DONE else job.progress,
            finished_at=timezone.now() if over else None,
            not_before=later,
        )


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
    """Send again what nobody claimed: a lost message or a worker that died."""
    with connection.cursor() as cursor:
        cursor.execute("select job, taskforce from app.unclaimed_jobs(%s, 100)", [UNCLAIMED_SECONDS])
        waiting = cursor.fetchall()
    for job_id, taskforce_id in waiting:
        taskforce = Taskforce.objects.get(pk=taskforce_id)
        with acting_as_system(taskforce):
            # One that was running has lost its worker: it may be claimed again.
            Job.objects.filter(pk=job_id, state=Job.State.RUNNING).update(state=Job.State.WAITING)
            job = Job.objects.get(pk=job_id)
        send(job_id, taskforce_id, worker_of(job.kind)[2])


@shared_task
def beat() -> None:
    """Show that the scheduler and a worker live."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})


@shared_task
def ask_for_due() -> None:
    """Ask for the scheduled work whose occasion has come; safely twice."""
    schedule.ask_for_due()
