"""Plans and passports of the lifelike taskforce: full ones, with the longest words that fit, and empty ones."""

import datetime as dt
from typing import Any

from django.utils.timezone import localdate

from apst.tenancy.context import acting_for
from cases import services
from cases.queries.passports import SECTIONS

WEEK = dt.timedelta(days=7)
IN_MY_WORDS = {
    "good_at": "Drawing, looking after my little brothers, and noticing when somebody is sad. I like dogs and the sea.",
    "communicate": "I talk a lot when I am calm. When it is loud I nod, but I have not understood.",
    "understand": "Tell me one thing at a time. Show me an example. Give me a minute before I have to answer.",
    "hard": "Being told off in front of others. Long instructions. Changes that nobody told me about.",
    "stressed": "I pull up my hood and stop answering. Let me go to the art room for ten minutes, then ask me once.",
    "avoid": "Please don\u2019t stand over me, and don\u2019t ask me why.",
    "know": "I want to stay. I am not being rude when I look away: I listen better then.",
    "ask": "Sam, or Ms Hale in the library.",
}


def make(world: Any) -> None:
    """Give Amira a plan with goals, reviews and a way back, and a passport that Tom reads; another case has neither."""
    people, rows = world.people, world.rows
    case, by = rows["case"], people.specialist.membership
    with acting_for(world.taskforce, people.specialist):
        plan = services.start_plan(
            case,
            starts_on=localdate() - 11 * WEEK,
            hopes="I want my mornings back, and to be with my friends.",
            family_words="We want her to be safe on the way home.",
            aim="In school every morning by Easter, with a plan for the days on which it is too much.",
            by=by,
        )
        goal = services.add_goal(
            plan, text="In school by ten on four days a week", own_words="Not being rushed", baseline=2, by=by
        )
        second = services.add_goal(plan, text="Says when it gets too much, before it does", baseline=3, by=by)
        services.add_goal(plan, text="A hobby outside school", own_words="Boxing, or the dog shelter", by=by)
        step = services.add_step(
            goal, text="Ring home at eight on Mondays", owner=rows["post"], due_on=localdate(), by=by
        )
        done = services.add_step(goal, text="Buy an alarm clock", owner_words="Amira and her mother", by=by)
        services.tick_step(done, done=True, by=by)
        services.link_session(rows["session"], [goal], case=case, by=by)
        for weeks, one, two in ((5, 4, 3), (1, 6, 5)):
            review = services.record_review(
                plan,
                held_on=localdate() - weeks * WEEK,
                present="Amira, her mother, Sam Okafor, Ms Hale from Hillside",
                changed="Up half an hour earlier on most days. The bus is the hard part, not the school.",
                following="Sam rides along on Mondays until half-term.",
                scores={goal: one, second: two},
                by=by,
            )
        corrected = services.record_review(
            plan, held_on=review.held_on, present=review.present, changed="Up half an hour earlier on three days.",
            following=review.following, scores={goal: 6, second: 4}, corrects=review, by=by,
        )  # fmt: skip
        services.end_goal(second, state="reached", version=1, by=by)
        way = services.plan_reintegration(
            case,
            school=rows["establishment"],
            starts_on=localdate() - 7 * WEEK,
            contact="Ms Hale, library",
            agreed="Sam brings Amira to the side gate. When it gets too much she goes to the library.",
            by=by,
        )
        week = services.add_week(way, half_days=["tue_am"], who_does_what="Sam walks in with her", by=by)
        services.add_week(way, half_days=["tue_am", "thu_am", "thu_pm"], who_does_what="Ms Hale meets her", by=by)
        passport = services.write_passport(
            case, name="Amira Ahmadzai", sections={"good_at": "Drawing"}, written_with="Sam Okafor", agreed=True,
            review_on=localdate() + 20 * WEEK, by=by,
        ).passport  # fmt: skip
        services.write_passport(
            case, name="Amira Ahmadzai", sections=IN_MY_WORDS, written_with="Sam Okafor, speech and language therapist",
            language="Dari interpreter for anything important", agreed=True, review_on=localdate() + 20 * WEEK, by=by,
        )  # fmt: skip
        passport.refresh_from_db()
        services.share_passport(passport, people.school_staff.membership, until=localdate() + 30 * WEEK, by=by)
        group = services.make_group(name="9B Art", establishment=rows["establishment"], by=by)
        services.add_to_group(group, [passport], by=by)
        services.share_group(group, people.school_staff.membership, until=localdate() + 30 * WEEK, by=by)
        empty = services.make_group(name="Set 3", establishment=rows["school"], by=by)
    with acting_for(world.taskforce, people.school_staff):
        services.say_what_worked(
            passport, worked="yes", text="The minute before answering: she put her hand up twice.",
            by=people.school_staff.membership,
        )  # fmt: skip
    with acting_for(world.taskforce, people.manager):
        rows |= {
            "plan": plan, "plan version": plan.versions.first(), "goal": goal, "reached goal": second, "step": step,
            "review": corrected, "way back": way, "week": week, "passport": passport, "teaching group": group,
            "empty group": empty,
        }  # fmt: skip
    assert set(IN_MY_WORDS) == set(SECTIONS)
