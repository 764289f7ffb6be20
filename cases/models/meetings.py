"""The weekly meeting: its agenda item by item, what each note-taker wrote at an item, and who was there.

Whatever is about a pupil carries the case and the pupil, so that a restricted case is hidden here as everywhere.
"""

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.people.models import Post, Pupil
from apst.places.models import Site
from apst.tenancy.access import Access, seen_there
from apst.tenancy.models import PublicModel, Taskforce, TenantForeignKey, TenantModel
from referrals.models import Referral, TriageDecision

from .cases import Case
from .seen import with_its

# Guests come to meetings only through what is shared with them, which is no row of these tables.
OURS: Final = "(select app.reach('minutes.view')) = 'T'"
ABOUT_NOBODY: Final = "pupil_id is null and case_id is null"
REFERRAL_SEEN: Final = f"case_id is null and {seen_there('referral_id', 'referrals_referral')}"
# Whoever sees single cases sees their items, those of referrals that they see, and what is about no pupil.
ITEM_SEEN: Final = f"{OURS} and (({ABOUT_NOBODY}) or case_id in ({{granted}}) or ({REFERRAL_SEEN}))"
# What hangs on an item is about the same pupil and case, so that nothing is hung on a restricted one in the open.
OF_ITEM: Final = (
    "exists (select from cases_meetingitem h where h.tenant_id = {table}.tenant_id and h.id = {table}.item_id"
    " and h.case_id is not distinct from {table}.case_id and h.pupil_id is not distinct from {table}.pupil_id)"
)


class MeetingRules(TenantModel):
    """How this taskforce meets: how long, how often each case comes up, who must be there, what needs a senior leader.

    Without a row the fields' own defaults stand. How it decides is `Taskforce.decides`.
    """

    access = Access(add=("settings.change",), change=("settings.change",), granted="true")

    minutes = models.PositiveSmallIntegerField("minutes of a meeting", default=60)
    every_weeks = models.PositiveSmallIntegerField("each open case at least every so many weeks", default=4)
    quorum = models.PositiveSmallIntegerField("people present for the team to decide", default=3)
    with_slt = ArrayField(
        models.CharField(max_length=10), default=list, verbose_name="outcomes that a senior leader agrees"
    )
    weekday = models.PositiveSmallIntegerField(
        "weekday on which it meets, 0 is Monday; none: no agenda writes itself", null=True, blank=True
    )
    starts_at = models.TimeField(null=True, blank=True)
    site = TenantForeignKey(Site, null=True, blank=True, related_name="+")
    days_ahead = models.PositiveSmallIntegerField("working days before it on which its agenda is written", default=2)
    counts_hours = models.BooleanField("its hours may be counted as multi-agency work", default=False)
    changed_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant"], name="cases_meetingrules_once"),
            models.CheckConstraint(
                condition=models.Q(minutes__gte=10, every_weeks__gte=1, quorum__gte=1),
                name="cases_meetingrules_sense",
            ),
            models.CheckConstraint(
                condition=models.Q(weekday__isnull=True) | models.Q(weekday__lte=4), name="cases_meetingrules_weekday"
            ),
        ]


