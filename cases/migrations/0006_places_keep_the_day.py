"""A place keeps its session's day, in its key, so that a case's sessions are read off one index in their order."""

from django.db import migrations, models

import apst.tenancy.fields

COPY_DAYS = """
update cases_interventionplace p set held_on = i.held_on
  from cases_intervention i where i.tenant_id = p.tenant_id and i.id = p.intervention_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_stages_papers_and_public_team"),
    ]

    operations = [
        migrations.AddField(
            model_name="interventionplace",
            name="held_on",
            field=models.DateField(null=True),
        ),
        migrations.RunSQL(COPY_DAYS, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="interventionplace",
            name="held_on",
            field=models.DateField(),
        ),
        migrations.RemoveIndex(
            model_name="intervention",
            name="cases_intervention_day",
        ),
        migrations.AddConstraint(
            model_name="intervention",
            constraint=models.UniqueConstraint(
                fields=("tenant", "held_on", "id"),
                include=("minutes", "activity_type", "location", "out_of_school_hours"),
                name="cases_intervention_day",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="interventionplace",
            name="cases_interventionplace_intervention_key",
        ),
        migrations.AddConstraint(
            model_name="interventionplace",
            constraint=apst.tenancy.fields.TenantKey(
                field="intervention", keeping=("held_on",), name="cases_interventionplace_intervention_key"
            ),
        ),
        migrations.RemoveIndex(
            model_name="interventionplace",
            name="cases_place_case",
        ),
        migrations.AddIndex(
            model_name="interventionplace",
            index=models.Index(fields=["tenant", "case", "-held_on", "-intervention"], name="cases_place_case"),
        ),
    ]
