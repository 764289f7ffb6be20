"""Who may see which case: guardian's grants. Those by rule (team, site) the database writes alone, the others we do."""

import datetime as dt

from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.timezone import localdate

from apst.accounts.models import Membership, User
from apst.people.models import Post
from apst.tenancy.context import name_act
from cases.exceptions import HoldersMissing, NobodyGivesToThemselves
from cases.models import Case, CaseAccess

BY_RULE = (CaseAccess.Source.TEAM, CaseAccess.Source.SITE)
HOLDERS_NEEDED = 2


def view_case() -> Permission:
    """Give guardian's permission that a grant on a case stands for."""
    return Permission.objects.get(codename="view_case", content_type__app_label="cases", content_type__model="case")


@transaction.atomic
def grant(
    case: Case,
    user: User | int,
    source: str = CaseAccess.Source.GRANT,
    *,
    reason: str = "",
    expires_at: dt.datetime | None = None,
    by: Membership | None,
) -> CaseAccess:
    """Give a person sight of one case: updates their one row or makes it.

    Guardian's assign_perm is get-or-create, and would return an expired row.

    user    the person, or their id: inside a taskforce nobody reads accounts
    source  grant, guest or break_glass; team and site are the rules' own, see refresh_access
    Raises NobodyGivesToThemselves; the database refuses that too.
    """
    user_id = user if isinstance(user, int) else user.pk
    if by and by.user_id == user_id:
        raise NobodyGivesToThemselves
    name_act("grant.give")
    row: CaseAccess
    row, _ = CaseAccess.objects.update_or_create(
        content_object=case,
        user_id=user_id,
        permission=view_case(),
        defaults={"source": source, "given_by": by, "reason": reason, "expires_at": expires_at, "given_at": Now()},
    )
    return row


@transaction.atomic
def revoke(case: Case, user: User | int, *, by: Membership | None) -> None:
    """End a person's sight of one case. A holder of a restricted case goes only when two are left, one of them a DSL.

    Raises HoldersMissing. What the rules give (team, site) comes back with the next refresh.
    """
    name_act("grant.end")
    # Two holders who leave at once must not both count the other; a holder need not be one who may lock the case's row.
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [case.pk])
    CaseAccess.objects.filter(content_object=case, user_id=user if isinstance(user, int) else user.pk).delete()
    if Case.objects.filter(pk=case.pk, restricted=True).exists():
        require_holders([row.user_id for row in live_holds(case)])


def live_holds(case: Case) -> list[CaseAccess]:
    """Give the grants by which people hold a case, without those of rules, guests and emergencies."""
    live = Q(expires_at__isnull=True) | Q(expires_at__gt=Now())
    return list(
        CaseAccess.objects.filter(live, content_object=case, source=CaseAccess.Source.GRANT).select_related("given_by")
    )


def require_holders(user_ids: list[int]) -> None:
    """Raise HoldersMissing unless the people are two at least, live members, and one of them is a safeguarding lead."""
    holders = Membership.objects.filter(user_id__in=user_ids).exclude(role="partner")
    live = list(holders.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=localdate())))
    if len(live) < HOLDERS_NEEDED or not any(m.role == "dsl" for m in live):
        raise HoldersMissing


def refresh_access(case: Case | None = None) -> int:
    """Bring the grants by rule of one case, or of all, to what team, sites and posts say; gives how many changed.

    The database writes them (`app.refresh_access`): a person who allocates a case to their own team gives themselves
    nothing by hand, and whoever sees the whole taskforce needs no row.
    """
    with connection.cursor() as cursor:
        cursor.execute("select app.refresh_access(%s)", [case.pk if case else None])
        return int(cursor.fetchone()[0])


def refresh_access_of(post: Post) -> int:
    """Bring the grants of one post's person to what the rules say, after its dates, sites or reach changed.

    All cases are looked at in one statement: which of them the post touched before is what has just changed.
    """
    name_act("grant.refresh")
    return refresh_access()


_FAULTS = """
select 'missing', s.case_id, s.user_id from app.access_by_rule(null) s
  where not exists (select from cases_caseaccess g where g.content_object_id = s.case_id and g.user_id = s.user_id
    and (g.expires_at is null or g.expires_at > statement_timestamp()))
union all
select 'surplus', g.content_object_id, g.user_id from cases_caseaccess g
  where g.source in ('team', 'site') and not exists (
    select from app.access_by_rule(null) s where s.case_id = g.content_object_id and s.user_id = g.user_id)
union all
select 'unheld', c.id, null from cases_case c
  where c.restricted and c.ended_on is null and (select count(*) from cases_caseaccess g
    where g.content_object_id = c.id and g.source = 'grant'
      and (g.expires_at is null or g.expires_at > statement_timestamp())) < 2
"""


def access_faults() -> list[tuple[str, int, int | None]]:
    """Compare the grants with the rules, as the system: (what is wrong, case, user); empty where all is well."""
    with connection.cursor() as cursor:
        cursor.execute(_FAULTS)
        return list(cursor.fetchall())
