"""One's own sessions, pasted from a spreadsheet: read as an import reads, saved as the form saves, all or nothing.

A specialist may not import (`record.import`), but may log: so nothing is staged, each row goes through `log_session`,
and its author is the one who pasted it.
"""

import csv
import datetime as dt
import io
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.accounts.services import discard_draft
from apst.codelists import codes
from apst.people.models import Post, Pupil
from apst.people.names import folded
from cases.exceptions import CaseError
from cases.forms.sessions import TYPE_WORDS
from cases.models import Intervention
from cases.queries.interventions import NEEDS_PUPIL, whole
from cases.services import log_session

from .reading import Column, Kind, Limits, Row, read_upload
from .reading.problems import BadValue, Problem
from .reading.rules import one_duration
from .reading.values import dates, durations, identifiers
from .reading.values.choices import from_list, plain

PASTE_DRAFT: Final = "session-paste"
MOST_ROWS: Final = 200


def _names(text: str) -> tuple[str, ...]:
    """Read the names of pupils, separated by semicolons."""
    names = tuple(name.strip() for name in text.split(";") if name.strip())
    if len({folded(name) for name in names}) < len(names):
        raise BadValue("names somebody twice.")
    return names


OWN_SESSIONS: Final = Kind(
    "own_sessions",
    "My sessions",
    (
        Column("date", dates.day, "Day, month, year", "05/09/2026", needed=True, may_be_to_come=False),
        Column("pupils", _names, "Names or local ids, with a semicolon between", "Amira Ahmed; Ben Clarke"),
        Column("duration", durations.minutes, "Minutes, or 1:30, or 1h 30m", "45"),
        Column(
            "activity_type",
            from_list("activity_types", also={plain(words): code for code, words in TYPE_WORDS.items()}),
            f"One of these: {'; '.join(TYPE_WORDS.values())}",
            needed=True,
        ),
        Column("start_time", dates.time_of_day, "When it started", "14:30"),
        Column("location", from_list("locations"), "The place", "AP school or learning centre"),
        Column(
            "attendance",
            from_list("session_attendance"),
            f"One of these: {'; '.join(row['label'] for row in codes('session_attendance').values())}",
        ),
        Column("note", identifiers.prose, "What happened, in your words"),
        Column("hours", durations.hours, "Decimal hours, in place of minutes", "1.5"),
    ),
    unique=(),
    rules=(one_duration,),
    either=("duration", "hours"),
    reference="date",
)
# What a page calls a column, where that is not its name.
WORDS: Final = {"duration": "Minutes", "activity_type": "Type", "start_time": "Start", "location": "Where"}
# How people head these columns; without headings the columns stand in the order above.
HEADED: Final = {
    "day": "date",
    "when": "date",
    "pupil": "pupils",
    "name": "pupils",
    "names": "pupils",
    "who": "pupils",
    "minutes": "duration",
    "mins": "duration",
    "length": "duration",
    "type": "activity_type",
    "activity": "activity_type",
    "what": "activity_type",
    "time": "start_time",
    "start": "start_time",
    "where": "location",
    "place": "location",
    "attended": "attendance",
    "notes": "note",
}


@dataclass
class Pasted:
    """One row: what was read, what is wrong with it, whom it is with, and the session that looks the same.

    number  counted as in what was pasted, from 1, its headings included where it has any
    """

    row: Row
    number: int
    pupils: list[Pupil] = field(default_factory=list)
    same: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """What was read, by column."""
        return self.row.values

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with it."""
        return [problem for problem in self.row.problems if not problem.warning]

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two rows, or a row and a session, look the same."""
        values = self.values
        pupils = frozenset(pupil.pk for pupil in self.pupils)
        return (values.get("date"), values.get("duration"), values.get("activity_type"), pupils)


def read_pasted(text: str, *, posts: Sequence[Post]) -> list[Pasted]:
    """Read pasted rows and hold them against the pupils one sees and the sessions of one's posts.

    Raises Refused where the columns are not found or there are more than MOST_ROWS rows.
    """
    lines, ours = _lines(text)
    reading = read_upload(
        io.BytesIO(_as_csv(lines).encode()),
        OWN_SESSIONS,
        today=localdate(),
        mapping=HEADED,
        limits=Limits(rows=MOST_ROWS),
    )
    rows = [Pasted(row, row.number - ours) for row in reading.rows()]
    _find_pupils(rows)
    _find_the_same(rows, posts)
    return rows


