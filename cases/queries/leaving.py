"""What a leaver alone can hand on, and what still hangs on a post that was ended without handing over."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Exists, ExpressionWrapper, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.people.models import Post
from apst.people.queries.hanging import StillHanging, tells_what_hangs
from cases.models import (
    Assessment,
    Case,
    CaseMember,
    Document,
    EhcAdvice,
    GoalStep,
    MeetingAction,
    Note,
    OutreachCase,
    PlannedSession,
    PlannedSpecialist,
    SessionGroup,
    SessionGroupSpecialist,
)
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


WORDS: Final = (
    ("cases", "open case", "open cases"),
    ("planned", "planned session", "planned sessions"),
    ("groups", "group", "groups"),
    ("outreach", "school’s outreach", "schools’ outreach"),
    ("steps", "step of a plan", "steps of plans"),
    ("actions", "action", "actions"),
    ("restricted", "restricted case that you cannot see", "restricted cases that you cannot see"),
)


def _number(rows: QuerySet[Any]) -> Subquery:
    counted = rows.order_by().annotate(number=Func(F("pk"), function="count", output_field=IntegerField()))
    return Subquery(counted.values("number"))


@tells_what_hangs
def hanging_on_ended() -> list[StillHanging]:
    """Give the posts that have ended or have an end and on which something hangs that goes on: one query.

    An import, or whoever types an end date, hands nothing on. A change of FTE does, by itself: what hangs on a post
    that the same person's next post follows is left out. Of restricted cases that the reader does not see: how many.
    """
    after = OuterRef("end_date")
    following = Post.objects.filter(
        Q(end_date__isnull=True) | Q(end_date__gt=after),
        specialist=OuterRef("specialist"),
        specialist_type=OuterRef("specialist_type"),
        start_date__lte=ExpressionWrapper(after + dt.timedelta(days=1), output_field=Post._meta.get_field("end_date")),
    ).exclude(pk=OuterRef("pk"))
    place = CaseMember.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=OuterRef(after)), post=OuterRef(OuterRef("pk")), case=OuterRef("pk")
    )
    holds = PlannedSpecialist.objects.filter(post=OuterRef(OuterRef("pk")), planned=OuterRef("pk"))
    runs = SessionGroupSpecialist.objects.filter(post=OuterRef(OuterRef("pk")), group=OuterRef("pk"))
    steps = GoalStep.objects.filter(done_on__isnull=True, removed_at__isnull=True, case__ended_on__isnull=True)
    # An action is its owner's, not the post's: it hangs once they have left the taskforce.
    actions = MeetingAction.objects.filter(done_at__isnull=True, owner__ends_on__lte=localdate())
    posts = (
        Post.objects.filter(~Exists(following), end_date__isnull=False)
        .annotate(
            cases=_number(Case.objects.open().filter(Q(lead=OuterRef("pk")) | Exists(place))),
            planned=_number(
                PlannedSession.objects.open().filter(Exists(holds), planned_on__gt=after, planned_on__gte=localdate())
            ),
            groups=_number(SessionGroup.objects.filter(Exists(runs), ended_on__isnull=True)),
            outreach=_number(OutreachCase.objects.filter(lead=OuterRef("pk"), ended_on__isnull=True)),
            steps=_number(steps.filter(owner=OuterRef("pk"))),
            actions=_number(actions.filter(owner__user=OuterRef("specialist__user"))),
            restricted=Func(F("pk"), function="app.restricted_of_post", output_field=IntegerField()),
        )
        .select_related("specialist")
        .order_by("end_date", "pk")
    )
    found = []
    for post in posts:
        numbers = {name: getattr(post, name) for name, _, _ in WORDS}
        parts = [f"{numbers[name]} {one if numbers[name] == 1 else many}" for name, one, many in WORDS if numbers[name]]
        if parts:
            what = " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
            found.append(StillHanging(post, what, sum(numbers.values())))
    return found
