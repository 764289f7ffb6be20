"""Reads: the product's own statements under the policies, beside the same by hand as the owner, without any."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from django.db import connection, connections
from django.utils.timezone import localdate

from apst.tenancy.context import Member, acting_for
from apst.tenancy.models import Taskforce
from cases.models import Case
from cases.queries import cases as case_queries
from cases.queries import interventions
from referrals import queries as referral_queries

from .measuring import Sheet, Statement, Times, Work, seconds, side_by_side, statements
from .scale import ALL_SITES, ALLOCATED, MANAGER, ONE_SITE, Scale, person_id

MUST: Final = {"s_member": 2.0, "s_granted": 4.0}  # ADR 9
REPEATS: Final = 3
SESSIONS_OF_CASE: Final = 'cases_interventionplace" INNER JOIN "cases_intervention'

# What the product itself may ask for; nothing of it can be guessed from here.
_CASE = """
select c.id, c.public_id, c.reference, c.tier, c.opened_on, c.ended_on, c.restricted, c.updated_at, s.name,
       p.forename, p.surname, p.preferred_name, o.specialist_type, sp.name
from cases_case c join people_pupil p on p.tenant_id = c.tenant_id and p.id = c.pupil_id
left join places_site s on s.tenant_id = c.tenant_id and s.id = c.site_id
left join people_post o on o.tenant_id = c.tenant_id and o.id = c.lead_id
left join people_specialist sp on sp.tenant_id = o.tenant_id and sp.id = o.specialist_id
where c.tenant_id = %(taskforce)s
"""
_GRANT = """ and c.id in (select g.content_object_id from cases_caseaccess g
  where g.tenant_id = %(taskforce)s and g.user_id = %(person)s
  and (g.expires_at is null or g.expires_at > statement_timestamp()))"""
_FIRST = " and c.ended_on is null{} order by c.updated_at desc, c.id desc limit 26"
_LIST = _CASE + _FIRST.format(" and not c.restricted")
_GRANTED_LIST = _CASE + _FIRST.format(_GRANT)
_ONE = """
select c.*, p.* from cases_case c join people_pupil p on p.tenant_id = c.tenant_id and p.id = c.pupil_id
where c.tenant_id = %(taskforce)s"""
_ONE_CASE = f"{_ONE} and c.public_id = %(case)s and not c.restricted"
_GRANTED_CASE = f"{_ONE} and c.public_id = %(case)s{_GRANT}"
_OF_CASE = """
select i.*, s.*, m.* from cases_interventionplace x
join cases_intervention i on i.tenant_id = x.tenant_id and i.id = x.intervention_id
left join places_site s on s.tenant_id = i.tenant_id and s.id = i.site_id
left join accounts_membership m on m.tenant_id = i.tenant_id and m.id = i.logged_by_id
where x.tenant_id = %(taskforce)s and i.deleted_at is null and x.case_id = (
  select c.id from cases_case c where c.tenant_id = %(taskforce)s and c.public_id = %(case)s{})
