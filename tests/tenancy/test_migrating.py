"""A step of a migration builds again only the models that it made stale; what is built is whole all the same."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from apst.tenancy.migrating import only_stale_models_built_again


def test_after_all_migrations_no_model_points_to_one_that_is_gone(db):
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    state = executor._create_project_state()
    assert state.apps.get_models() is not None  # from now on every step builds models

    with only_stale_models_built_again():
        for migration, _ in plan:
            migration.mutate_state(state, preserve=False)

    pointing = [
        (field, field.related_model)
        for model in state.apps.get_models()
        for field in model._meta.local_fields
        if field.is_relation
    ]
    assert len(pointing) > 400
    assert [str(field) for field, to in pointing if to is not state.apps.get_model(to._meta.label)] == []
