"""Policies, grants, triggers and functions: derived state, made from the code by `migrate`, never history.

`statements()` gives the whole state as SQL; `apply()` runs it in one transaction when its hash has changed. The
mutation tests take the same list apart.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from .access import Access, on_table
from .fields import TenantForeignKey
from .matrix import HOLD_FOR, MATRIX
from .models import TenantModel

SQL: Final = Path(__file__).parent / "sql"
SCOPES: Final = ("s_member", "s_granted", "s_guest", "s_area", "s_system")

# Tables of no taskforce: why, and who may do what with them. Everything else is refused.
GLOBAL: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "tenancy_localauthority": (
        "the DfE's list",
        {"tf_app": "select", **dict.fromkeys(SCOPES, "select"), "tf_definer": "select"},
    ),
    "tenancy_trust": (
        "directory",
        {"tf_app": "select, insert, update", **dict.fromkeys(SCOPES, "select"), "tf_definer": "select"},
    ),
    "tenancy_taskforce": (
        "directory of taskforces; a member reads and changes only its own",
        {
            "tf_app": "select, insert",
            "s_member": "select, update"
            " (name, urn, began_on, opening_on, opening_pupils, opening_minutes, holds_cases, decides,"
            " full_week_minutes, counts_travel, safeguarding_system, safeguarding_link, confirm_within_days)",
            "s_granted": "select",
            "s_guest": "select",
            "s_area": "select (id, public_id, slug, name, local_authority_id, trust_id, urn, began_on)",
            "s_system": "select, update",
            "tf_definer": "select",
        },
    ),
    "accounts_user": ("sign-in; no scope role reads it", {"tf_app": "select, insert, update", "tf_definer": "select"}),
    "accounts_areamembership": (
        "commissioners, trust leads, operators",
        {"tf_app": "select, insert, update", "tf_definer": "select"},
    ),
    "accounts_securityevent": ("acts of no taskforce, such as signing in", {"tf_app": "select, insert"}),
    "account_emailaddress": ("sign-in", {"tf_app": "select, insert, update, delete"}),
    "account_emailconfirmation": ("sign-in", {"tf_app": "select, insert, update, delete"}),
    "django_session": ("sign-in", {"tf_app": "select, insert, update, delete"}),
    "django_content_type": (
        "Django's own",
        {"tf_app": "select", **dict.fromkeys(SCOPES, "select"), "tf_definer": "select"},
    ),
    "auth_permission": (
        "Django's own",
        {"tf_app": "select", **dict.fromkeys(SCOPES, "select"), "tf_definer": "select"},
    ),
    "auth_group": ("Django's own, unused", {}),
    "auth_group_permissions": ("Django's own, unused", {}),
    "accounts_user_groups": ("Django's own, unused", {}),
    "accounts_user_user_permissions": ("Django's own, unused", {}),
    "guardian_userobjectpermission": ("guardian's generic table: revoked", {}),
    "guardian_groupobjectpermission": ("guardian's generic table: revoked", {}),
    "django_migrations": ("readiness asks it", {"tf_app": "select"}),
    "jobs_heartbeat": ("the workers' sign of life", {"tf_app": "select, insert, update"}),
    "jobs_occasion": ("what the scheduler has asked for", {"tf_app": "select, insert, update"}),
}

# What the elevated functions need of the taskforces' own tables.
DEFINER: Final[dict[str, str]] = {
    "accounts_membership": "select, insert, update",
    "accounts_invitation": "select, update",
    "places_calendarentry": "select",
    "cases_case": "select",
    "referrals_referral": "select",
    "cases_caseaccess": "select, insert, update, delete",
    "cases_casemember": "select",
    "cases_meetingitem": "select",
    "cases_note": "select",
    "cases_noteaccess": "select, insert, update",
    "cases_document": "select",
    "cases_documentaccess": "select, insert, update",
    "cases_emergency": "select, insert, update",
    "cases_emergencybar": "select",
    "cases_intervention": "select",
    "cases_interventionplace": "select",
    "cases_keepapart": "select",
    "cases_interventionspecialist": "select",
    "cases_passport": "select",
    "cases_sessiongroup": "select",
    "cases_sessiongroupspecialist": "select",
    "cases_plannedsession": "select",
    "cases_plannedspecialist": "select",
    "sharing_guest": "select, update",
    "sharing_sharedcase": "select",
    "sharing_datasharingagreement": "select",
    "sharing_agreementcategory": "select",
    "sharing_agreementsignature": "select",
    "sharing_agreementextension": "select",
    "sharing_agreementending": "select",
    "tenancy_referencecounter": "select, insert, update",
    "people_pupil": "select",
    "people_specialist": "select, update",
    "people_post": "select",
    "people_postsite": "select",
    "people_lonevisit": "select",
    "jobs_job": "select, update",
    "notices_calendarfeed": "select",
    "imports_import": "select",
    "audit_auditevent": "select, insert, update (seal_number, chain_hash)",
    "audit_accessentry": "select, insert, update (seal_number, chain_hash)",
    "audit_accessentrypupil": "select, insert",
    "audit_auditdetail": "insert",
}
FUNCTIONS: Final = {
    "app.enter(bigint, bigint)": ("tf_app",),
    "app.enter_system(bigint)": ("tf_app",),
    "app.enter_area(bigint, text)": ("tf_app",),
    "app.memberships(bigint)": ("tf_app", *SCOPES),
    "app.lapsed_memberships(bigint)": ("tf_app",),
    "app.review_of(bigint, date)": ("tf_definer",),
    "app.has_lapsed(bigint, bigint)": ("tf_definer",),
    "app.access_review()": ("s_member", "s_granted", "s_system"),
    "app.confirm_access(bigint[])": ("s_member", "s_system"),
    "app.unclaimed_jobs(int, int)": ("tf_app",),
    "app.oldest_waiting_job()": ("tf_app",),
    "app.overdue_visits(integer)": ("tf_app",),
    "app.invitation(text)": ("tf_app",),
    "app.calendar_feed(text)": ("tf_app",),
    "app.accept_invitation(text, bigint)": ("tf_app",),
    "app.begin_import(bigint)": ("s_member",),
    "app.access_by_rule(bigint)": ("s_system", "tf_definer"),
    "app.refresh_access(bigint)": ("s_member", "s_granted", "s_system"),
    "app.next_reference(text)": ("s_member", "s_granted", "s_system"),
    "app.agenda_of(bigint)": ("s_member", "s_granted"),
    "app.restricted_cases()": ("s_member", "s_granted", "s_system", "tf_definer"),
    "app.holds_left_alone(bigint, date, boolean)": ("s_member", "s_system"),
    "app.restricted_of_post(bigint)": ("s_member", "s_system"),
    "app.minutes_by_post(date, date, text[], text[], text[])": ("s_member", "s_granted", "s_system"),
    "app.cases_by_post()": ("s_member", "s_granted", "s_system"),
    "app.agreement_standing(bigint)": ("s_member", "s_granted", "s_guest", "s_system"),
    "app.sharing_answers(bigint, bigint, text, text[])": ("s_member", "s_granted", "s_system"),
    "app.standing_of(bigint, bigint)": ("tf_definer",),
    "app.names_hidden(bigint)": ("s_member", "s_granted"),
    "app.names_emergency(bigint)": ("s_member", "s_granted", "tf_definer"),
    "app.may_mend_session(bigint)": ("s_member", "s_granted"),
    "app.may_leave_session(bigint)": ("s_member", "s_granted"),
    "app.may_mend_group(bigint)": ("s_member", "s_granted"),
    "app.may_mend_plan(bigint)": ("s_member", "s_granted"),
    "app.note_hold(bigint)": ("s_member", "s_granted"),
    "app.break_glass(text, uuid, text)": ("s_member", "s_granted"),
    "app.end_emergency(uuid)": ("s_member", "s_granted"),
    "app.looks_in_emergency(uuid)": ("s_member", "s_granted"),
    "app.barred_from(bigint)": ("s_member", "s_granted", "tf_definer"),
    "app.reaches_case(bigint)": ("tf_definer",),
    "app.permission(text)": ("tf_definer",),
    "app.safeguarding_leads()": ("s_member", "s_granted", "s_guest"),
    "app.kept_apart(bigint[])": ("s_member", "s_granted", "s_system"),
    "app.may_open_case(bigint, bigint)": ("s_granted",),
    "app.case_of_passport(bigint)": ("s_member", "s_granted"),
    "app.seal_audit()": ("s_system",),
    "app.case_looked_at(text)": ("s_member",),
    "app.odd_looks(bigint[], integer, integer, integer, integer, integer)": ("s_member",),
    "app.audit()": ("tf_owner",),
}


def tenant_models() -> list[Any]:
    """Give every concrete model that belongs to a taskforce."""
    return sorted(
        (m for m in apps.get_models() if issubclass(m, TenantModel) and not m._meta.proxy),
        key=lambda m: str(m._meta.db_table),
    )


# Which roles may find themselves in which scope (see app.enter): a right that none of them can use is not granted.
SCOPE_ROLES: Final = {
    "s_member": ("manager", "specialist", "dsl", "slt", "ig_lead", "coordinator"),
    "s_granted": ("specialist", "school_staff"),
    "s_guest": ("partner",),
}


def _usable(scope: str, actions: tuple[str, ...] | None) -> bool:
    """True where some role of the scope has one of the actions; () is every member's."""
    if actions is None:
        return False
    cells = (MATRIX.get((HOLD_FOR.get(action, action), role)) for action in actions for role in SCOPE_ROLES[scope])
    return not actions or any(cell is not None and cell.condition != "request" for cell in cells)


