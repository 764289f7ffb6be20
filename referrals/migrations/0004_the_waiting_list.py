import django.db.models.deletion
import django.db.models.functions.datetime
import uuid6
from django.db import migrations, models

import apst.tenancy.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_membership_version"),
        ("referrals", "0003_references_are_counted_in_one_place"),
        ("tenancy", "0006_the_schools_safeguarding_system"),
    ]

    operations = [
        migrations.CreateModel(
            name="WaitingPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid6.uuid7, editable=False)),
                ("priority", models.PositiveSmallIntegerField(choices=[(1, "Urgent"), (2, "Soon"), (3, "Routine")])),
                ("why", models.CharField(max_length=300, verbose_name="why this priority")),
                ("meanwhile", models.CharField(max_length=300, verbose_name="what is offered meanwhile")),
                ("review_on", models.DateField()),
                ("placed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "placed_by",
                    apst.tenancy.fields.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "referral",
                    apst.tenancy.fields.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waiting_places",
                        to="referrals.referral",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_default=apst.tenancy.fields.CurrentTenant(),
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.taskforce",
                    ),
                ),
            ],
            options={
                "ordering": ("-placed_at", "-id"),
                "abstract": False,
                "indexes": [models.Index(fields=["tenant", "referral", "-id"], name="referrals_waitingplace_last")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "id"), name="referrals_waitingplace_tenant"),
                    models.UniqueConstraint(fields=("tenant", "public_id"), name="referrals_waitingplace_public"),
                    apst.tenancy.fields.TenantKey(field="referral", name="referrals_waitingplace_referral_key"),
                    apst.tenancy.fields.TenantKey(field="placed_by", name="referrals_waitingplace_placed_by_key"),
                ],
            },
        ),
    ]
