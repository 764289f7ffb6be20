"""Papers about a pupil, drawn as PDF for one person: what they may see, when they asked."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel, TenantForeignKey

from .cases import Case


class CasePaper(PublicModel):
    """One PDF, drawn for one person in their own scope and read by nobody else; gone after a day.

    It is a rendering, no record: its content stands in the records that it shows, and is in no audit trail.
    """

    access = Access(
        see_where="drawn_for_id = (select app.member())",
        add=(),
        own="drawn_for_id = (select app.member())",
        category="plan",
        case="case_id",
        granted="drawn_for_id = (select app.member()) and (case_id is null or case_id in ({granted}))",
        system="select, insert, delete",
        audited=False,
    )

    case = TenantForeignKey(Case, null=True, blank=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=30)
    pupils = ArrayField(models.BigIntegerField(), verbose_name="ids of the pupils it shows", default=list)
    categories = models.CharField("data categories, separated by spaces", max_length=200)
    drawn_for = TenantForeignKey(Membership, related_name="+", db_index=False)
    drawn_at = models.DateTimeField(db_default=Now())
    content = models.BinaryField()

    class Meta(PublicModel.Meta):
        indexes = [models.Index(fields=["tenant", "drawn_at"], name="cases_casepaper_day")]
