"""Consent to assessment and treatment. Whether information may be shared is another question, of the agreements."""

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.codelists import choices
from apst.people.models import Contact, Pupil
from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel, TenantForeignKey

from .cases import Case
from .seen import OF_CASE_OR_PUPIL, WRITTEN_BY_ONESELF


class TreatmentConsent(PublicModel):
    """Somebody's answer to one kind of assessment or treatment: given or refused, on a day, perhaps withdrawn later.

    Refusing the screening of a year group is the opt-out.
    """

    class Decision(models.TextChoices):
        GIVEN = "given", "Consent given"
        REFUSED = "refused", "Refused, or opted out"

    class GivenBy(models.TextChoices):
        PUPIL = "pupil", "The pupil, who is competent to decide"
        CONTACT = "contact", "Somebody with parental responsibility"

    access = Access(
        see=("case.view",),
        add=("case.change",),
        change=("case.change",),
        own=WRITTEN_BY_ONESELF,
        change_own="true",
        category="health",
        case="case_id",
        pupil="pupil_id",
        granted=OF_CASE_OR_PUPIL,
        special={"what_for": "health", "competence": "health"},
    )

    pupil = TenantForeignKey(Pupil, related_name="treatment_consents", db_index=False)
    case = TenantForeignKey(Case, null=True, blank=True, related_name="treatment_consents", db_index=False)
    what_for = models.CharField(max_length=30, choices=choices("consent_purposes"))
    details = models.CharField("what exactly", max_length=200, blank=True)
    decision = models.CharField(max_length=7, choices=Decision)
    given_by = models.CharField(max_length=7, choices=GivenBy)
    contact = TenantForeignKey(Contact, null=True, blank=True, related_name="+", db_index=False)
    competence = models.CharField("how it was judged that the pupil is competent", max_length=500, blank=True)
    decided_on = models.DateField()
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=200, blank=True)
    struck_at = models.DateTimeField(null=True, blank=True)
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(PublicModel.Meta):
        ordering = ("-decided_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "submission_key", "what_for"], name="cases_treatmentconsent_submission"
            ),
            models.CheckConstraint(
                condition=models.Q(given_by="contact", contact__isnull=False)
                | models.Q(given_by="pupil", contact__isnull=True),
                name="cases_treatmentconsent_giver",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_on__isnull=True)
                | models.Q(decision="given", withdrawn_on__gte=models.F("decided_on")),
                name="cases_treatmentconsent_withdrawn",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "case", "-decided_on", "-id"], name="cases_treatmentconsent_case"),
            models.Index(fields=["tenant", "pupil", "what_for", "-decided_on"], name="cases_treatmentconsent_pupil"),
        ]

    def __str__(self) -> str:
        return f"Consent of {self.decided_on}"
