"""Work that comes by itself: once a taskforce and occasion, looked for every minute, so that an outage is caught up.

An occasion is a name for the last moment that has come, such as the morning of "2026-11-27". What several missed
occasions would have done is done once: their work looks at what there is now.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.timezone import localtime

from apst.tenancy.context import acting_as_system
from apst.tenancy.models import Taskforce

from .models import Occasion
from .services import ask_once

log = logging.getLogger("apst.jobs")
When = Callable[[dt.datetime], dt.date]
MISSED_AFTER = dt.timedelta(minutes=15)
_when: dict[str, When] = {}


@dataclass(frozen=True)
class Due:
    """A kind of work whose occasion has come. key: the name of the occasion."""

    kind: str
    key: str


def scheduled(kind: str, when: When) -> None:
    """Have a kind of work, registered by `services.work`, done in every taskforce at each occasion.

    when  takes the local time and gives the day of the last occasion; `daily` and `weekly` make such
    """
    _when[kind] = when


def daily(hour: int, minute: int = 0) -> When:
    """Every day from a time on."""
    return lambda now: (now - dt.timedelta(hours=hour, minutes=minute)).date()


def weekly(weekday: int, hour: int, minute: int = 0) -> When:
    """Every week from a time on. weekday: 0 is Monday."""

    def last(now: dt.datetime) -> dt.date:
        day = daily(hour, minute)(now)
        return day - dt.timedelta(days=(day.weekday() - weekday) % 7)

    return last


def due() -> Iterator[Due]:
    """Give the kinds whose last occasion has not been asked for in every taskforce."""
    asked = dict(Occasion.objects.values_list("kind", "last"))
    now = localtime().replace(tzinfo=None)
    for kind, when in _when.items():
        day = when(now)
        if kind not in asked or asked[kind] < day:
            yield Due(kind, day.isoformat())


def missed() -> list[str]:
    """Give the kinds whose occasion came more than MISSED_AFTER ago and was not asked for: the scheduler is dead.

    What was never asked for is new, and no sign of that.
    """
    asked = dict(Occasion.objects.values_list("kind", "last"))
    then = localtime().replace(tzinfo=None) - MISSED_AFTER
    return sorted(kind for kind, when in _when.items() if kind in asked and asked[kind] < when(then))


def ask_for_due() -> int:
    """Ask for the work of every occasion that has come, once in each taskforce; gives how many jobs were asked for.

    Stopped half-way it is asked for again, and what was asked for already stays one job. Where one taskforce fails the
    others are asked, and it is asked again the next time.
    """
    number = 0
    for one in list(due()):
        failed = False
        for taskforce in Taskforce.objects.order_by("pk"):
            try:
                with acting_as_system(taskforce):
                    number += ask_once(one.kind, key=one.key)
            except Exception:
                log.exception("not_asked kind=%s taskforce=%s", one.kind, taskforce.pk)
                failed = True
        if not failed:
            Occasion.objects.update_or_create(kind=one.kind, defaults={"last": one.key})
    return number
