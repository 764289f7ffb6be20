"""Planned sessions, groups, outreach and steps of plans: what a post is to do besides its cases goes to another."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models import F, Prefetch
from django.utils.timezone import localdate

from apst.people.models import Post
from cases.exceptions import SuccessorMissing
from cases.models import (
    Case,
    GoalStep,
    OutreachCase,
    PlannedPlace,
    PlannedSession,
    PlannedSpecialist,
    SessionGroup,
    SessionGroupSpecialist,
)

Heirs = Mapping[int, Post]


def open_steps(post: Post) -> list[GoalStep]:
    """Give the open steps of plans that a post is to do."""
    steps = GoalStep.objects.filter(owner=post, done_on__isnull=True, removed_at__isnull=True)
    return list(steps.select_related("case__pupil").order_by("due_on", "pk"))


def groups_run(post: Post) -> list[SessionGroup]:
    """Give the groups that meet and that a post runs, with all who run them."""
    runs = SessionGroupSpecialist.objects.select_related("post__specialist").order_by("pk")
    groups = SessionGroup.objects.filter(ended_on__isnull=True, specialists__post=post)
    return list(groups.prefetch_related(Prefetch("specialists", runs)).order_by("weekday", "starts_at", "pk"))


def outreach_led(post: Post) -> list[OutreachCase]:
    """Give the outreach to schools that goes on and that a post leads."""
    going_on = OutreachCase.objects.filter(lead=post, ended_on__isnull=True)
    return list(going_on.select_related("school").order_by("school__name", "pk"))


def planned_from(post: Post, day: dt.date) -> list[PlannedSession]:
    """Give what a post is to hold on or after a day and has not held, with all who are to hold it and with whom."""
    plans = PlannedSession.objects.open().of_posts([post.pk]).filter(planned_on__gte=day)
    return list(
        plans.prefetch_related(
            Prefetch("specialists", PlannedSpecialist.objects.select_related("post").order_by("pk")),
            Prefetch("places", PlannedPlace.objects.order_by("pk")),
            Prefetch("group__specialists", SessionGroupSpecialist.objects.select_related("post").order_by("pk")),
        )
        .select_related("group")
        .order_by("planned_on", "starts_at", "pk")
    )


def others_running(group: SessionGroup, post: Post, day: dt.date) -> list[Post]:
    """Give who else runs a group and is in post after a day. Reads what `groups_run` brought along."""
    others = (row.post for row in group.specialists.all() if row.post_id != post.pk)
    return [other for other in others if other.end_date is None or other.end_date > day]


def hand_on(
    post: Post, *, after: dt.date, cases: Heirs, groups: Heirs, schools: Heirs, otherwise: Post | None
) -> Counter[tuple[Post, str]]:
    """Hand on groups, outreach and steps at once, and what is planned after a day; gives who takes how many of what.

    after      what is planned until then stays the post's own
    cases      case id -> who takes the post's part in it: they take what is planned with its pupil, and its steps
    groups     group id -> who runs it from now on; where others run it, nobody need
    schools    outreach id -> who leads it from now on
    otherwise  who takes what nobody else does
    Raises SuccessorMissing where something would be nobody's.
    """
    takes: Counter[tuple[Post, str]] = Counter()
    runners: dict[int, Post | None] = {}
    for group in groups_run(post):
        heir = groups.get(group.pk)
        if heir is None and not others_running(group, post, after):
            heir = _somebody(otherwise, f"Choose who runs {group.name} from now on.")
        runners[group.pk] = heir
        if heir:
            takes[heir, "group"] += 1
        _run(group, post, heir)
    for outreach in outreach_led(post):
        heir = schools.get(outreach.pk) or _somebody(
            otherwise, f"Choose who leads the outreach to {outreach.school.name} from now on."
        )
        takes[heir, "outreach"] += 1
        OutreachCase.objects.filter(pk=outreach.pk).update(lead=heir, version=F("version") + 1)
    for step in open_steps(post):
        owner = cases.get(step.case_id) or otherwise or _lead(step.case, post)
        if owner:
            takes[owner, "step"] += 1
        GoalStep.objects.filter(pk=step.pk).update(owner=owner, version=F("version") + 1)
    plans = planned_from(post, after + dt.timedelta(days=1))
    open_cases = _open_cases(plans)
    heirs = {
        planned.pk: _heir(
            planned,
            post,
            [open_cases[place.pupil_id] for place in planned.places.all() if place.pupil_id in open_cases],
            cases,
            runners,
            otherwise,
        )
        for planned in plans
    }
    pass_plans(plans, post, heirs)
    takes.update((heir, "session") for heir in heirs.values() if heir)
    return takes


def _somebody(post: Post | None, sentence: str) -> Post:
    if post is None:
        raise SuccessorMissing(sentence, field="everybody")
    return post


def _run(group: SessionGroup, post: Post, heir: Post | None) -> None:
    """Let another run a group, the new one first: whoever hands over stays able to."""
    if heir and heir.pk not in {row.post_id for row in group.specialists.all()}:
        SessionGroupSpecialist.objects.create(group=group, post=heir)
    group.specialists.filter(post=post).delete()
    SessionGroup.objects.filter(pk=group.pk).update(version=F("version") + 1)


def _open_cases(plans: Iterable[PlannedSession]) -> dict[int, Case]:
    """Give the open case of each pupil with whom something is planned, by pupil id."""
    pupils = {place.pupil_id for planned in plans for place in planned.places.all()}
    return {case.pupil_id: case for case in Case.objects.open().filter(pupil__in=pupils).select_related("lead")}


def _lead(case: Case, post: Post) -> Post | None:
    return case.lead if case.lead_id != post.pk else None


def _heir(
    planned: PlannedSession,
    post: Post,
    of_pupils: list[Case],
    cases: Heirs,
    runners: Mapping[int, Post | None],
    otherwise: Post | None,
) -> Post | None:
    """Give who takes a planned session; None where those who are to hold it with the post go on alone.

    Who runs the group from now on; or who takes over most of its pupils; or whoever takes the rest; or, where nobody
    else is to hold it, who runs the group anyway or leads a pupil's case.
    """
    if heir := runners.get(planned.group_id or 0):
        return heir
    chosen = Counter(cases[case.pk] for case in of_pupils if case.pk in cases)
    if chosen:
        return chosen.most_common(1)[0][0]
    day = planned.planned_on
    if any(row.post_id != post.pk and _goes_on(row.post, day) for row in planned.specialists.all()):
        return None
    running = [row.post for row in planned.group.specialists.all()] if planned.group else []
    able = [one for one in running if one.pk != post.pk and _goes_on(one, day)]
    able += [lead for case in of_pupils if (lead := _lead(case, post))]
    return otherwise or _somebody(
        able[0] if able else None, f"Choose who takes over what is planned for {day:%-d %B %Y}."
    )


def _goes_on(post: Post, day: dt.date) -> bool:
    return post.end_date is None or post.end_date >= day


def pass_plans(plans: Iterable[PlannedSession], post: Post, heirs: Mapping[int, Post | None]) -> None:
    """Put the heirs in a post's place on planned sessions, the new ones first. Three statements, however many."""
    new = []
    for planned in plans:
        heir = heirs[planned.pk]
        if heir and heir.pk not in {row.post_id for row in planned.specialists.all()}:
            new.append(PlannedSpecialist(planned=planned, post=heir))
    PlannedSpecialist.objects.bulk_create(new)
    PlannedSpecialist.objects.filter(planned__in=list(heirs), post=post).delete()
    PlannedSession.objects.filter(pk__in=list(heirs)).update(version=F("version") + 1)


def follow(old: Post, new: Post) -> int:
    """Give a post's groups, outreach, steps and what is planned from the new post's first day to the same person's
    next post; gives how many. What lay before it stays with the old one.
    """
    groups = groups_run(old)
    for group in groups:
        _run(group, old, new)
    steps = GoalStep.objects.filter(owner=old, done_on__isnull=True, removed_at__isnull=True)
    outreach = OutreachCase.objects.filter(lead=old, ended_on__isnull=True)
    plans = planned_from(old, max(new.start_date, (old.end_date or localdate()) + dt.timedelta(days=1)))
    pass_plans(plans, old, {planned.pk: new for planned in plans})
    return (
        len(groups)
        + len(plans)
        + steps.update(owner=new, version=F("version") + 1)
        + outreach.update(lead=new, version=F("version") + 1)
    )
