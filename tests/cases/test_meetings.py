"""The weekly meeting: its agenda writes itself, many write at once, and what is decided stays decided."""

import datetime as dt

import pytest
from django.db import ProgrammingError, connection
from django.test.utils import CaptureQueriesContext

from apst.accounts.models import Membership
from apst.tenancy.context import acting_as_system, acting_for
from apst.tenancy.models import Taskforce
from cases.exceptions import (
    AlreadyDecided,
    AlreadyOnAgenda,
    MeetingNotRunning,
    MeetingOver,
    MeetingThere,
    NotAtTheMeeting,
    NoteMeanwhile,
    NothingToDiscuss,
    NotToAllocate,
    RationaleMissing,
    SeniorLeaderMissing,
)  # fmt: skip
from cases.models import (
    Case,
    CaseDecision,
    Meeting,
    MeetingAction,
    MeetingItem,
    MeetingNote,
    MeetingRules,
    Note,
)
from cases.queries.agenda import points_for, shared_out
from cases.services import (
    allocate_item,
    close_meeting,
    convene,
    decide,
    defer_item,
    finish_action,
    move_on_agenda,
    prepare,
    put_on_agenda,
    record_exclusion,
    say_who_is_there,
    set_action,
    start_meeting,
    triage_item,
    turn_to,
    write_meeting_note,
)
from referrals.exceptions import ReasonNeeded
from referrals.models import Referral
from tests.at_once import at_once
from tests.clock import TODAY
from tests.conftest import make_member, make_post, make_taskforce
from tests.factories import make_case, make_pupil, make_referral, make_session

WEEK = dt.timedelta(days=7)


@pytest.fixture
def convened(cast, acting):
    """`convened()`: the meeting of today, prepared by the manager; `convened(run=True)` is under way."""

    def make(*, on=TODAY, run=False, **said):
        with acting(cast.manager):
            meeting = convene(held_on=on, by=cast.manager.membership, **said)
            return start_meeting(meeting, by=cast.manager.membership) if run else meeting

    return make


@pytest.fixture
def here(cast, acting):
    """`here(meeting, cast.slt)`: they are marked as present."""

    def say(meeting, *people):
        with acting(cast.manager):
            said = dict.fromkeys((person.membership for person in people), "present")
            say_who_is_there(meeting, members=said, by=cast.manager.membership)

    return say


def reasons(meeting):
    return {item.case_id or item.referral_id: item.reasons for item in meeting.items.all()}


def test_the_agenda_writes_itself_and_a_case_stands_once_with_all_its_reasons(
    northgate, cast, case, as_system, acting, convened
):
    with as_system():
        for day in (4, 5, 6):
            make_session(
                posts=[cast.specialist.post], places=[(case.pupil, "did_not_attend")], held_on=dt.date(2026, 11, day)
            )
        Case.objects.filter(pk=case.pk).update(opened_on=dt.date(2026, 10, 1))
        Note.objects.create(
            case=case, pupil=case.pupil, kind="event", happened_on=TODAY, written_by=cast.dsl.membership
        )
        new = make_referral()
        waiting = make_referral(state="waiting_list")

    meeting = convened()

    with acting(cast.manager):
        assert [(item.kind, item.reasons) for item in meeting.items.all()] == [
            ("referral", ["new"]),
            ("referral", ["waiting"]),
            ("case", ["event", "missed"]),
        ]
        assert [item.referral_id for item in meeting.items.all()][:2] == [new.pk, waiting.pk]
        assert sum(item.minutes for item in meeting.items.all()) == 60


def test_preparing_twice_adds_nothing_twice_and_brings_what_came_up_since(cast, case, as_system, acting, convened):
    meeting = convened()
    with as_system():
        Note.objects.create(
            case=case, pupil=case.pupil, kind="event", happened_on=TODAY, written_by=cast.dsl.membership
        )
        make_referral()

    with acting(cast.manager):
        assert reasons(meeting)[case.pk] == ["round"]
        assert [prepare(meeting, by=cast.manager.membership) for _ in (1, 2)] == [1, 0]
        assert meeting.items.count() == 2
        assert reasons(meeting)[case.pk] == ["event", "round"]


