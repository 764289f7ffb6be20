"""EHC advice: what a specialist writes for an EHC needs assessment, from the request to the final text."""

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.codelists import choices
from apst.people.models import Pupil
from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

from .cases import Case
from .restricted import RecordGrant, Sensitivity, grant_access, text_access
from .seen import OF_CASE_OR_PUPIL, WRITTEN_BY_ONESELF


class EhcAdvice(PublicModel):
    """One specialist's advice: asked for on a day, due six weeks later, drafted, finalised, sent."""

    access = Access(
        see=("case.view",),
        add=("case.change",),
        change=("case.change",),
        own=WRITTEN_BY_ONESELF,
        # The text's policy asks who wrote this and how sensitive it is.
        change_own="written_by_id = (select app.member())",
        category="send",
        case="case_id",
        pupil="pupil_id",
        granted=OF_CASE_OR_PUPIL,
    )

    pupil = TenantForeignKey(Pupil, related_name="ehc_advice", db_index=False)
    case = TenantForeignKey(Case, related_name="ehc_advice", db_index=False)
    discipline = models.CharField(max_length=30, choices=choices("specialist_types"))
    asked_by = models.CharField("who asked for it", max_length=120)
    requested_on = models.DateField()
    due_on = models.DateField()
    sensitivity = models.CharField(max_length=13, choices=Sensitivity, default=Sensitivity.ORDINARY)
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    finalised_at = models.DateTimeField(null=True, blank=True)
    sent_on = models.DateField(null=True, blank=True)
    struck_at = models.DateTimeField(null=True, blank=True)
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(PublicModel.Meta):
        ordering = ("-requested_on", "-id")
        verbose_name_plural = "EHC advice"
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_ehcadvice_submission"),
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("requested_on")), name="cases_ehcadvice_order"
            ),
            models.CheckConstraint(
                condition=models.Q(sent_on__isnull=True) | models.Q(finalised_at__isnull=False),
                name="cases_ehcadvice_sent_final",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "case", "-requested_on", "-id"], name="cases_ehcadvice_case"),
            models.Index(
                fields=["tenant", "due_on"], condition=models.Q(finalised_at__isnull=True), name="cases_ehcadvice_due"
            ),
        ]

    def __str__(self) -> str:
        return f"EHC advice asked for on {self.requested_on}"


class EhcAdviceGrant(RecordGrant):
    """A grant on one restricted piece of advice."""

    access = grant_access(table="cases_ehcadvicegrant", header="cases_ehcadvice")

    content_object = TenantForeignKey(EhcAdvice, on_delete=models.CASCADE, related_name="grants", db_index=False)

    class Meta(RecordGrant.Meta):
        pass


class EhcAdviceText(TenantModel):
    """The text of advice, draft by draft: the last is changed until it is final; a final one stays and is copied."""

    access = text_access(
        table="cases_ehcadvicetext",
        header="cases_ehcadvice",
        key="advice_id",
        grants="cases_ehcadvicegrant",
        category="send",
        see=("case.view",),
        add=("case.change",),
        change=("case.change",),
        change_own="exists (select from cases_ehcadvice h where h.tenant_id = cases_ehcadvicetext.tenant_id"
        " and h.id = cases_ehcadvicetext.advice_id and h.written_by_id = (select app.member())"
        " and h.finalised_at is null)",
        special={"text": "health"},
    )

    advice = TenantForeignKey(EhcAdvice, related_name="texts", db_index=False)
    number = models.PositiveSmallIntegerField(default=1)
    text = models.TextField()
    written_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ("-number",)
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "advice", "number"], name="cases_ehcadvicetext_number"),
        ]
