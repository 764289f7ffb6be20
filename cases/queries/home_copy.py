"""What has to be copied into a home service's record: as plain text, a line for each piece of work."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Count, Exists, OuterRef, QuerySet

from apst.codelists import label
from apst.people.models import Post, Pupil
from apst.tenancy.context import Member
from cases.lengths import length_words
from cases.models import HomeCopy, Intervention, InterventionNote, InterventionPlace, InterventionSpecialist, Note

from .cases import posts_of
from .notes import lines_of, title_of, versions_of

MOST: Final = 60


@dataclass(frozen=True)
class Piece:
    """One piece of work and its text for the home record. key: what the tick names, such as "note_<id>_2"."""

    key: str
    text: str
    pupil_id: int
    is_copied: bool = False


@dataclass
class PupilPieces:
    """What is to be copied into one pupil's record, the earliest first."""

    pupil: Pupil
    pieces: list[Piece] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Everything at once."""
        return "\n".join(piece.text for piece in self.pieces)


def home_posts(member: Member) -> list[Post]:
    """Give the posts of this member whose record is the home service's."""
    return [post for post in posts_of(member) if post.record == Post.Record.HOME_SERVICE]


def copies_session(member: Member, session: Intervention) -> bool:
    """True where this member did a session in a post whose record is the home service's. One query."""
    posts = {row.post_id for row in session.specialists.all()}
    return any(post.pk in posts for post in home_posts(member))


def _copies(member: Member) -> QuerySet[HomeCopy]:
    return HomeCopy.objects.filter(copied_by=member.membership_id)


def _places(member: Member, posts: Iterable[Post]) -> QuerySet[InterventionPlace]:
    delivered = InterventionSpecialist.objects.filter(
        post__in=[post.pk for post in posts], intervention=OuterRef("intervention")
    )
    copied = _copies(member).filter(
        intervention=OuterRef("intervention"), pupil=OuterRef("pupil"), version=OuterRef("intervention__version")
    )
    return InterventionPlace.objects.filter(
        Exists(delivered), ~Exists(copied), intervention__deleted_at__isnull=True
    ).select_related("intervention", "pupil", "case")


def _notes(member: Member) -> QuerySet[Note]:
    copied = _copies(member).filter(note=OuterRef("pk"), version=OuterRef("version"))
    return Note.objects.filter(~Exists(copied), written_by=member.membership_id).select_related("case", "pupil")


def to_copy(member: Member) -> tuple[list[PupilPieces], bool]:
    """Give what a member's home service has not got yet, by pupil, and whether there is more than fits on a page.

    What was changed or corrected since it was copied is there again.
    """
    posts = home_posts(member)
    if not posts:
        return [], False
    first = min(post.start_date for post in posts)
    places = list(_places(member, posts).order_by("intervention__held_on", "pk")[: MOST + 1])
    notes = list(_notes(member).filter(happened_on__gte=first).order_by("happened_on", "pk")[: MOST + 1])
    dated = [(place.intervention.held_on, place.pupil, piece) for place, piece in _of_places(member, places[:MOST])]
    dated += [(note.happened_on, note.pupil, piece) for note, piece in _of_notes(notes[:MOST])]
    groups: dict[int, PupilPieces] = {}
    for _, pupil, piece in sorted(dated, key=lambda one: one[0]):
        groups.setdefault(pupil.pk, PupilPieces(pupil)).pieces.append(piece)
    found = sorted(groups.values(), key=lambda group: (group.pupil.name_key, group.pupil.pk))
    return found, len(places) > MOST or len(notes) > MOST


def note_piece(member: Member, note: Note) -> Piece | None:
    """Give one note as a piece, None where the reader may not read it."""
    found = _of_notes([note])
    if not found:
        return None
    copied = _copies(member).filter(note=note, version=note.version).exists()
    piece = found[0][1]
    return Piece(piece.key, piece.text, piece.pupil_id, copied)


def session_pieces(member: Member, session: Intervention) -> list[tuple[Pupil, Piece]]:
    """Give a session as a piece for each of its pupils; none of them names another."""
    places = list(
        InterventionPlace.objects.filter(intervention=session)
        .select_related("intervention", "pupil", "case")
        .order_by("pupil__name_key", "pk")
    )
    copied = set(
        _copies(member).filter(intervention=session, version=session.version).values_list("pupil_id", flat=True)
    )
    return [
        (place.pupil, Piece(piece.key, piece.text, piece.pupil_id, place.pupil_id in copied))
        for place, piece in _of_places(member, places)
    ]


