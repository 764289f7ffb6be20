"""Questions put to the database as the application's own login; what comes back is compared, never the catalogue.

A probe is one statement in a savepoint that is rolled back. Its outcome is "rows n", "refused" (permission or policy),
"no such row" (a key that points at nothing it may point at) or "twice" (past every policy, stopped by a unique key).
"""

import itertools
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections

from apst.imports.models import Import
from apst.notices.models import CalendarFeed
from apst.tenancy.fields import TenantForeignKey

from .world import Realm

# Columns that a check wants to see together, or that a unique key would stop a row for.
TOGETHER = {
    ("sharing_agreementextension", "extended_by_id"): {"until": "date '2020-01-03'"},
    ("sharing_agreementsignature", "signed_by_id"): {"party": "'ours'"},
    ("referrals_triagedecision", "undoes_id"): {"outcome": "'undone'"},
    ("cases_homecopy", "note_id"): {"intervention_id": "null", "pupil_id": "null"},
}
_numbers = itertools.count(1000)
OUTCOMES = {
    "42501": "refused",
    "23503": "no such row",
    "23505": "twice",
    "23514": "past the policy",
    "23502": "past the policy",
}


def superuser() -> psycopg.Connection:
    """A superuser on the test database: it alone can be the migrator and the application in one transaction."""
    name = connections["default"].settings_dict["NAME"]
    base = settings.BOOTSTRAP_DATABASE_URL.rsplit("/", 1)[0]
    return psycopg.connect(f"{base}/{name}")


@dataclass(frozen=True)
class Viewer:
    """Whoever asks: a role of a taskforce, its system, a stranger, or the login without a context."""

    name: str
    enter: str | None


def viewers(home: Realm, away: Realm) -> list[Viewer]:
    """Everybody who may ask of the home taskforce."""
    people = [
        Viewer(role, f"select set_config('role', app.enter({user.pk}, {home.taskforce.pk}), true)")
        for role, user in home.people.items()
        if role not in ("invited", "commissioner")
    ]
    # Somebody with grants, and a guest, whose role may do nothing: every role of today that goes by grants reads
    # passports.
    of = {viewer.name: viewer.enter for viewer in people}
    idle = [
        Viewer(name, f"{of[role]}; select set_config('app.actions', '', true)")
        for name, role in (("idle", "allocated"), ("idle guest", "partner"))
    ]
    system = Viewer("system", f"select set_config('role', app.enter_system({home.taskforce.pk}), true)")
    # The coordinator, while an import of theirs is under way.
    enter = next(viewer.enter for viewer in people if viewer.name == "coordinator")
    importing = Viewer("importing", f"{enter}; select app.begin_import({home.office[Import].pk})")
    return [*people, importing, *idle, system, Viewer("nobody", None), Viewer("area", "set local role s_area")]


def ask(connection: psycopg.Connection, statement: str) -> str:
    """Put one statement and take it back; gives its outcome."""
    with connection.cursor() as cursor:
        cursor.execute("savepoint probe")
        try:
            cursor.execute(statement)
            outcome = f"rows {cursor.rowcount if not statement.startswith('select') else cursor.fetchone()[0]}"
        except psycopg.Error as error:
            outcome = OUTCOMES.get(error.sqlstate or "", error.sqlstate or "?")
        cursor.execute("rollback to savepoint probe; release savepoint probe")
    return outcome


@contextmanager
def seen_by(connection: psycopg.Connection, viewer: Viewer) -> Iterator[None]:
    """Be `viewer` for a while, in the application's own login."""
    with connection.cursor() as cursor:
        cursor.execute("savepoint viewer; set local session authorization tf_app")
        try:
            if viewer.enter:
                cursor.execute(viewer.enter)
            yield
        finally:
            cursor.execute("rollback to savepoint viewer; release savepoint viewer; reset session authorization")


def _literals(connection: psycopg.Connection, table: str, row_id: int) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select column_name from information_schema.columns where table_name = %s and column_name <> 'id'"
            " order by ordinal_position",
            [table],
        )
        columns = [name for (name,) in cursor.fetchall()]
        quoted = ", ".join(f'quote_nullable("{column}"::text)' for column in columns)
        cursor.execute(f"select {quoted} from {table} where id = %s", [row_id])
        return dict(zip(columns, cursor.fetchone(), strict=True))


def _fresh(model: Any, values: dict[str, str]) -> dict[str, str]:
    """The row again, with other values where a unique key would stop it before any other rule could."""
    fresh = dict(values)
    for constraint in model._meta.constraints:
        for name in getattr(constraint, "fields", ()):
            f = model._meta.get_field(name)
            if f.is_relation or f.primary_key:
                continue
            if f.column in ("kind", "person_id", "holds_from", "held_on", "party", "until"):
                continue
            number = next(_numbers)
            text = f"'n{number}'" if (f.max_length or 99) > 8 else f"'{number % 10}'"
            fresh[f.column] = {
                "UUIDField": f"'{uuid.uuid4()}'",
                "CharField": text,
                "DateField": f"date '2040-01-01' + {number}",
            }.get(f.get_internal_type(), str(number))
    return fresh


