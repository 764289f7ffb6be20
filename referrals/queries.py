"""Reading referrals: the queue with its filters and pages, school days waiting, and one referral's record."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from apst.people.finding import find
from apst.people.models import Pupil
from apst.people.names import likely_same
from apst.places.calendar import SchoolCalendar
from apst.places.models import Site
from apst.tenancy.context import Member

from .models import EligibilityVersion, Referral, ReferralQuerySet, Targets, TriageDecision, WaitingPlace

PAGE: Final = 25
FOUND: Final = 10
TO_TRIAGE: Final = (Referral.State.NEW, Referral.State.MORE_INFORMATION)
WAITS: Final = (*TO_TRIAGE, Referral.State.ACCEPTED, Referral.State.WAITING_LIST)
# What a sort orders by; "waiting" is the longest wait first.
SORTS: Final = {
    "waiting": ("received_on", False),
    "-waiting": ("received_on", True),
    "name": ("pupil__name_key", False),
    "-name": ("pupil__name_key", True),
}


class WaitingClock:
    """Counts the school days that a referral has waited until today.

    Where the calendar does not hold a day, weekdays are counted instead, and the words say "about".
    """

    def __init__(self, calendar: SchoolCalendar, today: dt.date | None = None, aim: int | None = None) -> None:
        """aim: the school days within which this taskforce means to decide; None where nobody asks."""
        self.calendar, self.aim = calendar, aim
        self.today = today or timezone.localdate()

    def _is_known(self, received_on: dt.date) -> bool:
        return self.calendar.is_known(received_on) and self.calendar.is_known(self.today)

    def days(self, received_on: dt.date) -> int:
        """Give the school days after `received_on`, up to and including today."""
        if self._is_known(received_on):
            return self.calendar.school_days_between(received_on, self.today)
        return sum(1 for n in range(1, (self.today - received_on).days + 1) if _weekday(received_on + dt.timedelta(n)))

    def is_late(self, received_on: dt.date) -> bool:
        """True once more school days have passed than the taskforce aims at."""
        return self.aim is not None and self.days(received_on) > self.aim

    def figure(self, received_on: dt.date) -> str:
        """Give the school days as a figure; "about 12" where the calendar does not hold the day."""
        return f"{'' if self._is_known(received_on) else 'about '}{self.days(received_on)}"

    def words(self, received_on: dt.date) -> str:
        """Give the wait in words, such as "12 school days"."""
        unit = "school day" if self._is_known(received_on) else "weekday"
        return f"{self.figure(received_on)} {unit}{'' if self.days(received_on) == 1 else 's'}"

    def received_by(self, over: int) -> dt.date:
        """Give the last day of receipt for which more than `over` school days have passed."""
        known = self.calendar.is_known(self.today)
        day, passed = self.today, 0
        while passed <= over:
            inside = known and self.calendar.is_known(day)
            passed += self.calendar.is_school_day(day) if inside else _weekday(day)
            day -= dt.timedelta(1)
        return day


def _weekday(day: dt.date) -> bool:
    return day.weekday() < 5


def queue(
    *,
    states: Sequence[str] = (),
    site: Site | None = None,
    source: str = "",
    reason: str = "",
    received_by: dt.date | None = None,
    also: UUID | None = None,
) -> tuple[ReferralQuerySet, int]:
    """Give the referrals that a filter leaves, and how many they are.

    states  none: those to triage
    also    one referral more, decided a moment ago, which stays in its place (and is not counted)
    """
    rows = Referral.objects.filter(state__in=states or TO_TRIAGE).at(site)
    if source:
        rows = rows.filter(source=source)
    if reason:
        rows = rows.filter(reasons__contains=[reason])
    if received_by:
        rows = rows.filter(received_on__lte=received_by)
    count = rows.count()
    if also:
        rows = Referral.objects.filter(Q(pk__in=rows.order_by().values("pk")) | Q(public_id=also))
    return rows, count


_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Page(Generic[_Row]):
    """One page of a list; `before` and `after` are the rows that the neighbouring pages lie beyond."""

    rows: list[_Row]
    before: UUID | None
    after: UUID | None


def with_decisions(rows: ReferralQuerySet) -> ReferralQuerySet:
    """Read with each referral what a row and a record show of it."""
    return rows.select_related("pupil", "pupil__home_school", "site", "made_by").prefetch_related(
        "decisions__decided_by", "decisions__eligibility", "answers__given_by"
    )


def for_row(referral: Referral) -> Referral:
    """Give a referral afresh, with what its row and its record show."""
    return with_decisions(Referral.objects.filter(pk=referral.pk)).get()


def page_of(
    rows: ReferralQuerySet,
    *,
    sort: str = "waiting",
    after: UUID | None = None,
    before: UUID | None = None,
    size: int = PAGE,
) -> Page[Referral]:
    """Give one page in the order of `sort`, beyond the row that `after` or `before` names; the first where none is."""
    column, down = SORTS.get(sort, SORTS["waiting"])
    anchor = after or before
    key = Referral.objects.filter(public_id=anchor).values_list(column, "pk").first() if anchor else None
    backwards = bool(before and not after and key)
    falling = down != backwards
    if key:
        way = "lt" if falling else "gt"
        rows = rows.filter(Q(**{f"{column}__{way}": key[0]}) | Q(**{column: key[0], f"pk__{way}": key[1]}))
    sign = "-" if falling else ""
    found = list(with_decisions(rows).order_by(f"{sign}{column}", f"{sign}pk")[: size + 1])
    more = len(found) > size
    found = found[:size][::-1] if backwards else found[:size]
    if not found:
        return Page([], None, None)
    has_before, has_after = (more, True) if backwards else (bool(key), more)
    return Page(found, found[0].public_id if has_before else None, found[-1].public_id if has_after else None)


@dataclass(frozen=True)
class Waiting:
    """A referral on the waiting list with where it stands there; `place` is None where nobody has said so yet."""

    referral: Referral
    place: WaitingPlace | None

    @property
    def is_overdue(self) -> bool:
        """True where nobody has said how it stands, or it should have been looked at again."""
        return self.place is None or self.place.review_on < timezone.localdate()


def waiting_list() -> list[Waiting]:
    """Give everybody who waits: those of whom nothing is said yet first, then by priority, then the longest wait.

    Two queries, whatever the number.
    """
    rows = list(
        Referral.objects.filter(state=Referral.State.WAITING_LIST)
        .select_related("pupil", "site")
        .order_by("received_on", "pk")
    )
    places: dict[int, WaitingPlace] = {}
    for row in (
        WaitingPlace.objects.filter(referral__state=Referral.State.WAITING_LIST)
        .select_related("placed_by")
        .order_by("pk")
    ):
        places[row.referral_id] = row
    found = [Waiting(row, places.get(row.pk)) for row in rows]
    return sorted(found, key=lambda one: one.place.priority if one.place else 0)


def waiting_to_review() -> int:
    """Give how many on the waiting list are to be looked at again. One query."""
    last = WaitingPlace.objects.filter(referral=OuterRef("pk")).order_by("-pk").values("review_on")[:1]
    rows = Referral.objects.filter(state=Referral.State.WAITING_LIST).annotate(review_on=Subquery(last))
    return rows.filter(Q(review_on__isnull=True) | Q(review_on__lt=timezone.localdate())).count()


def place_of(referral: Referral) -> WaitingPlace | None:
    """Give where a referral stands on the waiting list."""
    return WaitingPlace.objects.filter(referral=referral).order_by("-pk").first()


def own(member: Member) -> ReferralQuerySet:
    """Give the referrals that this member made."""
    return Referral.objects.filter(made_by_id=member.membership_id)


def find_pupils(words: str) -> list[Pupil]:
    """Give the ten nearest pupils, among those the member may see, by name or UPN."""
    return find(words, most=FOUND)[:FOUND]


def likely_duplicates(referral: Referral) -> list[Pupil]:
    """Give the other pupils who are likely the same child as the one that a referral names."""
    pupil = referral.pupil
    return likely_same(
        upn=pupil.upn,
        forename=pupil.forename,
        surname=pupil.surname,
        date_of_birth=pupil.date_of_birth,
        other_than=pupil,
    )


def open_referral_of(pupil: Pupil) -> Referral | None:
    """Give the pupil's referral that still waits for something, where the member may see one."""
    return pupil.referrals.filter(state__in=WAITS).order_by("received_on").first()


