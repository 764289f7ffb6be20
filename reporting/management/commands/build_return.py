"""`manage.py build_return --taskforce S --period 2026-27/autumn-1 --out DIR [--format csv,xlsx,pdf]`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apst.tenancy.context import acting_as_system
from apst.tenancy.models import Taskforce
from reporting.exceptions import FiguresFrozen, PdfUnavailable, ReturnRefused
from reporting.renderings import FORMS, file_name
from reporting.services import build_return, render_return

WRONG_USAGE = 2


class Command(BaseCommand):
    """Exit codes: 0 built and written, 1 refused (nothing written), 2 wrong usage."""

    help = "Build the MI return of a taskforce and period, and write it to a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--taskforce", required=True, metavar="SLUG")
        parser.add_argument("--period", required=True, help="2026-27/autumn-1, 2026-27/autumn or 2026-27")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR")
        parser.add_argument(
            "--format", default="csv,xlsx,pdf", help="csv, xlsx, pdf, or several with commas (default: all)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, then write every format; raises CommandError in plain words."""
        forms = [form.strip() for form in options["format"].split(",") if form.strip()]
        unknown = [form for form in forms if form not in FORMS]
        if unknown or not forms:
            raise CommandError(
                f"Unknown format {', '.join(unknown) or '(none)'}: write csv, xlsx or pdf.", returncode=WRONG_USAGE
            )
        taskforce = Taskforce.objects.filter(slug=options["taskforce"]).first()
        if taskforce is None:
            raise CommandError(f"There is no taskforce “{options['taskforce']}”.", returncode=WRONG_USAGE)
        try:
            with acting_as_system(taskforce, durable=False):
                mi_return = build_return(options["period"], by=None)
                files = {
                    file_name(taskforce.slug, mi_return.period, form): render_return(mi_return, form) for form in forms
                }
        except (ReturnRefused, FiguresFrozen, PdfUnavailable) as refused:
            raise CommandError(str(refused)) from None
        try:
            options["out"].mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                (options["out"] / name).write_bytes(content)
                self.stdout.write(str(options["out"] / name))
        except OSError as error:
            raise CommandError(f"The files could not be written to {options['out']}: {error.strerror}.") from None