def test_every_open_case_comes_up_within_so_many_meetings(cast, as_system, acting):
    with as_system():
        cases = {make_case().pk for _ in range(10)}
        MeetingRules.objects.create(every_weeks=4)
    talked, day = set(), TODAY

    with acting(cast.manager):
        for week in range(4):
            meeting = convene(held_on=day + WEEK * week, by=cast.manager.membership)
            start_meeting(meeting, by=cast.manager.membership)
            turns = [item for item in meeting.items.all() if "round" in item.reasons]
            assert len(turns) <= 3
            for item in turns:
                decide(item, outcome="continue", by=cast.manager.membership)
                talked.add(item.case_id)
            close_meeting(meeting, by=cast.manager.membership)

    assert talked == cases


def test_what_was_left_returns_next_time_and_so_does_other_business(cast, case, acting, convened):
    meeting = convened(run=True)
    with acting(cast.manager):
        put_on_agenda(meeting, words="Minibus on Fridays", by=cast.manager.membership)
        defer_item(meeting.items.get(case=case), by=cast.manager.membership)
        close_meeting(meeting, by=cast.manager.membership)

    after = convened(on=TODAY + WEEK)

    with acting(cast.manager):
        assert "deferred" in reasons(after)[case.pk]
        assert after.items.get(kind="words").words == "Minibus on Fridays"


def test_what_somebody_put_on_a_meeting_that_was_never_held_is_not_lost(cast, case, acting, convened):
    meeting = convened(on=TODAY - WEEK)
    with acting(cast.dsl):
        put_on_agenda(meeting, words="Minibus on Fridays", by=cast.dsl.membership)

    after = convened()

    with acting(cast.manager):
        assert after.items.get(kind="words").reasons == ["deferred"]
        assert reasons(after)[case.pk] == ["round"]


def test_what_is_added_while_the_meeting_is_being_closed_comes_up_next_time(cast, acting, convened):
    meeting = convened(run=True)
    with acting(cast.manager):
        close_meeting(meeting, by=cast.manager.membership)
        put_on_agenda(meeting, words="Late", by=cast.manager.membership)  # this page still shows it running

    with acting(cast.manager):
        after = convene(held_on=TODAY + WEEK, by=cast.manager.membership)
        assert [item.words for item in after.items.all()] == ["Late"]


def test_an_overdue_action_and_a_proposed_closing_bring_their_case(cast, case, acting, convened):
    meeting = convened(run=True)
    with acting(cast.manager):
        item = meeting.items.get(case=case)
        action = set_action(
            item, what="Ring the school", owner=cast.specialist.membership, due_on=TODAY, by=cast.manager.membership
        )
        decide(item, outcome="close", rationale="All goals are reached", by=cast.manager.membership)
        close_meeting(meeting, by=cast.manager.membership)
        after = convene(held_on=TODAY + WEEK, by=cast.manager.membership)
        assert reasons(after)[case.pk] == ["closure", "action"]

        finish_action(action, by=cast.manager.membership)

        assert points_for(after)[0].reasons == ["closure"]


def test_a_clock_of_the_law_that_runs_out_brings_its_case(cast, case, acting, convened):
    with acting(cast.specialist):
        record_exclusion(
            case.pupil,
            category="PERM",
            starts_on=TODAY - WEEK,
            start_session="am",
            by=cast.specialist.membership,
        )

    meeting = convened()

    with acting(cast.manager):
        assert reasons(meeting)[case.pk] == ["clock"]


def test_a_meeting_of_one_site_has_the_cases_of_that_site(northgate, cast, case, as_system, acting, convened):
    with as_system():
        make_case(site=northgate.centre)

    meeting = convened(site=northgate.riverside)

    with acting(cast.manager):
        assert [item.case_id for item in meeting.items.all()] == [case.pk]


def test_there_is_one_meeting_a_day(convened):
    convened()

    with pytest.raises(MeetingThere):
        convened()


