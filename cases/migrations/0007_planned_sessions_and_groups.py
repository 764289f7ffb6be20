import django.db.models.deletion
import django.db.models.functions.datetime
import uuid6
from django.db import migrations, models

import apst.tenancy.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("cases", "0006_places_keep_the_day"),
        ("people", "0005_posts_name_no_cost"),
        ("places", "0001_initial"),
        ("tenancy", "0005_travel_is_counted_apart"),
    ]

    operations = [
        migrations.CreateModel(
            name="SessionGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid6.uuid7, editable=False)),
                ("name", models.CharField(max_length=100)),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ]
                    ),
                ),
                ("starts_at", models.TimeField(blank=True, null=True)),
                ("minutes", models.PositiveSmallIntegerField()),
                (
                    "activity_type",
                    models.CharField(
                        choices=[
                            ("one_to_one", "One to one with a pupil"),
                            ("group", "Group work with pupils"),
                            ("assessment", "Assessment of a pupil"),
                            ("family", "Work with the family"),
                            ("outreach", "Outreach to a mainstream school or reintegration support"),
                            ("multi_agency", "Work with other specialists and professionals"),
                            ("staff_training", "Training and advice for school staff"),
                            ("screening", "Screening (universal)"),
                            ("universal", "Universal offer (whole class or whole school)"),
                            ("holiday", "Holiday provision"),
                            ("admin", "Administration and recording"),
                            ("supervision", "Supervision and professional development"),
                        ],
                        default="group",
                        max_length=20,
                    ),
                ),
                (
                    "intervention_type",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mentoring", "Mentoring or coaching"),
                            ("attendance_planning", "Attendance planning and motivation"),
                            ("regulation", "Behaviour and emotional regulation"),
                            ("therapy", "Therapeutic work"),
                            ("reading", "Reading baseline or intervention"),
                            ("speech_language", "Speech and language support"),
                            ("community", "Support in the home or community"),
                            ("signposting", "Signposting to community events and free support"),
                            ("reintegration_timetable", "Reintegration timetable planning"),
                            ("curriculum", "Curriculum engagement"),
                            ("life_skills", "Life skills and healthy relationships"),
                            ("substance_misuse", "Substance awareness or intervention"),
                            ("diversion", "Diversion from offending"),
                            ("post_16", "Post-16 guidance"),
                            ("routines", "Routines, boundaries, transport or attendance at home"),
                            ("emotional_practical", "Emotional and practical advice"),
                            ("mediation", "Mediation between family, AP and school"),
                            ("contact", "Regular message, call or visit"),
                        ],
                        max_length=30,
                        verbose_name="what it was",
                    ),
                ),
                (
                    "location",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ap_school", "AP school or learning centre"),
                            ("mainstream_school", "Mainstream school"),
                            ("home", "Family home"),
                            ("community", "Community"),
                            ("transit", "In transit (such as a lift to school)"),
                            ("home_service", "Specialist's home service"),
                            ("online", "Online or telephone"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="last day on which it met")),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "made_by",
                    apst.tenancy.fields.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "site",
                    apst.tenancy.fields.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.site",
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
                "ordering": ("weekday", "starts_at", "id"),
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "id"), name="cases_sessiongroup_tenant"),
                    models.UniqueConstraint(fields=("tenant", "public_id"), name="cases_sessiongroup_public"),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 1), ("minutes__lte", 1440)), name="cases_group_minutes"
                    ),
                    models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="cases_group_weekday"),
                    apst.tenancy.fields.TenantKey(field="site", name="cases_sessiongroup_site_key"),
                    apst.tenancy.fields.TenantKey(field="made_by", name="cases_sessiongroup_made_by_key"),
                ],
                "indexes": [models.Index(fields=["tenant", "weekday", "id"], name="cases_group_list")],
            },
        ),
        migrations.CreateModel(
            name="SessionGroupMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                (
                    "case",
                    apst.tenancy.fields.TenantForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "group",
                    apst.tenancy.fields.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="cases.sessiongroup",
                    ),
                ),
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
            ],
            options={
                "ordering": ("starts_on", "id"),
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "id"), name="cases_sessiongroupmember_tenant"),
                    models.UniqueConstraint(
                        condition=models.Q(("ends_on__isnull", True)),
                        fields=("tenant", "group", "pupil"),
                        name="cases_groupmember_once",
                    ),
                    apst.tenancy.fields.TenantKey(field="group", name="cases_sessiongroupmember_group_key"),
                    apst.tenancy.fields.TenantKey(field="pupil", name="cases_sessiongroupmember_pupil_key"),
                    apst.tenancy.fields.TenantKey(field="case", name="cases_sessiongroupmember_case_key"),
                ],
                "indexes": [
                    models.Index(fields=["tenant", "group", "id"], name="cases_groupmember_group"),
                    models.Index(fields=["tenant", "pupil", "group"], name="cases_groupmember_pupil"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionGroupSpecialist",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "group",
                    apst.tenancy.fields.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="specialists",
                        to="cases.sessiongroup",
                    ),
                ),
                (
                    "post",
                    apst.tenancy.fields.TenantForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.post"
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
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "id"), name="cases_sessiongroupspecialist_tenant"),
                    models.UniqueConstraint(
                        fields=("tenant", "group", "post"), name="cases_sessiongroupspecialist_once"
                    ),
                    apst.tenancy.fields.TenantKey(field="group", name="cases_sessiongroupspecialist_group_key"),
                    apst.tenancy.fields.TenantKey(field="post", name="cases_sessiongroupspecialist_post_key"),
                ],
                "indexes": [models.Index(fields=["tenant", "post", "group"], name="cases_groupspecialist_post")],
            },
        ),
        migrations.CreateModel(
            name="LogTime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("logged_on", models.DateField()),
                ("seconds", models.PositiveSmallIntegerField()),
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
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("tenant", "id"), name="cases_logtime_tenant")],
                "indexes": [models.Index(fields=["tenant", "logged_on", "id"], name="cases_logtime_day")],
            },
        ),
        migrations.CreateModel(
            name="PlannedSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid6.uuid7, editable=False)),
                ("planned_on", models.DateField()),
                ("starts_at", models.TimeField(blank=True, null=True)),
                ("minutes", models.PositiveSmallIntegerField()),
                (
                    "activity_type",
                    models.CharField(
                        choices=[
                            ("one_to_one", "One to one with a pupil"),
                            ("group", "Group work with pupils"),
                            ("assessment", "Assessment of a pupil"),
                            ("family", "Work with the family"),
                            ("outreach", "Outreach to a mainstream school or reintegration support"),
                            ("multi_agency", "Work with other specialists and professionals"),
                            ("staff_training", "Training and advice for school staff"),
                            ("screening", "Screening (universal)"),
                            ("universal", "Universal offer (whole class or whole school)"),
                            ("holiday", "Holiday provision"),
                            ("admin", "Administration and recording"),
                            ("supervision", "Supervision and professional development"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "intervention_type",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mentoring", "Mentoring or coaching"),
                            ("attendance_planning", "Attendance planning and motivation"),
                            ("regulation", "Behaviour and emotional regulation"),
                            ("therapy", "Therapeutic work"),
                            ("reading", "Reading baseline or intervention"),
                            ("speech_language", "Speech and language support"),
                            ("community", "Support in the home or community"),
                            ("signposting", "Signposting to community events and free support"),
                            ("reintegration_timetable", "Reintegration timetable planning"),
                            ("curriculum", "Curriculum engagement"),
                            ("life_skills", "Life skills and healthy relationships"),
                            ("substance_misuse", "Substance awareness or intervention"),
                            ("diversion", "Diversion from offending"),
                            ("post_16", "Post-16 guidance"),
                            ("routines", "Routines, boundaries, transport or attendance at home"),
                            ("emotional_practical", "Emotional and practical advice"),
                            ("mediation", "Mediation between family, AP and school"),
                            ("contact", "Regular message, call or visit"),
                        ],
                        max_length=30,
                        verbose_name="what it was",
                    ),
                ),
                (
                    "location",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ap_school", "AP school or learning centre"),
                            ("mainstream_school", "Mainstream school"),
                            ("home", "Family home"),
                            ("community", "Community"),
                            ("transit", "In transit (such as a lift to school)"),
                            ("home_service", "Specialist's home service"),
                            ("online", "Online or telephone"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "series",
                    models.UUIDField(blank=True, editable=False, null=True, verbose_name="what was planned in one go"),
                ),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("planned_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "planned_by",
                    apst.tenancy.fields.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "session",
                    apst.tenancy.fields.TenantForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planned",
                        to="cases.intervention",
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
                    "group",
                    apst.tenancy.fields.TenantForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planned",
                        to="cases.sessiongroup",
                    ),
                ),
            ],
            options={
                "ordering": ("planned_on", "starts_at", "id"),
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "id"), name="cases_plannedsession_tenant"),
                    models.UniqueConstraint(fields=("tenant", "public_id"), name="cases_plannedsession_public"),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 1), ("minutes__lte", 1440)),
                        name="cases_plannedsession_minutes",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("cancelled_at__isnull", True), ("group__isnull", False)),
                        fields=("tenant", "group", "planned_on"),
                        name="cases_plannedsession_group_day",
                    ),
                    apst.tenancy.fields.TenantKey(field="group", name="cases_plannedsession_group_key"),
                    apst.tenancy.fields.TenantKey(field="session", name="cases_plannedsession_session_key"),
                    apst.tenancy.fields.TenantKey(field="planned_by", name="cases_plannedsession_planned_by_key"),
                ],
                "indexes": [
                    models.Index(fields=["tenant", "planned_on", "id"], name="cases_planned_day"),
                    models.Index(fields=["tenant", "series", "planned_on"], name="cases_planned_series"),
                    models.Index(
                        condition=models.Q(("session__isnull", False)),
                        fields=["tenant", "session"],
                        name="cases_planned_session",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlannedPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    apst.tenancy.fields.TenantForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
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
                    "planned",
                    apst.tenancy.fields.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="cases.plannedsession",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "id"), name="cases_plannedplace_tenant"),
                    models.UniqueConstraint(fields=("tenant", "planned", "pupil"), name="cases_plannedplace_once"),
                    apst.tenancy.fields.TenantKey(field="planned", name="cases_plannedplace_planned_key"),
                    apst.tenancy.fields.TenantKey(field="pupil", name="cases_plannedplace_pupil_key"),
                    apst.tenancy.fields.TenantKey(field="case", name="cases_plannedplace_case_key"),
                ],
                "indexes": [models.Index(fields=["tenant", "pupil", "planned"], name="cases_plannedplace_pupil")],
            },
        ),
        migrations.CreateModel(
            name="PlannedSpecialist",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "planned",
                    apst.tenancy.fields.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="specialists",
                        to="cases.plannedsession",
                    ),
                ),
                (
                    "post",
                    apst.tenancy.fields.TenantForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.post"
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
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "id"), name="cases_plannedspecialist_tenant"),
                    models.UniqueConstraint(fields=("tenant", "planned", "post"), name="cases_plannedspecialist_once"),
                    apst.tenancy.fields.TenantKey(field="planned", name="cases_plannedspecialist_planned_key"),
                    apst.tenancy.fields.TenantKey(field="post", name="cases_plannedspecialist_post_key"),
                ],
                "indexes": [models.Index(fields=["tenant", "post", "planned"], name="cases_plannedspecialist_post")],
            },
        ),
        migrations.AddField(
            model_name="intervention",
            name="beneficiary",
            field=apst.tenancy.fields.TenantForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="places.establishment",
            ),
        ),
        migrations.AddField(
            model_name="intervention",
            name="travel_minutes",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="on the way there and back; no delivery"
            ),
        ),
        migrations.AddConstraint(
            model_name="intervention",
            constraint=models.CheckConstraint(
                condition=models.Q(("travel_minutes__isnull", True), ("travel_minutes__lte", 1440), _connector="OR"),
                name="cases_intervention_travel",
            ),
        ),
        migrations.AddConstraint(
            model_name="intervention",
            constraint=apst.tenancy.fields.TenantKey(field="beneficiary", name="cases_intervention_beneficiary_key"),
        ),
    ]
