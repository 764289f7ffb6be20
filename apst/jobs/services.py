"""Asking for work: a row in the act's own transaction; the queue only hears its id after the commit."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, ForeignObjectRel, OuterRef
from django.db.models.functions import Now

from apst.tenancy import context

from .models import Job

Work = Callable[["Job"], dict[str, Any] | None]
_kinds: dict[str, tuple[Work, bool, str]] = {}
_needs: dict[str, str] = {}


def work(kind: str, *, as_system: bool = False, queue: str = "default", needs: str = "") -> Callable[[Work], Work]:
    """Register the function that does one kind of job.

    It may run twice; it returns what `Job.result` keeps (ids and codes).

    as_system  it runs in the taskforce's own system scope, such as a return that counts restricted rows too
    queue      "pdf" for what WeasyPrint draws
    needs      the action that whoever asked must still have when it runs as the system: any member may write a row
    """

    def register(function: Work) -> Work:
        _kinds[kind] = (function, as_system, queue)
        _needs[kind] = needs
        return function

    return register


def worker_of(kind: str) -> tuple[Work, bool, str]:
    """Give a kind's function, whether it runs as the system, and its queue; raises KeyError for an unknown kind."""
    return _kinds[kind]


def action_of(kind: str) -> str:
    """Give the action that a kind needs of whoever asked for it, "" for none."""
    return _needs.get(kind, "")


def ask_for(kind: str, *, key: str, args: dict[str, Any]) -> Job:
    """Ask for one piece of work; asking again with the same key while it waits or runs gives the same job.

    A job that is over and has the same key is started afresh by whoever asked for it; for anybody else, who may not
    change it, there is one of their own.
    """
    from . import tasks  # noqa: PLC0415 - tasks runs jobs and so knows services

    _, as_system, queue = worker_of(kind)
    member = context.current()
    job, made = Job.objects.get_or_create(
        kind=kind, key=key, defaults={"args": args, "person_id": member.person_id, "as_system": as_system}
    )
    if not made and job.is_over:
        if job.person_id != member.person_id:
            return ask_for(kind, key=f"{key}/{member.person_id}", args=args)
        fresh = {
            "args": args,
            "state": Job.State.WAITING,
            "attempts": 0,
            "progress": 0,
            "saying": "",
            "error": "",
            "result": {},
            "not_before": None,
        }
        Job.objects.filter(pk=job.pk).update(**fresh, person_id=member.person_id, finished_at=None, sent_at=None)
        job.refresh_from_db()
    job_id, taskforce_id = job.pk, member.taskforce.pk
    transaction.on_commit(lambda: tasks.send(job_id, taskforce_id, queue))
    return job


def ask_once(kind: str, *, key: str, args: dict[str, Any] | None = None, person_id: int | None = None) -> bool:
    """Ask, as the taskforce's system, for one piece of work that is never done twice; False where it was asked for.

    person_id  in whose own scope it is done; a person whose membership has ended by then gets nothing
    """
    from . import tasks  # noqa: PLC0415 - tasks runs jobs and so knows services

    _, as_system, queue = worker_of(kind)
    said = {"args": args or {}, "person_id": person_id, "as_system": as_system}
    job, made = Job.objects.get_or_create(kind=kind, key=key, defaults=said)
    if made:
        job_id, taskforce_id = job.pk, context.current().taskforce.pk
        transaction.on_commit(lambda: tasks.send(job_id, taskforce_id, queue))
    return made


def drop_old() -> int:
    """Drop, as the system, the jobs that were over JOBS_KEPT_DAYS ago, but those that a record still names; gives how
    many.
    """
    old = Job.objects.filter(
        state__in=[Job.State.DONE, Job.State.FAILED], finished_at__lt=Now() - dt.timedelta(days=settings.JOBS_KEPT_DAYS)
    )
    for relation in Job._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            names = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            old = old.exclude(Exists(names))
    return old.delete()[0]
