"""Asking for papers, drawing them, and throwing them away."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils.timezone import now

from apst.accounts.models import Membership
from apst.jobs.models import Job
from apst.jobs.services import ask_for
from apst.tenancy.context import current
from apst.web.pdf import render_pdf
from cases.models import Case, CasePaper, Meeting, Passport, TeachingGroup

DRAW: Final = "cases.draw_paper"
DRAW_PASSPORTS: Final = "cases.draw_passports"
DRAW_MINUTES: Final = "cases.draw_minutes"
KEPT: Final = dt.timedelta(days=1)


@transaction.atomic
def ask_for_paper(case: Case, *, kind: str) -> Job:
    """Ask for a paper about a case; it is drawn as whoever asks, in the queue that draws PDFs.

    Each asking is a paper of its own: what it shows may have changed since the last.
    """
    key = f"{kind}/{current().person_id or 0}/{uuid.uuid4().hex}"
    return ask_for(DRAW, key=key, args={"kind": kind, "case": str(case.public_id)})


@transaction.atomic
def ask_for_passports(*, passport: Passport | None = None, group: TeachingGroup | None = None) -> Job:
    """Ask for one passport, or for the sheet of a teaching group; drawn as whoever asks, like every paper."""
    about = {"passport": str(passport.public_id)} if passport else {"group": str(group.public_id) if group else ""}
    return ask_for(DRAW_PASSPORTS, key=f"{current().person_id or 0}/{uuid.uuid4().hex}", args=about)


@transaction.atomic
def ask_for_minutes(meeting: Meeting) -> Job:
    """Ask for the minutes of a meeting; drawn as whoever asks, so that they hold what this reader may see."""
    about = {"meeting": str(meeting.public_id)}
    return ask_for(DRAW_MINUTES, key=f"{current().person_id or 0}/{uuid.uuid4().hex}", args=about)


def keep_paper(
    *,
    case: Case | None,
    kind: str,
    template: str,
    css: str,
    context: dict[str, Any],
    pupils: Iterable[int],
    categories: Iterable[str],
    one_page: Sequence[Mapping[str, Any]] = ({},),
    by: Membership,
) -> CasePaper:
    """Draw one paper and keep it for the person for a day. one_page: as for `render_pdf`.

    Raises PdfUnavailable where this machine cannot draw.
    """
    return CasePaper.objects.create(
        case=case,
        kind=kind,
        pupils=sorted(set(pupils)),
        categories=" ".join(sorted(categories)),
        drawn_for=by,
        content=render_pdf(template, context, css=css, one_page=one_page),
    )


def drop_old_papers() -> int:
    """Throw away, as the system, what was drawn more than a day ago; gives how many."""
    return CasePaper.objects.filter(drawn_at__lt=now() - KEPT).delete()[0]
