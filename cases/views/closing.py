"""Closing a case in two steps, what is still open before one's eyes, and opening it again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apst.accounts.queries import me
from apst.codelists import label
from apst.people.exceptions import PeopleError
from apst.people.policies import can_change_pupil
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.cases import CloseForm, ReopenForm
from cases.models import Case, CaseEnding
from cases.queries.closing import Answer, answers
from cases.queries.flags import closing_decided

from .cases import complain, version_of
from .page import CASE_RELATED, case_page

TAB = "cases:case-detail"
# What the page that checks the answers writes by itself.
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "taskforce", "version", "sure", "change"})


@require_http_methods(["GET", "POST"])
@allowed(policies.can_close, Case, related=CASE_RELATED)
def case_close(request: MemberRequest, case: Case) -> HttpResponse:
    """Look at what is still open and say why it ends; then check the answers; then it is closed."""
    found, decided = answers(case), closing_decided(case)
    something_open = any(answer.open for answer in found)
    form = CloseForm(
        request.POST or None,
        # What was decided answers why it ends, not who goes on with what is open.
        initial={"said": decided.rationale} if decided and not something_open else None,
        something_open=something_open,
        may_say_where=can_change_pupil(request.member),
    )
    context = case_page(
        request, case, TAB, form=form, checks=found, decided=decided, back=reverse(TAB, args=[case.public_id])
    )
    if not form.is_valid() or "change" in request.POST:
        return render(request, "cases/case_close.html", context, status=422 if form.errors else 200)
    said = form.said_all()
    try:
        services.check_closing(case, **said)
        if "sure" in request.POST:
            services.close_case(case, **said, version=version_of(request), by=me(request.member))
            messages.success(request, "The case is closed. You can reopen it from its page.")
            return redirect(TAB, public_id=case.public_id)
    except (CaseError, PeopleError) as error:
        complain(form, error)
        return render(request, "cases/case_close.html", context, status=422)
    typed = [(name, value) for name, values in request.POST.lists() if name not in NOT_TYPED for value in values]
    context |= {"rows": _said(said, found), "typed": typed}
    return render(request, "cases/case_close_check.html", context)


def _said(said: dict[str, Any], found: list[Answer]) -> list[dict[str, str]]:
    rows = [
        {"key": "Why it ended", "value": label("case_end_reasons", said["reason"])},
        {"key": "Last day", "value": f"{said['ended_on']:%-d %B %Y}"},
    ]
    if said["leaving"]:
        rows.append({"key": "The pupil goes to", "value": label("destinations", said["destination"])})
    still_open = [one.text for answer in found for one in answer.open]
    rows.append({"key": "Still open", "value": "\n".join(still_open) or "Nothing"})
    if said["said"]:
        rows.append({"key": "What happens with it" if still_open else "Also", "value": said["said"]})
    return rows


@require_http_methods(["GET", "POST"])
@allowed(policies.can_reopen, Case, related=CASE_RELATED)
def case_reopen(request: MemberRequest, case: Case) -> HttpResponse:
    """Open an ended case again; its earlier end stays in its history."""
    form = ReopenForm(request.POST or None)
    if form.is_valid():
        try:
            services.reopen_case(
                case, said=form.cleaned_data["said"], version=version_of(request), by=me(request.member)
            )
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The case is open again.")
            return redirect(TAB, public_id=case.public_id)
    endings = CaseEnding.objects.filter(case=case, act=CaseEnding.Act.CLOSED).select_related("done_by")
    back = reverse(TAB, args=[case.public_id])
    context = case_page(request, case, TAB, form=form, endings=endings, back=back)
    return render(request, "cases/case_reopen.html", context, status=422 if form.errors else 200)
