"""Outreach whose subject is a mainstream school, not a pupil."""

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.people.models import Post
from apst.places.models import Establishment
from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel, TenantForeignKey

WORKS_ON_CASES = "(select app.may('case.change'))"


class OutreachCase(PublicModel):
    """The taskforce's work with a school as a whole, from its agreement to its end. It names no pupil."""

    access = Access(
        see=("case.brief",),
        add=("case.change",),
        change=("case.change",),
        granted=WORKS_ON_CASES,
        granted_writes=WORKS_ON_CASES,
        own="opened_by_id is null or opened_by_id = (select app.member())",
        change_own="true",
    )

    school = TenantForeignKey(Establishment, related_name="+", db_index=False)
    lead = TenantForeignKey(Post, null=True, blank=True, related_name="+", db_index=False)
    aims = models.TextField("what the school and the taskforce want to reach")
    opened_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    outcome = models.TextField("what came of it", blank=True)
    opened_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+", db_index=False)
    opened_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    class Meta(PublicModel.Meta):
        ordering = (models.F("ended_on").desc(nulls_first=True), "-opened_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "school"],
                condition=models.Q(ended_on__isnull=True),
                name="cases_outreachcase_one_open_a_school",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("opened_on")),
                name="cases_outreachcase_order",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """True while it has not ended."""
        return self.ended_on is None
