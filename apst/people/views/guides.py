"""What school staff are told: the page about the taskforce, and the briefing of each site."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods

from apst.accounts.queries import me
from apst.people import policies, services
from apst.people.exceptions import PeopleError
from apst.people.forms.team import BriefingForm, GuideForm
from apst.people.queries.guides import briefed_sites, briefings, days_words, guides
from apst.people.queries.posts import posts_on
from apst.places.models import Site
from apst.places.queries import open_sites
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from apst.web.tables import Cell, Heading

TEAM = [Heading("Who"), Heading("What they do"), Heading("Days")]
TEXTS = ("who_we_are", "how_to_refer", "what_we_do_not_do")


@require_GET
@allowed(policies.is_no_guest)
def staff_guide(request: MemberRequest) -> HttpResponse:
    """Who we are, how to refer, what we do not do: for a new starter's induction."""
    versions, briefed = guides(), briefed_sites()
    may_brief = policies.can_brief_sites(request.member)
    context = {
        "guide": versions[0] if versions else None,
        "older": versions[1:],
        "headings": TEAM,
        "team": [
            [Cell(post.specialist.name), Cell(post.get_specialist_type_display()), Cell(days_words(post) or "Ask them")]
            for post in posts_on(localdate())
        ],
        "sites": [site for site in open_sites().order_by("name", "pk") if site.pk in briefed or may_brief],
        "may_publish": policies.can_publish_guide(request.member),
    }
    return render(request, "people/staff_guide.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_publish_guide)
def staff_guide_new(request: MemberRequest) -> HttpResponse:
    """Publish a new version of the page for school staff."""
    latest = next(iter(guides()), None)
    initial = {name: getattr(latest, name) for name in TEXTS} if latest else {}
    form = GuideForm(request.POST or None, initial={**initial, "seen": latest.number if latest else 0})
    if form.is_valid():
        try:
            services.publish_guide(**form.cleaned_data, by=me(request.member))
        except PeopleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "School staff read the new version from now on.")
            return redirect("people:staff-guide")
    context = {
        "form": form,
        "title": "Publish the page for school staff",
        "submit": "Publish",
        "cancel": reverse("people:staff-guide"),
    }
    return render(request, "people/team_form.html", context, status=422 if form.errors else 200)


@require_GET
@allowed(policies.is_no_guest, Site)
def briefing(request: MemberRequest, site: Site) -> HttpResponse:
    """The strategies for the tutors of one site."""
    versions = briefings(site)
    context = {
        "site": site,
        "briefing": versions[0] if versions else None,
        "older": versions[1:],
        "may_publish": policies.can_brief_sites(request.member),
        "back": reverse("people:staff-guide"),
    }
    return render(request, "people/briefing.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_brief_sites, Site)
def briefing_new(request: MemberRequest, site: Site) -> HttpResponse:
    """Publish a new version of a site's briefing."""
    latest = next(iter(briefings(site)), None)
    initial = {"seen": latest.number if latest else 0, "text": latest.text if latest else ""}
    form = BriefingForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            services.publish_briefing(site, **form.cleaned_data, by=me(request.member))
        except PeopleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Tutors read the new briefing from now on.")
            return redirect("people:briefing", site.public_id)
    context = {
        "form": form,
        "title": "Publish a briefing",
        "caption": site.name,
        "submit": "Publish",
        "cancel": reverse("people:briefing", args=[site.public_id]),
    }
    return render(request, "people/team_form.html", context, status=422 if form.errors else 200)
