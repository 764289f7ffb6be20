"""England's local authorities, from the DfE's list."""

import csv
from pathlib import Path
from typing import Any

from django.db import migrations

LIST = Path(__file__).parents[2] / "codelists" / "la_codes.tsv"


def load(apps: Any, schema_editor: Any) -> None:
    authority = apps.get_model("tenancy", "LocalAuthority")
    with LIST.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        authority.objects.using(schema_editor.connection.alias).bulk_create(
            authority(code=row["la_code"], name=row["la_name"], gss_code=row["gss_code"], region=row["region"])
            for row in rows
        )


class Migration(migrations.Migration):
    dependencies = (("tenancy", "0001_initial"),)
    operations = (migrations.RunPython(load, migrations.RunPython.noop),)
