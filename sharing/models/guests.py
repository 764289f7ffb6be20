"""Who comes as a guest, under which agreement, and which cases are shared with their organisation."""

from typing import Final

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Invitation, Membership
from apst.codelists import choices
from apst.people.models import Pupil
from apst.tenancy.access import Access, seen_there
from apst.tenancy.models import PublicModel, TenantForeignKey
from cases.models import Case

from .agreements import DataSharingAgreement
from .partners import DRAFTS, Partner

OF_THEIRS: Final = "partner_id = any((select app.partners())::bigint[])"


class Guest(PublicModel):
    """A partner's person as a guest under one agreement, from day to day; without a live row a guest sees nothing."""

    access = Access(
        add=DRAFTS,
        change=DRAFTS,
        granted="true",
        guest="membership_id = (select app.member())",
    )

    # Whoever is invited becomes a member when they take the invitation up; `app.accept_invitation` writes it here.
    membership = TenantForeignKey(Membership, null=True, blank=True, related_name="guests", db_index=False)
    invitation = TenantForeignKey(Invitation, null=True, blank=True, related_name="+", db_index=False)
    partner = TenantForeignKey(Partner, related_name="guests")
    agreement = TenantForeignKey(DataSharingAgreement, related_name="guests")
    starts_on = models.DateField()
    ends_on = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    invited_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")

    class Meta(PublicModel.Meta):
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "membership", "agreement"],
                condition=models.Q(ended_at__isnull=True),
                name="sharing_guest_once",
            ),
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="sharing_guest_order"),
            models.CheckConstraint(
                condition=models.Q(membership__isnull=False) | models.Q(invitation__isnull=False),
                name="sharing_guest_somebody",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "invitation"], name="sharing_guest_invitation")]


class SharedCase(PublicModel):
    """A case shared with a partner under an agreement for one of its purposes, until it is taken back."""

    access = Access(
        see=("case.brief", "disclosure.view"),
        add=("disclosure.make",),
        change=("disclosure.make",),
        own="shared_by_id = (select app.member()) and exists (select from cases_case c where"
        " c.tenant_id = sharing_sharedcase.tenant_id and c.id = sharing_sharedcase.case_id"
        " and c.pupil_id = sharing_sharedcase.pupil_id)",
        change_own="true",
        category="identity",
        case="case_id",
        pupil="pupil_id",
        granted="case_id in ({granted})",
        guest="case_id = any((select app.shared('any'))::bigint[]) and "
        + seen_there("agreement_id", "sharing_datasharingagreement"),
    )

    agreement = TenantForeignKey(DataSharingAgreement, related_name="shared_cases", db_index=False)
    case = TenantForeignKey(Case, related_name="shared", db_index=False)
    pupil = TenantForeignKey(Pupil, related_name="+", db_index=False)
    purpose = models.CharField(max_length=24, choices=choices("sharing_purposes"))
    shared_by = TenantForeignKey(Membership, related_name="+")
    shared_at = models.DateTimeField(db_default=Now())
    until = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")

    class Meta(PublicModel.Meta):
        ordering = ("-shared_at", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "agreement", "case"],
                condition=models.Q(ended_at__isnull=True),
                name="sharing_sharedcase_once",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "case"], name="sharing_sharedcase_case")]
