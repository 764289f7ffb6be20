"""What was agreed for a post, where it works on which day, and who supervises its holder."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST

from apst.accounts.queries import me
from apst.people import policies, services
from apst.people.exceptions import PeopleError
from apst.people.forms import DaySitesForm, SupervisionForm, TermsForm
from apst.people.models import Post, PostTerms, Specialist, Supervision
from apst.people.queries.support import supervision_of
from apst.places.queries import open_sites
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest

NAMES = ("agreement", "starts_on", "review_on", "ends_on", "annual_cost_pounds", "notes")


@require_http_methods(["GET", "POST"])
@allowed(policies.can_manage_people, Post, related=("specialist",))
def post_terms(request: MemberRequest, post: Post) -> HttpResponse:
    """The terms of a post: agreement, review, end, cost, and what pays for it."""
    terms = PostTerms.objects.filter(post=post).first()
    initial: dict[str, Any] = {name: getattr(terms, name) for name in NAMES} if terms else {}
    initial["fundings"] = list(post.fundings.values_list("funding", flat=True))
    form = TermsForm(request.POST or None, initial=initial)
    if form.is_valid():
        changes = dict(form.cleaned_data)
        fundings = changes.pop("fundings", None)
        try:
            services.agree_terms(post, changes=changes, fundings=fundings, by=me(request.member))
        except PeopleError as error:
            form.add_error("ends_on", str(error))
        else:
            messages.success(request, "The terms were saved.")
            return redirect("people:post-change", post.public_id)
    context = {
        "form": form,
        "title": "Terms and funding",
        "caption": str(post),
        "cancel": reverse("people:post-change", args=[post.public_id]),
        "no_funding": "fundings" not in form.fields,
    }
    return render(request, "people/post_terms.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_manage_people, Post, related=("specialist",))
def post_days(request: MemberRequest, post: Post) -> HttpResponse:
    """Where a post works on each of its days."""
    covered = [row.site for row in post.post_sites.select_related("site")]
    initial = {row.day: str(row.site.public_id) for row in post.day_sites.select_related("site")}
    sites = sorted(covered, key=lambda site: site.name) or list(open_sites().order_by("name"))
    form = DaySitesForm(request.POST or None, post=post, sites=sites, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.place_days(post, sites=form.said(), by=me(request.member))
        messages.success(request, "The week was saved.")
        return redirect("people:post-change", post.public_id)
    context = {
        "form": form,
        "title": "Where on which day?",
        "caption": str(post),
        "cancel": reverse("people:post-change", args=[post.public_id]),
        "post": post,
    }
    return render(request, "people/post_days.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_manage_people, Specialist)
def supervision(request: MemberRequest, specialist: Specialist) -> HttpResponse:
    """Who supervises somebody, and how often."""
    form = SupervisionForm(request.POST or None)
    if form.is_valid():
        try:
            services.arrange_supervision(specialist, **form.cleaned_data, by=me(request.member))
        except PeopleError as error:
            form.add_error("starts_on", str(error))
        else:
            messages.success(request, "The arrangement was saved.")
            return redirect("people:supervision", specialist.public_id)
    context = {
        "form": form,
        "specialist": specialist,
        "arrangements": supervision_of([specialist]).get(specialist.pk, []),
        "cancel": reverse("people:specialist-list"),
    }
    return render(request, "people/supervision.html", context, status=422 if form.errors else 200)


@require_POST
@allowed(policies.can_manage_people, Supervision, related=("specialist",))
def supervision_end(request: MemberRequest, arrangement: Supervision) -> HttpResponse:
    """End an arrangement today."""
    try:
        services.end_supervision(arrangement, ends_on=localdate(), by=me(request.member))
    except PeopleError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The arrangement ends today.")
    return redirect("people:supervision", arrangement.specialist.public_id)
