"""Reading funding and costs."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Prefetch, Q, QuerySet

from apst.people.models import CostLine, Funding, Post, PostFunding, PostTerms
from apst.places.calendar import TERMS, Period, SchoolCalendar

TERMS_AHEAD: Final = 2
# Where no calendar reaches: two of the three terms of a year.
TWO_TERMS: Final = dt.timedelta(days=243)
# From the first day of the summer term to 31 August; an end later than that lies in a term that no calendar holds.
LONGEST_TERM: Final = dt.timedelta(days=150)


def fundings() -> QuerySet[Funding]:
    """Give all funding, what ends first first, with the posts that hang on it."""
    posts = Prefetch("posts", PostFunding.objects.select_related("post__specialist").order_by("post__reference"))
    return Funding.objects.prefetch_related(posts).order_by("ends_on", "name", "pk")


def term_starts(calendar: SchoolCalendar) -> list[dt.date]:
    """Give the first days of every term that the calendar holds, in order."""
    firsts = {parts[0] for parts in TERMS.values()}
    return [period.starts_on for period in calendar.half_terms() if period.key.partition("/")[2] in firsts]


def warned_from(ends_on: dt.date, starts: list[dt.date]) -> dt.date:
    """Give the day from which the end of some funding is warned of: the first day of the term two before its last one.

    starts  see term_starts; where they do not reach beyond the end, two thirds of a year before it
    """
    until = [start for start in starts if start <= ends_on]
    if len(until) > TERMS_AHEAD and ends_on - until[-1] <= LONGEST_TERM:
        return until[-1 - TERMS_AHEAD]
    return ends_on - TWO_TERMS


@dataclass(frozen=True)
class EndingFunding:
    """Funding that ends soon, and who hangs on it."""

    funding: Funding
    posts: list[str]


def ending_soon(today: dt.date, calendar: SchoolCalendar) -> list[EndingFunding]:
    """Give the funding of today that ends within two terms, with the posts that hang on it (two queries)."""
    starts = term_starts(calendar)
    return [
        EndingFunding(
            funding,
            [
                str(row.post)
                for row in funding.posts.all()
                if row.post.end_date is None or row.post.end_date > (funding.ends_on or today)
            ],
        )
        for funding in fundings().filter(ends_on__gte=today, starts_on__lte=today)
        if funding.ends_on and warned_from(funding.ends_on, starts) <= today
    ]


def costs_of(year: str) -> QuerySet[CostLine]:
    """Give the costs of an academic year that are no posts."""
    return CostLine.objects.filter(academic_year=year)


def cost_years() -> list[str]:
    """Give the academic years that have costs, latest first."""
    return list(CostLine.objects.order_by("-academic_year").values_list("academic_year", flat=True).distinct())


@dataclass(frozen=True)
class PostCost:
    """What one post costs in a period: its yearly cost times the share of a year in post. None where it is not said."""

    terms: PostTerms | None
    words: str
    pounds: int | None


def post_costs(period: Period) -> list[PostCost]:
    """Give what each post held in a period costs in it (two queries). A year is 365 days."""
    posts = (
        Post.objects.filter(
            Q(end_date__isnull=True) | Q(end_date__gte=period.starts_on), start_date__lte=period.ends_on
        )
        .select_related("specialist")
        .prefetch_related("terms")
        .order_by("specialist__name", "reference")
    )
    made = []
    for post in posts:
        terms = next(iter(post.terms.all()), None)
        days = (min(post.end_date or period.ends_on, period.ends_on) - max(post.start_date, period.starts_on)).days + 1
        yearly = terms.annual_cost_pounds if terms else None
        made.append(PostCost(terms, str(post), round(yearly * days / 365) if yearly is not None else None))
    return made
