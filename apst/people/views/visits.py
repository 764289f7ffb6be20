"""Out alone: checking out, needing longer, being back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.people import policies, services
from apst.people.exceptions import AlreadyOut, PeopleError
from apst.people.forms.team import LongerForm, VisitForm
from apst.people.models import LoneVisit
from apst.people.queries.support import own_visit, visits_out
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest


@require_http_methods(["GET", "POST"])
@allowed(policies.can_go_out)
def visit_new(request: MemberRequest) -> HttpResponse:
    """Check out before a home visit or a lift."""
    form = VisitForm(request.POST or None)
    if form.is_valid():
        kind, place = form.cleaned_data["kind"], form.cleaned_data["place"]
        try:
            services.go_out(kind=kind, place=place, expected_back_at=form.expected_back_at(), by=me(request.member))
        except AlreadyOut as error:
            messages.error(request, str(error))
            return redirect("people:visit-list")
        except PeopleError as error:
            form.add_error("at", str(error))
        else:
            messages.success(request, "You are checked out. Say on Today when you are back.")
            return redirect("home")
    context = {"form": form, "out": own_visit(request.member), "cancel": reverse("home")}
    return render(request, "people/visit_new.html", context, status=422 if form.errors else 200)


@require_GET
@allowed(policies.can_go_out)
def visit_list(request: MemberRequest) -> HttpResponse:
    """Who is out alone: everybody for those who manage people, oneself for others."""
    context = {"visits": visits_out(), "manages": policies.can_manage_people(request.member)}
    return render(request, "people/visit_list.html", context)


@require_POST
@allowed(policies.can_see_visit, LoneVisit, related=("member",))
def visit_back(request: MemberRequest, visit: LoneVisit) -> HttpResponse:
    """Say that somebody is back: oneself, or a colleague whom the manager has spoken to."""
    services.come_back(visit, by=me(request.member))
    own = visit.member_id == request.member.membership_id
    messages.success(request, "Welcome back." if own else f"You said that {visit.member.name} is back.")
    return redirect("home" if own else "people:visit-list")


@require_http_methods(["GET", "POST"])
@allowed(policies.can_see_visit, LoneVisit, related=("member",))
def visit_longer(request: MemberRequest, visit: LoneVisit) -> HttpResponse:
    """Say that it takes longer."""
    form = LongerForm(request.POST or None)
    if form.is_valid():
        try:
            services.stay_longer(visit, expected_back_at=form.expected_back_at(), by=me(request.member))
        except PeopleError as error:
            form.add_error("at", str(error))
        else:
            messages.success(request, "Noted. The alarm waits until then.")
            return redirect("home")
    context = {"form": form, "title": "How much longer?", "cancel": reverse("home")}
    return render(request, "people/team_form.html", context, status=422 if form.errors else 200)
