"""The team: who is on site when, who is away, and which posts nobody holds."""

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.people import policies, services
from apst.people.exceptions import PeopleError
from apst.people.forms.team import AbsenceForm, CloseVacancyForm, VacancyForm
from apst.people.models import Absence, Post, Vacancy
from apst.people.queries import posts as queries
from apst.people.queries.support import people_in_post
from apst.people.queries.week import Week, week_from
from apst.places.calendar import DAY
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from apst.web.tables import Cell, Heading

WEEK = 7 * DAY
LATER_ABSENCES = dt.timedelta(days=90)
VACANCIES = [Heading("Post"), Heading("Share of a week", numeric=True), Heading("Vacant since"), Heading("Recruiting")]
CLOSED = [Heading("Post"), Heading("Vacant"), Heading("Filled by")]


def _monday(text: str) -> dt.date:
    try:
        year, _, week = text.partition("-W")
        return dt.date.fromisocalendar(int(year), int(week), 1)
    except ValueError:
        today = localdate()
        return today - DAY * today.weekday()


def _key(monday: dt.date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


def _names(posts: list[Post]) -> Cell:
    return Cell(", ".join(dict.fromkeys(post.specialist.name for post in posts)) or "Nobody")


def _rows(week: Week) -> list[list[Cell]]:
    """A row a site, a column a day; then who is at any of several sites, who is away, and how many are in."""
    rows = [[Cell(site.name), *(_names(day.at.get(site.pk, [])) for day in week.days)] for site in week.sites]
    if any(day.anywhere for day in week.days):
        rows.append([Cell("Any of several sites"), *(_names(day.anywhere) for day in week.days)])
    rows.append([Cell("Away"), *(_names(day.away) for day in week.days)])
    rows.append([Cell("How many are in"), *(Cell(str(day.number)) for day in week.days)])
    return rows


@require_GET
@allowed(policies.can_see_team)
def team_week(request: MemberRequest) -> HttpResponse:
    """Who is on site when, in one week."""
    monday, today = _monday(request.GET.get("week", "")), localdate()
    week = week_from(monday)
    own = queries.own_specialist(request.member.person_id)
    any_absence = policies.records_any_absence(request.member)
    context = {
        "week": week,
        "is_this": monday == today - DAY * today.weekday(),
        "headings": [
            Heading("Site"),
            *(Heading(f"{day.day:%a %-d %b}" + (f" ({day.closed})" if day.closed else "")) for day in week.days),
        ],
        "rows": _rows(week),
        "earlier": f"?week={_key(monday - WEEK)}",
        "later": f"?week={_key(monday + WEEK)}",
        "absences": queries.away_between(today, today + LATER_ABSENCES),
        "may_record": policies.can_record_absences(request.member) and (any_absence or own is not None),
        "own": own,
        "any_absence": any_absence,
    }
    return render(request, "people/team_week.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_record_absences)
def absence_new(request: MemberRequest) -> HttpResponse:
    """Record days away: one's own, or anybody's for those who log for others."""
    own = queries.own_specialist(request.member.person_id)
    any_absence = policies.records_any_absence(request.member)
    if own is None and not any_absence:
        messages.error(request, "You hold no post here, so there are no days of yours to record.")
        return redirect("people:team-week")
    form = AbsenceForm(request.POST or None, specialists=people_in_post(), own=None if any_absence else own)
    if form.is_valid():
        try:
            absence = services.record_absence(form.whose(), **form.said(), by=me(request.member))
        except PeopleError as error:
            form.add_error("starts_on", str(error))
        else:
            messages.success(request, _with_undo(request, absence))
            return redirect("people:team-week")
    context = {"form": form, "title": "Record days away", "cancel": reverse("people:team-week")}
    return render(request, "people/team_form.html", context, status=422 if form.errors else 200)


def _with_undo(request: MemberRequest, absence: Absence) -> str:
    return format_html(
        '{} is recorded as away. <form class="app-header__form" method="post" action="{}">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<button class="app-link-button" type="submit">Undo</button></form>',
        absence.specialist.name,
        reverse("people:absence-cancel", args=[absence.public_id]),
        get_token(request),
    )


@require_POST
@allowed(policies.can_record_absences, Absence, related=("specialist",))
def absence_cancel(request: MemberRequest, absence: Absence) -> HttpResponse:
    """Take an absence back. The database leaves a colleague's alone."""
    services.cancel_absence(absence, by=me(request.member))
    if Absence.objects.filter(pk=absence.pk).exists():
        messages.error(request, "These are not your own days: ask the manager or the coordinator.")
    else:
        messages.success(request, "The days away were taken back.")
    return redirect("people:team-week")


@require_GET
@allowed(policies.can_see_figures)
def vacancy_list(request: MemberRequest) -> HttpResponse:
    """The posts that nobody holds, and whether at least four of the eight core types are in post."""
    manages = policies.can_manage_people(request.member)
    rows = [
        [
            Cell(
                vacancy.get_specialist_type_display(),
                href=reverse("people:vacancy-change", args=[vacancy.public_id]) if manages else "",
                second=vacancy.site.name if vacancy.site else "",
            ),
            Cell(f"{vacancy.fte_hundredths / 100:g}"),
            Cell(f"{vacancy.since:%-d %B %Y}", second=_weeks((localdate() - vacancy.since).days)),
            Cell(vacancy.recruiting or "Not recorded"),
        ]
        for vacancy in queries.open_vacancies()
    ]
    closed = [
        [
            Cell(vacancy.get_specialist_type_display()),
            Cell(f"{vacancy.since:%-d %b %Y} to {vacancy.closed_on:%-d %b %Y}"),
            Cell(str(vacancy.filled_by) if vacancy.filled_by else "Given up"),
        ]
        for vacancy in queries.closed_vacancies()
    ]
    context = {
        "rows": rows,
        "headings": VACANCIES,
        "closed": closed,
        "closed_headings": CLOSED,
        "core": queries.core_types(),
        "manages": manages,
    }
    return render(request, "people/vacancy_list.html", context)


def _weeks(days: int) -> str:
    if days < 0:
        return "Still to come"
    number = days // 7
    return f"{number} week{'' if number == 1 else 's'}" if number else "Less than a week"


@require_http_methods(["GET", "POST"])
@allowed(policies.can_manage_people)
def vacancy_new(request: MemberRequest) -> HttpResponse:
    """Record a post that nobody holds."""
    form = VacancyForm(request.POST or None)
    if form.is_valid():
        services.open_vacancy(**form.said(), by=me(request.member))
        messages.success(request, "The vacancy was recorded.")
        return redirect("people:vacancy-list")
    context = {"form": form, "title": "Record a vacancy", "cancel": reverse("people:vacancy-list")}
    return render(request, "people/team_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_manage_people, Vacancy, related=("site",))
def vacancy_change(request: MemberRequest, vacancy: Vacancy) -> HttpResponse:
    """Change a vacancy, or go on to close it."""
    initial = {name: getattr(vacancy, name) for name in ("specialist_type", "since", "site", "recruiting")}
    form = VacancyForm(request.POST or None, initial=initial | {"fte": f"{vacancy.fte_hundredths / 100:g}"})
    if form.is_valid():
        try:
            services.change_vacancy(vacancy, changes=form.said(), by=me(request.member))
        except PeopleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The vacancy was changed.")
            return redirect("people:vacancy-list")
    context = {"form": form, "vacancy": vacancy, "title": "Change a vacancy", "cancel": reverse("people:vacancy-list")}
    return render(request, "people/vacancy_change.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_manage_people, Vacancy)
def vacancy_close(request: MemberRequest, vacancy: Vacancy) -> HttpResponse:
    """Say who holds the post now, or that it was given up."""
    posts = queries.posts_on(localdate()).filter(specialist_type=vacancy.specialist_type)
    form = CloseVacancyForm(request.POST or None, posts=posts)
    if form.is_valid():
        filled_by, closed_on = form.posts.get(form.cleaned_data["filled_by"]), form.cleaned_data["closed_on"]
        try:
            services.close_vacancy(vacancy, filled_by=filled_by, closed_on=closed_on, by=me(request.member))
        except PeopleError as error:
            form.add_error("closed_on", str(error))
        else:
            messages.success(request, "The vacancy was closed.")
            return redirect("people:vacancy-list")
    context = {
        "form": form,
        "title": "Close a vacancy",
        "caption": vacancy.get_specialist_type_display(),
        "cancel": reverse("people:vacancy-list"),
    }
    return render(request, "people/team_form.html", context, status=422 if form.errors else 200)


@require_POST
@allowed(policies.can_manage_people, Vacancy)
def vacancy_reopen(request: MemberRequest, vacancy: Vacancy) -> HttpResponse:
    """Take the closing of a vacancy back."""
    services.reopen_vacancy(vacancy, by=me(request.member))
    messages.success(request, "The vacancy is open again.")
    return redirect("people:vacancy-list")
