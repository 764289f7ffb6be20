"""Sessions by their reference: the one kind that comes in tens of thousands, so rows are compared and written in bulk.

Nothing is held but the taskforce's pupils, posts, sites and cases, which are few; rows pass in chunks, and are written by COPY
into a temporary table and INSERT ... SELECT under row-level security (tenancy design, 4.7).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from uuid6 import uuid7

from apst.people.models import Post, Pupil
from apst.places.models import Site
from apst.tenancy.context import current
from cases.models import Case, Intervention, InterventionNote, InterventionPlace, InterventionSpecialist
from cases.services.interventions import last_day_to_change

from ..ledger import Ledger, write_records
from ..reading.problems import Row
from ..reading.values.lists import NamedPupil
from .plans import Options, Plan, nearest

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

_HELD = """
select i.id, i.reference, i.held_on, i.starts_at, i.minutes, i.activity_type, i.location, i.out_of_school_hours, i.staff_trained,
       i.site_id, i.deleted_at is not null, i.changeable_until,
       array(select x.post_id from cases_interventionspecialist x where x.tenant_id = i.tenant_id and x.intervention_id = i.id),
       array(select p.pupil_id || ':' || p.attendance from cases_interventionplace p where p.tenant_id = i.tenant_id and p.intervention_id = i.id),
       {note}
  from cases_intervention i where i.reference = any(%s)
