"""What is planned: sessions to come, and the groups that meet each week."""

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.codelists import choices
from apst.people.models import Post, Pupil
from apst.places.models import Site
from apst.tenancy.access import Access, seen_there
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

from .cases import Case
from .interventions import MY_POSTS, Intervention

WEEKDAYS = (
    (0, "Monday"),
    (1, "Tuesday"),
    (2, "Wednesday"),
    (3, "Thursday"),
    (4, "Friday"),
    (5, "Saturday"),
    (6, "Sunday"),
)
READERS = ("case.view", "intervention.log")
BY_ONESELF = "{0} is null or {0} = (select app.member())"
# What hangs on a plan is written by whoever may change the plan; a function asks, so that no policy comes round to its
# own table.
GROUP_PART = "app.may_mend_group(group_id)"
PLAN_PART = "app.may_mend_plan(planned_id)"
SEES_PUPIL = f"case_id in ({{granted}}) or {seen_there('pupil_id', 'cases_case', 'pupil_id')}"


def _mine(table: str, parts: str, key: str, author: str) -> str:
    """The clause for rows that one made, or on which one of one's own posts is."""
    return (
        f"{author} = (select app.member()) or exists (select from {parts} x where x.tenant_id = {table}.tenant_id"  # noqa: S608 - names of this file
        f" and x.{key} = {table}.id and x.post_id = any({MY_POSTS}) offset 0)"
    )


def _names_seen(table: str, places: str, key: str) -> str:
    """The clause for rows that name a pupil whom the reader sees."""
    return f"exists (select from {places} p where p.tenant_id = {table}.tenant_id and p.{key} = {table}.id offset 0)"


GROUP_MINE = _mine("cases_sessiongroup", "cases_sessiongroupspecialist", "group_id", "made_by_id")
PLAN_MINE = _mine("cases_plannedsession", "cases_plannedspecialist", "planned_id", "planned_by_id")
LOGS_FOR_ALL = "(select app.reach('intervention.log')) = 'T'"


class SessionGroup(PublicModel):
    """A group that meets each week, such as "Girls' group, Tuesdays": when, where, who runs it and who is in it."""

    access = Access(
        see=READERS,
        add=("intervention.log",),
        change=("intervention.log",),
        own=BY_ONESELF.format("made_by_id"),
        change_own=f"{LOGS_FOR_ALL} or {GROUP_MINE}",
        category="intervention",
        granted=f"{GROUP_MINE} or {_names_seen('cases_sessiongroup', 'cases_sessiongroupmember', 'group_id')}",
        granted_writes="true",
        special={"activity_type": "health", "intervention_type": "health"},
    )

    name = models.CharField(max_length=100)
    weekday = models.PositiveSmallIntegerField(choices=WEEKDAYS)
    starts_at = models.TimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField()
    activity_type = models.CharField(max_length=20, choices=choices("activity_types"), default="group")
    intervention_type = models.CharField(
        "what it was", max_length=30, choices=choices("intervention_types"), blank=True
    )
    location = models.CharField(max_length=20, choices=choices("locations"), blank=True)
    site = TenantForeignKey(Site, null=True, blank=True, related_name="+")
    ended_on = models.DateField("last day on which it met", null=True, blank=True)
    ended_at = models.DateTimeField("when it was ended, and its weeks taken out", null=True, blank=True)
    made_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    class Meta(PublicModel.Meta):
        ordering = ("weekday", "starts_at", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.CheckConstraint(condition=models.Q(minutes__gte=1, minutes__lte=1440), name="cases_group_minutes"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="cases_group_weekday"),
        ]
        indexes = [models.Index(fields=["tenant", "weekday", "id"], name="cases_group_list")]

    def __str__(self) -> str:
        return self.name


class SessionGroupMember(TenantModel):
    """A pupil in a group, from one day to another."""

    access = Access(
        see=READERS,
        add=("intervention.log",),
        change=("intervention.log",),
        remove=("intervention.log",),
        own=GROUP_PART,
        category="intervention",
        case="case_id",
        pupil="pupil_id",
        granted=SEES_PUPIL,
    )

    group = TenantForeignKey(SessionGroup, related_name="members", db_index=False)
    pupil = TenantForeignKey(Pupil, related_name="+", db_index=False)
    case = TenantForeignKey(Case, null=True, blank=True, related_name="+", db_index=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("starts_on", "id")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "group", "pupil"],
                condition=models.Q(ends_on__isnull=True),
                name="cases_groupmember_once",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "group", "id"], name="cases_groupmember_group"),
            models.Index(fields=["tenant", "pupil", "group"], name="cases_groupmember_pupil"),
        ]


class SessionGroupSpecialist(TenantModel):
    """A post that runs a group."""

    access = Access(
        see=READERS,
        add=("intervention.log",),
        remove=("intervention.log",),
        own=GROUP_PART,
        category="intervention",
        # Names no pupil; the group's own policy reads it.
        granted="(select app.may('intervention.log'))",
        granted_writes="true",
    )

    group = TenantForeignKey(SessionGroup, related_name="specialists", db_index=False)
    post = TenantForeignKey(Post, related_name="+", db_index=False)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "group", "post"], name="cases_sessiongroupspecialist_once"),
        ]
        indexes = [models.Index(fields=["tenant", "post", "group"], name="cases_groupspecialist_post")]