def _grants_write(access: Access) -> bool:
    """True where those who see single cases may write at all."""
    return bool(access.granted or access.granted_writes) and access.granted_writes != "false"


def _may(actions: tuple[str, ...] | None) -> str:
    if not actions:
        return "true"
    return "(select app.may({}))".format(", ".join(f"'{a}'" for a in actions))


def _all(*clauses: str | None) -> str:
    kept = [c for c in clauses if c and c != "true"]
    return " and ".join(f"({c})" for c in kept) or "true"


def _sees(access: Access) -> str:
    may = _may(access.see)
    return f"{may} or ({access.see_else})" if access.see_else else may


Under = tuple[str, str, Access]


def header_of(model: Any) -> Under | None:
    """Give what rows without a case or pupil of their own hang on: their column, its table and that table's access.

    None where there is nothing of a case; a grant's policy asks the same itself, as it may not come round to itself.
    """
    if model.access.case or model.access.pupil or hasattr(model, "content_object"):
        return None
    for f in model._meta.concrete_fields:
        if isinstance(f, TenantForeignKey):
            above: Access = f.related_model.access  # type: ignore[attr-defined]  # a tenant model
            if (above.case or above.pupil) and not f.null:
                return f.column, f.related_model._meta.db_table, above
    return None


def _in_emergency(access: Access) -> str:
    """Give the clause that is true for rows of a case that the person opened in an emergency."""
    return " or ".join(
        f"({column} = any((select app.{which}())::bigint[])) is true"
        for column, which in ((access.case, "emergency"), (access.pupil, "emergency_pupils"))
        if column
    )


