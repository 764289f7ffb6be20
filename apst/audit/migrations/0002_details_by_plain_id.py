"""A detail names its event by plain id: the trigger writes both, and a key would be checked once a row of every import."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("audit", "0001_initial"),)
    operations = (
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "alter table audit_auditdetail drop constraint audit_auditdetail_event_key", migrations.RunSQL.noop
                )
            ],
            state_operations=[
                migrations.RemoveConstraint("auditdetail", "audit_auditdetail_event_key"),
                migrations.RemoveIndex("auditdetail", "audit_detail_event"),
                migrations.RemoveField("auditdetail", "event"),
                migrations.AddField("auditdetail", "event_id", models.BigIntegerField(), preserve_default=False),
                migrations.AddIndex(
                    "auditdetail", models.Index(fields=["tenant", "event_id"], name="audit_detail_event")
                ),
            ],
        ),
    )