class PlannedSessionQuerySet(models.QuerySet["PlannedSession"]):
    """The words in which planned sessions are asked for."""

    def standing(self) -> "PlannedSessionQuerySet":
        """Those that were not taken out of the week."""
        return self.filter(cancelled_at__isnull=True)

    def open(self) -> "PlannedSessionQuerySet":
        """Those that stand and are not ticked off; whose session was deleted is open again."""
        return self.standing().filter(models.Q(session__isnull=True) | models.Q(session__deleted_at__isnull=False))

    def of_posts(self, posts: "list[int]") -> "PlannedSessionQuerySet":
        """Those that one of the posts is to hold."""
        held = PlannedSpecialist.objects.filter(post__in=posts, planned=models.OuterRef("pk"))
        return self.filter(models.Exists(held))


class PlannedSession(PublicModel):
    """A session that is to be held; ticked off, it has its session. Counts nowhere itself."""

    access = Access(
        see=READERS,
        add=("intervention.log",),
        change=("intervention.log",),
        own=BY_ONESELF.format("planned_by_id"),
        change_own=f"{LOGS_FOR_ALL} or {PLAN_MINE}",
        category="intervention",
        granted=f"{PLAN_MINE} or {_names_seen('cases_plannedsession', 'cases_plannedplace', 'planned_id')}"
        f" or {seen_there('group_id', 'cases_sessiongroup')}",
        granted_writes="true",
        special={"activity_type": "health", "intervention_type": "health"},
    )

    planned_on = models.DateField()
    starts_at = models.TimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField()
    activity_type = models.CharField(max_length=20, choices=choices("activity_types"))
    intervention_type = models.CharField(
        "what it was", max_length=30, choices=choices("intervention_types"), blank=True
    )
    location = models.CharField(max_length=20, choices=choices("locations"), blank=True)
    group = TenantForeignKey(SessionGroup, null=True, blank=True, related_name="planned", db_index=False)
    session = TenantForeignKey(Intervention, null=True, blank=True, related_name="planned", db_index=False)
    series = models.UUIDField("what was planned in one go", null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    planned_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    planned_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    objects = PlannedSessionQuerySet.as_manager()

    class Meta(PublicModel.Meta):
        ordering = ("planned_on", "starts_at", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(minutes__gte=1, minutes__lte=1440), name="cases_plannedsession_minutes"
            ),
            models.UniqueConstraint(
                fields=["tenant", "group", "planned_on"],
                condition=models.Q(cancelled_at__isnull=True, group__isnull=False),
                name="cases_plannedsession_group_day",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "planned_on", "id"], name="cases_planned_day"),
            models.Index(fields=["tenant", "series", "planned_on"], name="cases_planned_series"),
            models.Index(
                fields=["tenant", "session"], condition=models.Q(session__isnull=False), name="cases_planned_session"
            ),
        ]

    def __str__(self) -> str:
        return f"Planned for {self.planned_on:%-d %B %Y}"


class PlannedSpecialist(TenantModel):
    """A post that is to hold a planned session."""

    access = Access(
        see=READERS,
        add=("intervention.log",),
        remove=("intervention.log",),
        own=PLAN_PART,
        category="intervention",
        # Names no pupil; the plan's own policy reads it.
        granted="(select app.may('intervention.log'))",
        granted_writes="true",
    )

    planned = TenantForeignKey(PlannedSession, related_name="specialists", db_index=False)
    post = TenantForeignKey(Post, related_name="+", db_index=False)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "planned", "post"], name="cases_plannedspecialist_once"),
        ]
        indexes = [models.Index(fields=["tenant", "post", "planned"], name="cases_plannedspecialist_post")]


class PlannedPlace(TenantModel):
    """A pupil with whom a session is planned. A group's pupils are its members on the day, and have none of these."""

    access = Access(
        see=READERS,
        add=("intervention.log",),
        remove=("intervention.log",),
        own=PLAN_PART,
        category="intervention",
        case="case_id",
        pupil="pupil_id",
        granted=SEES_PUPIL,
    )

    planned = TenantForeignKey(PlannedSession, related_name="places", db_index=False)
    pupil = TenantForeignKey(Pupil, related_name="+", db_index=False)
    case = TenantForeignKey(Case, null=True, blank=True, related_name="+", db_index=False)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "planned", "pupil"], name="cases_plannedplace_once"),
        ]
        indexes = [models.Index(fields=["tenant", "pupil", "planned"], name="cases_plannedplace_pupil")]


class LogTime(TenantModel):
    """How long one entry took to log, from the form's opening to its saving. Whose it was is kept nowhere."""

    access = Access(
        see=("intervention.log",),
        add=("intervention.log",),
        granted="true",
        # The audit would keep by whom each was.
        audited=False,
    )

    logged_on = models.DateField()
    seconds = models.PositiveSmallIntegerField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "logged_on", "id"], name="cases_logtime_day")]
