"""`manage.py create_taskforce`: makes a taskforce, and with --england-calendar a plausible school calendar."""

import datetime as dt
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_slug
from django.utils.timezone import localdate

from apst.places import england, services
from apst.places.exceptions import PlacesError
from apst.tenancy.context import acting_as_system
from apst.tenancy.models import LocalAuthority

EARLIEST, LATEST = 2015, 2040


class Command(BaseCommand):
    """Makes one taskforce, whole or not at all."""

    help = (
        "Make a taskforce. Its people come with `invite`, its calendar with "
        "`import_records calendar` or --england-calendar."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--slug", required=True, help="a short name for addresses and files, such as wakefield")
        parser.add_argument("--name", required=True)
        parser.add_argument("--la-code", required=True, help="the DfE code of its local authority, such as 384")
        parser.add_argument("--urn", default="", help="the URN of its host school")
        parser.add_argument("--began", help="the day it began, such as 2021-11-01")
        parser.add_argument("--opening-pupils", help="pupils supported before its records here")
        parser.add_argument("--opening-hours", help="hours delivered before its records here, such as 120.5")
        parser.add_argument(
            "--england-calendar", metavar="2023-2027", help="academic years beginning in the first to the last year"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        years = _years(options["england_calendar"])
        fields = _fields(options)
        try:
            taskforce = services.make_taskforce(slug=options["slug"], name=options["name"].strip(), **fields)
        except PlacesError as error:
            raise CommandError(str(error)) from None
        with acting_as_system(taskforce):
            for year in years:
                for half_term in england.half_terms(year):
                    services.put_entry(
                        None, kind="half_term", academic_year=_academic(year), by=None, **half_term._asdict()
                    )
        said = f"{taskforce.name} made."
        if years:
            said += (
                f" Calendar: {_academic(years[0])} to {_academic(years[-1])}, as "
                "most of England has it; change it under Settings."
            )
        self.stdout.write(said)


def _academic(first: int) -> str:
    return f"{first}-{(first + 1) % 100:02}"


def _years(text: str | None) -> list[int]:
    if not text:
        return []
    match = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text.strip())
    if not match:
        raise CommandError(f"“{text}” is no range of years. Write --england-calendar 2023-2027.")
    first, last = int(match[1]), int(match[2] or match[1])
    if not EARLIEST <= first <= last <= LATEST:
        raise CommandError(f"The years must run from the earlier to the later, between {EARLIEST} and {LATEST}.")
    return list(range(first, last + 1))


def _number(name: str, text: str | None, *, times: int = 1) -> int:
    try:
        number = float(text or 0) * times
    except ValueError:
        number = -1
    if not 0 <= number < 2**31:
        raise CommandError(f"--{name} must be a number, nought or more; “{text}” is not.")
    return round(number)


def _fields(options: dict[str, Any]) -> dict[str, Any]:
    try:
        validate_slug(options["slug"])
    except ValidationError:
        raise CommandError(
            "The slug may hold letters, figures, hyphens and underscores only, such as north-gate."
        ) from None
    if len(options["slug"]) > 50:
        raise CommandError("The slug may have 50 characters at most.")
    if not options["name"].strip():
        raise CommandError("The name is empty.")
    authority = LocalAuthority.objects.filter(code=options["la_code"]).first()
    if authority is None:
        raise CommandError(
            f"There is no local authority with the code “{options['la_code']}”. Codes have three figures, such as 384."
        )
    if options["urn"] and not re.fullmatch(r"\d{5,6}", options["urn"]):
        raise CommandError(f"“{options['urn']}” is no URN, which has six figures.")
    began_on = None
    if options["began"]:
        try:
            began_on = dt.date.fromisoformat(options["began"])
        except ValueError:
            raise CommandError(f"“{options['began']}” is no date. Write --began 2021-11-01.") from None
    pupils = _number("opening-pupils", options["opening_pupils"])
    minutes = _number("opening-hours", options["opening_hours"], times=60)
    # The balance is as at the day before the records here begin: today, until the settings say otherwise.
    opening_on = localdate() if pupils or minutes else None
    return {
        "local_authority": authority,
        "urn": options["urn"],
        "began_on": began_on,
        "opening_on": opening_on,
        "opening_pupils": pupils,
        "opening_minutes": minutes,
    }
