"""Data-sharing agreements: what was sent is fixed; signing, extending and ending are rows of their own.

How an agreement stands on a day (draft, sent, in force, due for review, expired, terminated, superseded) is stored
nowhere: `app.standing_of` works it out from these rows, for pages and policies alike.
"""

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.codelists import choices
from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

from .partners import DRAFTS, Partner

# A guest reads the agreements of their own organisation, once they are sent to it.
SENT_TO_THEM: Final = "partner_id = any((select app.partners())::bigint[]) and sent_at is not null"


def of_agreement(table: str, where: str = "true") -> str:
    """Give the clause that a row's agreement is seen by whoever asks. where: a further clause on it (alias a)."""
    return (
        "exists (select from sharing_datasharingagreement a"
        f" where a.tenant_id = {table}.tenant_id and a.id = {table}.agreement_id and {where} offset 0)"
    )


def articles(number: str) -> list[tuple[str, str]]:
    """Give (code, words) of the lawful bases of one article of the UK GDPR."""
    return [(code, f"{number}: {words}") for code, words in choices("lawful_bases") if code.startswith(f"{number}_")]


class DataSharingAgreement(PublicModel):
    """What the taskforce and one partner may share, why, on which basis and until when (ICO data sharing code).

    A new version is a row of its own, and supersedes those before it once it is signed by both and has begun. Guests
    and shared cases belong to the agreement, whatever its version. standing: where `queries.agreements` gave it.
    """

    standing: str

    class Template(models.TextChoices):
        NHS_TRUST = "nhs_trust", "NHS trust"
        YOUTH_JUSTICE = "youth_justice", "Youth justice service"
        SOCIAL_CARE = "social_care", "Children’s social care"
        EARLY_HELP = "early_help", "Early help"
        MAINSTREAM_SCHOOL = "mainstream_school", "Mainstream school"
        POLICE = "police", "Police"
        LOCAL_AUTHORITY = "local_authority", "Local authority"
        OWN = "own", "The taskforce’s own"

    access = Access(
        add=DRAFTS,
        change=DRAFTS,
        # What was sent is what is signed: it changes no more. Sending is the last change.
        change_own="sent_at is null",
        change_to="true",
        granted="true",
        guest=SENT_TO_THEM,
    )

    partner = TenantForeignKey(Partner, related_name="agreements")
    title = models.CharField(max_length=200)
    template = models.CharField(max_length=20, choices=Template, default=Template.OWN)
    number = models.PositiveIntegerField("version", default=1)
    first = TenantForeignKey("self", null=True, blank=True, related_name="versions")  # null: this is the first
    our_role = models.CharField("what the taskforce’s controller is", max_length=60, default="Independent controller")
    their_role = models.CharField("what the partner is", max_length=60, default="Independent controller")
    purposes = ArrayField(models.CharField(max_length=24, choices=choices("sharing_purposes")), default=list)
    why = models.TextField("why sharing is necessary, and what it brings", blank=True)
    confidence = models.TextField("the duty of confidence, and how it is met", blank=True)
    accuracy = models.TextField("how information is kept accurate", blank=True)
    retention = models.TextField("how long each party keeps it, and what happens at the end", blank=True)
    security = models.TextField("how it is kept safe, and what happens after a breach", blank=True)
    rights = models.TextField("how people’s rights are answered", blank=True)
    contact = models.TextField("the single point of contact", blank=True)
    starts_on = models.DateField()
    review_on = models.DateField("to be reviewed by")
    ends_on = models.DateField()
    drafted_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    drafted_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField("against overwriting each other", default=1)

    class Meta(PublicModel.Meta):
        ordering = ("-starts_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(review_on__gte=models.F("starts_on"), ends_on__gte=models.F("review_on")),
                name="sharing_agreement_order",
            ),
            models.UniqueConstraint(fields=["tenant", "first", "number"], name="sharing_agreement_version_once"),
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True) | ~models.Q(purposes=[]),
                name="sharing_agreement_has_purpose",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "partner"], name="sharing_agreement_partner")]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"


