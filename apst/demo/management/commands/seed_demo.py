"""`manage.py seed_demo`: three invented taskforces with a year and a half of history up to today."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apst.demo import guard
from apst.demo.seed.cast import SETTINGS
from apst.demo.seed.making import make


class Command(BaseCommand):
    """Makes those that are not there yet; run again, it makes nothing."""

    help = "Make three invented taskforces with history up to today. Everybody in them is invented; see demo_sign_ins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        guard.add_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make each in a transaction of its own, and say what was made."""
        guard.check(options)
        for setting in SETTINGS:
            made = make(setting)
            if made is None:
                self.stdout.write(f"{setting.name}: here already.")
            else:
                self.stdout.write(
                    f"{setting.name} ({setting.authority}): {made.pupils} pupils, {made.open_cases} open cases, "
                    f"{made.sessions} sessions, the return of {made.period}."
                )
