"""Needs, onward referrals step by step, EHC advice with its clock, and what families were told of."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from cases import services
from cases.exceptions import (
    AdviceFinal,
    AdviceNotFinal,
    AdviceNotRead,
    ChangedMeanwhile,
    ChecklistEmpty,
    DayNotPossible,
    ItemWrong,
    NotYoursToChange,
    OutcomeMissing,
    SourceMissing,
    StepNotPossible,
)
from cases.models import ChecklistItem, EhcAdviceText, NeedsCheck, OnwardStep, Signposting
from cases.queries import advice as advice_queries
from cases.queries.checklists import checks_of, compare
from cases.queries.onward import clock_words, onward_of, signpostings_of
from cases.services.advice import ask_for_advice_paper
from cases.services.checklists import Need, in_use

TODAY = dt.date(2026, 11, 18)


def day(ago):
    return TODAY - dt.timedelta(days=ago)


@pytest.fixture
def items(acting, cast):
    with acting(cast.manager):
        return services.add_items(["Sleep", "Reading", "Friends"], by=cast.manager.membership)


def test_the_checklist_is_compared_with_what_it_said_before(acting, cast, case, items):
    me = cast.specialist.membership
    sleep, reading, friends = items
    with acting(cast.specialist):
        services.fill_checklist(
            case,
            filled_on=day(30),
            answers={sleep: Need("high"), reading: Need("some"), friends: Need("unknown")},
            by=me,
        )
        services.fill_checklist(
            case, filled_on=day(1), answers={sleep: Need("some", "Mornings"), reading: Need("high")}, by=me
        )

        compared = compare(checks_of(case.pupil))
        assert [check.filled_on for check in compared.checks] == [day(30), day(1)]
        assert [
            (item.words, [answer and (answer.words, answer.comment, answer.change) for answer in answers])
            for item, answers in compared.rows
        ] == [
            ("Sleep", [("High need", "", ""), ("Some need", "Mornings", "less need than before")]),
            ("Reading", [("Some need", "", ""), ("High need", "", "more need than before")]),
            ("Friends", [("Not known yet", "", ""), None]),
        ]


def test_a_filling_that_was_a_mistake_is_struck_out_and_brought_back(acting, cast, case, items):
    me = cast.specialist.membership
    with acting(cast.specialist):
        with pytest.raises(ChecklistEmpty):
            services.fill_checklist(case, filled_on=day(0), answers={}, by=me)
        made = services.fill_checklist(case, filled_on=day(0), answers={items[0]: Need("high")}, by=me)
        services.strike_checklist(made, by=me)
        assert (checks_of(case.pupil), NeedsCheck.objects.count()) == ([], 1)
        services.bring_checklist_back(made, by=me)
        assert checks_of(case.pupil) == [made]


def test_the_manager_orders_and_retires_items_and_old_answers_keep_theirs(acting, cast, case, items):
    me = cast.manager.membership
    with acting(cast.specialist):
        services.fill_checklist(case, filled_on=day(3), answers={items[2]: Need("some")}, by=cast.specialist.membership)
    with acting(cast.manager):
        services.move_item(items[2], up=True, by=me)
        services.retire_item(items[0], by=me)
        assert [item.words for item in in_use()] == ["Friends", "Reading"]
        services.retire_item(items[2], by=me)
        assert [item.words for item, _ in compare(checks_of(case.pupil)).rows] == ["Friends"]
        for wrong in ([], ["Reading"], ["reading"], ["New", "new"], ["x" * 121]):
            with pytest.raises(ItemWrong):
                services.add_items(wrong, by=me)


def test_a_specialist_defines_no_checklist(acting, cast, items):
    with acting(cast.specialist):
        assert ChecklistItem.objects.update(words="Mine") == 0


def refer(case, me, **said):
    return services.refer_onward(
        case, **{"service": "camhs", "service_name": "Wakefield CAMHS", "on": day(60), **said}, by=me
    )


def test_an_onward_referral_says_how_long_was_waited_beside_the_services_own_wait(acting, cast, case):
    me = cast.specialist.membership
    with acting(cast.specialist):
        made = refer(case, me)
        services.take_step(
            made,
            step="sent",
            on=day(50),
            usual_wait_weeks=46,
            usual_missed_percent=22,
            usual_source="Board paper",
            by=me,
        )
        (one,) = onward_of(case.pupil)
        assert (one.state, one.waited) == ("Referral sent", "Waiting for 50 days since it was sent from here")
        assert one.usual == (
            "The service’s own figures on 29 September 2026: a usual wait of 46 weeks and 22% of appointments missed"
            " (Board paper)"
        )

        services.take_step(made, step="seen", on=day(41), by=me)
        (one,) = onward_of(case.pupil)
        assert (one.state, one.waited) == ("Seen for the first time", "Seen 9 days after it was sent from here")


def test_steps_are_never_overwritten_and_the_last_is_taken_back_by_another(acting, cast, case):
    me = cast.specialist.membership
    with acting(cast.specialist):
        made = refer(case, me)
        sent = services.take_step(made, step="sent", on=day(50), by=me)
        with pytest.raises(StepNotPossible):
            services.take_step_back(made.steps.get(step="pre_assessment"), by=me)
        services.take_step_back(sent, by=me)

        (one,) = onward_of(case.pupil)
        assert [(line.words, line.taken_back) for line in one.lines] == [
            ("Pre-assessment done", False),
            ("Referral sent", True),
        ]
        assert (one.state, OnwardStep.objects.count()) == ("Pre-assessment done", 3)
        with pytest.raises(StepNotPossible):
            services.take_step_back(sent, by=me)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            OnwardStep.objects.update(note="Written over")


def test_an_onward_referral_ends_with_its_outcome(acting, cast, case):
    me = cast.specialist.membership
    with acting(cast.specialist):
        made = refer(case, me, step="sent")
        with pytest.raises(OutcomeMissing):
            services.take_step(made, step="outcome", on=day(9), by=me)
        with pytest.raises(DayNotPossible):
            services.take_step(made, step="accepted", on=day(61), by=me)
        with pytest.raises(SourceMissing):
            services.take_step(made, step="accepted", on=day(50), usual_wait_weeks=3, by=me)
        services.take_step(made, step="outcome", outcome="declined", on=day(9), by=me)
        with pytest.raises(StepNotPossible):
            services.take_step(made, step="seen", on=day(1), by=me)
        assert onward_of(case.pupil)[0].waited == "Ended 51 days after it was sent, without being seen"


def begin(case, me, **said):
    said = {"discipline": "speech_language_therapist", "asked_by": "SEND team", "sensitivity": "ordinary", **said}
    return services.begin_advice(case, **{"requested_on": day(30), "text": "First", **said}, by=me)


def test_advice_is_due_six_weeks_after_it_was_asked_for(acting, cast, case):
    me = cast.specialist.membership
    with acting(cast.specialist):
        made = begin(case, me)
        assert made.due_on == dt.date(2026, 11, 30)
        assert clock_words(made) == "Draft: due on 30 November 2026, 12 days left"
        assert clock_words(made, dt.date(2026, 12, 1)) == "Draft: due on 30 November 2026, 1 day overdue"

        services.save_advice(made, text="Second", final=True, by=me)
        services.mark_advice_sent(made, sent_on=day(0), by=me)
        made.refresh_from_db()
        assert clock_words(made) == "Sent on 18 November 2026, in time"


def test_final_advice_is_opened_again_as_a_new_draft_and_both_stay(acting, cast, case):
    me = cast.specialist.membership
    with acting(cast.specialist):
        made = begin(case, me)
        services.save_advice(made, text="Second", version=1, by=me)
        with pytest.raises(ChangedMeanwhile):
            services.save_advice(made, text="Third", version=1, by=me)
        with pytest.raises(AdviceNotFinal):
            services.mark_advice_sent(made, sent_on=day(0), by=me)
        services.save_advice(made, text="Final", version=2, final=True, by=me)
        with pytest.raises(AdviceFinal):
            services.save_advice(made, text="Sneaked in", by=me)
        # The database itself holds a final text fast.
        assert EhcAdviceText.objects.update(text="Sneaked in") == 0

        services.open_advice_again(made, by=me)
        services.save_advice(made, text="Better", by=me)
        made.refresh_from_db()
        assert [text.text for text in made.texts.all()] == ["Better", "Final"]


def test_restricted_advice_is_its_authors_and_its_clock_everybodys(acting, cast, case):
    with acting(cast.specialist):
        made = begin(case, cast.specialist.membership, sensitivity="clinical", text="A canary sings")
        services.save_advice(made, text="A canary sings", final=True, by=cast.specialist.membership)
    with acting(cast.manager):
        assert advice_queries.text_of(made) is None
        assert EhcAdviceText.objects.count() == 0
        made.refresh_from_db()
        with pytest.raises(AdviceNotRead):
            ask_for_advice_paper(made)
        with pytest.raises(NotYoursToChange):
            services.open_advice_again(made, by=cast.manager.membership)


def test_the_first_draft_takes_what_its_writer_may_read_and_never_a_restricted_result(acting, cast, case, items):
    me = cast.specialist.membership
    with acting(cast.specialist):
        services.record_assessment(
            case.pupil, instrument=services.take_up("reading", by=me), taken_on=day(9), edition="A test",
            scores={"reading_age": Decimal(112)}, by=me,
        )  # fmt: skip
        services.record_assessment(
            case.pupil, instrument=services.take_up("slcn_assessment", by=me), taken_on=day(5), informant="specialist",
            scores={"band": Decimal(3)}, summary="A canary sings", sensitivity="clinical", by=me,
        )  # fmt: skip
        services.fill_checklist(case, filled_on=day(3), answers={items[0]: Need("high", "Nights")}, by=me)

        draft = advice_queries.first_draft(case)
        assert "9 November 2026: Reading test, A test (Sam Okafor). Reading age 9 years 4 months." in draft
        assert (
            "13 November 2026: Speech and language assessment, the specialist who assessed (Sam Okafor)."
            " [Its result is restricted: write here what may be told.]" in draft
        )
        assert "Sleep: high need. Nights" in draft
        assert "canary" not in draft
        assert "Need for therapy" not in draft


def test_who_was_told_of_what_and_whether_it_was_taken_up(acting, cast, case):
    me = cast.specialist.membership
    with acting(cast.specialist):
        offer = services.keep_offer(None, name="Boxing club", reach="Saturdays", by=me)
        told = services.signpost(case, offer=offer, told_to="family", told_on=day(9), by=me)
        services.say_taken_up(told, taken_up="yes", by=me)

        (row,) = signpostings_of(case.pupil)
        assert (row.offer, row.taken_up, row.asked_on) == (offer, "yes", TODAY)
        services.keep_offer(offer, name="Boxing", reach="Sundays", version=1, by=me)
        with pytest.raises(ChangedMeanwhile):
            services.keep_offer(offer, name="Boxing", reach="Mondays", version=1, by=me)
        services.strike_signposting(told, by=me)
        assert (signpostings_of(case.pupil), Signposting.objects.count()) == ([], 1)


def test_a_restricted_score_is_in_no_history_that_anybody_reads(acting, cast, case):
    me = cast.specialist.membership
    with acting(cast.specialist):
        begin(case, me, sensitivity="clinical", text="A canary sings")
        services.record_assessment(
            case.pupil, instrument=services.take_up("ep_assessment", by=me), taken_on=day(1), informant="specialist",
            scores={}, summary="A canary sings", sensitivity="clinical", by=me,
        )  # fmt: skip
    for reader in (cast.manager, cast.specialist, cast.dsl, cast.ig_lead, cast.riverside):
        with acting(reader), connection.cursor() as cursor:
            cursor.execute("select count(*) from audit_auditdetail where concat(before, after) like '%canary%'")
            assert cursor.fetchone() == (0,)