class Meeting(PublicModel):
    """One meeting of the whole taskforce, or of one site, with the way of deciding that is in force at it."""

    class State(models.TextChoices):
        PREPARED = "prepared", "Prepared"
        RUNNING = "running", "Running"
        CLOSED = "closed", "Closed"

    access = Access(add=("meeting.run",), change=("meeting.run",), granted=OURS)

    site = TenantForeignKey(Site, null=True, blank=True, related_name="+")
    held_on = models.DateField()
    starts_at = models.TimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField("planned minutes", default=60)
    state = models.CharField(max_length=8, choices=State, default=State.PREPARED)
    decides = models.CharField("the way of deciding in force", max_length=16, choices=Taskforce.Decides)
    prepared_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    by_itself_on = models.DateField("when its agenda was written by itself", null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta(PublicModel.Meta):
        ordering = ("-held_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "held_on", "site"], nulls_distinct=False, name="cases_meeting_once_a_day"
            ),
            models.CheckConstraint(
                condition=(models.Q(state="closed", closed_at__isnull=False))
                | (~models.Q(state="closed") & models.Q(closed_at__isnull=True)),
                name="cases_meeting_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"Meeting of {self.held_on:%-d %B %Y}"

    @property
    def is_over(self) -> bool:
        """True once it is closed: then nothing of it changes any more."""
        return self.state == self.State.CLOSED

    @property
    def lasted(self) -> int | None:
        """How many minutes it took, one at least; None until it is closed."""
        if self.started_at is None or self.closed_at is None:
            return None
        return max(round((self.closed_at - self.started_at).total_seconds() / 60), 1)


class MeetingItem(PublicModel):
    """One thing to talk about: a case, a referral or a few words, with every reason why it is there."""

    class Kind(models.TextChoices):
        REFERRAL = "referral", "Referral"
        CASE = "case", "Case"
        WORDS = "words", "Other business"

    class Reason(models.TextChoices):
        """Why it is on the agenda, the weightiest first."""

        NEW = "new", "New referral"
        WAITING = "waiting", "Waiting to be allocated"
        CLOCK = "clock", "A clock runs out"
        EVENT = "event", "Significant event"
        MISSED = "missed", "Missed three sessions in a row"
        CLOSURE = "closure", "Closing proposed"
        ACTION = "action", "Action overdue"
        REVIEW = "review", "Plan review due"
        DEFERRED = "deferred", "Left over from last time"
        ADDED = "added", "Added by somebody"
        QUIET = "quiet", "No session for three weeks"
        ROUND = "round", "Its turn"

    class State(models.TextChoices):
        WAITING = "waiting", "To come"
        DONE = "done", "Done"
        DEFERRED = "deferred", "Left for next time"

    access = Access(
        see=("case.brief",),
        see_else=ABOUT_NOBODY,
        add=("meeting.attend", "meeting.run"),
        change=("meeting.run",),
        own="(added_by_id is null or added_by_id = (select app.member()))"
        " and (case_id is null or exists (select from cases_case c where c.tenant_id = cases_meetingitem.tenant_id"
        " and c.id = cases_meetingitem.case_id and c.pupil_id = cases_meetingitem.pupil_id))",
        change_own="true",
        category="intervention",
        case="case_id",
        pupil="pupil_id",
        granted=ITEM_SEEN,
    )

    meeting = TenantForeignKey(Meeting, related_name="items", db_index=False)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    reasons = ArrayField(models.CharField(max_length=8, choices=Reason), default=list)
    case = TenantForeignKey(Case, null=True, blank=True, related_name="meeting_items", db_index=False)
    referral = TenantForeignKey(Referral, null=True, blank=True, related_name="meeting_items", db_index=False)
    pupil = TenantForeignKey(Pupil, null=True, blank=True, related_name="+", db_index=False)
    words = models.CharField("what it is about, without details", max_length=200, blank=True)
    minutes = models.PositiveSmallIntegerField("minutes allotted", default=1)
    seconds = models.PositiveIntegerField("seconds spent", default=0)
    opened_at = models.DateTimeField("when the room turned to it", null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    triage = TenantForeignKey(TriageDecision, null=True, blank=True, related_name="+", db_index=False)
    added_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta(PublicModel.Meta):
        ordering = ("position", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            # One case and one referral stand once, with all their reasons.
            models.UniqueConstraint(fields=["tenant", "meeting", "case"], name="cases_meetingitem_case_once"),
            models.UniqueConstraint(fields=["tenant", "meeting", "referral"], name="cases_meetingitem_referral_once"),
            models.CheckConstraint(
                condition=models.Q(pupil__isnull=False) | models.Q(case__isnull=True, referral__isnull=True),
                name="cases_meetingitem_names_its_pupil",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "meeting", "position", "id"], name="cases_meetingitem_agenda"),
            models.Index(fields=["tenant", "case", "meeting"], name="cases_meetingitem_case"),
        ]

    @property
    def reason_words(self) -> list[str]:
        """Why it is there, in words."""
        known = dict(self.Reason.choices)
        return [str(known[code]) for code in self.reasons if code in known]

    @property
    def spent(self) -> int:
        """How many minutes were spent on it, one at least where there were any."""
        return max(round(self.seconds / 60), 1) if self.seconds else 0


class MeetingNote(PublicModel):
    """What one person wrote at an item, a row a version: the highest of each writer holds, and nobody's is lost."""

    access = Access(
        see=("note.view",),
        see_else=ABOUT_NOBODY,
        add=("note.write",),
        own=f"written_by_id = (select app.member()) and {OF_ITEM.format(table='cases_meetingnote')}",
        category="intervention",
        case="case_id",
        pupil="pupil_id",
        granted=with_its("cases_meetingitem", table="cases_meetingnote", key="item_id"),
    )

    item = TenantForeignKey(MeetingItem, related_name="notes", db_index=False)
    case = TenantForeignKey(Case, null=True, blank=True, related_name="+", db_index=False)
    pupil = TenantForeignKey(Pupil, null=True, blank=True, related_name="+", db_index=False)
    text = models.TextField(blank=True)
    number = models.PositiveIntegerField("version of this writer's note", default=1)
    written_by = TenantForeignKey(Membership, related_name="+", db_index=False)
    written_at = models.DateTimeField(db_default=Now())

    class Meta(PublicModel.Meta):
        ordering = ("written_at", "id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "item", "written_by", "number"], name="cases_meetingnote_version"
            ),
        ]


class MeetingAttendance(TenantModel):
    """Whether somebody was at a meeting: a member, or the holder of a post who has no account."""

    class Presence(models.TextChoices):
        PRESENT = "present", "Present"
        APOLOGIES = "apologies", "Apologies"
        ABSENT = "absent", "Not there"

    access = Access(add=("meeting.run",), change=("meeting.run",), granted=OURS)

    meeting = TenantForeignKey(Meeting, related_name="attendance", db_index=False)
    who = TenantForeignKey(Membership, null=True, blank=True, related_name="+", db_index=False)
    post = TenantForeignKey(Post, null=True, blank=True, related_name="+", db_index=False)
    presence = models.CharField(max_length=9, choices=Presence)
    said_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+", db_index=False)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "meeting", "who"], name="cases_meetingattendance_who_once"),
            models.UniqueConstraint(fields=["tenant", "meeting", "post"], name="cases_meetingattendance_post_once"),
            models.CheckConstraint(
                condition=models.Q(who__isnull=False) | models.Q(post__isnull=False),
                name="cases_meetingattendance_somebody",
            ),
        ]
