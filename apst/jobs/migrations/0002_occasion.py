from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Occasion",
            fields=[
                ("kind", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("last", models.DateField()),
            ],
        ),
    ]
