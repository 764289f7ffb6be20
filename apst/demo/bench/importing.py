"""The import of a large file of sessions, audited, beside COPY as the owner; pages meanwhile; the return over them."""

import csv
import datetime as dt
import io
import multiprocessing
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import xlsxwriter
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections

from apst.tenancy.models import Taskforce
from cases.models import Intervention, InterventionPlace, InterventionSpecialist

from . import asking, returns
from .asking import Browser
from .databases import owner_connection
from .loading import Loader
from .measuring import Line, Sheet, Times, seconds
from .scale import MANAGER, person_id

EXPECTED: Final = 90.0  # seconds on two quiet cores; the return 20, its figures 2 (issue 2)
EXPECTED_RETURN: Final = 20.0
TYPES: Final = ("youth_worker", "speech_language_therapist", "mental_health", "educational_psychologist")
# Taskforces of the bench that take the files, one for each form, and one whose pages are read meanwhile.
TAKERS: Final = {"csv": 2, "xlsx": 3}
READ: Final = 4
PAGES: Final = {"Today": "/", "case list": "/cases/", "history of imports": "/imports/"}
Rows = list[list[str]]


@dataclass(frozen=True)
class Size:
    """How much there is to import."""

    sessions: int
    pupils: int
    specialists: int


WHOLE: Final = Size(sessions=50_000, pupils=1_000, specialists=60)
SMALL: Final = Size(sessions=40, pupils=10, specialists=4)


def _files(size: Size) -> dict[str, Rows]:
    """Give the rows of the three files by kind, headings first."""
    chance = random.Random(size.sessions)
    specialists = [["reference", "name", "specialist_type", "fte", "start_date", "employment"]]
    specialists += [
        [f"B{n}", f"Import Person {n}", TYPES[n % 4], "0.8", "2024-09-02", "direct"] for n in range(size.specialists)
    ]
    pupils = [["local_id", "surname", "forename", "date_of_birth", "year_group", "sen_provision", "fsm"]]
    pupils += [
        [
            f"BP{n}",
            f"Surname{n}",
            f"Forename{n}",
            dt.date(2012, 1 + n % 8, 1 + n % 28).isoformat(),
            "10",
            "NKE"[n % 3],
            ("yes", "no")[n % 2],
        ]
        for n in range(size.pupils)
    ]
    sessions = [["reference", "date", "duration", "activity_type", "location", "specialists", "pupils"]]
    for n in range(size.sessions):
        named = chance.sample(range(size.pupils), 1 + n % 6)
        places = ";".join(f"BP{pupil}" for pupil in named)
        day = dt.date(2026, 10, 16) - dt.timedelta(days=n % 400)
        kind = "one_to_one" if len(named) == 1 else "group"
        sessions.append(
            [f"BS{n}", day.isoformat(), str(30 + n % 4 * 15), kind, "ap_school", f"B{n % size.specialists}", places]
        )
    return {"specialists": specialists, "pupils": pupils, "sessions": sessions}


def _write(path: Path, rows: Rows) -> None:
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Data")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)


def _bring(folder: Path, form: str, files: dict[str, Rows], taskforce: int) -> float:
    """Import the three files with the product's own command, and give the seconds that all three took."""
    taken = 0.0
    slug = Taskforce.objects.get(pk=taskforce).slug
    for kind, rows in files.items():
        path = folder / f"{kind}.{form}"
        _write(path, rows)
        began = time.perf_counter()
        call_command("import_records", kind, str(path), taskforce=slug, stdout=io.StringIO())
        taken += time.perf_counter() - began
    return taken


