"""Importing as the command does, from text, and what came of it."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from django.core.management import CommandError, call_command

from apst.tenancy.context import acting_as_system

YEAR = "academic_year,kind,name,starts_on,ends_on\n2026-27,half_term,autumn-1,02/09/2026,23/10/2026\n"


@dataclass
class Outcome:
    """What the command said, its exit code and its report."""

    code: int
    said: str
    report: list[dict[str, str]]

    def outcomes(self) -> list[str]:
        return [line["outcome"] for line in self.report]

    def lines(self, *columns: str) -> list[tuple[str, ...]]:
        return [tuple(line[column] for column in columns) for line in self.report]


class Bringer:
    """Imports text into one taskforce: `bring("pupils", text, correction=True)`."""

    def __init__(self, taskforce, folder: Path) -> None:
        self.taskforce, self.folder = taskforce, folder

    def __call__(self, kind: str, text: str | bytes, **options) -> Outcome:
        path, report = self.folder / f"{kind}.csv", self.folder / "report.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        report.unlink(missing_ok=True)
        out, err = io.StringIO(), io.StringIO()
        code, error = 0, ""
        try:
            call_command(
                "import_records",
                kind,
                str(path),
                taskforce=self.taskforce.slug,
                report=report,
                stdout=out,
                stderr=err,
                **options,
            )
        except CommandError as refused:
            code, error = refused.returncode, str(refused)
        rows = []
        if report.exists():
            with report.open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.DictReader(file))
        return Outcome(code, "\n".join(filter(None, [out.getvalue(), err.getvalue(), error])), rows)

    def inside(self):
        """Open the taskforce as its system, to look at what is there."""
        return acting_as_system(self.taskforce, durable=False)
