"""The weeks of work between opening and ending: sessions of each case, of groups, for staff, in the holidays."""

import datetime as dt
import random
from collections import deque
from collections.abc import Sequence
from typing import Final

from apst.people.queries import year_number
from apst.places.calendar import DAY, bank_holidays
from apst.places.models import Site
from cases.models import Case

from . import notes
from .cast import Setting, Worker
from .diary import week_from
from .history import History

WEEK: Final = 7 * DAY
MINUTES: Final = {
    "one_to_one": (30, 45, 60, 60, 60),
    "family": (30, 45, 60, 75),
    "multi_agency": (30, 60, 60, 90),
    "outreach": (60, 90, 120),
}
WHAT: Final = {
    "speech_language_therapist": ("speech_language",),
    "mental_health": ("therapy", "regulation"),
    "post_16_coach": ("post_16", "curriculum"),
    "youth_worker": ("mentoring", "life_skills", "community"),
    "educational_psychologist": ("regulation", "curriculum"),
    "family_support_worker": ("attendance_planning", "regulation"),
    "youth_justice_worker": ("diversion", "mentoring"),
    "social_worker": ("life_skills", "community"),
    "trauma_therapist": ("therapy",),
    "substance_misuse": ("substance_misuse",),
    "mentor": ("mentoring", "attendance_planning", "curriculum"),
    "reading_specialist": ("reading",),
    "police": ("diversion",),
    "engagement_officer": ("attendance_planning", "reintegration_timetable"),
}
FAMILY_WHAT: Final = ("routines", "emotional_practical", "mediation", "contact", "contact")
MISSED: Final = {
    "did_not_attend": 30,
    "not_in_school": 32,
    "refused": 12,
    "was_not_brought": 12,
    "cancelled_by_family": 9,
    "cancelled_by_taskforce": 5,
}
GROUP_TYPES: Final = ("youth_worker", "mentor", "speech_language_therapist", "mental_health", "substance_misuse")
LOCATIONS: Final = {
    "one_to_one": ("ap_school",) * 8 + ("community", "transit", "home"),
    "family": ("home", "home", "online", "community", "ap_school"),
    "multi_agency": ("ap_school", "online", "home_service"),
    "outreach": ("mainstream_school",),
}
NOTED: Final = 0.5


