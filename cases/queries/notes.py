"""Reading notes: what each version says to a reader, who reads a restricted one, and what stands on the timeline."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils.timezone import localdate, localtime

from apst.accounts.models import Membership
from apst.tenancy.context import Member
from cases.models import Case, Note, NoteAccess, NoteText, Sensitivity
from cases.models.notes import HOLDER_ROLES

from .timeline import Entry, Kind

COLOURS: Final = {
    Note.Kind.NOTE: "green",
    Note.Kind.FAMILY: "turquoise",
    Note.Kind.MEETING: "light-blue",
    Note.Kind.EVENT: "orange",
    Note.Kind.VOICE: "pink",
}
CATEGORIES: Final = {
    Sensitivity.CLINICAL: "health",
    Sensitivity.YOUTH_JUSTICE: "youth_justice",
    Sensitivity.SAFEGUARDING: "safeguarding",
}
KIND_CATEGORIES: Final = {
    Note.Kind.FAMILY: "family",
    Note.Kind.EVENT: "safeguarding",
    Note.Kind.VOICE: "voice",
}
NOT_READ: Final = "Its text is read by its author and those whom they let read it."
NOT_THE_FILE: Final = "The child protection file is the school’s; this is not it."
QUOTED: Final = {
    NoteText.Quote.YES: "May be quoted: they agreed.",
    NoteText.Quote.NO: "Not to be quoted: they said no.",
    NoteText.Quote.NOT_ASKED: "Not to be quoted: they were not asked.",
}


def versions_of(notes: Iterable[int]) -> dict[int, list[NoteText]]:
    """Give the versions of notes that the reader may read, by note, the latest first; one query."""
    found: dict[int, list[NoteText]] = {}
    texts = NoteText.objects.filter(note__in=list(notes)).select_related("contact", "written_by", "note")
    for text in texts.order_by("note_id", "-number"):
        found.setdefault(text.note_id, []).append(text)
    return found


def title_of(note: Note, text: NoteText | None) -> str:
    """Give what a note is in a few words; without its text no more than its kind."""
    if text is None or note.kind in (Note.Kind.NOTE, Note.Kind.EVENT):
        return note.get_kind_display()
    if note.kind == Note.Kind.FAMILY:
        who = f"{text.contact.name} ({text.contact.relationship.lower()})" if text.contact else text.with_whom
        return f"{text.get_means_display()}: {who}"
    if note.kind == Note.Kind.MEETING:
        if text.meeting == NoteText.Meeting.OTHER:
            return "Meeting"
        words = text.get_meeting_display()
        return words if words.endswith(("panel", "review", "conference", "meeting")) else f"{words} meeting"
    return f"{text.get_voice_of_display()}, in their words"


def lines_of(text: NoteText) -> list[str]:
    """Give the facts of a version as lines, apart from its text and its opinion."""
    lines = [f"{text.get_outcome_display()}."] if text.outcome else []
    if text.raised_on:
        reference = f", reference {text.raised_reference}" if text.raised_reference else ""
        lines.append(
            f"Raised in the school’s safeguarding system on {text.raised_on:%-d %B %Y} by {text.raised_by}{reference}."
            f" {NOT_THE_FILE}"
        )
    if text.may_quote:
        lines.append(QUOTED[NoteText.Quote(text.may_quote)])
    return lines


def words_of(text: NoteText) -> str:
    """Give the text of a version with the opinion under it, marked as one."""
    if not text.opinion:
        return text.text
    return f"{text.text}\n\nOpinion: {text.opinion}".strip()


def corrected(text: NoteText) -> str:
    """Give by whom and when a version was written in place of an earlier one, "" for the first."""
    if text.number == 1:
        return ""
    why = f": {text.why_corrected}" if text.why_corrected else ""
    return f"Corrected by {text.written_by.name} on {localtime(text.written_at):%-d %B %Y}{why}"


def before(versions: list[NoteText]) -> list[tuple[str, str]]:
    """Give the earlier versions: (when and by whom, what it said)."""
    return [
        (
            f"{text.written_by.name}, {localtime(text.written_at):%-d %B %Y at %H:%M}, about"
            f" {text.happened_on:%-d %B %Y}",
            "\n".join([*lines_of(text), words_of(text)]).strip(),
        )
        for text in versions[1:]
    ]


def category_of(note: Note) -> str:
    """Give the data category that a note shows."""
    return CATEGORIES.get(Sensitivity(note.sensitivity)) or KIND_CATEGORIES.get(Note.Kind(note.kind), "intervention")


def entry_of(note: Note, versions: list[NoteText]) -> Entry:
    """Give a note as the timeline shows it: who may not read it sees that it exists, of which kind and by whom."""
    latest = versions[0] if versions else None
    sensitivity = note.get_sensitivity_display()
    lines = [sensitivity] if note.is_restricted else []
    if latest is None:
        lines.append(NOT_READ)
    else:
        lines += [*lines_of(latest), *filter(None, [corrected(latest)])]
    return Entry(
        title=title_of(note, latest),
        at=note.happened_on,
        written_at=latest.written_at if latest else note.written_at,
        by=note.written_by.name,
        by_id=note.written_by_id,
        text=words_of(latest) if latest else "",
        lines=lines,
        href=f"/notes/{note.public_id}/",
        tag={
            "text": "Restricted" if note.is_restricted else note.get_kind_display(),
            "colour": "red" if note.is_restricted else COLOURS[Note.Kind(note.kind)],
        },
        earlier=before(versions),
        category=category_of(note) if latest else "intervention",
        restricted=note.is_restricted,
    )


def _rows(kind: str) -> Callable[[Case], QuerySet[Any, Any]]:
    def rows(case: Case) -> QuerySet[Any, Any]:
        return Note.objects.filter(case=case, kind=kind).annotate(day=F("happened_on"), moment=F("written_at"))

    return rows


def _entries(case: Case, public_ids: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    notes = list(Note.objects.filter(public_id__in=public_ids).select_related("written_by"))
    versions = versions_of([note.pk for note in notes])
    return {note.public_id: entry_of(note, versions.get(note.pk, [])) for note in notes}


NOTE_KINDS: Final = tuple(
    Kind(kind.value, words, _rows(kind.value), _entries)
    for kind, words in (
        (Note.Kind.NOTE, "Notes"),
        (Note.Kind.FAMILY, "Family contacts"),
        (Note.Kind.MEETING, "Meetings"),
        (Note.Kind.EVENT, "Significant events"),
        (Note.Kind.VOICE, "Voice"),
    )
)


@dataclass(frozen=True)
class Reader:
    """One person who reads a restricted note, and by what."""

    name: str
    why: str
    until: dt.date | None = None
    grant_to: Membership | None = None


def readers_of(note: Note) -> list[Reader]:
    """Give who reads a restricted note: its author, for safeguarding the leads, those granted; for its holders."""
    readers = [Reader(note.written_by.name, "wrote it")]
    members = {row.user_id: row for row in _live_members()}
    if note.sensitivity == Sensitivity.SAFEGUARDING:
        readers += [
            Reader(row.name, row.get_role_display())
            for row in members.values()
            if row.role == "dsl" and row.pk != note.written_by_id
        ]
    live = Q(expires_at__isnull=True) | Q(expires_at__gt=Now())
    for grant in NoteAccess.objects.filter(live, content_object=note).select_related("given_by").order_by("given_at"):
        to = members.get(grant.user_id)
        if to is None:
            continue
        by = f"let in by {grant.given_by.name}" if grant.given_by else "let in"
        reason = f": {grant.reason}" if grant.reason else ""
        until = localtime(grant.expires_at).date() - dt.timedelta(days=1) if grant.expires_at else None
        readers.append(Reader(to.name, f"{by}, {localtime(grant.given_at):%-d %B %Y}{reason}", until, to))
    return readers


def _live_members() -> QuerySet[Membership]:
    today = localdate()
    return Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today).order_by(
        "name", "pk"
    )


def may_be_let_in(note: Note, by: Member) -> list[Membership]:
    """Give those whom a holder may let read a note: no guests, not its author, not themselves, none who reads it."""
    inside = {reader.grant_to.pk for reader in readers_of(note) if reader.grant_to}
    people = _live_members().filter(role__in=HOLDER_ROLES).exclude(pk__in={note.written_by_id, by.membership_id or 0})
    if note.sensitivity == Sensitivity.SAFEGUARDING:
        people = people.exclude(role="dsl")
    return [person for person in people if person.pk not in inside]


def _granted(member: Member) -> QuerySet[NoteAccess]:
    live = Q(expires_at__isnull=True) | Q(expires_at__gt=Now())
    return NoteAccess.objects.filter(live, user_id=member.person_id)


def is_let_in(member: Member) -> bool:
    """True where somebody lets this member read a restricted note."""
    return _granted(member).exists()


def let_in(member: Member) -> list[Note]:
    """Give the restricted notes that others let a member read, latest first."""
    return list(
        Note.objects.filter(pk__in=_granted(member).values("content_object"))
        .select_related("written_by", "case")
        .order_by("-happened_on", "-pk")
    )


def has_voice(case: Case) -> bool:
    """True where somebody wrote down what the pupil or the family said: asked before a case is closed."""
    return Note.objects.filter(case=case, kind=Note.Kind.VOICE).exists()