def _unless_emergency(table: str, access: Access, under: Under | None) -> str | None:
    """Give the clause that keeps what was opened in an emergency from being changed; None where there is none."""
    if access.case or access.pupil:
        return f"not ({_in_emergency(access)})"
    if under is None:
        return None
    column, header, above = under
    return (
        "(select cardinality(app.emergency())) = 0 or not exists"  # noqa: S608 - models' own names
        f" (select from {header} where {header}.id = {table}.{column} and ({_in_emergency(above)}) offset 0)"
    )


def _table_policies(table: str, access: Access, under: Under | None = None) -> Iterator[str]:
    granted = on_table(access.granted, table) if access.granted else None
    granted_write = on_table(access.granted_writes or access.granted or "", table) or None
    hidden = _all(
        f"({access.case} = any((select app.hidden())::bigint[])) is not true" if access.case else None,
        f"({access.pupil} = any((select app.hidden_pupils())::bigint[])) is not true" if access.pupil else None,
    )
    # Bare, not in a subselect: so the planner knows whose rows it will be and how many, and joins know that all tables
    # share one taskforce. In a subselect it takes every taskforce for one of average size (`./run bench`: ten times
    # slower in a large one).
    floor = "tenant_id = app.tenant()"
    yield (
        f"create policy floor on {table} as restrictive to s_member, s_granted, s_guest, s_system"
        f" using ({floor}) with check ({floor})"
    )
    yield f"create policy migrate on {table} to tf_owner using ({_MIGRATOR}) with check ({_MIGRATOR})"
    yield f"create policy system on {table} to s_system using (true) with check (true)"
    unless_emergency = None if access.emergency else _unless_emergency(table, access, under)
    writes = (
        ("insert", "add", access.add, access.own),
        ("update", "change", access.change, access.change_own or access.own),
        ("delete", "remove", access.remove, access.change_own or access.own),
    )
    if access.see_where != "false":  # nobody but the system reads it
        seen = _all(_sees(access), access.see_where, hidden)
        yield f"create policy member_see on {table} for select to s_member using ({seen})"
    if granted and _usable("s_granted", access.see):
        seen = _all(_sees(access), granted, hidden)
        yield f"create policy granted_see on {table} for select to s_granted using ({seen})"
    if access.guest_reads and _usable("s_guest", access.see):
        seen = on_table(_all(_may(access.see), access.guest_reads), table)
        yield f"create policy guest_see on {table} for select to s_guest using ({seen})"
    if access.guest_writes:
        added = on_table(access.guest_writes, table)
        yield f"create policy guest_add on {table} for insert to s_guest with check ({added})"
    for command, name, actions, own in writes:
        # A statement without a condition never asks the policy of reads: so whoever sees single cases changes only what
        # they see.
        reached = granted_write if command == "insert" else granted or granted_write
        for scope, clause in (("member", hidden), ("granted", _all(reached, hidden) if reached else None)):
            if not _usable(f"s_{scope}", actions) or (scope == "granted" and not _grants_write(access)):
                continue
            condition = _all(_may(actions), own, clause, unless_emergency)
            after = _all(_may(actions), access.change_to, clause, unless_emergency) if access.change_to else condition
            body = {
                "insert": f"with check ({condition})",
                "update": f"using ({condition}) with check ({after})",
                "delete": f"using ({condition})",
            }[command]
            yield f"create policy {scope}_{name} on {table} for {command} to s_{scope} {body}"
    if table in DEFINER:
        yield f"create policy definer on {table} to tf_definer using (true) with check (true)"