class Work:
    """Adds sessions to a history."""

    def __init__(self, chance: random.Random, setting: Setting, history: History, sites: Sequence[Site]) -> None:
        self.chance, self.setting, self.history, self.sites = chance, setting, history, sites
        self.diary = history.diary
        self.types = {worker.reference: worker.type for worker in setting.workers}
        # By case, the notes written last.
        self.lately: dict[int, deque[str]] = {}
        # By pupil, the relationships of those who may be spoken with; read once, when every pupil is there.
        self.family: dict[str, list[str]] = {}

    def of_case(self, case: Case, team: Sequence[str]) -> None:
        """Add the weekly work of one case until it ends; none where it was refused or opened in error."""
        if case.end_reason in ("refused", "opened_in_error"):
            return
        last = min(case.ended_on or self.diary.last, self.diary.last)
        reliable = self.chance.choice((62, 75, 84, 90, 94))
        weekday = self.chance.randrange(5)
        day, first = case.opened_on + DAY, True
        while day <= last:
            self._week(case, team, day + DAY * ((weekday - day.weekday()) % 5), last, reliable, first=first)
            day, first = day + WEEK, False

    def _week(
        self, case: Case, team: Sequence[str], day: dt.date, last: dt.date, reliable: int, *, first: bool
    ) -> None:
        chance, lead = self.chance, team[0]
        if chance.randrange(100) < self.setting.numbers.weekly_percent:
            kind = (
                "assessment"
                if first
                else "outreach"
                if case.tier == "tier_1" and chance.random() < 0.5
                else "one_to_one"
            )
            self._one(case, lead, kind, day, last, reliable)
        if chance.random() < 0.22:
            self._one(case, lead, "one_to_one", day + 2 * DAY, last, reliable)
        for other in team[1:]:
            if chance.random() < 0.52:
                self._one(case, other, "one_to_one", day, last, reliable)
        if chance.random() < 0.28:
            workers = [post for post in team if self.types[post] in ("family_support_worker", "social_worker")]
            self._about(case, (workers or [lead])[0], "family", day, last)
        if chance.random() < 0.2:
            self._about(case, lead, "multi_agency", day, last)
        if case.tier == "tier_2" and chance.random() < 0.12:
            self._one(case, lead, "outreach", day, last, reliable)

    def _note(self, activity: str, case: Case, post: str, day: dt.date) -> str:
        """What this post would write of this pupil, and has not just written; nothing of every other session."""
        if self.chance.random() >= NOTED:
            return ""
        lately = self.lately.setdefault(id(case), deque(maxlen=6))
        year = year_number(case.pupil.date_of_birth, case.pupil.year_offset, day)
        fitting = notes.fitting(activity, self.types[post], year, self._family(case))
        text = self.chance.choice([one for one in fitting if one not in lately] or [""])
        lately.append(text)
        return text.format(name=case.pupil.preferred_name or case.pupil.forename)

    def _family(self, case: Case) -> list[str]:
        """Give who of the family may be spoken with: nobody whom an order keeps away."""
        if not self.family:
            for contact in self.history.contacts:
                if not contact.court_order:
                    self.family.setdefault(contact.pupil.local_id, []).append(contact.relationship)
        return self.family.get(case.pupil.local_id, [])

    def _one(self, case: Case, post: str, activity: str, day: dt.date, last: dt.date, reliable: int) -> None:
        chance = self.chance
        minutes = 75 if activity == "assessment" else chance.choice(MINUTES[activity])
        when = self.diary.book(post, week_from(day, last), minutes, pupil=case.pupil.local_id)
        if when is None:
            return
        attendance, note = "attended", self._note(activity, case, post, when[0])
        if chance.randrange(100) >= reliable:
            attendance = chance.choices(list(MISSED), list(MISSED.values()))[0]
            note = chance.choice(notes.ABSENT[attendance]).format(name=case.pupil.forename) if note else ""
        elif chance.random() < 0.06:
            attendance = "part_attended"
        self.history.session(
            when,
            minutes,
            activity,
            [post],
            [(case, attendance)],
            site=case.site,
            note=note,
            intervention_type=chance.choice(WHAT.get(self.types[post], ("",))) if chance.random() < 0.8 else "",
            location=chance.choice(LOCATIONS.get(activity, ("ap_school",))),
        )

    def _about(self, case: Case, post: str, activity: str, day: dt.date, last: dt.date) -> None:
        chance = self.chance
        minutes = chance.choice(MINUTES[activity])
        evening = activity == "family" and chance.random() < 0.4
        when = self.diary.book(post, week_from(day, last), minutes, evening=evening)
        if when is not None:
            self.history.session(
                when,
                minutes,
                activity,
                [post],
                [(case, "about_pupil")],
                site=case.site,
                note=self._note(activity, case, post, when[0]),
                intervention_type=chance.choice(FAMILY_WHAT) if activity == "family" else "",
                location=chance.choice(LOCATIONS[activity]),
            )

    def of_everybody(self) -> None:
        """Add groups at each site, training of staff, screening, the universal offer, supervision, and the holidays."""
        monday = self.diary.first - DAY * self.diary.first.weekday()
        number = 0
        while monday <= self.diary.last:
            if any(self.diary.calendar.is_school_day(monday + DAY * n) for n in range(5)):
                for site in self.sites:
                    self._group(site, monday)
                if number % 3 == 0:
                    self._for_staff(monday, number)
                if number % 4 == 1:
                    self._supervision(monday)
            else:
                self._holiday(monday)
            monday, number = monday + WEEK, number + 1

    def _covering(self, site: Site, types: Sequence[str]) -> list[Worker]:
        return [w for w in self.setting.workers if w.type in types and (not w.sites or site.name in w.sites)]

    def _group(self, site: Site, monday: dt.date) -> None:
        chance = self.chance
        workers = self._covering(site, GROUP_TYPES)
        cases = self.history.open_at(site, monday + DAY * 4)
        cases = [case for case in cases if case.opened_on <= monday]
        if not workers or len(cases) < 3 or chance.random() < 0.15:
            return
        posts = [worker.reference for worker in chance.sample(workers, min(len(workers), chance.choice((1, 1, 2))))]
        days = week_from(monday + DAY * chance.randrange(5), monday + DAY * 4)
        when = self.diary.book(posts[0], days, 90, beside=posts[1:])
        if when is None:
            return
        cases = [case for case in cases if not self.diary.is_busy(case.pupil.local_id, *when, 90)]
        if len(cases) < 3:
            return
        named = chance.sample(cases, min(len(cases), chance.randint(3, 6)))
        places = [
            (case, chance.choices(("attended", "part_attended", "did_not_attend", "not_in_school"), (76, 6, 9, 9))[0])
            for case in named
        ]
        count = sum(attendance in ("attended", "part_attended") for _, attendance in places)
        note = chance.choice(notes.THERE["group"]).format(count=count) if chance.random() < NOTED else ""
        self.history.session(
            when,
            90,
            "group",
            posts,
            places,
            site=site,
            note=note,
            intervention_type=chance.choice(("life_skills", "regulation", "community")),
            location=chance.choice(("ap_school", "ap_school", "community")),
        )

    def _for_staff(self, monday: dt.date, number: int) -> None:
        chance, worker = self.chance, self.chance.choice(self.setting.workers)
        activity = ("staff_training", "universal", "staff_training", "screening")[number // 3 % 4]
        when = self.diary.book(
            worker.reference, week_from(monday + DAY * chance.randrange(5)), 90, evening=activity == "staff_training"
        )
        if when is not None:
            self.history.session(
                when,
                90,
                activity,
                [worker.reference],
                site=chance.choice(self.sites),
                note=chance.choice(notes.THERE[activity]),
                staff_trained=chance.randint(8, 34) if activity == "staff_training" else None,
            )

    def _supervision(self, monday: dt.date) -> None:
        for worker in self.setting.workers:
            when = self.diary.book(worker.reference, week_from(monday + DAY * self.chance.randrange(5)), 60)
            if when is not None:
                activity = self.chance.choice(("supervision", "admin"))
                self.history.session(
                    when, 60, activity, [worker.reference], location="home_service", note=notes.THERE[activity][0]
                )

    def _holiday(self, monday: dt.date) -> None:
        """Two days out in a holiday week, at Christmas none."""
        if monday.month == 12 or (monday.month, monday.day) < (1, 3):
            return
        for day in (monday + DAY, monday + DAY * 3):
            if not self.diary.first <= day <= self.diary.last or day in bank_holidays(day.year):
                continue
            site = self.chance.choice(self.sites)
            workers = [
                w
                for w in self._covering(site, ("youth_worker", "mentor", "family_support_worker"))
                if self.diary.in_post(w.reference, day)
            ]
            cases = self.history.open_at(site, day)
            if not workers or len(cases) < 2:
                continue
            named = self.chance.sample(cases, min(len(cases), self.chance.randint(3, 8)))
            places = [
                (case, self.chance.choices(("attended", "did_not_attend", "was_not_brought"), (82, 12, 6))[0])
                for case in named
            ]
            count = sum(attendance == "attended" for _, attendance in places)
            posts = [worker.reference for worker in self.chance.sample(workers, min(2, len(workers)))]
            self.history.session(
                (day, dt.time(10, 30)),
                300,
                "holiday",
                posts,
                places,
                site=site,
                location="community",
                note=self.chance.choice(notes.THERE["holiday"]).format(count=count),
            )
