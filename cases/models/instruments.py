"""What is measured with: instruments as data, their scales, and what their publishers say about a score."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from apst.codelists import choices
from apst.tenancy.access import Access
from apst.tenancy.matrix import IMPORTING
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

from .restricted import Sensitivity
from .seen import with_its

# An instrument of the shipped list is taken up by whoever uses it first; its settings are the manager's.
TAKEN_UP = ("settings.change", "case.change", IMPORTING)


def _of_the_list(table: str) -> str:
    listed = with_its("cases_instrument", table=table, key="instrument_id", where="h.library <> ''")
    return f"(select app.may('settings.change')) or {listed}"


class Instrument(PublicModel):
    """A questionnaire, test, screener or scale that this taskforce records results of; never its questions."""

    access = Access(
        add=TAKEN_UP,
        change=("settings.change",),
        own="library <> '' or (select app.may('settings.change'))",
        granted="true",
        granted_writes="true",
    )

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    edition = models.CharField("version", max_length=60, blank=True)
    asks_edition = models.CharField("the question for which test or version it was", max_length=80, blank=True)
    informants = ArrayField(models.CharField(max_length=10, choices=choices("informants")), default=list, blank=True)
    consent_for = models.CharField(
        "what consent it needs", max_length=30, choices=choices("consent_purposes"), blank=True
    )
    sensitivity = models.CharField(
        "how sensitive its results usually are", max_length=13, choices=Sensitivity, default=Sensitivity.ORDINARY
    )
    licence = models.CharField(max_length=400, blank=True)
    note = models.CharField(max_length=500, blank=True)
    library = models.CharField("its code in the shipped list", max_length=40, blank=True, default="")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta(PublicModel.Meta):
        ordering = ("name", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "code"], name="cases_instrument_code"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.edition}" if self.edition else self.name


class InstrumentScale(TenantModel):
    """One score of an instrument, with the least and the most it can be.

    labels  the words of a result that is a band, lowest first; its values are then 1, 2, 3 ...
    """

    class Unit(models.TextChoices):
        POINTS = "points", "points"
        MONTHS = "months", "months of age"
        BAND = "band", "band"

    class Better(models.TextChoices):
        HIGHER = "higher", "Higher is better"
        LOWER = "lower", "Lower is better"
        NEITHER = "neither", "Neither"

    class Part(models.TextChoices):
        ALONE = "alone", "Stands alone"
        IN_TOTAL = "in_total", "Adds up to the total"
        TOTAL = "total", "The total"

    access = Access(
        add=TAKEN_UP,
        change=("settings.change",),
        own=_of_the_list("cases_instrumentscale"),
        granted="true",
        granted_writes="true",
    )

    instrument = TenantForeignKey(Instrument, related_name="scales", db_index=False)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    unit = models.CharField(max_length=6, choices=Unit, default=Unit.POINTS)
    minimum = models.DecimalField(max_digits=6, decimal_places=1, default=0)
    maximum = models.DecimalField(max_digits=6, decimal_places=1, default=10)
    better = models.CharField(max_length=7, choices=Better, default=Better.NEITHER)
    part = models.CharField(max_length=8, choices=Part, default=Part.ALONE)
    labels = ArrayField(models.CharField(max_length=60), default=list, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("position", "id")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "instrument", "code"], name="cases_scale_code"),
            models.CheckConstraint(condition=models.Q(minimum__lt=models.F("maximum")), name="cases_scale_range"),
        ]

    def __str__(self) -> str:
        return self.name


class BandSet(TenantModel):
    """What a publisher calls low and high: for one instrument, mostly for one informant, with where it comes from.

    bands  by the scale's code, a list of [least, most, words]
    """

    access = Access(
        add=TAKEN_UP,
        change=("settings.change",),
        own=_of_the_list("cases_bandset"),
        granted="true",
        granted_writes="true",
    )

    instrument = TenantForeignKey(Instrument, related_name="band_sets", db_index=False)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    informant = models.CharField(max_length=10, choices=choices("informants"), blank=True)
    source = models.CharField(max_length=300)
    verified = models.BooleanField("checked at its source", default=False)
    bands = models.JSONField(default=dict)
    in_use = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        ordering = ("id",)
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "instrument", "code"], name="cases_bandset_code"),
        ]

    def __str__(self) -> str:
        return self.name
