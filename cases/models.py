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
from apst.tenancy.access import Access
from apst.tenancy.fields import CurrentTenant
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

    def quiet_since(self, day: dt.date) -> "CaseQuerySet":
        """Open ones, opened before a day, without a session on or after it."""
        # Asked once for all cases, not once for each.
        worked = InterventionPlace.objects.filter(
            case__isnull=False, intervention__held_on__gte=day, intervention__deleted_at__isnull=True
        )
        return self.open().filter(opened_on__lt=day).exclude(pk__in=worked.values("case"))


class Case(PublicModel):
    """The taskforce's work with one pupil, from allocation to its end."""

    access = Access(
        see=("case.brief",),
        add=("case.allocate", "record.import"),
        change=("case.change", "case.allocate", "case.close", "record.import"),
        category="intervention",
        case="id",
        pupil="pupil_id",
        # Its opener sees it until the grants are written, later in the same transaction (services.cases.allocate).
        granted="id in ({granted}) or (opened_by_id = (select app.member()) and not restricted"
        " and public_id::text = (select current_setting('app.opening', true)))",
        granted_writes="app.may_open_case(referral_id, pupil_id)",
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
        add=("case.allocate", "grant.give", "people.manage", "record.import"),
        change=("case.allocate", "grant.give", "people.manage", "record.import"),
        remove=("case.allocate", "grant.end", "people.manage", "record.import"),
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


class CaseMember(TenantModel):
    """A post on a case's team, with its part and dates."""

    class Part(models.TextChoices):
        LEAD = "lead", "Lead"
        DIRECT = "direct", "Works directly"
        ADVISORY = "advisory", "Behind the scenes"
        KEY_PERSON = "key_person", "Key person"

    access = Access(
        see=("case.brief",),
        add=("case.change", "case.allocate", "record.import"),
        change=("case.change", "case.allocate", "record.import"),
        category="intervention",
        case="case_id",
        granted="case_id in ({granted})"
        " or case_id in (select c.id from cases_case c where c.opened_by_id = (select app.member()))",
    )

    case = TenantForeignKey(Case, related_name="team")
    post = TenantForeignKey(Post, related_name="+")
    part = models.CharField(max_length=10, choices=Part, default=Part.DIRECT)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("starts_on", "id")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "case", "post"],
                condition=models.Q(ends_on__isnull=True),
                name="cases_casemember_once",
            ),
        ]


INTERVENTION_CHANGE = (
    "((select app.reach('intervention.change')) = 'T' or logged_by_id = (select app.member()))"
    " and ((select app.condition('intervention.change')) <> 'own_window' or changeable_until >= app.today())"
)


# What hangs on a session is written by whoever may change the session itself. A function asks, because the session's
# own policy reads its places, and a policy may not come round to its own table.
PART_CHANGE = "app.may_mend_session(intervention_id)"
# Nobody signs for another.
LOGGED_BY_ONESELF = "logged_by_id is null or logged_by_id = (select app.member())"
MY_POSTS = (
    "select p.id from people_post p join people_specialist s on s.tenant_id = p.tenant_id and s.id = p.specialist_id"
    " where s.user_id = (select app.person())"
)


class InterventionQuerySet(models.QuerySet["Intervention"]):
    """The words in which sessions are asked for."""

    def kept(self) -> "InterventionQuerySet":
        """Those that were not deleted."""
        return self.filter(deleted_at__isnull=True)

    def by_posts(self, posts: Iterable[int], *, or_logged_by: int | None) -> "InterventionQuerySet":
        """Those that one of the posts delivered, or that the membership logged."""
        delivered = InterventionSpecialist.objects.filter(post__in=list(posts), intervention=models.OuterRef("pk"))
        return self.filter(models.Exists(delivered) | models.Q(logged_by=or_logged_by))