def _lines(text: str) -> tuple[list[list[str]], int]:
    """Give the pasted lines as cells, under headings; and how many lines of headings were put above: 1 or 0."""
    delimiter = "\t" if "\t" in text else ","
    lines = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
    if not lines or not _is_day(lines[0][0]):
        return lines, 0
    return [[column.name for column in OWN_SESSIONS.columns][: max(len(line) for line in lines)], *lines], 1


def _as_csv(lines: Iterable[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(lines)
    return out.getvalue()


def _is_day(text: str) -> bool:
    try:
        dates.day(text.strip())
    except BadValue:
        return False
    return True


def _find_pupils(rows: Iterable[Pasted]) -> None:
    known: dict[str, list[Pupil]] = defaultdict(list)
    for pupil in Pupil.objects.only("public_id", "local_id", "forename", "surname", "preferred_name"):
        names = {f"{first} {pupil.surname}" for first in (pupil.forename, pupil.preferred_name) if first}
        names |= {f"{pupil.surname} {pupil.forename}", pupil.local_id}
        for name in {folded(name) for name in names}:
            known[name].append(pupil)
    for pasted in rows:
        for name in pasted.values.get("pupils") or ():
            found = known.get(folded(name.replace(",", " ")), [])
            if len(found) == 1:
                pasted.pupils.append(found[0])
            elif found:
                _reject(pasted, "pupils", name, "is the name of several pupils. Write the local id instead.")
            else:
                _reject(pasted, "pupils", name, "is no pupil whom you can see. Write the name as it is here.")
        if pasted.values.get("activity_type") in NEEDS_PUPIL and pasted.row.lacks("pupils"):
            _reject(pasted, "pupils", "", "is needed: this type of work is always about a pupil.")


def _reject(pasted: Pasted, column: str, value: str, reason: str) -> None:
    pasted.row.problems.append(Problem(column, value, reason))


def _find_the_same(rows: Sequence[Pasted], posts: Sequence[Post]) -> None:
    days = [pasted.values["date"] for pasted in rows if pasted.values.get("date")]
    seen: dict[tuple[Any, ...], str] = {}
    if days:
        held = Intervention.objects.kept().by_posts([post.pk for post in posts], or_logged_by=None)
        for session in whole(held.filter(held_on__gte=min(days), held_on__lte=max(days))):
            pupils = frozenset(place.pupil_id for place in session.places.all())
            key = (session.held_on, session.minutes, session.activity_type, pupils)
            seen.setdefault(key, f"looks like session {session.reference}, logged already")
    for pasted in rows:
        if pasted.problems:
            continue
        pasted.same = seen.get(pasted.key, "")
        seen.setdefault(pasted.key, f"looks like row {pasted.number} above")


@transaction.atomic
def save_pasted(
    rows: Sequence[Pasted], *, post: Post, with_the_same: bool, key: uuid.UUID | None, by: Membership | None
) -> list[Intervention]:
    """Log every row, in one transaction; those that look the same as another only where that is said.

    key  the form's: sent twice, each row gives the session it gave first
    Raises CaseError, its sentence naming the row, and then nothing is saved.
    """
    made = []
    keys = {pasted.row.number: uuid.uuid5(key, str(pasted.row.number)) if key else None for pasted in rows}
    before = Intervention.objects.filter(submission_key__in=[own for own in keys.values() if own])
    sent = {session.submission_key: session for session in before}
    for pasted in rows:
        own_key = keys[pasted.row.number]
        if own_key in sent:
            made.append(sent[own_key])
            continue
        if pasted.same and not with_the_same:
            continue
        values = pasted.values
        attendance = values.get("attendance") or "attended"
        try:
            session = log_session(
                specialists=[post],
                held_on=values["date"],
                minutes=values["duration"],
                activity_type=values["activity_type"],
                places=[(pupil, attendance) for pupil in pasted.pupils],
                starts_at=values.get("start_time"),
                location=values.get("location") or "",
                note=values.get("note") or "",
                submission_key=own_key,
                draft=PASTE_DRAFT,
                by=by,
            )
        except CaseError as error:
            raise CaseError(f"Row {pasted.number}: {error}") from error
        made.append(session)
    if by:
        discard_draft(PASTE_DRAFT)
    return made


def last_day(rows: Sequence[Pasted]) -> dt.date:
    """Give the last day that rows name, today where they name none."""
    return max((pasted.values["date"] for pasted in rows if pasted.values.get("date")), default=localdate())
