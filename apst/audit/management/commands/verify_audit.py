"""`manage.py verify_audit [--taskforce S]`: proves that what is sealed is whole, or says where it is not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apst.audit.sealing import Proof, verify
from apst.tenancy.context import acting_as_system
from apst.tenancy.models import Taskforce


class Command(BaseCommand):
    """Says for each taskforce what is sealed, what is not yet, and where its chain breaks first."""

    help = (
        "Walk the sealed audit trail and access log of one taskforce, or of all. Ends with 1 where a row was changed,"
        " removed or put in another order, and names the place. What is not sealed yet proves nothing: it is counted."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--taskforce", metavar="SLUG", help="one taskforce; all of them without it")

    def handle(self, *args: Any, **options: Any) -> None:
        taskforces = Taskforce.objects.order_by("slug")
        if options["taskforce"]:
            taskforces = taskforces.filter(slug=options["taskforce"])
            if not taskforces:
                raise CommandError(f"There is no taskforce {options['taskforce']}.")
        broken = 0
        for taskforce in list(taskforces):
            with acting_as_system(taskforce):
                for proof in verify():
                    broken += bool(proof.broken)
                    self.stdout.write(f"{taskforce.slug}: {_words(proof)}")
        if broken:
            raise CommandError("What is sealed is not what was written: see above.")


def _words(proof: Proof) -> str:
    said = [f"{proof.sealed} sealed", f"{proof.unsealed} not sealed yet"]
    if proof.erased:
        said.append(f"the details of {proof.erased} erased")
    end = f"BROKEN: {proof.broken}" if proof.broken else "whole"
    return f"{proof.chain}: {', '.join(said)}; {end}."
