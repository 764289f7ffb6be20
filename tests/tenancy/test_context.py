"""Nothing of a taskforce is there without its context, and nothing of another one within it."""

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from apst.audit.models import AuditEvent
from apst.audit.queries import history_of
from apst.people.models import Pupil
from apst.tenancy.context import ContextError, acting_as_system, acting_for, name_act
from tests.factories import make_case, make_pupil


def test_without_a_context_the_database_refuses(northgate):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Pupil.objects.count()


def test_a_member_sees_the_pupils_of_the_taskforce_and_of_no_other(cast, northgate, southgate, omar):
    with acting_as_system(northgate):
        ours = make_pupil()
    with acting_as_system(southgate):
        theirs = make_pupil()

    with acting_for(northgate, cast.manager):
        assert [p.pk for p in Pupil.objects.all()] == [ours.pk]
    with acting_for(southgate, omar):
        assert [p.pk for p in Pupil.objects.all()] == [theirs.pk]


def test_a_stranger_cannot_open_the_taskforce(northgate, omar):
    with pytest.raises(ProgrammingError, match="no live membership"), acting_for(northgate, omar):
        pass


def test_another_taskforce_cannot_be_opened_within(cast, northgate, southgate):
    with acting_for(northgate, cast.manager), pytest.raises(ContextError), acting_as_system(southgate):
        pass


def test_leaving_closes_the_taskforce(cast, northgate):
    with acting_for(northgate, cast.manager):
        assert Pupil.objects.count() == 0
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Pupil.objects.count()


def test_a_restricted_case_is_hidden_from_the_manager_with_its_pupil(cast, northgate):
    with acting_as_system(northgate):
        case = make_case(restricted=True)

    with acting_for(northgate, cast.manager):
        assert not Pupil.objects.filter(pk=case.pupil_id).exists()


def test_every_write_leaves_its_verb_and_person(cast, northgate):
    with acting_for(northgate, cast.manager):
        name_act("pupil.record")
        pupil = make_pupil(recorded_by=cast.manager.membership)

        event = AuditEvent.objects.get(table_name="people_pupil", record_id=pupil.pk)
        assert (event.verb, event.person_id, event.operation) == ("pupil.record", cast.manager.pk, "I")
        assert history_of(pupil)[0].after["surname"] == pupil.surname


def test_a_change_of_many_at_once_leaves_an_entry_of_each_that_differs_and_no_id_changes(northgate):
    with acting_as_system(northgate, durable=False):
        pupils = [make_pupil(preferred_name="Mo" if number == 1 else "") for number in range(3)]
        Pupil.objects.update(preferred_name="Mo")

        changed = AuditEvent.objects.filter(table_name="people_pupil", operation="U").order_by("record_id")
        assert [event.record_id for event in changed] == [pupils[0].pk, pupils[2].pk]
        entry = history_of(pupils[2])[-1]
        assert (entry.before["preferred_name"], entry.after["preferred_name"]) == ("", "Mo")
        with pytest.raises(IntegrityError), transaction.atomic():
            Pupil.objects.filter(pk=pupils[0].pk).update(id=pupils[2].pk + 1)
