"""The case's brief, and papers as PDF: asked for, drawn by a job, fetched by whoever asked."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_POST

from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.models import Case, CasePaper
from cases.papers import PAPERS
from cases.queries.brief import brief_of

from .page import CASE_RELATED, case_page


@require_GET
@allowed(policies.can_view, Case, related=CASE_RELATED)
def case_brief(request: MemberRequest, case: Case) -> HttpResponse:
    """The case on one page, to read or to print."""
    shown(request, [case], *PAPERS["brief"].categories)
    context = case_page(request, case, "", brief=brief_of(case, request.member))
    return render(request, "cases/case_brief.html", context)


@require_POST
@allowed(policies.can_see_brief, Case)
def paper_ask(request: MemberRequest, case: Case, kind: str) -> HttpResponse:
    """Ask for a paper about a case, and follow the job."""
    paper = PAPERS.get(kind)
    if paper is None or not paper.may(request.member, case):
        raise Http404
    if not policies.ordinarily(request.member, case):
        # What is read in an emergency is not taken away on paper.
        request.refused_row = case
        raise PermissionDenied
    job = services.ask_for_paper(case, kind=kind)
    return redirect("jobs:job-detail", public_id=job.public_id)


@require_GET
@allowed(policies.can_fetch_paper, CasePaper, related=("case",))
def paper_download(request: MemberRequest, paper: CasePaper) -> HttpResponse:
    """The PDF, for whoever it was drawn for. Its name says what it is, and nobody's name."""
    shown(request, paper.pupils, *paper.categories.split())
    known = PAPERS.get(paper.kind)
    words = slugify(known.words if known else paper.kind)
    name = f"{words}-{paper.case.reference.lower()}.pdf" if paper.case else f"{words}.pdf"
    return HttpResponse(
        bytes(paper.content),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