order by x.held_on desc, x.intervention_id desc limit 26
"""
_SESSIONS = _OF_CASE.format(" and not c.restricted")
_GRANTED_SESSIONS = _OF_CASE.format(_GRANT)
_LAST_LOGGED = """
select i.id, i.activity_type, i.minutes, i.location, i.held_on from cases_intervention i
where i.tenant_id = %(taskforce)s and i.logged_by_id = %(person)s and i.deleted_at is null order by i.id desc limit 40
"""
_QUEUE = """
select r.*, p.*, e.*, s.*, m.* from referrals_referral r
join people_pupil p on p.tenant_id = r.tenant_id and p.id = r.pupil_id
left join places_establishment e on e.tenant_id = p.tenant_id and e.id = p.home_school_id
left join places_site s on s.tenant_id = r.tenant_id and s.id = r.site_id
left join accounts_membership m on m.tenant_id = r.tenant_id and m.id = r.made_by_id
where r.tenant_id = %(taskforce)s and r.state in ('new', 'more_information') order by r.received_on, r.id limit 26
"""
_COUNT = (
    "select c.id from cases_case c where c.tenant_id = %(taskforce)s and c.ended_on is null and not c.restricted"  # noqa: S608 - a number of ours
    f" limit {case_queries.MOST_COUNTED + 1}"
)

Asking = Callable[[Member], Any]


def _list(member: Member) -> Any:
    return case_queries.page_of(case_queries.case_list(member))


def _one_case(member: Member) -> Any:
    return Case.objects.select_related("pupil").filter(public_id=_long_case()).first()


def _sessions(member: Member) -> Any:
    return interventions.of_case(Case.objects.only("pk").get(public_id=_long_case()))


def _count(member: Member) -> Any:
    return case_queries.count_up_to(Case.objects.open())


def _queue(member: Member) -> Any:
    return referral_queries.page_of(referral_queries.queue()[0])


READS: Final[tuple[tuple[str, int, Asking, str, str], ...]] = (
    # name, whose, what the product asks, where its statement reads from, the same by hand
    ("case list, manager", MANAGER, _list, "cases_case", _LIST),
    ("case list, specialist of one site", ONE_SITE, _list, "cases_case", _GRANTED_LIST),
    ("case list, allocated only", ALLOCATED, _list, "cases_case", _GRANTED_LIST),
    ("case by its address, manager", MANAGER, _one_case, "cases_case", _ONE_CASE),
    ("case by its address, specialist of one site", ONE_SITE, _one_case, "cases_case", _GRANTED_CASE),
    ("sessions of a case with a long list, manager", MANAGER, _sessions, SESSIONS_OF_CASE, _SESSIONS),
    (
        "sessions of a case with a long list, specialist of one site",
        ONE_SITE,
        _sessions,
        SESSIONS_OF_CASE,
        _GRANTED_SESSIONS,
    ),
    (
        "last sessions of the author, for the session log",
        ALL_SITES[0],
        interventions.habit_of,
        "cases_intervention",
        _LAST_LOGGED,
    ),
    ("triage queue, manager", MANAGER, _queue, "referrals_referral", _QUEUE),
    ("number of open cases, manager", MANAGER, _count, "cases_case", _COUNT),
)


def taskforce_of_bench() -> Taskforce:
    """Give the largest taskforce."""
    return Taskforce.objects.get(pk=1)


def _long_case() -> Any:
    with connections["owner"].cursor() as cursor:
        cursor.execute("select public_id from cases_case where id = 1")
        return cursor.fetchone()[0]


def fetch(alias: str, statement: str, parameters: Any) -> Any:
    """Run a statement on a connection and give all its rows."""
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def _own(ask: Asking, member: Member, table: str) -> Statement:
    with statements() as noted:
        ask(member)
    return next((text, values) for text, values in reversed(noted) if f'FROM "{table}"' in text)


@dataclass(frozen=True)
class Compared:
    """A statement of the product beside the same by hand; medians of planning and of running each, in seconds."""

    scope: str
    raw: Times
    ours: Times
    planning: tuple[float, float]
    running: tuple[float, float]


def _apart(alias: str, statement: str, parameters: Any) -> tuple[float, float]:
    """Give the seconds that the database says it planned a statement and ran it."""
    told = fetch(alias, f"explain (analyze, timing off, format json) {statement}", parameters)[0][0]
    plan = (json.loads(told) if isinstance(told, str) else told)[0]
    return plan["Planning Time"] / 1e3, plan["Execution Time"] / 1e3


def compare(whose: int, ask: Asking, table: str, raw: str, *, rounds: int) -> Compared:
    """Time a statement of the product in its member's context beside the same by hand; both give as many rows."""
    taskforce, person = taskforce_of_bench(), person_id(1, whose)
    values = {"taskforce": taskforce.pk, "person": person, "case": _long_case(), "today": localdate()}
    with acting_for(taskforce, person) as member:
        own = _own(ask, member, table)
        by_hand, ours = len(fetch("owner", raw, values)), len(fetch("default", *own))
        if by_hand != ours or not ours:
            raise AssertionError(f"The product gives {ours} rows and the SQL by hand {by_hand}.")
        works: dict[str, Work] = {"raw": lambda: fetch("owner", raw, values), "ours": lambda: fetch("default", *own)}
        taken = side_by_side(works, rounds=rounds, times_each=REPEATS)
        apart = [(_apart("owner", raw, values), _apart("default", *own)) for _ in range(rounds)]

    def middle(part: int) -> tuple[float, float]:
        return median(raw[part] for raw, _ in apart), median(ours[part] for _, ours in apart)

    return Compared(member.scope, taken["raw"], taken["ours"], planning=middle(0), running=middle(1))


def measure(sheet: Sheet, scale: Scale, *, rounds: int) -> None:
    """Compare every read, and what opening a context takes."""
    for name, whose, ask, table, raw in READS:
        found = compare(whose, ask, table, raw, rounds=rounds)
        told = " and ".join(
            f"{what} {seconds(of[0])} and {seconds(of[1])}"
            for what, of in (("planned in", found.planning), ("run in", found.running))
        )
        sheet.compare(f"SQL at {scale.cases:,} cases: {name}", found.raw, found.ours, must=MUST[found.scope], note=told)
    _context(sheet, scale, rounds=rounds)


def _context(sheet: Sheet, scale: Scale, *, rounds: int) -> None:
    taskforce, person = taskforce_of_bench(), person_id(1, MANAGER)

    def plain() -> None:
        with connection.cursor() as cursor:
            for statement in ("begin", "select 1", "commit"):
                cursor.execute(statement)

    def context() -> None:
        with acting_for(taskforce, person):
            pass

    taken = side_by_side({"plain": plain, "context": context}, rounds=rounds, times_each=REPEATS)
    with statements() as noted:
        context()
    note = f"{len(noted)} statement{'' if len(noted) == 1 else 's'} beside BEGIN and COMMIT; the target is 1"
    name = f"opening a taskforce at {scale.cases:,} cases, beside BEGIN, SELECT 1, COMMIT"
    sheet.compare(name, taken["plain"], taken["context"], must=2.0, note=note)
