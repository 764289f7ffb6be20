"""What a session for or about staff was: training, advice, reflective practice, supervision.

Its time, its specialists and its number of staff are the session's own, so that hours are counted once.
"""

from django.db import models

from apst.codelists import choices
from apst.places.models import Establishment
from apst.tenancy.access import Access
from apst.tenancy.models import TenantForeignKey, TenantModel

from .interventions import PART_CHANGE, Intervention

OWN_SESSION = (
    "exists (select from cases_intervention i where i.tenant_id = cases_staffwork.tenant_id"
    " and i.id = cases_staffwork.intervention_id and i.logged_by_id = (select app.member()))"
)


class StaffWork(TenantModel):
    """What one session of training, advice or supervision was about, for whom, and what they thought of it."""

    access = Access(
        see=("case.view", "intervention.log"),
        add=("intervention.log",),
        change=("intervention.log",),
        own=PART_CHANGE,
        # Feedback comes when the window has closed, and changes no hours.
        change_own=f"{PART_CHANGE} or {OWN_SESSION}",
        granted="exists (select from cases_intervention i where i.tenant_id = cases_staffwork.tenant_id"
        " and i.id = cases_staffwork.intervention_id)",
        granted_writes="true",
    )

    intervention = TenantForeignKey(Intervention, related_name="staff_work", db_index=False)
    kind = models.CharField(max_length=20, choices=choices("staff_work"))
    audience = models.CharField(max_length=13, choices=choices("audiences"), blank=True)
    topic = models.CharField(max_length=200, blank=True)
    school = TenantForeignKey(Establishment, null=True, blank=True, related_name="+")
    places = models.PositiveSmallIntegerField("places offered", null=True, blank=True)
    feedback_tenths = models.PositiveSmallIntegerField("mean feedback of 1 to 5, in tenths", null=True, blank=True)
    feedback_words = models.CharField(max_length=500, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "intervention"], name="cases_staffwork_once"),
            models.CheckConstraint(
                condition=models.Q(feedback_tenths__isnull=True)
                | models.Q(feedback_tenths__gte=10, feedback_tenths__lte=50),
                name="cases_staffwork_feedback",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "kind", "intervention"], name="cases_staffwork_kind")]
