"""Referrals and what is decided about them: the story of the domain."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from apst.audit.models import AuditEvent
from apst.people.models import Contact, Pupil, PupilFact
from apst.tenancy.context import acting_as_system, acting_for
from cases.models import Case
from referrals import queries, services
from referrals.exceptions import (
    AlreadyAllocated,
    AlreadyTriaged,
    BadReferral,
    CannotMatch,
    CannotUndo,
    ChangedMeanwhile,
    CriterionNotMet,
    NothingAsked,
    ReasonNeeded,
)
from referrals.models import EligibilityVersion, Referral, TriageDecision
from referrals.services import NewPupil, Strategy
from tests.at_once import at_once
from tests.factories import make_case, make_pupil, make_referral

NOOR = NewPupil("Noor", "Haddad", dt.date(2012, 3, 27), facts={"sen_provision": "K", "fsm": "yes"})
WHY = {"received_on": dt.date(2026, 11, 16), "source": "mainstream_school", "route": "form", "reasons": ["attendance"]}


def test_referring_somebody_new_records_the_pupil_with_what_was_said(northgate, cast):
    with acting_for(northgate, cast.school_staff):
        referral = services.refer(
            NOOR, **WHY, strategies=[Strategy("Mentor", "since September", "calmer")], by=cast.school_staff.membership
        )

        assert referral.reference == "S-1"
        assert referral.state == Referral.State.NEW
        assert referral.pupil.name_key == "haddad noor"
        assert dict(PupilFact.objects.values_list("kind", "value")) == {"sen_provision": "K", "fsm": "yes"}
        assert [(s.what, s.tried_when, s.effect) for s in referral.strategies.all()] == [
            ("Mentor", "since September", "calmer")
        ]


def test_each_referral_takes_the_next_reference_and_jumps_over_imported_ones(northgate, cast):
    with acting_as_system(northgate):
        make_referral(reference="S-2")

    with acting_for(northgate, cast.school_staff):
        made = [services.refer(make_new(n), **WHY, by=cast.school_staff.membership).reference for n in range(3)]

    assert made == ["S-1", "S-3", "S-4"]


def make_new(n: int) -> NewPupil:
    return NewPupil(f"Child{n}", f"Of Number {n}", dt.date(2012, 1, 1 + n))


def test_a_form_sent_twice_is_one_referral_and_one_pupil(northgate, cast):
    key = uuid.uuid4()

    with acting_for(northgate, cast.school_staff):
        first = services.refer(NOOR, **WHY, submission_key=key, by=cast.school_staff.membership)
        second = services.refer(NOOR, **WHY, submission_key=key, by=cast.school_staff.membership)

        assert first.pk == second.pk
        assert (Referral.objects.count(), Pupil.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_the_same_moment_is_one_referral_and_one_pupil(northgate, cast):
    def send(key):
        with acting_for(northgate, cast.school_staff):
            return services.refer(NOOR, **WHY, submission_key=key, by=cast.school_staff.membership)

    first, second = at_once(send, [uuid.UUID(int=7)] * 2)

    assert first == second
    with acting_as_system(northgate):
        assert (Referral.objects.count(), Pupil.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"received_on": dt.date(2099, 1, 1)}, "The day it was received must be today or in the past."),
        ({"source": "the moon"}, "Say who referred and how it came, from the lists."),
        ({"reasons": []}, "Give at least one reason from the list."),
        ({"reasons": ["nonsense"]}, "Give at least one reason from the list."),
    ],
)
def test_a_referral_that_cannot_be_is_refused_and_changes_nothing(northgate, cast, wrong, sentence):
    with acting_for(northgate, cast.manager):
        with pytest.raises(BadReferral, match=sentence):
            services.refer(NOOR, **{**WHY, **wrong}, by=cast.manager.membership)

        assert (Referral.objects.count(), Pupil.objects.count()) == (0, 0)


def test_a_child_who_is_born_tomorrow_cannot_be_referred(northgate, cast):
    unborn = NewPupil("Noor", "Haddad", timezone.localdate() + dt.timedelta(days=1))

    with acting_for(northgate, cast.manager):
        with pytest.raises(BadReferral, match="Date of birth must be in the past"):
            services.refer(unborn, **WHY, by=cast.manager.membership)

        assert Pupil.objects.count() == 0


@pytest.fixture
def referral(northgate):
    with acting_as_system(northgate):
        return make_referral()


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("accepted", "accepted"),
        ("waiting_list", "waiting_list"),
        ("universal_offer", "ended"),
        ("signposted", "ended"),
        ("declined", "ended"),
        ("offer_refused", "ended"),
        ("more_information", "more_information"),
        ("withdrawn", "ended"),
    ],
)
def test_where_a_referral_stands_follows_from_the_decision(northgate, cast, referral, outcome, state):
    with acting_for(northgate, cast.manager):
        decision = services.triage(referral, outcome=outcome, rationale="Because.", by=cast.manager.membership)

        assert Referral.objects.get().state == referral.state == state
        assert (decision.decided_by, decision.decided_how) == (cast.manager.membership, "manager")


def test_a_decision_is_named_in_the_audit(northgate, cast, referral):
    with acting_for(northgate, cast.manager):
        decision = services.triage(referral, outcome="accepted", by=cast.manager.membership)

        event = AuditEvent.objects.get(table_name="referrals_triagedecision", record_id=decision.pk)
        assert (event.verb, event.person_id) == ("referral.triage", cast.manager.pk)


@pytest.mark.parametrize("outcome", ["declined", "signposted", "offer_refused", "more_information"])
def test_an_outcome_that_will_be_asked_about_needs_its_reason(northgate, cast, referral, outcome):
    with acting_for(northgate, cast.manager):
        with pytest.raises(ReasonNeeded):
            services.triage(referral, outcome=outcome, rationale="  ", by=cast.manager.membership)

        assert TriageDecision.objects.count() == 0


def test_a_criterion_set_aside_needs_its_reason_and_one_not_met_stops_an_acceptance(northgate, cast, referral):
    by = cast.manager.membership
    with acting_for(northgate, cast.manager):
        with pytest.raises(CriterionNotMet):
            services.triage(referral, outcome="accepted", criteria={"Aged 11 to 16": "not_met"}, by=by)
        with pytest.raises(ReasonNeeded):
            services.triage(referral, outcome="accepted", criteria={"Aged 11 to 16": "overridden"}, by=by)

        decision = services.triage(
            referral, outcome="accepted", criteria={"Aged 11 to 16": "overridden"}, overrides="Eleven next week", by=by
        )

        assert (decision.criteria, decision.overrides) == ({"Aged 11 to 16": "overridden"}, "Eleven next week")


def test_a_decision_keeps_the_eligibility_it_was_taken_by(northgate, cast, referral):
    by = cast.manager.membership
    with acting_for(northgate, cast.manager):
        first = services.publish_eligibility(text="Those in need", criteria=["Aged 11 to 16", " "], seen=0, by=by)
        decision = services.triage(referral, outcome="accepted", criteria={"Aged 11 to 16": "met"}, by=by)
        services.publish_eligibility(text="Those in great need", criteria=[], seen=1, by=by)

        assert TriageDecision.objects.get(pk=decision.pk).eligibility == first
        assert [(v.number, v.criteria) for v in EligibilityVersion.objects.all()] == [(2, []), (1, ["Aged 11 to 16"])]


def test_two_who_publish_at_once_do_not_overwrite_each_other(northgate, cast):
    by = cast.manager.membership
    with acting_for(northgate, cast.manager):
        services.publish_eligibility(text="First", criteria=[], seen=0, by=by)

        with pytest.raises(ChangedMeanwhile):
            services.publish_eligibility(text="Second", criteria=[], seen=0, by=by)

        assert [version.text for version in EligibilityVersion.objects.all()] == ["First"]


def test_a_later_outcome_adds_a_decision(northgate, cast, referral):
    by = cast.manager.membership
    with acting_for(northgate, cast.manager):
        services.triage(referral, outcome="declined", rationale="Too young", by=by)
        services.triage(referral, outcome="waiting_list", by=by)

        assert [d.outcome for d in referral.decisions.all()] == ["declined", "waiting_list"]
        assert Referral.objects.get().state == "waiting_list"


def test_the_same_outcome_twice_is_one_decision(northgate, cast, referral):
    by = cast.manager.membership
    with acting_for(northgate, cast.manager):
        services.triage(referral, outcome="accepted", version=1, by=by)

        with pytest.raises(AlreadyTriaged):
            services.triage(referral, outcome="accepted", version=1, by=by)

        assert TriageDecision.objects.count() == 1


def test_deciding_on_a_page_that_is_out_of_date_is_refused(northgate, cast, referral):
    by = cast.manager.membership
    with acting_for(northgate, cast.manager):
        services.triage(referral, outcome="waiting_list", version=1, by=by)

        with pytest.raises(ChangedMeanwhile):
            services.triage(referral, outcome="declined", rationale="No", version=1, by=by)

        assert Referral.objects.get().state == "waiting_list"


def test_undoing_brings_back_where_it_stood_and_leaves_both_decisions(northgate, cast, referral):
    by = cast.manager.membership
    with acting_for(northgate, cast.manager):
        services.triage(referral, outcome="waiting_list", by=by)
        decision = services.triage(referral, outcome="accepted", by=by)

        services.undo(decision, by=by)

        assert Referral.objects.get().state == "waiting_list"
        assert [d.outcome for d in TriageDecision.objects.all()] == ["waiting_list", "accepted", "undone"]
        with pytest.raises(CannotUndo):
            services.undo(decision, by=by)


def test_nobody_undoes_another_persons_decision(northgate, cast, referral):
    with acting_as_system(northgate):
        decision = services.triage(referral, outcome="accepted", by=cast.specialist.membership)

    with acting_for(northgate, cast.manager):
        with pytest.raises(CannotUndo, match="Only the person who decided"):
            services.undo(decision, by=cast.manager.membership)

        assert Referral.objects.get().state == "accepted"


def test_after_ten_minutes_nothing_is_undone(northgate, cast, referral, settings):
    by = cast.manager.membership
    with acting_for(northgate, cast.manager):
        decision = services.triage(referral, outcome="accepted", by=by)
        settings.UNDO_MINUTES = -1

        with pytest.raises(CannotUndo, match="minutes"):
            services.undo(decision, by=by)

        assert Referral.objects.get().state == "accepted"


def test_once_allocated_nothing_is_undone_or_decided(northgate, cast, referral):
    by = cast.manager.membership
    with acting_for(northgate, cast.manager):
        decision = services.triage(referral, outcome="accepted", by=by)
        assert services.mark_allocated(referral, by=by) is None

        with pytest.raises(CannotUndo, match="allocated"):
            services.undo(decision, by=by)
        with pytest.raises(AlreadyAllocated):
            services.triage(referral, outcome="declined", rationale="No", by=by)
        with pytest.raises(AlreadyAllocated):
            services.mark_allocated(referral, by=by)


def test_allocating_an_undecided_referral_records_its_acceptance(northgate, cast, referral):
    with acting_for(northgate, cast.manager):
        services.mark_allocated(referral, by=cast.manager.membership)

        assert [d.outcome for d in TriageDecision.objects.all()] == ["accepted"]
        assert Referral.objects.get().state == referral.state == "allocated"


def test_only_the_decision_that_stands_can_be_undone(northgate, cast, referral):
    by = cast.manager.membership
    with acting_for(northgate, cast.manager):
        first = services.triage(referral, outcome="waiting_list", by=by)
        services.triage(referral, outcome="accepted", by=by)

        with pytest.raises(CannotUndo, match="Another decision"):
            services.undo(first, by=by)


def test_a_question_is_answered_by_whoever_referred(northgate, cast):
    with acting_for(northgate, cast.school_staff):
        referral = services.refer(NOOR, **WHY, by=cast.school_staff.membership)
        with pytest.raises(NothingAsked):
            services.give_information(referral, text="He is new.", by=cast.school_staff.membership)
    with acting_for(northgate, cast.manager):
        services.ask_for_more(referral, question="Since when?", by=cast.manager.membership)

    with acting_for(northgate, cast.school_staff):
        with pytest.raises(ReasonNeeded):
            services.give_information(referral, text=" ", by=cast.school_staff.membership)
        services.give_information(referral, text="Since May.", by=cast.school_staff.membership)

    with acting_for(northgate, cast.manager):
        assert queries.is_answered(Referral.objects.get())
        services.ask_for_more(referral, question="And before?", by=cast.manager.membership)
        assert not queries.is_answered(Referral.objects.get())


def test_a_withdrawal_ends_a_referral(northgate, cast, referral):
    with acting_for(northgate, cast.manager):
        services.withdraw(referral, by=cast.manager.membership)

        assert [d.outcome for d in referral.decisions.all()] == ["withdrawn"]
        assert Referral.objects.get().state == "ended"


def test_a_referral_of_a_known_pupil_moves_to_their_record_with_all_it_brought(northgate, cast):
    with acting_as_system(northgate):
        known = make_pupil(surname="Haddad", forename="Nour")
        PupilFact.objects.create(pupil=known, kind="fsm", value="no", holds_from=dt.date(2026, 1, 1))
    new = NewPupil(**{**vars(NOOR), "contact": {"name": "Mrs Haddad", "relationship": "Mother", "phone": ""}})
    with acting_for(northgate, cast.school_staff):
        referral = services.refer(new, **WHY, by=cast.school_staff.membership)

    with acting_for(northgate, cast.manager):
        services.match_pupil(referral, known, version=1, by=cast.manager.membership)

        assert Referral.objects.get().pupil == known
        assert list(Pupil.objects.all()) == [known]
        held = PupilFact.objects.filter(pupil=known, corrected_at=None)
        assert dict(held.values_list("kind", "value")) == {"fsm": "no", "sen_provision": "K"}
        assert PupilFact.objects.exclude(corrected_at=None).get().value == "yes"
        assert Contact.objects.get().pupil == known


def test_a_pupil_on_whom_something_else_hangs_stays(northgate, cast):
    with acting_for(northgate, cast.school_staff):
        referral = services.refer(NOOR, **WHY, by=cast.school_staff.membership)
    with acting_as_system(northgate):
        known = make_pupil()
        make_case(pupil=referral.pupil)
        provisional = referral.pupil

    with acting_for(northgate, cast.manager):
        services.match_pupil(referral, known, by=cast.manager.membership)

        assert Referral.objects.get().pupil == known
        assert Case.objects.get().pupil == provisional
        assert set(provisional.facts.values_list("kind", flat=True)) == {"sen_provision", "fsm"}


def test_a_pupil_from_an_import_is_never_removed_by_a_match(northgate, cast, referral):
    with acting_as_system(northgate):
        known = make_pupil()

    with acting_for(northgate, cast.manager):
        services.match_pupil(referral, known, by=cast.manager.membership)

        assert Pupil.objects.count() == 2
        with pytest.raises(CannotMatch):
            services.match_pupil(referral, known, by=cast.manager.membership)


def test_school_days_waiting_leave_out_the_holiday(northgate, cast):
    with acting_as_system(northgate):
        clock = queries.WaitingClock(queries.SchoolCalendar.of(), dt.date(2026, 11, 6))

        assert clock.words(dt.date(2026, 10, 22)) == "6 school days"
        assert clock.words(dt.date(2026, 11, 5)) == "1 school day"
        assert clock.words(dt.date(2019, 11, 5)).startswith("about ")
        assert clock.received_by(5) == dt.date(2026, 10, 22)
        assert clock.days(clock.received_by(5)) > 5
        assert clock.days(clock.received_by(5) + dt.timedelta(days=1)) == 5


def test_a_match_on_a_page_that_is_out_of_date_is_refused(northgate, cast, referral):
    with acting_as_system(northgate):
        known = make_pupil()
    with acting_for(northgate, cast.manager):
        services.triage(referral, outcome="waiting_list", by=cast.manager.membership)

        with pytest.raises(ChangedMeanwhile):
            services.match_pupil(referral, known, version=1, by=cast.manager.membership)

        assert Referral.objects.get().pupil != known
