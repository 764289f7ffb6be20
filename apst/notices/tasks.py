"""The jobs of notices: what is told at once, and the morning's digests."""

from typing import Any

from django.utils.timezone import localdate

from apst.jobs.models import Job
from apst.jobs.schedule import daily, scheduled
from apst.jobs.services import work

from .queries import is_working_day
from .services.telling import (
    DIGEST,
    MORNING,
    SEND,
    TELL,
    ask_for_digests,
    make_notices,
    send_digest,
    send_notices,
)


@work(TELL, as_system=True)
def tell(job: Job) -> dict[str, Any]:
    """Make notices of what an act has to tell."""
    return {"members": make_notices(job)}


@work(SEND)
def send(job: Job) -> dict[str, Any]:
    """Send somebody their notices, as themselves."""
    return send_notices(job)


@work(MORNING, as_system=True)
def morning(job: Job) -> dict[str, Any]:
    """Ask for everybody's digest, on working days."""
    return {"asked": ask_for_digests(job) if is_working_day(localdate()) else 0}


@work(DIGEST)
def digest(job: Job) -> dict[str, Any]:
    """Send somebody their digest, as themselves."""
    return send_digest(job)


scheduled(MORNING, daily(6, 30))
