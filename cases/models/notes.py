"""What is written on a case apart from sessions: notes, family contacts, meetings, events, and what people said.

The visible row is `Note`. Everything that it says, the text above all, lies in `NoteText`, a row a version: a note is
never edited, only corrected.
"""

from typing import Final

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.people.models import Contact, Pupil
from apst.tenancy.access import Access, seen_there
from apst.tenancy.matrix import TASKFORCE_ROLES, cell
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

from .cases import Case
from .interventions import Intervention
from .restricted import LIVE, RecordGrant, Sensitivity, text_access

# The roles that may read a restricted note at all.
HOLDER_ROLES: Final = tuple(
    role for role in TASKFORCE_ROLES if (c := cell("restricted.view", role)) is not None and c.condition != "request"
)
MINE = "written_by_id = (select app.member())"
# Whoever reads all notes of the taskforce (manager, safeguarding lead) keeps order among those that they may read.
IN_EMERGENCY = "case_id = any((select app.emergency())::bigint[])"
# By what somebody holds a note (app.note_hold); whoever reads it in an emergency alone holds nothing.
HOLDS = "'author', 'dsl', 'grant'"
READS_ALL = "(select app.reach('note.view')) = 'T'"
GRANTED = (
    "exists (select from cases_noteaccess g where g.tenant_id = cases_note.tenant_id"
    f" and g.content_object_id = cases_note.id and g.user_id = (select app.person()) and {LIVE})"
)


class Note(PublicModel):
    """That somebody wrote something on a case: which kind, how sensitive, by whom, on which day. Never what."""

    class Kind(models.TextChoices):
        NOTE = "note", "Note"
        FAMILY = "family", "Family contact"
        MEETING = "meeting", "Meeting"
        EVENT = "event", "Significant event"
        VOICE = "voice", "Voice"

    access = Access(
        see=("note.view",),
        see_else=GRANTED,
        add=("note.write",),
        change=("note.write",),
        own=MINE,
        change_own=f"{MINE} or ({READS_ALL} and ({IN_EMERGENCY}) is not true and (sensitivity = 'ordinary'"
        " or (sensitivity = 'safeguarding' and (select app.role()) = 'dsl')))",
        # Into a restriction under which they read it no more.
        change_to=f"{MINE} or {READS_ALL}",
        category="intervention",
        case="case_id",
        pupil="pupil_id",
        granted=f"case_id in ({{granted}}) or {GRANTED}",
        granted_writes="case_id in ({granted})",
        # Never a restricted one. An event, what was said and what was said at home only where their own category is
        # shared as well.
        guest="sensitivity = 'ordinary' and case_id = any((select app.shared('health', 'intervention'))::bigint[])"
        " and (kind <> 'event' or case_id = any((select app.shared('safeguarding'))::bigint[]))"
        " and (kind <> 'voice' or case_id = any((select app.shared('voice'))::bigint[]))"
        " and (kind <> 'family' or case_id = any((select app.shared('family'))::bigint[]))",
        special={"kind": "safeguarding", "sensitivity": "health"},
        emergency=True,
    )

    case = TenantForeignKey(Case, related_name="notes", db_index=False)
    # Whoever was let read one note need not see the case; the access log names the pupil all the same.
    pupil = TenantForeignKey(Pupil, related_name="+", db_index=False)
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.NOTE)
    sensitivity = models.CharField(max_length=13, choices=Sensitivity, default=Sensitivity.ORDINARY)
    happened_on = models.DateField("day that it is about")
    written_by = TenantForeignKey(Membership, related_name="+", db_index=False)
    written_at = models.DateTimeField(db_default=Now())
    submission_key = models.UUIDField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField("number of its latest text", default=1)

    class Meta(PublicModel.Meta):
        ordering = ("-happened_on", "-id")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="cases_note_submission"),
        ]
        indexes = [
            models.Index(fields=["tenant", "case", "kind", "-happened_on", "-written_at"], name="cases_note_case"),
            models.Index(fields=["tenant", "written_by", "-happened_on"], name="cases_note_author"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.happened_on:%-d %B %Y}"

    @property
    def is_restricted(self) -> bool:
        """True where not everybody who sees the case reads it."""
        return self.sensitivity != Sensitivity.ORDINARY


class NoteText(TenantModel):
    """One version of what a note says; the one with the highest number holds. Fact and opinion stand apart."""

    class Means(models.TextChoices):
        MESSAGE = "message", "Message"
        CALL = "call", "Call"
        VISIT = "visit", "Visit"

    class Outcome(models.TextChoices):
        REACHED = "reached", "Reached them"
        LEFT_MESSAGE = "left_message", "Left a message"
        NO_ANSWER = "no_answer", "No answer"

    class Meeting(models.TextChoices):
        AP_PANEL = "ap_panel", "AP panel"
        REINTEGRATION = "reintegration", "Reintegration"
        STEP_OUT = "step_out", "Step-out review"
        CHILD_IN_NEED = "cin", "Child in need"
        CHILD_PROTECTION = "cp", "Child protection conference"
        OTHER = "other", "Another meeting"

    class Voice(models.TextChoices):
        PUPIL = "pupil", "The pupil"
        FAMILY = "family", "The family"

    class Quote(models.TextChoices):
        YES = "yes", "Yes, they agreed"
        NO = "no", "No, they said no"
        NOT_ASKED = "not_asked", "Not asked"

    access = text_access(
        table="cases_notetext",
        header="cases_note",
        key="note_id",
        grants="cases_noteaccess",
        category="intervention",
        see=("note.view", "restricted.view"),
        guest=seen_there("note_id", "cases_note"),
        own=f"{MINE} and exists (select from cases_note n where n.tenant_id = cases_notetext.tenant_id"
        f" and n.id = cases_notetext.note_id and (n.{MINE} or ({READS_ALL} and (n.{IN_EMERGENCY}) is not true"
        f" and (n.sensitivity = 'ordinary' or app.note_hold(n.id) in ({HOLDS})))))",
        special={"text": "health", "opinion": "health", "voice_of": "voice", "raised_on": "safeguarding"},
        emergency=True,
    )

    note = TenantForeignKey(Note, related_name="texts", db_index=False)
    number = models.PositiveIntegerField(default=1)
    happened_on = models.DateField("day that it is about, as this version has it")
    text = models.TextField("what was seen, heard, said or agreed", blank=True)
    opinion = models.TextField("what its author thinks", blank=True)
    means = models.CharField(max_length=7, choices=Means, blank=True)
    contact = TenantForeignKey(Contact, null=True, blank=True, related_name="+")
    with_whom = models.CharField("who it was, where they are no contact", max_length=150, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    meeting = models.CharField(max_length=13, choices=Meeting, blank=True)
    voice_of = models.CharField(max_length=6, choices=Voice, blank=True)
    may_quote = models.CharField(max_length=9, choices=Quote, blank=True)
    raised_on = models.DateField("raised in the school's safeguarding system on", null=True, blank=True)
    raised_by = models.CharField(max_length=150, blank=True)
    raised_reference = models.CharField(max_length=60, blank=True)
    why_corrected = models.CharField(max_length=300, blank=True)
    written_by = TenantForeignKey(Membership, related_name="+", db_index=False)
    written_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        ordering = ("number",)
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "note", "number"], name="cases_notetext_number"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1)
                & (models.Q(raised_on__isnull=False) | models.Q(raised_by="", raised_reference="")),
                name="cases_notetext_whole",
            ),
        ]