def _of_places(member: Member, places: list[InterventionPlace]) -> list[tuple[InterventionPlace, Piece]]:
    sessions = [place.intervention_id for place in places]
    specialists: dict[int, list[str]] = {}
    for row in InterventionSpecialist.objects.filter(intervention__in=sessions).select_related("post__specialist"):
        specialists.setdefault(row.intervention_id, []).append(str(row.post))
    # The note of a group may name the others, so it goes along only where the session names one pupil.
    alone = (
        Intervention.objects.filter(pk__in=sessions)
        .exclude(activity_type="group")
        .annotate(pupils=Count("places"))
        .filter(pupils=1)
        .values("pk")
    )
    notes = dict(InterventionNote.objects.filter(intervention__in=alone).values_list("intervention_id", "text"))
    pieces = []
    for place in places:
        session = place.intervention
        start = f" {session.starts_at:%H:%M}" if session.starts_at else ""
        what = [label("activity_types", session.activity_type), label("intervention_types", session.intervention_type)]
        said = [
            f"{session.held_on:%d/%m/%Y}{start} {', '.join(filter(None, what))}, {length_words(session.minutes)}",
            place.get_attendance_display(),
            session.get_location_display(),
            "; ".join(specialists.get(session.pk, [])),
            _case_words(place.case.reference if place.case else "", session.reference),
        ]
        text = ". ".join(filter(None, said)) + "."
        note = notes.get(session.pk, "")
        key = f"session_{session.public_id}_{session.version}_{place.pupil.public_id}"
        pieces.append((place, Piece(key, f"{text} {_flat(note)}".strip(), place.pupil_id)))
    return pieces


def _of_notes(notes: list[Note]) -> list[tuple[Note, Piece]]:
    versions = versions_of([note.pk for note in notes])
    pieces = []
    for note in notes:
        if not versions.get(note.pk):
            continue
        latest = versions[note.pk][0]
        said = [title_of(note, latest), *(line.rstrip(".") for line in lines_of(latest))]
        opinion = f" Opinion: {_flat(latest.opinion)}" if latest.opinion else ""
        text = f"{note.happened_on:%d/%m/%Y} {'. '.join(said)}. {_flat(latest.text)}{opinion}".strip()
        tail = f"{note.written_by.name}, {_case_words(note.case.reference if note.case else '', '')}."
        pieces.append((note, Piece(f"note_{note.public_id}_{note.version}", f"{text} {tail}", note.pupil_id)))
    return pieces


def _case_words(case: str, session: str) -> str:
    return ", ".join(filter(None, ["APST", f"case {case}" if case else "", f"session {session}" if session else ""]))


def _flat(text: str) -> str:
    """One line, because many a home record takes no more."""
    return " ".join(text.split())


@dataclass(frozen=True)
class Named:
    """A piece of work as a tick names it."""

    note: Note | None
    session: Intervention | None
    pupil: Pupil | None
    version: int


def named(keys: Iterable[str]) -> list[Named]:
    """Give what the keys name, as far as the reader sees it; three queries."""
    split = [key.split("_") for key in keys]
    notes = {n.public_id: n for n in Note.objects.filter(public_id__in=_uuids(k[1] for k in split if k[0] == "note"))}
    sessions_said = [key for key in split if key[0] == "session" and len(key) == 4]
    sessions = {
        s.public_id: s for s in Intervention.objects.filter(public_id__in=_uuids(key[1] for key in sessions_said))
    }
    pupils = {p.public_id: p for p in Pupil.objects.filter(public_id__in=_uuids(key[3] for key in sessions_said))}
    found = []
    for kind, public_id, version, *rest in (key for key in split if len(key) >= 3 and key[2].isdecimal()):
        row = next(iter(_uuids([public_id])), None)
        if row is None:
            continue
        if kind == "note" and row in notes:
            found.append(Named(notes[row], None, None, int(version)))
        elif kind == "session" and row in sessions and rest:
            pupil = pupils.get(next(iter(_uuids(rest[:1])), uuid.UUID(int=0)))
            if pupil:
                found.append(Named(None, sessions[row], pupil, int(version)))
    return found


def _uuids(texts: Iterable[str]) -> list[uuid.UUID]:
    read = []
    for text in texts:
        try:
            read.append(uuid.UUID(text))
        except ValueError:
            continue
    return read


def anything_to_copy(member: Member) -> bool:
    """True where something waits to be copied: two queries at most."""
    posts = home_posts(member)
    if not posts:
        return False
    first = min(post.start_date for post in posts)
    return _places(member, posts).exists() or _notes(member).filter(happened_on__gte=first).exists()
