from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0004_costs_lie_in_the_terms")]

    operations = [migrations.RemoveField(model_name="post", name="annual_cost_pounds")]
