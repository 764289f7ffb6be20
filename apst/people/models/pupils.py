"""Pupils with their dated facts and contacts."""

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.codelists import choices
from apst.places.models import Establishment
from apst.tenancy.access import BY_CATEGORY, Access, seen_there
from apst.tenancy.matrix import IMPORTING
from apst.tenancy.models import LocalAuthority, PublicModel, TenantForeignKey, TenantModel

PUPIL_SEEN = ("referral.view", "case.brief", "intervention.log")
# The policies of cases and referrals apply inside these, so a pupil is seen exactly where a case or a referral of
# theirs is.
PUPIL_GRANTED = " or ".join(seen_there("id", table, "pupil_id") for table in ("cases_case", "referrals_referral"))
HAS_CASE = seen_there("pupil_id", "cases_case", "pupil_id")
IN_PUPILS = seen_there("pupil_id", "people_pupil")
BY_ONESELF = "recorded_by_id = (select app.member())"
BY_NOBODY_ELSE = f"recorded_by_id is null or {BY_ONESELF}"

# An import matches the contacts that are held by name; whoever imports sees them while it runs, and on no page.
WITHIN_IMPORT = f"(select app.may('{IMPORTING}'))"


class Pupil(PublicModel):
    """A child known to the taskforce: one record, whatever the number of cases or registrations."""

    class Registration(models.TextChoices):
        SINGLE = "single", "Single"
        DUAL_MAIN = "dual_main", "Dual, main"
        DUAL_SUBSIDIARY = "dual_subsidiary", "Dual, subsidiary"

    access = Access(
        see=PUPIL_SEEN,
        add=("referral.make", "record.import"),
        change=("case.change", "referral.triage", "record.import"),
        remove=("referral.triage",),
        category="identity",
        pupil="id",
        granted=f"{PUPIL_GRANTED} or recorded_by_id = (select app.member())",
        guest=BY_CATEGORY,
        special={"ethnicity": "identity", "first_language": "identity"},
    )

    local_id = models.CharField(max_length=40)
    upn = models.CharField("UPN", max_length=13, blank=True)
    surname = models.CharField(max_length=100)
    forename = models.CharField(max_length=100)
    preferred_name = models.CharField(max_length=100, blank=True)
    name_key = models.CharField("surname and forename, small and without accents", max_length=220, editable=False)
    sound_key = models.CharField("how the name sounds", max_length=40, editable=False)
    date_of_birth = models.DateField()
    sex = models.CharField(max_length=1, choices=choices("sex"), blank=True)
    ethnicity = models.CharField(max_length=4, choices=choices("ethnicity"), blank=True)
    first_language = models.CharField(max_length=50, blank=True)
    year_offset = models.SmallIntegerField("years taught above (or, negative, below) their age", default=0)
    home_school = TenantForeignKey(Establishment, null=True, blank=True, related_name="pupils")
    home_la = models.ForeignKey(LocalAuthority, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    placing_la = models.ForeignKey(LocalAuthority, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    registration = models.CharField(max_length=15, choices=Registration, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    entry_date = models.DateField(null=True, blank=True)
    leaving_date = models.DateField(null=True, blank=True)
    destination = models.CharField(max_length=30, choices=choices("destinations"), blank=True)
    recorded_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    class Meta(PublicModel.Meta):
        ordering = ("name_key", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            # Two pupils may share a UPN: the return's check names them, the import refuses them.
            models.UniqueConstraint(fields=["tenant", "local_id"], name="people_pupil_local_id"),
        ]
        indexes = [
            models.Index(fields=["tenant", "name_key", "id"], name="people_pupil_name"),
            models.Index(fields=["tenant", "upn"], name="people_pupil_upn"),
            models.Index(fields=["tenant", "date_of_birth", "sound_key"], name="people_pupil_sound"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """Forename (or the name they prefer) and surname."""
        return f"{self.preferred_name or self.forename} {self.surname}"


class PupilFormerName(PublicModel):
    """A name that a pupil had before. A search finds them by it; on pages it stands only for those who view cases."""

    access = Access(
        see=("case.view",),
        see_else=f"{BY_ONESELF} or {WITHIN_IMPORT}",
        add=("case.change", "referral.triage", "record.import"),
        remove=("case.change", "record.import"),
        own=BY_NOBODY_ELSE,
        change_own="true",
        category="identity",
        pupil="pupil_id",
        granted=f"{BY_ONESELF} or {HAS_CASE}",
        granted_writes=IN_PUPILS,
    )

    pupil = TenantForeignKey(Pupil, related_name="former_names", db_index=False)
    forename = models.CharField(max_length=100)
    surname = models.CharField(max_length=100)
    recorded_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta(PublicModel.Meta):
        ordering = ("-recorded_at", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "pupil", "surname", "forename"], name="people_pupilformername_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.forename} {self.surname}"


class PupilNameKey(TenantModel):
    """One part of a pupil's name as it is searched: folded, and how it sounds. Derived: services.keys writes it.

    Equality and ranges of plain text are what PostgreSQL uses an index for under row-level security; it never uses one
    for LIKE or trigrams there (tenancy design, 3), and would walk through a whole taskforce.
    """

    class Kind(models.TextChoices):
        CURRENT = "current", "Name"
        PREFERRED = "preferred", "Preferred name"
        FORMER = "former", "Former name"

    access = Access(
        see=PUPIL_SEEN,
        add=("referral.make", "case.change", "referral.triage", "record.import"),
        remove=("case.change", "referral.triage", "record.import"),
        category="identity",
        pupil="pupil_id",
        granted="exists (select from people_pupil p where p.tenant_id = people_pupilnamekey.tenant_id"
        " and p.id = people_pupilnamekey.pupil_id)",
        audited=False,
    )

    pupil = TenantForeignKey(Pupil, related_name="name_keys", db_index=False)
    kind = models.CharField(max_length=9, choices=Kind)
    key = models.CharField("part of a name, small and without accents", max_length=60, db_collation="C")
    sound = models.CharField("how it sounds", max_length=20, db_collation="C", blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "pupil", "kind", "key"], name="people_pupilnamekey_once"),
        ]
        indexes = [
            models.Index(fields=["tenant", "key"], include=["pupil"], name="people_namekey_key"),
            models.Index(fields=["tenant", "sound"], include=["pupil"], name="people_namekey_sound"),
        ]


class NhsNumber(TenantModel):
    """A pupil's NHS number, apart from who they are: told to those who see the pupil's cases and to no others."""

    access = Access(
        see=("case.view",),
        see_else=WITHIN_IMPORT,
        add=("case.change", IMPORTING),
        change=("case.change", IMPORTING),
        remove=("case.change",),
        category="health",
        pupil="pupil_id",
        granted=HAS_CASE,
        special={"number": "health"},
    )

    pupil = TenantForeignKey(Pupil, related_name="nhs_numbers", db_index=False)
    number = models.CharField("NHS number", max_length=10)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "pupil"], name="people_nhsnumber_once"),
        ]


