"""Holiday provision: programmes, who has a place, and the days as sessions, so that hours are counted once."""

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.people.models import Pupil
from apst.places.models import Site
from apst.tenancy.access import Access, seen_there
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

from .interventions import PART_CHANGE, Intervention

SEEN = ("case.view", "intervention.log")


class HolidayProgramme(PublicModel):
    """What is offered in one holiday, and on what footing.

    The DfE's advice asks proprietors to be clear on the powers they use, whether it is part of the school, and on what
    basis staff work.
    """

    class Footing(models.TextChoices):
        SCHOOL = "school", "Part of the operation of the school"
        SEPARATE = "separate", "Legally separate from the school"

    access = Access(see=(*SEEN, "dashboard.view"), add=("people.manage",), change=("people.manage",), granted="true")

    name = models.CharField(max_length=150)
    starts_on = models.DateField()
    ends_on = models.DateField()
    site = TenantForeignKey(Site, null=True, blank=True, related_name="+")
    places = models.PositiveSmallIntegerField("places", null=True, blank=True)
    footing = models.CharField(max_length=8, choices=Footing, blank=True)
    powers = models.CharField("the powers used", max_length=300, blank=True)
    staffing = models.CharField("on what basis staff work", max_length=300, blank=True)
    funded_by = models.CharField("what pays for it", max_length=200, blank=True)
    cost_pounds = models.PositiveIntegerField("what it costs in all", null=True, blank=True)

    class Meta(PublicModel.Meta):
        ordering = ("-starts_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="cases_holidayprogramme_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class HolidayPlace(TenantModel):
    """A pupil who has a place on a programme."""

    access = Access(
        see=SEEN,
        add=("intervention.log",),
        remove=("intervention.log",),
        category="intervention",
        pupil="pupil_id",
        granted=seen_there("pupil_id", "cases_case", "pupil_id"),
    )

    programme = TenantForeignKey(HolidayProgramme, related_name="pupils", db_index=False)
    pupil = TenantForeignKey(Pupil, related_name="+")
    added_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "programme", "pupil"], name="cases_holidayplace_once"),
        ]


class HolidayDay(TenantModel):
    """One day of a programme: the session whose places are its register."""

    access = Access(
        see=SEEN,
        add=("intervention.log",),
        own=PART_CHANGE,
        granted="exists (select from cases_intervention i where i.tenant_id = cases_holidayday.tenant_id"
        " and i.id = cases_holidayday.intervention_id)",
        granted_writes="true",
    )

    programme = TenantForeignKey(HolidayProgramme, related_name="days")
    intervention = TenantForeignKey(Intervention, related_name="+", db_index=False)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "intervention"], name="cases_holidayday_once"),
        ]
