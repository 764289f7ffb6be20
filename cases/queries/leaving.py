"""What a leaver alone can hand on: texts that nobody else reads, and advice that nobody else may finish."""

from dataclasses import dataclass
from typing import Final

from apst.accounts.models import Membership
from apst.people.models import Post
from cases.models import Assessment, Document, EhcAdvice, Note
from cases.models.restricted import Sensitivity

# What is safeguarding detail the safeguarding lead reads anyway.
THEIRS: Final = (Sensitivity.CLINICAL, Sensitivity.YOUTH_JUSTICE)


@dataclass(frozen=True)
class OnlyTheirs:
    """advice: not final yet, the earliest due first;  restricted: how many restricted entries on open cases."""

    advice: list[EhcAdvice]
    restricted: int


def only_theirs(post: Post) -> OnlyTheirs:
    """Give what the holder of a post alone can finish or let others read, as far as the reader sees that it exists."""
    member = Membership.objects.filter(user_id=post.specialist.user_id or 0).first()
    if member is None:
        return OnlyTheirs([], 0)
    unfinished = EhcAdvice.objects.filter(written_by=member, finalised_at__isnull=True, struck_at__isnull=True)
    restricted = sum(
        model._default_manager.filter(
            written_by=member, sensitivity__in=THEIRS, case__isnull=False, case__ended_on__isnull=True
        ).count()
        for model in (Note, Document, Assessment, EhcAdvice)
    )
    return OnlyTheirs(list(unfinished.select_related("pupil").order_by("due_on", "pk")), restricted)
