"""How much a child gets at once: tier and offer over time."""

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.codelists import choices
from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel, TenantForeignKey

from .cases import Case


class CaseStage(PublicModel):
    """From a day on, the case's tier and what is offered. A later row ends it; none is edited."""

    class Offer(models.TextChoices):
        UNIVERSAL = "universal", "Universal: with everybody"
        TARGETED_GROUP = "targeted_group", "Targeted: in a group"
        TARGETED_INDIVIDUAL = "targeted_individual", "Targeted: one to one"

    access = Access(
        see=("case.brief",),
        add=("case.change", "case.allocate"),
        own="made_by_id is null or made_by_id = (select app.member())",
        category="intervention",
        case="case_id",
        granted="case_id in ({granted})"
        " or case_id in (select c.id from cases_case c where c.opened_by_id = (select app.member()))",
    )

    case = TenantForeignKey(Case, related_name="stages", db_index=False)
    tier = models.CharField(max_length=10, choices=choices("tiers"))
    offer = models.CharField(max_length=20, choices=Offer, blank=True)
    starts_on = models.DateField()
    why = models.CharField("why", max_length=500, blank=True)
    made_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+", db_index=False)
    made_at = models.DateTimeField(db_default=Now())

    class Meta(PublicModel.Meta):
        indexes = [models.Index(fields=["tenant", "case", "-starts_on", "-id"], name="cases_casestage_case")]
