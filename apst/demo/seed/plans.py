# ruff: noqa: E501 - lists of words, a line for each, which wrapping would make harder to read
"""Plans, reviews, the way back and passports of the demonstration's open cases, in bulk from seeded chance."""

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.contrib.auth.models import Permission
from django.db import models

from apst.accounts.models import Membership
from apst.people.queries import year_group
from apst.places.calendar import DAY
from apst.places.models import Establishment
from cases.models import (
    Case,
    Goal,
    GoalScore,
    GoalStep,
    Passport,
    PassportAccess,
    PassportFeedback,
    PassportVersion,
    Plan,
    PlanReview,
    PlanVersion,
    Reintegration,
    ReintegrationCheck,
    ReintegrationWeek,
    TeachingGroup,
    TeachingGroupPlace,
)

from .diary import at, weekday

WEEK: Final = 7 * DAY
# The goal, how the pupil says it, and steps with who does them ("" for the lead).
GOALS: Final = (
    (
        "In school by ten on four days a week",
        "I hate being rushed.",
        (("Ring at eight on Mondays", ""), ("Buy an alarm clock", "Mum")),
    ),
    (
        "Says when it gets too much, before it does",
        "People should see it in my face.",
        (("Agree a hand signal with the tutor", ""),),
    ),
    (
        "Reads a page aloud without stopping",
        "I can read. Not when they all look.",
        (("Ten minutes with a book of their own choosing", ""), ("Praise shared with home", "The tutor")),
    ),
    (
        "A hobby outside school",
        "Boxing, or the dog shelter.",
        (("Visit the boxing gym together", ""), ("Find out about the bus", "Dad")),
    ),
    (
        "Asleep before midnight on school nights",
        "My phone is my alarm.",
        (("Phone downstairs from eleven", "The family"),),
    ),
    (
        "Two lessons a day without leaving the room",
        "If I can sit by the door.",
        (("A seat by the door in every room", "Form tutor"), ("Five-minute warning before changes", "")),
    ),
    ("A college place for September", "Engines. Or cooking.", (("Taster day", ""), ("Fill in the form together", ""))),
)
HOPES: Final = (
    "I want people to stop reading my file before they meet me.",
    "I want to be back with my friends at my old school.",
    "I want mornings without shouting.",
    "I want to be good at one thing.",
    "I don’t know yet. Ask me again when you know me.",
)
FAMILY: Final = (
    "We want one person to ring, not five.",
    "To hear something good once a week.",
    "A safe way home.",
    "To finish school, whichever school it is.",
    "",
)
CHANGED: Final = (
    "Better mornings, after the bus was sorted. Maths is still the hard one.",
    "Two weeks without being sent out. A dip after the holiday, shorter than the last.",
    "Not much yet, and we said so. The first goal was ours and not theirs: it is theirs now.",
    "Talks to two adults now. Sleep is no better.",
)
FOLLOWING: Final = (
    "Go on as it is until half-term, then one session less a week.",
    "The tutor takes over the check-in on Mondays; we stay behind the scenes.",
    "Home visit about the evenings; reading goes on.",
)
VOICE: Final = {
    "good_at": (
        "Drawing, bikes, and noticing when somebody is sad.",
        "Football, looking after little ones, remembering names.",
        "Cooking. I can make six things.",
    ),
    "communicate": (
        "I talk a lot when I am calm. When it is loud I nod, but I have not understood.",
        "I would rather show you than tell you.",
        "English at school, and Somali when I am cross.",
    ),
    "understand": (
        "One thing at a time, and a minute before I answer.",
        "Show me one that is finished.",
        "Write it down. I lose it in the corridor.",
    ),
    "hard": (
        "Being told off in front of others.",
        "Supply teachers. Changes that nobody told me about.",
        "Noise behind me.",
    ),
    "stressed": (
        "I put my hood up. Let me go to the art room, then ask me once.",
        "I laugh. It does not mean that I find it funny.",
        "I walk out. I come back if nobody follows me.",
    ),
    "avoid": ("Please don’t stand over me.", "Don’t ask me why. Ask me what happened.", "Don’t touch my bag."),
    "know": ("I want to stay.", "I listen better when I look away.", "It was worse last year."),
    "ask": ("{lead}, or Ms Okoro in the library.", "{lead}. Not before ten.", "My nan and {lead}."),
}
WORKED: Final = (
    ("yes", "The minute before answering. Hand up twice on Tuesday."),
    ("yes", "Seat by the door: whole lesson without leaving."),
    ("partly", "The signal works in my lessons, not with supply."),
    ("no", "Written instructions were not enough on Friday afternoon."),
)
WEEKS: Final = (["tue_am"], ["tue_am", "thu_am"], ["mon_am", "tue_am", "thu_am", "thu_pm"])


