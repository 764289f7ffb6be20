"""Invented people do not belong among real ones: where the product is in earnest use, nothing is seeded by mistake."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

SURE = "--yes-invented-data"


def add_argument(parser: ArgumentParser) -> None:
    """Declare the option by which somebody says that they mean it."""
    parser.add_argument(SURE, action="store_true", help="make invented data although this looks like production")


def check(options: dict[str, Any]) -> None:
    """Raise CommandError on an installation that serves over https and does not debug, unless somebody says SURE."""
    in_earnest = settings.PUBLIC_URL.startswith("https:") and not settings.DEBUG
    if in_earnest and not options["yes_invented_data"]:
        raise CommandError(
            f"This installation is in use ({settings.PUBLIC_URL}). The command makes invented taskforces, with sign-ins"
            f" whose password anybody can read. Nothing was made. If you mean it, add {SURE}."
        )
