"""`manage.py import_records KIND FILE --taskforce SLUG`: one file of records, checked and imported in one go."""

import contextlib
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from apst.accounts.models import User
from apst.accounts.queries import me
from apst.imports import running, services
from apst.imports.exceptions import NothingApplied
from apst.imports.reading import KINDS, Refused, ReportLine, write_report
from apst.tenancy.context import Member, acting_as_system, acting_for
from apst.tenancy.models import Taskforce

REJECTED: Final = 1
WRONG_USAGE: Final = 2
MOST_SAID: Final = 50
BAR: Final = 30


class Command(BaseCommand):
    """Exit codes: 0 applied or nothing to do, 1 rejected and nothing applied, 2 wrong usage."""

    help = "Import one file of records into a taskforce: CSV or XLSX. The kinds: " + ", ".join(KINDS)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("kind", metavar="KIND", help=", ".join(KINDS))
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--taskforce", required=True, metavar="SLUG")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
        parser.add_argument("--report", type=Path, metavar="FILE.csv", help="write what becomes of each row")
        parser.add_argument("--skip-rejected", action="store_true", help="leave out what is rejected, import the rest")
        parser.add_argument("--correction", action="store_true", help="facts replace what was held, for the past too")
        parser.add_argument(
            "--as", dest="person", metavar="EMAIL", help="act as this member (default: the taskforce's system)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, or say in plain words why not."""
        kind, path = options["kind"], options["file"]
        if kind not in KINDS:
            raise CommandError(f"There is no kind “{kind}”. The kinds are: {', '.join(KINDS)}.", returncode=WRONG_USAGE)
        taskforce = Taskforce.objects.filter(slug=options["taskforce"]).first()
        if taskforce is None:
            raise CommandError(f"There is no taskforce “{options['taskforce']}”.", returncode=WRONG_USAGE)
        self._lines: list[ReportLine] = []
        self._report_all = options["report"] is not None
        self._progress = _Progress(self)
        try:
            with path.open("rb") as file, self._acting(taskforce, options["person"]) as member:
                tally = self._run(member, file, options)
        except OSError as error:
            raise CommandError(f"The file {path} cannot be opened: {error.strerror}.", returncode=WRONG_USAGE) from None
        except Refused as refused:
            self._progress.end()
            self._write_report(options["report"])
            raise CommandError(f"{refused} Nothing was imported.", returncode=REJECTED) from None
        except NothingApplied as rejected:
            self._progress.end()
            self._write_report(options["report"])
            self._say_rejected()
            raise CommandError(str(rejected), returncode=REJECTED) from None
        self._progress.end()
        self._write_report(options["report"])
        for note in tally.notes:
            self.stdout.write(note)
        self._say_rejected()
        self._say_end(tally, options)

    def _run(self, member: Member, file: BinaryIO, options: dict[str, Any]) -> running.Tally:
        how: dict[str, Any] = {
            "kind": options["kind"],
            "file_name": options["file"].name,
            "correction": options["correction"],
            "take_lines": self._take,
            "tell": self._progress.tell,
            "by": None if member.is_system else me(member),
        }
        if options["dry_run"]:
            return services.check_now(file, **how)
        return services.import_now(file, skip_rejected=options["skip_rejected"], **how)

    @contextlib.contextmanager
    def _acting(self, taskforce: Taskforce, email: str | None) -> Iterator[Member]:
        if email is None:
            with acting_as_system(taskforce, durable=False) as member:
                yield member
            return
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Nobody has an account with the email {email}.", returncode=WRONG_USAGE)
        entered = False
        try:
            with acting_for(taskforce, user, durable=False) as member:
                entered = True
                if not member.may("record.import"):
                    raise CommandError(f"A {member.role_label.lower()} may not import records.", returncode=WRONG_USAGE)
                yield member
        except ProgrammingError:
            if entered:
                raise
            raise CommandError(f"{email} is no member of “{taskforce.slug}” today.", returncode=WRONG_USAGE) from None

    def _take(self, lines: list[running.Line]) -> None:
        self._lines += [line for line, _ in lines if self._report_all or line.outcome == "rejected"]

    def _write_report(self, path: Path | None) -> None:
        if path is None:
            return
        try:
            with path.open("w", encoding="utf-8", newline="") as file:
                write_report(file, self._lines)
        except OSError as error:
            raise CommandError(
                f"The report {path} cannot be written: {error.strerror}.", returncode=WRONG_USAGE
            ) from None

    def _say_rejected(self) -> None:
        """Say which rows were rejected and why: rows, columns and reasons, never a pupil's name."""
        rejected = [line for line in self._lines if line.outcome == "rejected"]
        for line in rejected[:MOST_SAID]:
            hint = f" Did you mean {line.suggestion}?" if line.suggestion else ""
            self.stderr.write(f"Row {line.row}, {line.column}: {line.reason}{hint}")
        if len(rejected) > MOST_SAID:
            self.stderr.write(f"And {len(rejected) - MOST_SAID:,} more. --report FILE.csv lists them all.")

    def _say_end(self, tally: running.Tally, options: dict[str, Any]) -> None:
        if options["dry_run"]:
            self.stdout.write(f"{tally.rows:,} rows: {tally.said()}. Nothing was changed (--dry-run).")
            if tally.rejected and not options["skip_rejected"]:
                raise CommandError(
                    f"{tally.rejected:,} rows would be rejected, so nothing would be imported.", returncode=REJECTED
                )
            return
        counts = tally.counts
        self.stdout.write(
            f"{tally.rows:,} rows: {counts['add']:,} added, {counts['change']:,} changed,"
            f" {counts['unchanged']:,} unchanged, {counts['rejected']:,} rejected."
        )


class _Progress:
    """A bar on a terminal; elsewhere a line now and then."""

    def __init__(self, command: BaseCommand) -> None:
        self.command = command
        self.bar = sys.stderr.isatty()
        self.said_at = time.monotonic()
        self.drawn = False

    def tell(self, percent: int, saying: str) -> None:
        """Draw how far it is; per cent, 0 to 100."""
        if self.bar:
            filled = BAR * percent // 100
            self.command.stderr.write(f"\r[{'#' * filled}{'.' * (BAR - filled)}] {percent:3} %  {saying}", ending="")
            self.command.stderr.flush()
            self.drawn = True
        elif time.monotonic() - self.said_at > 5:
            self.said_at = time.monotonic()
            self.command.stdout.write(f"{percent} %: {saying}")

    def end(self) -> None:
        """Leave the bar's line."""
        if self.drawn:
            self.command.stderr.write("")
            self.drawn = False
