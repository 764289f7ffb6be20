"""Who is on a case's team and how, and how much the child gets at once."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.people.models import Post
from apst.tenancy.context import name_act
from cases.exceptions import (
    AlreadyEnded,
    AlreadyOnTeam,
    JoinsOutsideCase,
    LeadMissing,
    SameStage,
    StageOutsideCase,
)
from cases.models import Case, CaseMember, CaseStage
from cases.notices import tell_allocated

from .access import refresh_access
from .cases import change_case, lock_case

DIRECTLY = (CaseMember.Part.LEAD, CaseMember.Part.DIRECT, CaseMember.Part.KEY_PERSON)


@transaction.atomic
def join_team(case: Case, *, post: Post, part: str, starts_on: dt.date, by: Membership | None) -> CaseMember:
    """Put a post on a case's team. part: direct, advisory or key_person.

    Raises AlreadyEnded, AlreadyOnTeam, JoinsOutsideCase; then nothing is changed.
    """
    found = lock_case(case)
    if found.ended_on is not None:
        raise AlreadyEnded
    in_post = post.start_date <= starts_on and (post.end_date is None or post.end_date >= localdate())
    if not (found.opened_on <= starts_on <= localdate() and in_post):
        raise JoinsOutsideCase
    if found.team.filter(post=post, ends_on__isnull=True).exists():
        raise AlreadyOnTeam
    name_act("case.join_team")
    row = CaseMember.objects.create(case=found, post=post, part=part, starts_on=starts_on)
    refresh_access(found)
    tell_allocated(found, [post], key=f"/{row.pk}", by=by)
    return row


@transaction.atomic
def leave_team(row: CaseMember, *, by: Membership | None) -> None:
    """End a post's place on the team today. Raises LeadMissing for the lead."""
    case = lock_case(row.case)
    if case.lead_id == row.post_id:
        raise LeadMissing
    name_act("case.leave_team")
    CaseMember.objects.filter(pk=row.pk, ends_on__isnull=True).update(ends_on=localdate())
    refresh_access(case)


@transaction.atomic
def take_part(row: CaseMember, *, part: str, by: Membership | None) -> CaseMember:
    """Change how somebody works on the case; until yesterday they worked as before. Raises LeadMissing for the lead."""
    case = lock_case(row.case)
    if case.lead_id == row.post_id:
        raise LeadMissing
    name_act("case.change_part")
    return _as(case, row, part)


def _as(case: Case, row: CaseMember, part: str) -> CaseMember:
    """Go on in another part from today; what is of today is simply called by its new name."""
    if row.part == part:
        return row
    today = localdate()
    if row.starts_on >= today:
        CaseMember.objects.filter(pk=row.pk).update(part=part)
        row.refresh_from_db()
        return row
    CaseMember.objects.filter(pk=row.pk).update(ends_on=today - dt.timedelta(days=1))
    return CaseMember.objects.create(case=case, post_id=row.post_id, part=part, starts_on=today)


@transaction.atomic
def take_lead(case: Case, *, post: Post, version: int | None = None, by: Membership | None) -> Case:
    """Make a post the lead of a case; who led before goes on working directly, until they leave the team.

    Raises AlreadyEnded, JoinsOutsideCase, ChangedMeanwhile.
    """
    found = lock_case(case, version)
    today = localdate()
    if found.ended_on is not None:
        raise AlreadyEnded
    if post.start_date > today or (post.end_date is not None and post.end_date < today):
        raise JoinsOutsideCase
    name_act("case.change_lead")
    here = found.team.filter(ends_on__isnull=True)
    for row in here.filter(Q(post=found.lead_id) | Q(part=CaseMember.Part.LEAD)).exclude(post=post):
        _as(found, row, CaseMember.Part.DIRECT)
    mine = here.filter(post=post).first()
    if mine is None:
        CaseMember.objects.create(case=found, post=post, part=CaseMember.Part.LEAD, starts_on=today)
    else:
        _as(found, mine, CaseMember.Part.LEAD)
    changed = change_case(found, lead=post)
    refresh_access(found)
    tell_allocated(found, [post], key=f"/lead/{changed.version}", by=by)
    return changed


@transaction.atomic
def change_stage(
    case: Case,
    *,
    tier: str,
    offer: str,
    starts_on: dt.date,
    why: str = "",
    version: int | None = None,
    by: Membership | None,
) -> CaseStage:
    """Step a case up or down: a tier and an offer from a day on. The stages before stay.

    tier   a code of tiers;  offer  universal, targeted_group or targeted_individual, "" where it is not said
    Raises AlreadyEnded, SameStage, StageOutsideCase, ChangedMeanwhile.
    """
    found = lock_case(case, version)
    if found.ended_on is not None:
        raise AlreadyEnded
    last = found.stages.order_by("-starts_on", "-pk").first()
    if not (last.starts_on if last else found.opened_on) <= starts_on <= localdate():
        raise StageOutsideCase
    if found.tier == tier and offer == (last.offer if last else ""):
        raise SameStage
    name_act("case.change_stage")
    stage = CaseStage.objects.create(case=found, tier=tier, offer=offer, starts_on=starts_on, why=why, made_by=by)
    change_case(found, tier=tier)
    return stage
