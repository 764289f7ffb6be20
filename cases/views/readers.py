"""Who may read one restricted record: the same page for documents, evidence, public protection and keeping apart."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from apst.accounts.queries import me
from apst.web.requests import MemberRequest
from cases import services
from cases.exceptions import CaseError
from cases.forms.documents import OpeningForm
from cases.models import Case
from cases.queries import documents as queries

from .cases import complain
from .page import case_page


def readers_page(request: MemberRequest, record: Any, case: Case, *, tab: str, title: str, back: str) -> HttpResponse:
    """List who was let in, let one more in, or end it for one (the form says `end`)."""
    ending = request.method == "POST" and "end" in request.POST
    form = OpeningForm(
        request.POST if request.method == "POST" and not ending else None,
        members=queries.openers_possible(request.member),
    )
    by = me(request.member)
    try:
        if ending:
            member = queries.member_of(request.POST["end"])
            services.end_opening(record, member.user_id if member else 0, by=by)
            messages.success(request, "They may not read it any more.")
            return redirect(request.get_full_path())
        if form.is_valid():
            services.let_open(record, **form.said(), by=by)
            messages.success(request, "They may read it now.")
            return redirect(request.get_full_path())
    except CaseError as error:
        if ending:
            messages.error(request, str(error))
        else:
            complain(form, error)
    context = case_page(
        request, case, tab, record=record, title=title, form=form, openings=queries.openings_of(record), back=back
    )
    return render(request, "cases/readers.html", context, status=422 if form.errors else 200)
