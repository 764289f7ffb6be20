"""Suspensions and permanent exclusions of a pupil, and the days that were worked out from them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.codelists import choices
from apst.people.models import Pupil
from apst.places.models import Establishment
from apst.tenancy.access import BY_CATEGORY, Access, seen_there
from apst.tenancy.models import PublicModel, TenantForeignKey

from .seen import WRITTEN_BY_ONESELF

OF_PUPIL = seen_there("pupil_id", "cases_case", "pupil_id")


class ExclusionQuerySet(models.QuerySet["Exclusion"]):
    """The words in which exclusions are asked for."""

    def kept(self) -> "ExclusionQuerySet":
        """Those that were not struck out."""
        return self.filter(struck_at__isnull=True)


class Exclusion(PublicModel):
    """One exclusion as the school that excluded recorded it (categories and reasons: DfE's code lists of 2020).

    sessions        half-days of a suspension, those of its first day included; None for a permanent exclusion
    education_from  when full-time education began, which meets day 6; None while it has not
    exams_over_on   Year 11: the day from which every exam entered for is taken or missed; None while not known
    ehc_fewer_hours an EHC plan names fewer hours, which the authority provides: no day 6
    """

    class Category(models.TextChoices):
        SUSPENSION = "SUSP", "Suspension"
        PERMANENT = "PERM", "Permanent exclusion"
        LUNCHTIME = "LNCH", "Lunchtime suspension"

    class StartSession(models.TextChoices):
        MORNING = "am", "From the morning"
        AFTERNOON = "pm", "From the afternoon"
        PART_WAY = "part_way", "Part-way through a session"

    access = Access(
        see=("case.view",),
        add=("case.change",),
        change=("case.change",),
        own=WRITTEN_BY_ONESELF,
        change_own="true",
        category="education",
        pupil="pupil_id",
        granted=OF_PUPIL,
        guest=BY_CATEGORY,
        special={"reasons": "safeguarding"},
    )

    pupil = TenantForeignKey(Pupil, related_name="exclusions", db_index=False)
    category = models.CharField(max_length=4, choices=Category)
    starts_on = models.DateField()
    start_session = models.CharField(max_length=8, choices=StartSession, default=StartSession.MORNING)
    sessions = models.PositiveSmallIntegerField("half-days", null=True, blank=True)
    reasons = ArrayField(models.CharField(max_length=2, choices=choices("exclusion_reasons")), default=list)
    school = TenantForeignKey(Establishment, null=True, blank=True, related_name="+")
    education_from = models.DateField("full-time education began on", null=True, blank=True)
    exams_over_on = models.DateField("every exam taken or missed by", null=True, blank=True)
    ehc_fewer_hours = models.BooleanField("the EHC plan names fewer hours, which the authority provides", default=False)
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    struck_at = models.DateTimeField(null=True, blank=True)
    submission_key = models.UUIDField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = ExclusionQuerySet.as_manager()

    class Meta(PublicModel.Meta):
        ordering = ("-starts_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_exclusion_submission"),
            models.CheckConstraint(
                condition=models.Q(category="SUSP", sessions__gte=1, sessions__lte=90)
                | (~models.Q(category="SUSP") & models.Q(sessions__isnull=True)),
                name="cases_exclusion_sessions",
            ),
            models.CheckConstraint(
                condition=models.Q(education_from__isnull=True) | models.Q(education_from__gte=models.F("starts_on")),
                name="cases_exclusion_order",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "pupil", "-starts_on", "-id"], name="cases_exclusion_pupil")]

    def __str__(self) -> str:
        return f"{self.get_category_display()} from {self.starts_on:%-d %B %Y}"


class DueDay(PublicModel):
    """The sixth day of an exclusion as it was worked out at one time. Never changed: another day is another row.

    due_on  None where nothing is due, or the calendar does not reach that far;  was_on  what was told before
    """

    class Because(models.TextChoices):
        RECORDED = "recorded", "the exclusion was recorded"
        CHANGED = "changed", "the exclusion was changed"
        CALENDAR = "calendar", "the school’s calendar was changed"

    access = Access(see=("case.view",), add=("case.change",), category="education", pupil="pupil_id", granted=OF_PUPIL)

    exclusion = TenantForeignKey(Exclusion, related_name="due_days", db_index=False)
    pupil = TenantForeignKey(Pupil, related_name="+", db_index=False)
    due_on = models.DateField(null=True, blank=True)
    was_on = models.DateField(null=True, blank=True)
    why_not = models.CharField(max_length=100, blank=True)
    because = models.CharField(max_length=8, choices=Because)
    worked_out_at = models.DateTimeField(db_default=Now())

    class Meta(PublicModel.Meta):
        ordering = ("-worked_out_at", "-id")
        indexes = [
            models.Index(fields=["tenant", "exclusion", "-id"], name="cases_dueday_exclusion"),
            models.Index(fields=["tenant", "pupil", "-worked_out_at"], name="cases_dueday_pupil"),
        ]
