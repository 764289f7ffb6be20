"""People who sign in, and what they are in which taskforce or area."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Now
from uuid6 import uuid7

from apst.tenancy.access import Access
from apst.tenancy.matrix import AREA_ROLES, ROLES, TASKFORCE_ROLES
from apst.tenancy.models import LocalAuthority, PublicModel, TenantForeignKey, TenantModel, Trust


class UserManager(BaseUserManager["User"]):
    """Makes accounts; only an invitation taken up or a command calls it."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account for `email`; without a password it cannot be signed in to."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """One person, one account; what they may do comes from their memberships alone."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    is_active = models.BooleanField(default=True)
    is_staff = False
    created_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_user_email_once")]

    def __str__(self) -> str:
        return self.name or "Account"


class Membership(PublicModel):
    """A person in a taskforce, with a role and dates. Records name their authors by it."""

    class CaseReach(models.TextChoices):
        ALL = "all", "All sites"
        SITES = "sites", "The sites of the post"
        ALLOCATED = "allocated", "Allocated cases only"

    access = Access(
        add=("people.manage",), change=("people.manage",), granted="true", guest="id = (select app.member())"
    )

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships", db_index=False)
    role = models.CharField(max_length=12, choices=[(role, ROLES[role]) for role in TASKFORCE_ROLES])
    name = models.CharField("name as colleagues know it", max_length=150)
    email = models.EmailField()
    case_reach = models.CharField(max_length=9, choices=CaseReach, default=CaseReach.ALL)
    may_decide = models.BooleanField("takes decisions where the taskforce's way of deciding allows", default=False)
    starts_on = models.DateField(db_default=Now())
    ends_on = models.DateField("last day", null=True, blank=True)
    confirmed_on = models.DateField("access last confirmed", null=True, blank=True)
    version = models.PositiveIntegerField(db_default=1, editable=False)

    class Meta(PublicModel.Meta):
        ordering = ("name", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "user"], name="accounts_membership_once"),
        ]
        indexes = [models.Index(fields=["user", "tenant"], name="accounts_membership_user")]

    def __str__(self) -> str:
        return self.name


class AreaMembership(models.Model):
    """A commissioner of an authority, a lead of a trust, or an operator of the platform: figures, never rows."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="area_memberships")
    role = models.CharField(max_length=12, choices=[(role, ROLES[role]) for role in AREA_ROLES])
    local_authority = models.ForeignKey(LocalAuthority, on_delete=models.PROTECT, null=True, blank=True)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, null=True, blank=True)
    starts_on = models.DateField(db_default=Now())
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role="commissioner", local_authority__isnull=False, trust__isnull=True)
                | models.Q(role="trust_lead", local_authority__isnull=True, trust__isnull=False)
                | models.Q(role="operator", local_authority__isnull=True, trust__isnull=True),
                name="accounts_areamembership_area",
            ),
        ]

    def __str__(self) -> str:
        return ROLES[self.role]


class Invitation(PublicModel):
    """An invitation by email to take a role; the token is only in the email, its hash here."""

    access = Access(see=("people.manage",), add=("people.manage",), change=("people.manage",))

    email = models.EmailField()
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=12, choices=[(role, ROLES[role]) for role in TASKFORCE_ROLES])
    token_hash = models.CharField(max_length=64, db_index=True)
    invited_by = TenantForeignKey(Membership, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(PublicModel.Meta):
        ordering = ("-created_at",)


class Draft(TenantModel):
    """What a person has typed into a form and not sent: it outlives the session, the battery and the time-out."""

    access = Access(
        see_where="person_id = (select app.person())",
        add=(),
        change=(),
        remove=(),
        own="person_id = (select app.person())",
        granted="person_id = (select app.person())",
        guest="person_id = (select app.person())",
        guest_writes="person_id = (select app.person())",
        category="intervention",
        audited=False,
    )

    person_id = models.BigIntegerField()
    form = models.CharField("which form, and of which record", max_length=100)
    payload = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "person_id", "form"], name="accounts_draft_once"),
        ]


class SecurityEvent(models.Model):
    """An act of no taskforce: signing in, failing to, a password changed."""

    at = models.DateTimeField(db_default=Now())
    person_id = models.BigIntegerField(null=True)
    act = models.CharField(max_length=40)
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=36, blank=True)

    def __str__(self) -> str:
        return self.act
