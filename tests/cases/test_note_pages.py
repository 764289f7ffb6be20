"""Writing on a case through its pages, and who else is let in."""

import html
import re
import uuid

import pytest

from apst.accounts.models import Draft
from apst.audit.models import AccessEntry
from apst.people.models import Contact, Post
from apst.tenancy.context import acting_for
from cases.models import HomeCopy, Note, NoteAccess, NoteText
from cases.services import correct_note, write_note
from cases.services.notes import Said
from tests.clock import TODAY
from tests.factories import make_session


def text(answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.fixture
def sam(cast, northgate, client_for):
    return client_for(cast.specialist, northgate)


@pytest.fixture
def new(case):
    return f"/cases/{case.public_id}/notes/new/"


def typed(**fields) -> dict:
    """What somebody who fills in a note sends."""
    return {
        "kind": "note",
        "day": "today",
        "text": "Met at the gate.",
        "opinion": "",
        "sensitivity": "ordinary",
        "submission_key": str(uuid.uuid4()),
        **fields,
    }


def write(cast, northgate, case, sensitivity="clinical", kind="note", **said) -> Note:
    with acting_for(northgate, cast.specialist):
        return write_note(
            case,
            kind=kind,
            happened_on=TODAY,
            sensitivity=sensitivity,
            said=Said(**{"text": "A secret word.", **said}),
            by=cast.specialist.membership,
        )


def test_a_note_is_written_from_the_case_and_stands_on_its_timeline(sam, case, new):
    page = text(sam.get(f"/cases/{case.public_id}/"))
    assert all(words in page for words in ("Note", "Family contact", "Meeting", "Significant event", "Voice"))

    answer = sam.post(new, typed(opinion="He waits for me."))

    assert answer.status_code == 302
    timeline = text(sam.get(f"/cases/{case.public_id}/"))
    assert "Met at the gate." in timeline
    assert "Opinion: He waits for me." in timeline


def test_a_double_tap_makes_one_note(sam, new, as_system):
    sent = typed()

    for _ in range(2):
        assert sam.post(new, sent).status_code == 302

    with as_system():
        assert Note.objects.count() == 1


def test_a_call_is_one_line_and_what_belongs_to_another_kind_is_ignored(sam, case, new, pupil, as_system):
    with as_system():
        mother = Contact.objects.create(pupil=pupil, name="Samira Ahmed", relationship="Mother")

    form = text(sam.get(f"{new}?kind=family"))
    assert "Samira Ahmed (mother)" in form
    sam.post(
        new,
        typed(kind="family", means="call", contact=str(mother.public_id), outcome="no_answer", text="", meeting="cin"),
    )

    assert "Call: Samira Ahmed (mother)" in text(sam.get(f"/cases/{case.public_id}/?kind=family"))
    with as_system():
        assert NoteText.objects.get().meeting == ""


def test_what_is_missing_is_said_beside_its_field_and_the_text_is_kept(sam, new, as_system):
    answer = sam.post(new, typed(kind="voice", text="I like art."))

    assert "Select whose words they are" in text(answer)
    assert "I like art." in answer.content.decode()
    with as_system():
        assert not Note.objects.exists()


def test_what_was_begun_is_there_again_and_goes_once_it_is_saved(sam, case, new, cast, northgate):
    key = f"note-{case.public_id}"
    sam.post(
        f"/drafts/{key}/",
        {"payload": {"kind": "event", "text": "Half a sen", "sensitivity": "clinical"}, "version": 0},
        content_type="application/json",
    )

    page = sam.get(new).content.decode()
    assert "Half a sen" in page
    assert "This is what you had begun." in page
    assert "Half a sen" not in sam.get(f"{new}?fresh=1").content.decode()
    sam.post(new, typed())
    with acting_for(northgate, cast.specialist):
        assert not Draft.objects.filter(form=key).exists()


def test_others_see_that_a_restricted_note_exists_of_which_kind_and_by_whom(cast, northgate, case, client_for, sam):
    note = write(cast, northgate, case, kind="voice", voice_of="family", may_quote="no")

    for role in ("manager", "dsl", "riverside"):
        client = client_for(getattr(cast, role), northgate)
        for address in (f"/cases/{case.public_id}/", f"/notes/{note.public_id}/"):
            page = text(client.get(address))
            assert "Voice" in page
            assert "Sam Okafor" in page
            assert "clinical" in page
            assert "secret" not in page
    assert "A secret word." in text(sam.get(f"/notes/{note.public_id}/"))


def test_a_reader_of_notes_only_by_leave_finds_it_under_shared_with_me(cast, northgate, case, client_for, sam):
    note = write(cast, northgate, case)
    helen = client_for(cast.slt, northgate)
    assert helen.get(f"/notes/{note.public_id}/").status_code == 404
    assert "Notes shared with me" not in text(helen.get("/"))

    answer = sam.post(
        f"/notes/{note.public_id}/readers/",
        {"member": str(cast.slt.membership.public_id), "reason": "Complaint", "until": TODAY.isoformat()},
        follow=True,
    )

    assert "Helen Price may read the note now" in text(answer)
    assert "Notes shared with me" in text(helen.get("/"))
    assert f"/notes/{note.public_id}/" in helen.get("/notes/shared/").content.decode()
    assert "A secret word." in text(helen.get(f"/notes/{note.public_id}/"))
    sam.post(f"/notes/{note.public_id}/readers/end/", {"member": str(cast.slt.membership.public_id)})
    assert helen.get(f"/notes/{note.public_id}/").status_code == 404


def test_whoever_was_let_in_and_does_not_see_the_case_reads_the_note_without_it(
    cast, northgate, case, client_for, sam, as_system
):
    note = write(cast, northgate, case)
    lee = client_for(cast.allocated, northgate)
    assert lee.get(f"/notes/{note.public_id}/").status_code == 404

    sam.post(
        f"/notes/{note.public_id}/readers/",
        {"member": str(cast.allocated.membership.public_id), "reason": "Joint visit"},
    )

    page = text(lee.get(f"/notes/{note.public_id}/"))
    assert "A secret word." in page
    assert "Ahmed" not in page
    assert lee.get(f"/cases/{case.public_id}/").status_code == 404
    with as_system():
        seen = AccessEntry.objects.filter(person_id=cast.allocated.pk, page="cases:note-detail").last()
        assert set(seen.categories.split()) == {"intervention", "health"}
        assert [row.pupil_id for row in seen.pupils.all()] == [case.pupil_id]


def test_a_correction_shows_both_versions_and_by_whom(cast, northgate, case, sam):
    note = write(cast, northgate, case, "ordinary")

    answer = sam.post(
        f"/notes/{note.public_id}/correct/",
        {"version": "1", "other_day": TODAY.isoformat(), "text": "Another word.", "why_corrected": "Misheard"},
        follow=True,
    )

    page = text(answer)
    assert "Another word." in page
    assert "Corrected by Sam Okafor on" in page
    assert "A secret word." in page
    timeline = sam.get(f"/cases/{case.public_id}/").content.decode()
    assert timeline.index("Another word.") < timeline.index("What it said before") < timeline.index("A secret word.")


def test_a_correction_that_crosses_another_is_refused_with_its_text_kept(cast, northgate, case, sam):
    note = write(cast, northgate, case, "ordinary")
    with acting_for(northgate, cast.specialist):
        correct_note(note, version=1, happened_on=TODAY, said=Said(text="First"), by=cast.specialist.membership)

    answer = sam.post(
        f"/notes/{note.public_id}/correct/", {"version": "1", "other_day": TODAY.isoformat(), "text": "Second"}
    )

    assert "Somebody else has changed this" in text(answer)
    assert "Second" in answer.content.decode()


def test_a_manager_restricts_a_colleagues_note_and_reads_it_no_more(cast, northgate, case, client_for):
    note = write(cast, northgate, case, "ordinary")
    maya = client_for(cast.manager, northgate)
    assert "A secret word." in text(maya.get(f"/notes/{note.public_id}/"))

    maya.post(f"/notes/{note.public_id}/restrict/", {"sensitivity": "youth_justice", "version": "1"})

    assert "A secret word." not in text(maya.get(f"/notes/{note.public_id}/"))
    assert maya.get(f"/notes/{note.public_id}/restrict/").status_code == 403


def test_a_concern_is_raised_in_the_schools_system_and_noted_here(cast, northgate, case, client_for, sam, as_system):
    maya = client_for(cast.manager, northgate)
    northgate.safeguarding_system, northgate.safeguarding_link = "CPOMS", "https://cpoms.example/"
    with as_system():
        type(northgate).objects.filter(pk=northgate.pk).update(
            safeguarding_system="CPOMS", safeguarding_link="https://cpoms.example/"
        )
    page = sam.get(f"/cases/{case.public_id}/concern/")
    assert "this is not the child protection file" in text(page)
    assert "Dana Webb" in text(page)
    assert 'href="https://cpoms.example/"' in page.content.decode()

    answer = sam.post(
        f"/cases/{case.public_id}/concern/",
        {"raised_on": TODAY.isoformat(), "raised_by": "Sam Okafor", "raised_reference": "CP-77", "text": ""},
        follow=True,
    )

    assert "It is noted that the concern was raised." in text(answer)
    assert "CP-77" in text(client_for(cast.dsl, northgate).get(f"/cases/{case.public_id}/"))
    assert "CP-77" not in text(maya.get(f"/cases/{case.public_id}/"))
    assert "Significant event" in text(maya.get(f"/cases/{case.public_id}/"))


@pytest.mark.parametrize("role", ["school_staff", "coordinator", "slt", "ig_lead"])
def test_everybody_is_told_how_a_concern_is_raised(cast, northgate, client_for, role):
    page = text(client_for(getattr(cast, role), northgate).get("/concern/"))

    assert "Raise a safeguarding concern" in page
    assert "Dana Webb" in page


@pytest.fixture
def home_post(cast, as_system):
    """The NHS keeps the record of Sam's post."""
    with as_system():
        Post.objects.filter(pk=cast.specialist.post.pk).update(record="home_service", home_service="Mid Yorkshire NHS")


def test_what_the_home_service_has_not_got_is_listed_as_plain_text_and_ticked(
    cast, northgate, case, sam, home_post, as_system
):
    write(cast, northgate, case, text="Two lines\nof text.", opinion="Improving.")
    with as_system():
        make_session(posts=[cast.specialist.post], places=[case.pupil], held_on=TODAY)
    page = sam.get("/notes/to-copy/").content.decode()
    keys = re.findall(r'name="piece"\s+value="([^"]+)"', page)
    assert "Two lines of text. Opinion: Improving. Sam Okafor, APST, case" in html.unescape(page)
    assert "One-to-one" in page or "One to one" in page
    assert len(keys) == 2

    answer = sam.post("/notes/to-copy/tick/", {"piece": keys}, follow=True)

    assert "2 entries are ticked as copied." in text(answer)
    assert "Everything is copied" in text(answer)
    assert "To copy to the home record" not in text(sam.get("/"))
    sam.post("/notes/to-copy/tick/", {"piece": keys, "undo": "yes"})
    assert "Two lines of text." in sam.get("/notes/to-copy/").content.decode()


def test_what_is_corrected_after_it_was_copied_is_to_be_copied_again(cast, northgate, case, sam, home_post):
    note = write(cast, northgate, case)
    sam.post("/notes/to-copy/tick/", {"piece": [f"note_{note.public_id}_1"]})
    assert "Everything is copied" in text(sam.get("/notes/to-copy/"))

    with acting_for(northgate, cast.specialist):
        correct_note(note, version=1, happened_on=TODAY, said=Said(text="Corrected."), by=cast.specialist.membership)

    assert "Corrected." in sam.get("/notes/to-copy/").content.decode()


def test_a_text_for_the_home_record_names_no_pupil_and_no_other_pupil_of_a_group(
    cast, northgate, case, sam, home_post, as_system
):
    with as_system():
        session = make_session(posts=[cast.specialist.post], places=[case.pupil], activity_type="group")

    page = sam.get(f"/sessions/{session.public_id}/copy/").content.decode()
    piece = re.search(r'class="app-copy"[^>]*>(.*?)</p>', page, re.DOTALL)[1]
    assert "Ahmed" not in piece
    assert "Group" in piece


def test_a_post_whose_record_is_the_taskforces_has_nothing_to_copy(cast, northgate, case, sam):
    write(cast, northgate, case)

    assert "Nothing needs copying." in text(sam.get("/notes/to-copy/"))
    assert "To copy to the home record" not in text(sam.get("/"))


def test_somebody_elses_ticks_are_nobodys_business(cast, northgate, case, sam, home_post):
    note = write(cast, northgate, case, "ordinary")
    sam.post("/notes/to-copy/tick/", {"piece": [f"note_{note.public_id}_1", "note_nonsense_1", "x", "session_1_2_3"]})

    with acting_for(northgate, cast.manager):
        assert not HomeCopy.objects.exists()
    with acting_for(northgate, cast.specialist):
        assert HomeCopy.objects.count() == 1


def test_the_form_says_that_a_pointer_is_enough_where_the_home_service_keeps_the_record(sam, new, home_post):
    page = text(sam.get(new))

    assert "Your record is kept by Mid Yorkshire NHS. One line that points there is enough here" in page


def test_the_pages_take_as_many_queries_for_many_notes_as_for_few(
    cast, northgate, case, sam, django_assert_max_num_queries
):
    for _ in range(3):
        write(cast, northgate, case, "ordinary")
    sam.get(f"/cases/{case.public_id}/")
    with django_assert_max_num_queries(100) as few:
        sam.get(f"/cases/{case.public_id}/")
    for _ in range(20):
        write(cast, northgate, case, "ordinary")
    with django_assert_max_num_queries(100) as many:
        sam.get(f"/cases/{case.public_id}/")
    assert len(many.captured_queries) == len(few.captured_queries)


@pytest.mark.parametrize("role", ["manager", "specialist", "dsl", "slt", "school_staff", "ig_lead", "coordinator"])
def test_the_matrix_through_http(cast, northgate, southgate, omar, case, client_for, role, as_system):
    """note.write, note.view, restricted.view, grant.give and grant.end, each as the matrix has it."""
    plain, clinical = write(cast, northgate, case, "ordinary"), write(cast, northgate, case)
    person = getattr(cast, role)
    client, own = client_for(person, northgate), role == "specialist"
    writes = role in ("manager", "specialist", "dsl")

    new = f"/cases/{case.public_id}/notes/new/"
    sees_no_case = role in ("school_staff", "ig_lead")
    assert client.get(new).status_code == (200 if writes else 404 if sees_no_case else 403)
    assert client.get(f"/notes/{plain.public_id}/").status_code == (200 if writes else 404)
    assert ("A secret word." in text(client.get(f"/notes/{clinical.public_id}/"))) is own
    readers = client.get(f"/notes/{clinical.public_id}/readers/").status_code
    assert readers == (200 if own else 403 if writes else 404)
    gives = client.post(
        f"/notes/{clinical.public_id}/readers/",
        {"member": str(cast.slt.membership.public_id), "reason": "Asked"},
    ).status_code
    assert gives == (302 if own else 403 if writes else 404)
    ends = client.post(
        f"/notes/{clinical.public_id}/readers/end/", {"member": str(cast.slt.membership.public_id)}
    ).status_code
    assert ends == (302 if own else 403 if writes else 404)
    with as_system():
        assert not NoteAccess.objects.exists()
    # Another taskforce's manager, and somebody who is no member of any.
    stranger = client_for(omar, southgate)
    for address in (new, f"/notes/{plain.public_id}/", f"/notes/{clinical.public_id}/readers/"):
        assert stranger.get(address).status_code == 404
