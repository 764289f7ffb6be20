"""A case from allocation to its end."""

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.people.models import Post
from apst.people.services import change_pupil
from apst.places.models import Site
from apst.tenancy.context import name_act
from apst.tenancy.references import next_reference
from cases.exceptions import (
    AlreadyEnded,
    ChangedMeanwhile,
    DestinationNeeded,
    EndsBeforeItOpened,
    HasOpenCase,
    NobodyGivesToThemselves,
    NotToAllocate,
    OpenedInFuture,
    PostNotInPlace,
    SentenceNeeded,
    StillOpen,
)
from cases.models import Case, CaseAccess, CaseEnding, CaseMember, CaseStage
from cases.notices import tell_allocated
from cases.queries.closing import left_open
from referrals.models import Referral
from referrals.services import mark_allocated

from .access import BY_RULE, grant, refresh_access, require_holders

ONE_OPEN = "cases_case_one_open_a_pupil"


@transaction.atomic
def allocate(
    referral: Referral,
    *,
    lead: Post,
    tier: str,
    site: Site | None,
    team: Iterable[Post] = (),
    opened_on: dt.date,
    version: int | None = None,
    by: Membership | None,
) -> Case:
    """Open the case of a referral's pupil, with lead, team and grants; accepts a referral that was not decided yet.

    team  further posts beside the lead's
    Raises HasOpenCase, NotToAllocate, OpenedInFuture, PostNotInPlace, ChangedMeanwhile; then nothing is changed.
    """
    if opened_on > localdate():
        raise OpenedInFuture
    posts = list({post.pk: post for post in [lead, *team]}.values())
    if any(p.start_date > opened_on or (p.end_date is not None and p.end_date < localdate()) for p in posts):
        raise PostNotInPlace
    found = Referral.objects.select_for_update().filter(pk=referral.pk).first()
    if found is None or found.state in (Referral.State.ALLOCATED, Referral.State.ENDED):
        raise NotToAllocate
    if version is not None and found.version != version:
        raise ChangedMeanwhile
    name_act("case.allocate")
    mark_allocated(found, by=by)
    case = _open(found, lead=lead, tier=tier, site=site, opened_on=opened_on, by=by)
    CaseMember.objects.bulk_create(
        CaseMember(
            case=case,
            post=post,
            part=CaseMember.Part.LEAD if post.pk == lead.pk else CaseMember.Part.DIRECT,
            starts_on=opened_on,
        )
        for post in posts
    )
    CaseStage.objects.create(case=case, tier=tier, starts_on=opened_on, made_by=by)
    refresh_access(case)
    _opening("")
    tell_allocated(case, posts, by=by)
    return case