def _insert(table: str, values: dict[str, str]) -> str:
    columns = ", ".join(f'"{column}"' for column in values)
    return f"insert into {table} ({columns}) values ({', '.join(values.values())})"


@dataclass(frozen=True)
class Probe:
    """One statement.

    foreign  it names another taskforce's row, so that nobody's may get through
    points   it makes a row of ours that points at one: a unique key or a check may stop it as well
    """

    statement: str
    foreign: bool = False
    points: bool = False

    def leaks(self, outcome: str) -> bool:
        """True where the outcome shows that the other taskforce was reached."""
        stopped = ("refused", "rows 0", "no such row", *(("twice", "past the policy") if self.points else ()))
        return self.foreign and outcome not in stopped


def table_probes(connection: psycopg.Connection, model: Any, home: Realm, away: Realm) -> list[Probe]:
    """The probes of one table: read, count, write, change, steal, push, remove, and point at the other taskforce."""
    table = model._meta.db_table
    found = [
        Probe(f"select count(*) from {table}"),
        Probe(f"select count(*) from {table} where tenant_id = {home.taskforce.pk}"),
        Probe(f"select count(*) from {table} where tenant_id = {away.taskforce.pk}", foreign=True),
        # Without a column read, no policy for reading stands before the one for writing.
        Probe(f"update {table} set tenant_id = {home.taskforce.pk}"),
        Probe(f"delete from {table}"),
    ]
    ours = [(home, which) for which in ("rows", "restricted", "own", "office", "colleague", "guest")]
    for realm, which in (*ours, (away, "rows")):
        row = getattr(realm, which).get(model)
        if row is None:
            continue
        values = _fresh(model, _literals(connection, table, row.pk))
        foreign = realm is away
        found += [
            Probe(f"select count(*) from {table} where id = {row.pk}", foreign),
            Probe(_insert(table, values), foreign),
            Probe(f"update {table} set tenant_id = tenant_id where id = {row.pk}", foreign),
            Probe(f"delete from {table} where id = {row.pk}", foreign),
            Probe(f"update {table} set tenant_id = {away.taskforce.pk} where id = {row.pk}", foreign=True),
        ]
    row = home.rows.get(model)
    for f in model._meta.concrete_fields:
        if row is not None and isinstance(f, TenantForeignKey) and away.rows.get(f.related_model) is not None:
            theirs = away.rows[f.related_model].pk
            values = _fresh(model, _literals(connection, table, row.pk))
            pointing = {f.column: str(theirs), **TOGETHER.get((table, f.column), {})}
            changes = ", ".join(f"{column} = {value}" for column, value in pointing.items())
            found.append(Probe(f"update {table} set {changes} where id = {row.pk}", foreign=True))
            found.append(Probe(_insert(table, values | pointing), foreign=True, points=True))
    return found


Answers = dict[tuple[str, Probe], str]
STATE = Probe(
    "select concat(current_setting('app.actions'), app.hidden(), app.hidden_pupils(), app.sites(), app.posts(),"
    " app.readable(), app.partners(), app.shared('any'), app.shared('health', 'plan'), app.shared_pupils('identity'),"
    " app.emergency(), app.emergency_pupils())"
)


def answers_of(
    connection: psycopg.Connection, asked: list[Probe], viewer: Viewer
) -> Iterator[tuple[tuple[str, Probe], str]]:
    """One viewer's outcome of every probe, one by one."""
    try:
        with seen_by(connection, viewer):
            for probe in (STATE, *asked):
                yield (viewer.name, probe), ask(connection, probe.statement)
    except psycopg.Error as error:
        yield (viewer.name, Probe("enter")), f"could not enter: {error.sqlstate}"


def answers(connection: psycopg.Connection, asked: list[Probe], who: list[Viewer]) -> Answers:
    """Everybody's outcome of every probe."""
    return {key: outcome for viewer in who for key, outcome in answers_of(connection, asked, viewer)}


def owner_answers(connection: psycopg.Connection, model: Any) -> Answers:
    """The owner sees rows in a migration, and none in any other session."""
    count = Probe(f"select count(*) from {model._meta.db_table}")
    found = {}
    for name, session in (
        ("migrator", "set local session authorization tf_migrator; set local role tf_owner"),
        ("owner", "set local role tf_owner"),
    ):
        with connection.cursor() as cursor:
            cursor.execute(f"savepoint viewer; {session}")
            found[name, count] = ask(connection, count.statement)
            cursor.execute("rollback to savepoint viewer; release savepoint viewer")
    return found


