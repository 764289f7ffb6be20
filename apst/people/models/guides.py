"""What the taskforce tells the staff of its schools, in versions."""

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.places.models import Site
from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel, TenantForeignKey


class StaffGuide(PublicModel):
    """The page for school staff as published on one day; a new version never changes an old one."""

    access = Access(add=("settings.change",), granted="true")

    number = models.PositiveIntegerField()
    who_we_are = models.TextField()
    how_to_refer = models.TextField()
    what_we_do_not_do = models.TextField()
    published_at = models.DateTimeField(db_default=Now())
    published_by = TenantForeignKey(Membership, null=True, related_name="+")

    class Meta(PublicModel.Meta):
        ordering = ("-number",)
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "number"], name="people_staffguide_number"),
        ]


class SiteBriefing(PublicModel):
    """Strategies for the tutors of one site, as published on one day; it names no pupil."""

    access = Access(add=("settings.change", "case.change"), granted="true")

    site = TenantForeignKey(Site, related_name="briefings", db_index=False)
    number = models.PositiveIntegerField()
    text = models.TextField()
    published_at = models.DateTimeField(db_default=Now())
    published_by = TenantForeignKey(Membership, null=True, related_name="+")

    class Meta(PublicModel.Meta):
        ordering = ("-number",)
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "site", "number"], name="people_sitebriefing_number"),
        ]
