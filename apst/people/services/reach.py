"""How far a specialist sees follows from their posts; the grants on cases follow from that."""

from django.db import transaction
from django.utils.timezone import localdate

from apst.accounts import services as accounts
from apst.accounts.models import Membership
from apst.people.models import Post


def reach_of(user_id: int) -> str | None:
    """Give the case reach that a person's posts of today add up to; None where they hold no post, so that it stays as
    it is.

    All: a post without sites that is not allocated only. Sites: such posts with sites. Allocated: nothing but
    allocated-only
    posts, or posts that have ended or not begun.
    """
    posts = list(Post.objects.filter(specialist__user_id=user_id).prefetch_related("post_sites"))
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
    accounts.ask_for_access()


def follow_all_posts() -> None:
    """Bring every specialist's reach to what their posts of today say: one may have begun or ended overnight."""
    for membership in Membership.objects.filter(role="specialist"):
        if reach_of(membership.user_id) not in (None, membership.case_reach):
            follow_posts(membership.user_id)