class Intervention(PublicModel):
    """Work by one or more specialists on one day; a *session* on every page."""

    access = Access(
        see=("case.view", "intervention.log"),
        add=("intervention.log", "record.import"),
        change=("intervention.change", "record.import"),
        own=LOGGED_BY_ONESELF,
        change_own=INTERVENTION_CHANGE,
        category="intervention",
        granted="logged_by_id = (select app.member()) or exists (select from cases_interventionplace p"  # noqa: S608 - constants of this file
        " where p.tenant_id = cases_intervention.tenant_id and p.intervention_id = cases_intervention.id)"
        " or exists (select from cases_interventionspecialist x where x.tenant_id = cases_intervention.tenant_id"
        f" and x.intervention_id = cases_intervention.id and x.post_id in ({MY_POSTS}))",
        granted_writes="true",
        special={"activity_type": "health", "intervention_type": "health"},
    )

    reference = models.CharField(max_length=40)
    held_on = models.DateField()
    starts_at = models.TimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField()
    activity_type = models.CharField(max_length=20, choices=choices("activity_types"))
    intervention_type = models.CharField(
        "what it was", max_length=30, choices=choices("intervention_types"), blank=True
    )
    location = models.CharField(max_length=20, choices=choices("locations"), blank=True)
    out_of_school_hours = models.BooleanField(default=False)
    site = TenantForeignKey(Site, null=True, blank=True, related_name="+")
    staff_trained = models.PositiveSmallIntegerField(null=True, blank=True)
    logged_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+", db_index=False)
    logged_at = models.DateTimeField(db_default=Now())
    changeable_until = models.DateField("last day on which its author may change it", null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    submission_key = models.UUIDField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = InterventionQuerySet.as_manager()

    class Meta(PublicModel.Meta):
        ordering = ("-held_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "reference"], name="cases_intervention_reference"),
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_intervention_submission"),
            models.CheckConstraint(
                condition=models.Q(minutes__gte=1, minutes__lte=1440), name="cases_intervention_minutes"
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "held_on", "id"],
                include=["minutes", "activity_type", "location", "out_of_school_hours"],
                name="cases_intervention_day",
            ),
            models.Index(fields=["tenant", "logged_by", "-id"], name="cases_intervention_author"),
        ]

    def __str__(self) -> str:
        return f"Session {self.reference}"


class InterventionSpecialist(TenantModel):
    """A post that delivered a session: its minutes count once for each."""

    access = Access(
        see=("case.view", "intervention.log"),
        add=("intervention.log", "intervention.change", "record.import"),
        remove=("intervention.change", "record.import"),
        category="intervention",
        # Which post delivered which session: open to those who log, because the session's own policy reads it.
        # It names no pupil.
        granted="(select app.may('intervention.log')) or exists (select from cases_interventionplace p where"
        " p.tenant_id = cases_interventionspecialist.tenant_id"
        " and p.intervention_id = cases_interventionspecialist.intervention_id)",
        granted_writes="true",
        own=PART_CHANGE,
    )

    intervention = TenantForeignKey(Intervention, related_name="specialists", db_index=False)
    post = TenantForeignKey(Post, related_name="+", db_index=False)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "intervention", "post"], name="cases_interventionspecialist_once"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "post", "intervention"], name="cases_interventionspec_post")]


class InterventionPlace(TenantModel):
    """One pupil named in a session, and whether they were there. Keeps the case it belonged to, where there was one."""

    access = Access(
        see=("case.view", "intervention.log"),
        add=("intervention.log", "intervention.change", "record.import"),
        change=("intervention.change", "record.import"),
        remove=("intervention.change", "record.import"),
        category="intervention",
        case="case_id",
        pupil="pupil_id",
        granted="case_id in ({granted}) or pupil_id in (select c.pupil_id from cases_case c)",
        own=PART_CHANGE,
    )

    intervention = TenantForeignKey(Intervention, related_name="places", db_index=False)
    pupil = TenantForeignKey(Pupil, related_name="places", db_index=False)
    case = TenantForeignKey(Case, null=True, blank=True, related_name="places", db_index=False)
    attendance = models.CharField(max_length=25, choices=choices("session_attendance"), default="attended")

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "intervention", "pupil"], name="cases_interventionplace_once"),
        ]
        indexes = [
            models.Index(fields=["tenant", "case", "intervention"], name="cases_place_case"),
            models.Index(fields=["tenant", "pupil", "intervention"], name="cases_place_pupil"),
        ]


# Where a session names a pupil of a restricted case, what was written about it is hidden whole.
NAMES_NOBODY_HIDDEN = "(select cardinality(app.hidden_pupils())) = 0 or not app.names_hidden(intervention_id)"


class InterventionNote(PublicModel):
    """What was written about a session, apart from it: those who may count hours may not all read notes."""

    access = Access(
        see=("note.view",),
        see_where=NAMES_NOBODY_HIDDEN,
        add=("note.write", "intervention.log", "record.import"),
        change=("note.write",),
        own="written_by_id is null or written_by_id = (select app.member())",
        change_own="written_by_id = (select app.member())",
        category="intervention",
        granted="(written_by_id = (select app.member()) or intervention_id in (select i.id from cases_intervention i))"  # noqa: S608 - constants of this file
        f" and ({NAMES_NOBODY_HIDDEN})",
        granted_writes="true",
    )

    intervention = TenantForeignKey(Intervention, related_name="notes")
    text = models.TextField()
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())

    class Meta(PublicModel.Meta):
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "intervention"], name="cases_interventionnote_once"),
        ]