# Asked by a function, because a grant's policy reads the note, and the note's reads the grants.
GIVES = (
    "app.note_hold(content_object_id) = 'author'"
    f" or ((select app.reach('grant.give')) = 'T' and app.note_hold(content_object_id) in ({HOLDS}))"
)
# The first is what the policies of notes and texts ask, and needs no function.
READS_GRANT = (
    "(user_id = (select app.person()) and (select app.may('restricted.view')))"
    " or app.note_hold(content_object_id) is not null"
)


class NoteAccess(RecordGrant):
    """A grant to read one restricted note; given and ended by those who hold it, by nobody to themselves."""

    access = Access(
        see_where=READS_GRANT,
        add=("grant.give",),
        change=("grant.give",),
        remove=("grant.end",),
        own=f"user_id is distinct from (select app.person()) and ({GIVES})",
        category="identity",
        granted=READS_GRANT,
        granted_writes="true",
        history=False,
    )

    content_object = TenantForeignKey(Note, on_delete=models.CASCADE, related_name="grants", db_index=False)


class HomeCopy(TenantModel):
    """The tick of a specialist: this work is in the record of their home service too, as it stood at that version.

    Of a session one row for each pupil, because each has a record of their own there.
    """

    access = Access(
        see_where="copied_by_id = (select app.member())",
        add=("note.write",),
        remove=("note.write",),
        own="copied_by_id = (select app.member())",
        category="intervention",
        granted="copied_by_id = (select app.member())",
        emergency=True,
    )

    note = TenantForeignKey(Note, null=True, blank=True, related_name="+", db_index=False)
    intervention = TenantForeignKey(Intervention, null=True, blank=True, related_name="+", db_index=False)
    pupil = TenantForeignKey(Pupil, null=True, blank=True, related_name="+", db_index=False)
    version = models.PositiveIntegerField()
    copied_by = TenantForeignKey(Membership, related_name="+", db_index=False)
    copied_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "copied_by", "note", "version"], name="cases_homecopy_note_once"),
            models.UniqueConstraint(
                fields=["tenant", "copied_by", "intervention", "pupil", "version"], name="cases_homecopy_session_once"
            ),
            models.CheckConstraint(
                condition=models.Q(note__isnull=False, intervention__isnull=True, pupil__isnull=True)
                | models.Q(note__isnull=True, intervention__isnull=False, pupil__isnull=False),
                name="cases_homecopy_one",
            ),
        ]
