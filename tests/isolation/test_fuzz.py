"""Every table, every viewer, every verb: nobody reads, counts, writes, moves or points at a row of another taskforce.

A table of which nobody can see their own row proves nothing, so each has a positive control.
"""

from apst.tenancy.state import tenant_models

from . import probes


def test_nobody_reaches_another_taskforce(realms):
    home, away = realms
    leaks, vacuous = [], []
    with probes.superuser() as connection:
        for model in tenant_models():
            asked = probes.table_probes(connection, model, home, away)
            found = probes.answers(connection, asked, probes.viewers(home, away))
            leaks += [(viewer, p.statement, answer) for (viewer, p), answer in found.items() if p.leaks(answer)]
            leaks += [
                (v, p.statement, a)
                for (v, p), a in found.items()
                if v in ("nobody", "area") and p is not probes.STATE and a != "refused"
            ]
            if found["system", asked[1]] in ("refused", "rows 0"):
                vacuous.append(model._meta.label)
    assert leaks == []
    assert vacuous == [], "Nothing was there to leak: teach tests/isolation/world.py to make a row."


def test_the_owner_sees_rows_in_a_migration_only(realms):
    with probes.superuser() as connection:
        for model in tenant_models():
            found = {viewer: answer for (viewer, _), answer in probes.owner_answers(connection, model).items()}
            assert found["owner"] == "rows 0", model
            assert found["migrator"] not in ("rows 0", "refused"), model