def test_four_hundred_cases_cost_as_many_queries_as_four(northgate, cast, as_system, acting):
    def cost(day):
        with acting(cast.manager):
            meeting = convene(held_on=day, by=cast.manager.membership)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                prepare(meeting, by=cast.manager.membership)
            return len(asked)

    with as_system():
        for _ in range(4):
            make_case()
    few = cost(TODAY)
    with as_system():
        for _ in range(396):
            make_case()
        for _ in range(9):
            make_referral()

    assert cost(TODAY + WEEK) == few
    assert few <= 30


@pytest.mark.parametrize(
    ("weights", "minutes", "shares"),
    [([3, 1], 60, [45, 15]), ([1, 1, 1], 60, [20, 20, 20]), ([2, 1], 4, [3, 1]), ([1] * 5, 3, [1] * 5), ([], 60, [])],
)
def test_time_is_shared_by_weight_in_whole_minutes(weights, minutes, shares):
    assert shared_out(weights, minutes) == shares


def test_the_order_is_changed_one_place_at_a_time(cast, case, as_system, acting, convened):
    with as_system():
        make_referral()
    meeting = convened()
    with acting(cast.manager):
        first, second = meeting.items.all()

        move_on_agenda(second, up=True, by=cast.manager.membership)
        assert list(meeting.items.all()) == [second, first]

        move_on_agenda(second, up=True, by=cast.manager.membership)
        assert list(meeting.items.all()) == [second, first]


def test_anyone_who_attends_adds_a_point_and_a_case_stands_once(cast, case, acting, convened):
    meeting = convened()
    with acting(cast.coordinator):
        put_on_agenda(meeting, words="Key for the  music room", by=cast.coordinator.membership)
        with pytest.raises(NothingToDiscuss):
            put_on_agenda(meeting, words=" ", by=cast.coordinator.membership)
    with acting(cast.specialist), pytest.raises(AlreadyOnAgenda):
        put_on_agenda(meeting, case=case, by=cast.specialist.membership)
    with acting(cast.manager):
        assert meeting.items.get(kind="words").words == "Key for the music room"


def test_the_time_of_an_item_starts_and_stops_by_itself(cast, case, as_system, acting, convened):
    with as_system():
        make_referral()
    meeting = convened(run=True)
    with acting(cast.manager):
        first, second = meeting.items.all()
        turn_to(first, by=cast.manager.membership)
        MeetingItem.objects.filter(pk=first.pk).update(opened_at=dt.datetime.now(dt.UTC) - dt.timedelta(seconds=90))

        turn_to(second, by=cast.manager.membership)

        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.opened_at, 90 <= first.seconds <= 95) == (None, True)
        assert second.opened_at is not None


def test_nothing_is_decided_before_the_meeting_starts_or_after_it_is_closed(cast, case, acting, convened):
    meeting = convened()
    with acting(cast.manager):
        item = meeting.items.get(case=case)
        with pytest.raises(MeetingNotRunning):
            decide(item, outcome="continue", by=cast.manager.membership)
        start_meeting(meeting, by=cast.manager.membership)
        close_meeting(meeting, by=cast.manager.membership)
        for act in (
            lambda: decide(item, outcome="continue", by=cast.manager.membership),
            lambda: put_on_agenda(meeting, words="Late", by=cast.manager.membership),
            lambda: move_on_agenda(item, up=True, by=cast.manager.membership),
            lambda: close_meeting(meeting, by=cast.manager.membership),
        ):
            meeting.refresh_from_db()
            with pytest.raises(MeetingOver):
                act()


def test_continue_needs_no_words_and_keeps_what_the_page_showed(cast, case, acting, convened):
    meeting = convened(run=True)
    with acting(cast.manager):
        decision = decide(meeting.items.get(case=case), outcome="continue", by=cast.manager.membership)

        assert (decision.decides, decision.decided_by, decision.quorate) == ("manager", cast.manager.membership, True)
        assert decision.showed == {
            "reasons": ["round"],
            "tier": "tier_2",
            "lead": cast.specialist.post.pk,
            "version": case.version,
            "review": None,
            "decision": None,
        }
        assert meeting.items.get(case=case).state == "done"


