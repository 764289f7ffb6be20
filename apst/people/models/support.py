"""What keeps specialists well and able: induction, supervision, and somebody who knows when they are out alone."""

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

from .posts import MANAGES_PEOPLE, OWN_SPECIALIST, Specialist

BY_ONESELF = "member_id = (select app.member())"


class InductionItem(PublicModel):
    """One line of the taskforce's own induction checklist; one that is retired keeps its ticks."""

    access = Access(
        see=("people.manage", "intervention.log"), add=("people.manage",), change=("people.manage",), granted="true"
    )

    text = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()
    retired_on = models.DateField(null=True, blank=True)

    class Meta(PublicModel.Meta):
        ordering = ("position", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "text"], name="people_inductionitem_text"),
        ]

    def __str__(self) -> str:
        return self.text


class InductionTick(TenantModel):
    """An item that a specialist has done."""

    access = Access(
        see=("people.manage", "intervention.log"),
        see_where=f"{MANAGES_PEOPLE} or {OWN_SPECIALIST}",
        history=False,
        add=("people.manage", "intervention.log"),
        remove=("people.manage", "intervention.log"),
        own=f"{MANAGES_PEOPLE} or {OWN_SPECIALIST}",
        granted=OWN_SPECIALIST,
    )

    specialist = TenantForeignKey(Specialist, related_name="induction", db_index=False)
    item = TenantForeignKey(InductionItem, related_name="ticks")
    done_on = models.DateField()
    ticked_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "specialist", "item"], name="people_inductiontick_once"),
        ]


class Supervision(PublicModel):
    """Who supervises a specialist and how often. The dates are sessions of that kind; what was said is nowhere."""

    class Kind(models.TextChoices):
        CLINICAL = "clinical", "Clinical supervision"
        LINE = "line", "Line management"

    access = Access(
        see=("people.manage", "intervention.log"),
        see_where=f"{MANAGES_PEOPLE} or {OWN_SPECIALIST}",
        history=False,
        add=("people.manage",),
        change=("people.manage",),
        granted=OWN_SPECIALIST,
        granted_writes="false",
    )

    specialist = TenantForeignKey(Specialist, related_name="supervision", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    supervisor = models.CharField("who supervises, and of which service", max_length=150)
    every_weeks = models.PositiveSmallIntegerField("weeks from one to the next")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta(PublicModel.Meta):
        ordering = ("kind", "starts_on", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "specialist", "kind"],
                condition=models.Q(ends_on__isnull=True),
                name="people_supervision_once",
            ),
        ]


class LoneVisit(PublicModel):
    """Somebody out alone, at a home or with a pupil in the car: where, and when they are expected back."""

    class Kind(models.TextChoices):
        HOME_VISIT = "home_visit", "Home visit"
        LIFT = "lift", "Giving a lift"
        OTHER = "other", "Somewhere else alone"

    access = Access(
        see=("people.manage", "intervention.log"),
        see_where=f"{MANAGES_PEOPLE} or {BY_ONESELF}",
        history=False,
        add=("intervention.log",),
        change=("intervention.log", "people.manage"),
        own=BY_ONESELF,
        change_own=f"{MANAGES_PEOPLE} or {BY_ONESELF}",
        granted=BY_ONESELF,
        # Where it is may be where a family lives.
        category="family",
        special={"place": "family"},
    )

    member = TenantForeignKey(Membership, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    place = models.CharField("where, in words", max_length=200)
    left_at = models.DateTimeField(db_default=Now())
    expected_back_at = models.DateTimeField()
    back_at = models.DateTimeField(null=True, blank=True)
    closed_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    alarmed_at = models.DateTimeField("when the managers were alarmed", null=True, blank=True)
    emailed_at = models.DateTimeField(null=True, blank=True)

    class Meta(PublicModel.Meta):
        ordering = ("-left_at", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "member"], condition=models.Q(back_at__isnull=True), name="people_lonevisit_one_out"
            ),
        ]
        indexes = [
            models.Index(
                fields=["expected_back_at"],
                condition=models.Q(back_at__isnull=True, alarmed_at__isnull=True),
                name="people_lonevisit_overdue",
            ),
            models.Index(fields=["tenant", "member", "-left_at"], name="people_lonevisit_own"),
        ]
