"""What of those who are away somebody else could take."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.timezone import localdate

from apst.people.models import Post
from apst.people.queries.posts import is_in_post
from cases.models import Case, CaseMember


@dataclass(frozen=True)
class CoverCase:
    """An open case whose lead is away, or has left; team: the other posts on its team."""

    case: Case
    lead: Post | None
    team: frozenset[int]


def cases_to_cover(away: Iterable[Post]) -> list[CoverCase]:
    """Give the open cases led by those who are away, and those whose lead is not in post any more (two queries)."""
    today = localdate()
    left = Q(lead__end_date__lt=today) | Q(lead__isnull=True)
    cases = list(
        Case.objects.open()
        .filter(Q(lead__in=[post.pk for post in away]) | left)
        .select_related("pupil", "site", "lead__specialist")
        .order_by("site__name", "pupil__name_key", "pk")
    )
    teams: dict[int, set[int]] = {}
    rows = CaseMember.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), case__in=cases)
    for case_id, post_id in rows.values_list("case", "post"):
        teams.setdefault(case_id, set()).add(post_id)
    return [
        CoverCase(
            case,
            case.lead if case.lead and is_in_post(case.lead, today) else None,
            frozenset(teams.get(case.pk, set()) - {case.lead_id}),
        )
        for case in cases
    ]