def current_eligibility() -> EligibilityVersion | None:
    """Give the version in force."""
    return EligibilityVersion.objects.select_related("published_by").first()


def eligibility_versions() -> list[EligibilityVersion]:
    """Give every version, the one in force first."""
    return list(EligibilityVersion.objects.select_related("published_by"))


def standing(decisions: Iterable[TriageDecision]) -> list[TriageDecision]:
    """Give the decisions that hold: neither undone nor an undoing, oldest first."""
    taken = list(decisions)
    undone = {decision.undoes_id for decision in taken}
    return [decision for decision in taken if not decision.undoes_id and decision.pk not in undone]


def standing_decision(referral: Referral) -> TriageDecision | None:
    """Give the last decision that holds."""
    held = standing(referral.decisions.all())
    return held[-1] if held else None


def is_answered(referral: Referral) -> bool:
    """True where more information was asked for and has come since."""
    asked = standing_decision(referral)
    return (
        referral.state == Referral.State.MORE_INFORMATION
        and asked is not None
        and any(answer.given_at >= asked.decided_at for answer in referral.answers.all())
    )


def targets() -> Targets:
    """Give what the open taskforce aims at: its own row, or the installation's defaults. One query."""
    return Targets.objects.first() or Targets.of_installation()


def late_for_triage(clock: WaitingClock, school_days: int) -> int:
    """Give how many referrals wait for a decision longer than so many school days, of those that the reader sees."""
    rows = Referral.objects.filter(state__in=TO_TRIAGE, received_on__lte=clock.received_by(school_days))
    return rows.count()