def table_statements(table: str, access: Access, under: Under | None = None) -> Iterator[str]:
    """Give row-level security, policies, grants and the audit trigger of one table."""
    yield f"alter table {table} enable row level security"
    yield f"alter table {table} force row level security"
    yield from _table_policies(table, access, under)
    verbs = {"insert": access.add, "update": access.change, "delete": access.remove}
    for scope in ("s_member", "s_granted"):
        rights = [
            # Where no policy lets a row through there is none, which a page answers like any row that is not there.
            "select",
            *(
                verb
                for verb, actions in verbs.items()
                if _usable(scope, actions) and (scope == "s_member" or _grants_write(access))
            ),
        ]
        yield f"grant {', '.join(rights)} on {table} to {scope}"
    guest = (["select"] if access.guest_reads else []) + (["insert"] if access.guest_writes else [])
    if guest:
        yield f"grant {', '.join(guest)} on {table} to s_guest"
    system = access.system or ("select, insert" if access.append_only else "select, insert, update, delete")
    yield f"grant {system} on {table} to s_system"
    if table in DEFINER:
        yield f"grant {DEFINER[table]} on {table} to tf_definer"
    if access.audited:
        columns = f"'{access.case or ''}', '{access.pupil or ''}'"
        for command, tables in (("insert", "new table as new_rows"), ("delete", "old table as old_rows"),
                                ("update", "old table as old_rows new table as new_rows")):  # fmt: skip
            yield (
                f"create trigger audit_{command} after {command} on {table} referencing {tables}"
                f" for each statement execute function app.audit({columns})"
            )


_CLEAR = """
do $$
declare r record;
begin
  for r in select policyname, tablename from pg_policies where schemaname = 'public' loop
    execute format('drop policy %I on public.%I', r.policyname, r.tablename);
  end loop;
  for r in select t.tgname, c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid
           where not t.tgisinternal and t.tgname like 'audit\\_%' loop
    execute format('drop trigger %I on public.%I', r.tgname, r.relname);
  end loop;
  -- `create or replace` keeps a function's old parameters; the two behind the columns' default stay.
  for r in select p.oid::regprocedure as name from pg_proc p
           where p.pronamespace = 'app'::regnamespace and p.proname not in ('tenant', 'no_tenant') loop
    execute format('drop function %s', r.name);
  end loop;
end $$
"""
ROLES: Final = ("tf_app", *SCOPES, "tf_definer")
_MIGRATOR: Final = "session_user = 'tf_migrator'"


