# ruff: noqa: E501 - lists of words, a line for each, which wrapping would make harder to read
"""What is written on the cases of the demonstration beside sessions: notes, family contacts, meetings, events, voice."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from apst.people.models import Contact, Post
from apst.places.calendar import DAY
from cases.models import Case, HomeCopy, InterventionPlace, Note, NoteText

from .diary import at
from .history import BATCH, History

T = TypeVar("T")
# (what was seen or heard, what the author thinks)
NOTES: Final = (
    (
        "In at 9.05, coat on until break. Ate two breakfasts. Asked three times when home time was.",
        "Something at home this week; will ask the family worker.",
    ),
    (
        "{name} walked out of science after being asked to read aloud. Sat with me, then went back by choice for the practical.",
        "Reading in front of others is the trigger, not science.",
    ),
    ("Tutor reports four calm days. {name} used the exit card twice, both times came back within five minutes.", ""),
    (
        "Gave {name} a lift to the taster day. Talked all the way about engines.",
        "More at ease side by side than face to face.",
    ),
    (
        "{name} sat with two younger pupils at lunch and showed them the card game.",
        "First time that I have seen this offered unasked.",
    ),
    (
        "Late three mornings of five. Says that the bus does not stop when it is full.",
        "Plausible: others on that route say the same.",
    ),
)
CLINICAL: Final = (
    ("Seen today; the full record is in the home service’s system.", ""),
    (
        "Sleep diary and mood scale done together. Scores and formulation are in the home record.",
        "Supervision booked before the next step.",
    ),
)
CALLS: Final = (
    ("call", "reached", "Glad to hear something good. Will come to the review if it is after four."),
    ("call", "no_answer", ""),
    ("call", "left_message", ""),
    ("message", "reached", "Answered within the hour: yes to Thursday."),
    ("message", "left_message", ""),
    ("visit", "reached", "Routine chart is on the fridge and in use. Tea offered, a first."),
    ("visit", "no_answer", "Card put through the door."),
)
SHORT_CALLS: Final = (("call", "no_answer", ""), ("call", "left_message", ""), ("message", "left_message", ""))
MEETINGS: Final = (
    ("ap_panel", "Place extended to the end of term. Panel wants attendance figures by month."),
    ("reintegration", "Two mornings a week from Monday, mentor in the first lesson, review after three weeks."),
    ("step_out", "Half way. School would have {name} back; {name} not sure. Visit first."),
    ("cin", "Plan reviewed. Our part: two sessions a week, and the call home on Fridays."),
    ("cp", "Core group every six weeks. Who rings home about what is written down."),
    ("other", "Team around the child. School, early help and ourselves agreed on one plan."),
)
EVENTS: Final = (
    "Left the site at break and came back after lunch. Home and tutor told.",
    "Suspended for one day after a fight in the corridor.",
    "Grandmother in hospital since Sunday; staying with an aunt.",
)
VOICES: Final = (
    ("pupil", "yes", "People here ask me first. That’s the difference."),
    ("pupil", "no", "Don’t put what I say in a report."),
    ("pupil", "not_asked", "I like it when it’s the same person every time."),
    ("family", "yes", "Nobody rang us for two years unless it was bad news."),
    ("family", "not_asked", "We just want mornings to be quiet."),
)
# Of the stories: key of the pupil -> (days ago, post, kind, sensitivity, fields).
TOLD: Final[dict[str, tuple[tuple[int, str, str, str, dict[str, object]], ...]]] = {
    "FM-KAYDEN": (
        (57, "SP07", "event", "safeguarding", {"text": "Gone for two nights. Came back by himself with a burn on his hand; seen by the nurse.", "raised_by": "Shabana Mirza", "raised_reference": "SR-2207"}),
        (39, "SP07", "note", "youth_justice", {"text": "Named as a witness. He does not know that we know.", "opinion": "He is frightened of somebody who is still about."}),
        (25, "SP06", "voice", "ordinary", {"text": "I moved here to keep him safe and it has followed us.", "voice_of": "family", "may_quote": "yes"}),
        (4, "SP07", "voice", "ordinary", {"text": "If I was going to talk to anyone it would be in the car.", "voice_of": "pupil", "may_quote": "no"}),
    ),
    "FM-HODAN": (
        (321, "SP01", "note", "clinical", {"text": "CELF-5 core language 62. Full report in the home record.", "opinion": "Everything called defiance so far is not having understood."}),
        (189, "SP01", "voice", "ordinary", {"text": "Please don’t say hurry up.", "voice_of": "pupil", "may_quote": "yes"}),
    ),
}  # fmt: skip
CLINICIANS: Final = ("speech_language_therapist", "mental_health", "trauma_therapist")


class CaseNotes:
    """Adds notes to a history that has been written, and the ticks of those who copy to a home record."""

    def __init__(self, slug: str, history: History, today: dt.date) -> None:
        # Its own chance: what is added here changes nothing of the rest.
        self.chance = random.Random(f"{slug} notes")
        self.history, self.today = history, today
        self.notes: list[Note] = []
        self.texts: list[NoteText] = []
        self.contacts: dict[int, list[Contact]] = {}
        for contact in history.contacts:
            # Nobody rings a father whom an order keeps away.
            if not contact.court_order:
                self.contacts.setdefault(contact.pupil_id, []).append(contact)
        # What was said of a case already, which nobody says twice.
        self.told: set[tuple[int, object]] = set()

    def write(self) -> None:
        """Write everything in the open context, in the order of its days."""
        for case in self.history.cases:
            if case.end_reason not in ("refused", "opened_in_error") and case.lead:
                self._of_case(case)
        order = sorted(range(len(self.notes)), key=lambda n: (self.notes[n].happened_on, n))
        Note.objects.bulk_create([self.notes[n] for n in order], batch_size=BATCH)
        NoteText.objects.bulk_create([self.texts[n] for n in order], batch_size=BATCH)
        self._ticks()

    def _of_case(self, case: Case) -> None:
        for ago, post, kind, sensitivity, fields in TOLD.get(case.pupil.local_id, ()):
            day = max(self.today - DAY * ago, case.opened_on)
            raised = {"raised_on": day} if "raised_by" in fields else {}
            self._add(case, post, kind, day, sensitivity=sensitivity, **fields, **raised)
        last = min(case.ended_on or self.today - DAY, self.today - DAY)
        for day in self._days(case.opened_on + 3 * DAY, last):
            self._one(case, day)

    def _days(self, first: dt.date, last: dt.date) -> Iterator[dt.date]:
        day = first
        while day <= last:
            if day.weekday() < 5:
                yield day
            day += DAY * self.chance.randint(6, 16)

    def _new(self, case: Case, choices: Sequence[T]) -> T | None:
        """Give one that was not said of this case yet; None where all were."""
        left = [one for one in choices if (case.pk, one) not in self.told]
        if not left:
            return None
        one = self.chance.choice(left)
        self.told.add((case.pk, one))
        return one

    def _one(self, case: Case, day: dt.date) -> None:
        chance, lead = self.chance, case.lead
        if lead is None:
            return
        name = case.pupil.preferred_name or case.pupil.forename
        kind = chance.choices(("note", "family", "meeting", "event", "voice"), (38, 34, 13, 5, 10))[0]
        if kind == "note" and lead.specialist_type in CLINICIANS and chance.random() < 0.4:
            text, opinion = CLINICAL[0] if chance.random() < 0.7 else CLINICAL[1]
            self._add(case, lead.reference, kind, day, sensitivity="clinical", text=text, opinion=opinion)
        elif kind == "note" and (note := self._new(case, NOTES)):
            text, opinion = note
            self._add(case, lead.reference, kind, day, text=text.format(name=name), opinion=opinion)
        elif kind == "family":
            means, outcome, text = self._new(case, CALLS) or chance.choice(SHORT_CALLS)
            contacts = self.contacts.get(case.pupil_id, [])
            who = {"contact": chance.choice(contacts)} if contacts else {"with_whom": "Family support worker"}
            self._add(case, lead.reference, kind, day, means=means, outcome=outcome, text=text, **who)
        elif kind == "meeting" and (met := self._new(case, MEETINGS)):
            meeting, text = met
            self._add(case, lead.reference, kind, day, meeting=meeting, text=text.format(name=name))
        elif kind == "event" and (event := self._new(case, EVENTS)):
            self._add(case, lead.reference, kind, day, text=event)
        elif kind == "voice" and (said := self._new(case, VOICES)):
            voice_of, may_quote, text = said
            self._add(case, lead.reference, kind, day, text=text, voice_of=voice_of, may_quote=may_quote)

    def _add(
        self, case: Case, post: str, kind: str, day: dt.date, *, sensitivity: str = "ordinary", **fields: object
    ) -> None:
        author = self.history.authors.get(post)
        if author is None:
            return
        note = Note(
            case=case,
            pupil_id=case.pupil_id,
            kind=kind,
            sensitivity=sensitivity,
            happened_on=day,
            written_by=author,
            written_at=at(day, 16, 20),
        )
        self.notes.append(note)
        self.texts.append(NoteText(note=note, happened_on=day, written_by=author, written_at=at(day, 16, 20), **fields))

    def _ticks(self) -> None:
        """Whose record the home service keeps has copied everything but the last week's."""
        home = {post.pk for post in Post.objects.filter(record=Post.Record.HOME_SERVICE)}
        before = self.today - 7 * DAY
        by: dict[int, set[int]] = {}
        for row in self.history.delivered:
            if row.post_id in home and row.intervention.held_on < before:
                by.setdefault(row.intervention_id, set()).add(self.history.authors[row.post.reference].pk)
        places = InterventionPlace.objects.filter(intervention__in=by).values_list("intervention_id", "pupil_id")
        ticks = [
            HomeCopy(intervention_id=session, pupil_id=pupil, version=1, copied_by_id=member)
            for session, pupil in places
            for member in sorted(by[session])
        ]
        ticks += [
            HomeCopy(note=note, version=1, copied_by=note.written_by)
            for note in self.notes
            if note.happened_on < before
        ]
        HomeCopy.objects.bulk_create(ticks, batch_size=BATCH)
