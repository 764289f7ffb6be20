"""Notes on a case: who reads which, how they are corrected, and who lets whom read a restricted one."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from apst.audit.models import AuditDetail
from apst.people.models import Contact
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
from cases.models import Note, NoteAccess, NoteText
from cases.queries.notes import entry_of, readers_of, versions_of
from cases.services import (
    correct_note,
    end_note_access,
    give_note_access,
    refresh_access,
    restrict_note,
    write_note,
)
from cases.services.notes import Said, view_note
from tests.clock import TODAY
from tests.factories import make_pupil

YESTERDAY = TODAY - dt.timedelta(days=1)


@pytest.fixture
def write(acting, case):
    """`write(cast.specialist, "clinical")`: a note on Amira's case by somebody."""

    def written(user, sensitivity="ordinary", text="Met at the gate.", kind="note", **said) -> Note:
        with acting(user):
            return write_note(
                case,
                kind=kind,
                happened_on=TODAY,
                sensitivity=sensitivity,
                said=Said(text=text, **said),
                by=user.membership,
            )

    return written


@pytest.fixture
def reads(acting):
    """`reads(cast.manager, note)`: the versions that somebody reads, latest first; None where they see no note."""

    def read(user, note) -> list[str] | None:
        with acting(user):
            if not Note.objects.filter(pk=note.pk).exists():
                return None
            return [text.text for text in versions_of([note.pk]).get(note.pk, [])]

    return read


ROLES = (
    "manager",
    "specialist",
    "riverside",
    "allocated",
    "dsl",
    "slt",
    "school_staff",
    "ig_lead",
    "coordinator",
)


def readers(reads, cast, note) -> dict[str, bool]:
    """Who sees the note, and whether they read it."""
    seen = {role: reads(getattr(cast, role), note) for role in ROLES}
    return {role: bool(texts) for role, texts in seen.items() if texts is not None}


def test_an_ordinary_note_is_read_by_those_who_work_on_the_case(cast, write, reads):
    note = write(cast.specialist)

    assert readers(reads, cast, note) == {"manager": True, "specialist": True, "riverside": True, "dsl": True}


@pytest.mark.parametrize("sensitivity", ["clinical", "youth_justice"])
def test_a_restricted_note_is_read_by_its_author_and_seen_to_exist_by_the_others(cast, write, reads, sensitivity):
    note = write(cast.specialist, sensitivity)

    assert readers(reads, cast, note) == {"manager": False, "specialist": True, "riverside": False, "dsl": False}


def test_safeguarding_detail_is_read_by_the_safeguarding_lead_too(cast, write, reads):
    note = write(cast.specialist, "safeguarding")

    assert readers(reads, cast, note) == {"manager": False, "specialist": True, "riverside": False, "dsl": True}


def test_who_may_not_read_a_note_sees_that_it_exists_of_which_kind_and_by_whom(cast, acting, write):
    note = write(cast.specialist, "clinical", kind="voice", voice_of="family", may_quote="no", text="I am tired.")

    with acting(cast.manager):
        entry = entry_of(Note.objects.get(pk=note.pk), versions_of([note.pk]).get(note.pk, []))
    assert (entry.title, entry.by, entry.text, entry.earlier) == ("Voice", "Sam Okafor", "", [])
    assert entry.lines == ["Restricted: clinical", "Its text is read by its author and those whom they let read it."]


def test_whoever_is_let_in_reads_it_until_the_day_is_over(cast, acting, write, reads, northgate, as_system):
    note = write(cast.specialist, "clinical")
    with acting(cast.specialist):
        give_note_access(note, cast.slt.membership, reason="Complaint", until=TODAY, by=cast.specialist.membership)
        assert [(r.name, r.until) for r in readers_of(note)] == [("Sam Okafor", None), ("Helen Price", TODAY)]

    assert reads(cast.slt, note) == ["Met at the gate."]
    assert reads(cast.manager, note) == []
    with as_system():
        NoteAccess.objects.update(expires_at=timezone.now() - dt.timedelta(milliseconds=1))
    assert reads(cast.slt, note) is None


