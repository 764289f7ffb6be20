"""`manage.py demo_sign_ins`: who can sign in to the demonstration, and what to try first."""

from typing import Any

from django.core.management.base import BaseCommand

from apst.demo.seed.sign_ins import table


class Command(BaseCommand):
    """Prints a small table; touches no database."""

    help = "Print the demonstration's sign-ins: one for each role, and their password."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the table."""
        self.stdout.write(table())