class AgreementCategory(TenantModel):
    """One category under an agreement: who may see and supply it, how it is passed on, and on which basis each party
    holds it (UK GDPR articles 6, 9 and 10; DPA 2018 schedule 1).
    """

    class Onward(models.TextChoices):
        NO = "no", "Not passed on"
        ASK = "ask", "Passed on only if the other party agrees each time"
        OWN = "own", "Within the receiving organisation only"
        YES = "yes", "May be passed on for the same purpose"

    access = Access(
        add=DRAFTS,
        change=DRAFTS,
        remove=DRAFTS,
        own=of_agreement("sharing_agreementcategory", "a.sent_at is null"),
        granted="true",
        guest=of_agreement("sharing_agreementcategory"),
    )

    agreement = TenantForeignKey(DataSharingAgreement, related_name="categories", db_index=False)
    category = models.CharField(max_length=16, choices=choices("data_categories"))
    partner_sees = models.BooleanField(default=False)
    partner_supplies = models.BooleanField(default=False)
    onward = models.CharField(max_length=3, choices=Onward, default=Onward.NO)
    our_article_6 = models.CharField(max_length=8, choices=articles("6"))
    our_article_9 = models.CharField(max_length=14, choices=articles("9") + articles("10"), blank=True)
    our_condition = models.CharField(max_length=6, choices=choices("sharing_conditions"), blank=True)
    their_article_6 = models.CharField(max_length=8, choices=articles("6"))
    their_article_9 = models.CharField(max_length=14, choices=articles("9") + articles("10"), blank=True)
    their_condition = models.CharField(max_length=6, choices=choices("sharing_conditions"), blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("id",)
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "agreement", "category"], name="sharing_agreementcategory_once"),
        ]


class AgreementSignature(TenantModel):
    """Who signed for which party, when, and the fingerprint of what they had before them. Never changed."""

    class Party(models.TextChoices):
        OURS = "ours", "The taskforce"
        THEIRS = "theirs", "The partner"

    access = Access(
        add=("agreement.sign",),
        own="signed_by_id = (select app.member()) and party = 'ours' and "
        + of_agreement("sharing_agreementsignature", "a.sent_at is not null"),
        granted="true",
        guest=of_agreement("sharing_agreementsignature"),
        guest_writes="signed_by_id = (select app.member()) and party = 'theirs' and "
        + of_agreement("sharing_agreementsignature"),
    )

    agreement = TenantForeignKey(DataSharingAgreement, related_name="signatures", db_index=False)
    party = models.CharField(max_length=6, choices=Party)
    name = models.CharField("named signatory", max_length=150)
    position = models.CharField("what they are there", max_length=150)
    signed_by = TenantForeignKey(Membership, related_name="+")
    signed_at = models.DateTimeField(db_default=Now())
    fingerprint = models.CharField("SHA-256 of what they saw", max_length=64)

    class Meta(TenantModel.Meta):
        ordering = ("signed_at", "id")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "agreement", "party"], name="sharing_agreementsignature_once"),
        ]


class AgreementExtension(TenantModel):
    """The review put off by the information governance lead, thirty days at most at a time, with a reason."""

    MOST_DAYS: Final = 30

    access = Access(
        add=("agreement.end",),
        own="extended_by_id = (select app.member()) and (select app.role()) = 'ig_lead'",
        granted="true",
        guest=of_agreement("sharing_agreementextension"),
    )

    agreement = TenantForeignKey(DataSharingAgreement, related_name="extensions", db_index=False)
    extended_on = models.DateField()
    until = models.DateField()
    reason = models.TextField()
    extended_by = TenantForeignKey(Membership, related_name="+")
    extended_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        ordering = ("extended_at", "id")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "agreement", "until"], name="sharing_agreementextension_once"),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("extended_on"))
                & models.Q(until__lte=models.F("extended_on") + models.Value(30)),
                name="sharing_agreementextension_thirty_days",
            ),
        ]


class AgreementEnding(TenantModel):
    """An agreement terminated before its day. Never changed."""

    access = Access(
        add=("agreement.end",),
        own="ended_by_id = (select app.member())",
        granted="true",
        guest=of_agreement("sharing_agreementending"),
    )

    agreement = TenantForeignKey(DataSharingAgreement, related_name="endings", db_index=False)
    ends_on = models.DateField("the first day on which it does not hold any more")
    reason = models.TextField(blank=True)
    ended_by = TenantForeignKey(Membership, related_name="+")
    ended_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "agreement"], name="sharing_agreementending_once"),
        ]
