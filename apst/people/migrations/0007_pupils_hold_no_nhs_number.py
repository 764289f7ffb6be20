from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0006_nhs_numbers_lie_apart")]

    operations = [migrations.RemoveField(model_name="pupil", name="nhs_number")]