def _meanwhile(folder: Path, files: dict[str, Rows], *, rounds: int) -> Iterator[Line]:
    """Ask a taskforce's pages while its import runs in a process of its own, as a worker's does; before it as well."""
    browser = Browser(asking.product(), person_id(READ, MANAGER), READ)
    idle, busy = ({page: Times() for page in PAGES} for _ in range(2))

    def ask(taken: dict[str, Times]) -> None:
        for page, address in PAGES.items():
            began = time.perf_counter()
            browser.get(address)
            taken[page].clock.append(time.perf_counter() - began)

    ask({page: Times() for page in PAGES})
    for _ in range(max(rounds, 20)):
        ask(idle)
    connections.close_all()  # a forked process must not write to its parent's
    worker = multiprocessing.get_context("fork").Process(target=_bring, args=(folder, "csv", files, READ))
    worker.start()
    while worker.is_alive() or not busy["Today"].clock:
        ask(busy)
    worker.join()
    if worker.exitcode:
        raise CommandError("The import beside which pages were read failed.")
    for page in PAGES:
        yield Line(
            f"page while its taskforce imports: {page}",
            seconds(idle[page].p95),
            seconds(busy[page].p95),
            busy[page].p95 / idle[page].p95,
            note=f"p95 beside that of the same page idle; asked {len(busy[page].clock)} times, all answered",
        )


_BROUGHT = """
select i.{columns} from {table} i where i.tenant_id = %s and {session} in (
  select s.id from cases_intervention s where s.tenant_id = %s and s.reference like 'BS%%')
"""


def _copied(taskforce: int) -> float:
    """COPY what an import brought into another taskforce's place as the owner, without the audit; it is rolled back."""
    with owner_connection(connections["owner"].settings_dict["NAME"]) as owner:

        def rows(table: str, columns: str, session: str) -> list[tuple[Any, ...]]:
            statement = _BROUGHT.format(columns=columns.replace(" ", ", i."), table=table, session=session)
            return owner.execute(statement, [taskforce, taskforce]).fetchall()

        parts = {
            Intervention: "id tenant_id reference held_on minutes activity_type location",
            InterventionSpecialist: "tenant_id intervention_id post_id",
            InterventionPlace: "tenant_id intervention_id held_on pupil_id case_id attendance",
        }
        held = {
            model: rows(model._meta.db_table, columns, "i.id" if model is Intervention else "i.intervention_id")
            for model, columns in parts.items()
        }
        tables = [model._meta.db_table for model in reversed(parts)]
        taken = 0.0
        with owner.transaction(force_rollback=True):
            owner.execute("set constraints all immediate")
            for table in tables:
                owner.execute(f"alter table {table} disable trigger user")
            for table in tables:
                session = "id" if table == tables[-1] else "intervention_id"
                owner.execute(
                    f"delete from {table} where tenant_id = %s and {session} = any(%s)",  # noqa: S608 - our own names
                    [taskforce, [row[0] for row in held[Intervention]]],
                )
            began = time.perf_counter()
            for model, columns in parts.items():
                Loader(owner).copy(model, columns, held[model])
            taken = time.perf_counter() - began
    return taken


def measure(sheet: Sheet, size: Size, *, rounds: int) -> None:
    """Import the files in both forms, then build the return over what was brought."""
    sheet.heading(
        f"Import of {size.sessions:,} sessions, {size.pupils:,} pupils and {size.specialists} specialists, audited"
    )
    files = _files(size)
    taken = {}
    with TemporaryDirectory() as folder:
        for form in TAKERS:
            taken[form] = _bring(Path(folder), form, files, TAKERS[form])
        meanwhile = list(_meanwhile(Path(folder), files, rounds=rounds))
    copied = _copied(TAKERS["csv"])
    for form, took in taken.items():
        sheet.add(
            Line(
                f"import of {size.sessions:,} sessions from {form.upper()}, beside COPY as the owner",
                seconds(copied),
                seconds(took),
                took / copied,
            )
        )
        sheet.add(
            Line(
                f"import from {form.upper()}, beside what is expected",
                seconds(EXPECTED),
                seconds(took),
                took / EXPECTED,
                must=1.0,
            )
        )
    for line in (*meanwhile, *_return_lines(sheet, rounds=rounds)):
        sheet.add(line)


def _return_lines(sheet: Sheet, *, rounds: int) -> Iterator[Line]:
    whole = returns.measure(sheet, TAKERS["csv"], rounds=rounds)
    yield Line(
        "the return over what was imported, beside what is expected",
        seconds(EXPECTED_RETURN),
        seconds(whole),
        whole / EXPECTED_RETURN,
        must=1.0,
    )
