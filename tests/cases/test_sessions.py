"""Logging work, changing it within the window, and who may."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apst.codelists import codes
from apst.places.calendar import SchoolCalendar
from apst.tenancy.context import acting_as_system, current
from cases.exceptions import (
    ChangedMeanwhile,
    CodeUnknown,
    DurationOutOfRange,
    HeldInFuture,
    NoteNotYours,
    PupilNeeded,
    PupilTwice,
    PupilUnknown,
    SpecialistNeeded,
    StaffTrainedWrong,
    WindowClosed,
)  # fmt: skip
from cases.forms.sessions import TYPE_WORDS
from cases.models import Intervention, InterventionNote, InterventionPlace, InterventionSpecialist
from cases.queries.interventions import counted_minutes, history_of, monday_of, own_week, whole
from cases.services import change_session, delete_session, log_session, restore_session
from cases.services.interventions import is_out_of_school_hours, last_day_to_change
from tests.clock import TODAY
from tests.factories import make_case, make_pupil, make_session


def said(cast, case, **fields):
    usual = {
        "specialists": [cast.specialist.post], "held_on": TODAY, "minutes": 45, "activity_type": "one_to_one",
        "places": [(case.pupil, "attended")], "by": cast.specialist.membership,
    }  # fmt: skip
    return {**usual, **fields}


def test_a_session_keeps_the_case_that_was_open_on_its_day(cast, case, acting):
    with acting(cast.specialist):
        session = log_session(**said(cast, case))
        before = log_session(**said(cast, case, held_on=dt.date(2026, 11, 3)))

        assert (session.reference, before.reference) == ("S-1", "S-2")
        assert (session.places.get().case, before.places.get().case) == (case, None)
        assert session.site_id == case.site_id
        assert session.logged_by == cast.specialist.membership


def test_a_group_has_each_pupils_attendance_and_work_about_a_pupil_counts(cast, case, acting, as_system):
    with as_system():
        other = make_case().pupil
    with acting(cast.specialist):
        group = log_session(
            **said(cast, case, activity_type="group", places=[(case.pupil, "attended"), (other, "was_not_brought")])
        )
        about = log_session(**said(cast, case, activity_type="family", places=[(case.pupil, "about_pupil")]))
        missed = log_session(**said(cast, case, places=[(case.pupil, "did_not_attend")]))

        assert dict(group.places.values_list("pupil", "attendance")) == {
            case.pupil_id: "attended",
            other.pk: "was_not_brought",
        }
        found = {row.pk: counted_minutes(row) for row in whole(Intervention.objects.all())}
        assert found == {group.pk: 45, about.pk: 45, missed.pk: 0}


def test_a_place_keeps_its_sessions_day_and_no_other(cast, case, acting, as_system):
    with as_system():
        hidden = make_case(restricted=True)
        session = make_session(posts=[cast.specialist.post], places=[case.pupil, hidden.pupil])
    with acting(cast.manager):
        assert session.places.count() == 1
        assert Intervention.objects.filter(pk=session.pk).update(held_on=dt.date(2026, 11, 3)) == 1
    with as_system():
        assert set(session.places.values_list("held_on", flat=True)) == {dt.date(2026, 11, 3)}
        with pytest.raises(IntegrityError), transaction.atomic():
            session.places.update(held_on=dt.date(2026, 11, 4))


def test_work_without_a_pupil(cast, case, acting):
    with acting(cast.specialist):
        session = log_session(**said(cast, case, activity_type="staff_training", places=[], staff_trained=12))

        assert (session.places.count(), session.staff_trained) == (0, 12)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"minutes": 0}, DurationOutOfRange),
        ({"minutes": 2000}, DurationOutOfRange),
        ({"held_on": TODAY + dt.timedelta(days=1)}, HeldInFuture),
        ({"specialists": []}, SpecialistNeeded),
        ({"places": []}, PupilNeeded),
        ({"activity_type": "magic"}, CodeUnknown),
        ({"staff_trained": 4}, StaffTrainedWrong),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(cast, case, acting, wrong, error):
    with acting(cast.specialist):
        with pytest.raises(error) as refusal:
            log_session(**said(cast, case, **wrong))

        assert str(refusal.value).endswith(".")
        assert Intervention.objects.count() == 0


def test_a_pupil_twice_and_a_pupil_of_another_taskforce_are_refused(cast, case, acting, southgate):
    with acting_as_system(southgate, durable=False):
        stranger = make_pupil()
    with acting(cast.specialist):
        with pytest.raises(PupilTwice):
            log_session(**said(cast, case, places=[(case.pupil, "attended"), (case.pupil, "refused")]))
        with pytest.raises(PupilUnknown):
            log_session(**said(cast, case, places=[(stranger, "attended")]))

        assert not InterventionPlace.objects.exists()


def test_a_double_tap_makes_one_session(cast, case, acting):
    key = uuid.uuid4()
    with acting(cast.specialist):
        first = log_session(**said(cast, case, submission_key=key))
        second = log_session(**said(cast, case, submission_key=key))

        assert first == second
        assert Intervention.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "starts_at", "outside"),
    [
        (dt.date(2026, 11, 18), None, False),
        (dt.date(2026, 11, 18), dt.time(8, 29), True),
        (dt.date(2026, 11, 18), dt.time(8, 30), False),
        (dt.date(2026, 11, 18), dt.time(15, 59), False),
        (dt.date(2026, 11, 18), dt.time(16, 0), True),
        (dt.date(2026, 11, 21), dt.time(11), True),
        (dt.date(2026, 10, 28), dt.time(11), True),
        (dt.date(2020, 12, 25), None, True),
        (dt.date(2020, 12, 23), None, False),
    ],
)
def test_outside_school_hours_follows_from_the_calendar_and_the_time(cast, acting, day, starts_at, outside):
    with acting(cast.specialist):
        assert is_out_of_school_hours(day, starts_at, SchoolCalendar.of()) is outside


def test_the_window_ends_with_the_third_working_day():
    assert last_day_to_change(dt.date(2026, 11, 18)) == dt.date(2026, 11, 23)
    assert last_day_to_change(dt.date(2026, 12, 24)) == dt.date(2026, 12, 31)


def logged(cast, case, acting, **fields):
    with acting(cast.specialist):
        session = log_session(**said(cast, case, **fields))
        # The database's clock is the machine's: the window is open on any day that this test may run.
        Intervention.objects.filter(pk=session.pk).update(changeable_until=dt.date(2099, 1, 1))
    return session


def close_window(as_system):
    with as_system():
        Intervention.objects.update(changeable_until=dt.date(2026, 1, 1))


def changing(session, cast, case, by, **fields):
    fields = {"version": None, **said(cast, case, **fields), "by": by.membership}
    return change_session(session, **fields)


def test_its_author_changes_it_and_the_history_says_what(cast, case, acting, as_system):
    with as_system():
        other = make_case(pupil=make_pupil(forename="Ben", surname="Clarke")).pupil
    session = logged(cast, case, acting)

    with acting(cast.specialist):
        changed = changing(
            session,
            cast,
            case,
            cast.specialist,
            minutes=60,
            places=[(case.pupil, "part_attended"), (other, "attended")],
        )
        history = history_of(changed)

        assert (changed.minutes, changed.version) == (60, 2)
        assert [(change.verb, change.by) for change in history][-1] == ("Changed", "Sam Okafor")
        assert history[-1].lines == [
            "Minutes: 45, now 60",
            "Amira Ahmed: Attended, now Attended part",
            "Added: Ben Clarke",
        ]
        changing(changed, cast, case, cast.specialist, minutes=60)
        assert "Taken out: Ben Clarke" in history_of(changed)[-1].lines


def test_two_at_once_the_second_is_told(cast, case, acting):
    session = logged(cast, case, acting)

    with acting(cast.manager):
        changing(session, cast, case, cast.manager, version=1, minutes=50)
        with pytest.raises(ChangedMeanwhile):
            changing(session, cast, case, cast.manager, version=1, minutes=10)

        session.refresh_from_db()
        assert session.minutes == 50


def test_the_matrix_on_changing_a_session(cast, case, acting, as_system):
    """Manager always; the author and the coordinator within the window; nobody else."""
    session = logged(cast, case, acting)

    def who_can():
        able = []
        for name in (
            "manager",
            "specialist",
            "riverside",
            "allocated",
            "dsl",
            "slt",
            "coordinator",
            "ig_lead",
            "school_staff",
        ):
            user = getattr(cast, name)
            with acting(user):
                try:
                    delete_session(session, by=user.membership)
                    restore_session(session, by=user.membership)
                    able.append(name)
                except WindowClosed:
                    continue
        return able

    assert who_can() == ["manager", "specialist", "coordinator"]
    close_window(as_system)
    assert who_can() == ["manager"]


def test_the_database_keeps_parts_of_anothers_session_from_a_specialist(cast, case, acting):
    session = logged(cast, case, acting)

    for user in (cast.riverside, cast.allocated):
        with acting(user):
            assert InterventionPlace.objects.filter(intervention=session).update(attendance="refused") == 0
            assert InterventionSpecialist.objects.filter(intervention=session).delete()[0] == 0


def test_delete_and_undo(cast, case, acting):
    session = logged(cast, case, acting)

    with acting(cast.specialist):
        assert delete_session(session, by=cast.specialist.membership).deleted_at is not None
        assert not Intervention.objects.kept().exists()
        assert restore_session(session, by=cast.specialist.membership).deleted_at is None


def test_a_note_is_for_those_who_read_notes(cast, case, acting):
    session = logged(cast, case, acting, note="Talked about football.")

    readers = []
    for name in (
        "manager",
        "specialist",
        "riverside",
        "allocated",
        "dsl",
        "slt",
        "coordinator",
        "ig_lead",
        "school_staff",
    ):
        with acting(getattr(cast, name)):
            if InterventionNote.objects.filter(intervention=session).exists():
                readers.append(name)
    assert readers == ["manager", "specialist", "riverside", "dsl"]


def test_a_coordinator_logs_for_others_but_writes_no_note(cast, case, acting):
    with acting(cast.coordinator):
        session = log_session(
            **said(cast, case, specialists=[cast.riverside.post, cast.specialist.post], by=cast.coordinator.membership)
        )
        with pytest.raises(NoteNotYours):
            log_session(**said(cast, case, note="No", by=cast.coordinator.membership))

        assert session.specialists.count() == 2


def test_what_was_logged_for_a_specialist_of_one_site_is_in_their_week(cast, case, acting):
    with acting(cast.coordinator):
        session = log_session(
            **said(
                cast,
                case,
                specialists=[cast.riverside.post],
                activity_type="multi_agency",
                places=[],
                by=cast.coordinator.membership,
            )
        )
    with acting(cast.riverside):
        assert own_week(current(), monday_of(TODAY)) == [session]


def test_a_specialist_of_one_site_logs_only_for_pupils_they_see(cast, case, acting, as_system, northgate):
    with as_system():
        elsewhere = make_case(site=northgate.centre).pupil
    with acting(cast.riverside):
        mine = said(cast, case, specialists=[cast.riverside.post], by=cast.riverside.membership)
        log_session(**mine)
        with pytest.raises(PupilUnknown):
            log_session(**{**mine, "places": [(elsewhere, "attended")]})


def test_numbers_jump_over_what_an_import_brought(cast, case, acting, as_system):
    with as_system():
        session = make_session(posts=[cast.specialist.post])
        Intervention.objects.filter(pk=session.pk).update(reference="S-1", logged_at=timezone.now())
    with acting(cast.specialist):
        assert log_session(**said(cast, case)).reference == "S-2"


def test_there_is_a_chip_for_every_type_of_work():
    assert list(TYPE_WORDS) == list(codes("activity_types"))
