"""Notes on a case: writing, correcting, restricting them, and who else reads a restricted one."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.models import Permission
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from django.utils.timezone import get_current_timezone, localdate

from apst.accounts.models import Membership
from apst.accounts.services import discard_draft
from apst.people.models import Contact
from apst.tenancy.context import name_act
from cases.exceptions import (
    CannotHold,
    ChangedMeanwhile,
    ContactUnknown,
    DetailMissing,
    EndsInPast,
    HappenedInFuture,
    NobodyGivesToThemselves,
    NoHolder,
    NothingWritten,
    NotRestricted,
    NotYoursToCorrect,
    NotYoursToOpen,
)
from cases.models import Case, Note, NoteAccess, NoteText, Sensitivity
from cases.models.notes import HOLDER_ROLES

Kind = Note.Kind


@dataclass(frozen=True)
class Said:
    """What one version of a note says; which of it counts depends on the kind.

    text      what was seen, heard, said or agreed;  opinion  what the author thinks, apart from it
    family    means, contact or with_whom, outcome;  meeting  which;  voice  voice_of, may_quote
    event     raised_on, raised_by, raised_reference: in the school's own safeguarding system
    """

    text: str = ""
    opinion: str = ""
    means: str = ""
    contact: Contact | None = None
    with_whom: str = ""
    outcome: str = ""
    meeting: str = ""
    voice_of: str = ""
    may_quote: str = ""
    raised_on: dt.date | None = None
    raised_by: str = ""
    raised_reference: str = ""


OF_KIND: Final[dict[str, tuple[str, ...]]] = {
    Kind.NOTE: (),
    Kind.FAMILY: ("means", "contact", "with_whom", "outcome"),
    Kind.MEETING: ("meeting",),
    Kind.EVENT: ("raised_on", "raised_by", "raised_reference"),
    Kind.VOICE: ("voice_of", "may_quote"),
}


def draft_key(case: Case) -> str:
    """Give the key under which what is typed about a case is kept."""
    return f"note-{case.public_id}"


def correction_key(note: Note) -> str:
    """Give the key under which what is typed to correct a note is kept."""
    return f"note-correct-{note.public_id}"


def _missing(field: str, sentence: str) -> DetailMissing:
    error = DetailMissing(sentence)
    error.field = field
    return error


def _of_kind(kind: str, said: Said) -> dict[str, Any]:
    """Give what counts for the kind; what was filled in for another is left out."""
    kept = {"text": said.text.strip(), "opinion": said.opinion.strip()}
    return kept | {name: getattr(said, name) for name in OF_KIND[kind]}


def _check(case: Case, kind: str, happened_on: dt.date, fields: dict[str, Any]) -> None:
    if happened_on > localdate():
        raise HappenedInFuture
    if kind == Kind.FAMILY:
        if not fields["means"]:
            raise _missing("means", "Select how you were in touch")
        if not fields["outcome"]:
            raise _missing("outcome", "Select how it came out")
        contact = fields["contact"]
        if contact is None and not fields["with_whom"]:
            raise _missing("contact", "Select who it was, or write their name")
        if contact and not Contact.objects.filter(pk=contact.pk, pupil=case.pupil_id).exists():
            raise ContactUnknown
    elif kind == Kind.MEETING and not fields["meeting"]:
        raise _missing("meeting", "Select which meeting it was")
    elif kind == Kind.VOICE:
        if not fields["voice_of"]:
            raise _missing("voice_of", "Select whose words they are")
        if not fields["may_quote"]:
            raise _missing("may_quote", "Select whether they agreed to be quoted")
    elif kind == Kind.EVENT and (fields["raised_on"] or fields["raised_by"] or fields["raised_reference"]):
        if not fields["raised_on"]:
            raise _missing("raised_on", "Enter the day on which it was raised")
        if not fields["raised_by"]:
            raise _missing("raised_by", "Enter who raised it")
        if fields["raised_on"] > localdate():
            raise _missing("raised_on", "The day on which it was raised must be today or in the past")
    # A call is logged in one line, and a concern that was raised is described where it was raised.
    if not fields["text"] and kind != Kind.FAMILY and not (kind == Kind.EVENT and fields["raised_on"]):
        raise NothingWritten


def _sent_before(submission_key: uuid.UUID) -> Note | None:
    """Wait for the same form sent a moment ago, and give its note."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(submission_key)])
    return Note.objects.filter(submission_key=submission_key).first()


