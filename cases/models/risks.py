"""Risk in a pupil's life: judgements by area, the safety plan, missing episodes, public protection, keeping apart.

Levels, plans and episodes are for whoever views the case; evidence, public protection and why two pupils are kept apart
are restricted texts.
"""

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.people.models import Pupil
from apst.tenancy.access import BY_CATEGORY, Access
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

from .cases import Case
from .restricted import RecordGrant, Sensitivity, grant_access, text_access

BY_ONESELF = "written_by_id is null or written_by_id = (select app.member())"


class RiskJudgement(PublicModel):
    """How high a risk was judged in one area, by whom and until when. Never changed: a new judgement is a new row."""

    class Area(models.TextChoices):
        EXPLOITATION = "exploitation", "Exploitation"
        VIOLENCE = "violence", "Serious violence"
        SUBSTANCE = "substance", "Alcohol and drugs"
        SELF_HARM = "self_harm", "Self-harm"
        HOME = "home", "Home"
        PEERS = "peers", "Friends and peers"
        PLACES = "places", "Places"

    class Level(models.TextChoices):
        NONE_KNOWN = "none_known", "None known"
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"

    access = Access(
        see=("case.view",),
        add=("note.write",),
        own=BY_ONESELF,
        category="safeguarding",
        case="case_id",
        granted="case_id in ({granted})",
        guest=BY_CATEGORY + " and sensitivity = 'ordinary'",
        special={"area": "health"},
    )

    case = TenantForeignKey(Case, related_name="risks", db_index=False)
    area = models.CharField(max_length=12, choices=Area)
    level = models.CharField(max_length=10, choices=Level)
    judged_on = models.DateField()
    review_on = models.DateField()
    sensitivity = models.CharField(max_length=13, choices=Sensitivity, default=Sensitivity.SAFEGUARDING)
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(PublicModel.Meta):
        ordering = ("-judged_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_riskjudgement_submission"),
            models.CheckConstraint(
                condition=models.Q(review_on__gte=models.F("judged_on")), name="cases_riskjudgement_order"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "case", "-judged_on", "-id"], name="cases_riskjudgement_day")]


class RiskEvidence(TenantModel):
    """What a judgement rests on: restricted, safeguarding detail."""

    access = text_access(
        table="cases_riskevidence",
        header="cases_riskjudgement",
        key="judgement_id",
        grants="cases_riskjudgementaccess",
        category="safeguarding",
        case="case_id",
    )

    judgement = TenantForeignKey(RiskJudgement, related_name="texts", db_index=False)
    case = TenantForeignKey(Case, related_name="+", db_index=False)
    text = models.TextField()

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "judgement"], name="cases_riskevidence_once"),
        ]


class RiskJudgementAccess(RecordGrant):
    """A grant to read the evidence of one judgement."""

    access = grant_access(table="cases_riskjudgementaccess", header="cases_riskjudgement")

    content_object = TenantForeignKey(RiskJudgement, on_delete=models.CASCADE, related_name="grants", db_index=False)

    class Meta(RecordGrant.Meta):
        abstract = False


class SafetyPlan(PublicModel):
    """What helps when it gets hard, made with the pupil. Never changed: a new version is a new row.

    withdrawn  this version says only that the plan holds no more, and why; those before it stay to be read
    """

    access = Access(
        see=("case.view",),
        add=("note.write",),
        own=BY_ONESELF,
        category="safeguarding",
        case="case_id",
        granted="case_id in ({granted})",
        guest=BY_CATEGORY,
    )

    case = TenantForeignKey(Case, related_name="safety_plans", db_index=False)
    number = models.PositiveIntegerField()
    withdrawn = models.BooleanField(default=False, db_default=False)
    because = models.CharField("why it was withdrawn", max_length=300, blank=True, default="", db_default="")
    triggers = models.TextField("what makes it worse", blank=True)
    helps = models.TextField("what helps", blank=True)
    who_to_call = models.TextField("who to call, and when", blank=True)
    shared_with = models.CharField(max_length=300, blank=True)
    made_on = models.DateField()
    review_on = models.DateField()
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())

    class Meta(PublicModel.Meta):
        ordering = ("-number",)
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "case", "number"], name="cases_safetyplan_number"),
            models.CheckConstraint(
                condition=models.Q(withdrawn=False, because="")
                | models.Q(withdrawn=True, triggers="", helps="", who_to_call=""),
                name="cases_safetyplan_withdrawn",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "case", "-made_on", "-id"], name="cases_safetyplan_day")]


