"""Referrals, what was decided about them, and the cases that were opened: the ordinary ones."""

import datetime as dt
import random
from collections.abc import Sequence
from typing import Final

from apst.demo.names import invent_many
from apst.people.models import Pupil
from apst.places.calendar import DAY
from apst.places.models import Site
from cases.models import Case, CaseMember
from referrals.models import EligibilityVersion, FurtherInformation, Referral, StrategyTried, TriageDecision

from . import notes
from .cast import Setting
from .children import Children
from .diary import at
from .history import History
from .odds import CRIME, DESTINATIONS, REASONS, ROUTES, SHORT, SOURCES, TIERS, UNDONE_ONE_IN, WAITED
from .stories import STORIES

TOLD: Final = {story.key for stories in STORIES.values() for story in stories}


class Journeys:
    """Adds referrals and cases to a history."""

    def __init__(
        self,
        chance: random.Random,
        setting: Setting,
        history: History,
        children: Children,
        *,
        sites: Sequence[Site],
        eligibility: Sequence[EligibilityVersion],
        today: dt.date,
    ) -> None:
        self.chance, self.setting, self.history, self.children = chance, setting, history, children
        self.sites, self.eligibility, self.today = sites, eligibility, today
        self.first = history.diary.first
        self.deciders = [m for m in history.authors.values() if m.role == "manager"]
        self.referrers = [m for m in history.authors.values() if m.role == "school_staff"]
        self._taken: set[str] = set()

    def run(self) -> None:
        """Add every ordinary case, open and ended, and every referral that led to none."""
        numbers, span = self.setting.numbers, (self.today - self.first).days
        for _ in range(numbers.open_cases):
            self._case(int(self.chance.triangular(3, min(280, span - 30), 60)))
        for reason, count in numbers.ended.items():
            for _ in range(count):
                self._ended(reason, span)
        for state, count in numbers.referrals.items():
            for n in range(count):
                self._without_case(state, n, span)
        self._ask_the_police()

    def _ask_the_police(self) -> None:
        """Put a police post on a few open cases of young people who are drawn into crime, behind the scenes."""
        posts = self.history.diary.posts
        officers = [worker.reference for worker in self.setting.workers if worker.type == "police"]
        drawn = [
            case
            for case in self.history.cases
            if case.is_open and case.referral and CRIME & set(case.referral.reasons) and case.pupil.local_id not in TOLD
        ]
        for officer in officers:
            self.history.team += [
                CaseMember(case=case, post=posts[officer], part="advisory", starts_on=case.opened_on)
                for case in drawn[:4]
            ]

    def _ended(self, reason: str, span: int) -> None:
        low, high = SHORT.get(reason, (30, 210))
        length = self.chance.randint(low, min(high, span - 60))
        ago = self.chance.randint(length + 3, span - 20)
        case = self._case(ago, reason=reason, length=length)
        if reason in DESTINATIONS and (reason != "ready" or self.chance.random() < 0.6):
            case.pupil.leaving_date = case.ended_on
            case.pupil.destination = self.chance.choice(DESTINATIONS[reason])

    def _pupil(self, recorded: dt.date, *, reason: str = "") -> Pupil:
        (person,) = invent_many(self.chance, 1, girls_percent=30, taken=self._taken)
        year = self.chance.choices((7, 8, 9, 10, 11), (9, 15, 23, 27, 26))[0]
        if reason == "reached_16":
            year = 12 if self.today.month >= 9 else 11
        pupil = self.children.pupil(person, year, recorded=recorded)
        self.history.pupils.append(pupil)
        self.history.facts += self.children.facts(pupil, recorded)
        self.history.contacts += self.children.contacts(pupil)
        return pupil

    def referral(
        self,
        pupil: Pupil,
        received: dt.date,
        *,
        site: Site | None,
        state: str,
        source: str = "",
        by_school: bool = False,
    ) -> Referral:
        """Add one referral, with what the school has tried where a mainstream school sent it."""
        chance, name = self.chance, pupil.forename
        source = source or chance.choices(list(SOURCES), list(SOURCES.values()))[0]
        made_by = self.history.office
        if source == "mainstream_school" and self.referrers and (by_school or chance.random() < 0.4):
            made_by = self.referrers[0]
        row = Referral(
            pupil=pupil,
            site=site,
            received_on=received,
            source=source,
            route=chance.choice(ROUTES.get(source, ("form", "form", "email", "conversation"))),
            reasons=list(
                dict.fromkeys(chance.choices(list(REASONS), list(REASONS.values()), k=chance.choice((1, 2, 2, 3))))
            ),
            summary=chance.choice(notes.SUMMARIES).format(name=name),
            pupil_views=chance.choice(notes.PUPIL_VIEWS),
            family_views=chance.choice(notes.FAMILY_VIEWS),
            made_by=made_by,
            made_at=at(received),
            state=state,
        )
        self.history.referrals.append(row)
        if source == "mainstream_school":
            self.history.strategies += [
                StrategyTried(referral=row, what=what, tried_when=when, effect=effect)
                for what, when, effect in chance.sample(notes.STRATEGIES, chance.choice((2, 3, 3)))
            ]
        return row

    def decide(
        self, referral: Referral, outcome: str, on: dt.date, rationale: str = "", *, hour: int = 14
    ) -> TriageDecision:
        """Add one decision, under the eligibility version in force that day."""
        chance = self.chance
        version = [v for v in self.eligibility if v.published_at <= at(on, 20)][-1]
        criteria = dict.fromkeys(version.criteria, "met")
        overrides = ""
        if outcome == "declined":
            criteria[version.criteria[-1]] = "not_met"
        elif outcome == "accepted" and chance.random() < 0.1:
            criteria[version.criteria[1 % len(version.criteria)]] = "overridden"
            overrides = "Placed mid-year with no school behind them that could have tried anything."
        row = TriageDecision(
            referral=referral,
            outcome=outcome,
            decided_on=on,
            decided_at=at(on, hour, chance.randrange(60)),
            decided_by=chance.choice(self.deciders),
            decided_how=self.setting.decides,
            rationale=rationale,
            eligibility=version,
            criteria=criteria,
            overrides=overrides,
        )
        self.history.decisions.append(row)
        return row

    def take_back(self, decision: TriageDecision) -> None:
        """Undo a decision four minutes later."""
        self.history.undone.append(
            TriageDecision(
                referral=decision.referral,
                outcome="undone",
                decided_on=decision.decided_on,
                decided_at=decision.decided_at + dt.timedelta(minutes=4),
                decided_by=decision.decided_by,
                decided_how=decision.decided_how,
                undoes=decision,
            )
        )

    def _case(self, ago: int, *, reason: str = "", length: int = 0) -> Case:
        chance, history = self.chance, self.history
        opened = history.diary.school_day(self.today - DAY * ago)
        ended = opened + DAY * length if reason else None
        received = max(self.first, opened - DAY * chance.randint(2, 26))
        pupil = self._pupil(received, reason=reason)
        site = chance.choice(self.sites)
        referral = self.referral(pupil, received, site=site, state=Referral.State.ALLOCATED)
        decided = received + DAY * chance.randint(0, (opened - received).days)
        if chance.randrange(UNDONE_ONE_IN) == 0:
            self.take_back(self.decide(referral, "declined", decided, "Pressed the wrong one.", hour=10))
        if (opened - decided).days > 8 and chance.random() < 0.4:
            self.decide(referral, "waiting_list", decided, "No free place with the right specialist yet.")
        else:
            self.decide(referral, "accepted", decided)
        lead, *others = self.team(site, opened, ended or self.today, chance.choice((1, 2, 2, 3)))
        return self.open_case(
            referral,
            site=site,
            lead=lead,
            others=others,
            opened=opened,
            ended=ended,
            reason=reason,
            tier=chance.choices(TIERS, self.setting.numbers.tiers)[0],
        )

    def team(self, site: Site, opened: dt.date, last: dt.date, number: int) -> list[str]:
        """Choose posts held on both days that cover the site and are no police post; more of a week, more cases."""
        diary = self.history.diary
        covering = {
            worker.reference: worker.fte
            for worker in self.setting.workers
            if (not worker.sites or site.name in worker.sites)
            and worker.type != "police"
            and diary.in_post(worker.reference, opened)
            and diary.in_post(worker.reference, last)
        }
        chosen: list[str] = []
        while covering and len(chosen) < number:
            (reference,) = self.chance.choices(list(covering), list(covering.values()))
            chosen.append(reference)
            del covering[reference]
        return chosen

    def open_case(
        self,
        referral: Referral,
        *,
        site: Site,
        lead: str,
        others: Sequence[str],
        tier: str,
        opened: dt.date,
        ended: dt.date | None,
        reason: str,
    ) -> Case:
        """Add a case with its team."""
        posts = self.history.diary.posts
        case = Case(
            pupil=referral.pupil,
            referral=referral,
            site=site,
            lead=posts[lead],
            tier=tier,
            opened_on=opened,
            ended_on=ended,
            end_reason=reason,
            opened_by=self.deciders[0],
        )
        self.history.cases.append(case)
        self.history.team += [
            CaseMember(
                case=case, post=posts[post], part="lead" if post == lead else "direct", starts_on=opened, ends_on=ended
            )
            for post in (lead, *others)
        ]
        return case

    def _without_case(self, state: str, n: int, span: int) -> None:
        """Add a referral that waits today, or ended without a case."""
        chance = self.chance
        waiting = {
            "new": WAITED[n % len(WAITED)],
            "more_information": 4 + 9 * n,
            "accepted": 3 + 4 * n,
            "waiting_list": 20 + 17 * n,
        }
        ago = min(waiting.get(state, chance.randint(12, span - 10)), span - 5)
        received = self.history.diary.school_day(self.today - DAY * ago)
        if state == "new" and ago == 0:
            received = self.today
        pupil = self._pupil(received)
        by_school = state in waiting and n % 4 == 0
        referral = self.referral(
            pupil,
            received,
            site=chance.choice(self.sites),
            state=state if state in waiting else Referral.State.ENDED,
            source="mainstream_school" if by_school else "",
            by_school=by_school,
        )
        decided = min(received + DAY * chance.randint(1, 8), self.today - DAY)
        words = {
            "declined": notes.REASONS_AGAINST,
            "signposted": notes.SIGNPOSTED,
            "offer_refused": notes.OFFER_REFUSED,
            "more_information": notes.QUESTIONS,
            "withdrawn": ("The school has withdrawn it: the pupil has moved.",),
            "universal_offer": ("Advice to the class team and the drop-in will do for now.",),
            "waiting_list": ("Accepted. The specialist who is needed has no place before next half-term.",),
        }.get(state, ("",))
        if state != "new":
            self.decide(referral, state, max(decided, received), words[n % len(words)])
        if state == "more_information" and n % 2:
            self.history.answers.append(
                FurtherInformation(
                    referral=referral,
                    given_by=referral.made_by,
                    given_at=at(self.today - DAY, 11),
                    text=notes.ANSWER,
                )
            )
