"""Specialists, the posts that they hold, what was agreed for each, and the posts that nobody holds."""

from typing import Final

from django.db import models

from apst.accounts.models import Membership, User
from apst.codelists import choices
from apst.places.models import Site
from apst.tenancy.access import Access
from apst.tenancy.matrix import IMPORTING
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

from .pupils import WITHIN_IMPORT

DAYS: Final = (("mon", "Monday"), ("tue", "Tuesday"), ("wed", "Wednesday"), ("thu", "Thursday"), ("fri", "Friday"))
# What is one's own as a specialist: clauses over a column that names the specialist.
OWN_SPECIALIST: Final = (
    "specialist_id in (select s.id from people_specialist s where s.user_id = (select app.person()))"
)
MANAGES_PEOPLE: Final = "(select app.may('people.manage'))"
PEOPLE_SEEN: Final = ("dashboard.view", "intervention.log")


class Specialist(PublicModel):
    """A person who holds posts in the taskforce, with or without an account here."""

    access = Access(
        add=("people.manage", IMPORTING),
        change=("people.manage", IMPORTING),
        granted="true",
        guest="exists (select from people_post p where p.tenant_id = people_specialist.tenant_id"
        " and p.specialist_id = people_specialist.id offset 0)",
    )

    name = models.CharField(max_length=150)
    email = models.EmailField(blank=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(PublicModel.Meta):
        ordering = ("name", "id")
        indexes = [models.Index(fields=["tenant", "user"], name="people_specialist_user")]

    def __str__(self) -> str:
        return self.name


class Post(PublicModel):
    """A specialist post: type, share of a full week, dates.

    A change of FTE is a post that ends and another that starts.
    """

    class Record(models.TextChoices):
        TASKFORCE = "taskforce", "The taskforce’s"
        HOME_SERVICE = "home_service", "The home service’s: what is here is copied there"

    # Guests read of those on the teams of cases that are shared with them.
    access = Access(
        add=("people.manage", IMPORTING),
        change=("people.manage", IMPORTING),
        granted="true",
        guest="exists (select from cases_casemember m where m.tenant_id = people_post.tenant_id"
        " and m.post_id = people_post.id offset 0)",
    )

    specialist = TenantForeignKey(Specialist, related_name="posts")
    reference = models.CharField(max_length=40)
    specialist_type = models.CharField(max_length=30, choices=choices("specialist_types"))
    fte_hundredths = models.PositiveSmallIntegerField("FTE in hundredths of a full-time week")
    start_date = models.DateField("first day in post")
    end_date = models.DateField("last day in post", null=True, blank=True)
    employment = models.CharField(max_length=8, choices=choices("employment"), blank=True)
    home_service = models.CharField(max_length=150, blank=True)
    record = models.CharField(
        "whose record its entries are", max_length=12, choices=Record, default=Record.TASKFORCE, db_default="taskforce"
    )
    working_days = models.CharField("working days, such as mon;tue", max_length=27, blank=True)
    allocated_only = models.BooleanField("sees only the cases on whose team they are", default=False)

    class Meta(PublicModel.Meta):
        ordering = ("reference", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "reference"], name="people_post_reference"),
            models.CheckConstraint(
                condition=models.Q(fte_hundredths__gt=0) & models.Q(fte_hundredths__lte=100), name="people_post_fte"
            ),
            models.CheckConstraint(
                condition=models.Q(end_date__isnull=True) | models.Q(end_date__gte=models.F("start_date")),
                name="people_post_order",
            ),
            models.CheckConstraint(
                condition=~models.Q(specialist_type="police") | models.Q(allocated_only=True),
                name="people_post_police_allocated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.specialist.name}, {self.get_specialist_type_display()}"


class PostSite(TenantModel):
    """A site that a post covers; a post without any covers all."""

    access = Access(
        add=("people.manage", IMPORTING),
        change=("people.manage", IMPORTING),
        remove=("people.manage", IMPORTING),
        granted="true",
    )

    post = TenantForeignKey(Post, related_name="post_sites", db_index=False)
    site = TenantForeignKey(Site, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "post", "site"], name="people_postsite_once"),
        ]


