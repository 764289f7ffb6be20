"""Assessments: that there was one is on the case; its scores and summary are restricted where they must be."""

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.codelists import choices
from apst.people.models import Post, Pupil
from apst.tenancy.access import BY_CATEGORY, Access
from apst.tenancy.matrix import IMPORTING
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

from .cases import Case
from .instruments import BandSet, Instrument, InstrumentScale
from .interventions import Intervention
from .restricted import RecordGrant, Sensitivity, grant_access, text_access
from .seen import OF_CASE_OR_PUPIL, WRITTEN_BY_ONESELF, with_its

WRITES = ("case.change", IMPORTING)


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """The words in which assessments are asked for."""

    def kept(self) -> "AssessmentQuerySet":
        """Those that were not struck out."""
        return self.filter(struck_at__isnull=True)


class Assessment(PublicModel):
    """One instrument used with one pupil on one day, by one specialist or several together.

    A correction is a new one that names what it `corrects`; the one before is struck out and stays.
    """

    access = Access(
        see=("case.view",),
        add=WRITES,
        change=WRITES,
        own=WRITTEN_BY_ONESELF,
        # The policy of scores asks who wrote this and how sensitive it is: nobody but its author changes a restricted
        # one, or they could make themselves its author.
        change_own="written_by_id = (select app.member()) or sensitivity = 'ordinary'",
        category="outcomes",
        case="case_id",
        pupil="pupil_id",
        granted=OF_CASE_OR_PUPIL,
        guest=BY_CATEGORY + " and sensitivity = 'ordinary'",
        special={"instrument_id": "health"},
    )

    pupil = TenantForeignKey(Pupil, related_name="assessments", db_index=False)
    case = TenantForeignKey(Case, null=True, blank=True, related_name="assessments", db_index=False)
    instrument = TenantForeignKey(Instrument, related_name="+")
    edition = models.CharField("which test or version", max_length=120, blank=True)
    informant = models.CharField(max_length=10, choices=choices("informants"), blank=True)
    band_set = TenantForeignKey(BandSet, null=True, blank=True, related_name="+", db_index=False)
    taken_on = models.DateField()
    sensitivity = models.CharField(max_length=13, choices=Sensitivity, default=Sensitivity.ORDINARY)
    session = TenantForeignKey(Intervention, null=True, blank=True, related_name="assessments")
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    corrects = TenantForeignKey("self", null=True, blank=True, related_name="corrections")
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    struck_because = models.CharField(max_length=200, blank=True, default="")
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    objects = AssessmentQuerySet.as_manager()

    class Meta(PublicModel.Meta):
        ordering = ("-taken_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_assessment_submission"),
            models.CheckConstraint(
                condition=models.Q(struck_at__isnull=False) | models.Q(struck_because=""),
                name="cases_assessment_struck",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "case", "-taken_on", "-id"], name="cases_assessment_case"),
            models.Index(fields=["tenant", "pupil", "-taken_on", "-id"], name="cases_assessment_pupil"),
        ]

    def __str__(self) -> str:
        return f"Assessment of {self.taken_on}"


class AssessmentSpecialist(TenantModel):
    """A post that assessed: several where it was one visit of several specialists."""

    access = Access(
        see=("case.view",),
        add=WRITES,
        category="outcomes",
        see_where=with_its("cases_assessment", table="cases_assessmentspecialist", key="assessment_id"),
        granted=with_its("cases_assessment", table="cases_assessmentspecialist", key="assessment_id"),
    )

    assessment = TenantForeignKey(Assessment, related_name="specialists", db_index=False)
    post = TenantForeignKey(Post, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "assessment", "post"], name="cases_assessmentspecialist_once"),
        ]


class AssessmentGrant(RecordGrant):
    """A grant on one restricted assessment."""

    access = grant_access(table="cases_assessmentgrant", header="cases_assessment")

    content_object = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="grants", db_index=False)

    class Meta(RecordGrant.Meta):
        pass


class AssessmentScore(TenantModel):
    """One score, raw; its band is read from the assessment's band set. Never changed: a correction has its own."""

    access = text_access(
        table="cases_assessmentscore",
        header="cases_assessment",
        key="assessment_id",
        grants="cases_assessmentgrant",
        category="outcomes",
        see=("case.view",),
        add=WRITES,
        special={"value": "health"},
    )

    assessment = TenantForeignKey(Assessment, related_name="scores", db_index=False)
    scale = TenantForeignKey(InstrumentScale, related_name="+")
    value = models.DecimalField(max_digits=6, decimal_places=1)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "assessment", "scale"], name="cases_assessmentscore_once"),
        ]


class AssessmentSummary(TenantModel):
    """What was found, in words."""

    access = text_access(
        table="cases_assessmentsummary",
        header="cases_assessment",
        key="assessment_id",
        grants="cases_assessmentgrant",
        category="outcomes",
        see=("case.view",),
        add=WRITES,
        special={"text": "health"},
    )

    assessment = TenantForeignKey(Assessment, related_name="summaries", db_index=False)
    text = models.TextField()

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "assessment"], name="cases_assessmentsummary_once"),
        ]
