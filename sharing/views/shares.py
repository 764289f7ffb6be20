"""A case's page of sharing: with whom, what they see of it and what not; share it, take it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.codelists import label
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases.models import Case
from cases.policies import can_share
from cases.views.page import CASE_RELATED, case_page
from sharing import policies, services
from sharing.exceptions import SharingError
from sharing.forms.guests import ConfirmForm, ShareForm
from sharing.models import SharedCase
from sharing.queries import shared

TAB = "sharing:case-sharing"


@require_GET
@allowed(can_share, Case, related=CASE_RELATED)
def case_sharing(request: MemberRequest, case: Case) -> HttpResponse:
    """With whom a case is shared, under what, what they see of it and what not; and with whom it was."""
    context = case_page(
        request, case, TAB, shares=shared.shares_of(case), past=shared.rows_of(case, live=False)[:50],
    )  # fmt: skip
    return render(request, "sharing/case_sharing.html", context)


@require_http_methods(["GET", "POST"])
@allowed(can_share, Case, related=CASE_RELATED)
def case_share(request: MemberRequest, case: Case) -> HttpResponse:
    """Choose with whom and what for (`?under=`), see what the agreement lets through and what not, confirm."""
    agreements = shared.to_share_under()
    asked = request.POST if request.method == "POST" else request.GET
    form: Any = ShareForm(asked if "under" in asked or "chosen" in asked else None, agreements=agreements)
    back = reverse(TAB, args=[case.public_id])
    context = {"form": form, "back": back, "agreements": agreements}
    if not form.is_valid():
        page = case_page(request, case, TAB, **context)
        return render(request, "sharing/case_share.html", page, status=422 if request.method == "POST" else 200)
    agreement, purpose = form.said()
    confirm = ConfirmForm(request.POST or None, initial={"under": form.cleaned_data["under"]})
    if request.method == "POST" and confirm.is_valid():
        try:
            services.share_case(
                case, agreement, purpose=purpose, until=confirm.cleaned_data["until"], by=me(request.member)
            )
        except SharingError as error:
            confirm.add_error(error.field if error.field in confirm.fields else None, str(error))
        else:
            messages.success(request, f"The case is shared with {agreement.partner.name}.")
            return redirect(TAB, public_id=case.public_id)
    answers = shared.would_see(agreement, case, purpose=purpose)
    context |= {
        "form": confirm,
        "agreement": agreement,
        "purpose": label("sharing_purposes", purpose),
        "sees": shared.words_of(answer.category for answer in answers if answer.allowed),
        "not_seen": [(label("data_categories", one.category), one.words) for one in answers if not one.allowed],
        "guests": shared.guests_under(agreement),
    }
    page = case_page(request, case, TAB, **context)
    return render(request, "sharing/case_share_check.html", page, status=422 if confirm.errors else 200)


@require_POST
@allowed(policies.can_take_back, SharedCase, related=("case__pupil", "agreement__partner"))
def share_end(request: MemberRequest, row: SharedCase) -> HttpResponse:
    """Share it no more. To undo it, share it again: both stay on the record."""
    shown(request, [row.case], "identity")
    services.take_back(row, by=me(request.member))
    messages.success(
        request, f"{row.agreement.partner.name} sees nothing of the case from their next click. What they saw is kept."
    )
    return redirect(TAB, public_id=row.case.public_id)
