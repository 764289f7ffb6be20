"""The words that pupils and families read in place of the field's own."""

from django.db import models

from apst.accounts.models import Membership
from apst.tenancy.access import Access
from apst.tenancy.models import TenantForeignKey, TenantModel


class PupilWords(TenantModel):
    """A taskforce's own words for one code or heading; where there is none, those of `cases.wording` stand."""

    access = Access(add=("settings.change",), change=("settings.change",), granted="true")

    list_name = models.CharField("which list", max_length=30)
    code = models.CharField(max_length=30)
    words = models.CharField(max_length=60)
    changed_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "list_name", "code"], name="cases_pupilwords_once"),
        ]