@transaction.atomic
def write_note(
    case: Case,
    *,
    kind: str,
    happened_on: dt.date,
    said: Said,
    sensitivity: str = Sensitivity.ORDINARY,
    submission_key: uuid.UUID | None = None,
    by: Membership,
) -> Note:
    """Write a note on a case; a form sent twice gives the first one's note.

    happened_on  the day that it is about, today or earlier;  sensitivity  who reads it, see Sensitivity
    Raises HappenedInFuture, NothingWritten, DetailMissing, ContactUnknown; then nothing is written.
    """
    if submission_key and (sent := _sent_before(submission_key)):
        return sent
    fields = _of_kind(kind, said)
    _check(case, kind, happened_on, fields)
    name_act("note.write")
    note = Note.objects.create(
        case=case,
        pupil_id=case.pupil_id,
        kind=kind,
        sensitivity=sensitivity,
        happened_on=happened_on,
        written_by=by,
        submission_key=submission_key,
    )
    NoteText.objects.create(note=note, happened_on=happened_on, written_by=by, **fields)
    discard_draft(draft_key(case))
    return note


def _locked(note: Note, version: int | None) -> Note:
    """Lock the note to change it; the database gives no row to whom it refuses the change."""
    found = Note.objects.select_for_update().filter(pk=note.pk).first()
    if found is None:
        raise NotYoursToCorrect
    if version is not None and found.version != version:
        raise ChangedMeanwhile
    return found


@transaction.atomic
def correct_note(
    note: Note, *, version: int | None, happened_on: dt.date, said: Said, why: str = "", by: Membership
) -> Note:
    """Correct a note: a further version stands beside the earlier ones, which stay.

    version  the one that the page showed;  why  in a few words, may be empty
    Raises NotYoursToCorrect, ChangedMeanwhile and what `write_note` raises; then nothing is written.
    """
    found = _locked(note, version)
    fields = _of_kind(found.kind, said)
    _check(found.case, found.kind, happened_on, fields)
    name_act("note.correct")
    number = found.version + 1
    Note.objects.filter(pk=found.pk).update(happened_on=happened_on, version=number)
    try:
        with transaction.atomic():
            NoteText.objects.create(
                note=found,
                number=number,
                happened_on=happened_on,
                why_corrected=why.strip(),
                written_by=by,
                **fields,
            )
    except DatabaseError:
        raise NotYoursToCorrect from None
    discard_draft(correction_key(found))
    found.refresh_from_db()
    return found


@transaction.atomic
def restrict_note(note: Note, *, sensitivity: str, version: int | None = None, by: Membership) -> Note:
    """Say how sensitive a note is. What was readable until now, earlier versions too, follows at once.

    A manager or safeguarding lead may restrict a colleague's note, under which they may read it no more.
    Raises NotYoursToCorrect, NotYoursToOpen, ChangedMeanwhile.
    """
    found = _locked(note, version)
    holds = found.written_by_id == by.pk or (found.sensitivity == Sensitivity.SAFEGUARDING and by.role == "dsl")
    if found.is_restricted and not holds:
        raise NotYoursToOpen
    name_act("note.restrict" if sensitivity != Sensitivity.ORDINARY else "note.open")
    Note.objects.filter(pk=found.pk).update(sensitivity=sensitivity)
    found.sensitivity = sensitivity
    return found


def view_note() -> Permission:
    """Give guardian's permission that a grant on a note stands for."""
    return Permission.objects.get(codename="view_note", content_type__app_label="cases", content_type__model="note")


@transaction.atomic
def give_note_access(
    note: Note, member: Membership, *, reason: str, until: dt.date | None = None, by: Membership
) -> NoteAccess:
    """Let one more person read a restricted note: updates their one grant or makes it.

    until  the last day, None for as long as nobody ends it
    Raises NotRestricted, NobodyGivesToThemselves, CannotHold, EndsInPast, NoHolder; the database refuses it too.
    """
    if not note.is_restricted:
        raise NotRestricted
    if member.pk == by.pk:
        raise NobodyGivesToThemselves
    if member.role not in HOLDER_ROLES or (member.ends_on and member.ends_on < localdate()):
        raise CannotHold
    if until and until < localdate():
        raise EndsInPast
    name_act("grant.give")
    ends = dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), get_current_timezone()) if until else None
    try:
        with transaction.atomic():
            row: NoteAccess
            row, _ = NoteAccess.objects.update_or_create(
                content_object=note,
                user_id=member.user_id,
                permission=view_note(),
                defaults={
                    "source": NoteAccess.Source.GRANT,
                    "given_by": by,
                    "reason": reason.strip(),
                    "expires_at": ends,
                    "given_at": Now(),
                },
            )
    except DatabaseError:
        raise NoHolder from None
    return row


@transaction.atomic
def end_note_access(note: Note, member: Membership, *, by: Membership) -> None:
    """End a person's grant on a note. Raises NobodyGivesToThemselves; NoHolder where there was none to end."""
    if member.pk == by.pk:
        raise NobodyGivesToThemselves
    name_act("grant.end")
    ended, _ = NoteAccess.objects.filter(content_object=note, user_id=member.user_id).delete()
    if not ended:
        raise NoHolder
