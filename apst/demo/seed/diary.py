"""When each post is free: so that nobody is in two places, and work lies on working days of the post."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from apst.people.models import Post
from apst.places.calendar import DAY, SchoolCalendar

LONDON: Final = ZoneInfo("Europe/London")
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri")
MORNING, EVENING, NIGHT = 9 * 60, 16 * 60 + 30, 20 * 60
GAP = 15


def at(day: dt.date, hour: int = 8, minute: int = 0) -> dt.datetime:
    """Give a moment of a day, in London."""
    return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)


class Diary:
    """Books sessions for posts, one after another within a day."""

    def __init__(self, calendar: SchoolCalendar, posts: Iterable[Post], *, first: dt.date, last: dt.date) -> None:
        self.calendar = calendar
        self.first, self.last = first, last
        self.posts = {post.reference: post for post in posts}
        self._free: dict[tuple[str, dt.date, bool], int] = {}
        self._busy: dict[tuple[str, dt.date], list[tuple[int, int]]] = {}

    def in_post(self, reference: str, day: dt.date) -> bool:
        """True on a day on which the post is held."""
        post = self.posts[reference]
        return post.start_date <= day and (post.end_date is None or day <= post.end_date)

    def works(self, reference: str, day: dt.date, *, holidays: bool = False) -> bool:
        """True on a day that the post works: a school day, or (holidays) any of its weekdays."""
        return (
            day.weekday() < len(WEEKDAYS)
            and WEEKDAYS[day.weekday()] in self.posts[reference].working_days
            and self.in_post(reference, day)
            and (holidays or self.calendar.is_school_day(day))
        )

    def school_day(self, day: dt.date) -> dt.date:
        """Give the day itself or the last school day before it, within the history."""
        while not self.calendar.is_school_day(day) and day > self.first:
            day -= DAY
        return day

    def book(
        self,
        reference: str,
        days: Iterable[dt.date],
        minutes: int,
        *,
        beside: Sequence[str] = (),
        evening: bool = False,
        holidays: bool = False,
        pupil: str = "",
    ) -> tuple[dt.date, dt.time] | None:
        """Book the first free time on the first of `days` that has one; None where none has. See `works`.

        beside  further posts that must be free at the same time;  pupil  the local id of who must be, too
        """
        posts = (reference, *beside)
        for day in days:
            if not self.first <= day <= self.last or not all(self.works(p, day, holidays=holidays) for p in posts):
                continue
            start = max(self._free.get((post, day, evening), EVENING if evening else MORNING) for post in posts)
            for begins, ends in sorted(self._busy.get((pupil, day), ())):
                start = ends + GAP if begins < start + minutes and start < ends else start
            if start + minutes <= (NIGHT if evening else EVENING):
                for post in posts:
                    self._free[post, day, evening] = start + minutes + GAP
                return day, dt.time(start // 60, start % 60)
        return None

    def keep_busy(self, pupil: str, day: dt.date, start: dt.time, minutes: int) -> None:
        """Remember where a pupil is, by their local id."""
        begins = start.hour * 60 + start.minute
        self._busy.setdefault((pupil, day), []).append((begins, begins + minutes))

    def is_busy(self, pupil: str, day: dt.date, start: dt.time, minutes: int) -> bool:
        """True where a pupil is elsewhere at some time of it."""
        begins = start.hour * 60 + start.minute
        return any(one < begins + minutes and begins < other for one, other in self._busy.get((pupil, day), ()))


def weekday(day: dt.date) -> dt.date:
    """Give the day itself, or the Friday before a weekend: nobody fills in papers on a Sunday."""
    return day - DAY * max(0, day.weekday() - 4)


def onwards(first: dt.date, last: dt.date) -> list[dt.date]:
    """Give the days from the first to the last."""
    return [first + DAY * n for n in range((last - first).days + 1)]


def week_from(day: dt.date, until: dt.date | None = None) -> list[dt.date]:
    """Give a day and the six after it, those after `until` left out."""
    return onwards(day, min(day + 6 * DAY, until or day + 6 * DAY))
