"""The jobs of sharing: drawing agreements."""

from typing import Any

from django.utils.timezone import localdate

from apst.accounts.queries import me
from apst.jobs.models import Job
from apst.jobs.services import work
from apst.jobs.tasks import JobRefused, tell
from apst.tenancy.context import current
from apst.web.pdf import PdfUnavailable
from cases.services.papers import keep_paper

from .models import DataSharingAgreement
from .policies import can_read
from .queries.agreements import agreements, fingerprint
from .queries.document import facts_of, lines_of, texts_of
from .services.papers import DRAW_AGREEMENT

NO_PANGO = "This server cannot draw PDFs: the library Pango is not installed on it. The page itself can be printed."
GONE = "You cannot see this agreement any more."


@work(DRAW_AGREEMENT, queue="pdf")
def draw_agreement(job: Job) -> dict[str, Any]:
    """Draw the agreement `args["agreement"]` as whoever asked for it: in their own scope."""
    tell(job, 20, "Drawing the PDF")
    found: DataSharingAgreement | None = agreements().filter(public_id=job.args["agreement"]).first()
    if found is None or not can_read(current()):
        raise JobRefused(GONE)
    taskforce = current().taskforce.name
    signed = {one.party: one for one in found.signatures.all()}
    context = {
        "agreement": found,
        "facts": facts_of(found, taskforce),
        "lines": lines_of(found),
        "texts": texts_of(found),
        "parties": [(taskforce, signed.get("ours")), (found.partner.name, signed.get("theirs"))],
        "seen": fingerprint(found),
        "on": localdate(),
    }
    try:
        kept = keep_paper(
            case=None, kind="agreement", template="sharing/agreement_pdf.html", css="sharing/agreement_pdf.css",
            context=context, pupils=(), categories=(), by=me(current()),
        )  # fmt: skip
    except PdfUnavailable:
        raise JobRefused(NO_PANGO) from None
    return {"url_name": "cases:paper-download", "args": [str(kept.public_id)]}