@dataclass
class Planned:
    """The rows, in lists, in the order of their keys."""

    plans: list[Plan] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    steps: list[GoalStep] = field(default_factory=list)
    reviews: list[PlanReview] = field(default_factory=list)
    scores: list[GoalScore] = field(default_factory=list)
    ways: list[Reintegration] = field(default_factory=list)
    weeks: list[ReintegrationWeek] = field(default_factory=list)
    checks: list[ReintegrationCheck] = field(default_factory=list)
    passports: list[Passport] = field(default_factory=list)
    versions: list[PassportVersion] = field(default_factory=list)
    feedback: list[PassportFeedback] = field(default_factory=list)

    def write(self) -> None:
        """Write every list with one statement a table, and the plans as they stand as their first version."""
        rows: list[Sequence[models.Model]] = [
            self.plans, self.goals, self.steps, self.reviews, self.scores, self.ways, self.weeks, self.checks,
            self.passports, self.versions, self.feedback,
        ]  # fmt: skip
        for table in rows:
            if table:
                type(table[0])._default_manager.bulk_create(table, batch_size=1000)


class Planner:
    """Plans what is open; the same chance gives the same plans."""

    def __init__(self, chance: random.Random, *, today: dt.date, authors: dict[str, Membership]) -> None:
        self.chance, self.today, self.authors = chance, today, authors
        self.rows = Planned()

    def of(self, case: Case, schools: Sequence[Establishment]) -> None:
        """Plan one open case: most have a plan, half of them a passport, some of tier 2 and 3 a way back."""
        chance = self.chance
        if case.opened_on > self.today - 2 * WEEK or chance.random() < 0.08:
            return
        by = self.authors.get(case.lead.reference) if case.lead else None
        self._plan(case, weekday(case.opened_on + DAY * chance.randint(5, 13)), by)
        if chance.random() < 0.5:
            self._passport(case, by)
        if schools and case.tier in ("tier_2", "tier_3") and chance.random() < 0.25:
            self._way_back(case, case.pupil.home_school or chance.choice(schools), by)

    def _plan(self, case: Case, starts_on: dt.date, by: Membership | None) -> None:
        chance, rows = self.chance, self.rows
        plan = Plan(
            case=case, starts_on=starts_on, hopes=chance.choice(HOPES), family_words=chance.choice(FAMILY),
            aim="A week in which school is the easy part.", written_by=by, written_at=at(starts_on, 16),
        )  # fmt: skip
        rows.plans.append(plan)
        goals = []
        for text, own_words, steps in chance.sample(
            GOALS if year_group(case.pupil, self.today) in ("10", "11") else GOALS[:-1], chance.randint(2, 3)
        ):
            goal = Goal(
                plan=plan,
                case=case,
                text=text,
                own_words=own_words,
                baseline=chance.randint(1, 4),
                baseline_on=starts_on,
            )
            goals.append(goal)
            rows.steps += [
                GoalStep(
                    goal=goal, case=case, text=step, owner=None if who else case.lead,
                    owner_words=who or ("" if case.lead else "The team"), due_on=starts_on + WEEK * chance.randint(2, 14),
                    done_on=starts_on + 2 * WEEK if chance.random() < 0.4 and starts_on + 2 * WEEK < self.today else None,
                )
                for step, who in steps
            ]  # fmt: skip
        rows.goals += goals
        self._reviews(case, plan, goals, by)

    def _reviews(self, case: Case, plan: Plan, goals: Sequence[Goal], by: Membership | None) -> None:
        chance, rows = self.chance, self.rows
        held_on, stands = (
            plan.starts_on + 6 * WEEK + DAY * chance.randint(-3, 9),
            [goal.baseline or 0 for goal in goals],
        )
        while (held_on := weekday(held_on)) < self.today:
            review = PlanReview(
                plan=plan, case=case, held_on=held_on, present=f"{case.pupil.forename}, family, {by.name if by else 'the team'}",
                changed=chance.choice(CHANGED), following=chance.choice(FOLLOWING), written_by=by, written_at=at(held_on, 16),
            )  # fmt: skip
            rows.reviews.append(review)
            stands = [max(0, min(10, stand + chance.choice((-1, 0, 1, 1, 2)))) for stand in stands]
            rows.scores += [
                GoalScore(review=review, goal=goal, case=case, score=stand)
                for goal, stand in zip(goals, stands, strict=True)
            ]
            held_on += DAY * chance.randint(40, 70)

    def _passport(self, case: Case, by: Membership | None) -> None:
        chance, rows, pupil = self.chance, self.rows, case.pupil
        made_on = min(weekday(case.opened_on + DAY * chance.randint(14, 60)), self.today - DAY)
        agreed = chance.random() < 0.9
        review_on = made_on + DAY * 182
        passport = Passport(
            case=case, pupil=pupil, review_on=review_on, version=1, agreed_version=1 if agreed else None
        )
        rows.passports.append(passport)
        lead = by.name if by else "the team"
        rows.versions.append(
            PassportVersion(
                passport=passport, case=case, pupil=pupil, number=1, name=pupil.full_name, written_with=lead, agreed=agreed,
                review_on=review_on, made_on=made_on, made_by=by, made_at=at(made_on, 15),
                **{code: chance.choice(words).format(lead=lead) for code, words in VOICE.items() if chance.random() < 0.9},
            )
        )  # fmt: skip

    def _way_back(self, case: Case, school: Establishment, by: Membership | None) -> None:
        chance, rows = self.chance, self.rows
        starts_on = min(case.opened_on + WEEK * chance.randint(5, 9), self.today + 2 * WEEK)
        way = Reintegration(
            case=case, school=school, starts_on=starts_on, contact="Ms Okoro, library", written_by=by,
            written_at=at(min(starts_on - WEEK, self.today - DAY), 14),
            agreed="We bring them to the side gate. When it gets too much they go to the library; the office rings us.",
        )  # fmt: skip
        rows.ways.append(way)
        rows.weeks += [
            ReintegrationWeek(
                reintegration=way, case=case, number=number, half_days=halves,
                who_does_what="We walk in together" if number == 1 else "Ms Okoro meets them",
            )
            for number, halves in enumerate(WEEKS, start=1)
        ]  # fmt: skip
        for weeks in (6, 12):
            held_on = starts_on + WEEK * weeks + DAY
            if held_on < self.today and chance.random() < 0.8:
                rows.checks.append(
                    ReintegrationCheck(
                        reintegration=way, case=case, weeks=weeks, held_on=held_on, written_by=by, written_at=at(held_on, 16),
                        outcome=chance.choice(("as_planned", "as_planned", "changed")),
                        text=chance.choice(("Every half-day so far.", "Mornings yes, afternoons not yet.", "")),
                    )
                )  # fmt: skip


