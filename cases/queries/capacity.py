"""Capacity: contracted, logged and delivered hours and open cases by post and site, and what a vacancy costs.

Hours and numbers of cases come as figures from the database, so that they are whole for everybody who sees figures.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Q

from apst.codelists import codes_where
from apst.people.models import Post, Vacancy
from apst.people.queries.posts import is_in_post
from apst.places.calendar import DAY
from apst.places.models import Site

RATE_WEEKS: Final = 12


@dataclass(frozen=True)
class Hours:
    """Minutes of one post at one site (None: no site said) in a period: all that was logged, and what is delivered."""

    post: int
    site: int | None
    logged: int
    delivered: int


@dataclass(frozen=True)
class Caseload:
    """Open cases of one post at one site: those it leads, and those on whose team it works otherwise."""

    post: int
    site: int | None
    led: int
    others: int


def hours_between(first: dt.date, last: dt.date) -> list[Hours]:
    """Give the minutes by post and site of the sessions from a day to a day (one query); the return's own rules."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select post, site, logged, delivered from app.minutes_by_post(%s, %s, %s, %s, %s)",
            [
                first,
                last,
                sorted(codes_where("activity_types", "counts_as_intervention_hours")),
                sorted(codes_where("activity_types", "needs_pupil")),
                sorted(codes_where("session_attendance", "hours_count")),
            ],
        )
        return [Hours(*row) for row in cursor.fetchall()]


def caseloads() -> list[Caseload]:
    """Give the open cases by post and site (one query)."""
    with connection.cursor() as cursor:
        cursor.execute("select post, site, led, others from app.cases_by_post()")
        return [Caseload(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class PostLoad:
    """One post in a period. contracted, logged, delivered in minutes."""

    post: Post
    contracted: int
    logged: int
    delivered: int
    led: int
    others: int


@dataclass(frozen=True)
class SiteLoad:
    """One site in a period; the site None is work of which no site is said."""

    site: Site | None
    logged: int
    delivered: int
    cases: int


@dataclass(frozen=True)
class Capacity:
    """The whole: posts, sites, and the cases that nobody in post leads."""

    posts: list[PostLoad]
    sites: list[SiteLoad]
    left_behind: int


def contracted_minutes(post: Post, first: dt.date, last: dt.date, full_week: int) -> int:
    """Give what a post is contracted for from a day to a day: its share of a full week for each week in post.

    full_week  minutes of a full-time week
    """
    days = (min(post.end_date or last, last) - max(post.start_date, first)).days + 1
    return round(full_week * post.fte_hundredths / 100 * max(days, 0) / 7)


def capacity(first: dt.date, last: dt.date, *, today: dt.date, full_week: int) -> Capacity:
    """Give capacity from a day to a day, and the open cases of today, in a constant number of queries."""
    hours, loads = hours_between(first, last), caseloads()
    posts = (
        Post.objects.filter(Q(end_date__isnull=True) | Q(end_date__gte=first), start_date__lte=last)
        .select_related("specialist")
        .order_by("specialist__name", "reference")
    )
    rows = [
        PostLoad(
            post,
            contracted_minutes(post, first, last, full_week),
            sum(h.logged for h in hours if h.post == post.pk),
            sum(h.delivered for h in hours if h.post == post.pk),
            sum(c.led for c in loads if c.post == post.pk),
            sum(c.others for c in loads if c.post == post.pk),
        )
        for post in posts
    ]
    held = {row.post.pk for row in rows if is_in_post(row.post, today)}
    places: list[Site | None] = [*Site.objects.order_by("name", "pk"), None]
    sites = [
        SiteLoad(
            site,
            sum(h.logged for h in hours if h.site == (site.pk if site else None)),
            sum(h.delivered for h in hours if h.site == (site.pk if site else None)),
            sum(c.led for c in loads if c.site == (site.pk if site else None)),
        )
        for site in places
    ]
    return Capacity(
        rows,
        [one for one in sites if one.logged or one.cases or (one.site and one.site.closed_on is None)],
        sum(c.led for c in loads if c.post not in held),
    )


@dataclass(frozen=True)
class Rate:
    """What one full-time post of this taskforce does: minutes delivered a week, and open cases led."""

    minutes_a_week: float
    cases: float


def usual_rate(today: dt.date) -> Rate | None:
    """Give what a full-time post delivered a week over the last twelve, and leads now; None where nothing was logged.

    Two queries beside the posts'.
    """
    first, last = today - RATE_WEEKS * 7 * DAY, today - DAY
    posts = list(Post.objects.filter(Q(end_date__isnull=True) | Q(end_date__gte=first), start_date__lte=last))
    fte_weeks = sum(contracted_minutes(post, first, last, 100) for post in posts) / 100
    fte_now = sum(post.fte_hundredths for post in posts if is_in_post(post, today)) / 100
    delivered = sum(row.delivered for row in hours_between(first, last))
    if not fte_weeks or not fte_now or not delivered:
        return None
    return Rate(delivered / fte_weeks, sum(row.led for row in caseloads()) / fte_now)


@dataclass(frozen=True)
class VacancyCost:
    """What a vacancy costs: hours not delivered since it began, and pupils who could have a lead."""

    vacancy: Vacancy
    hours: int
    pupils: float


def vacancy_costs(vacancies: Iterable[Vacancy], rate: Rate, today: dt.date) -> list[VacancyCost]:
    """Reckon each vacancy at the taskforce's usual rate; one that is still to come costs nothing yet."""
    return [
        VacancyCost(
            vacancy,
            round(rate.minutes_a_week / 60 * vacancy.fte_hundredths / 100 * max((today - vacancy.since).days, 0) / 7),
            round(rate.cases * vacancy.fte_hundredths / 100, 1),
        )
        for vacancy in vacancies
    ]
