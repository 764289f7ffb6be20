"""The jobs of imports: check a file, apply it, undo it."""

from typing import Any

from apst.jobs.models import Job
from apst.jobs.services import work
from apst.jobs.tasks import JobRefused, tell

from . import services
from .exceptions import ImportsError
from .models import Import
from .reading import Refused
from .running import Tell


def _teller(job: Job) -> Tell:
    return lambda percent, saying: tell(job, percent, saying)


@work(services.PREVIEW)
def preview(job: Job) -> dict[str, Any]:
    """Check the file of `args["import"]`, as the person who uploaded it."""
    try:
        return dict(services.make_preview(_import(job), tell=_teller(job)).counts)
    except (Refused, ImportsError) as refusal:
        raise JobRefused(str(refusal)) from None


@work(services.APPLY)
def apply(job: Job) -> dict[str, Any]:
    """Apply the file of `args["import"]`, as the person who uploaded it."""
    record = _import(job)
    if record.state == Import.State.APPLIED:
        return dict(record.counts)  # the job ran before and its worker died afterwards
    try:
        return dict(services.apply(record, tell=_teller(job)).counts)
    except (Refused, ImportsError) as refusal:
        raise JobRefused(str(refusal)) from None


@work(services.UNDO, as_system=True, needs="record.import")
def undo(job: Job) -> None:
    """Undo `args["import"]`: in the system's scope, because a person may remove far less than an import brings."""
    record = _import(job)
    if record.state == Import.State.UNDONE:
        return
    tell(job, 10, "Looking whether anything was built on it")
    try:
        services.undo(record)
    except ImportsError as refusal:
        raise JobRefused(str(refusal)) from None


def _import(job: Job) -> Import:
    return Import.objects.select_related("uploaded_by").get(public_id=job.args["import"])
