"""Filling in the needs checklist, and defining it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apst.accounts.queries import me
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.checklists import ItemsForm, NeedsForm
from cases.models import Case, ChecklistItem, NeedsCheck
from cases.services.checklists import in_use, usual_items
from referrals.drafts import Typed, forget

from .acts import act, say, submission_key
from .assessments import TAB
from .cases import complain
from .page import CASE_RELATED, case_page


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change, Case, related=CASE_RELATED)
def needs_fill(request: MemberRequest, case: Case) -> HttpResponse:
    """Fill in the needs checklist, on entry or again later."""
    key = f"needs-{case.public_id}"
    form, typed = NeedsForm(request.POST or None, items=in_use()), Typed(key)
    if typed and not form.is_bound:
        form.initial.update(typed.initial(form))
    if form.is_valid():
        try:
            made = services.fill_checklist(
                case, **form.said(), submission_key=submission_key(request), by=me(request.member)
            )
        except CaseError as error:
            complain(form, error)
        else:
            forget(key)
            undo = reverse("cases:needs-strike", args=[made.public_id])
            say(request, "The needs checklist is kept.", undo=undo)
            return redirect(TAB, public_id=case.public_id)
    context = case_page(
        request,
        case,
        TAB,
        form=form,
        draft_key=key,
        draft_version=typed.version,
        may_set=policies.can_set_instruments(request.member),
        back=reverse(TAB, args=[case.public_id]),
    )
    return render(request, "cases/assessments/needs_fill.html", context)


@require_POST
@allowed(policies.can_change_record, NeedsCheck, related=("case",))
def needs_strike(request: MemberRequest, check: NeedsCheck) -> HttpResponse:
    """Strike a filling out that was a mistake."""
    shown(request, [check], "outcomes")
    to = reverse(TAB, args=[check.case.public_id])
    said = "That filling of the checklist is struck out."
    return act(request, check, services.strike_checklist, said=said, to=to, undo="cases:needs-bring-back")


@require_POST
@allowed(policies.can_change_record, NeedsCheck, related=("case",))
def needs_bring_back(request: MemberRequest, check: NeedsCheck) -> HttpResponse:
    """Bring a struck out filling back."""
    to = reverse(TAB, args=[check.case.public_id])
    return act(request, check, services.bring_checklist_back, said="That filling stands again.", to=to)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_set_instruments)
def checklist(request: MemberRequest) -> HttpResponse:
    """What this taskforce looks at with every pupil: its items, in their order."""
    items = in_use()
    form = ItemsForm(request.POST or None)
    if form.is_valid():
        try:
            services.add_items(form.cleaned_data["words"].splitlines(), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "Added to the checklist.")
            return redirect("cases:checklist")
    context = {
        "form": form,
        "items": items,
        "retired": ChecklistItem.objects.filter(retired_at__isnull=False),
        "usual": "\n".join(usual_items()) if not items else "",
    }
    return render(request, "cases/assessments/checklist.html", context)


@require_POST
@allowed(policies.can_set_instruments, ChecklistItem)
def item_move(request: MemberRequest, item: ChecklistItem) -> HttpResponse:
    """Move an item up or down."""
    services.move_item(item, up=request.POST.get("way") == "up", by=me(request.member))
    return redirect(f"{reverse('cases:checklist')}#item-{item.public_id}")


@require_POST
@allowed(policies.can_set_instruments, ChecklistItem)
def item_retire(request: MemberRequest, item: ChecklistItem) -> HttpResponse:
    """Take an item out of use."""
    to = reverse("cases:checklist")
    said = "The item is out of use. What was answered to it stays."
    return act(request, item, services.retire_item, said=said, to=to, undo="cases:item-use")


@require_POST
@allowed(policies.can_set_instruments, ChecklistItem)
def item_use(request: MemberRequest, item: ChecklistItem) -> HttpResponse:
    """Bring an item back into use."""
    return act(request, item, services.use_item_again, said="The item is in use again.", to=reverse("cases:checklist"))
