"""Who is on site when."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from apst.people.models import Absence, Post
from apst.people.models.posts import DAYS
from apst.places.calendar import DAY, SchoolCalendar, bank_holidays
from apst.places.models import Site
from apst.places.queries import open_sites

from .posts import away_between, is_in_post, posts_on, with_places

CODES: Final = tuple(code for code, _ in DAYS)
ANYWHERE: Final = "At more than one site"


@dataclass
class SiteDay:
    """One day: who works at which site, who has not said where, who is away, and who may be in or not: their working
    days are not said.
    """

    day: dt.date
    closed: str = ""
    at: dict[int, list[Post]] = field(default_factory=dict)
    anywhere: list[Post] = field(default_factory=list)
    away: list[Post] = field(default_factory=list)
    unsaid: list[Post] = field(default_factory=list)

    @property
    def number(self) -> int:
        """How many people are in."""
        posts = [*self.anywhere, *(post for posts in self.at.values() for post in posts)]
        return len({post.specialist_id for post in posts})


@dataclass
class Week:
    """The five days from a Monday, the open sites, and the posts that do not say which days they work."""

    monday: dt.date
    sites: list[Site]
    days: list[SiteDay]
    unsaid: list[Post]

    @property
    def is_empty(self) -> bool:
        """True where the table would say "Nobody" and 0 throughout."""
        return not any(day.at or day.anywhere or day.away for day in self.days)


def works_on(post: Post, day: dt.date) -> bool:
    """True where a post is held on a day and works on that day of the week."""
    return is_in_post(post, day) and day.weekday() < len(CODES) and CODES[day.weekday()] in post.working_days.split(";")


def site_of(post: Post, day: dt.date) -> int | None:
    """Give the site at which a post works on a day: the one said for the weekday, or its only one; else None.

    The post must bring its places (`with_places`).
    """
    code = CODES[day.weekday()]
    said = next((row.site_id for row in post.day_sites.all() if row.day == code), None)
    sites = [row.site_id for row in post.post_sites.all()]
    return said or (sites[0] if len(sites) == 1 else None)


def is_away(specialist_id: int, day: dt.date, absences: Iterable[Absence]) -> bool:
    """True where one of the absences is the specialist's and holds the day."""
    return any(a.specialist_id == specialist_id and a.starts_on <= day <= a.ends_on for a in absences)


def place(day: dt.date, posts: Iterable[Post], absences: list[Absence], *, closed: str = "") -> SiteDay:
    """Put the posts that work on a day where they are."""
    made = SiteDay(day, closed)
    for post in posts:
        unsaid = not post.working_days and is_in_post(post, day)
        if not (unsaid or works_on(post, day)):
            continue
        site = site_of(post, day)
        if is_away(post.specialist_id, day, absences):
            made.away.append(post)
        elif unsaid:
            made.unsaid.append(post)
        elif site is None:
            made.anywhere.append(post)
        else:
            made.at.setdefault(site, []).append(post)
    return made


def closed_words(day: dt.date, calendar: SchoolCalendar) -> str:
    """Say why a weekday is no school day, "" where it is one or no calendar knows it."""
    if day in bank_holidays(day.year):
        return "Bank holiday"
    if calendar.is_known(day) and not calendar.is_school_day(day):
        return "No school"
    return ""


def week_from(monday: dt.date) -> Week:
    """Give who is where in the five days from a Monday, in a constant number of queries."""
    days = [monday + DAY * n for n in range(len(CODES))]
    posts = {post.pk: post for post in with_places(posts_on(days[0]))}
    posts |= {post.pk: post for post in with_places(posts_on(days[-1]))}
    ordered = sorted(posts.values(), key=lambda post: (post.specialist.name, post.reference))
    absences = list(away_between(days[0], days[-1]))
    calendar = SchoolCalendar.of()
    return Week(
        monday,
        list(open_sites().order_by("name", "pk")),
        [place(day, ordered, absences, closed=closed_words(day, calendar)) for day in days],
        [post for post in ordered if not post.working_days],
    )
