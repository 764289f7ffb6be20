"""Durations, always given as whole minutes from 1 to 1,440."""

import re
from decimal import Decimal

from apst.imports.reading.problems import BadValue

MOST_MINUTES = 24 * 60
FORMS = "Write minutes (90), 1:30 or 1h 30m."
_CLOCK = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?::00)?")
_HOURS_AND_MINUTES = re.compile(
    r"([0-9]{1,2}) ?(?:h|hr|hrs|hour|hours)(?:(?:,| and)? ?([0-5]?[0-9]) ?(?:m|min|mins|minute|minutes)?)?\.?"
)
_MINUTES = re.compile(r"([0-9]{1,4}) ?(?:m|min|mins|minute|minutes)\.?")
_DECIMAL = re.compile(r"[0-9]{0,4}\.[0-9]{1,15}|[0-9]{1,4}")
_DECIMAL_HOURS = re.compile(r"([0-9]{0,2}\.[0-9]{1,6}) ?(?:h|hr|hrs|hour|hours)?")


def minutes(text: str) -> int:
    """Read the column `duration`: a bare number is minutes, and a decimal is rejected since it means hours."""
    if text.isascii() and text.isdigit() and len(text) <= 5:
        return _within_a_day(int(text))
    found = _with_units(text)
    if found is None:
        if match := _DECIMAL_HOURS.fullmatch(text.lower()):
            as_hours = Decimal(match[1]) * 60
            clock = f"{int(as_hours) // 60}:{int(as_hours) % 60:02}" if as_hours == int(as_hours) > 0 else ""
            raise BadValue("has decimals: decimal hours belong under a column named hours.", clock)
        raise BadValue(f"is not a duration. {FORMS}")
    return _within_a_day(found)


def hours(text: str) -> int:
    """Read the column `hours`: a bare number, decimal or not, is hours. They must come to whole minutes."""
    found = _with_units(text)
    if found is not None:
        return _within_a_day(found)
    if not _DECIMAL.fullmatch(text):
        raise BadValue("is not a number of hours, such as 1.5.")
    exact = Decimal(text) * 60
    if exact > MOST_MINUTES:
        raise BadValue("is more than 24 hours: minutes belong under a column named duration.")
    if exact != int(exact):
        nearest = max(round(exact), 1)
        raise BadValue(f"does not come to whole minutes ({exact.normalize():f}).", f"{nearest // 60}:{nearest % 60:02}")
    return _within_a_day(int(exact))


def _with_units(text: str) -> int | None:
    text = text.lower()
    if match := _CLOCK.fullmatch(text) or _HOURS_AND_MINUTES.fullmatch(text):
        return int(match[1]) * 60 + int(match[2] or 0)
    if match := _MINUTES.fullmatch(text):
        return int(match[1])
    return None


def _within_a_day(found: int) -> int:
    if not 1 <= found <= MOST_MINUTES:
        raise BadValue("is not between 1 minute and 24 hours (1,440 minutes).")
    return found
