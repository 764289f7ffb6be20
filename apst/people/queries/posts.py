"""Reading specialists, their posts and what was agreed, and the posts that nobody holds."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from apst.codelists import codes, codes_where
from apst.people.models import Absence, Post, PostTerms, Specialist, Vacancy

# "at least 4 of the following specialists within a taskforce": the DfE's APST implementation advice, 2024.
CORE_TYPES_WANTED: Final = 4
REVIEW_SOON: Final = dt.timedelta(weeks=6)


def specialists() -> QuerySet[Specialist]:
    """Give every specialist with their posts, the sites and terms of each, in a constant number of queries."""
    return Specialist.objects.prefetch_related("posts__post_sites__site", "posts__terms").order_by("name", "id")


def is_in_post(post: Post, day: dt.date) -> bool:
    """True on each day from the post's first to its last."""
    return post.start_date <= day and (post.end_date is None or post.end_date >= day)


def posts_on(day: dt.date) -> QuerySet[Post]:
    """Give the posts held on a day, by the name of who holds them."""
    return (
        Post.objects.filter(Q(end_date__isnull=True) | Q(end_date__gte=day), start_date__lte=day)
        .select_related("specialist")
        .order_by("specialist__name", "reference")
    )


def own_specialist(person_id: int | None) -> Specialist | None:
    """Give who a person is as a specialist here, None where they are none."""
    if person_id is None:
        return None
    return Specialist.objects.filter(user_id=person_id).order_by("pk").first()


@dataclass(frozen=True)
class CoreTypes:
    """Which of the eight core types are in post, and which are not."""

    here: list[str]
    missing: list[str]

    @property
    def are_enough(self) -> bool:
        """True where at least four of the eight are in post."""
        return len(self.here) >= CORE_TYPES_WANTED


def core_types(day: dt.date | None = None) -> CoreTypes:
    """Give the core types in post on a day (today) in words, in the list's order."""
    held = set(posts_on(day or localdate()).values_list("specialist_type", flat=True))
    core = codes_where("specialist_types", "core_eight")
    rows = [(code, row["label"]) for code, row in codes("specialist_types").items() if code in core]
    return CoreTypes(
        [words for code, words in rows if code in held], [words for code, words in rows if code not in held]
    )


def terms_to_review(today: dt.date) -> QuerySet[PostTerms]:
    """Give the terms of posts held today that are to be reviewed or end within six weeks, the overdue included."""
    soon = today + REVIEW_SOON
    return (
        PostTerms.objects.filter(Q(review_on__lte=soon) | Q(ends_on__lte=soon), post__start_date__lte=today)
        .filter(Q(post__end_date__isnull=True) | Q(post__end_date__gte=today))
        .select_related("post__specialist")
        .order_by("review_on", "ends_on", "pk")
    )


def open_vacancies(day: dt.date | None = None) -> QuerySet[Vacancy]:
    """Give the vacancies open on a day (today), the longest first."""
    day = day or localdate()
    return (
        Vacancy.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day))
        .select_related("site")
        .order_by("since", "pk")
    )


def closed_vacancies(most: int = 20) -> QuerySet[Vacancy]:
    """Give the vacancies closed last, with who filled them."""
    return (
        Vacancy.objects.filter(closed_on__isnull=False)
        .select_related("site", "filled_by__specialist")
        .order_by("-closed_on", "-pk")[:most]
    )


def away_between(first: dt.date, last: dt.date) -> QuerySet[Absence]:
    """Give the absences that touch the days from first to last, with whose they are."""
    return Absence.objects.filter(starts_on__lte=last, ends_on__gte=first).select_related("specialist")


def with_places(posts: QuerySet[Post]) -> QuerySet[Post]:
    """Bring along what says where posts work: their sites, and the site of each day."""
    return posts.prefetch_related("post_sites__site", "day_sites__site")
