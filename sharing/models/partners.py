"""The organisations that the taskforce shares with."""

from django.db import models

from apst.accounts.models import Membership
from apst.codelists import choices
from apst.places.models import Establishment
from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel, TenantForeignKey

DRAFTS = ("agreement.draft",)


class Partner(PublicModel):
    """An organisation that information is shared with: who answers for it, and who may be asked."""

    access = Access(add=DRAFTS, change=DRAFTS, granted="true", guest="id = any((select app.partners())::bigint[])")

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=choices("partner_kinds"))
    establishment = TenantForeignKey(Establishment, null=True, blank=True, related_name="+")
    address = models.TextField("postal address", blank=True)
    data_protection_contact = models.CharField("data protection officer or contact", max_length=200)
    data_protection_email = models.EmailField("their email address")
    responsible_owner = models.CharField("senior responsible owner", max_length=200, blank=True)
    caldicott_guardian = models.CharField("Caldicott guardian", max_length=200, blank=True)
    changed_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta(PublicModel.Meta):
        ordering = ("name", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "name"], name="sharing_partner_name"),
        ]

    def __str__(self) -> str:
        return self.name