class MissingEpisode(PublicModel):
    """A time in which nobody knew where the pupil was, with what was done about it."""

    access = Access(
        see=("case.view",),
        add=("note.write",),
        change=("note.write",),
        own=BY_ONESELF,
        # Whoever hears that the child is back says so.
        change_own="true",
        category="safeguarding",
        case="case_id",
        granted="case_id in ({granted})",
    )

    case = TenantForeignKey(Case, related_name="missing", db_index=False)
    missing_from = models.DateTimeField()
    day = models.DateField("the day on which it began")
    returned_at = models.DateTimeField(null=True, blank=True)
    police_reference = models.CharField(max_length=60, blank=True)
    police_told_at = models.DateTimeField(null=True, blank=True)
    interview_on = models.DateField("return interview held on", null=True, blank=True)
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(PublicModel.Meta):
        ordering = ("-missing_from", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_missingepisode_submission"),
            models.CheckConstraint(
                condition=models.Q(returned_at__isnull=True) | models.Q(returned_at__gte=models.F("missing_from")),
                name="cases_missingepisode_order",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "case", "-day", "-id"], name="cases_missingepisode_day")]


class Protection(PublicModel):
    """That something of public protection is recorded: a date of the national referral mechanism, MAPPA or MARAC."""

    access = Access(
        see=("case.view",),
        add=("note.write",),
        own=BY_ONESELF,
        category="youth_justice",
        case="case_id",
        granted="case_id in ({granted})",
    )

    case = TenantForeignKey(Case, related_name="protections", db_index=False)
    sensitivity = models.CharField(max_length=13, choices=Sensitivity, default=Sensitivity.SAFEGUARDING)
    recorded_on = models.DateField()
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    submission_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(PublicModel.Meta):
        ordering = ("-recorded_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_protection_submission"),
        ]
        indexes = [models.Index(fields=["tenant", "case", "-recorded_on", "-id"], name="cases_protection_day")]


class ProtectionText(TenantModel):
    """Which mechanism, on which day, and what came of it."""

    class Mechanism(models.TextChoices):
        NRM = "nrm", "National referral mechanism"
        MARAC = "marac", "MARAC"
        MAPPA = "mappa", "MAPPA"

    access = text_access(
        table="cases_protectiontext",
        header="cases_protection",
        key="protection_id",
        grants="cases_protectionaccess",
        category="youth_justice",
        case="case_id",
    )

    protection = TenantForeignKey(Protection, related_name="texts", db_index=False)
    case = TenantForeignKey(Case, related_name="+", db_index=False)
    mechanism = models.CharField(max_length=5, choices=Mechanism)
    held_on = models.DateField("referred or held on")
    next_on = models.DateField("next looked at on", null=True, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    outcome = models.TextField(blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "protection"], name="cases_protectiontext_once"),
        ]


class ProtectionAccess(RecordGrant):
    """A grant to read one date of public protection."""

    access = grant_access(table="cases_protectionaccess", header="cases_protection")

    content_object = TenantForeignKey(Protection, on_delete=models.CASCADE, related_name="grants", db_index=False)

    class Meta(RecordGrant.Meta):
        abstract = False


def _sees_case_of(column: str) -> str:
    return (
        "exists (select from cases_case c where c.tenant_id = cases_keepapart.tenant_id"
        f" and c.pupil_id = cases_keepapart.{column})"
    )


class KeepApart(PublicModel):
    """Two pupils who are to be kept apart. Whoever sees both sees the link; why, is a restricted text."""

    access = Access(
        see=("case.view",),
        see_where="(other_id = any((select app.hidden_pupils())::bigint[])) is not true",
        add=("note.write",),
        change=("note.write",),
        own=BY_ONESELF,
        change_own="written_by_id = (select app.member()) or (select app.role()) = 'dsl'"
        " or (select app.reach('case.change')) = 'T'",
        category="safeguarding",
        pupil="pupil_id",
        granted=f"{_sees_case_of('pupil_id')} and {_sees_case_of('other_id')}",
    )

    # The one with the lower id, so that a pair has one row.
    pupil = TenantForeignKey(Pupil, related_name="+", db_index=False)
    other = TenantForeignKey(Pupil, related_name="+", db_index=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    sensitivity = models.CharField(max_length=13, choices=Sensitivity, default=Sensitivity.SAFEGUARDING)
    written_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(db_default=Now())

    class Meta(PublicModel.Meta):
        ordering = ("-starts_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "pupil", "other"],
                condition=models.Q(ends_on__isnull=True),
                name="cases_keepapart_once",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "pupil"], name="cases_keepapart_pupil"),
            models.Index(fields=["tenant", "other"], name="cases_keepapart_other"),
        ]


class KeepApartReason(TenantModel):
    """Why two pupils are kept apart."""

    access = text_access(
        table="cases_keepapartreason",
        header="cases_keepapart",
        key="link_id",
        grants="cases_keepapartaccess",
        category="safeguarding",
    )

    link = TenantForeignKey(KeepApart, related_name="texts", db_index=False)
    text = models.TextField()

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "link"], name="cases_keepapartreason_once"),
        ]


class KeepApartAccess(RecordGrant):
    """A grant to read why two pupils are kept apart."""

    access = grant_access(table="cases_keepapartaccess", header="cases_keepapart", of="pupil_id")

    content_object = TenantForeignKey(KeepApart, on_delete=models.CASCADE, related_name="grants", db_index=False)

    class Meta(RecordGrant.Meta):
        abstract = False
