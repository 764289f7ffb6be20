import re
from datetime import date, time, timedelta

from apst.imports.reading.problems import BadValue, Doubtful

EARLIEST_YEAR = 1900
FORMS = "Write it as 05/09/2025 or 2025-09-05."
_MIDNIGHT = r"(?:[ T]00?:00(?::00)?(?:\.0+)?)?"
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})" + _MIDNIGHT)
_BRITISH = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})" + _MIDNIGHT)
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[/. -](?:[0-9]{1,2}|[A-Za-z]{3,9})[/. -][0-9]{2}(?![0-9]).*", re.DOTALL)
_OTHER_SIGNS = re.compile(r"([0-9]{1,2})[. -]([0-9]{1,2})[. -]([0-9]{4})")
_WORDS = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3})[a-z]*[ ,-]+([0-9]{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SERIAL = re.compile(r"[1-9][0-9]{4}")
_DAY_ZERO_OF_EXCEL = date(1899, 12, 30)
_ACADEMIC_YEAR = re.compile(r"(20[0-9]{2}) ?[-/\u2013] ?(?:20)?([0-9]{2})")
_TIME = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?::00)?")
_TIME_12 = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))? ?([ap])\.?m\.?")
_NIGHT_ENDS = time(6)


def day(text: str) -> date:
    """Read a date: ISO, dd/mm/yyyy, or what a workbook's date cell gives. 5/9/2025 is 5 September 2025."""
    if match := _ISO.fullmatch(text):
        year, month, number = match.groups()
    elif match := _BRITISH.fullmatch(text):
        number, month, year = match.groups()
    else:
        raise BadValue(*_why_no_date(text))
    found = _date(year, month, number)
    if found is None:
        turned = _date(year, number, month)
        raise BadValue(
            "is not a day of the calendar: the day comes first, then the month.", f"{turned:%d/%m/%Y}" if turned else ""
        )
    if found.year < EARLIEST_YEAR:
        raise BadValue(f"lies before {EARLIEST_YEAR}.")
    return found


def academic_year(text: str) -> str:
    """Read an academic year and give it as `2026-27`; 2026/27 and 2026-2027 are read too."""
    match = _ACADEMIC_YEAR.fullmatch(text)
    if not match:
        raise BadValue("is not an academic year, such as 2026-27.")
    first, second = int(match[1]), int(match[2])
    if (first + 1) % 100 != second:
        raise BadValue("does not name two years that follow each other.", f"{first}-{(first + 1) % 100:02}")
    return f"{first}-{second:02}"


def time_of_day(text: str) -> time | Doubtful:
    """Read a time as a clock in England shows it: 14:30, 14.30, 1430, 2:30 pm. A time in the night warns."""
    hour, minute = _hour_and_minute(text.lower())
    if hour > 23 or minute > 59:
        raise BadValue("is not a time of day, such as 14:30 or 2:30 pm.")
    found = time(hour, minute)
    if found >= _NIGHT_ENDS:
        return found
    return Doubtful(found, "is in the night.", f"{hour + 12}:{minute:02}")


def _hour_and_minute(text: str) -> tuple[int, int]:
    if match := _TIME.fullmatch(text):
        return int(match[1]), int(match[2])
    if text.isascii() and text.isdigit() and len(text) == 4:
        return int(text[:2]), int(text[2:])
    if (match := _TIME_12.fullmatch(text)) and 1 <= int(match[1]) <= 12:
        return int(match[1]) % 12 + (12 if match[3] == "p" else 0), int(match[2] or 0)
    raise BadValue("is not a time of day, such as 14:30 or 2:30 pm.")


def _date(year: str, month: str, number: str) -> date | None:
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        return None


def _why_no_date(text: str) -> tuple[str, str]:
    found = None
    reason = f"is not a date. {FORMS}"
    if match := _OTHER_SIGNS.fullmatch(text):
        found = _date(match[3], match[2], match[1])
    elif (match := _WORDS.fullmatch(text)) and match[2].lower() in _MONTHS:
        found = _date(match[3], str(_MONTHS.index(match[2].lower()) + 1), match[1])
    elif _SERIAL.fullmatch(text):
        found = _DAY_ZERO_OF_EXCEL + timedelta(days=int(text))
        reason = "is Excel's number for a day. Format the column as a date."
    elif _SHORT_YEAR.fullmatch(text):
        reason = "has a year of two digits. Write all four."
    elif _ISO.match(text) or _BRITISH.match(text):
        reason = f"has a time of day or more after the date. {FORMS}"
    return reason, f"{found:%d/%m/%Y}" if found and found.year >= EARLIEST_YEAR else ""
