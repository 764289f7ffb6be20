"""The work of one invented taskforce in the half-term, as plain rows whose minutes add up to what they must."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from apst.demo.amounts import in_turn, share_out


@dataclass(frozen=True)
class Kind:
    """One activity type. percent: of all hours; quarters: how long one session is; pupils: how many it names, and as
    what.
    """

    percent: int
    quarters: int
    pupils: int
    attendance: str
    out_of_hours_percent: int
    location: str


# DfE's chart has no numbers. Its words put one to one first, then other professionals, "significant" out of hours, then
# families.
KINDS: Final = {
    "one_to_one": Kind(40, 4, 1, "attended", 15, "ap_school"),
    "multi_agency": Kind(19, 6, 1, "about_pupil", 2, "ap_school"),
    "family": Kind(13, 5, 1, "about_pupil", 55, "home"),
    "group": Kind(9, 6, 4, "attended", 15, "ap_school"),
    "outreach": Kind(6, 8, 1, "attended", 5, "mainstream_school"),
    "assessment": Kind(4, 6, 1, "attended", 0, "ap_school"),
    "staff_training": Kind(3, 8, 0, "", 20, "ap_school"),
    "screening": Kind(2, 8, 0, "", 0, "ap_school"),
    "holiday": Kind(2, 16, 5, "attended", 100, "community"),
    "universal": Kind(2, 8, 0, "", 0, "ap_school"),
}
# One in so many one-to-one sessions more was planned and came to nothing: it counts as planned, and no minutes.
MISSED_ONE_IN: Final = 11
MISSED: Final = ("did_not_attend", "not_in_school", "was_not_brought", "did_not_attend", "refused")


@dataclass(frozen=True)
class Stay:
    """When a pupil's case was open: on both days too."""

    opened_on: dt.date
    ended_on: dt.date | None

    def covers(self, day: dt.date) -> bool:
        """True while the case is open."""
        return self.opened_on <= day and (self.ended_on is None or day <= self.ended_on)


@dataclass(frozen=True)
class Session:
    """One session. post and pupils are numbers in the lists that the caller holds."""

    held_on: dt.date
    quarters: int
    activity_type: str
    location: str
    out_of_hours: bool
    post: int
    pupils: tuple[int, ...]
    attendance: str


def lengths(quarters: int, usual: int) -> list[int]:
    """Cut an amount into sessions of the usual length; the last takes what is over, so that they add up to it."""
    number = quarters // usual
    if number == 0:
        return [quarters] if quarters else []
    return [usual] * (number - 1) + [usual + quarters % usual]


def sessions_of(
    quarters: int,
    *,
    fte: Sequence[int],
    stays: Sequence[Stay],
    days: Sequence[dt.date],
    holidays: Sequence[dt.date],
    chance: random.Random,
) -> list[Session]:
    """Give the sessions whose delivered quarters of an hour add up to `quarters`.

    fte    hundredths of each post: work is shared in proportion;  stays  of each pupil, who are named in turn while
         open
    days   school days of the half-term;  holidays  weekdays of the holiday after it
    """
    drafts = []
    shares = share_out(quarters, [kind.percent for kind in KINDS.values()])
    for (activity, kind), share in zip(KINDS.items(), shares, strict=True):
        cut = lengths(share, kind.quarters)
        when = holidays if activity == "holiday" else days
        drafts += [(when[n * len(when) // len(cut)], activity, length) for n, length in enumerate(cut)]
    drafts.sort(key=lambda draft: (draft[0], draft[1]))
    posts = in_turn(fte, [length for _, _, length in drafts])
    turns = _Turns(stays)
    made = []
    for (day, activity, length), post in zip(drafts, posts, strict=True):
        kind = KINDS[activity]
        late = chance.randrange(100) < kind.out_of_hours_percent
        pupils = turns.next(activity, day, kind.pupils)
        made.append(Session(day, length, activity, kind.location, late, post, pupils, kind.attendance))
    one_to_one = [one for one in made if one.activity_type == "one_to_one"]
    return made + [
        Session(
            one.held_on,
            one.quarters,
            one.activity_type,
            one.location,
            one.out_of_hours,
            one.post,
            one.pupils,
            MISSED[n % len(MISSED)],
        )
        for n, one in enumerate(one_to_one[MISSED_ONE_IN::MISSED_ONE_IN])
    ]


class _Turns:
    """Names pupils one after another, a queue for each activity type, leaving out whose case is not open that day."""

    def __init__(self, stays: Sequence[Stay]) -> None:
        self._stays = stays
        self._at: dict[str, int] = {}

    def next(self, activity: str, day: dt.date, number: int) -> tuple[int, ...]:
        named: list[int] = []
        at = self._at.get(activity, 0)
        for _ in self._stays:
            if len(named) == number:
                break
            if self._stays[at].covers(day):
                named.append(at)
            at = (at + 1) % len(self._stays)
        self._at[activity] = at
        return tuple(named)
