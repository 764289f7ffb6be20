"""The clocks that run on cases: each with its rule, its source and how it stands.

A clock is worked out from the records each time it is asked for; nothing of it can be out of date. Each rule asks a
number of questions of the database that does not grow with the cases.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import or_
from typing import Final

from django.conf import settings
from django.db.models import Max, Min, Q
from django.urls import reverse
from django.utils.timezone import localdate

from apst.places.calendar import DateOutsideCalendar, SchoolCalendar
from cases.models import (
    Case,
    CaseQuerySet,
    CaseStage,
    EhcAdvice,
    Exclusion,
    InterventionPlace,
    OnwardReferral,
    OnwardStep,
    Passport,
    Plan,
    PlanReview,
    Reintegration,
    ReintegrationCheck,
)
from cases.review_dates import ReviewDates
from referrals.models import Targets, TriageDecision
from referrals.queries import targets
from referrals.services.deciding import ACCEPTS

from .exclusions import Calendars, exclusions_of, sixth_days

WEEK: Final = dt.timedelta(days=7)
RUNNING, LATE, MET, NONE = "running", "late", "met", "none"
STATES: Final = {RUNNING: "Running", LATE: "Late", MET: "Met", NONE: "Not applicable"}
COLOURS: Final = {RUNNING: "blue", LATE: "red", MET: "green", NONE: "grey"}


@dataclass(frozen=True)
class Clock:
    """One clock of one case.

    rule    a code of RULES;  about  what it is of, in words, where a case may have several of a rule
    due_on  None where nothing is due, or the calendar does not reach that far
    state   running, late, met or none;  why  the reason of the state, in words, where there is one
    lines   what is shown beside it: the other reading, whose duty it is
    over    it was late, and has happened since
    href    where it is acted on
    """

    rule: str
    case: Case
    due_on: dt.date | None
    state: str
    about: str = ""
    why: str = ""
    lines: list[str] = field(default_factory=list)
    href: str = ""
    over: bool = False

    @property
    def words(self) -> str:
        """What the clock is called."""
        return RULES[self.rule].words

    @property
    def state_words(self) -> str:
        """The state as a tag says it."""
        return STATES[self.state]

    @property
    def colour(self) -> str:
        """The colour of that tag."""
        return COLOURS[self.state]

    @property
    def asks(self) -> bool:
        """True while somebody has to do something about it."""
        return self.state in (RUNNING, LATE) and not self.over


class Look:
    """One look at cases: the day, the calendars, and what the rules ask of both."""

    def __init__(self, cases: Iterable[Case], aims: Targets | None = None) -> None:
        """aims: what the taskforce aims at, where the caller has read it."""
        self.cases = {case.pk: case for case in cases}
        self._aims = aims
        self.today = localdate()

    @cached_property
    def calendars(self) -> Calendars:
        """The calendars, loaded once."""
        return Calendars()

    @cached_property
    def targets(self) -> Targets:
        """What the taskforce aims at, read once."""
        return self._aims or targets()

    @cached_property
    def calendar(self) -> SchoolCalendar:
        """The taskforce's own calendar."""
        return self.calendars.of(None)

    def of(
        self, rule: str, case_id: int, due_on: dt.date | None, *, to: str, met: bool = False, about: str = ""
    ) -> Clock:
        """Make a clock: met, late where its day is past, running otherwise.

        to  the name of the address, of the case, where it is acted on
        """
        case = self.cases[case_id]
        state = MET if met else LATE if due_on and due_on < self.today else RUNNING
        return Clock(rule, case, due_on, state, about, href=reverse(to, args=[case.public_id]))

    def after(self, day: dt.date, school_days: int) -> dt.date | None:
        """Give the day so many school days after another; None where the calendar does not reach that far."""
        try:
            return self.calendar.add_school_days(day, school_days)
        except DateOutsideCalendar:
            return None


def _day_six(look: Look) -> list[Clock]:
    by_pupil = {case.pupil_id: case.pk for case in look.cases.values()}
    rows = exclusions_of(by_pupil)
    if not rows:
        return []
    found = []
    for one in sixth_days(rows, look.calendars):
        case = by_pupil[one.exclusion.pupil_id]
        about = f"{one.run[0].get_category_display()} of {one.run[0].starts_on:%-d %B %Y}"
        page = reverse("cases:case-clocks", args=[look.cases[case].public_id])
        if one.due_on is None:
            found.append(Clock("day_six", look.cases[case], None, NONE, about, one.why_not, href=page))
            continue
        lines = [f"For {one.duty_of} to arrange."]
        if one.asks and one.asks.reading_a != one.asks.reading_b:
            a, b = one.asks.reading_a, one.asks.reading_b
            lines.insert(
                0, f"Sixth counted day {a:%-d %B}; sixth school day after day 1, {b:%-d %B}. We go by the earlier."
            )
        if one.aim_on:
            lines.append(f"Looked after: aim for {one.aim_on:%-d %B}, day 1.")
        begun = one.begun_on
        state = LATE if (begun or look.today) > one.due_on else MET if begun else RUNNING
        why = f"full-time education began on {begun:%-d %B %Y}" if begun else ""
        found.append(
            Clock("day_six", look.cases[case], one.due_on, state, about, why, lines, page, over=begun is not None)
        )
    return found


