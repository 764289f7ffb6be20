"""Reading cases: the list and its pages, and one case's record."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.people.finding import find
from apst.people.models import Post
from apst.tenancy.context import Member
from cases.models import Case, CaseMember, CaseQuerySet, InterventionPlace

PAGE: Final = 25
MOST_COUNTED: Final = 1000
QUIET_DAYS: Final = 21


def posts_of(member: Member) -> list[Post]:
    """Give the posts that this member's person holds or held, those of today first; the system holds none."""
    if member.person_id is None:
        return []
    rows = Post.objects.filter(specialist__user_id=member.person_id).select_related("specialist")
    return sorted(rows, key=lambda post: (not is_live(post), post.reference))


def is_live(post: Post, day: dt.date | None = None) -> bool:
    """True where the post is held on a day (today)."""
    day = day or localdate()
    return post.start_date <= day and (post.end_date is None or post.end_date >= day)


def live_posts(day: dt.date | None = None) -> QuerySet[Post]:
    """Give the posts held on a day (today), by the name of who holds them."""
    day = day or localdate()
    return (
        Post.objects.filter(Q(end_date__isnull=True) | Q(end_date__gte=day), start_date__lte=day)
        .select_related("specialist")
        .order_by("specialist__name", "reference")
    )


def posts_since(day: dt.date) -> QuerySet[Post]:
    """Give the posts held on some day since then, for choosing who did something a while ago."""
    return (
        Post.objects.filter(Q(end_date__isnull=True) | Q(end_date__gte=day), start_date__lte=localdate())
        .select_related("specialist")
        .order_by("specialist__name", "reference")
    )


@dataclass(frozen=True)
class CasePage:
    """One page of the case list; `after` and `before` are keys of the pages beside it, "" where there is none."""

    rows: list[Case]
    before: str
    after: str


def case_list(
    member: Member,
    *,
    mine: bool = False,
    site: int | None = None,
    tier: str = "",
    lead: int | None = None,
    state: str = "open",
    quiet: bool = False,
    search: str = "",
) -> CaseQuerySet:
    """Give the cases that the filters leave. state: open, ended or all."""
    cases = Case.objects.all()
    if quiet:
        cases = quiet_since(cases, localdate() - dt.timedelta(days=QUIET_DAYS))
    elif state == "open":
        cases = cases.open()
    elif state == "ended":
        cases = cases.ended()
    if mine:
        cases = cases.worked_by([post.pk for post in posts_of(member)])
    if site:
        cases = cases.filter(site=site)
    if tier:
        cases = cases.filter(tier=tier)
    if lead:
        cases = cases.filter(lead=lead)
    if search.strip():
        named = [pupil.pk for pupil in find(search, most=MOST_COUNTED)]
        cases = cases.filter(Q(pupil__in=named) | Q(reference__in=[search.strip(), search.strip().upper()]))
    return cases


def quiet_since(cases: CaseQuerySet, day: dt.date) -> CaseQuerySet:
    """Leave the open ones, opened before a day, without a session on or after it."""
    # Asked once for all cases, not once for each.
    worked = InterventionPlace.objects.filter(
        case__isnull=False, intervention__held_on__gte=day, intervention__deleted_at__isnull=True
    )
    return cases.open().filter(opened_on__lt=day).exclude(pk__in=worked.values("case"))


def count_up_to(cases: QuerySet[Case], most: int = MOST_COUNTED) -> int:
    """Count rows, but no more than one over `most`: a list of a hundred thousand is not walked to say so."""
    return len(cases.order_by().values_list("pk", flat=True)[: most + 1])


def page_of(cases: CaseQuerySet, *, after: str = "", before: str = "", size: int = PAGE) -> CasePage:
    """Give one page, changed last first, beyond the key `after` or `before`; the first where the key is none."""
    key = _read_key(after or before)
    backwards = bool(before and not after and key)
    if key:
        moment, pk = key
        beyond = (
            Q(updated_at__gt=moment) | Q(updated_at=moment, pk__gt=pk)
            if backwards
            else Q(updated_at__lt=moment) | Q(updated_at=moment, pk__lt=pk)
        )
        cases = cases.filter(beyond)
    order = ("updated_at", "pk") if backwards else ("-updated_at", "-pk")
    # The page's keys first, then what it shows: nothing is looked up for the cases of other pages.
    keys = cases.order_by(*order).values("pk")[: size + 1]
    shown = Case.objects.filter(pk__in=keys).order_by(*order).select_related("pupil", "site", "lead__specialist")
    rows = list(shown.only(*_SHOWN))
    more = len(rows) > size
    rows = rows[:size][::-1] if backwards else rows[:size]
    if not rows:
        return CasePage([], "", "")
    has_before, has_after = (more, True) if backwards else (key is not None, more)
    return CasePage(rows, _key(rows[0]) if has_before else "", _key(rows[-1]) if has_after else "")


_SHOWN: Final = (
    "public_id", "reference", "tier", "opened_on", "ended_on", "restricted", "updated_at", "site__name",
    "pupil__forename", "pupil__surname", "pupil__preferred_name", "lead__specialist_type", "lead__specialist__name",
)  # fmt: skip


def _key(case: Case) -> str:
    return f"{case.updated_at.isoformat()}_{case.public_id}"


def _read_key(text: str) -> tuple[dt.datetime, int] | None:
    """Read where a page begins: the moment stays the address's own, so a case changed since does not move it."""
    moment, _, public_id = text.partition("_")
    try:
        read, row = parse_datetime(moment.replace(" ", "+")), uuid.UUID(public_id)
    except ValueError:
        return None
    if read is None or read.tzinfo is None:
        return None
    pk = Case.objects.filter(public_id=row).values_list("pk", flat=True).first()
    return (read, pk) if pk else None


def restricted_stubs() -> list[tuple[uuid.UUID, str]]:
    """Give by public id who holds each open restricted case that this member could otherwise see; nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("select public_id, holders from app.restricted_cases()")
        return [(public_id, holders) for public_id, holders in cursor.fetchall()]


def team_now(case: Case) -> list[CaseMember]:
    """Give everybody on a case's team now, the lead first, then by name."""
    today = localdate()
    here = Q(ends_on__isnull=True) | Q(ends_on__gt=today)
    rows = case.team.filter(here, starts_on__lte=today).select_related("post__specialist")
    order = list(CaseMember.Part)
    return sorted(rows, key=lambda row: (order.index(CaseMember.Part(row.part)), row.post.specialist.name))


def team_past(case: Case) -> list[CaseMember]:
    """Give who was on a case's team and is not any more, the last to leave first."""
    return list(
        case.team.filter(ends_on__lte=localdate()).select_related("post__specialist").order_by("-ends_on", "-pk")
    )


def members_now(by: Member) -> QuerySet[Membership]:
    """Give everybody who works here today but oneself and guests, by name."""
    today = localdate()
    live = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    return (
        Membership.objects.filter(live, starts_on__lte=today)
        .exclude(role="partner")
        .exclude(pk=by.membership_id or 0)
        .order_by("name", "pk")
    )


def holders_possible(by: Member) -> QuerySet[Membership]:
    """Give the members who can be made holders of a restricted case: everybody live but guests, and but oneself."""
    return members_now(by).exclude(role__in=("school_staff", "ig_lead", "coordinator"))