def test_a_manager_who_was_let_in_lets_others_in_and_a_specialist_does_not(cast, acting, write, reads):
    note = write(cast.specialist, "clinical")
    with acting(cast.specialist):
        for one in (cast.manager, cast.riverside):
            give_note_access(note, one.membership, reason="Joint work", by=cast.specialist.membership)

    with acting(cast.riverside), pytest.raises(NoHolder):
        give_note_access(note, cast.slt.membership, reason="Asked", by=cast.riverside.membership)
    with acting(cast.manager):
        give_note_access(note, cast.slt.membership, reason="Complaint", by=cast.manager.membership)
    assert reads(cast.slt, note) == ["Met at the gate."]
    with acting(cast.manager):
        end_note_access(note, cast.riverside.membership, by=cast.manager.membership)
    assert reads(cast.riverside, note) == []


def test_who_holds_nothing_gives_and_ends_nothing(cast, acting, write, reads):
    note = write(cast.specialist, "clinical")
    with acting(cast.specialist):
        give_note_access(note, cast.slt.membership, reason="Complaint", by=cast.specialist.membership)

    for other in (cast.manager, cast.dsl, cast.riverside):
        with acting(other):
            with pytest.raises(NoHolder):
                give_note_access(note, cast.allocated.membership, reason="Curious", by=other.membership)
            with pytest.raises(NoHolder):
                end_note_access(note, cast.slt.membership, by=other.membership)
            assert not NoteAccess.objects.exists()
    assert reads(cast.slt, note) == ["Met at the gate."]


def test_nobody_lets_themselves_in_the_database_says_so_too(cast, acting, write):
    note = write(cast.dsl, "safeguarding")

    with acting(cast.dsl), pytest.raises(NobodyGivesToThemselves):
        give_note_access(note, cast.dsl.membership, reason="Me", by=cast.dsl.membership)
    for one in (cast.dsl, cast.manager):
        with acting(one), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            NoteAccess.objects.create(content_object=note, user_id=one.pk, permission=view_note())
    with acting(cast.dsl):
        assert not NoteAccess.objects.exists()


def test_only_those_who_read_restricted_notes_at_all_are_let_in(cast, acting, write):
    note, plain = write(cast.specialist, "clinical"), write(cast.specialist)

    with acting(cast.specialist):
        by = cast.specialist.membership
        for other in (cast.school_staff, cast.coordinator, cast.ig_lead):
            with pytest.raises(CannotHold):
                give_note_access(note, other.membership, reason="No", by=by)
        with pytest.raises(EndsInPast):
            give_note_access(note, cast.slt.membership, reason="Late", until=YESTERDAY, by=by)
        with pytest.raises(NotRestricted):
            give_note_access(plain, cast.slt.membership, reason="No need", by=by)


def test_a_correction_keeps_both_versions(cast, acting, write, reads):
    note = write(cast.specialist)

    with acting(cast.specialist):
        correct_note(
            note,
            version=1,
            happened_on=YESTERDAY,
            said=Said(text="Met at the side door.", opinion="He waits for me."),
            why="Wrong door",
            by=cast.specialist.membership,
        )
        found = Note.objects.select_related("written_by").get(pk=note.pk)
        entry = entry_of(found, versions_of([note.pk])[note.pk])
    assert reads(cast.riverside, note) == ["Met at the side door.", "Met at the gate."]
    assert (entry.at, entry.text) == (YESTERDAY, "Met at the side door.\n\nOpinion: He waits for me.")
    assert entry.lines == [f"Corrected by Sam Okafor on {TODAY:%-d %B %Y}: Wrong door"]
    assert [text for _, text in entry.earlier] == ["Met at the gate."]


