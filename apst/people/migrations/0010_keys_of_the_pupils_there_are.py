from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from apst.people.names import parts_of

BATCH = 2000


def write_keys(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    pupils: Any = apps.get_model("people", "Pupil")._default_manager.using(schema_editor.connection.alias)
    key_model: Any = apps.get_model("people", "PupilNameKey")
    rows = []
    for pupil in pupils.only("tenant_id", "surname", "forename", "preferred_name").iterator(BATCH):
        for kind, texts in (("current", (pupil.surname, pupil.forename)), ("preferred", (pupil.preferred_name,))):
            rows += [
                key_model(tenant_id=pupil.tenant_id, pupil_id=pupil.pk, kind=kind, key=key, sound=sound)
                for key, sound in parts_of(*texts).items()
            ]
    key_model._default_manager.using(schema_editor.connection.alias).bulk_create(rows, batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("people", "0009_former_names_and_name_keys")]

    operations = [migrations.RunPython(write_keys, migrations.RunPython.noop)]
