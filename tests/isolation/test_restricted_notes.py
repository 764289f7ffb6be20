"""What is written about a restricted pupil is hidden wherever it has been: in the note, and in the note's history."""

import datetime as dt

import pytest

from apst.audit.models import AuditDetail
from apst.tenancy.context import acting_as_system, acting_for
from cases.exceptions import NoteNotYours
from cases.models import InterventionNote
from cases.services import change_session
from tests.factories import make_case, make_pupil, make_session


def test_the_note_of_a_group_with_a_hidden_pupil_is_hidden_with_its_history(cast, northgate):
    with acting_as_system(northgate):
        hidden, known = make_pupil(), make_pupil()
        make_case(pupil=hidden, restricted=True)
        session = make_session(posts=[cast.specialist.post], places=[hidden, known], activity_type="group")
        open_session = make_session(posts=[cast.specialist.post], places=[known])
        for one, text in ((session, "a secret"), (open_session, "no secret")):
            note = InterventionNote.objects.create(intervention=one, text="first")
            note.text = text
            note.save()

    with acting_for(northgate, cast.manager):
        assert [n.text for n in InterventionNote.objects.all()] == ["no secret"]
        details = AuditDetail.objects.filter(table_name="cases_interventionnote")
        assert {d.after["text"] for d in details} == {"first", "no secret"}


def test_writing_over_a_hidden_note_is_refused_in_words(cast, northgate):
    with acting_as_system(northgate):
        hidden, known = make_pupil(), make_pupil()
        make_case(pupil=hidden, restricted=True)
        session = make_session(
            posts=[cast.specialist.post], places=[hidden, known], activity_type="group", held_on=dt.date(2026, 11, 16)
        )
        InterventionNote.objects.create(intervention=session, text="a secret")

    with acting_for(northgate, cast.manager), pytest.raises(NoteNotYours):
        change_session(
            session,
            version=None,
            specialists=[cast.specialist.post],
            held_on=session.held_on,
            minutes=60,
            activity_type="group",
            places=[(known, "attended")],
            note="over it",
            by=cast.manager.membership,
        )
    with acting_as_system(northgate):
        assert InterventionNote.objects.get().text == "a secret"
