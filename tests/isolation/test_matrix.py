"""Every cell of the matrix is tried in the database: what a role may, it does; what it may not is refused there."""

import pytest

from apst.accounts.models import Membership
from apst.tenancy.context import acting_as_system, acting_for
from apst.tenancy.matrix import ACTIONS, HOLD_FOR, TASKFORCE_ROLES, cell
from apst.tenancy.state import tenant_models

from . import probes
from .world import make_realm

WHOLE = ("manager", "specialist", "dsl", "slt", "ig_lead", "coordinator")


@pytest.mark.parametrize("role", TASKFORCE_ROLES)
def test_the_database_gives_exactly_the_actions_of_the_role(db, role):
    home = make_realm("home")
    with acting_for(home.taskforce, home.people[role]) as member:
        for action in ACTIONS:
            wanted = cell(action, role)
            if wanted and wanted.condition == "request":
                wanted = None  # until a subject access request gives its own grant
            assert member.reach(action) == (wanted.reach if wanted else ""), action
            assert member.condition(action) == (wanted.condition if wanted else ""), action


def test_who_decides_follows_the_taskforces_way_of_deciding(db):
    home = make_realm("home")
    specialist = home.people["specialist"]
    with acting_for(home.taskforce, specialist) as member:
        assert member.may("referral.triage")
    with acting_as_system(home.taskforce):
        Membership.objects.filter(user=specialist).update(may_decide=False)
    with acting_for(home.taskforce, specialist) as member:
        assert not member.may("referral.triage")


def test_each_role_reads_and_writes_the_tables_that_its_actions_open(realms):
    home, away = realms
    wrong = []
    with probes.superuser() as connection:
        for model in tenant_models():
            row, access, table = home.rows.get(model), model.access, model._meta.db_table
            if row is None:
                continue
            asked = probes.table_probes(connection, model, home, away)
            for viewer in probes.viewers(home, away):
                if viewer.name not in WHOLE:
                    continue
                found = dict(probes.answers_of(connection, asked, viewer))

                def may(actions, role=viewer.name):
                    return not actions or any(
                        (c := cell(a, role)) is not None and c.condition != "request"
                        for a in actions
                        if a not in HOLD_FOR
                    )

                outcome = found[viewer.name, probes.Probe(f"select count(*) from {table} where id = {row.pk}")]
                if not access.see_where:
                    expected = "rows 1" if may(access.see) else ("rows 0", "refused")
                    if outcome not in expected if isinstance(expected, tuple) else outcome != expected:
                        wrong.append((viewer.name, table, "see", outcome))
                change = found[
                    viewer.name, probes.Probe(f"update {table} set tenant_id = tenant_id where id = {row.pk}")
                ]
                allowed = access.change is not None and may(access.change) and may(access.see)
                if not allowed and change == "rows 1":
                    wrong.append((viewer.name, table, "change", change))
                if allowed and not (access.own or access.change_own or access.see_where) and change != "rows 1":
                    wrong.append((viewer.name, table, "change", change))
    assert wrong == []


def test_the_restricted_pupil_is_in_no_table_of_anybody_who_holds_nothing(realms):
    home, _ = realms
    with probes.superuser() as connection:
        for model in tenant_models():
            row, access = home.restricted.get(model), model.access
            if row is None or not (access.pupil or access.case):
                continue
            probe = probes.Probe(f"select count(*) from {model._meta.db_table} where id = {row.pk}")
            for viewer in probes.viewers(home, home):
                if viewer.name in ("system", "restricted bystander"):
                    continue
                outcome = dict(probes.answers_of(connection, [probe], viewer))[viewer.name, probe]
                assert outcome in ("rows 0", "refused"), (viewer.name, model)
