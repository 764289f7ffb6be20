# ruff: noqa: E501 - lists of words, a line for each, which wrapping would make harder to read
"""The weekly meeting of a taskforce: the last one, held and written up, and the next one, prepared."""

import datetime as dt
import random
from typing import Any, Final

from apst.accounts.models import Membership
from apst.places.calendar import DAY
from apst.tenancy.context import current
from cases.models import (
    Case,
    CaseDecision,
    Meeting,
    MeetingAction,
    MeetingAttendance,
    MeetingItem,
    MeetingNote,
    MeetingRules,
)
from cases.queries.agenda import ORDER, shared_out, weight_of
from cases.services import convene

from .diary import at
from .history import History

WEDNESDAY: Final = 2
MOST: Final = 14
# (reasons, outcome, why, notes by the manager and by the safeguarding lead, action)
TALK: Final = (
    (("event", "review"), "continue", "", "Calmer since the move to the small room. Tutor wants the same on Fridays.", "Ring home before the weekend, not after.", "Ask for the small room on Fridays"),
    (("missed",), "change", "Home visits instead of the centre, for three weeks", "Nobody has seen them since half-term began. Aunt answers, mum does not.", "", "Visit with the family worker, unannounced"),
    (("round",), "continue", "", "Steady. Nothing new.", "", ""),
    (("review",), "step_down", "Three of four goals are at eight. Weekly becomes fortnightly", "Asked for it themselves: “I don’t need you every week”.", "", "Write to the family in their words"),
    (("quiet",), "continue", "", "Two specialists each thought the other was going in. Settled who.", "", "Book four sessions before the holiday"),
    (("closure",), "close", "All goals reached, school has had two good checks", "Last session is a walk round the new school.", "", "Send the passport to the new tutor"),
    (("action",), "onward", "CAMHS again, with the assessment attached this time", "They want the sleep diary. We have it.", "", "Send the referral with the diary"),
    (("round",), "continue", "", "Boxing on Thursdays works. Attendance 71 per cent, was 40.", "", ""),
)  # fmt: skip
BUSINESS: Final = ("Who drives the minibus on Fridays", "Quiet room is double-booked on Tuesdays")


def put_meetings(history: History, members: dict[str, Membership], chance: random.Random, *, today: dt.date) -> None:
    """Say when it meets, write up the meeting of a week ago, and prepare the next one."""
    MeetingRules.objects.create(weekday=WEDNESDAY, starts_at=dt.time(8, 30), counts_hours=True)
    back = (today.weekday() - WEDNESDAY) % 7 or 7
    held_on = today - DAY * back
    _Held(history, members, chance, held_on).write()
    convene(held_on=held_on + DAY * 7, starts_at=dt.time(8, 30), by=members["manager"])


class _Held:
    def __init__(
        self, history: History, members: dict[str, Membership], chance: random.Random, held_on: dt.date
    ) -> None:
        self.members, self.chance, self.held_on = members, chance, held_on
        hidden = {id(case) for case in history.apart}
        open_then = [
            case
            for case in history.cases
            if case.opened_on < held_on - DAY * 14 and case.ended_on is None and case.lead and id(case) not in hidden
        ]
        self.cases: list[Case] = chance.sample(open_then, min(MOST, len(open_then)))
        self.manager = members["manager"]
        self.second = members.get("dsl", self.manager)

    def write(self) -> None:
        decides = current().taskforce.decides
        meeting = Meeting.objects.create(
            held_on=self.held_on, starts_at=dt.time(8, 30), state=Meeting.State.CLOSED, decides=decides,
            prepared_by=self.manager, started_at=at(self.held_on, 8, 32), closed_at=at(self.held_on, 9, 34), closed_by=self.manager,
        )  # fmt: skip
        here = self._attendance(meeting)
        talks = sorted(
            ((case, TALK[n % len(TALK)]) for n, case in enumerate(self.cases)),
            key=lambda one: ORDER.index(one[1][0][0]),
        )
        minutes = shared_out([weight_of(list(talk[0])) for _, talk in talks] + [1], meeting.minutes)
        for n, ((case, talk), length) in enumerate(zip(talks, minutes, strict=False)):
            self._item(meeting, n, case, talk, length, here, decides)
        MeetingItem.objects.create(
            meeting=meeting, position=len(talks) + 1, kind="words", words=BUSINESS[0], reasons=["added"],
            minutes=minutes[-1], seconds=70, state="done", added_by=self.second,
        )  # fmt: skip
        MeetingItem.objects.create(
            meeting=meeting, position=len(talks) + 2, kind="words", words=BUSINESS[1], reasons=["added"],
            state="deferred", added_by=self.manager,
        )  # fmt: skip

    def _attendance(self, meeting: Meeting) -> list[int]:
        presence = MeetingAttendance.Presence
        rows = [
            MeetingAttendance(
                meeting=meeting,
                who=member,
                presence=presence.APOLOGIES if member.role == "slt" else presence.PRESENT,
                said_by=self.manager,
            )
            for member in self.members.values()
            if member.role in ("manager", "dsl", "slt", "specialist", "coordinator") and member.ends_on is None
        ]
        MeetingAttendance.objects.bulk_create(rows)
        return sorted(row.who_id for row in rows if row.who_id and row.presence == presence.PRESENT)

    def _item(
        self, meeting: Meeting, n: int, case: Case, talk: tuple[Any, ...], minutes: int, here: list[int], decides: str
    ) -> None:
        reasons, outcome, why, said, beside, action = talk
        moment = at(self.held_on, 8, 34) + dt.timedelta(minutes=n * 4)
        item = MeetingItem.objects.create(
            meeting=meeting, position=n + 1, kind="case", case=case, pupil_id=case.pupil_id, reasons=list(reasons),
            minutes=minutes, seconds=self.chance.randint(60, 400), state="done",
        )  # fmt: skip
        about = {"item": item, "case": case, "pupil_id": case.pupil_id}
        dissent = "The youth worker would wait for the review." if decides == "team" and outcome == "step_down" else ""
        CaseDecision.objects.create(
            **about, outcome=outcome, rationale=why, decides=decides, decided_by=self.manager, decided_at=moment,
            present=here, dissent=dissent, showed={"reasons": list(reasons), "tier": case.tier, "lead": case.lead_id},
        )  # fmt: skip
        notes = [(self.manager, said), (self.second, beside)]
        MeetingNote.objects.bulk_create(
            MeetingNote(**about, text=text, written_by=who, written_at=moment) for who, text in notes if text
        )
        if action:
            MeetingAction.objects.create(
                **about, what=action, owner=self._owner(case), due_on=self.held_on + DAY * self.chance.choice((5, 9, 14)),
                set_by=self.manager, set_at=moment,
            )  # fmt: skip

    def _owner(self, case: Case) -> Membership:
        """Whoever leads the case, where they have an account."""
        user = case.lead.specialist.user_id if case.lead else None
        return next((row for row in self.members.values() if row.user_id == user), self.manager)
