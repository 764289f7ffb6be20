"""Induction: the taskforce's checklist, and how far each new specialist is."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from apst.accounts.queries import me
from apst.people import policies, services
from apst.people.exceptions import PeopleError
from apst.people.forms.team import ChecklistForm, InductionForm
from apst.people.models import Specialist
from apst.people.queries.posts import own_specialist
from apst.people.queries.support import Induction, induction_items, inductions, people_in_post
from apst.people.services.support import SUGGESTED
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from apst.web.tables import Cell, Heading

HEADINGS = [Heading("Who"), Heading("Done"), Heading("Still to do")]


def _row(induction: Induction) -> list[Cell]:
    left = [item.text for item, tick in induction.items if tick is None]
    more = f"; and {len(left) - 2} more" if len(left) > 2 else ""
    return [
        Cell(induction.specialist.name, href=reverse("people:induction-detail", args=[induction.specialist.public_id])),
        Cell(
            "Complete" if induction.is_complete else f"{induction.done} of {len(induction.items)}",
            colour="green" if induction.is_complete else "blue",
        ),
        Cell("; ".join(left[:2]) + more or "Nothing"),
    ]


@require_GET
@allowed(policies.can_see_inductions)
def induction_list(request: MemberRequest) -> HttpResponse:
    """How far everybody's induction is; one's own for somebody who manages nobody."""
    manages = policies.can_manage_people(request.member)
    own = own_specialist(request.member.person_id)
    people = list(people_in_post()) if manages else [own] if own else []
    found = sorted(inductions(people), key=lambda one: (one.is_complete, one.specialist.name))
    context = {
        "headings": HEADINGS,
        "rows": [_row(one) for one in found],
        "has_items": bool(induction_items()),
        "manages": manages,
    }
    return render(request, "people/induction_list.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_see_induction, Specialist)
def induction_detail(request: MemberRequest, specialist: Specialist) -> HttpResponse:
    """One person's checklist, to be ticked."""
    induction = inductions([specialist])[0]
    form = InductionForm(request.POST or None, induction=induction)
    if request.method == "POST" and form.is_valid():
        by, chosen = me(request.member), set(form.cleaned_data["done"])
        ticked = {str(item.public_id) for item, tick in induction.items if tick}
        for key in sorted(chosen - ticked):
            services.tick_induction(specialist, form.items[key], by=by)
        for key in sorted(ticked - chosen):
            services.untick_induction(specialist, form.items[key], by=by)
        messages.success(request, "The induction was saved.")
        return redirect("people:induction-list")
    context = {
        "form": form,
        "specialist": specialist,
        "has_items": bool(induction.items),
        "back": reverse("people:induction-list"),
    }
    return render(request, "people/induction_detail.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_manage_people)
def induction_items_change(request: MemberRequest) -> HttpResponse:
    """The taskforce's own checklist."""
    held = [item.text for item in induction_items()]
    form = ChecklistForm(request.POST or None, initial={"items": "\n".join(held or SUGGESTED)})
    if form.is_valid():
        try:
            services.set_induction(form.lines(), by=me(request.member))
        except PeopleError as error:
            form.add_error("items", str(error))
        else:
            messages.success(request, "The checklist was saved.")
            return redirect("people:induction-list")
    context = {"form": form, "is_suggestion": not held, "cancel": reverse("people:induction-list")}
    return render(request, "people/induction_items.html", context, status=422 if form.errors else 200)