def _keep_versions(plans: Iterable[Plan]) -> None:
    """Keep each plan as it was on its first day, which the timeline shows as its start."""
    PlanVersion.objects.bulk_create(
        PlanVersion(
            plan=plan, case=plan.case, number=1, said="Plan started", made_on=plan.starts_on, made_by=plan.written_by,
            made_at=at(plan.starts_on, 16),
            content={
                "starts_on": plan.starts_on.isoformat(), "hopes": plan.hopes, "family_words": plan.family_words,
                "aim": plan.aim, "goals": [],
            },
        )
        for plan in plans
    )  # fmt: skip


def _share(
    passports: Sequence[Passport], school: Establishment, teacher: Membership, *, by: Membership, today: dt.date
) -> None:
    """Put the first agreed passports on the sheet of one class, which its teacher has until the summer, and say what worked."""
    agreed = [passport for passport in passports if passport.agreed_version][:6]
    group = TeachingGroup.objects.create(name="9B Art", establishment=school)
    view = Permission.objects.get(codename="view_passport", content_type__app_label="cases")
    TeachingGroupPlace.objects.bulk_create(
        TeachingGroupPlace(group=group, passport=passport, case=passport.case) for passport in agreed
    )
    PassportAccess.objects.bulk_create(
        PassportAccess(
            content_object=passport, case=passport.case, user_id=teacher.user_id, permission=view, group=group, given_by=by,
            expires_at=at(today + DAY * 200, 0),
        )
        for passport in agreed
    )  # fmt: skip
    PassportFeedback.objects.bulk_create(
        PassportFeedback(
            passport=passport, case=passport.case, pupil=passport.pupil, said_on=today - DAY * (3 + number), worked=worked,
            text=text, written_by=teacher, written_at=at(today - DAY * (3 + number), 15),
        )
        for number, (passport, (worked, text)) in enumerate(zip(agreed, WORKED, strict=False))
    )  # fmt: skip


def plan_everything(
    cases: Sequence[Case],
    *,
    chance: random.Random,
    today: dt.date,
    authors: dict[str, Membership],
    schools: Sequence[Establishment],
    teacher: Membership | None,
    manager: Membership,
) -> None:
    """Write the plans and passports of the open cases."""
    planner = Planner(chance, today=today, authors=authors)
    for case in cases:
        if case.ended_on is None:
            planner.of(case, schools)
    rows = planner.rows
    rows.write()
    _keep_versions(rows.plans)
    if teacher and schools and rows.passports:
        _share(rows.passports, schools[0], teacher, by=manager, today=today)
