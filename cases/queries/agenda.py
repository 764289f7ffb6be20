"""What a meeting has to talk about: one point a case or referral, with every reason why it is there.

Each source asks a number of questions that does not grow with the cases. What the asker may not see is on no point.
"""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Max, Q
from django.utils.timezone import localdate, localtime

from apst.places.calendar import DAY, SchoolCalendar, bank_holidays
from apst.places.models import Site
from cases.models import Case, CaseDecision, Meeting, MeetingAction, MeetingItem, MeetingRules, Note
from referrals.models import Referral

from .cases import QUIET_DAYS, quiet_since
from .clocks import STATUTORY, pressing
from .missed import missed_in_a_row
from .plans import reviews_due

AHEAD: Final = dt.timedelta(days=7)  # a review that is due before the next meeting
WEIGHTS: Final = {"new": 3, "waiting": 2, "clock": 2, "event": 2, "missed": 2, "closure": 2, "action": 2, "review": 2}
Reason = MeetingItem.Reason
ORDER: Final = tuple(Reason.values)
BY_HAND: Final = {Reason.ADDED, Reason.CLOSURE, Reason.DEFERRED}


@dataclass
class Point:
    """One thing to talk about. reasons: codes, the weightiest first."""

    kind: str
    pupil_id: int | None = None
    case_id: int | None = None
    referral_id: int | None = None
    words: str = ""
    name: str = ""
    found: set[str] = field(default_factory=set)

    @property
    def reasons(self) -> list[str]:
        """Why it is there."""
        return [code for code in ORDER if code in self.found]


def rules() -> MeetingRules:
    """Give how this taskforce meets; the defaults, unsaved, where it has not said."""
    return MeetingRules.objects.select_related("site").first() or MeetingRules()


def last_meeting(site: Site | None, before: dt.date) -> Meeting | None:
    """Give the last closed meeting of the whole taskforce, or of the same site."""
    return (
        Meeting.objects.filter(site=site, state=Meeting.State.CLOSED, held_on__lte=before)
        .order_by("-held_on", "-closed_at")
        .first()
    )


def due_meetings(known: MeetingRules, today: dt.date, calendar: SchoolCalendar) -> list[dt.date]:
    """Give the days of meetings to come, today's included, whose agenda is due by the taskforce's own rule."""
    if known.weekday is None:
        return []
    day, due = today + DAY * ((known.weekday - today.weekday()) % 7), []
    while _working_days(today, day) <= known.days_ahead:
        if calendar.is_school_day(day) or (not calendar.is_known(day) and _is_working_day(day)):
            due.append(day)
        day += DAY * 7
    return due


