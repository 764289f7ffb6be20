"""The MI return `apst-1`, measures A to E, reckoned in plain Python from a folder of import files.

Written to be read beside spec/mi-return.md: every measure stands under its own sentence from that page. It imports
nothing of the project, so that a mistake there cannot be here too, and it is slow and simple on purpose.

    rows = figures(folder, "2025-26/autumn-1", taskforce="Example", la_code="384", today=date(2026, 11, 2))
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from . import files
from .cells import Cell, count, half_up, hours, middle_and_p90, percent
from .files import Case, Post, Pupil, Referral, Session, code_list
from .school_days import Calendar, Refused

__all__ = ["HEADINGS", "Opening", "Refused", "Row", "figures"]


class Row(NamedTuple):
    """One row of the CSV, every value as it is printed."""

    template: str
    taskforce: str
    urn: str
    la_code: str
    period: str
    measure: str
    breakdown: str
    category: str
    statistic: str
    value: str
    numerator: str
    denominator: str
    unit: str


HEADINGS = Row._fields


class Opening(NamedTuple):
    """ "A taskforce that began before its records here states the pupils and hours so far, with a date." """

    pupils: int = 0
    hours: str = "0"
    on: date = date.min


NO_OPENING = Opening()


def figures(
    folder: Path | str,
    period: str,
    *,
    taskforce: str,
    la_code: str,
    today: date,
    urn: str = "",
    opening: Opening = NO_OPENING,
    sites: tuple[str, ...] = (),
) -> list[Row]:
    """Every row of measures A to E, in the order of the page.

    `today` is the day of the import (for facts without `as_at`); `sites` names sites of the taskforce that no
    session names. Raises Refused where the calendar does not reach.
    """
    records = files.read(Path(folder), today, sites)
    if any(session.date <= opening.on for session in records.sessions):
        raise ValueError("The page leaves open what a session on or before the opening balance's date adds to it.")
    cells = Reckoning(records, period, opening).cells()
    return [Row("apst-1", taskforce, urn, la_code, period, *cell) for cell in cells]


# --- lists ----------------------------------------------------------------------------------------------------


def codes(name: str) -> list[str]:
    return [row["code"] for row in code_list(name)]


def codes_where(name: str, column: str) -> set[str]:
    return {row["code"] for row in code_list(name) if row[column] == "yes"}


COUNTS = codes_where("activity_types", "counts_as_intervention_hours")
DIRECT = codes_where("activity_types", "direct")
NEEDS_PUPIL = codes_where("activity_types", "needs_pupil")
PUPIL_CONTACT = codes_where("activity_types", "pupil_contact")
HOURS_COUNT = codes_where("session_attendance", "hours_count")
ATTENDED = codes_where("session_attendance", "attended")
PLANNED_PLACE = codes_where("session_attendance", "planned_place")
SEN = codes_where("sen_provision", "counts_as_sen")
KNOWN_TO_CSC = codes_where("csc_status", "known_to_csc")
CORE = codes_where("specialist_types", "core_eight")
SUBSTANTIVE = codes_where("triage_outcomes", "substantive")
ETHNIC_GROUP = {row["code"]: row["group"] for row in code_list("ethnicity")}

# "Every category of the code list appears in the list's order, zeros included, then `not_recorded` where a fact can
# be missing; activity types with `counts_as_intervention_hours = no` do not appear."
ACTIVITY_TYPES = [code for code in codes("activity_types") if code in COUNTS]
SPECIALIST_TYPES = codes("specialist_types")
YEAR_GROUPS = codes("year_groups")
SEXES = [*codes("sex"), "not_recorded"]
ETHNIC_GROUPS = [*dict.fromkeys(ETHNIC_GROUP.values()), "not_recorded"]
TIERS = [*codes("tiers"), "none"]
SEN_PROVISIONS = [*codes("sen_provision"), "not_recorded"]
SEN_NEEDS = [*codes("sen_needs"), "not_recorded"]
CSC_STATUSES = codes("csc_status")  # ends with not_recorded itself
LOCATIONS = [*codes("locations"), "not_recorded"]
EMPLOYMENTS = [*codes("employment"), "not_recorded"]
SOURCES = codes("referral_sources")
ROUTES = codes("referral_routes")
REASONS = codes("referral_reasons")
OUTCOMES = [code for code in codes("triage_outcomes") if code in SUBSTANTIVE]


def ethnic_group(pupil: Pupil) -> str:
    return ETHNIC_GROUP.get(pupil.ethnicity, "not_recorded")


# --- the return -----------------------------------------------------------------------------------------------


class Reckoning:
    """One taskforce, one period."""

    def __init__(self, records: files.Records, period: str, opening: Opening):
        self.records = records
        self.calendar = Calendar(records.calendar)
        self.first, self.last = self.calendar.period(period)
        self.opening = opening
        # "Session: one intervention dated inside the period, ... of an activity type with
        # `counts_as_intervention_hours = yes`."
        self.sessions_ever = [s for s in records.sessions if s.activity_type in COUNTS]
        self.sessions = [s for s in self.sessions_ever if self.in_period(s.date)]
        self.sessions_so_far = [s for s in self.sessions_ever if s.date <= self.last]
        self.direct_days: dict[str, list[date]] = {}  # of each pupil: when they attended or part attended direct work
        for s in self.sessions_ever:
            for pupil, status in s.places:
                if s.activity_type in DIRECT and status in ATTENDED:
                    self.direct_days.setdefault(pupil, []).append(s.date)
        self.a1 = supported(self.sessions)
        self.a2 = supported(self.sessions_so_far)

    def cells(self) -> Iterator[Cell]:
        yield from self.section_a()
        yield from self.section_b()
        yield from self.section_c()
        yield from self.section_d()
        yield from self.section_e()

    def in_period(self, on: date | None) -> bool:
        return on is not None and self.first <= on <= self.last

    def fact(self, pupil: str, fact: str) -> str:
        """ "Facts ... are those in force on the period's last day." """
        return self.records.pupils[pupil].fact_on(fact, self.last)

    # --- A: pupils ---

    def section_a(self) -> Iterator[Cell]:
        pupils = {pupil: self.records.pupils[pupil] for pupil in self.a1}

        def broken_down(breakdown: str, categories: list[str], of: Callable[[str, Pupil], str]) -> Iterator[Cell]:
            found = [of(name, pupil) for name, pupil in pupils.items()]
            return (count("A1", breakdown, each, found.count(each), "pupils") for each in categories)

        # "A1 Pupils supported in the period"
        yield count("A1", "all", "all", len(pupils), "pupils")
        yield from broken_down("year_group", YEAR_GROUPS, lambda _, p: self.year_group(p))
        yield from broken_down("sex", SEXES, lambda _, p: p.sex or "not_recorded")
        yield from broken_down("ethnicity_group", ETHNIC_GROUPS, lambda _, p: ethnic_group(p))
        yield from broken_down("tier", TIERS, lambda name, _: self.tier(name))

        # "A2 Pupils supported from the taskforce's beginning to the period's last day, the opening balance included"
        yield count("A2", "all", "all", len(self.a2) + self.opening.pupils, "pupils")

        # "A3 Supported pupils with SEN (provision E or K), % of A1 | sen_provision (all of A1 by category);
        # sen_primary_need (those with E or K)"
        provisions = [self.fact(pupil, "sen_provision") for pupil in pupils]
        with_sen = [pupil for pupil in pupils if self.fact(pupil, "sen_provision") in SEN]
        needs = [self.fact(pupil, "sen_primary_need") for pupil in with_sen]
        yield percent("A3", "all", "all", len(with_sen), len(pupils))
        yield from self.count_and_percent("A3", "sen_provision", SEN_PROVISIONS, provisions)
        yield from self.count_and_percent("A3", "sen_primary_need", SEN_NEEDS, needs)

        # "A4 Supported pupils eligible for free school meals, % of A1"
        eligible = [pupil for pupil in pupils if self.fact(pupil, "fsm") == "yes"]
        yield percent("A4", "all", "all", len(eligible), len(pupils))

        # "A5 Supported pupils known to children's social care (CIN, CP or CLA) on any day of the period, % of A1 |
        # csc_status (all of A1, on the last day)"
        known = [pupil for pupil in pupils.values() if self.known_to_csc(pupil)]
        statuses = [self.fact(pupil, "csc_status") for pupil in pupils]
        yield percent("A5", "all", "all", len(known), len(pupils))
        yield from self.count_and_percent("A5", "csc_status", CSC_STATUSES, statuses)

    def count_and_percent(
        self, measure: str, breakdown: str, categories: list[str], found: list[str]
    ) -> Iterator[Cell]:
        """ "`percent` ... beside `count` in the breakdowns of A3 and A5 (of A1)" """
        for category in categories:
            yield count(measure, breakdown, category, found.count(category), "pupils")
            yield percent(measure, breakdown, category, found.count(category), len(self.a1))

    def year_group(self, pupil: Pupil) -> str:
        year = pupil.year_on(self.last)
        return "R" if year == 0 else str(year)

    def tier(self, pupil: str) -> str:
        """ "Tier: of the case opened last (then by reference) among those open on some day of the period; `none`
        without one or where it has none."
        """
        cases = [c for c in self.records.cases if c.pupil == pupil and c.is_open_during(self.first, self.last)]
        if not cases:
            return "none"
        return max(cases, key=lambda case: (case.opened, case.reference)).tier or "none"

    def known_to_csc(self, pupil: Pupil) -> bool:
        """Looks at the first day of the period and at every day on which the status changed in it."""
        changes = [since for since, _ in pupil.facts["csc_status"] if self.in_period(since)]
        return any(pupil.fact_on("csc_status", on) in KNOWN_TO_CSC for on in [self.first, *changes])

    # --- B: engagement ---

    def section_b(self) -> Iterator[Cell]:
        def ended_as(reason: str) -> set[str]:
            return {c.pupil for c in self.records.cases if self.in_period(c.ended) and c.end_reason == reason}

        # "B1 Pupils whose case ended in the period as `disengaged_early`"
        b1 = ended_as("disengaged_early")
        yield count("B1", "all", "all", len(b1), "pupils")

        # "B2 Pupils whose case ended in the period as `refused`, or whose referral was `offer_refused` in it; in both,
        # a pupil in A2 does not count"
        offer_refused = {
            referral.pupil
            for referral in self.records.referrals.values()
            for on, outcome in referral.decisions
            if outcome == "offer_refused" and self.in_period(on)
        }
        b2 = (ended_as("refused") | offer_refused) - self.a2
        yield count("B2", "all", "all", len(b2), "pupils")

        # "B3 Engaged, %: of the pupils in A1, B1 or B2 (one set), those in neither B1 nor B2"
        everybody = self.a1 | b1 | b2
        yield percent("B3", "all", "all", len(everybody - b1 - b2), len(everybody))

    # --- C: hours ---

    def section_c(self) -> Iterator[Cell]:
        # "Specialist minutes of a session: its duration for each specialist who delivered it."
        type_of = {reference: post.specialist_type for reference, post in self.records.posts.items()}
        worked = [Worked(s, type_of[ref]) for s in self.sessions if delivered(s) for ref in s.specialists]
        sites = [*self.records.sites, "not_recorded"]

        def broken_down(breakdown: str, categories: list[str], of: Callable[["Worked"], str]) -> Iterator[Cell]:
            return (hours("C1", breakdown, each, minutes_of(w for w in worked if of(w) == each)) for each in categories)

        # "C1 Specialist hours delivered in the period | none; activity_type; specialist_type; activity_type x
        # specialist_type; location; site"
        both = [f"{activity}|{specialist}" for activity in ACTIVITY_TYPES for specialist in SPECIALIST_TYPES]
        c1 = minutes_of(worked)
        yield hours("C1", "all", "all", c1)
        yield from broken_down("activity_type", ACTIVITY_TYPES, lambda w: w.session.activity_type)
        yield from broken_down("specialist_type", SPECIALIST_TYPES, lambda w: w.specialist_type)
        yield from broken_down("activity_type|specialist_type", both, lambda w: w.both)
        yield from broken_down("location", LOCATIONS, lambda w: w.session.location or "not_recorded")
        yield from broken_down("site", sites, lambda w: w.session.site or "not_recorded")

        # "C2 Specialist hours from the taskforce's beginning to the period's last day, the opening balance included"
        so_far = sum(s.minutes * len(s.specialists) for s in self.sessions_so_far if delivered(s))
        yield hours("C2", "all", "all", so_far + Fraction(self.opening.hours) * 60)

        # "C3 Specialist hours outside school hours (flagged), and as % of the same row of C1 | none; specialist_type"
        def outside(breakdown: str, category: str, of_row: list["Worked"]) -> Iterator[Cell]:
            flagged = minutes_of(w for w in of_row if w.session.out_of_school_hours)
            yield hours("C3", breakdown, category, flagged)
            yield percent("C3", breakdown, category, flagged, minutes_of(of_row))

        yield from outside("all", "all", worked)
        for each in SPECIALIST_TYPES:
            yield from outside("specialist_type", each, [w for w in worked if w.specialist_type == each])

        # "C4 Pupil contact hours | none; activity_type"
        yield hours("C4", "all", "all", sum(map(contact_minutes, self.sessions)))
        for each in ACTIVITY_TYPES:
            of_this = [s for s in self.sessions if s.activity_type == each]
            yield hours("C4", "activity_type", each, sum(map(contact_minutes, of_this)))

        # "C5 Sessions planned (all but cancelled ones), and % of planned places (`planned_place = yes`) attended or
        # part attended | none; activity_type"
        planned = [s for s in self.sessions if not cancelled(s)]
        yield from planned_and_kept("all", "all", planned)
        for each in ACTIVITY_TYPES:
            yield from planned_and_kept("activity_type", each, [s for s in planned if s.activity_type == each])

        # "C6 Specialist hours per supported pupil (C1 / A1) and per FTE (C1 / D2), from unrounded figures"
        fte_days, days = self.fte_days(self.records.posts.values()), self.days
        per_pupil = half_up(Fraction(c1, 60 * len(self.a1)), 2) if self.a1 else "z"
        per_fte = half_up(Fraction(c1, 60) / Fraction(fte_days, 100 * days), 2) if fte_days else "z"
        yield ("C6", "basis", "per_pupil", "hours", per_pupil, str(c1), str(len(self.a1)), "hours")
        yield ("C6", "basis", "per_fte", "hours", per_fte, str(c1), str(fte_days), "hours")

    # --- D: specialists ---

    @property
    def days(self) -> int:
        """The period's calendar days."""
        return (self.last - self.first).days + 1

    def fte_days(self, posts: Iterable[Post]) -> int:
        """Hundredths of FTE times days in post."""
        return sum(post.fte_hundredths * post.days_in_post(self.first, self.last) for post in posts)

    def section_d(self) -> Iterator[Cell]:
        posts = list(self.records.posts.values())
        in_post = [post for post in posts if post.in_post_during(self.first, self.last)]

        def people(of: list[Post]) -> int:
            return len({post.person for post in of})

        # "D1 Specialists in post on any day of the period (people; `end_date` is the last day in post) | none;
        # specialist_type; employment"
        yield count("D1", "all", "all", people(in_post), "people")
        for each in SPECIALIST_TYPES:
            of_this = [p for p in in_post if p.specialist_type == each]
            yield count("D1", "specialist_type", each, people(of_this), "people")
        for each in EMPLOYMENTS:
            of_this = [p for p in in_post if (p.employment or "not_recorded") == each]
            yield count("D1", "employment", each, people(of_this), "people")

        # "D2 FTE: each post's FTE times the share of the period's calendar days in post, summed | none;
        # specialist_type"
        def fte(breakdown: str, category: str, of: list[Post]) -> Cell:
            share, whole = self.fte_days(of), 100 * self.days
            return ("D2", breakdown, category, "fte", half_up(Fraction(share, whole), 2), str(share), str(whole), "fte")

        yield fte("all", "all", posts)
        for each in SPECIALIST_TYPES:
            yield fte("specialist_type", each, [p for p in posts if p.specialist_type == each])

        # "D3 Core specialist types in post on the last day (of the eight), and whether at least four"
        core = {p.specialist_type for p in posts if p.in_post_during(self.last, self.last)} & CORE
        yield count("D3", "all", "all", len(core), "types")
        yield count("D3", "at_least_four", "yes" if len(core) >= 4 else "no", 1, "types")

    # --- E: referrals ---

    def section_e(self) -> Iterator[Cell]:
        referrals = list(self.records.referrals.values())

        # "E1 Referrals received in the period | none; source; route; reason"
        received = [r for r in referrals if self.in_period(r.received)]
        yield count("E1", "all", "all", len(received), "referrals")
        for each in SOURCES:
            yield count("E1", "source", each, sum(r.source == each for r in received), "referrals")
        for each in ROUTES:
            yield count("E1", "route", each, sum(r.route == each for r in received), "referrals")
        for each in REASONS:  # "one row can have several"
            yield count("E1", "reason", each, sum(each in r.reasons for r in received), "referrals")

        # "E2 Referrals whose first substantive triage decision falls in the period | none; outcome (of that decision:
        # the substantive ones)"
        firsts = [(r, first_substantive(r)) for r in referrals]
        decided = [(r, *first) for r, first in firsts if first and self.in_period(first[0])]
        yield count("E2", "all", "all", len(decided), "referrals")
        for each in OUTCOMES:
            yield count("E2", "outcome", each, sum(outcome == each for _, _, outcome in decided), "referrals")

        # "E3 School days from receipt to that decision, over the referrals of E2: median and 90th percentile"
        yield from middle_and_p90("E3", [self.calendar.school_days_from(r.received, on) for r, on, _ in decided])

        # "E4 Pupils waiting on the period's last day"
        yield count("E4", "all", "all", len({r.pupil for r in referrals if self.is_waiting(r)}), "pupils")

        # "E5 School days from the case's opening to the pupil's first attended or part attended direct session while
        # it is open, over cases whose first such session falls in the period: median and 90th percentile"
        began = [(case, self.first_direct_session(case)) for case in self.records.cases]
        waits = [self.calendar.school_days_from(case.opened, on) for case, on in began if self.in_period(on)]
        yield from middle_and_p90("E5", waits)

    def is_waiting(self, referral: Referral) -> bool:
        """ "A pupil waits from the day of a `waiting_list` decision until a later decision on that referral, a case
        opened on or after that day (of any of their referrals), a withdrawal or leaving the school; on the day that
        ends it they wait no more."
        """
        so_far = [decision for decision in referral.decisions if decision[0] <= self.last]
        if not so_far or so_far[-1][1] != "waiting_list":
            return False  # a withdrawal is a later decision too
        since = so_far[-1][0]
        opened = any(c.pupil == referral.pupil and since <= c.opened <= self.last for c in self.records.cases)
        left = self.records.pupils[referral.pupil].leaving_date
        return not opened and not (left and left <= self.last)

    def first_direct_session(self, case: Case) -> date | None:
        days = self.direct_days.get(case.pupil, [])
        return min((on for on in days if case.is_open_during(on, on)), default=None)


