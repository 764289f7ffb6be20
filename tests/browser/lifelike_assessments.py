"""What was assessed, agreed to and asked of others in the lifelike taskforce: a row for every page about it."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.utils.timezone import localdate

from apst.tenancy.context import acting_for
from cases import services
from cases.services.checklists import Need, in_use, usual_items

DAY = dt.timedelta(days=1)
TEACHER = (
    (120, {"emotional": 7, "conduct": 8, "hyperactivity": 8, "peer": 5, "prosocial": 3}),
    (60, {"emotional": 6, "conduct": 6, "hyperactivity": 8, "peer": 4, "prosocial": 5}),
    (5, {"emotional": 4, "conduct": 5, "hyperactivity": 7, "peer": 3, "prosocial": 6}),
)


def assess(world: Any, posts: SimpleNamespace) -> None:
    """Amira's needs, scores, consent and referrals on; her year group's screening; the settings behind them."""
    people, case = world.people, world.rows["case"]
    with acting_for(world.taskforce, people.manager):
        by = people.manager.membership
        world.rows["item"] = services.add_items(usual_items(), by=by)[0]
        services.retire_item(services.add_items(["Handwriting"], by=by)[0], by=by)
        own = services.make_instrument(
            name="How school feels", areas=["Coming in", "Staying in lessons", "Talking to adults"],
            informants=["self"], by=by,
        )  # fmt: skip
        services.retire_instrument(services.make_instrument(name="Readiness ladder", areas=["Readiness"], by=by), by=by)
        world.rows["offer"] = services.keep_offer(
            None,
            name="Thornhill Boxing and Breakfast Club",
            for_whom="11 to 18, free, also for those who have been in trouble",
            reach="Thornhill Community Centre, Saturdays 9:00 to 11:00; 01924 496 0123",
            checked_on=localdate() - 40 * DAY,
            by=by,
        )
        services.retire_offer(services.keep_offer(None, name="Youth bus", reach="Ended in July", by=by), by=by)
    with acting_for(world.taskforce, people.specialist):
        _by_sam(world, posts, case, own, people.specialist.membership)


def _by_sam(world: Any, posts: SimpleNamespace, case: Any, own: Any, by: Any) -> None:
    today = localdate()
    sdq = services.take_up("sdq_4_17", by=by)
    world.rows["instrument"] = sdq
    for ago, scores in TEACHER:
        world.rows["assessment"] = services.record_assessment(
            case.pupil, case=case, instrument=sdq, taken_on=today - ago * DAY, informant="teacher",
            scores=_decimals(scores), posts=[posts.sam], by=by,
        )  # fmt: skip
    services.record_assessment(
        case.pupil, case=case, instrument=sdq, taken_on=today - 5 * DAY, informant="self",
        scores=_decimals({"total": 18}), by=by,
    )  # fmt: skip
    for ago, scores in ((90, (3, 2, 5)), (20, (6, 4, 7))):
        services.record_assessment(
            case.pupil, case=case, instrument=own, taken_on=today - ago * DAY, informant="self",
            scores=_decimals(dict(zip(("coming_in", "staying_in_lessons", "talking_to_adults"), scores, strict=True))),
            by=by,
        )  # fmt: skip
    services.record_assessment(
        case.pupil, case=case, instrument=services.take_up("reading", by=by), taken_on=today - 50 * DAY,
        edition="Example Reading Test", scores=_decimals({"reading_age": 112, "standardised": 84}), by=by,
    )  # fmt: skip
    world.rows["clinical assessment"] = services.record_assessment(
        case.pupil, case=case, instrument=services.take_up("slcn_assessment", by=by), taken_on=today - 30 * DAY,
        informant="specialist", edition="Two standardised assessments and a language sample",
        scores=_decimals({"band": 3}), posts=[posts.sam, posts.jo], sensitivity="clinical", by=by,
        summary="Understands short sentences; loses longer instructions. Finds words for feelings hard.",
    )  # fmt: skip
    first = services.record_assessment(
        case.pupil, case=case, instrument=services.take_up("boxall", by=by), taken_on=today - 12 * DAY,
        informant="teacher", scores=_decimals({"developmental": 62, "diagnostic": 71}), by=by,
    )  # fmt: skip
    world.rows["corrected"] = services.correct_assessment(
        first, instrument=first.instrument, taken_on=first.taken_on, informant="teacher", sensitivity="ordinary",
        scores=_decimals({"developmental": 82, "diagnostic": 71}), by=by,
    )  # fmt: skip
    world.rows["struck"] = first
    _needs(world, case, by)
    _consent(world, case, by)
    _onward(world, case, by)


def _decimals(scores: dict[str, Any]) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in scores.items()}


def _needs(world: Any, case: Any, by: Any) -> None:
    items = in_use()
    for ago, levels in ((118, "high some none unknown"), (6, "some some none high")):
        answers = {
            item: Need(levels.split()[number % 4], "Mornings only" if number == 0 else "")
            for number, item in enumerate(items[:8])
        }
        world.rows["needs check"] = services.fill_checklist(
            case, filled_on=localdate() - ago * DAY, answers=answers, by=by
        )


def _consent(world: Any, case: Any, by: Any) -> None:
    mother = world.rows["contact"]
    (world.rows["consent"],) = services.record_consent(
        case.pupil, case=case, what_for=["speech_language"], decision="given", given_by="contact", contact=mother,
        decided_on=localdate() - 40 * DAY, by=by,
    )  # fmt: skip
    services.record_consent(
        case.pupil, case=case, what_for=["screening"], decision="refused", given_by="pupil",
        competence="Explained what it is for, and why she would rather not", decided_on=localdate() - 35 * DAY, by=by,
    )  # fmt: skip
    (withdrawn,) = services.record_consent(
        case.pupil, case=case, what_for=["mental_health"], decision="given", given_by="contact", contact=mother,
        decided_on=localdate() - 70 * DAY, by=by,
    )  # fmt: skip
    services.withdraw_consent(
        withdrawn, withdrawn_on=localdate() - 8 * DAY, because="Wants to wait until the move", by=by
    )


def _onward(world: Any, case: Any, by: Any) -> None:
    today = localdate()
    onward = services.refer_onward(
        case, service="camhs", service_name="Wakefield CAMHS, single point of access",
        reason="Low mood since the summer", on=today - 60 * DAY, by=by,
    )  # fmt: skip
    services.take_step(
        onward, step="sent", on=today - 50 * DAY, usual_wait_weeks=46, usual_missed_percent=22,
        usual_source="The trust’s board paper of September", by=by,
    )  # fmt: skip
    step = services.take_step(onward, step="waiting", on=today - 45 * DAY, by=by)
    services.take_step_back(step, by=by)
    services.take_step(onward, step="accepted", on=today - 30 * DAY, note="By letter", by=by)
    world.rows["onward"] = onward
    over = services.refer_onward(case, service="early_help", step="sent", on=today - 90 * DAY, by=by)
    services.take_step(over, step="outcome", outcome="helped", on=today - 70 * DAY, by=by)
    world.rows["onward over"] = over
    services.signpost(case, offer=world.rows["offer"], told_to="both", told_on=today - 14 * DAY, by=by)
    for name, ago, sensitivity in (("advice", 30, "ordinary"), ("advice final", 50, "clinical")):
        world.rows[name] = services.begin_advice(
            case, discipline="speech_language_therapist", asked_by="Wakefield SEND team",
            requested_on=today - ago * DAY, sensitivity=sensitivity, by=by,
            text="How we know the pupil\nThe taskforce has worked with her since the summer.\n\nNeeds\nLanguage.\n",
        )  # fmt: skip
    services.save_advice(
        world.rows["advice final"], text="Needs\nUnderstands short sentences.\n\nHelp\nPictures beside words.",
        final=True, by=by,
    )  # fmt: skip
