"""Specialists and their posts."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods

from apst.accounts.queries import me
from apst.people import policies, queries, services
from apst.people.exceptions import KnownReference, PeopleError
from apst.people.forms import FteForm, PostForm, SpecialistForm
from apst.people.models import Post, Specialist
from apst.people.queries.hanging import still_hanging
from apst.people.queries.posts import REVIEW_SOON, core_types
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from apst.web.tables import Cell, Heading

HEADINGS = [Heading("Post"), Heading("Share of a week", numeric=True), Heading("Sites"), Heading("Dates")]


def _row(post: Post) -> list[Cell]:
    sites = ", ".join(sorted(row.site.name for row in post.post_sites.all())) or "All"
    ended = post.end_date is not None and post.end_date < localdate()
    until = f" to {post.end_date:%-d %B %Y}" if post.end_date else ""
    return [
        Cell(
            post.get_specialist_type_display(),
            href=reverse("people:post-change", args=[post.public_id]),
            second=post.reference,
        ),
        Cell(f"{post.fte_hundredths / 100:g}"),
        Cell(sites, second="Allocated cases only" if post.allocated_only else ""),
        Cell(
            f"{'Ended: ' if ended else 'From '}{post.start_date:%-d %B %Y}{until}", second="" if ended else _due(post)
        ),
    ]


def _due(post: Post) -> str:
    """What of its terms is due: the agreement's end before its review."""
    terms = next(iter(post.terms.all()), None)
    soon = localdate() + REVIEW_SOON
    if terms and terms.ends_on and terms.ends_on <= soon:
        return f"Agreement ends {terms.ends_on:%-d %B %Y}"
    return f"Review {terms.review_on:%-d %B %Y}" if terms and terms.review_on and terms.review_on <= soon else ""


@require_GET
@allowed(policies.can_manage_people)
def specialist_list(request: MemberRequest) -> HttpResponse:
    """Every specialist with their posts."""
    cards = [
        {
            "specialist": specialist,
            "rows": [
                _row(post) for post in sorted(specialist.posts.all(), key=lambda p: (p.start_date, p.pk), reverse=True)
            ],
        }
        for specialist in queries.specialists()
    ]
    context = {"cards": cards, "headings": HEADINGS, "core": core_types(), "hanging": still_hanging()}
    return render(request, "people/specialist_list.html", context)


def _form(
    request: MemberRequest, form: Any, *, title: str, template: str = "people/form.html", **more: Any
) -> HttpResponse:
    context = {"form": form, "title": title, "cancel": reverse("people:specialist-list"), **more}
    return render(request, template, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_manage_people)
def specialist_new(request: MemberRequest) -> HttpResponse:
    """Add a specialist; their post follows."""
    form = SpecialistForm(request.POST or None)
    if form.is_valid():
        specialist = services.add_specialist(**form.cleaned_data, by=me(request.member))
        messages.success(request, "The specialist was added. Now say which post they hold.")
        return redirect("people:post-new", specialist.public_id)
    return _form(request, form, title="Add a specialist")


@require_http_methods(["GET", "POST"])
@allowed(policies.can_manage_people, Specialist)
def specialist_change(request: MemberRequest, specialist: Specialist) -> HttpResponse:
    """Change a specialist's name or email address."""
    form = SpecialistForm(request.POST or None, initial={"name": specialist.name, "email": specialist.email})
    if form.is_valid():
        services.change_specialist(specialist, **form.cleaned_data, by=me(request.member))
        messages.success(request, "The specialist was changed.")
        return redirect("people:specialist-list")
    return _form(request, form, title="Change a specialist")


def _details(form: PostForm) -> dict[str, Any]:
    details = dict(form.cleaned_data)
    if "fte" in details:
        details["fte_hundredths"] = int(details.pop("fte") * 100)
    return details


def _refuse(form: Any, error: PeopleError) -> None:
    form.add_error(
        "reference" if isinstance(error, KnownReference) and "reference" in form.fields else None, str(error)
    )


@require_http_methods(["GET", "POST"])
@allowed(policies.can_manage_people, Specialist)
def post_new(request: MemberRequest, specialist: Specialist) -> HttpResponse:
    """Start a post."""
    form = PostForm(request.POST or None)
    if form.is_valid():
        try:
            services.start_post(specialist, **_details(form), by=me(request.member))
        except PeopleError as error:
            _refuse(form, error)
        else:
            messages.success(request, "The post was added.")
            return redirect("people:specialist-list")
    return _form(request, form, title="Add a post", caption=specialist.name)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_manage_people, Post, related=("specialist",))
def post_change(request: MemberRequest, post: Post) -> HttpResponse:
    """Change a post's dates, sites and terms. Its share of a week has a page of its own."""
    names = ("specialist_type", "start_date", "end_date", "allocated_only", "employment", "home_service", "record")
    initial = {name: getattr(post, name) for name in names} | {
        "working_days": post.working_days.split(";"),
        "sites": [row.site_id for row in post.post_sites.all()],
    }
    form = PostForm(request.POST or None, initial=initial)
    for name in ("fte", "reference"):
        del form.fields[name]
    if form.is_valid():
        changes = _details(form)
        try:
            services.change_post(post, sites=changes.pop("sites"), changes=changes, by=me(request.member))
        except PeopleError as error:
            _refuse(form, error)
        else:
            messages.success(request, "The post was changed. What its holder sees follows.")
            return redirect("people:specialist-list")
    share = f"{Decimal(post.fte_hundredths) / 100:f}"
    return _form(
        request,
        form,
        title="Change a post",
        template="people/post_change.html",
        post=post,
        hanging=still_hanging(post),
        share=share,
        caption=post.specialist.name,
    )


@require_http_methods(["GET", "POST"])
@allowed(policies.can_manage_people, Post, related=("specialist",))
def post_fte(request: MemberRequest, post: Post) -> HttpResponse:
    """Change the share of a week: this post ends, another starts."""
    form = FteForm(request.POST or None)
    if form.is_valid():
        try:
            services.change_fte(
                post,
                fte_hundredths=int(form.cleaned_data["fte"] * 100),
                from_day=form.cleaned_data["from_day"],
                reference=form.cleaned_data["reference"],
                by=me(request.member),
            )
        except PeopleError as error:
            _refuse(form, error)
        else:
            messages.success(request, "The share of a week was changed: one post ends, another starts.")
            return redirect("people:specialist-list")
    return _form(request, form, title="Change the share of a week", caption=post.specialist.name)
