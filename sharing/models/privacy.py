"""Whom the taskforce told how it uses what it knows of a pupil: when, and how."""

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.people.models import Contact, Pupil
from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel, TenantForeignKey
from cases.models import Case

from .information import TELLS, of_one_pupil


class PrivacyTold(PublicModel):
    """The privacy notice was given to the pupil or somebody of the family. contact: None for the pupil themselves."""

    class How(models.TextChoices):
        IN_PERSON = "person", "In person"
        LETTER = "letter", "By letter"
        EMAIL = "email", "By email"
        PHONE = "phone", "By phone"

    access = Access(
        see=("case.view",),
        add=TELLS,
        change=TELLS,
        own=of_one_pupil("sharing_privacytold"),
        change_own="true",
        category="family",
        case="case_id",
        pupil="pupil_id",
        granted="case_id in ({granted})",
    )

    case = TenantForeignKey(Case, related_name="privacy_told", db_index=False)
    pupil = TenantForeignKey(Pupil, related_name="+", db_index=False)
    contact = TenantForeignKey(Contact, null=True, blank=True, related_name="+", db_index=False)
    told_on = models.DateField()
    how = models.CharField(max_length=6, choices=How)
    notice = models.CharField("which notice, such as its date or version", max_length=100)
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+", db_index=False)
    written_at = models.DateTimeField(db_default=Now())
    struck_at = models.DateTimeField(null=True, blank=True)
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(PublicModel.Meta):
        ordering = ("-told_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="sharing_privacytold_submission"),
        ]
        indexes = [models.Index(fields=["tenant", "pupil"], name="sharing_privacytold_pupil")]
