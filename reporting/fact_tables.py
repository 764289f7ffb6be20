"""The facts behind a figure as a table: what each kind shows of the record that it stands for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Model
from django.urls import NoReverseMatch, reverse

from apst.codelists import codes, label
from apst.people.models import Post, Pupil
from apst.web.tables import Cell, Heading
from cases.models import Case, Intervention
from referrals.models import Referral

from .models import ReturnFact

GONE: Final = "Not shown"
UNCODED: Final = {"not_recorded": "Not recorded", "none": "None"}


@dataclass(frozen=True)
class Column:
    """One column: its heading and what stands in it."""

    words: str
    of: Callable[[ReturnFact, "Records"], Cell]
    numeric: bool = False


class Records:
    """The records of one page of facts, in the reader's own scope: one query for each kind of record."""

    def __init__(self, kind: str, facts: Iterable[ReturnFact]) -> None:
        facts = list(facts)
        sources = {fact.source_id for fact in facts}
        self.pupils = _by_id(Pupil, {fact.pupil_id for fact in facts if fact.pupil_id})
        self.sessions = _by_id(Intervention, sources if kind in ("session", "delivery", "place") else set())
        posts = (
            sources
            if kind == "post"
            else {fact.dimensions["post_id"] for fact in facts}
            if kind == "delivery"
            else set()
        )
        self.posts = _by_id(Post, posts, "specialist")
        self.referrals = _by_id(Referral, sources if kind in ("referral", "waiting") else set())
        self.cases = _by_id(Case, sources if kind == "first_session" else set())


def _by_id(model: type[Model], ids: set[int], *related: str) -> dict[int, Any]:
    if not ids:
        return {}
    return model._default_manager.select_related(*related).in_bulk(ids)


def _link(text: str, name: str, record: Any) -> Cell:
    try:
        return Cell(text, reverse(name, args=[record.public_id]))
    except NoReverseMatch:
        return Cell(text)


def _pupil(fact: ReturnFact, records: Records) -> Cell:
    pupil = records.pupils.get(fact.pupil_id or 0)
    return _link(pupil.full_name, "people:pupil-detail", pupil) if pupil else Cell(GONE)


def _reference(of: str, name: str) -> Callable[[ReturnFact, Records], Cell]:
    def cell(fact: ReturnFact, records: Records) -> Cell:
        record = getattr(records, of).get(fact.source_id)
        return _link(record.reference, name, record) if record else Cell(GONE)

    return cell


def _session(fact: ReturnFact, records: Records) -> Cell:
    return Cell(records.sessions[fact.source_id].reference if fact.source_id in records.sessions else GONE)


def _specialist(fact: ReturnFact, records: Records) -> Cell:
    post = records.posts.get(fact.dimensions.get("post_id", fact.source_id))
    return Cell(post.specialist.name if post else GONE)


def _day(value: Any) -> str:
    day = date.fromisoformat(value) if isinstance(value, str) and value else value
    return f"{day:%-d\xa0%b\xa0%Y}" if day else ""


def _happened(fact: ReturnFact, records: Records) -> Cell:
    return Cell(_day(fact.happened_on))


def _date_of(name: str) -> Callable[[ReturnFact, Records], Cell]:
    return lambda fact, records: Cell(_day(fact.dimensions.get(name)))


def _number(name: str) -> Callable[[ReturnFact, Records], Cell]:
    return lambda fact, records: Cell(f"{fact.dimensions[name]:,}" if fact.dimensions.get(name) is not None else "")


def _code(name: str, code_list: str) -> Callable[[ReturnFact, Records], Cell]:
    def cell(fact: ReturnFact, records: Records) -> Cell:
        value = fact.dimensions.get(name)
        return Cell(label(code_list, value) if value in codes(code_list) else UNCODED.get(value, ""))

    return cell


def _fte(fact: ReturnFact, records: Records) -> Cell:
    units, rest = divmod(fact.dimensions["fte_hundredths"], 100)
    return Cell(f"{units}.{rest:02}")


DATE = Column("Date", _happened)
MINUTES = Column("Minutes", _number("minutes"), numeric=True)
ACTIVITY = Column("Activity", _code("activity_type", "activity_types"))
DAYS = Column("School days", _number("school_days"), numeric=True)
PUPIL = Column("Pupil", _pupil)
COLUMNS: Final[dict[str, tuple[Column, ...]]] = {
    "pupil": (
        PUPIL,
        Column("Year group", _code("year_group", "year_groups")),
        Column("SEN provision", _code("sen_provision", "sen_provision")),
        Column("Children's social care", _code("csc_status", "csc_status")),
        Column("Tier", _code("tier", "tiers")),
    ),
    "delivery": (Column("Session", _session), DATE, Column("Specialist", _specialist), ACTIVITY, MINUTES),
    "session": (Column("Session", _session), DATE, ACTIVITY, MINUTES),
    "place": (PUPIL, DATE, ACTIVITY, Column("Attendance", _code("attendance", "session_attendance")), MINUTES),
    "post": (
        Column("Specialist", _specialist),
        Column("Type", _code("specialist_type", "specialist_types")),
        Column("FTE", _fte, numeric=True),
        Column("Days in post", _number("days_in_post"), numeric=True),
        Column("Hundredths of FTE x days", _number("fte_days"), numeric=True),
    ),
    "referral": (
        Column("Referral", _reference("referrals", "referrals:referral-detail")),
        PUPIL,
        Column("Received", _happened),
        Column("Decided", _date_of("decided_on")),
        Column("Outcome", _code("outcome", "triage_outcomes")),
        DAYS,
    ),
    "waiting": (
        PUPIL,
        Column("Referral", _reference("referrals", "referrals:referral-detail")),
        Column("Waiting since", _happened),
    ),
    "first_session": (
        Column("Case", _reference("cases", "cases:case-detail")),
        PUPIL,
        Column("Opened", _date_of("opened_on")),
        Column("First session", _happened),
        DAYS,
    ),
}
# What a page of each kind shows of a pupil, for the access log.
CATEGORIES: Final[dict[str, tuple[str, ...]]] = {
    "pupil": ("identity", "send", "social_care", "intervention"),
    "place": ("identity", "intervention"),
    "referral": ("identity", "intervention"),
    "waiting": ("identity", "intervention"),
    "first_session": ("identity", "intervention"),
}


def headings(kind: str) -> list[Heading]:
    """Give the headings of a kind's table."""
    return [Heading(column.words, column.numeric) for column in COLUMNS[kind]]


def rows(kind: str, facts: list[ReturnFact]) -> list[list[Cell]]:
    """Give the rows of a page of facts."""
    records = Records(kind, facts)
    return [[column.of(fact, records) for column in COLUMNS[kind]] for fact in facts]
