"""How far a specialist sees follows from their posts; the grants on cases follow from that."""

import uuid

from django.db import transaction
from django.db.models import Prefetch
from django.utils.timezone import localdate

from apst.accounts import services as accounts
from apst.accounts.models import Membership
from apst.jobs.services import ask_for

from ..models import Post, PostSite

REFRESH = "cases.refresh_access"  # cases does this job; it knows the cases and their grants, this package does not


def reach_of(user_id: int) -> str | None:
    """Give the case reach that a person's posts of today add up to; None where they hold no post, so that it stays as it is.

    All: a post without sites that is not allocated only. Sites: such posts with sites. Allocated: nothing but allocated-only
    posts, or posts that have ended or not begun.
    """
    posts = list(
        Post.objects.filter(specialist__user_id=user_id).prefetch_related(
            Prefetch("post_sites", PostSite.objects.only("post_id"))
        )
    )
    if not posts:
        return None
    today = localdate()
    held = [
        p
        for p in posts
        if p.start_date <= today and (p.end_date is None or p.end_date >= today) and not p.allocated_only
    ]
    if any(not post.post_sites.all() for post in held):
        return Membership.CaseReach.ALL
    return Membership.CaseReach.SITES if held else Membership.CaseReach.ALLOCATED


@transaction.atomic
def follow_posts(user_id: int | None) -> None:
    """Bring a person's case reach to what their posts say, and ask for the grants on cases to follow."""
    if user_id is None:
        return
    membership = Membership.objects.select_for_update().filter(user_id=user_id).first()
    if membership is None:
        return
    reach = reach_of(user_id)
    if reach and membership.role == "specialist" and membership.case_reach != reach:
        membership.case_reach = reach
        membership.save(update_fields=["case_reach"])
    ask_for_access(user_id)


def ask_for_access(user_id: int) -> None:
    """Ask for the grants of a person's posts to be brought up to date, in the act's own transaction.

    Each asking is a job of its own: one that runs already may have read what held before.
    """
    for post_id in Post.objects.filter(specialist__user_id=user_id).values_list("pk", flat=True):
        ask_for(REFRESH, key=f"post-{post_id}-{uuid.uuid4()}", args={"post": post_id})


def follow_all_posts() -> None:
    """Bring every specialist's reach to what their posts of today say: one may have begun or ended overnight."""
    for membership in Membership.objects.filter(role="specialist"):
        if reach_of(membership.user_id) not in (None, membership.case_reach):
            follow_posts(membership.user_id)


def change_membership(membership: Membership, *, by: Membership | None, **changes: object) -> Membership:
    """Change a membership (see accounts.services.change_membership); the grants on cases follow."""
    with transaction.atomic():
        changed = accounts.change_membership(membership, by=by, **changes)
        if changed.role == "specialist":
            ask_for_access(changed.user_id)
        return changed


def end_membership(membership: Membership, *, ends_on: object, by: Membership | None) -> Membership:
    """End a membership on a day; see change_membership."""
    return change_membership(membership, ends_on=ends_on, by=by)
