"""Every way in which something left the taskforce, and every decision that it should not. Only ever added to."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.codelists import choices
from apst.people.models import Pupil
from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel
from cases.models import Case

from .agreements import DataSharingAgreement
from .partners import Partner

MAKES = ("disclosure.make", "disclosure.make_outside", "disclosure.refuse")
# The manager, the safeguarding lead and the information governance lead.
ANSWERS_FOR_ALL = "(select app.reach('disclosure.view')) = 'T'"
OF_DISCLOSURE = (
    "exists (select from sharing_disclosure d where d.tenant_id = sharing_disclosurerecord.tenant_id"
    " and d.id = sharing_disclosurerecord.disclosure_id offset 0)"
)


class Disclosure(PublicModel):
    """What left the taskforce: in which way, to whom, why, under which clause; or that it did not, and why."""

    class Way(models.TextChoices):
        PAGE = "page", "A partner’s page"
        EMAIL = "email", "Email"
        PDF = "pdf", "PDF"
        EXPORT = "export", "Export"
        API = "api", "API"
        FAMILY = "family", "To the family"
        DUTY = "duty", "Under a duty"
        EMERGENCY = "emergency", "In an emergency"
        SUBJECT_ACCESS = "subject", "Subject access"
        NONE = "none", "Not sent"

    class Outcome(models.TextChoices):
        ALLOW = "allow", "Shared"
        ALLOW_WITHOUT = "without", "Shared without some categories"
        DENY = "deny", "Refused"
        NOT_SHARED = "not_shared", "Decided not to share"

    access = Access(
        see=("disclosure.view",),
        see_where="(select app.reach('disclosure.view')) = 'T' or made_by_id = (select app.member())",
        add=MAKES,
        own="made_by_id = (select app.member())",
        granted="made_by_id = (select app.member())",
        granted_writes="true",
        guest="made_by_id = (select app.member())",
        guest_writes="made_by_id = (select app.member()) and way in ('page', 'pdf', 'export', 'api')",
    )

    way = models.CharField(max_length=9, choices=Way)
    outcome = models.CharField(max_length=10, choices=Outcome)
    agreement = TenantForeignKey(
        DataSharingAgreement, null=True, blank=True, related_name="disclosures", db_index=False
    )
    partner = TenantForeignKey(Partner, null=True, blank=True, related_name="disclosures", db_index=False)
    recipient = models.CharField("to whom, where it is no partner", max_length=200, blank=True)
    purpose = models.CharField(max_length=24, choices=choices("sharing_purposes"), blank=True)
    clause = models.CharField("what says so", max_length=300, blank=True)
    reason = models.TextField(blank=True)
    asked = ArrayField(models.CharField(max_length=16), default=list)
    given = ArrayField(models.CharField(max_length=16), default=list)
    page = models.CharField("the name of the page", max_length=80, blank=True)
    made_by = TenantForeignKey(Membership, related_name="+", db_index=False)
    made_at = models.DateTimeField(db_default=Now())
    done_on = models.DateField("when it was done, where it was recorded after", null=True, blank=True)

    class Meta(PublicModel.Meta):
        ordering = ("-made_at", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(asked__contains=models.F("given")), name="sharing_disclosure_given"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "-made_at", "-id"], name="sharing_disclosure_list"),
            models.Index(fields=["tenant", "agreement", "-made_at"], name="sharing_disclosure_agreement"),
            models.Index(fields=["tenant", "made_by", "-made_at"], name="sharing_disclosure_made_by"),
        ]


class DisclosureRecord(TenantModel):
    """One pupil of whom a disclosure showed something: which categories, and which records."""

    access = Access(
        see=("disclosure.view",),
        add=MAKES,
        own=OF_DISCLOSURE,
        category="identity",
        case="case_id",
        pupil="pupil_id",
        granted=OF_DISCLOSURE,
        granted_writes=OF_DISCLOSURE,
        guest=OF_DISCLOSURE,
        guest_writes=OF_DISCLOSURE,
    )

    disclosure = TenantForeignKey(Disclosure, related_name="records", db_index=False)
    pupil = TenantForeignKey(Pupil, related_name="+", db_index=False)
    case = TenantForeignKey(Case, null=True, blank=True, related_name="+", db_index=False)
    categories = ArrayField(models.CharField(max_length=16), default=list)
    records = models.JSONField("which records: table and ids, no text", default=dict)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "disclosure", "pupil"], name="sharing_disclosurerecord_once"),
        ]
        indexes = [models.Index(fields=["tenant", "pupil"], name="sharing_disclosurerecord_pupil")]


class DisclosureLook(TenantModel):
    """Somebody who answers for what is shared has looked at what left under a duty or in an emergency."""

    access = Access(
        see=("disclosure.view",),
        see_where=ANSWERS_FOR_ALL,
        add=("disclosure.view",),
        own=f"looked_by_id = (select app.member()) and {ANSWERS_FOR_ALL}",
    )

    disclosure = TenantForeignKey(Disclosure, related_name="looks", db_index=False)
    looked_by = TenantForeignKey(Membership, related_name="+", db_index=False)
    looked_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "disclosure", "looked_by"], name="sharing_disclosurelook_once"),
        ]
