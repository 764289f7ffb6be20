"""`manage.py record_bounces FILE…`: emails of ours that came back to DEFAULT_FROM_EMAIL, as that mailbox keeps them."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apst.notices.bounces import LONG_AGO, failed_recipients, messages_in, sent_at
from apst.notices.services import record_bounce
from apst.tenancy.context import for_each_taskforce


class Command(BaseCommand):
    """Marks the addresses that delivery status notifications say failed for good; says how many, and names none."""

    help = (
        "Read delivery status notifications (RFC 3464) and mark the addresses that failed for good: they get no more"
        " emails until their person says that they work. Reading the same file again changes nothing more."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="an email, or a mailbox in the format mbox")

    def handle(self, *args: Any, **options: Any) -> None:
        read, failed = 0, dict[str, dt.datetime]()
        for name in options["files"]:
            try:
                for message in messages_in(Path(name)):
                    read += 1
                    for address in failed_recipients(message):
                        failed[address.lower()] = max(sent_at(message), failed.get(address.lower(), LONG_AGO))
            except OSError as error:
                raise CommandError(f"{name} cannot be read: {error.strerror}.") from None
        marked = sum(record_bounce(one, at=at) for _ in for_each_taskforce() for one, at in sorted(failed.items()))
        self.stdout.write(f"{read} emails read, {len(failed)} addresses failed for good, {marked} memberships marked.")