"""
_NOTE = "(select n.text from cases_interventionnote n where n.tenant_id = i.tenant_id and n.intervention_id = i.id), {mine}"
_COLUMNS: Final = (
    "session_id bigint", "reference text", "public_id uuid", "held_on date", "starts_at time", "minutes int", "activity_type text",
    "location text", "out_of_school_hours boolean", "staff_trained int", "site_id bigint", "posts bigint[]", "pupils bigint[]",
    "cases bigint[]", "attendances text[]", "note text", "note_id uuid",
)  # fmt: skip
_NAMES: Final = ", ".join(column.split()[0] for column in _COLUMNS)
_FIELDS: Final = "held_on, starts_at, minutes, activity_type, location, out_of_school_hours, staff_trained, site_id"
_ADD = (
    f"insert into cases_intervention (public_id, reference, {_FIELDS}, intervention_type, logged_by_id, changeable_until, version)"  # noqa: S608 - names from this module
    f" select public_id, reference, {_FIELDS}, '', app.member(), %s, 1 from import_session",
    "update import_session t set session_id = i.id from cases_intervention i where i.reference = t.reference",
    "insert into cases_interventionspecialist (intervention_id, post_id) select session_id, unnest(posts) from import_session",
    "insert into cases_interventionplace (intervention_id, pupil_id, case_id, attendance)"
    " select t.session_id, p.pupil, p.case_id, p.attendance from import_session t,"
    " unnest(t.pupils, t.cases, t.attendances) as p(pupil, case_id, attendance)",
    "insert into cases_interventionnote (public_id, intervention_id, text, written_by_id)"
    " select note_id, session_id, note, app.member() from import_session where note <> ''",
)


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
        for pupil, opened, ended, pk in Case.objects.order_by("opened_on", "pk").values_list("pupil", "opened_on", "ended_on", "pk"):
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
            self._unknown(plan, "pupils", [place.local_id for place in named if place.local_id not in self.pupils], self.pupils)
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
            plan.reject(column, name, f"is no {what} of this taskforce. Import {kinds} first, or mend it.", nearest(name, known))

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
            plan.reject("note", "", "differs from the note that somebody else wrote; an import does not change that. Leave the cell empty.")
        own_window = self.member.condition("intervention.change") == "own_window"
        if plan.changes and own_window and (held.changeable_until is None or held.changeable_until < self.options.today):
            column = next(iter(plan.changes))
            plan.reject(
                column, values[column] if column not in ("pupils", "note") else "",
                "differs from what was logged, too long ago for your role to change. Ask the manager to import it.",
            )  # fmt: skip

    def _held(self, references: list[str]) -> dict[str, _Held]:
        note = "null, false"
        if self._reads_notes:
            written = "n.written_by_id is not distinct from app.member()"
            mine = "true" if self.member.is_system else f"(select {written} from cases_interventionnote n where n.tenant_id = i.tenant_id and n.intervention_id = i.id)"  # noqa: S608 - text of this module
            note = _NOTE.format(mine=mine)
        found = {}
        with connection.cursor() as cursor:
            cursor.execute(_HELD.format(note=note), [references])
            for row in cursor.fetchall():
                values = dict(zip(SAME_NAMED, row[2:9], strict=True))
                values["site"] = next((name for pk, name in self.sites.values() if pk == row[9]), None)
                values["specialists"] = tuple(self._references[pk] for pk in row[12])
                places = (place.partition(":") for place in row[13])
                values["pupils"] = tuple(NamedPupil(self._local_ids[int(pk)], attendance) for pk, _, attendance in places)
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
                for statement in _ADD:
                    cursor.execute(statement, [last_day_to_change(self.options.today)] if "%s" in statement else None)
                cursor.execute("select array_agg(session_id) from import_session")
                (ids,) = cursor.fetchone()
                cursor.execute("drop table import_session")
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
        cursor.execute(f"create temporary table import_session ({', '.join(_COLUMNS)}) on commit drop")
        with cursor.copy(f"copy import_session ({_NAMES}) from stdin") as copy:
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
            cursor.execute(
                f"update cases_intervention i set ({_FIELDS}, version) = row(t.{_FIELDS.replace(', ', ', t.')}, i.version + 1)"  # noqa: S608 - names from this module
                " from import_session t where i.id = t.session_id"
            )
            if cursor.rowcount != len(sessions):
                raise RuntimeError("A session that was planned to change could not be written.")

            def ids(query: str) -> list[int]:
                cursor.execute(query)
                return [row[0] for row in cursor.fetchall()]

            gone = ids("select x.id from cases_interventionspecialist x join import_session t on t.session_id = x.intervention_id where x.post_id <> all(t.posts)")
            ledger.removing(InterventionSpecialist, gone)
            cursor.execute("delete from cases_interventionspecialist where id = any(%s)", [gone])
            ledger.added(InterventionSpecialist, ids(
                "insert into cases_interventionspecialist (intervention_id, post_id) select t.session_id, p from import_session t, unnest(t.posts) p"
                " where not exists (select from cases_interventionspecialist x where x.intervention_id = t.session_id and x.post_id = p) returning id"
            ))  # fmt: skip
            gone = ids("select p.id from cases_interventionplace p join import_session t on t.session_id = p.intervention_id where p.pupil_id <> all(t.pupils)")
            ledger.removing(InterventionPlace, gone)
            cursor.execute("delete from cases_interventionplace where id = any(%s)", [gone])
            named = "import_session t, unnest(t.pupils, t.cases, t.attendances) as n(pupil, case_id, attendance)"
            differing = ids(
                f"select p.id from {named}, cases_interventionplace p where p.intervention_id = t.session_id and p.pupil_id = n.pupil"  # noqa: S608 - as above
                " and (p.attendance, p.case_id) is distinct from (n.attendance, n.case_id)"
            )
            ledger.changing(InterventionPlace, differing)
            cursor.execute(
                f"update cases_interventionplace p set attendance = n.attendance, case_id = n.case_id from {named}"  # noqa: S608 - as above
                " where p.intervention_id = t.session_id and p.pupil_id = n.pupil and p.id = any(%s)",
                [differing],
            )
            ledger.added(InterventionPlace, ids(
                f"insert into cases_interventionplace (intervention_id, pupil_id, case_id, attendance) select t.session_id, n.pupil, n.case_id, n.attendance from {named}"  # noqa: S608 - as above
                " where not exists (select from cases_interventionplace p where p.intervention_id = t.session_id and p.pupil_id = n.pupil) returning id"
            ))  # fmt: skip
            cursor.execute("drop table import_session")
        self._change_notes([plan for plan in plans if "note" in plan.changes], ledger)

    def _change_notes(self, plans: list[Plan], ledger: Ledger) -> None:
        held = {note.intervention_id: note for note in InterventionNote.objects.filter(intervention__in=[plan.found.id for plan in plans])}
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
    return ";".join(sorted(place.local_id if place.attendance == "attended" else f"{place.local_id}:{place.attendance}" for place in named or ()))