def _opening(public_id: str) -> None:
    """Let whoever opens a case see it within this transaction; after it, the grants say."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.opening', %s, true)", [public_id])


def _open(
    referral: Referral, *, lead: Post, tier: str, site: Site | None, opened_on: dt.date, by: Membership | None
) -> Case:
    case = Case(
        pupil_id=referral.pupil_id,
        referral=referral,
        site=site,
        lead=lead,
        tier=tier,
        opened_on=opened_on,
        opened_by=by,
    )
    _opening(str(case.public_id))
    try:
        with transaction.atomic():
            case.reference = next_reference("case")
            case.save(force_insert=True)
    except IntegrityError as error:
        if ONE_OPEN in str(error):
            raise HasOpenCase from None
        raise
    return case


def lock_case(case: Case, version: int | None = None) -> Case:
    """Lock a case to change it. version: the one that the page showed. Raises ChangedMeanwhile."""
    found = Case.objects.select_for_update().filter(pk=case.pk).first()
    if found is None or (version is not None and found.version != version):
        raise ChangedMeanwhile
    return found


def change_case(case: Case, **fields: object) -> Case:
    """Write fields of a locked case; its version counts on. The act was named by the caller."""
    Case.objects.filter(pk=case.pk).update(**fields, updated_at=Now(), version=F("version") + 1)
    case.refresh_from_db()
    return case


def check_closing(
    case: Case, *, reason: str, ended_on: dt.date, said: str = "", leaving: bool = False, destination: str = ""
) -> list[str]:
    """Say what stands against closing a case as said, without doing it; gives the codes of what is still open.

    Raises AlreadyEnded, EndsBeforeItOpened, DestinationNeeded, SentenceNeeded.
    """
    if case.ended_on is not None:
        raise AlreadyEnded
    if not case.opened_on <= ended_on <= localdate():
        raise EndsBeforeItOpened
    if leaving and not destination:
        raise DestinationNeeded
    still_open = left_open(case)
    if still_open and not said.strip():
        raise SentenceNeeded
    return still_open


@transaction.atomic
def close_case(
    case: Case,
    *,
    reason: str,
    ended_on: dt.date,
    said: str = "",
    leaving: bool = False,
    destination: str = "",
    version: int | None = None,
    by: Membership | None,
) -> Case:
    """End a case.

    reason   a code of case_end_reasons;  said  what happens with what is still open (cases.queries.closing)
    leaving  the pupil leaves the school on that day too, for `destination`, a code of destinations
    Raises AlreadyEnded, EndsBeforeItOpened, SentenceNeeded, DestinationNeeded, ChangedMeanwhile.
    """
    found = lock_case(case, version)
    still_open = check_closing(
        found, reason=reason, ended_on=ended_on, said=said, leaving=leaving, destination=destination
    )
    if leaving:
        leaves = {"leaving_date": ended_on, "destination": destination}
        change_pupil(found.pupil, version=None, changes=leaves, by=by)
    name_act("case.close")
    CaseEnding.objects.create(
        case=found,
        act=CaseEnding.Act.CLOSED,
        day=ended_on,
        reason=reason,
        destination=destination if leaving else "",
        left_open=still_open,
        said=said.strip(),
        done_by=by,
    )
    return change_case(found, ended_on=ended_on, end_reason=reason)


@transaction.atomic
def reopen_case(case: Case, *, said: str = "", version: int | None = None, by: Membership | None) -> Case:
    """Open an ended case again; its earlier end stays in its history. said: why.

    Raises StillOpen, HasOpenCase, ChangedMeanwhile.
    """
    found = lock_case(case, version)
    if found.ended_on is None:
        raise StillOpen
    name_act("case.reopen")
    try:
        with transaction.atomic():
            CaseEnding.objects.create(
                case=found, act=CaseEnding.Act.REOPENED, day=localdate(), said=said.strip(), done_by=by
            )
            return change_case(found, ended_on=None, end_reason="")
    except IntegrityError as error:
        if ONE_OPEN in str(error):
            raise HasOpenCase from None
        raise


@transaction.atomic
def restrict(
    case: Case, *, holders: Iterable[Membership], reason: str = "", version: int | None = None, by: Membership | None
) -> Case:
    """Restrict a case to its holders: two or more, one of them a safeguarding lead, none of them who does it.

    From then on nobody else sees it, whatever their role, the one who restricted it included.
    Raises HoldersMissing, NobodyGivesToThemselves, ChangedMeanwhile.
    """
    people = list(holders)
    if by and any(member.user_id == by.user_id for member in people):
        raise NobodyGivesToThemselves
    require_holders([member.user_id for member in people])
    found = lock_case(case, version)
    name_act("case.restrict")
    found = change_case(found, restricted=True)
    CaseAccess.objects.filter(content_object=found, source__in=BY_RULE).delete()
    for member in people:
        grant(found, member.user_id, CaseAccess.Source.GRANT, reason=reason, by=by)
    return found


@transaction.atomic
def lift_restriction(case: Case, *, version: int | None = None, by: Membership | None) -> Case:
    """Let the taskforce see a restricted case again; only who sees it can. Raises ChangedMeanwhile."""
    found = lock_case(case, version)
    name_act("case.lift_restriction")
    found = change_case(found, restricted=False)
    CaseAccess.objects.filter(content_object=found, source=CaseAccess.Source.GRANT).exclude(
        user_id=by.user_id if by else None
    ).delete()
    refresh_access(found)
    return found
