"""The tenant, the areas above it, and the base of every row that belongs to a taskforce."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from uuid6 import uuid7

from .access import Access
from .fields import CurrentTenant, TenantForeignKey, TenantModelBase

__all__ = ["LocalAuthority", "PublicModel", "Taskforce", "TenantForeignKey", "TenantModel", "Trust"]


class LocalAuthority(models.Model):
    """An English local authority, as the DfE's reference list has it; read-only for everybody."""

    code = models.CharField(max_length=3, primary_key=True)
    name = models.CharField(max_length=100)
    gss_code = models.CharField(max_length=9)
    region = models.CharField(max_length=40)

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "local authorities"

    def __str__(self) -> str:
        return self.name


class Trust(models.Model):
    """A multi-academy trust whose schools host taskforces."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Taskforce(models.Model):
    """One Alternative Provision Specialist Taskforce: the tenant."""

    class HoldsCases(models.TextChoices):
        TEAM = "team", "The team: specialists see the cases of the sites that their post covers"
        ALLOCATED = "allocated", "Those allocated: specialists see the cases on whose team they are"

    class Decides(models.TextChoices):
        MANAGER = "manager", "The manager"
        TEAM = "team", "The team together"
        LEAD_SPECIALIST = "lead_specialist", "The lead specialist"

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    local_authority = models.ForeignKey(LocalAuthority, on_delete=models.PROTECT, related_name="taskforces")
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, null=True, blank=True, related_name="taskforces")
    urn = models.CharField("URN of the host school", max_length=6, blank=True)
    began_on = models.DateField(null=True, blank=True)
    opening_on = models.DateField("opening balance as at", null=True, blank=True)
    opening_pupils = models.PositiveIntegerField("pupils supported before its records here", default=0)
    opening_minutes = models.PositiveIntegerField("minutes delivered before its records here", default=0)
    holds_cases = models.CharField(max_length=10, choices=HoldsCases, default=HoldsCases.TEAM)
    full_week_minutes = models.PositiveSmallIntegerField("minutes of a full-time week", default=37 * 60)
    safeguarding_system = models.CharField("the school's own safeguarding system", max_length=60, blank=True)
    safeguarding_link = models.URLField("where that system is", blank=True)
    decides = models.CharField("how this taskforce decides", max_length=16, choices=Decides, default=Decides.MANAGER)
    confirm_within_days = models.PositiveSmallIntegerField("days of each term in which access is confirmed", default=21)
    confirm_from = models.DateField("terms that began later are reviewed", db_default=Now())
    counts_travel = models.BooleanField("travel is logged apart from delivery", default=False)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class TenantModel(models.Model, metaclass=TenantModelBase):
    """A row that belongs to one taskforce. Declares in `access` what the database lets through."""

    access: ClassVar[Access]

    tenant = models.ForeignKey(
        Taskforce,
        on_delete=models.PROTECT,
        editable=False,
        db_default=CurrentTenant(),
        related_name="+",
        db_index=False,
    )

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tenant", "id"], name="%(app_label)s_%(class)s_tenant")
        ]


class PublicModel(TenantModel):
    """A row with an address: the UUIDv7 stands in URLs, the database's own id never does."""

    public_id = models.UUIDField(default=uuid7, editable=False)

    class Meta(TenantModel.Meta):
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "public_id"], name="%(app_label)s_%(class)s_public"),
        ]


class ReferenceCounter(TenantModel):
    """The last number given to a referral, case or session of the taskforce; only `app.next_reference` counts it on.

    A row of its own, because whoever makes a record need not see the references of others'.
    """

    access = Access(granted="true", audited=False, system="select")

    kind = models.CharField(max_length=12)
    last = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "kind"], name="tenancy_referencecounter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.last}"
