"""Capacity: hours against contract, caseloads, what vacancies cost; and who covers for whom on one day."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_POST

from apst.accounts.queries import me
from apst.people.policies import can_see_figures
from apst.people.queries.posts import away_between, core_types, open_vacancies, posts_on, with_places
from apst.people.queries.week import closed_words, place
from apst.places.calendar import DAY, SchoolCalendar
from apst.places.queries import open_sites
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from apst.web.tables import Cell, Heading
from cases import policies, services
from cases.exceptions import CaseError
from cases.lengths import length_words
from cases.models import Case
from cases.queries import capacity as queries
from cases.queries.cases import live_posts
from cases.queries.cover import CoverCase, cases_to_cover

PERIODS = (("weeks", "Last four weeks"), ("this", "This half-term so far"), ("last", "Last half-term"))
POSTS = [
    Heading("Specialist"),
    Heading("Contracted", numeric=True),
    Heading("Logged", numeric=True),
    Heading("Delivered", numeric=True),
    Heading("Leads", numeric=True),
    Heading("Other teams", numeric=True),
]
SITES = [
    Heading("Site"),
    Heading("Logged", numeric=True),
    Heading("Delivered", numeric=True),
    Heading("Open cases", numeric=True),
]
VACANCIES = [Heading("Vacancy"), Heading("Hours not delivered", numeric=True), Heading("Pupils", numeric=True)]


def _period(which: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """The days of the period asked for; four whole weeks where the calendar does not hold it."""
    begun = [period for period in SchoolCalendar.of().half_terms() if period.starts_on <= today]
    if which == "this" and begun:
        return begun[-1].starts_on, min(begun[-1].ends_on, today)
    if which == "last" and len(begun) > 1:
        return begun[-2].starts_on, begun[-2].ends_on
    monday = today - DAY * today.weekday()
    return monday - 28 * DAY, monday - DAY


@require_GET
@allowed(can_see_figures)
def capacity(request: MemberRequest) -> HttpResponse:
    """Contracted, logged and delivered hours and open cases, by specialist and site; what vacancies cost."""
    today, which = localdate(), request.GET.get("period", "weeks")
    first, last = _period(which, today)
    found = queries.capacity(first, last, today=today, full_week=request.member.taskforce.full_week_minutes)
    vacancies, rate = list(open_vacancies()), queries.usual_rate(today)
    context = {
        "periods": [{"text": words, "href": f"?period={key}", "current": key == which} for key, words in PERIODS],
        "first": first,
        "last": last,
        "headings": POSTS,
        "rows": [_post_row(row) for row in found.posts],
        "site_headings": SITES,
        "site_rows": [
            [
                Cell(row.site.name if row.site else "No site said"),
                Cell(length_words(row.logged)),
                Cell(length_words(row.delivered)),
                Cell(str(row.cases)),
            ]
            for row in found.sites
        ],
        "left_behind": found.left_behind,
        "vacancy_headings": VACANCIES,
        "vacancy_rows": _vacancy_rows(queries.vacancy_costs(vacancies, rate, today)) if rate else [],
        "has_vacancies": bool(vacancies),
        "rate": rate and {"hours": f"{rate.minutes_a_week / 60:.1f}", "cases": f"{rate.cases:.1f}"},
        "full_week": length_words(request.member.taskforce.full_week_minutes),
        "core": core_types(today),
    }
    return render(request, "cases/capacity.html", context)


def _post_row(row: queries.PostLoad) -> list[Cell]:
    share = f"{round(100 * row.logged / row.contracted)}% of contract" if row.contracted else ""
    return [
        Cell(row.post.specialist.name, second=row.post.get_specialist_type_display()),
        Cell(length_words(row.contracted)),
        Cell(length_words(row.logged), second=share),
        Cell(length_words(row.delivered)),
        Cell(str(row.led)),
        Cell(str(row.others)),
    ]


def _vacancy_rows(costs: list[queries.VacancyCost]) -> list[list[Cell]]:
    return [
        [
            Cell(
                cost.vacancy.get_specialist_type_display(),
                second=f"{cost.vacancy.fte_hundredths / 100:g} of a week, since {cost.vacancy.since:%-d %B %Y}",
            ),
            Cell(f"{cost.hours:,}"),
            Cell(f"{cost.pupils:g}"),
        ]
        for cost in costs
    ]


def next_working_day(today: dt.date, calendar: SchoolCalendar) -> dt.date:
    """Give the next day on which there is school, as far as the calendar knows; else the next weekday."""
    day = today + DAY
    for _ in range(60):
        if day.weekday() < 5 and not closed_words(day, calendar):
            return day
        day += DAY
    return today + DAY


def _day(text: str, otherwise: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return otherwise


@require_GET
@allowed(can_see_figures)
def cover(request: MemberRequest) -> HttpResponse:
    """Who is at which site on one day (tomorrow), who is away, and what of theirs somebody else could take."""
    calendar, today = SchoolCalendar.of(), localdate()
    day = _day(request.GET.get("day", ""), next_working_day(today, calendar))
    sites = list(open_sites().order_by("name", "pk"))
    here = place(day, with_places(posts_on(day)), list(away_between(day, day)), closed=closed_words(day, calendar))
    may_reassign = policies.can_reassign(request.member)
    to_cover = cases_to_cover(here.away) if may_reassign else []
    shown(request, [one.case for one in to_cover], "identity", "intervention")
    context = {
        "day": day,
        "here": here,
        "sites": [{"name": site.name, "posts": here.at.get(site.pk, [])} for site in sites],
        "to_cover": [_offer(one, here.at, [*here.anywhere, *here.unsaid]) for one in to_cover],
        "may_reassign": may_reassign,
        "earlier": f"?day={(day - DAY).isoformat()}",
        "later": f"?day={(day + DAY).isoformat()}",
    }
    return render(request, "cases/cover.html", context)


def _offer(one: CoverCase, at: dict[int, list[Any]], anywhere: list[Any]) -> dict[str, Any]:
    """Who is in that day for the case's site, those of its own team first."""
    people = [*at.get(one.case.site_id or 0, []), *anywhere]
    own = [post for post in people if post.pk in one.team]
    return {"case": one.case, "lead": one.lead, "offers": (own + [p for p in people if p not in own])[:3]}


@require_POST
@allowed(policies.can_change, Case, related=("lead__specialist",))
def case_reassign(request: MemberRequest, case: Case) -> HttpResponse:
    """Give the lead of a case to somebody else at one press; who led stays on the team, and it can be undone."""
    shown(request, [case], "identity")
    before = case.lead
    post = next((one for one in live_posts() if str(one.public_id) == request.POST.get("post")), None)
    day = request.POST.get("day", "")
    back = reverse("cases:cover") + (f"?day={_day(day, localdate()).isoformat()}" if day else "")
    if post is None:
        messages.error(request, "Choose who takes the case.")
        return redirect(back)
    try:
        services.take_lead(case, post=post, by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
        return redirect(back)
    undo = ""
    if before and before.pk != post.pk and not request.POST.get("undo"):
        undo = format_html(
            ' <form class="app-header__form" method="post" action="{}">'
            '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><input type="hidden" name="undo" value="1">'
            '<input type="hidden" name="post" value="{}"><input type="hidden" name="day" value="{}">'
            '<button class="app-link-button" type="submit">Undo</button></form>',
            reverse("cases:case-reassign", args=[case.public_id]),
            get_token(request),
            before.public_id,
            day,
        )
    messages.success(request, format_html("{} leads {} from now on.{}", post.specialist.name, case.reference, undo))
    return redirect(back)