@pytest.mark.parametrize("outcome", ["step_down", "close"])
def test_stepping_down_and_closing_say_why(cast, case, acting, convened, outcome):
    meeting = convened(run=True)
    with acting(cast.manager):
        item = meeting.items.get(case=case)
        with pytest.raises(RationaleMissing):
            decide(item, outcome=outcome, rationale="  ", by=cast.manager.membership)
        assert decide(item, outcome=outcome, rationale="Goals reached", by=cast.manager.membership).rationale


def test_a_second_decision_replaces_the_first_and_both_are_kept(cast, case, acting, convened):
    meeting = convened(run=True)
    with acting(cast.manager):
        item = meeting.items.get(case=case)
        first = decide(item, outcome="continue", by=cast.manager.membership)
        with pytest.raises(AlreadyDecided):
            decide(item, outcome="change", by=cast.manager.membership)

        second = decide(item, outcome="change", supersedes=first, by=cast.manager.membership)

        assert list(CaseDecision.objects.values_list("outcome", "supersedes")) == [
            ("change", first.pk),
            ("continue", None),
        ]
        assert second.showed["decision"] == first.pk
        with pytest.raises(AlreadyDecided):
            decide(item, outcome="onward", supersedes=first, by=cast.manager.membership)


def way(northgate, decides):
    Taskforce.objects.filter(pk=northgate.pk).update(decides=decides)
    northgate.decides = decides


def test_the_team_decides_with_a_quorum_or_says_why_without_and_dissent_is_kept(
    northgate, cast, case, as_system, acting, convened, here
):
    with as_system():
        way(northgate, "team")
    meeting = convened(run=True)
    here(meeting, cast.specialist, cast.dsl)
    with acting(cast.specialist):
        item = meeting.items.get(case=case)
        with pytest.raises(RationaleMissing, match="quorum"):
            decide(item, outcome="continue", by=cast.specialist.membership)
        first = decide(item, outcome="continue", rationale="Cannot wait", by=cast.specialist.membership)
        assert (first.decides, first.quorate) == ("team", False)
    here(meeting, cast.manager)

    with acting(cast.specialist):
        second = decide(
            item, outcome="continue", dissent="Dana would step down", supersedes=first, by=cast.specialist.membership
        )

        assert (second.quorate, second.dissent) == (True, "Dana would step down")
        there = (cast.specialist, cast.dsl, cast.manager)
        assert set(second.present) == {person.membership.pk for person in there}


def test_where_the_manager_decides_a_senior_leader_who_is_there_agrees_to_chosen_outcomes(
    cast, case, as_system, acting, convened, here
):
    with as_system():
        MeetingRules.objects.create(with_slt=["close"])
    meeting = convened(run=True)
    with acting(cast.manager):
        item = meeting.items.get(case=case)
        said = {"outcome": "close", "rationale": "Goals reached", "by": cast.manager.membership}
        with pytest.raises(SeniorLeaderMissing):
            decide(item, **said)
        with pytest.raises(NotAtTheMeeting):
            decide(item, **said, agreed_by=cast.slt.membership)
    here(meeting, cast.slt, cast.dsl)

    with acting(cast.manager):
        with pytest.raises(NotAtTheMeeting):
            decide(item, **said, agreed_by=cast.dsl.membership)
        assert decide(item, **said, agreed_by=cast.slt.membership).agreed_by == cast.slt.membership


def test_the_lead_specialist_runs_the_meeting_where_the_taskforce_says_so(
    northgate, cast, case, as_system, acting, convened
):
    with as_system():
        way(northgate, "lead_specialist")
    meeting = convened(run=True)
    with acting(cast.specialist) as member:
        assert not member.may("meeting.run")
        with pytest.raises(Meeting.DoesNotExist):
            # Who does not decide may change no meeting, so there is none to lock.
            decide(meeting.items.get(case=case), outcome="continue", by=cast.specialist.membership)
    with as_system():
        Membership.objects.filter(pk=cast.specialist.membership.pk).update(may_decide=True)
    with acting(cast.specialist):
        decision = decide(meeting.items.get(case=case), outcome="continue", by=cast.specialist.membership)
        assert decision.decides == "lead_specialist"


