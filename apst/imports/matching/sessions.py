"""Sessions by their reference: the one kind that comes in tens of thousands, so rows are compared and written in bulk.

Nothing is held but the taskforce's pupils, posts, sites and cases, which are few; rows pass in chunks, and are
written by COPY into a temporary table and INSERT ... SELECT under row-level security (tenancy design, 4.7).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.db import connection
from uuid6 import uuid7

from apst.imports.ledger import Ledger, write_records
from apst.imports.reading.problems import Row
from apst.imports.reading.values.lists import NamedPupil
from apst.people.models import Post, Pupil
from apst.places.models import Site
from apst.tenancy.context import current
from cases.models import Case, Intervention, InterventionNote, InterventionPlace, InterventionSpecialist
from cases.services.interventions import last_day_to_change

from . import session_sql as sql
from .plans import Models, Options, Plan, nearest

SAME_NAMED: Final = {
    "date": "held_on",
    "start_time": "starts_at",
    "duration": "minutes",
    "activity_type": "activity_type",
    "location": "location",
    "out_of_school_hours": "out_of_school_hours",
    "staff_trained": "staff_trained",
}
MOST_STAFF: Final = 1000
LONGEST_SITE: Final = 100


@dataclass(slots=True)
class _Held:
    """A session that is there already."""

    id: int
    values: dict[str, Any]  # by column, in the file's terms
    deleted: bool
    changeable_until: dt.date | None
    note_is_mine: bool


class Sessions:
    """The matcher of `sessions`."""

    writes: ClassVar[Models] = (Site, Intervention, InterventionSpecialist, InterventionPlace, InterventionNote)
    rows_at_a_time = 5000

    def __init__(self, options: Options) -> None:
        self.options = options
        self.member = current()
        self.pupils = dict(Pupil.objects.values_list("local_id", "pk"))
        self.posts = dict(Post.objects.values_list("reference", "pk"))
        self._local_ids = {pk: local_id for local_id, pk in self.pupils.items()}
        self._references = {pk: reference for reference, pk in self.posts.items()}
        self.sites = {name.casefold(): (pk, name) for pk, name in Site.objects.values_list("pk", "name")}
        self._new_sites: dict[str, str] = {}
        self.cases: dict[int, list[tuple[dt.date, dt.date, int]]] = defaultdict(list)
        for pupil, opened, ended, pk in Case.objects.order_by("opened_on", "pk").values_list(
            "pupil", "opened_on", "ended_on", "pk"
        ):
            self.cases[pupil].append((opened, ended or dt.date.max, pk))
        self._reads_notes = self.member.may("note.view")

    @property
    def notes(self) -> list[str]:
        """What to know of the file as a whole."""
        said = []
        if self._new_sites:
            names = ", ".join(f"“{name}”" for name in self._new_sites.values())
            said.append(f"These sites are new here and will be added: {names}.")
        if not self._reads_notes:
            said.append("Notes of sessions that are here already are not compared: your role does not read notes.")
        return said

    def plan(self, rows: list[Row]) -> list[Plan]:
        """Match by reference."""
        held = self._held([row.values["reference"] for row in rows])
        return [self._plan(row, held.get(row.values["reference"])) for row in rows]

    def _plan(self, row: Row, held: _Held | None) -> Plan:
        values = row.values
        named: tuple[NamedPupil, ...] = values.get("pupils") or ()
        known = [pk for place in named if (pk := self.pupils.get(place.local_id)) is not None]
        plan = Plan(row, values["reference"], held, pupils=tuple(known))
        if len(known) < len(named):
            self._unknown(
                plan, "pupils", [place.local_id for place in named if place.local_id not in self.pupils], self.pupils
            )
        if any(reference not in self.posts for reference in values["specialists"]):
            self._unknown(plan, "specialists", [r for r in values["specialists"] if r not in self.posts], self.posts)
        if (staff := values.get("staff_trained")) is not None and staff > MOST_STAFF:
            plan.reject("staff_trained", staff, f"is more than {MOST_STAFF:,}.")
        if site := values.get("site"):
            self._site(plan, site)
        if held:
            self._compare(plan, held)
        return plan

    @staticmethod
    def _unknown(plan: Plan, column: str, names: list[str], known: dict[str, int]) -> None:
        what = {"pupils": "pupil", "specialists": "post"}[column]
        kinds = {"pupils": "pupils", "specialists": "specialists"}[column]
        for name in names:
            plan.reject(
                column, name, f"is no {what} of this taskforce. Import {kinds} first, or mend it.", nearest(name, known)
            )

    def _site(self, plan: Plan, name: str) -> None:
        if len(name) > LONGEST_SITE:
            plan.reject("site", name, f"is longer than {LONGEST_SITE} characters.")
        elif name.casefold() in self.sites:
            plan.row.values["site"] = self.sites[name.casefold()][1]
        else:
            plan.row.values["site"] = self._new_sites.setdefault(name.casefold(), name)

    def _compare(self, plan: Plan, held: _Held) -> None:
        if held.deleted:
            plan.warn("reference", plan.reference, "was deleted here and is left alone.")
            return
        values = plan.row.values
        for column, before in held.values.items():
            after = values.get(column)
            if after is None:
                continue
            same = set(after) == set(before) if isinstance(after, tuple) else after == before
            if not same:
                if column == "pupils":
                    plan.change(column, _places(before), _places(after))
                elif column == "note":
                    plan.change(column, before or "", after)
                else:
                    plan.change(column, before, after)
        if "note" in plan.changes and held.values["note"] and not held.note_is_mine:
            plan.reject(
                "note",
                "",
                "differs from the note that somebody else wrote; an import does not change that. Leave the cell empty.",
            )
        own_window = self.member.condition("intervention.change") == "own_window"
        if (
            plan.changes
            and own_window
            and (held.changeable_until is None or held.changeable_until < self.options.today)
        ):
            column = next(iter(plan.changes))
            plan.reject(
                column, values[column] if column not in ("pupils", "note") else "",
                "differs from what was logged, too long ago for your role to change. Ask the manager to import it.",
            )  # fmt: skip

    def _held(self, references: list[str]) -> dict[str, _Held]:
        note = sql.THE_NOTE if self._reads_notes else sql.NOTHING_OF_THE_NOTE
        found = {}
        with connection.cursor() as cursor:
            cursor.execute(sql.HELD.format(note=note), [references])
            for row in cursor.fetchall():
                values = dict(zip(SAME_NAMED, row[2:9], strict=True))
                values["site"] = next((name for pk, name in self.sites.values() if pk == row[9]), None)
                values["specialists"] = tuple(self._references[pk] for pk in row[12])
                places = (place.partition(":") for place in row[13])
                values["pupils"] = tuple(
                    NamedPupil(self._local_ids[int(pk)], attendance) for pk, _, attendance in places
                )
                if self._reads_notes:
                    values["note"] = row[14]
                found[row[1]] = _Held(row[0], values, row[10], row[11], bool(row[15]))
        return found

    # ---- writing ----------------------------------------------------------------------------------------------------

    def write(self, plans: Sequence[Plan], ledger: Ledger) -> None:
        """Add sites and sessions, and change sessions."""
        self._add_sites(ledger)
        add = [plan for plan in plans if plan.outcome == "add"]
        if add:
            with connection.cursor() as cursor:
                self._copy(cursor, add)
                cursor.execute(sql.ADD, [last_day_to_change(self.options.today)])
                for statement in sql.ADD_PARTS:
                    cursor.execute(statement)
                cursor.execute("select array_agg(session_id) from import_session")
                (ids,) = cursor.fetchone()
                cursor.execute(sql.DROP)
            # What hangs on an added session goes with it, so it needs no line of its own.
            ledger.added(Intervention, ids)
        change = [plan for plan in plans if plan.outcome == "change"]
        if change:
            self._change(change, ledger)

    def _add_sites(self, ledger: Ledger) -> None:
        new = [Site(name=name) for key, name in self._new_sites.items() if key not in self.sites]
        write_records(ledger, Site, add=new, change=[])
        for site in new:
            self.sites[site.name.casefold()] = (site.pk, site.name)

    def _copy(self, cursor: Any, plans: Iterable[Plan]) -> None:
        cursor.execute(sql.MAKE)
        with cursor.copy(sql.FILL) as copy:
            for plan in plans:
                copy.write_row(self._record(plan))
        cursor.execute("analyze import_session")

    def _record(self, plan: Plan) -> tuple[Any, ...]:
        """Give the session as it will be: what the row says, and where it says nothing what is held."""
        values = plan.row.values
        if plan.found:
            values = {**plan.found.values, **{column: value for column, value in values.items() if value is not None}}
        places: tuple[NamedPupil, ...] = values.get("pupils") or ()
        pupils = [self.pupils[place.local_id] for place in places]
        site = values.get("site")
        day = values["date"]
        return (
            plan.found.id if plan.found else None,
            plan.reference,
            uuid7(),
            day,
            values.get("start_time"),
            values["duration"],
            values["activity_type"],
            values.get("location") or "",
            values.get("out_of_school_hours") or False,
            values.get("staff_trained"),
            self.sites[site.casefold()][0] if site else None,
            [self.posts[reference] for reference in values["specialists"]],
            pupils,
            [self._case_on(pupil, day) for pupil in pupils],
            [place.attendance for place in places],
            values.get("note") or "",
            uuid7(),
        )

    def _case_on(self, pupil: int, day: dt.date) -> int | None:
        """Give the case of a pupil that was open on a day: the one opened last."""
        return next((pk for opened, ended, pk in reversed(self.cases.get(pupil, ())) if opened <= day <= ended), None)

    def _change(self, plans: list[Plan], ledger: Ledger) -> None:
        """Bring sessions and what hangs on them to what the file says; only what differs is written."""
        sessions = [plan.found.id for plan in plans]
        ledger.changing(Intervention, sessions)
        with connection.cursor() as cursor:
            self._copy(cursor, plans)
            cursor.execute(sql.CHANGE)
            if cursor.rowcount != len(sessions):
                raise RuntimeError("A session that was planned to change could not be written.")

            def ids(query: str) -> list[int]:
                cursor.execute(query)
                return [row[0] for row in cursor.fetchall()]

            gone = ids(sql.POSTS_GONE)
            ledger.removing(InterventionSpecialist, gone)
            cursor.execute(sql.REMOVE_POSTS, [gone])
            ledger.added(InterventionSpecialist, ids(sql.POSTS_NEW))
            gone = ids(sql.PLACES_GONE)
            ledger.removing(InterventionPlace, gone)
            cursor.execute(sql.REMOVE_PLACES, [gone])
            differing = ids(sql.PLACES_DIFFERING)
            ledger.changing(InterventionPlace, differing)
            cursor.execute(sql.CHANGE_PLACES, [differing])
            ledger.added(InterventionPlace, ids(sql.PLACES_NEW))
            cursor.execute(sql.DROP)
        self._change_notes([plan for plan in plans if "note" in plan.changes], ledger)

    def _change_notes(self, plans: list[Plan], ledger: Ledger) -> None:
        held = {
            note.intervention_id: note
            for note in InterventionNote.objects.filter(intervention__in=[plan.found.id for plan in plans])
        }
        add, change = [], []
        for plan in plans:
            text, note = plan.row.values["note"], held.get(plan.found.id)
            if note:
                note.text = text
                change.append(note)
            else:
                add.append(InterventionNote(intervention_id=plan.found.id, text=text, written_by=self.options.by))
        write_records(ledger, InterventionNote, add=add, change=change, attributes=["text"])

    def finish(self) -> None:
        """Nothing follows."""


def _places(named: tuple[NamedPupil, ...] | None) -> str:
    return ";".join(
        sorted(
            place.local_id if place.attendance == "attended" else f"{place.local_id}:{place.attendance}"
            for place in named or ()
        )
    )
