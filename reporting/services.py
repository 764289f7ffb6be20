"""Building the return."""

import hashlib

from django.db import transaction
from django.utils import timezone

from apst.accounts.models import Membership
from apst.jobs.models import Job
from apst.jobs.services import ask_for
from apst.places.calendar import CalendarGap, Period, SchoolCalendar
from apst.places.models import Site
from apst.tenancy.context import current, name_act

from . import facts
from .exceptions import FiguresFrozen, ReturnRefused
from .figures import Cell, Reckoning
from .measures import TEMPLATE
from .models import MIReturn, ReturnCell, ReturnDocument
from .queries import DRAW, ReturnPages, latest_version
from .renderings import FORMS, pdf
from .renderings.csv_file import as_csv
from .trend import trend_of


@transaction.atomic
def build_return(period_key: str, *, by: Membership | None) -> MIReturn:
    """Build the return of a period in the open taskforce's system scope; built twice, it is one return.

    period_key  "2026-27/autumn-1", "2026-27/autumn" or "2026-27"
    Raises ReturnRefused where the calendar does not hold the period, FiguresFrozen once it is signed.
    """
    taskforce = current().taskforce
    calendar = SchoolCalendar.of()
    period = period_of(period_key, calendar)
    name_act("return.build")
    mi_return = _draft(period)
    facts.tell(period, calendar)
    opening = {"opening_pupils": taskforce.opening_pupils, "opening_minutes": taskforce.opening_minutes}
    cells = Reckoning(
        mi_return.template, period, sites=list(Site.objects.values_list("name", flat=True)), opening=opening
    ).cells()
    _keep(mi_return, cells)
    facts.keep(mi_return.pk)
    mi_return.opening_pupils, mi_return.opening_minutes = taskforce.opening_pupils, taskforce.opening_minutes
    mi_return.trend = trend_of(period, calendar)
    mi_return.built_at, mi_return.built_by = timezone.now(), by
    mi_return.fingerprint = hashlib.sha256(as_csv(taskforce, mi_return, cells)).hexdigest()
    mi_return.save()
    return mi_return


def period_of(period_key: str, calendar: SchoolCalendar) -> Period:
    """Give the period of a key; raises ReturnRefused, saying which half-term is missing."""
    try:
        return calendar.period(period_key)
    except CalendarGap as gap:
        raise ReturnRefused(str(gap)) from None


def _draft(period: Period) -> MIReturn:
    latest = latest_version(period.key)
    if latest is None:
        dates = {"starts_on": period.starts_on, "ends_on": period.ends_on}
        latest, _ = MIReturn.objects.get_or_create(
            period=period.key, number=1, defaults={"template": TEMPLATE, "fingerprint": "", **dates}
        )
    # The lock makes a second build wait for the first, and then build the same.
    mi_return = MIReturn.objects.select_for_update().get(pk=latest.pk)
    if mi_return.figures_are_frozen:
        raise FiguresFrozen(
            "This return has been signed, so its figures are not built again. An amendment is a new version."
        )
    mi_return.starts_on, mi_return.ends_on = period.starts_on, period.ends_on
    mi_return.state = MIReturn.State.DRAFT
    return mi_return


def _keep(mi_return: MIReturn, cells: list[Cell]) -> None:
    mi_return.cells.all().delete()
    ReturnCell.objects.bulk_create((ReturnCell(mi_return=mi_return, **vars(cell)) for cell in cells), batch_size=500)


def draw_pdf(mi_return: MIReturn) -> ReturnDocument:
    """Draw the return's PDF and keep it, in the system's scope; what is drawn already is not drawn again.

    Raises PdfUnavailable where this machine cannot.
    """
    document = ReturnDocument.objects.filter(mi_return=mi_return, form="pdf").first()
    if document and document.fingerprint == mi_return.fingerprint:
        return document
    content = pdf.as_pdf(ReturnPages.of(mi_return))
    document, _ = ReturnDocument.objects.update_or_create(
        mi_return=mi_return,
        form="pdf",
        defaults={"fingerprint": mi_return.fingerprint, "content": content, "made_at": timezone.now()},
    )
    return document


def ask_for_pdf(mi_return: MIReturn) -> Job:
    """Ask for the PDF of these very figures; the same figures, asked for by the same person, are one job."""
    key = f"{mi_return.pk}/{mi_return.fingerprint[:24]}/{current().person_id or 0}"
    return ask_for(DRAW, key=key, args={"return": str(mi_return.public_id)})


def render_return(mi_return: MIReturn, form: str) -> bytes:
    """Give the return as a file of one format: "csv", "xlsx" or "pdf" (raises PdfUnavailable)."""
    return FORMS[form](ReturnPages.of(mi_return))