def test_a_meeting_keeps_the_way_of_deciding_with_which_it_started(northgate, cast, case, as_system, acting, convened):
    meeting = convened(run=True)
    with as_system():
        way(northgate, "team")
    with acting(cast.manager):
        assert decide(meeting.items.get(case=case), outcome="continue", by=cast.manager.membership).decides == "manager"


def test_a_referral_is_decided_and_allocated_in_the_one_way_there_is(northgate, cast, as_system, acting, convened):
    with as_system():
        declined, taken = make_referral(), make_referral(site=northgate.riverside)
    meeting = convened(run=True)
    with acting(cast.manager):
        item = meeting.items.get(referral=declined)
        with pytest.raises(ReasonNeeded):
            triage_item(item, outcome="declined", by=cast.manager.membership)
        decision = triage_item(item, outcome="declined", rationale="Out of area", by=cast.manager.membership)
        item.refresh_from_db()
        assert (item.state, item.triage, decision.decided_how) == ("done", decision, "manager")

        item = meeting.items.get(referral=taken)
        case = allocate_item(
            item,
            lead=cast.specialist.post,
            tier="tier_1",
            site=northgate.riverside,
            opened_on=TODAY,
            by=cast.manager.membership,
        )
        item.refresh_from_db()
        assert (item.state, item.case, item.triage.outcome) == ("done", case, "accepted")


def test_each_writer_has_versions_of_their_own(cast, case, acting, convened):
    meeting = convened(run=True)
    with acting(cast.manager):
        item = meeting.items.get(case=case)
        write_meeting_note(item, text="Mum rang", by=cast.manager.membership)
    with acting(cast.dsl):
        write_meeting_note(item, text="Seen on Friday", by=cast.dsl.membership)
    with acting(cast.manager):
        write_meeting_note(item, text="Mum rang twice", seen=1, by=cast.manager.membership)
        with pytest.raises(NoteMeanwhile):
            write_meeting_note(item, text="From the phone", seen=1, by=cast.manager.membership)

        assert sorted(MeetingNote.objects.values_list("written_by__name", "number", "text")) == [
            ("Dana Webb", 1, "Seen on Friday"),
            ("Maya Thornton", 1, "Mum rang"),
            ("Maya Thornton", 2, "Mum rang twice"),
        ]


def test_a_note_cannot_be_hung_on_a_case_in_the_open(cast, case, acting, convened):
    """The database asks that a note carries the case and pupil of its item, so that they are hidden together."""
    meeting = convened(run=True)
    with acting(cast.dsl):
        item = meeting.items.get(case=case)
    with acting(cast.dsl), pytest.raises(ProgrammingError, match="row-level security"):
        MeetingNote.objects.create(item=item, text="In the open", written_by=cast.dsl.membership)


def test_whoever_attends_and_may_not_read_notes_reads_none_and_no_decision(cast, case, acting, convened):
    meeting = convened(run=True)
    with acting(cast.manager):
        item = meeting.items.get(case=case)
        write_meeting_note(item, text="Mum rang", by=cast.manager.membership)
        decide(item, outcome="continue", rationale="Settled", by=cast.manager.membership)
        set_action(item, what="Ring", owner=cast.dsl.membership, due_on=TODAY, by=cast.manager.membership)

    counts = {}
    for person in (cast.dsl, cast.riverside, cast.slt, cast.coordinator, cast.ig_lead, cast.school_staff):
        with acting(person) as member:
            models = (Meeting, MeetingItem, MeetingNote, CaseDecision, MeetingAction)
            counts[member.role] = [model.objects.count() for model in models]

    assert counts == {
        "dsl": [1, 1, 1, 1, 1],
        "specialist": [1, 1, 1, 1, 1],
        "slt": [1, 1, 0, 0, 0],
        "coordinator": [1, 1, 0, 0, 0],
        "ig_lead": [1, 0, 0, 0, 0],
        "school_staff": [0, 0, 0, 0, 0],
    }


