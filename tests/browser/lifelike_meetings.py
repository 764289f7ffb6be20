"""A meeting that was held a week ago and one that is running: rows for the pages of meetings."""

import datetime as dt
from typing import Any

from django.utils.timezone import localdate

from apst.tenancy.context import acting_for
from cases import services as cases
from cases.models import Case

WEEK = dt.timedelta(days=7)


def make(world: Any) -> None:
    """Decisions, one of them replaced; actions; notes of two people; a referral, other business, something left."""
    people, today = world.people, localdate()
    with acting_for(world.taskforce, people.manager):
        by = people.manager.membership
        cases.keep_rules(version=1, weekday=2, starts_at=dt.time(8, 30), counts_hours=True, by=by)
        held = cases.convene(held_on=today - WEEK, starts_at=dt.time(8, 30), by=by)
        cases.start_meeting(held, by=by)
        cases.say_who_is_there(
            held,
            members={
                by: "present",
                people.dsl.membership: "present",
                people.specialist.membership: "present",
                people.slt.membership: "apologies",
            },
            by=by,
        )
        about = list(held.items.filter(case__isnull=False).select_related("case"))
        first = next((item for item in about if item.case_id == world.rows["case"].pk), about[0])
        cases.turn_to(first, by=by)
        decision = cases.decide(first, outcome="continue", by=by)
        cases.decide(
            first,
            outcome="step_down",
            rationale="Three of four goals are reached, and nan asks for fewer visits.",
            supersedes=decision,
            by=by,
        )
        cases.set_action(
            first,
            what="Ask Hillside for Tuesday and Thursday mornings",
            owner=people.specialist.membership,
            due_on=today - dt.timedelta(days=2),
            by=by,
        )
        cases.write_meeting_note(first, text="Back at Hillside two mornings.\nNan is pleased.", by=by)
        cases.write_meeting_note(first, text="Back at Hillside two mornings a week.\nNan is pleased.", seen=1, by=by)
        moved = cases.set_action(
            None,
            case=first.case,
            what="Find out who has the key to the music room",
            owner=people.specialist.membership,
            due_on=today - dt.timedelta(days=1),
            by=by,
        )
        cases.change_action(moved, due_on=today + WEEK, why="The caretaker is back on Monday", owner=moved.owner, by=by)
        done = cases.set_action(None, what="Order the new chairs", owner=by, due_on=today, by=by)
        cases.finish_action(done, by=by)
        cases.set_action(None, what="Book the hall for the family breakfast", owner=by, due_on=today + WEEK, by=by)
        world.rows |= {"meeting held": held, "item held": first, "action": moved}
    with acting_for(world.taskforce, people.dsl):
        cases.write_meeting_note(first, text="Keep the check-in on Fridays.", by=people.dsl.membership)
    with acting_for(world.taskforce, people.manager):
        cases.close_meeting(held, by=by)
        meeting = cases.convene(held_on=today, starts_at=dt.time(8, 30), by=by)
        cases.start_meeting(meeting, by=by)
        words = cases.put_on_agenda(meeting, words="Who drives the minibus on Fridays", by=by)
        items = list(meeting.items.all())
        world.rows |= {
            "meeting": meeting,
            "item words": words,
            "item case": next(item for item in items if item.case_id == world.rows["case"].pk),
            "item referral": next(item for item in items if item.referral_id and not item.case_id),
        }
        cases.turn_to(world.rows["item case"], by=by)
    with acting_for(world.taskforce, people.dsl):
        restricted = Case.objects.get(pk=world.rows["restricted"].pk)
        world.rows["item restricted"] = cases.put_on_agenda(meeting, case=restricted, by=people.dsl.membership)
