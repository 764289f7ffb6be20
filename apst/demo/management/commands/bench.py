"""`manage.py bench`: the product beside raw SQL and plain Django, in one run, as ratios with their targets."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from apst.demo.bench import importing, meeting, pages, reading, returns, writing
from apst.demo.bench.databases import world_of
from apst.demo.bench.measuring import Sheet
from apst.demo.bench.scale import SMALL, WHOLE


class Command(BaseCommand):
    """Prints every line as it is measured, and the table for the README at the end."""

    help = "Measure reads, pages, writes, the import and the return beside raw SQL and plain Django."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--small",
            action="store_true",
            help="a tiny world and few rounds: proves that the bench works, not how fast it is",
        )
        parser.add_argument("--rounds", type=int, default=0, help="rounds of each measurement (40; 3 with --small)")

    def handle(self, *args: Any, **options: Any) -> None:
        settings.DEBUG = False  # a debugging connection keeps every statement
        small = options["small"]
        rounds = options["rounds"] or (3 if small else 40)
        sheet = Sheet(self.stdout.write)
        scales = SMALL if small else WHOLE
        counts: dict[str, dict[str, int]] = {}
        for scale in scales:
            with world_of(scale, keep=not small, say=self.stdout.write):
                sheet.heading(
                    f"{scale.taskforces} taskforces, {scale.cases} cases, {scale.largest} of them in the largest"
                )
                reading.measure(sheet, scale, rounds=rounds)
                counts[scale.name] = pages.count(scale)
                if scale.largest >= meeting.OPEN and scale is not scales[-1]:
                    meeting.measure(sheet, rounds=rounds)
                if scale is scales[-1]:
                    pages.measure(sheet, scale, rounds=rounds)
                    writing.measure(sheet, scale, rounds=rounds)
                    returns.measure(sheet, 1, rounds=max(rounds // 8, 1))
                    importing.measure(sheet, importing.SMALL if small else importing.WHOLE, rounds=max(rounds // 8, 1))
                    if small:
                        meeting.measure(sheet, rounds=rounds)
        pages.tell_counts(sheet, counts)
        load = ", ".join(f"{number:.1f}" for number in os.getloadavg())
        self.stdout.write(
            f"\n{sheet.noise()} Load of the machine: {load} on {os.cpu_count()} cores.\n\n{sheet.table()}"
        )
        missed = sum(line.verdict == "MISSED" for line in sheet.lines)
        self.stdout.write(f"\n{len(sheet.lines)} lines, {missed} missed.")
