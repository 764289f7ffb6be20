"""What others told the taskforce of a pupil, and what was asked of them: always with its source."""

from typing import Final

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.codelists import choices
from apst.people.models import Pupil
from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel, TenantForeignKey
from cases.models import Case

from .agreements import AgreementCategory, DataSharingAgreement
from .partners import Partner

TELLS: Final = ("information.supply",)


def of_one_pupil(table: str) -> str:
    """Give the clause that a member signs for themselves, and that the pupil is the case's."""
    the_case = f"c.tenant_id = {table}.tenant_id and c.id = {table}.case_id and c.pupil_id = {table}.pupil_id"
    exists = f"exists (select from cases_case c where {the_case})"
    return f"(written_by_id is null or written_by_id = (select app.member())) and {exists}"


# A guest supplies of a case that is shared under the same agreement (whatever its version), while it is in force, what
# it lets their organisation supply, in their organisation's name and their own.
SUPPLIED: Final = (
    "written_by_id = (select app.member()) and request_id is null and struck_at is null"
    " and partner_id = any((select app.partners())::bigint[])"
    " and case_id = any((select app.shared('any'))::bigint[])"
    " and app.agreement_standing(agreement_id) in ('in_force', 'due_for_review')"
    " and exists (select from sharing_agreementcategory k where k.agreement_id = sharing_informationitem.agreement_id"
    " and k.category = sharing_informationitem.category and k.partner_supplies)"
    " and exists (select from sharing_datasharingagreement a"
    " join sharing_datasharingagreement b on coalesce(b.first_id, b.id) = coalesce(a.first_id, a.id)"
    " join sharing_sharedcase s on s.agreement_id = b.id and s.ended_at is null"
    " and (s.until is null or s.until >= app.today())"
    " join sharing_datasharingagreement c on coalesce(c.first_id, c.id) = coalesce(a.first_id, a.id)"
    " join sharing_guest g on g.agreement_id = c.id and g.membership_id = (select app.member()) and g.ended_at is null"
    " and g.starts_on <= app.today() and g.ends_on >= app.today()"
    " where a.id = sharing_informationitem.agreement_id and a.partner_id = sharing_informationitem.partner_id"
    " and s.case_id = sharing_informationitem.case_id and s.pupil_id = sharing_informationitem.pupil_id)"
)


class InformationRequest(PublicModel):
    """Something asked of an organisation about a pupil: what for, by when, and how it was answered."""

    class Outcome(models.TextChoices):
        GIVEN = "given", "Given"
        REFUSED = "refused", "Refused"
        NOTHING = "nothing", "They hold nothing"

    access = Access(
        see=("case.view",),
        add=TELLS,
        change=TELLS,
        own=of_one_pupil("sharing_informationrequest"),
        change_own="true",
        category="intervention",
        case="case_id",
        pupil="pupil_id",
        granted="case_id in ({granted})",
        special={"asked_for": "health"},
    )

    case = TenantForeignKey(Case, related_name="information_requests", db_index=False)
    pupil = TenantForeignKey(Pupil, related_name="+", db_index=False)
    partner = TenantForeignKey(Partner, null=True, blank=True, related_name="+", db_index=False)
    asked_of = models.CharField("which organisation", max_length=200)
    asked_for = models.TextField("what was asked for")
    purpose = models.CharField(max_length=24, choices=choices("sharing_purposes"))
    asked_on = models.DateField()
    due_on = models.DateField()
    outcome = models.CharField(max_length=7, choices=Outcome, blank=True)
    reason = models.CharField("why it was refused", max_length=500, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+", db_index=False)
    written_at = models.DateTimeField(db_default=Now())
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(PublicModel.Meta):
        ordering = ("due_on", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="sharing_request_submission"),
            models.CheckConstraint(condition=models.Q(due_on__gte=models.F("asked_on")), name="sharing_request_order"),
            models.CheckConstraint(
                condition=models.Q(outcome="", answered_on__isnull=True)
                | (~models.Q(outcome="") & models.Q(answered_on__gte=models.F("asked_on"))),
                name="sharing_request_answered",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="refused") | ~models.Q(reason=""), name="sharing_request_why_refused"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "case", "due_on"], name="sharing_request_case"),
            models.Index(fields=["tenant", "due_on"], condition=models.Q(outcome=""), name="sharing_request_waiting"),
        ]


class InformationItem(PublicModel):
    """One thing that somebody outside told the taskforce of a pupil: third-party information, wherever it is shown.

    Mended by striking it out and writing it again, so that what was acted on stays. agreement: under which it came;
    onward: whether it may be passed on, as the source says.
    """

    class Reliability(models.TextChoices):
        RECORD = "record", "From the organisation’s own record"
        SEEN = "seen", "They saw or heard it themselves"
        TOLD = "told", "Somebody told them"
        UNSURE = "unsure", "Not checked"

    access = Access(
        see=("case.view",),
        add=TELLS,
        change=TELLS,
        own=of_one_pupil("sharing_informationitem"),
        change_own="true",
        category="intervention",
        case="case_id",
        pupil="pupil_id",
        granted="case_id in ({granted})",
        # What a guest told, they see while the case is shared with them; what others told, never.
        guest="written_by_id = (select app.member()) and case_id = any((select app.shared('any'))::bigint[])",
        guest_writes=SUPPLIED,
        special={"text": "health"},
    )

    case = TenantForeignKey(Case, related_name="information", db_index=False)
    pupil = TenantForeignKey(Pupil, related_name="+", db_index=False)
    partner = TenantForeignKey(Partner, null=True, blank=True, related_name="+", db_index=False)
    agreement = TenantForeignKey(DataSharingAgreement, null=True, blank=True, related_name="+", db_index=False)
    request = TenantForeignKey(InformationRequest, null=True, blank=True, related_name="items", db_index=False)
    source = models.CharField("which organisation told it", max_length=200)
    system = models.CharField("which system or record it comes from", max_length=100, blank=True)
    category = models.CharField(max_length=16, choices=choices("data_categories"))
    learnt_on = models.DateField()
    reliability = models.CharField(max_length=6, choices=Reliability)
    onward = models.CharField(max_length=3, choices=AgreementCategory.Onward, default=AgreementCategory.Onward.NO)
    text = models.TextField()
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+", db_index=False)
    written_at = models.DateTimeField(db_default=Now())
    struck_at = models.DateTimeField(null=True, blank=True)
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(PublicModel.Meta):
        ordering = ("-learnt_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="sharing_information_submission"),
        ]
        indexes = [
            models.Index(fields=["tenant", "case", "-learnt_on", "-id"], name="sharing_information_case"),
        ]
