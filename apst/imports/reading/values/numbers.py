import re
from decimal import Decimal

from apst.imports.reading.problems import BadValue

_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_POUNDS = re.compile(r"£? ?([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]{1,2})?")
_MOST_DIGITS = 9


def fte(text: str) -> Decimal:
    """Read the share of full time: above 0 and at most 1, in whole hundredths (the return counts in hundredths)."""
    number = text.rstrip("% ").replace(",", ".")
    if not _DECIMAL.fullmatch(number) or len(number) > 20:
        raise BadValue("is not a number. Full time is 1, three days a week are 0.6.")
    value = Decimal(number)
    if text.endswith("%") or (value > 1 and 10 <= value <= 100):
        raise BadValue(
            "is a percentage; FTE is a share of 1.", f"{(value / 100).normalize():f}" if 0 < value <= 100 else ""
        )
    if "," in text:
        raise BadValue("has a comma; the decimals follow a point.", number)
    if not 0 < value <= 1:
        raise BadValue("is not above 0 and at most 1. Full time is 1, three days a week are 0.6.")
    if value != round(value, 2):
        raise BadValue("has more than two decimals.", f"{round(value, 2)}")
    return round(value, 2)


def whole_number(text: str) -> int:
    """Read a whole number from 0 up."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise BadValue("is not a whole number.")
    return int(text)


def pounds(text: str) -> Decimal:
    """Read pounds, with or without the sign, thousands commas and pence."""
    match = _POUNDS.fullmatch(text)
    if not match or len(match[1]) > _MOST_DIGITS + 3:
        raise BadValue("is not an amount in pounds, such as 41500 or 41,500.00.")
    return Decimal(match[1].replace(",", "") + (match[2] or ""))