def statements() -> Iterator[str]:
    """Give the whole derived state, in order, to be run by the migrator as tf_owner."""
    everyone = ", ".join(ROLES)
    yield "create schema if not exists app"
    yield "create table if not exists app.state (hash text not null)"
    yield (
        "create table if not exists app.matrix"
        " (action text, role text, reach text, condition text, primary key (action, role))"
    )
    yield (
        "create table if not exists app.role_actions"
        " (role text, decides boolean, actions text not null, primary key (role, decides))"
    )
    yield "create table if not exists app.tables (name text primary key, see text[] not null)"
    yield _CLEAR
    yield f"revoke all on all tables in schema public from public, {everyone}"
    yield f"revoke all on all tables in schema app from public, {everyone}"
    yield f"revoke all on all sequences in schema public from public, {everyone}"
    yield f"grant usage on schema app to {everyone}"
    yield f"grant usage on schema public to {everyone}"
    yield "grant create on schema app to tf_definer"
    yield f"grant select on app.matrix, app.role_actions, app.tables to {everyone}"
    yield "delete from app.matrix"
    for cell in MATRIX.values():
        values = f"'{cell.action}', '{cell.role}', '{cell.reach}', '{cell.condition}'"
        yield f"insert into app.matrix values ({values})"  # noqa: S608 - constants of matrix.py
    # What app.enter gives a person, made once: by role, and by whether this person takes the taskforce's decisions.
    yield "delete from app.role_actions"
    yield (
        "insert into app.role_actions select x.role, d, jsonb_object_agg(x.action, trim(x.reach || ' ' || x.condition))"
        " from app.matrix x, (values (true), (false)) as v (d)"
        " where x.condition <> 'request' and (x.condition <> 'decides' or d) group by 1, 2"
    )
    yield "delete from app.tables"
    for model in tenant_models():
        if not model.access.history:
            continue
        see = ", ".join(f"'{action}'" for action in model.access.see)
        table = model._meta.db_table
        yield f"insert into app.tables values ('{table}', array[{see}]::text[])"  # noqa: S608 - a model's own names
    yield (SQL / "context.sql").read_text()
    yield "set local role tf_definer"
    yield (SQL / "definer.sql").read_text()
    for function, callers in FUNCTIONS.items():
        yield f"revoke all on function {function} from public"
        yield f"grant execute on function {function} to {', '.join(callers)}"
    yield "set local role tf_owner"
    for table, (_, privileges) in GLOBAL.items():
        for role, verbs in privileges.items():
            yield f"grant {verbs} on {table} to {role}"
    own = "id = (select app.tenant())"
    yield "alter table tenancy_taskforce enable row level security"
    yield "alter table tenancy_taskforce force row level security"
    # Whoever is inside a taskforce reads that one; what another holds (its opening balances) is not theirs to know.
    yield "create policy directory on tenancy_taskforce for select to tf_app, tf_definer, s_area using (true)"
    yield f"create policy own on tenancy_taskforce for select to s_member, s_granted, s_guest, s_system using ({own})"
    yield "create policy make on tenancy_taskforce for insert to tf_app with check (true)"
    yield (
        "create policy change on tenancy_taskforce for update to s_member"
        f" using ({own} and (select app.may('settings.change'))) with check ({own})"
    )
    yield f"create policy system on tenancy_taskforce for update to s_system using ({own}) with check ({own})"
    yield f"create policy migrate on tenancy_taskforce to tf_owner using ({_MIGRATOR}) with check ({_MIGRATOR})"
    for model in tenant_models():
        yield from table_statements(model._meta.db_table, model.access, header_of(model))
    yield "grant usage on sequence audit_auditevent_id_seq to tf_definer"
    yield "grant usage on sequence audit_accessentry_id_seq to tf_definer"
    yield "grant usage on sequence audit_accessentry_id_seq to s_member, s_granted, s_guest, s_system"
    yield "grant select on all tables in schema public to tf_backup"
    yield "grant usage on schema public to tf_backup"


def state_hash() -> str:
    """Give the hash of the whole state, which `app.state` remembers."""
    return hashlib.sha256("\n".join(statements()).encode()).hexdigest()


def apply(connection: BaseDatabaseWrapper) -> bool:
    """Bring the database to the code's state in one transaction; False where it is there already."""
    wanted = state_hash()
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("select to_regclass('app.state') is not null")
        if cursor.fetchone()[0]:
            cursor.execute("select hash from app.state")
            if cursor.fetchone() == (wanted,):
                return False
        for statement in statements():
            cursor.execute(statement)
        cursor.execute(
            "do $$ begin execute format("
            "'grant temporary on database %I to tf_app, s_member, s_granted, s_system', current_database()); end $$"
        )
        cursor.execute("delete from app.state")
        cursor.execute("insert into app.state values (%s)", [wanted])
    return True