class PostTerms(TenantModel):
    """What was agreed with a post's home service or holder: the manager's alone, for it says what a person costs."""

    class Agreement(models.TextChoices):
        SECONDMENT = "secondment", "Secondment agreement"
        SLA = "sla", "Service level agreement"
        EMPLOYMENT = "employment", "Contract of employment"
        AGENCY = "agency", "Contract with an agency"

    access = Access(
        see=("people.manage",),
        see_else=WITHIN_IMPORT,
        add=("people.manage", IMPORTING),
        change=("people.manage", IMPORTING),
        change_own=f"{MANAGES_PEOPLE} or {WITHIN_IMPORT}",
    )

    post = TenantForeignKey(Post, related_name="terms", db_index=False)
    agreement = models.CharField(max_length=10, choices=Agreement, blank=True)
    starts_on = models.DateField("the agreement's first day", null=True, blank=True)
    review_on = models.DateField("next review of the agreement", null=True, blank=True)
    ends_on = models.DateField("the agreement's last day", null=True, blank=True)
    annual_cost_pounds = models.PositiveIntegerField(
        "cost a year in pounds, for the share of a week that is held", null=True, blank=True
    )
    notes = models.CharField(max_length=500, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "post"], name="people_postterms_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(starts_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="people_postterms_order",
            ),
        ]


class PostDay(TenantModel):
    """Where a post works on one day of the week; without a row it is at the post's site, or at any of several."""

    access = Access(
        add=("people.manage",), change=("people.manage",), remove=("people.manage",), see=PEOPLE_SEEN, granted="true"
    )

    post = TenantForeignKey(Post, related_name="day_sites", db_index=False)
    day = models.CharField(max_length=3, choices=DAYS)
    site = TenantForeignKey(Site, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "post", "day"], name="people_postday_once"),
        ]


class Absence(PublicModel):
    """Days on which a specialist does not work here, and never why."""

    access = Access(
        see=PEOPLE_SEEN,
        add=("people.manage", "intervention.log"),
        remove=("people.manage", "intervention.log"),
        # Their own, or anybody's for the manager and the coordinator.
        own=f"(select app.reach('intervention.log')) = 'T' or {OWN_SPECIALIST}",
        granted="true",
    )

    specialist = TenantForeignKey(Specialist, related_name="absences", db_index=False)
    starts_on = models.DateField("first day away")
    ends_on = models.DateField("last day away")
    recorded_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")

    class Meta(PublicModel.Meta):
        ordering = ("starts_on", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="people_absence_order"),
        ]
        indexes = [models.Index(fields=["tenant", "specialist", "ends_on"], name="people_absence_days")]


class Vacancy(PublicModel):
    """A post that nobody holds."""

    access = Access(
        see=("people.manage", "dashboard.view"), add=("people.manage",), change=("people.manage",), granted="true"
    )

    specialist_type = models.CharField(max_length=30, choices=choices("specialist_types"))
    fte_hundredths = models.PositiveSmallIntegerField("FTE in hundredths of a full-time week")
    since = models.DateField("first day without a holder")
    site = TenantForeignKey(Site, null=True, blank=True, related_name="+")
    recruiting = models.CharField("how far recruiting is", max_length=300, blank=True)
    filled_by = TenantForeignKey(Post, null=True, blank=True, related_name="+")
    closed_on = models.DateField("filled or given up on", null=True, blank=True)

    class Meta(PublicModel.Meta):
        ordering = ("since", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(fte_hundredths__gt=0) & models.Q(fte_hundredths__lte=100), name="people_vacancy_fte"
            ),
        ]

    def __str__(self) -> str:
        return self.get_specialist_type_display()
