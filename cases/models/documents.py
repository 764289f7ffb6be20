"""Files of a case. The visible row says that there is one, of which kind and by whom; what it is called lies behind."""

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

from .cases import Case
from .restricted import RecordGrant, Sensitivity, grant_access, text_access


class DocumentQuerySet(models.QuerySet["Document"]):
    """The words in which documents are asked for."""

    def kept(self) -> "DocumentQuerySet":
        """Those that were not removed."""
        return self.filter(removed_at__isnull=True)


class Document(PublicModel):
    """A file that somebody put on a case: its kind, day, author and who may open it. Its bytes lie in the storage."""

    class Kind(models.TextChoices):
        SCHOOL = "school", "School report or letter"
        ASSESSMENT = "assessment", "Assessment or specialist’s report"
        EHC = "ehc", "EHC plan or advice"
        HEALTH = "health", "Letter or report from health"
        SOCIAL_CARE = "social_care", "Social care plan or minutes"
        YOUTH_JUSTICE = "youth_justice", "Youth justice paper"
        SAFEGUARDING = "safeguarding", "Safeguarding paper"
        PLAN = "plan", "Plan or review"
        CONSENT = "consent", "Consent form"
        FAMILY = "family", "Letter to or from the family"
        VOICE = "voice", "The pupil’s own work or words"
        OTHER = "other", "Something else"

    access = Access(
        see=("note.view",),
        add=("note.write",),
        change=("note.write",),
        own="written_by_id is null or written_by_id = (select app.member())",
        # What the manager may not open, they do not take away either.
        change_own="written_by_id = (select app.member())"
        " or (sensitivity = 'ordinary' and (select app.reach('case.change')) = 'T')",
        category="intervention",
        case="case_id",
        granted="case_id in ({granted})",
        special={"kind": "health"},
    )

    case = TenantForeignKey(Case, related_name="documents", db_index=False)
    kind = models.CharField(max_length=13, choices=Kind)
    sensitivity = models.CharField(max_length=13, choices=Sensitivity, default=Sensitivity.ORDINARY)
    dated_on = models.DateField("the day that stands on it")
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField("its bytes are gone since", null=True, blank=True)
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta(PublicModel.Meta):
        ordering = ("-dated_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_document_submission"),
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True) | models.Q(removed_at__isnull=False),
                name="cases_document_erased_after_removal",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "case", "-dated_on", "-id"], name="cases_document_day"),
            models.Index(
                fields=["tenant", "removed_at"],
                condition=models.Q(removed_at__isnull=False, erased_at__isnull=True),
                name="cases_document_removed",
            ),
        ]

    @property
    def is_restricted(self) -> bool:
        """True where not everybody who sees the case may open it."""
        return self.sensitivity != Sensitivity.ORDINARY


class DocumentText(TenantModel):
    """What a document is called, and where its bytes lie: read by those who may open it."""

    access = text_access(
        table="cases_documenttext",
        header="cases_document",
        key="document_id",
        grants="cases_documentaccess",
        category="intervention",
        case="case_id",
        system="select, insert, delete",
    )

    document = TenantForeignKey(Document, related_name="texts", db_index=False)
    case = TenantForeignKey(Case, related_name="+", db_index=False)
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=255)
    stored_name = models.CharField("where the bytes lie; says nothing", max_length=100)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField("bytes")
    sha256 = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "document"], name="cases_documenttext_once"),
        ]


class DocumentAccess(RecordGrant):
    """A grant to open one restricted document."""

    access = grant_access(table="cases_documentaccess", header="cases_document")

    content_object = TenantForeignKey(Document, on_delete=models.CASCADE, related_name="grants", db_index=False)

    class Meta(RecordGrant.Meta):
        abstract = False
