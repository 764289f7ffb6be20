"""A pupil's time with the taskforce, who works with them, and the work itself."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from guardian.models import UserObjectPermissionBase

from apst.accounts.models import Membership
from apst.codelists import choices
from apst.people.models import Post, Pupil
from apst.places.models import Site
from apst.tenancy.access import BY_CATEGORY, Access
from apst.tenancy.fields import CurrentTenant
from apst.tenancy.matrix import IMPORTING
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel
from referrals.models import Referral


class CaseQuerySet(models.QuerySet["Case"]):
    """The words in which cases are asked for."""

    def open(self) -> "CaseQuerySet":
        """Those that have not ended."""
        return self.filter(ended_on__isnull=True)

    def ended(self) -> "CaseQuerySet":
        """Those that have ended."""
        return self.filter(ended_on__isnull=False)

    def open_on(self, day: dt.date) -> "CaseQuerySet":
        """Those open on a day; a case is open on its first and on its last day."""
        return self.filter(models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=day), opened_on__lte=day)

    def worked_by(self, posts: Iterable[int]) -> "CaseQuerySet":
        """Those that one of the posts leads or is on the team of."""
        team = CaseMember.objects.filter(post__in=list(posts), ends_on__isnull=True)
        return self.filter(models.Q(lead__in=list(posts)) | models.Q(pk__in=team.values("case")))


class Case(PublicModel):
    """The taskforce's work with one pupil, from allocation to its end."""

    access = Access(
        see=("case.brief",),
        add=("case.allocate", IMPORTING),
        change=("case.change", "case.allocate", "case.close", IMPORTING),
        category="intervention",
        case="id",
        pupil="pupil_id",
        # Its opener sees it until the grants are written, later in the same transaction (services.cases.allocate).
        granted="id in ({granted}) or (opened_by_id = (select app.member()) and not restricted"
        " and public_id::text = (select current_setting('app.opening', true)))",
        granted_writes="app.may_open_case(referral_id, pupil_id)",
        guest="id = any((select app.shared('any'))::bigint[])",
    )

    reference = models.CharField(max_length=40)
    pupil = TenantForeignKey(Pupil, related_name="cases")
    referral = TenantForeignKey(Referral, null=True, blank=True, related_name="cases")
    site = TenantForeignKey(Site, null=True, blank=True, related_name="+")
    lead = TenantForeignKey(Post, null=True, blank=True, related_name="+")
    tier = models.CharField(max_length=10, choices=choices("tiers"), blank=True)
    opened_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=choices("case_end_reasons"), blank=True)
    restricted = models.BooleanField(default=False)
    opened_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    updated_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    objects = CaseQuerySet.as_manager()

    class Meta(PublicModel.Meta):
        ordering = ("-updated_at", "-id")
        permissions = [
            (f"see_{category}", f"May see {label.lower()}") for category, label in choices("data_categories")
        ]
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "reference"], name="cases_case_reference"),
            models.UniqueConstraint(
                fields=["tenant", "pupil"],
                condition=models.Q(ended_on__isnull=True),
                name="cases_case_one_open_a_pupil",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True, end_reason="")
                | (models.Q(ended_on__isnull=False) & ~models.Q(end_reason="")),
                name="cases_case_ended_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("opened_on")),
                name="cases_case_order",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "-updated_at", "-id"], name="cases_case_list"),
            models.Index(fields=["tenant", "pupil"], name="cases_case_pupil"),
            models.Index(fields=["tenant"], condition=models.Q(restricted=True), name="cases_case_restricted"),
        ]

    def __str__(self) -> str:
        return f"Case {self.reference}"

    @property
    def is_open(self) -> bool:
        """True while it has not ended."""
        return self.ended_on is None


class CaseAccess(UserObjectPermissionBase, TenantModel):
    """A grant on one case: guardian's store, read by the database's own policies.

    Each package writes the grants of its own people; an expired grant grants nothing to anybody.
    """

    class Source(models.TextChoices):
        TEAM = "team", "On the case team"
        SITE = "site", "Post covers the site"
        GRANT = "grant", "Granted by a holder"
        GUEST = "guest", "Guest under an agreement"
        BREAK_GLASS = "break_glass", "Opened in an emergency"

    access = Access(
        add=("case.allocate", "grant.give", "people.manage"),
        change=("case.allocate", "grant.give", "people.manage"),
        remove=("case.allocate", "grant.end", "people.manage"),
        case="content_object_id",
        category="identity",
        granted="user_id = (select app.person()) and (expires_at is null or expires_at > statement_timestamp())",
        # Whoever sees single cases writes no grant by hand; app.refresh_access writes the rules'.
        granted_writes="false",
        # Nobody gives a grant to themselves, whatever their role.
        own="user_id is distinct from (select app.person())",
    )

    tenant = models.ForeignKey(
        "tenancy.Taskforce",
        on_delete=models.PROTECT,
        editable=False,
        db_default=CurrentTenant(),
        related_name="+",
        db_index=False,
    )
    content_object = TenantForeignKey(Case, on_delete=models.CASCADE, related_name="grants", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=11, choices=Source)
    given_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField(db_default=Now())
    reason = models.CharField(max_length=300, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="cases_caseaccess_tenant"),
            models.UniqueConstraint(
                fields=["tenant", "user", "permission", "content_object"], name="cases_caseaccess_once"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "user", "content_object"], name="cases_caseaccess_user"),
            models.Index(fields=["tenant", "content_object"], name="cases_caseaccess_case"),
        ]


class CaseMember(PublicModel):
    """A post on a case's team, with its part and dates."""

    class Part(models.TextChoices):
        LEAD = "lead", "Lead"
        DIRECT = "direct", "Works directly"
        ADVISORY = "advisory", "Behind the scenes"
        KEY_PERSON = "key_person", "Key person"

    access = Access(
        see=("case.brief",),
        add=("case.change", "case.allocate", IMPORTING),
        change=("case.change", "case.allocate", IMPORTING),
        category="intervention",
        case="case_id",
        granted="case_id in ({granted})"
        " or case_id in (select c.id from cases_case c where c.opened_by_id = (select app.member()))",
        guest=BY_CATEGORY,
    )

    case = TenantForeignKey(Case, related_name="team")
    post = TenantForeignKey(Post, related_name="+")
    part = models.CharField(max_length=10, choices=Part, default=Part.DIRECT)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    joined_at = models.DateTimeField(db_default=Now())

    class Meta(PublicModel.Meta):
        ordering = ("starts_on", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "case", "post"],
                condition=models.Q(ends_on__isnull=True),
                name="cases_casemember_once",
            ),
        ]
