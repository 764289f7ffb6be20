"""Each time that a case was closed or opened again: nothing of an earlier period is lost when it goes on."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.codelists import choices
from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel, TenantForeignKey

from .cases import Case


class CaseEnding(PublicModel):
    """One closing or reopening of a case, with what was still open then, and what was said about it."""

    class Act(models.TextChoices):
        CLOSED = "closed", "Closed"
        REOPENED = "reopened", "Reopened"

    access = Access(
        see=("case.view", "case.close", "case.reopen"),
        add=("case.close", "case.reopen"),
        own="done_by_id is null or done_by_id = (select app.member())",
        category="intervention",
        case="case_id",
        granted="case_id in ({granted})",
    )

    case = TenantForeignKey(Case, related_name="endings", db_index=False)
    act = models.CharField(max_length=8, choices=Act)
    day = models.DateField("the last day, or the day on which it was opened again")
    reason = models.CharField(max_length=20, choices=choices("case_end_reasons"), blank=True)
    destination = models.CharField(max_length=30, choices=choices("destinations"), blank=True)
    left_open = ArrayField(models.CharField(max_length=20), default=list, help_text="codes of the checks left open")
    said = models.TextField("why, or what happens with what is open", blank=True)
    done_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(db_default=Now())

    class Meta(PublicModel.Meta):
        ordering = ("-done_at", "-id")
        indexes = [models.Index(fields=["tenant", "case", "-day", "-id"], name="cases_caseending_day")]