def _first_session(look: Look) -> list[Clock]:
    """Of the cases without any session yet."""
    held = InterventionPlace.objects.filter(case__in=look.cases, intervention__deleted_at__isnull=True)
    begun = set(held.values_list("case", flat=True).distinct())
    waiting = {pk: case for pk, case in look.cases.items() if pk not in begun}
    accepted = _accepted_on(case.referral_id for case in waiting.values() if case.referral_id)
    days = look.targets.first_session_school_days
    found = []
    for pk, case in waiting.items():
        start = accepted.get(case.referral_id or 0, case.opened_on)
        found.append(look.of("first_session", pk, look.after(start, days), to="cases:case-sessions"))
    return found


def _accepted_on(referrals: Iterable[int]) -> dict[int, dt.date]:
    """The day on which each referral was accepted, as its decisions stand: the first such day."""
    standing = TriageDecision.objects.filter(
        referral__in=list(referrals), outcome__in=ACCEPTS, undoes__isnull=True, undone_by__isnull=True
    )
    return dict(standing.values_list("referral_id").annotate(on=Min("decided_on")))


def _plan_review(look: Look) -> list[Clock]:
    standing = PlanReview.objects.filter(plan__case__in=look.cases, corrections__isnull=True)
    last = dict(standing.values_list("plan_id").annotate(last=Max("held_on")))
    dates = ReviewDates(look.calendar, look.targets.plan_review_weeks)
    return [
        look.of("plan_review", case, dates.next(starts_on, last.get(plan)), to="cases:case-plan")
        for plan, case, starts_on in Plan.objects.filter(case__in=look.cases).values_list("pk", "case_id", "starts_on")
    ]


def _passport_review(look: Look) -> list[Clock]:
    rows = Passport.objects.filter(case__in=look.cases).values_list("case_id", "review_on")
    return [look.of("passport_review", case, due, to="cases:case-passport") for case, due in rows]


