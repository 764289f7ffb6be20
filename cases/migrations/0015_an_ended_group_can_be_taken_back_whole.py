"""The end of a group says what it cut short, so that taking it back brings back weeks and shares of passports."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0014_a_safety_plan_may_be_withdrawn"),
    ]

    operations = [
        migrations.AddField(
            model_name="sessiongroup",
            name="ended_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="when it was ended, and its weeks taken out"
            ),
        ),
        migrations.AddField(
            model_name="passportaccess",
            name="ran_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="until when it ran before its group ended"),
        ),
    ]
