"""The jobs of the return: its figures, and its PDF in a queue of its own."""

from typing import Any

from django.conf import settings

from apst.accounts.models import Membership
from apst.jobs.models import Job
from apst.jobs.services import work
from apst.jobs.tasks import JobRefused, tell

from . import services
from .exceptions import FiguresFrozen, PdfUnavailable, ReturnRefused
from .models import MIReturn
from .queries import BUILD, DRAW


@work(BUILD, as_system=True, needs="return.build")
def build(job: Job) -> dict[str, Any]:
    """Build the return of `args["period"]`; then ask for its PDF."""
    tell(job, 10, "Reading the calendar and counting")
    by = Membership.objects.filter(user_id=job.person_id).first() if job.person_id else None
    try:
        mi_return = services.build_return(job.args["period"], by=by)
    except (ReturnRefused, FiguresFrozen) as refused:
        raise JobRefused(str(refused)) from None
    tell(job, 95, "Keeping the figures")
    if settings.PDF_AVAILABLE:
        services.ask_for_pdf(mi_return)
    return {"return": str(mi_return.public_id)}


@work(DRAW, as_system=True, queue="pdf", needs="return.build")
def draw(job: Job) -> dict[str, Any]:
    """Draw the PDF of `args["return"]`."""
    tell(job, 20, "Drawing the PDF")
    mi_return = MIReturn.objects.get(public_id=job.args["return"])
    try:
        services.draw_pdf(mi_return)
    except PdfUnavailable as unavailable:
        raise JobRefused(str(unavailable)) from None
    return {"return": str(mi_return.public_id)}