def _step_out(look: Look) -> list[Clock]:
    """The stage that a case is in now, where that is the step-out: its midpoint until that is past, then its end."""
    latest: dict[int, tuple[str, dt.date]] = {}
    rows = CaseStage.objects.filter(case__in=look.cases).order_by("starts_on", "pk")
    for of, tier, starts_on in rows.values_list("case_id", "tier", "starts_on"):
        if of not in latest or latest[of][0] != tier:
            latest[of] = (tier, starts_on)
    found = []
    for pk, case in look.cases.items():
        tier, began = latest.get(pk, (case.tier, case.opened_on))
        if tier != "tier_2":
            continue
        weeks = look.targets.step_out_weeks
        middle, end = began + WEEK * (weeks // 2), began + WEEK * weeks
        due, about = (middle, "midpoint review") if look.today <= middle else (end, "exit review")
        found.append(look.of("step_out", pk, due, about=about, to="cases:case-stage"))
    return found


def _way_back(look: Look) -> list[Clock]:
    rows = Reintegration.objects.filter(case__in=look.cases).annotate(
        weeks_planned=Max("weeks__number"),
        last_check=Max("checks__held_on"),
        stopped=Max("checks__held_on", filter=Q(checks__outcome=ReintegrationCheck.Outcome.STOPPED)),
    )
    found = []
    for row in rows:
        if not row.weeks_planned or row.stopped:
            continue
        end = row.starts_on - dt.timedelta(days=row.starts_on.weekday()) + WEEK * row.weeks_planned
        due = end - dt.timedelta(days=3)  # the Friday of the last week
        met = row.last_check is not None and row.last_check >= due
        found.append(look.of("part_time", row.case_id, due, met=met, to="cases:case-reintegration"))
    return found


def _ehc_advice(look: Look) -> list[Clock]:
    rows = EhcAdvice.objects.filter(case__in=look.cases, struck_at__isnull=True)
    return [
        look.of(
            "ehc_advice",
            row.case_id,
            row.due_on,
            met=row.finalised_at is not None,
            about=row.get_discipline_display(),
            to="cases:case-assessments",
        )
        for row in rows
    ]


def _fair_access(look: Look) -> list[Clock]:
    steps: dict[int, dict[str, dt.date]] = defaultdict(dict)
    rows = OnwardStep.objects.filter(
        case__in=look.cases, onward__service="fair_access", undoes__isnull=True, undone_by__isnull=True
    ).order_by("on", "pk")
    for onward, step, on in rows.values_list("onward_id", "step", "on"):
        steps[onward].setdefault(step, on)
    found = []
    kept = OnwardReferral.objects.filter(case__in=look.cases, service="fair_access", struck_at__isnull=True)
    for row in kept:
        agreed = steps[row.pk].get("accepted")
        if agreed is None:
            continue
        due = look.after(agreed, settings.FAIR_ACCESS_SCHOOL_DAYS)
        met = "outcome" in steps[row.pk]
        found.append(look.of("fair_access", row.case_id, due, met=met, to="cases:case-people"))
    return found


@dataclass(frozen=True)
class Rule:
    """A kind of clock: what it is called, the rule in a sentence, where the rule comes from, and who works it out.

    concerns  narrows to the cases that can have such a clock, where they are few; None: any case can
    """

    words: str
    rule: str
    source: str
    of: Callable[[Look], list[Clock]]
    concerns: Callable[[], Q] | None = None


RULES: Final[dict[str, Rule]] = {
    "day_six": Rule(
        "Day 6",
        "Full-time education begins by the sixth school day of a permanent exclusion,"
        " or of a suspension of more than 5 school days.",
        "Education and Inspections Act 2006, s.100-101; SI 2007/1870; DfE suspension guidance",
        _day_six,
        lambda: Q(pupil__in=Exclusion.objects.values("pupil")),
    ),
    "first_session": Rule(
        "First session",
        "The first session is held within {first_session_school_days} school days of the referral being accepted,"
        " or of the case being opened where it has none.",
        "This taskforce’s own target",
        _first_session,
    ),
    "plan_review": Rule(
        "Plan review",
        "The plan is looked at after {plan_review_weeks} weeks, then at the end of each half-term.",
        "DfE guidance on alternative provision: at least half-termly",
        _plan_review,
    ),
    "passport_review": Rule(
        "Passport review", "The passport is looked at again by the day on it.", "The passport itself", _passport_review
    ),
    "step_out": Rule(
        "Step-out",
        "A tier 2 step-out lasts {step_out_weeks} weeks, with a review at its midpoint and at its end.",
        "The pilots’ model; not verified, so a setting",
        _step_out,
    ),
    "part_time": Rule(
        "Part-time timetable ends",
        "A part-time timetable is for the shortest time, and ends on the day that was agreed.",
        "DfE, Working together to improve school attendance",
        _way_back,
    ),
    "ehc_advice": Rule(
        "EHC advice",
        "Advice is given within 6 weeks of being asked for.",
        "SEND Regulations 2014, reg. 8",
        _ehc_advice,
        lambda: Q(pk__in=EhcAdvice.objects.filter(case__isnull=False, finalised_at__isnull=True).values("case")),
    ),
    "fair_access": Rule(
        "Fair Access",
        "A place is allocated within {fair_access_school_days} school days of the agreement to consider.",
        "School Admissions Code 2021, 3.14-3.22",
        _fair_access,
        lambda: Q(pk__in=OnwardReferral.objects.filter(case__isnull=False, service="fair_access").values("case")),
    ),
}


# What the law or statutory guidance sets, which no taskforce changes.
LAW: Final = ("day_six", "part_time", "ehc_advice", "fair_access")
# What the law sets: Today counts these, and the list has all.
STATUTORY: Final = ("day_six", "ehc_advice", "fair_access")


def rule_words(code: str, aims: Targets) -> str:
    """Give a rule as a sentence, with this taskforce's numbers in it."""
    numbers = {name: getattr(aims, name) for name in Targets.DEFAULTS}
    return RULES[code].rule.format(**numbers, fair_access_school_days=settings.FAIR_ACCESS_SCHOOL_DAYS)


def clocks_of(
    cases: Iterable[Case], rules: Iterable[str] = tuple(RULES), *, aims: Targets | None = None
) -> list[Clock]:
    """Give the clocks of open cases: what is late first, then by day; what asks nothing comes last."""
    look = Look((case for case in cases if case.is_open), aims)
    found = [clock for code in rules for clock in RULES[code].of(look)] if look.cases else []
    order = {LATE: 0, RUNNING: 1, MET: 2, NONE: 3}
    return sorted(
        found,
        key=lambda one: (not one.asks, order[one.state], one.due_on or dt.date.max, one.rule, one.case.pk),
    )


def _concerned(rules: Iterable[str]) -> CaseQuerySet:
    """Give the open cases that can have a clock of the rules."""
    asked = [RULES[code].concerns for code in rules]
    if not all(asked):
        return Case.objects.open()
    return Case.objects.open().filter(reduce(or_, (concerns() for concerns in asked if concerns), Q(pk__in=[])))


def pressing(rules: Iterable[str] = tuple(RULES), *, aims: Targets | None = None) -> list[Clock]:
    """Give the clocks, over every open case that the reader may see, that are late or run out soon.

    aims  what the taskforce aims at, where the caller has read it
    """
    aims = aims or targets()
    until = localdate() + dt.timedelta(days=aims.soon_days)
    cases = _concerned(rules).select_related("pupil", "site", "lead__specialist")
    found = clocks_of(cases, rules, aims=aims)
    return [clock for clock in found if clock.asks and clock.due_on and clock.due_on <= until]
