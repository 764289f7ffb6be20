"""`manage.py seed_pilot`: 22 invented taskforces whose returns add up to what DfE published for 2023-24/autumn-1."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apst.demo import guard
from apst.demo.pilot.figures import PERIOD, SHARES_SAID, parts
from apst.demo.pilot.making import make


class Command(BaseCommand):
    """Makes those that are not there yet; run again, it makes nothing."""

    help = "Make 22 invented taskforces, one in each pilot authority, whose returns add up to DfE's published figures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        guard.add_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make each in a transaction of its own, and say what was made."""
        guard.check(options)
        planned = parts()
        made = [part for part in planned if make(part) is not None]
        self.stdout.write(
            f"{len(made)} of {len(planned)} invented pilot taskforces made; the others were here already."
        )
        self.stdout.write(
            f"Together, for {PERIOD}: {sum(p.pupils for p in planned):,} pupils, "
            f"{sum(p.quarters for p in planned) // 4:,} hours, {sum(len(p.fte) for p in planned)} specialists, "
            f"{sum(sum(p.fte) for p in planned) / 100:g} FTE, "
            f"{sum(p.disengaged for p in planned)} disengaged early, {sum(p.refused for p in planned)} refused."
        )
        self.stdout.write(f"The shares: {SHARES_SAID}")