def _is_working_day(day: dt.date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def _working_days(first: dt.date, last: dt.date) -> int:
    """Count the working days after one day, up to another."""
    return sum(_is_working_day(first + DAY * n) for n in range(1, (last - first).days + 1))


def points_for(meeting: Meeting) -> list[Point]:
    """Give what a meeting has to talk about, in the order in which it is proposed."""
    site, day = meeting.site, meeting.held_on
    last = last_meeting(site, day)
    since = last.closed_at if last and last.closed_at else localtime() - AHEAD
    cases = _open_cases(site)
    points = {pk: Point("case", pupil_id=case.pupil_id, case_id=pk, name=case.pupil.name_key)
              for pk, case in cases.items()}  # fmt: skip
    for reason, found in _sources(site, day, since, cases).items():
        for pk in found:
            if pk in points:
                points[pk].found.add(reason)
    others = _left(meeting, last, points)
    _give_turns([point for point in points.values() if not point.found], len(cases), rules().every_weeks)
    kept = [*_referrals(site), *others, *(point for point in points.values() if point.found)]
    return sorted(kept, key=lambda point: (ORDER.index(point.reasons[0]), point.name))


def _open_cases(site: Site | None) -> dict[int, Case]:
    rows = Case.objects.open().select_related("pupil")
    return {case.pk: case for case in (rows.filter(site=site) if site else rows)}


def _referrals(site: Site | None) -> list[Point]:
    new = (Referral.State.NEW, Referral.State.MORE_INFORMATION)
    waiting = (Referral.State.ACCEPTED, Referral.State.WAITING_LIST)
    rows = Referral.objects.filter(state__in=[*new, *waiting]).at(site).order_by("received_on", "pk")
    return [
        Point(
            "referral",
            pupil_id=pupil,
            referral_id=pk,
            name=f"{received_on.isoformat()} {pk:020}",
            found={Reason.NEW if state in new else Reason.WAITING},
        )
        for pk, pupil, received_on, state in rows.values_list("pk", "pupil", "received_on", "state")
    ]


def _sources(site: Site | None, day: dt.date, since: dt.datetime, cases: dict[int, Case]) -> dict[str, Iterable[int]]:
    """Give, by reason, the cases that have it."""
    events = Note.objects.filter(kind=Note.Kind.EVENT, written_at__gte=since).values_list("case", flat=True)
    overdue = MeetingAction.objects.filter(done_at__isnull=True, due_on__lt=day, case__isnull=False)
    latest = CaseDecision.objects.filter(case__ended_on__isnull=True).order_by("case", "-decided_at", "-pk")
    decided = latest.distinct("case").values_list("case", "outcome")
    return {
        Reason.CLOCK: {clock.case.pk for clock in pressing(STATUTORY)},
        Reason.REVIEW: [due.case.pk for due in reviews_due(until=day + AHEAD)],
        Reason.EVENT: set(events),
        Reason.MISSED: missed_in_a_row(cases),
        Reason.ACTION: set(overdue.values_list("case", flat=True)),
        Reason.CLOSURE: [case for case, outcome in decided if outcome == CaseDecision.Outcome.CLOSE],
        Reason.QUIET: quiet_since(Case.objects.all(), localdate() - dt.timedelta(days=QUIET_DAYS)).values_list(
            "pk", flat=True
        ),
    }


def _left(meeting: Meeting, last: Meeting | None, points: dict[int, Point]) -> list[Point]:
    """Bring back what the last meeting left, and what stood on one that was never held: a case among its other
    reasons, other business as it was.

    A referral that was left waits in the queue and so comes back by itself.
    """
    never_held = Q(meeting__state=Meeting.State.PREPARED, meeting__held_on__lt=meeting.held_on)
    others: dict[str, Point] = {}
    left = MeetingItem.objects.filter(Q(meeting=last) | never_held, meeting__site=meeting.site)
    for item in left.exclude(state=MeetingItem.State.DONE):
        # Of a meeting that was never held only what somebody added: the rest is found again, or is not so any more.
        by_hand = item.meeting_id == (last.pk if last else None) or {*item.reasons} & BY_HAND
        if item.kind == MeetingItem.Kind.WORDS:
            others[item.words] = Point("words", words=item.words, name=item.words.lower(), found={Reason.DEFERRED})
        elif item.case_id in points and by_hand:
            points[item.case_id].found.add(Reason.DEFERRED)
    return list(others.values())


def _give_turns(rest: list[Point], number: int, every_weeks: int) -> None:
    """Give a turn to those that were talked about longest ago, so many that each comes up every so many weeks."""
    said = Q(case__in=[point.case_id for point in rest], state=MeetingItem.State.DONE)
    last = dict(MeetingItem.objects.filter(said).values_list("case").annotate(Max("meeting__held_on")))
    never = dt.date.min
    rest.sort(key=lambda point: (last.get(point.case_id, never), point.case_id or 0))
    for point in rest[: math.ceil(number / every_weeks)]:
        point.found.add(Reason.ROUND)


def shared_out(weights: list[int], minutes: int) -> list[int]:
    """Share minutes by weight, whole minutes and one at least for each; together `minutes` where that is enough."""
    whole = sum(weights) or 1
    shares = [max(1, minutes * weight // whole) for weight in weights]
    left = minutes - sum(shares)
    for position in sorted(range(len(weights)), key=lambda n: (-(minutes * weights[n] % whole), n)):
        if left <= 0:
            break
        shares[position] += 1
        left -= 1
    return shares


def weight_of(reasons: list[str]) -> int:
    """Give how much time a point takes beside the others."""
    return max((WEIGHTS.get(code, 1) for code in reasons), default=1)