def test_two_corrections_at_once_are_told_apart(cast, acting, write):
    note = write(cast.specialist)

    with acting(cast.specialist):
        by = cast.specialist.membership
        correct_note(note, version=1, happened_on=TODAY, said=Said(text="One"), by=by)
        with pytest.raises(ChangedMeanwhile):
            correct_note(note, version=1, happened_on=TODAY, said=Said(text="Two"), by=by)
        assert NoteText.objects.filter(note=note).count() == 2


def test_a_note_is_corrected_by_its_author_the_manager_and_the_safeguarding_lead_who_read_it(cast, acting, write):
    plain, clinical = write(cast.specialist), write(cast.specialist, "clinical")

    def correct(user, note):
        with acting(user):
            correct_note(note, version=None, happened_on=TODAY, said=Said(text="Otherwise"), by=user.membership)

    for other in (cast.manager, cast.dsl):
        correct(other, plain)
        with pytest.raises(NotYoursToCorrect):
            correct(other, clinical)
    with pytest.raises(NotYoursToCorrect):
        correct(cast.riverside, plain)
    correct(cast.specialist, clinical)


def test_nobody_changes_or_removes_a_text(cast, acting, write):
    write(cast.specialist)

    for user in (cast.specialist, cast.manager):
        for statement in (
            "update cases_notetext set text = ''",
            "delete from cases_notetext",
            "delete from cases_note",
        ):
            with (
                acting(user),
                pytest.raises(DatabaseError, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)


def test_what_is_restricted_later_is_hidden_with_its_earlier_versions_and_its_history(cast, acting, write, reads):
    note = write(cast.specialist, text="Canary one")
    with acting(cast.specialist):
        by = cast.specialist.membership
        correct_note(note, version=1, happened_on=TODAY, said=Said(text="Canary two"), by=by)
    assert reads(cast.manager, note) == ["Canary two", "Canary one"]

    with acting(cast.manager):
        restrict_note(note, sensitivity="clinical", version=2, by=cast.manager.membership)

    assert reads(cast.manager, note) == []
    assert reads(cast.riverside, note) == []
    assert reads(cast.specialist, note) == ["Canary two", "Canary one"]
    for role in ROLES:
        with acting(getattr(cast, role)):
            assert not AuditDetail.objects.filter(after__icontains="Canary").exists()


def test_only_its_author_makes_a_note_less_restricted(cast, acting, write, reads):
    note = write(cast.specialist, "clinical")

    with acting(cast.manager), pytest.raises((NotYoursToOpen, NotYoursToCorrect)):
        restrict_note(note, sensitivity="ordinary", by=cast.manager.membership)
    with acting(cast.dsl), pytest.raises((NotYoursToOpen, NotYoursToCorrect)):
        restrict_note(note, sensitivity="safeguarding", by=cast.dsl.membership)
    for user in (cast.manager, cast.dsl, cast.riverside):
        with acting(user), connection.cursor() as cursor:
            cursor.execute("update cases_note set sensitivity = 'ordinary'")
            assert cursor.rowcount == 0
    with acting(cast.specialist):
        restrict_note(note, sensitivity="ordinary", by=cast.specialist.membership)
    assert reads(cast.riverside, note) == ["Met at the gate."]


def test_a_note_of_a_case_that_is_restricted_later_is_gone_for_everybody_but_its_holders(
    cast, acting, as_system, write, reads, case
):
    note = write(cast.specialist, "clinical")
    with as_system():
        type(case).objects.filter(pk=case.pk).update(restricted=True)
        refresh_access()

    assert {role: reads(getattr(cast, role), note) for role in ROLES} == dict.fromkeys(ROLES)


def test_nobody_writes_for_another_or_on_a_case_that_they_do_not_see(cast, acting, case):
    with acting(cast.manager), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        write_note(case, kind="note", happened_on=TODAY, said=Said(text="x"), by=cast.specialist.membership)
    with acting(cast.allocated), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        write_note(case, kind="note", happened_on=TODAY, said=Said(text="x"), by=cast.allocated.membership)


def test_a_form_sent_twice_writes_one_note(cast, acting, case):
    key = uuid.uuid4()

    with acting(cast.specialist):
        first, second = (
            write_note(
                case,
                kind="note",
                happened_on=TODAY,
                said=Said(text="Once"),
                submission_key=key,
                by=cast.specialist.membership,
            )
            for _ in range(2)
        )
        assert first.pk == second.pk
        assert NoteText.objects.count() == 1


@pytest.fixture
def mother(as_system, pupil):
    """Amira's mother."""
    with as_system():
        return Contact.objects.create(pupil=pupil, name="Samira Ahmed", relationship="Mother")


def test_a_family_contact_is_one_line(cast, acting, case, mother):
    with acting(cast.specialist):
        note = write_note(
            case,
            kind="family",
            happened_on=TODAY,
            said=Said(means="call", contact=mother, outcome="left_message", meeting="cin"),
            by=cast.specialist.membership,
        )
        entry = entry_of(note, versions_of([note.pk])[note.pk])
    assert (entry.title, entry.lines, entry.text) == ("Call: Samira Ahmed (mother)", ["Left a message."], "")
    with acting(cast.specialist):
        assert NoteText.objects.get().meeting == ""  # what belongs to another kind is left out


def test_an_event_says_where_it_was_raised_and_that_this_is_not_the_file(cast, write, acting):
    note = write(
        cast.specialist, kind="event", text="", raised_on=TODAY, raised_by="Dana Webb", raised_reference="CP-7"
    )

    with acting(cast.riverside):
        entry = entry_of(note, versions_of([note.pk])[note.pk])
    assert entry.lines == [
        f"Raised in the school’s safeguarding system on {TODAY:%-d %B %Y} by Dana Webb, reference CP-7."
        " The child protection file is the school’s; this is not it."
    ]


@pytest.mark.parametrize(
    ("kind", "said", "error", "field"),
    [
        ("note", {}, NothingWritten, "text"),
        ("family", {"means": "call", "with_whom": "Nan"}, DetailMissing, "outcome"),
        ("family", {"outcome": "reached", "with_whom": "Nan"}, DetailMissing, "means"),
        ("family", {"means": "call", "outcome": "reached"}, DetailMissing, "contact"),
        ("meeting", {"text": "Agreed"}, DetailMissing, "meeting"),
        ("voice", {"text": "I like art", "may_quote": "yes"}, DetailMissing, "voice_of"),
        ("voice", {"text": "I like art", "voice_of": "pupil"}, DetailMissing, "may_quote"),
        ("event", {"text": "Seen", "raised_by": "Dana"}, DetailMissing, "raised_on"),
        ("event", {"text": "Seen", "raised_on": TODAY}, DetailMissing, "raised_by"),
        ("event", {}, NothingWritten, "text"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_written(cast, acting, case, kind, said, error, field):
    with acting(cast.specialist):
        with pytest.raises(error) as raised:
            write_note(case, kind=kind, happened_on=TODAY, said=Said(**said), by=cast.specialist.membership)
        assert raised.value.field == field
        assert not Note.objects.exists()


def test_the_future_and_anothers_contact_are_refused(cast, acting, as_system, case):
    with as_system():
        stranger = Contact.objects.create(pupil=make_pupil(), name="Somebody", relationship="Uncle")

    with acting(cast.specialist):
        by = cast.specialist.membership
        with pytest.raises(HappenedInFuture):
            write_note(case, kind="note", happened_on=TODAY + dt.timedelta(days=1), said=Said(text="x"), by=by)
        with pytest.raises(ContactUnknown):
            write_note(
                case,
                kind="family",
                happened_on=TODAY,
                said=Said(means="call", outcome="reached", contact=stranger),
                by=by,
            )
        assert not Note.objects.exists()
