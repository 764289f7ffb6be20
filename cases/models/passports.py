"""Communication passports: one page in the pupil's own voice, who may read it, and what staff say worked."""

import datetime as dt
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.timezone import localtime
from guardian.models import UserObjectPermissionBase

from apst.accounts.models import Membership
from apst.people.models import Pupil
from apst.places.models import Establishment
from apst.tenancy.access import BY_CATEGORY, Access, seen_there
from apst.tenancy.fields import CurrentTenant
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

from .cases import Case
from .plans import same_case

# School staff read passports by a grant on each; everybody else by what they see of the case.
SHARED: Final = (
    "select g.content_object_id from cases_passportaccess g where g.user_id = (select app.person())"
    " and (g.expires_at is null or g.expires_at > statement_timestamp())"
)


class TeachingGroup(PublicModel):
    """A class or set of a school, so that its teacher has the passports of its pupils on one sheet."""

    access = Access(see=("passport.view",), add=("case.change",), change=("case.change",), granted="true")

    name = models.CharField(max_length=60)
    establishment = TenantForeignKey(Establishment, related_name="+")
    ended_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(PublicModel.Meta):
        ordering = ("name", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "establishment", "name"],
                condition=models.Q(ended_on__isnull=True),
                name="cases_teachinggroup_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Passport(PublicModel):
    """A pupil's communication passport. What it says is in its versions.

    version  the number of the last;  agreed_version  of the last that the pupil agreed to: that one is shared
    """

    access = Access(
        see=("passport.view",),
        add=("case.change",),
        change=("case.change",),
        category="voice",
        case="case_id",
        pupil="pupil_id",
        granted=f"case_id in ({{granted}}) or id in ({SHARED})",
        guest=BY_CATEGORY,
        granted_writes="case_id in ({granted})",
    )

    case = TenantForeignKey(Case, related_name="passports", db_index=False)
    # Whoever reads a shared passport need not see the pupil's record; the access log still says whose it was.
    pupil = TenantForeignKey(Pupil, related_name="+")
    review_on = models.DateField()
    version = models.PositiveIntegerField(default=1)
    agreed_version = models.PositiveIntegerField(null=True, blank=True)

    class Meta(PublicModel.Meta):
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "case"], name="cases_passport_one_a_case"),
        ]


class PassportVersion(PublicModel):
    """A passport as it was at one time; never changed. School staff read the last one that the pupil agreed to."""

    access = Access(
        see=("passport.view",),
        add=("case.change",),
        category="voice",
        case="case_id",
        pupil="pupil_id",
        own=same_case("cases_passportversion", "cases_passport", "passport_id"),
        granted="case_id in ({granted}) or exists (select from cases_passport p"
        " where p.tenant_id = cases_passportversion.tenant_id and p.id = cases_passportversion.passport_id"
        " and p.agreed_version = cases_passportversion.number offset 0)",
        guest=BY_CATEGORY + " and exists (select from cases_passport p"
        " where p.tenant_id = cases_passportversion.tenant_id and p.id = cases_passportversion.passport_id"
        " and p.agreed_version = cases_passportversion.number offset 0)",
        granted_writes="case_id in ({granted})",
        special={"communicate": "health", "understand": "health", "stressed": "health", "language": "health"},
    )

    passport = TenantForeignKey(Passport, related_name="versions", db_index=False)
    case = TenantForeignKey(Case, related_name="+", db_index=False)
    pupil = TenantForeignKey(Pupil, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    # A passport names its owner as they want to be called, also to those who may not open their record.
    name = models.CharField("name on the passport", max_length=120)
    good_at = models.TextField(blank=True)
    communicate = models.TextField(blank=True)
    understand = models.TextField(blank=True)
    hard = models.TextField(blank=True)
    stressed = models.TextField(blank=True)
    avoid = models.TextField(blank=True)
    know = models.TextField(blank=True)
    ask = models.TextField(blank=True)
    language = models.CharField("interpreter or communication aid", max_length=100, blank=True)
    written_with = models.CharField("who wrote it with the pupil", max_length=150)
    agreed = models.BooleanField("the pupil has agreed to it, and to who may read it", default=False)
    review_on = models.DateField()
    made_on = models.DateField()
    made_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta(PublicModel.Meta):
        ordering = ("-number",)
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "passport", "number"], name="cases_passportversion_once"),
        ]
        indexes = [
            models.Index(fields=["tenant", "case", "-made_on"], name="cases_passportversion_case"),
            models.Index(fields=["tenant", "pupil"], name="cases_passportversion_pupil"),
        ]


