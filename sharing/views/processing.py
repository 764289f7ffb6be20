"""The record of processing: a page, and a file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from apst.web.tables import Cell, Heading
from sharing import policies
from sharing.queries.processing import HEADINGS, as_csv, record_of_processing


@require_GET
@allowed(policies.can_read)
def processing(request: MemberRequest) -> HttpResponse:
    """What is shared with whom, why and on which basis, from the agreements in force today."""
    rows = [
        [Cell(category, second=partner), purposes, sees, supplies, onward, ours, theirs]
        for partner, _, purposes, category, sees, supplies, onward, ours, theirs, *_ in record_of_processing()
    ]
    headings = [Heading(HEADINGS[n]) for n in (3, 2, 4, 5, 6, 7, 8)]
    return render(request, "sharing/processing.html", {"headings": headings, "rows": rows})


@require_GET
@allowed(policies.can_read)
def processing_file(request: MemberRequest) -> HttpResponse:
    """The record as CSV, retention, security and last days included."""
    return HttpResponse(
        as_csv(record_of_processing()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="record-of-processing.csv"'},
    )
