"""The work itself: sessions, who did them, which pupils they name and what was written about them."""

from collections.abc import Iterable

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.codelists import choices
from apst.people.models import Post, Pupil
from apst.places.models import Establishment, Site
from apst.tenancy.access import BY_CATEGORY, Access, seen_there
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

from .cases import Case

INTERVENTION_CHANGE = (
    "((select app.reach('intervention.change')) = 'T' or logged_by_id = (select app.member()))"
    " and ((select app.condition('intervention.change')) <> 'own_window' or changeable_until >= app.today())"
    " and ((select cardinality(app.emergency_pupils())) = 0 or not app.names_emergency(id))"
)


# What hangs on a session is written by whoever may change the session itself. A function asks, because the session's
# own policy reads its places, and a policy may not come round to its own table.
PART_CHANGE = "app.may_mend_session(intervention_id)"
# Nobody signs for another.
LOGGED_BY_ONESELF = "logged_by_id is null or logged_by_id = (select app.member())"
# Known on entry, so that no query plans the look-up of one's own posts again (ADR 9).
MY_POSTS = "(select app.posts())::bigint[]"
# Who took part in a session that a colleague logged adds themselves to it, where they see one of its pupils.
JOINS_ONESELF = (
    f"post_id = any({MY_POSTS}) and exists (select from cases_interventionplace p"
    " where p.tenant_id = cases_interventionspecialist.tenant_id"
    " and p.intervention_id = cases_interventionspecialist.intervention_id)"
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
        add=("intervention.log",),
        change=("intervention.change",),
        own=LOGGED_BY_ONESELF,
        change_own=INTERVENTION_CHANGE,
        category="intervention",
        granted="logged_by_id = (select app.member()) or exists (select from cases_interventionplace p"  # noqa: S608 - constants of this file
        " where p.tenant_id = cases_intervention.tenant_id and p.intervention_id = cases_intervention.id offset 0)"
        " or exists (select from cases_interventionspecialist x where x.tenant_id = cases_intervention.tenant_id"
        f" and x.intervention_id = cases_intervention.id and x.post_id = any({MY_POSTS}) offset 0)",
        granted_writes="true",
        # Its kinds reveal health: so whom health is not shared with is not told of it at all.
        guest="exists (select from cases_interventionplace p where p.tenant_id = cases_intervention.tenant_id"
        " and p.intervention_id = cases_intervention.id"
        " and p.case_id = any((select app.shared('health', 'intervention'))::bigint[]) offset 0)",
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
    beneficiary = TenantForeignKey(Establishment, null=True, blank=True, related_name="+", db_index=False)
    staff_trained = models.PositiveSmallIntegerField(null=True, blank=True)
    travel_minutes = models.PositiveSmallIntegerField("on the way there and back; no delivery", null=True, blank=True)
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
            models.CheckConstraint(
                condition=models.Q(travel_minutes__isnull=True) | models.Q(travel_minutes__lte=1440),
                name="cases_intervention_travel",
            ),
            # Unique for the key of the places, which keep the day; else the index of the return and of the own week.
            models.UniqueConstraint(
                fields=["tenant", "held_on", "id"],
                include=["minutes", "activity_type", "location", "out_of_school_hours"],
                name="cases_intervention_day",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "logged_by", "-id"], name="cases_intervention_author"),
        ]

    def __str__(self) -> str:
        return f"Session {self.reference}"


class InterventionSpecialist(TenantModel):
    """A post that delivered a session: its minutes count once for each."""

    access = Access(
        see=("case.view", "intervention.log"),
        add=("intervention.log", "intervention.change"),
        remove=("intervention.change",),
        category="intervention",
        # Which post delivered which session: open to those who log, because the session's own policy reads it.
        # It names no pupil.
        granted="(select app.may('intervention.log')) or exists (select from cases_interventionplace p where"
        " p.tenant_id = cases_interventionspecialist.tenant_id"
        " and p.intervention_id = cases_interventionspecialist.intervention_id offset 0)",
        granted_writes="true",
        own=f"{PART_CHANGE} or ({JOINS_ONESELF})",
        change_own=f"{PART_CHANGE} or ({JOINS_ONESELF} and app.may_leave_session(intervention_id))",
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
        add=("intervention.log", "intervention.change"),
        change=("intervention.change",),
        remove=("intervention.change",),
        category="intervention",
        case="case_id",
        pupil="pupil_id",
        guest=BY_CATEGORY,
        granted=f"case_id in ({{granted}}) or {seen_there('pupil_id', 'cases_case', 'pupil_id')}",
        own=PART_CHANGE,
    )

    intervention = TenantForeignKey(Intervention, related_name="places", db_index=False, keeping=("held_on",))
    held_on = models.DateField()  # the session's, so that a case's sessions are read off one index in their order
    pupil = TenantForeignKey(Pupil, related_name="places", db_index=False)
    case = TenantForeignKey(Case, null=True, blank=True, related_name="places", db_index=False)
    attendance = models.CharField(max_length=25, choices=choices("session_attendance"), default="attended")

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "intervention", "pupil"], name="cases_interventionplace_once"),
        ]
        indexes = [
            models.Index(fields=["tenant", "case", "-held_on", "-intervention"], name="cases_place_case"),
            models.Index(fields=["tenant", "pupil", "intervention"], name="cases_place_pupil"),
        ]


# Where a session names a pupil of a restricted case, what was written about it is hidden whole.
NAMES_NOBODY_HIDDEN = "(select cardinality(app.hidden_pupils())) = 0 or not app.names_hidden(intervention_id)"


class InterventionNote(PublicModel):
    """What was written about a session, apart from it: those who may count hours may not all read notes."""

    access = Access(
        see=("note.view",),
        see_where=NAMES_NOBODY_HIDDEN,
        add=("note.write", "intervention.log"),
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