class PassportAccess(UserObjectPermissionBase, TenantModel):
    """A passport shared with a member of school staff until a day: guardian's store, read by the passport's policy."""

    access = Access(
        see=("passport.view",),
        add=("case.change",),
        change=("case.change",),
        category="identity",
        case="case_id",
        # Nobody gives a grant to themselves, whatever their role.
        # A function says whose passport it is: the passport's own policy reads this table.
        own="user_id is distinct from (select app.person()) and case_id = app.case_of_passport(content_object_id)",
        granted="user_id = (select app.person()) or case_id in ({granted})",
        granted_writes="case_id in ({granted})",
    )

    tenant = models.ForeignKey(
        "tenancy.Taskforce",
        on_delete=models.PROTECT,
        editable=False,
        db_default=CurrentTenant(),
        related_name="+",
        db_index=False,
    )
    content_object = TenantForeignKey(Passport, related_name="grants", db_index=False)
    case = TenantForeignKey(Case, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    group = TenantForeignKey(TeachingGroup, null=True, blank=True, related_name="grants")
    given_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    ran_until = models.DateTimeField("until when it ran before its group ended", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="cases_passportaccess_tenant"),
            models.UniqueConstraint(
                fields=["tenant", "user", "permission", "content_object"], name="cases_passportaccess_once"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "content_object"], name="cases_passportaccess_of"),
            models.Index(fields=["tenant", "case"], name="cases_passportaccess_case"),
        ]

    @property
    def last_day(self) -> dt.date:
        """The last whole day on which it may be read."""
        return (localtime(self.expires_at) - dt.timedelta(seconds=1)).date()


class TeachingGroupPlace(TenantModel):
    """A pupil of a teaching group, by their passport: shown to those who may read that."""

    access = Access(
        see=("passport.view",),
        add=("case.change",),
        remove=("case.change",),
        category="education",
        case="case_id",
        own=same_case("cases_teachinggroupplace", "cases_passport", "passport_id"),
        granted=seen_there("passport_id", "cases_passport"),
        granted_writes="case_id in ({granted})",
    )

    group = TenantForeignKey(TeachingGroup, related_name="places", db_index=False)
    passport = TenantForeignKey(Passport, related_name="places")
    case = TenantForeignKey(Case, related_name="+", db_index=False)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "group", "passport"], name="cases_teachinggroupplace_once"),
        ]


class PassportFeedback(PublicModel):
    """What a member of staff says of a passport's advice: what worked, what did not. Never changed."""

    class Worked(models.TextChoices):
        YES = "yes", "It worked"
        PARTLY = "partly", "Some of it worked"
        NO = "no", "It did not work"

    access = Access(
        see=("passport.view",),
        add=("passport.view",),
        category="intervention",
        case="case_id",
        pupil="pupil_id",
        own="written_by_id = (select app.member()) and "
        + same_case("cases_passportfeedback", "cases_passport", "passport_id"),
        # Staff of a school read what they said themselves; the team reads all.
        granted="case_id in ({granted}) or (written_by_id = (select app.member())"
        f" and {seen_there('passport_id', 'cases_passport')})",
        granted_writes=seen_there("passport_id", "cases_passport"),
    )

    passport = TenantForeignKey(Passport, related_name="feedback")
    case = TenantForeignKey(Case, related_name="+", db_index=False)
    pupil = TenantForeignKey(Pupil, related_name="+", db_index=False)
    said_on = models.DateField()
    worked = models.CharField(max_length=6, choices=Worked)
    text = models.CharField(max_length=500)
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(PublicModel.Meta):
        ordering = ("-said_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_passportfeedback_submission"),
        ]
        indexes = [models.Index(fields=["tenant", "case", "-said_on"], name="cases_passportfeedback_case")]
