from django.db import migrations

COPY = """
insert into people_postterms (tenant_id, post_id, agreement, annual_cost_pounds, notes)
select tenant_id, id, '', annual_cost_pounds, '' from people_post where annual_cost_pounds is not null
"""


class Migration(migrations.Migration):
    """What a post costs moves to where only the manager reads it."""

    dependencies = [("people", "0003_the_workforce")]

    operations = [migrations.RunSQL(COPY, migrations.RunSQL.noop)]
