"""`manage.py confirm_access`: for the operator, where no manager or senior leader of a taskforce is there to do it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apst.accounts import queries, services
from apst.accounts.models import Membership
from apst.tenancy.context import acting_as_system


class Command(BaseCommand):
    """Confirms one member's access, who is back at their next request."""

    help = "Confirm that somebody still works in a taskforce, so that lapsed access comes back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--taskforce", metavar="SLUG", required=True)
        parser.add_argument("--email", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        taskforce = queries.taskforce_by_slug(options["taskforce"])
        if taskforce is None:
            raise CommandError(f"There is no taskforce “{options['taskforce']}”.")
        with acting_as_system(taskforce):
            found = Membership.objects.filter(email__iexact=options["email"].strip())
            if not services.confirm_access(found, by=None):
                raise CommandError("Nobody with this address works there.")
        self.stdout.write("Confirmed. Their access counts from their next page on.")
