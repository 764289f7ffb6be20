"""What the schema itself must say, table by table: a new model that forgets it fails here with what to do."""

import pytest
from django.apps import apps
from django.db import connections

from apst.codelists import codes
from apst.tenancy.matrix import ACTIONS, HOLD_FOR
from apst.tenancy.state import DEFINER, FUNCTIONS, GLOBAL, tenant_models
from tests import clock

from . import probes


@pytest.fixture
def catalogue(transactional_db):
    """Ask the catalogue as a superuser: `catalogue(sql)` gives rows."""
    with probes.superuser() as connection:
        yield lambda sql, *params: connection.execute(sql, params).fetchall()


def test_every_table_is_either_a_taskforces_or_global_for_a_reason(catalogue):
    tables = {name for (name,) in catalogue("select tablename from pg_tables where schemaname = 'public'")}
    tenants = {m._meta.db_table for m in tenant_models()}

    assert tables == tenants | set(GLOBAL), (
        "List a global table with its reason in apst/tenancy/state.py, or make it a TenantModel."
    )
    assert not tenants & set(GLOBAL)


def test_every_table_of_a_taskforce_is_forced_floored_and_keyed(catalogue):
    for model in tenant_models():
        table = model._meta.db_table
        assert catalogue("select relrowsecurity, relforcerowsecurity from pg_class where relname = %s", table) == [
            (True, True)
        ], table
        floors = catalogue(
            "select permissive, cmd from pg_policies where tablename = %s and policyname = 'floor'", table
        )
        assert floors == [("RESTRICTIVE", "ALL")], table
        nullable = catalogue(
            "select is_nullable from information_schema.columns where table_name = %s and column_name = 'tenant_id'",
            table,
        )
        assert nullable == [("NO",)], table
        keys = catalogue(
            "select pg_get_constraintdef(oid) from pg_constraint where conrelid = %s::regclass and contype = 'u'", table
        )
        assert ("UNIQUE (tenant_id, id)",) in keys, f"{table}: Meta must inherit TenantModel.Meta's constraints"


def test_keys_between_rows_of_a_taskforce_carry_the_taskforce(catalogue):
    tenants = {m._meta.db_table for m in tenant_models()}
    keys = catalogue(
        "select conrelid::regclass::text, confrelid::regclass::text, pg_get_constraintdef(oid)"
        " from pg_constraint where contype = 'f'"
    )
    loose = [key for key in keys if key[0] in tenants and key[1] in tenants and "(tenant_id, " not in key[2]]
    assert loose == [], "Use TenantForeignKey."
    composite = {(a, d) for a, b, d in keys if "FOREIGN KEY (tenant_id, " in d}
    wanted = sum(1 for m in tenant_models() for f in m._meta.concrete_fields if type(f).__name__ == "TenantForeignKey")
    assert len(composite) == wanted


def test_unique_keys_of_a_taskforce_begin_with_it(catalogue):
    tenants = [m._meta.db_table for m in tenant_models()]
    rows = catalogue(
        "select i.indrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i"
        " where i.indisunique and not i.indisprimary and i.indrelid::regclass::text = any(%s)",
        tenants,
    )
    assert [row for row in rows if "(tenant_id" not in row[1]] == [], (
        "A unique key across taskforces tells that a row exists elsewhere."
    )


def test_no_view_and_no_partition_goes_round_the_policies(catalogue):
    assert (
        catalogue(
            "select relname from pg_class where relkind in ('v', 'm', 'p') and relnamespace = 'public'::regnamespace"
        )
        == []
    )


def test_elevated_functions_are_listed_with_a_fixed_path_and_not_for_everybody(catalogue):
    rows = catalogue(
        "select p.oid::regprocedure::text, p.proconfig, p.proowner::regrole::text,"
        " exists (select from aclexplode(p.proacl) a where a.grantee = 0) from pg_proc p"
        " where p.prosecdef and p.pronamespace::regnamespace::text in ('app', 'public')"
    )
    listed = {name.replace(" ", "").replace("int,int", "integer,integer") for name in FUNCTIONS}
    assert {name.replace(" ", "") for name, *_ in rows} == listed
    for name, config, owner, public in rows:
        # The tests' clock changes this path wherever it is `pg_catalog, public, app`, and nowhere else.
        assert config == [f"search_path={clock.PATH}, app"], name
        assert (owner, public) == ("tf_definer", False), name


def test_the_owner_belongs_to_nobody_and_nobody_bypasses_but_the_backup(catalogue):
    assert catalogue("select 1 from pg_auth_members where member = 'tf_owner'::regrole") == []
    assert catalogue("select rolname from pg_roles where rolbypassrls and not rolsuper and rolname like 'tf%%'") == [
        ("tf_backup",)
    ]
    members = catalogue("select member::regrole::text from pg_auth_members where roleid = 'tf_owner'::regrole")
    assert members == [("tf_migrator",)]


def test_each_model_declares_its_access_in_actions_of_the_matrix_and_its_category():
    for model in tenant_models():
        access = model.access
        for actions in (access.see, access.add, access.change, access.remove):
            assert set(actions or ()) <= {*ACTIONS, *HOLD_FOR}, model
        assert access.category is None or access.category in codes("data_categories"), model
        if access.pupil or access.case:
            assert access.category, f"{model.__name__} holds something of a pupil: say its data category in `access`"
        assert set(access.special) <= {f.column for f in model._meta.concrete_fields} | {
            f.name for f in model._meta.concrete_fields
        }


def test_the_definers_rights_name_tables_that_are_there():
    assert set(DEFINER) <= {m._meta.db_table for m in tenant_models()}
    assert {m._meta.db_table for m in apps.get_models() if m._meta.db_table in GLOBAL} <= set(GLOBAL)
    assert connections["default"].settings_dict["USER"] == "tf_app"