def test_of_a_restricted_case_the_others_see_that_there_is_an_item_and_nothing_else(
    cast, case, as_system, acting, convened
):
    meeting = convened(run=True)
    with acting(cast.manager):
        item = meeting.items.get(case=case)
        write_meeting_note(item, text="Mum rang", by=cast.manager.membership)
        decide(item, outcome="continue", by=cast.manager.membership)
    with as_system():
        Case.objects.filter(pk=case.pk).update(restricted=True)

    with acting(cast.manager), connection.cursor() as cursor:
        assert [m.objects.count() for m in (MeetingItem, MeetingNote, CaseDecision)] == [0, 0, 0]
        cursor.execute("select place from app.agenda_of(%s)", [meeting.pk])
        assert cursor.fetchall() == [(1,)]


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Two real transactions at the same moment."""

    @pytest.fixture
    def eastgate(self):
        """A taskforce of two managers with a running meeting over one referral and one case."""
        taskforce = make_taskforce("eastgate", "Eastgate Taskforce")
        taskforce.managers = [
            make_member(taskforce, "manager", f"{n}@eastgate.example", f"Manager {n}") for n in (1, 2)
        ]
        taskforce.post = make_post(taskforce, None, "SP1", "mentor", name="Kim Lee")
        with acting_as_system(taskforce):
            make_referral(pupil=make_pupil())
            make_case(pupil=make_pupil())
        with acting_for(taskforce, taskforce.managers[0]):
            by = taskforce.managers[0].membership
            taskforce.meeting = start_meeting(convene(held_on=TODAY, by=by), by=by)
            taskforce.items = {item.kind: item for item in taskforce.meeting.items.all()}
        return taskforce

    def test_two_note_takers_on_one_item_lose_nothing(self, eastgate):
        def writing(manager):
            with acting_for(eastgate, manager):
                for n in range(5):
                    write_meeting_note(
                        eastgate.items["case"], text=f"{manager.name}, {n}", seen=n, by=manager.membership
                    )

        assert at_once(writing, eastgate.managers) == [None, None]
        with acting_as_system(eastgate):
            assert set(MeetingNote.objects.values_list("text", flat=True)) == {
                f"Manager {who}, {n}" for who in (1, 2) for n in range(5)
            }

    def test_the_same_person_on_two_devices_is_told_and_the_first_text_stays(self, eastgate):
        manager = eastgate.managers[0]

        def writing(text):
            with acting_for(eastgate, manager):
                write_meeting_note(eastgate.items["case"], text=text, by=manager.membership)

        results = at_once(writing, ["On the laptop", "On the phone"])

        assert sorted(map(str, results)) == sorted(["None", str(NoteMeanwhile())])
        with acting_as_system(eastgate):
            assert MeetingNote.objects.count() == 1

    def test_two_who_allocate_one_referral_get_one_case_and_the_second_is_told(self, eastgate):
        def allocating(manager):
            with acting_for(eastgate, manager):
                allocate_item(
                    eastgate.items["referral"],
                    lead=eastgate.post,
                    tier="tier_1",
                    site=None,
                    opened_on=TODAY,
                    by=manager.membership,
                )

        results = at_once(allocating, eastgate.managers)

        assert sorted(map(str, results)) == sorted(["None", str(NotToAllocate())])
        with acting_as_system(eastgate):
            assert Case.objects.count() == 2
            assert Referral.objects.get().decisions.count() == 1

    def test_two_who_decide_one_case_make_one_decision(self, eastgate):
        def deciding(manager):
            with acting_for(eastgate, manager):
                decide(eastgate.items["case"], outcome="continue", by=manager.membership)

        results = at_once(deciding, eastgate.managers)

        assert sorted(map(str, results)) == sorted(["None", str(AlreadyDecided())])
        with acting_as_system(eastgate):
            assert CaseDecision.objects.count() == 1


def test_referrals_of_one_day_come_in_the_order_in_which_they_were_made(cast, northgate, acting, as_system):
    with as_system():
        made = [make_referral(pk=pk, received_on=TODAY).pk for pk in (9, 10, 11, 100)]
    with acting(cast.manager):
        meeting = convene(held_on=TODAY, by=cast.manager.membership)
        assert [item.referral_id for item in meeting.items.order_by("position")] == made
