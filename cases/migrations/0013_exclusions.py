import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid6
from django.db import migrations, models

import apst.tenancy.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_membership_version"),
        ("cases", "0012_assessments_consent_and_onward_help"),
        ("people", "0010_keys_of_the_pupils_there_are"),
        ("places", "0001_initial"),
        ("tenancy", "0006_the_schools_safeguarding_system"),
    ]

    operations = [
        migrations.AlterField(
            model_name="onwardreferral",
            name="service",
            field=models.CharField(
                choices=[
                    ("camhs", "Child and adolescent mental health (CAMHS)"),
                    ("ehc_assessment", "EHC needs assessment"),
                    ("early_help", "Early help"),
                    ("speech_language", "Speech and language therapy"),
                    ("safe", "SAFE taskforce"),
                    ("fair_access", "Fair Access panel"),
                    ("other", "Another service"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="Exclusion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid6.uuid7, editable=False)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("SUSP", "Suspension"),
                            ("PERM", "Permanent exclusion"),
                            ("LNCH", "Lunchtime suspension"),
                        ],
                        max_length=4,
                    ),
                ),
                ("starts_on", models.DateField()),
                (
                    "start_session",
                    models.CharField(
                        choices=[
                            ("am", "From the morning"),
                            ("pm", "From the afternoon"),
                            ("part_way", "Part-way through a session"),
                        ],
                        default="am",
                        max_length=8,
                    ),
                ),
                ("sessions", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="half-days")),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("PP", "Physical assault against a pupil"),
                                ("PA", "Physical assault against an adult"),
                                ("VP", "Verbal abuse or threat against a pupil"),
                                ("VA", "Verbal abuse or threat against an adult"),
                                ("OW", "Use or threat of an offensive weapon or prohibited item"),
                                ("BU", "Bullying"),
                                ("RA", "Racist abuse"),
                                ("LG", "Abuse relating to sexual orientation or gender identity"),
                                ("DS", "Abuse relating to disability"),
                                ("SM", "Sexual misconduct"),
                                ("DA", "Drug and alcohol related"),
                                ("DM", "Damage"),
                                ("TH", "Theft"),
                                ("DB", "Persistent or general disruptive behaviour"),
                                ("MT", "Inappropriate use of social media or online technology"),
                                ("PH", "Wilful and repeated breach of public-health measures"),
                            ],
                            max_length=2,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "education_from",
                    models.DateField(blank=True, null=True, verbose_name="full-time education began on"),
                ),
                (
                    "exams_over_on",
                    models.DateField(blank=True, null=True, verbose_name="every exam taken or missed by"),
                ),
                (
                    "ehc_fewer_hours",
                    models.BooleanField(
                        default=False, verbose_name="the EHC plan names fewer hours, which the authority provides"
                    ),
                ),
                ("written_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("struck_at", models.DateTimeField(blank=True, null=True)),
                ("submission_key", models.UUIDField(blank=True, editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "pupil",
                    apst.tenancy.fields.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exclusions",
                        to="people.pupil",
                    ),
                ),
                (
                    "school",
                    apst.tenancy.fields.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.establishment",
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
                (
                    "written_by",
                    apst.tenancy.fields.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
            ],
            options={
                "ordering": ("-starts_on", "-id"),
                "abstract": False,
                "indexes": [
                    models.Index(fields=["tenant", "pupil", "-starts_on", "-id"], name="cases_exclusion_pupil")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "id"), name="cases_exclusion_tenant"),
                    models.UniqueConstraint(fields=("tenant", "public_id"), name="cases_exclusion_public"),
                    models.UniqueConstraint(fields=("tenant", "submission_key"), name="cases_exclusion_submission"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("category", "SUSP"), ("sessions__gte", 1), ("sessions__lte", 90)),
                            models.Q(models.Q(("category", "SUSP"), _negated=True), ("sessions__isnull", True)),
                            _connector="OR",
                        ),
                        name="cases_exclusion_sessions",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("education_from__isnull", True),
                            ("education_from__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="cases_exclusion_order",
                    ),
                    apst.tenancy.fields.TenantKey(field="pupil", name="cases_exclusion_pupil_key"),
                    apst.tenancy.fields.TenantKey(field="school", name="cases_exclusion_school_key"),
                    apst.tenancy.fields.TenantKey(field="written_by", name="cases_exclusion_written_by_key"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DueDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid6.uuid7, editable=False)),
                ("due_on", models.DateField(blank=True, null=True)),
                ("was_on", models.DateField(blank=True, null=True)),
                ("why_not", models.CharField(blank=True, max_length=100)),
                (
                    "because",
                    models.CharField(
                        choices=[
                            ("recorded", "the exclusion was recorded"),
                            ("changed", "the exclusion was changed"),
                            ("calendar", "the school’s calendar was changed"),
                        ],
                        max_length=8,
                    ),
                ),
                ("worked_out_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "pupil",
                    apst.tenancy.fields.TenantForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.pupil"
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
                (
                    "exclusion",
                    apst.tenancy.fields.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="due_days",
                        to="cases.exclusion",
                    ),
                ),
            ],
            options={
                "ordering": ("-worked_out_at", "-id"),
                "abstract": False,
                "indexes": [
                    models.Index(fields=["tenant", "exclusion", "-id"], name="cases_dueday_exclusion"),
                    models.Index(fields=["tenant", "pupil", "-worked_out_at"], name="cases_dueday_pupil"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "id"), name="cases_dueday_tenant"),
                    models.UniqueConstraint(fields=("tenant", "public_id"), name="cases_dueday_public"),
                    apst.tenancy.fields.TenantKey(field="exclusion", name="cases_dueday_exclusion_key"),
                    apst.tenancy.fields.TenantKey(field="pupil", name="cases_dueday_pupil_key"),
                ],
            },
        ),
    ]