# What the elevated functions do for those who are inside a taskforce.
INSIDE = [
    Probe("select app.seal_audit()"),
    Probe("select string_agg(concat(r.due, r.confirmed, r.lapsed), ',' order by r.member) from app.access_review() r"),
    Probe("select app.confirm_access(array(select id from accounts_membership))"),
    Probe(
        "select string_agg(concat(o.entry, o.sign), ',' order by o.entry, o.sign)"
        " from app.odd_looks(array(select id from audit_accessentry), 7, 19, 3, 15, 10) o"
    ),
    Probe("select count(*) from cases_case c, lateral app.case_looked_at(c.public_id::text)"),
    Probe("select app.next_reference('referral')"),
    Probe("select app.next_reference('case')"),
    Probe("select app.refresh_access(null)"),
    Probe("select count(*) from app.kept_apart(array(select p.id from people_pupil p))"),
    Probe("select count(*) from app.restricted_cases()"),
    Probe("select string_agg(l.name, ',' order by l.name) from app.safeguarding_leads() l"),
    Probe("select string_agg(a.about, ',' order by m.id, a.place) from cases_meeting m, lateral app.agenda_of(m.id) a"),
    Probe("select string_agg(app.begin_import(id)::text, '') from imports_import where uploaded_by_id = app.member()"),
    Probe("select string_agg(app.names_hidden(i.id)::text, ',' order by i.id) from cases_intervention i"),
    Probe(
        "select count(*) from app.minutes_by_post('2020-01-01', '2099-01-01', array['one_to_one'], array['one_to_one'],"
        " array['attended'])"
    ),
    Probe("select string_agg(app.agreement_standing(a.id), ',' order by a.id) from sharing_datasharingagreement a"),
    Probe(
        "select string_agg(concat(s.category, s.clause), ',' order by p.id, c.id, s.category) from sharing_partner p,"
        " cases_case c, lateral app.sharing_answers(p.id, c.pupil_id, 'support', array['identity', 'plan']) s"
    ),
    Probe("select string_agg(app.note_hold(n.id), ',' order by n.id) from cases_note n"),
    Probe(
        "select string_agg(concat(r.barred, o.outcome), ',' order by r.public_id) from app.restricted_cases() r,"
        " lateral app.break_glass('case', r.public_id, 'why') o"
    ),
    Probe(
        "select string_agg(o.outcome, ',' order by n.id) from cases_note n,"
        " lateral app.break_glass('note', n.public_id, 'why') o"
    ),
    Probe(
        "select string_agg(o.outcome, ',' order by d.id) from cases_document d,"
        " lateral app.break_glass('document', d.public_id, 'why') o"
    ),
    Probe("select string_agg(app.end_emergency(e.public_id)::text, ',' order by e.id) from cases_emergency e"),
    Probe("select count(*) from cases_emergency e, lateral app.looks_in_emergency(e.public_id)"),
    Probe("select string_agg(app.barred_from(c.id)::text, ',' order by c.id) from cases_case c"),
    Probe("select string_agg(app.may_mend_group(g.id)::text, ',' order by g.id) from cases_sessiongroup g"),
    Probe("select string_agg(app.may_mend_plan(p.id)::text, ',' order by p.id) from cases_plannedsession p"),
    Probe("select string_agg(app.may_mend_session(i.id)::text, ',' order by i.id) from cases_intervention i"),
    Probe("select string_agg((app.case_of_passport(p.id) = p.case_id)::text, ',' order by p.id) from cases_passport p"),
]


def function_probes(home: Realm) -> list[Probe]:
    """What the elevated functions give to the login without a context."""
    manager = home.people["manager"].pk
    return [
        Probe(f"select count(*) from app.memberships({manager})"),
        Probe("select count(*) from app.unclaimed_jobs(0, 100)"),
        Probe("select round(app.oldest_waiting_job()) is not null"),
        Probe("select count(*) from app.overdue_visits(0)"),
        Probe(f"select count(*) from app.invitation('{home.taskforce.slug}')"),
        Probe(f"select count(*) from app.calendar_feed('{home.rows[CalendarFeed].token_hash}')"),
        Probe(f"select app.enter_area({home.people['commissioner'].pk}, '384')"),
    ]


def acceptance(connection: psycopg.Connection, home: Realm) -> str:
    """What taking up an invitation makes: a membership, the specialist's account, the invitation used."""
    invited = home.people["invited"].pk
    with connection.cursor() as cursor:
        cursor.execute("savepoint viewer; set local session authorization tf_app")
        try:
            cursor.execute("select app.accept_invitation(%s, %s)", [home.taskforce.slug, invited])
            cursor.execute("reset session authorization")
            cursor.execute(
                "select (select count(*) from accounts_membership where user_id = %(p)s),"
                " (select count(*) from people_specialist where user_id = %(p)s),"
                " (select count(*) from accounts_invitation where accepted_at is not null),"
                " (select count(*) from audit_auditevent), (select count(*) from audit_auditdetail)",
                {"p": invited},
            )
            outcome = str(cursor.fetchone())
        except psycopg.Error as error:
            outcome = error.sqlstate or "?"
        cursor.execute("rollback to savepoint viewer; release savepoint viewer; reset session authorization")
    return outcome