def first_substantive(referral: Referral) -> tuple[date, str] | None:
    return next((decision for decision in referral.decisions if decision[1] in SUBSTANTIVE), None)


# --- sessions -------------------------------------------------------------------------------------------------


class Worked(NamedTuple):
    """One specialist in one session that was delivered."""

    session: Session
    specialist_type: str

    @property
    def both(self) -> str:
        """ "a two-way breakdown joins names and categories with `|`" """
        return f"{self.session.activity_type}|{self.specialist_type}"


def minutes_of(worked: Iterable[Worked]) -> int:
    return sum(w.session.minutes for w in worked)


def supported(sessions: list[Session]) -> set[str]:
    """ "Supported pupil: at least one place in a session of a `direct` activity type that they attended or part
    attended, or, in `family` work, that was `about_pupil`; with or without a case."
    """
    return {
        pupil
        for s in sessions
        if s.activity_type in DIRECT
        for pupil, status in s.places
        if status in ATTENDED or (s.activity_type == "family" and status == "about_pupil")
    }


def cancelled(s: Session) -> bool:
    """ "Cancelled session: it names pupils and every place is `cancelled_by_taskforce`. It counts nothing and was not
    planned."
    """
    return bool(s.places) and all(status == "cancelled_by_taskforce" for _, status in s.places)


def delivered(s: Session) -> bool:
    """ "A session that names pupils counts its minutes if at least one place has `hours_count = yes`; if none has, it
    was planned and counts no minutes. One that names no pupil counts its minutes if its activity type needs none; if
    it needs one, it was planned and counts no minutes."
    """
    if s.places:
        return any(status in HOURS_COUNT for _, status in s.places)
    return s.activity_type not in NEEDS_PUPIL


def contact_minutes(s: Session) -> int:
    """ "Pupil contact minutes: in activity types with `pupil_contact = yes`, the duration for each place `attended` or
    `part_attended`."
    """
    if s.activity_type not in PUPIL_CONTACT:
        return 0
    return s.minutes * sum(status in ATTENDED for _, status in s.places)


def planned_and_kept(breakdown: str, category: str, planned: list[Session]) -> Iterator[Cell]:
    places = [status for s in planned for _, status in s.places if status in PLANNED_PLACE]
    yield count("C5", breakdown, category, len(planned), "sessions")
    yield percent("C5", breakdown, category, sum(status in ATTENDED for status in places), len(places))
