# ruff: noqa: E501 - lists of words, a line for each
"""What was assessed, agreed to and asked of other services in the large city's cases: bulk rows, by seeded chance."""

import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from apst.accounts.models import Membership
from apst.people.models import Contact
from apst.places.calendar import DAY
from apst.tenancy.context import name_act
from cases.models import (
    Assessment,
    AssessmentScore,
    AssessmentSpecialist,
    AssessmentSummary,
    Case,
    CommunityOffer,
    EhcAdvice,
    EhcAdviceText,
    Instrument,
    NeedsAnswer,
    NeedsCheck,
    OnwardReferral,
    OnwardStep,
    Signposting,
    TreatmentConsent,
)
from cases.services import add_items, keep_offer, take_up
from cases.services.advice import due_on
from cases.services.checklists import usual_items

from .diary import at, weekday
from .history import BATCH, History

OFFERS: Final = (
    ("Fairmile Boxing Academy", "11 to 18, free on Saturdays", "Old Tram Shed, Saturdays 10:00 to 12:00"),
    ("Young Carers’ Café", "Children who look after somebody at home", "Central Library, Thursdays from 16:00"),
    ("Food Stop", "Families, no referral needed", "St Anne’s Hall, Tuesdays and Fridays 14:00 to 17:00"),
    ("Level Up Coding Club", "12 to 16, quiet and small", "Makers’ Yard, Wednesdays 16:30"),
    ("Parents Together", "Parents of teenagers", "Online, every second Monday 19:00"),
)
LANGUAGE: Final = (
    "Understands instructions of two parts; loses the thread in longer ones. Tells a story out of order. Good eye for detail.",
    "Vocabulary well below age, hidden by confident talk. Does better with pictures and with time to think.",
    "Speech clear. Finds it hard to follow when several people talk. Asks for help when the adult is known.",
)
REASONS: Final = (
    "Low mood since the summer",
    "Sleep and worry",
    "Needs that go beyond what we can offer",
    "Family asked for it",
)
SOURCE: Final = "The provider’s board paper of September"
ADVICE: Final = (
    "How we know the pupil\nWe have worked together once a week since the case opened.\n\nNeeds\nUnderstanding of longer"
    " spoken instructions; words for feelings.\n\nOutcomes to be sought\nAsks for help in class in words.\n\nHelp that is"
    " needed to reach them\nInstructions in parts, with pictures; a named adult each morning.\n"
)


def assess(history: History, members: dict[str, Membership], *, chance: random.Random, today: dt.date) -> None:
    """Add assessments, consent, checklists, onward referrals, advice and signposting to the cases of a history."""
    _Assessing(history, members["manager"], chance, today).run()
    name_act("demo.seed")


