"""Calendar files (RFC 5545): lines of at most 75 octets, ended by CRLF, text escaped, times in UTC."""

import datetime as dt
from collections.abc import Iterable
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings

from .kinds import Event

LONGEST: Final = 75


def escaped(text: str) -> str:
    """Give a value of type TEXT (3.3.11): backslash, semicolon, comma and line end are escaped."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def folded(line: str) -> str:
    """Give a line as the file holds it (3.1): what is longer than 75 octets goes on after CRLF and a space.

    A character of several octets is never taken apart.
    """
    parts, part, size = [], "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LONGEST:
            parts.append(part)
            part, size = "", 1  # the space counts
        part, size = part + character, size + octets
    return "\r\n ".join([*parts, part]) + "\r\n"


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def _event(event: Event, stamp: str, host: str) -> list[str]:
    lines = ["BEGIN:VEVENT", f"UID:{event.uid}@{host}", f"DTSTAMP:{stamp}"]
    if event.starts_at is None:
        lines += [f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}", "TRANSP:TRANSPARENT"]
    else:
        begins = dt.datetime.combine(event.day, event.starts_at, ZoneInfo(settings.TIME_ZONE))
        lines += [f"DTSTART:{_utc(begins)}", f"DURATION:PT{event.minutes}M"]
    return [*lines, f"SUMMARY:{escaped(event.title)}", "CLASS:PRIVATE", "END:VEVENT"]


def calendar(name: str, events: Iterable[Event], *, now: dt.datetime, host: str) -> str:
    """Give a calendar file. host: what makes the events' ids the world's only ones."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{escaped(settings.PRODUCT_NAME)}//Calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    for event in events:
        lines += _event(event, _utc(now), host)
    return "".join(map(folded, [*lines, "END:VCALENDAR"]))
