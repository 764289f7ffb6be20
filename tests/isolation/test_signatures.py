"""Nobody signs for another: what a record says of its author is what the database knows."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from apst.tenancy.context import acting_as_system, acting_for
from cases.models import Case, Intervention, InterventionNote
from referrals.models import Referral, TriageDecision
from tests.factories import make_pupil, make_referral, make_session

REFUSED = pytest.raises(DatabaseError, match="row-level security")
DAY = dt.date(2026, 11, 2)


@pytest.fixture
def referral(northgate) -> Referral:
    with acting_as_system(northgate):
        return make_referral()


def test_a_session_is_logged_in_ones_own_name(cast, northgate):
    with acting_for(northgate, cast.specialist), REFUSED, transaction.atomic():
        Intervention.objects.create(
            reference="X", held_on=DAY, minutes=30, activity_type="admin", logged_by=cast.manager.membership
        )


def test_a_note_is_written_in_ones_own_name(cast, northgate):
    with acting_as_system(northgate):
        session = make_session(posts=[cast.specialist.post], places=[make_pupil()])
    with acting_for(northgate, cast.specialist), REFUSED, transaction.atomic():
        InterventionNote.objects.create(intervention=session, text="Not mine", written_by=cast.manager.membership)


def test_a_decision_is_taken_in_ones_own_name(cast, northgate, referral):
    with acting_for(northgate, cast.manager), REFUSED, transaction.atomic():
        TriageDecision.objects.create(
            referral=referral, outcome="accepted", decided_on=DAY, decided_by=cast.specialist.membership
        )


def test_a_case_is_opened_only_for_a_referral_that_one_sees(cast, northgate, referral):
    with acting_as_system(northgate):
        membership = cast.riverside.membership
        membership.may_decide = True
        membership.save()
    with acting_for(northgate, cast.riverside), REFUSED, transaction.atomic():
        Case.objects.create(reference="X", pupil_id=referral.pupil_id, referral_id=referral.pk, opened_on=DAY)