class _Assessing:
    def __init__(self, history: History, manager: Membership, chance: random.Random, today: dt.date) -> None:
        self.history, self.manager, self.chance, self.today = history, manager, chance, today
        self.used = {code: take_up(code, by=manager) for code in ("sdq_4_17", "reading", "slcn_assessment")}
        self.scales = {code: {s.code: s for s in row.scales.all()} for code, row in self.used.items()}
        self.bands = {band_set.informant: band_set for band_set in self.used["sdq_4_17"].band_sets.all()}
        self.mothers = {
            contact.pupil_id: contact
            for contact in Contact.objects.filter(parental_responsibility=True).order_by("-pk")
        }
        self.assessments: list[Assessment] = []
        self.scores: list[AssessmentScore] = []
        self.summaries: list[AssessmentSummary] = []
        self.by: list[AssessmentSpecialist] = []

    def run(self) -> None:
        apart = {id(case) for case in self.history.apart}
        cases = [case for case in self.history.cases if case.lead is not None and id(case) not in apart]
        for case in cases:
            self._measure(case)
        Assessment.objects.bulk_create(self.assessments, batch_size=BATCH)
        AssessmentScore.objects.bulk_create(self.scores, batch_size=BATCH)
        AssessmentSummary.objects.bulk_create(self.summaries, batch_size=BATCH)
        AssessmentSpecialist.objects.bulk_create(self.by, batch_size=BATCH)
        self._needs(cases)
        TreatmentConsent.objects.bulk_create(self._consents(cases), batch_size=BATCH)
        self._onward(self.chance.sample(cases, len(cases) // 4))
        self._advice(self.chance.sample([case for case in cases if case.is_open], 6))
        self._signpost(self.chance.sample(cases, len(cases) // 3))

    def _author(self, case: Case) -> Membership:
        return self.history.authors.get(case.lead.reference, self.manager) if case.lead else self.manager

    def _within(self, case: Case, days: int) -> dt.date | None:
        """The day so long after the case opened, None where the case had ended or it is to come."""
        day = weekday(case.opened_on + DAY * days)
        return day if day <= min(case.ended_on or self.today, self.today) else None

    def _measure(self, case: Case) -> None:
        worse = self.chance.randint(4, 8)
        for number, days in enumerate((7, 180, 360)):
            if (day := self._within(case, days)) and self.chance.random() < 0.9:
                self._sdq(case, day, "teacher", worse - number)
                if self.chance.random() < 0.4:
                    self._sdq(case, day, "self", worse - 1 - number)
        if self.chance.random() < 0.6:
            age = self.chance.randint(84, 130)
            for days, gained in ((10, 0), (170, self.chance.randint(1, 11))):
                if day := self._within(case, days):
                    self._add(case, "reading", day, {"reading_age": age + gained}, edition="Salford-style reading test")
        if self.chance.random() < 0.5 and (day := self._within(case, 21)):
            made = self._add(case, "slcn_assessment", day, {"band": self.chance.randint(1, 3)}, informant="specialist",
                             sensitivity="clinical")  # fmt: skip
            self.summaries.append(AssessmentSummary(assessment=made, text=self.chance.choice(LANGUAGE)))

    def _sdq(self, case: Case, day: dt.date, informant: str, worse: int) -> None:
        parts = {
            code: min(10, max(0, worse + self.chance.randint(-3, 2)))
            for code in ("emotional", "conduct", "hyperactivity", "peer")
        }
        prosocial = min(10, max(0, 10 - worse + self.chance.randint(-2, 2)))
        self._add(case, "sdq_4_17", day, {**parts, "prosocial": prosocial, "total": sum(parts.values())}, informant)

    def _add(
        self, case: Case, code: str, day: dt.date, scores: dict[str, int], informant: str = "", **more: str
    ) -> Assessment:
        instrument: Instrument = self.used[code]
        made = Assessment(
            pupil=case.pupil, case=case, instrument=instrument, informant=informant, taken_on=day, written_at=at(day),
            band_set=self.bands.get(informant) if code == "sdq_4_17" else None, written_by=self._author(case), **more,
        )  # fmt: skip
        self.assessments.append(made)
        self.by.append(AssessmentSpecialist(assessment=made, post=case.lead))
        self.scores += [
            AssessmentScore(assessment=made, scale=self.scales[code][name], value=Decimal(value))
            for name, value in scores.items()
        ]
        return made

    def _needs(self, cases: list[Case]) -> None:
        items = add_items(usual_items()[:10], by=self.manager)
        checks = [
            NeedsCheck(case=case, pupil=case.pupil, filled_on=day, written_by=self._author(case), written_at=at(day))
            for case in cases
            for days in (5, 95, 280)
            if (day := self._within(case, days))
        ]
        NeedsCheck.objects.bulk_create(checks, batch_size=BATCH)
        NeedsAnswer.objects.bulk_create(
            (
                NeedsAnswer(
                    needs_check=check, item=item, level=self.chance.choice(("none", "some", "some", "high", "unknown"))
                )
                for check in checks
                for item in items
            ),
            batch_size=BATCH,
        )

    def _consents(self, cases: list[Case]) -> Iterator[TreatmentConsent]:
        for case in cases:
            mother, day = self.mothers.get(case.pupil_id), self._within(case, 9)
            if mother is None or day is None:
                continue
            for what_for in ("speech_language", "mental_health", "screening"):
                chance = self.chance.random()
                if chance < 0.7:
                    yield TreatmentConsent(
                        pupil=case.pupil, case=case, what_for=what_for, given_by="contact", contact=mother,
                        decision="refused" if chance < 0.05 else "given", decided_on=day,
                        withdrawn_on=self._within(case, 120) if 0.05 <= chance < 0.1 else None,
                        written_by=self._author(case), written_at=at(day),
                    )  # fmt: skip

    def _onward(self, cases: list[Case]) -> None:
        referrals: list[OnwardReferral] = []
        steps: list[OnwardStep] = []
        for case in cases:
            day, by = self._within(case, self.chance.randint(20, 60)), self._author(case)
            if day is None:
                continue
            service = self.chance.choice(("camhs", "camhs", "early_help", "ehc_assessment", "speech_language", "safe"))
            made = OnwardReferral(
                case=case, pupil=case.pupil, service=service, reason=self.chance.choice(REASONS), began_on=day,
                written_by=by, written_at=at(day),
            )  # fmt: skip
            referrals.append(made)
            for step, after in (("pre_assessment", 0), ("sent", 6), ("accepted", 25), ("seen", 60), ("outcome", 90)):
                then = weekday(day + DAY * after)
                if then > self.today or (step == "outcome" and self.chance.random() < 0.5):
                    break
                usual = {"usual_wait_weeks": 40 + len(steps) % 9, "usual_missed_percent": 21, "usual_source": SOURCE}
                steps.append(
                    OnwardStep(
                        onward=made,
                        case=case,
                        step=step,
                        on=then,
                        outcome="helped" if step == "outcome" else "",
                        written_by=by,
                        written_at=at(then),
                        **(usual if step == "sent" and service == "camhs" else {}),
                    )
                )
        OnwardReferral.objects.bulk_create(referrals, batch_size=BATCH)
        OnwardStep.objects.bulk_create(steps, batch_size=BATCH)

    def _advice(self, cases: list[Case]) -> None:
        rows = []
        for number, case in enumerate(cases):
            asked = self.today - DAY * (8 + 9 * number)
            final = at(asked + DAY * 30) if number > 3 else None
            rows.append(
                EhcAdvice(
                    case=case,
                    pupil=case.pupil,
                    discipline=case.lead.specialist_type if case.lead else "other",
                    asked_by="The authority’s SEND team",
                    requested_on=asked,
                    due_on=due_on(asked),
                    finalised_at=final,
                    sent_on=asked + DAY * 34 if final else None,
                    written_by=self._author(case),
                    written_at=at(asked),
                )
            )
        EhcAdvice.objects.bulk_create(rows)
        EhcAdviceText.objects.bulk_create(EhcAdviceText(advice=row, number=1, text=ADVICE) for row in rows)

    def _signpost(self, cases: list[Case]) -> None:
        offers: list[CommunityOffer] = [
            keep_offer(None, name=n, for_whom=w, reach=r, checked_on=self.today - DAY * 50, by=self.manager)
            for n, w, r in OFFERS
        ]
        Signposting.objects.bulk_create(
            Signposting(
                case=case, pupil=case.pupil, offer=self.chance.choice(offers), told_on=day, told_to="both",
                taken_up=taken, asked_on=min(day + DAY * 28, self.today) if taken else None,
                written_by=self._author(case), written_at=at(day),
            )
            for case in cases
            if (day := self._within(case, 14)) and (taken := self.chance.choice(("", "yes", "no"))) is not None
        )  # fmt: skip
