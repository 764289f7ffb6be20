"""What the taskforce costs and who pays for it."""

from django.db import models

from apst.codelists import choices
from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

from .posts import Post

# The matrix has no action for money. Those who build the return put its costs in it: managers, senior leaders,
# coordinators.
FUNDING_SEEN = ("people.manage", "return.build")


class Funding(PublicModel):
    """Money from one source, from a day to a day."""

    access = Access(see=FUNDING_SEEN, add=("people.manage",), change=("people.manage",))

    source = models.CharField("funding route", max_length=20, choices=choices("funding_sources"))
    name = models.CharField(max_length=150)
    annual_pounds = models.PositiveIntegerField("pounds a year")
    is_match = models.BooleanField("counts as match funding", default=False)
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day", null=True, blank=True)
    notes = models.CharField(max_length=500, blank=True)

    class Meta(PublicModel.Meta):
        ordering = ("ends_on", "name", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="people_funding_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PostFunding(TenantModel):
    """A post that hangs on some funding; a jointly funded one hangs on several."""

    access = Access(see=FUNDING_SEEN, add=("people.manage",), remove=("people.manage",))

    post = TenantForeignKey(Post, related_name="fundings", db_index=False)
    funding = TenantForeignKey(Funding, related_name="posts")

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "post", "funding"], name="people_postfunding_once"),
        ]


class CostLine(PublicModel):
    """A cost of one academic year that is no specialist's post: setting up, or recurring. The manager's alone."""

    access = Access(
        see=("people.manage",), add=("people.manage",), change=("people.manage",), remove=("people.manage",)
    )

    item = models.CharField(max_length=20, choices=choices("cost_items"))
    academic_year = models.CharField("academic year, such as 2026-27", max_length=7)
    pounds = models.PositiveIntegerField()
    notes = models.CharField(max_length=200, blank=True)

    class Meta(PublicModel.Meta):
        ordering = ("academic_year", "item", "id")
        indexes = [models.Index(fields=["tenant", "academic_year"], name="people_costline_year")]