class PupilFact(TenantModel):
    """One dated fact of a pupil: it holds from its date until the next of its kind does.

    A change adds a row with its own date. A correction marks the rows it replaces as corrected, for the past too; they
    stay.
    """

    class Kind(models.TextChoices):
        SEN_PROVISION = "sen_provision", "SEN provision"
        SEN_PRIMARY_NEED = "sen_primary_need", "Primary need"
        FSM = "fsm", "Free school meals"
        CSC_STATUS = "csc_status", "Children's social care"

    access = Access(
        see=("case.brief", "referral.view"),
        add=("case.change", "referral.make", "record.import"),
        change=("case.change", "record.import"),
        category="send",
        pupil="pupil_id",
        own=BY_NOBODY_ELSE,
        change_own="true",
        # Whoever only referred the pupil reads what they told, not what became known later.
        granted=f"{BY_ONESELF} or ((select app.reach('case.view')) = 'C' and {IN_PUPILS})"
        f" or ((select app.reach('case.view')) = 'G' and {HAS_CASE})",
        granted_writes=IN_PUPILS,
        guest=BY_CATEGORY,
        special={"value": "social_care"},
    )

    pupil = TenantForeignKey(Pupil, related_name="facts", db_index=False)
    kind = models.CharField(max_length=16, choices=Kind)
    value = models.CharField(max_length=20)
    holds_from = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    corrected_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("kind", "holds_from", "id")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "pupil", "kind", "holds_from"],
                condition=models.Q(corrected_at__isnull=True),
                name="people_pupilfact_once",
            ),
        ]


class Contact(PublicModel):
    """Somebody of the child's family or care, with what the law says about them."""

    access = Access(
        see=("case.view",),
        see_else=f"{BY_ONESELF} or {WITHIN_IMPORT}",
        add=("case.change", "referral.make", "record.import"),
        change=("case.change", "record.import"),
        own=BY_NOBODY_ELSE,
        # Only what they read: else whoever may change contacts could put their own name on all of them.
        change_own=f"(select app.may('case.view')) or {BY_ONESELF} or {WITHIN_IMPORT}",
        category="family",
        pupil="pupil_id",
        granted=f"{BY_ONESELF} or {HAS_CASE}",
        granted_writes=IN_PUPILS,
        guest=BY_CATEGORY,
    )

    pupil = TenantForeignKey(Pupil, related_name="contacts")
    name = models.CharField(max_length=150)
    relationship = models.CharField(max_length=50)
    parental_responsibility = models.BooleanField(null=True, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=300, blank=True)
    address_hidden = models.BooleanField("address is not to be told to anybody", default=False)
    interpreter_language = models.CharField(max_length=50, blank=True)
    court_order = models.CharField("court order", max_length=200, blank=True)
    priority = models.PositiveSmallIntegerField(default=1)
    # None once somebody else has changed it: it is then no longer what its first author told.
    recorded_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")

    class Meta(PublicModel.Meta):
        ordering = ("priority", "name", "id")
