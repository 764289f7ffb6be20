"""Where a taskforce works, and its school calendar."""

from django.db import models

from apst.codelists import choices
from apst.tenancy.access import Access
from apst.tenancy.matrix import IMPORTING
from apst.tenancy.models import LocalAuthority, PublicModel, TenantForeignKey, TenantModel

HALF_TERMS = ("autumn-1", "autumn-2", "spring-1", "spring-2", "summer-1", "summer-2")


class Establishment(PublicModel):
    """A school or provider as this taskforce knows it: its own row, whoever else lists the same URN."""

    access = Access(add=("calendar.change",), change=("calendar.change",), granted="true", guest="true")

    urn = models.CharField("URN", max_length=6)
    name = models.CharField(max_length=200)
    local_authority = models.ForeignKey(
        LocalAuthority, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(
        "type",
        max_length=40,
        choices=[("mainstream", "Mainstream school"), *choices("provider_types")],
        default="mainstream",
    )

    class Meta(PublicModel.Meta):
        ordering = ("name", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "urn"], name="places_establishment_urn"),
        ]

    def __str__(self) -> str:
        return self.name


class Site(PublicModel):
    """A place where the taskforce is based."""

    access = Access(
        add=("settings.change", IMPORTING), change=("settings.change", IMPORTING), granted="true", guest="true"
    )

    name = models.CharField(max_length=100)
    establishment = TenantForeignKey(Establishment, null=True, blank=True, related_name="sites")
    closed_on = models.DateField(null=True, blank=True)

    class Meta(PublicModel.Meta):
        ordering = ("name", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "name"], name="places_site_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CalendarEntry(TenantModel):
    """A half-term, INSET day or closure of the taskforce, or of one of its establishments.

    An establishment without half-terms of its own for a year falls back to the taskforce's. England's bank holidays
    come from a library and are not stored. Dates are inclusive.
    """

    class Kind(models.TextChoices):
        HALF_TERM = "half_term", "Half-term"
        INSET = "inset", "INSET day"
        CLOSURE = "closure", "Closure"

    access = Access(
        add=("calendar.change",),
        change=("calendar.change",),
        remove=("calendar.change",),
        granted="true",
    )

    establishment = TenantForeignKey(Establishment, null=True, blank=True, related_name="calendar")
    academic_year = models.CharField("academic year, such as 2026-27", max_length=7)
    kind = models.CharField(max_length=9, choices=Kind)
    name = models.CharField("name; for a half-term autumn-1 to summer-2", max_length=100, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta(TenantModel.Meta):
        ordering = ("starts_on", "id")
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="places_calendarentry_order"
            ),
            models.UniqueConstraint(
                fields=["tenant", "establishment", "academic_year", "name"],
                condition=models.Q(kind="half_term"),
                nulls_distinct=False,
                name="places_calendarentry_half_term",
            ),
        ]
