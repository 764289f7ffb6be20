"""Specialists and their posts: a change of FTE ends one post and starts another."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction

from apst.accounts.models import Membership
from apst.people.exceptions import KnownReference, PostOver, WrongDate
from apst.people.models import Post, PostSite, Specialist
from apst.places.models import Site
from apst.tenancy.context import name_act

from .reach import follow_posts

DETAILS = frozenset(
    {
        "specialist_type",
        "fte_hundredths",
        "start_date",
        "end_date",
        "employment",
        "home_service",
        "record",
        "working_days",
        "allocated_only",
    }
)


@transaction.atomic
def add_specialist(*, name: str, email: str = "", user_id: int | None = None, by: Membership | None) -> Specialist:
    """Add a person who will hold posts. user_id: their account, where they have one here already."""
    name_act("specialist.add")
    email = email.strip().lower()
    if user_id is None and email:
        # The same person's membership, so that what they see follows from the posts.
        member = Membership.objects.filter(email__iexact=email).first()
        user_id = member.user_id if member else None
    return Specialist.objects.create(name=name, email=email, user_id=user_id)


@transaction.atomic
def change_specialist(specialist: Specialist, *, name: str, email: str, by: Membership | None) -> Specialist:
    """Change a specialist's name or email; an account of that address in this taskforce becomes theirs."""
    name_act("specialist.change")
    held = Specialist.objects.select_for_update().get(pk=specialist.pk)
    before = held.user_id
    held.name, held.email = name, email.strip().lower()
    if held.user_id is None and held.email:
        member = Membership.objects.filter(email__iexact=held.email).first()
        held.user_id = member.user_id if member else None
    held.save(update_fields=["name", "email", "user"])
    if held.user_id != before:
        follow_posts(held.user_id)
    return held


def _check(post: Post) -> None:
    if post.end_date and post.end_date < post.start_date:
        raise WrongDate("The last day in post must be the same as or after the first")


def _set_sites(post: Post, sites: Iterable[Site]) -> None:
    wanted = {site.pk for site in sites}
    held = {row.site_id: row for row in post.post_sites.all()}
    PostSite.objects.filter(pk__in=[row.pk for site, row in held.items() if site not in wanted]).delete()
    PostSite.objects.bulk_create(PostSite(post=post, site_id=site) for site in sorted(wanted - set(held)))


@transaction.atomic
def start_post(
    specialist: Specialist, *, reference: str, sites: Iterable[Site] = (), by: Membership | None, **details: Any
) -> Post:
    """Start a post of a specialist; without sites it covers all of them. A police post is always allocated only.

    details  see DETAILS; `fte_hundredths` is the share of a full-time week times 100. Raises KnownReference, WrongDate.
    """
    name_act("post.start")
    unknown = set(details) - DETAILS
    if unknown:
        raise TypeError(f"A post has no {', '.join(sorted(unknown))}.")
    post = Post(specialist=specialist, reference=reference.strip(), **details)
    post.allocated_only = post.allocated_only or post.specialist_type == "police"
    _check(post)
    try:
        with transaction.atomic():
            post.save()
    except IntegrityError as error:
        if "people_post_reference" in str(error):
            raise KnownReference("Another post has that reference") from None
        raise
    _set_sites(post, sites)
    follow_posts(specialist.user_id)
    return post


@transaction.atomic
def change_post(
    post: Post, *, changes: Mapping[str, Any], sites: Iterable[Site] | None = None, by: Membership | None
) -> Post:
    """Change a post: the fields of `changes` (see DETAILS, but not its FTE: change_fte) and, where given, the sites
    it covers.

    What the person sees follows. Raises WrongDate.
    """
    name_act("post.change")
    unknown = set(changes) - (DETAILS - {"fte_hundredths"})
    if unknown:
        raise TypeError(f"A post's {', '.join(sorted(unknown))} cannot be changed.")
    held = Post.objects.select_for_update().get(pk=post.pk)
    for name, value in changes.items():
        setattr(held, name, value)
    held.allocated_only = held.allocated_only or held.specialist_type == "police"
    _check(held)
    held.save()
    if sites is not None:
        _set_sites(held, sites)
    follow_posts(held.specialist.user_id)
    return held


@transaction.atomic
def end_post(post: Post, *, last_day: dt.date, by: Membership | None) -> Post:
    """End a post on a day; see change_post."""
    return change_post(post, changes={"end_date": last_day}, by=by)


@transaction.atomic
def change_fte(post: Post, *, fte_hundredths: int, from_day: dt.date, reference: str, by: Membership | None) -> Post:
    """Change the share of a week from a day on: the post ends the day before, another with the same terms starts.

    Gives the new post. Raises PostOver, WrongDate, KnownReference.
    """
    held = Post.objects.select_for_update().get(pk=post.pk)
    if held.end_date and held.end_date < from_day:
        raise PostOver("This post ends before that day. Start a new post instead.")
    if from_day <= held.start_date:
        raise WrongDate(f"The change must be after the post's first day, {held.start_date:%-d %B %Y}")
    last_day, sites = held.end_date, [row.site for row in held.post_sites.select_related("site")]
    end_post(held, last_day=from_day - dt.timedelta(days=1), by=by)
    kept = {name: getattr(held, name) for name in DETAILS - {"fte_hundredths", "start_date", "end_date"}}
    return start_post(
        held.specialist,
        reference=reference,
        sites=sites,
        by=by,
        fte_hundredths=fte_hundredths,
        start_date=from_day,
        end_date=last_day,
        **kept,
    )
