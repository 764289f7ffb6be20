"""Recording a pupil, and changing who they are."""

import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.people.exceptions import ChangedMeanwhile, KnownLocalId, MalformedNumber, WrongDate
from apst.people.models import NhsNumber, Pupil, PupilNameKey
from apst.people.names import name_key, sound_key
from apst.people.numbers import read_nhs_number, read_upn
from apst.tenancy.context import name_act

from .facts import change_fact
from .keys import keep_former_name, keys_of, write_name_keys

IDENTITY = frozenset(
    {
        "local_id",
        "upn",
        "nhs_number",
        "surname",
        "forename",
        "preferred_name",
        "date_of_birth",
        "sex",
        "ethnicity",
        "first_language",
        "year_offset",
        "home_school",
        "home_la",
        "placing_la",
        "registration",
        "postcode",
        "entry_date",
        "leaving_date",
        "destination",
    }
)
PROVISIONAL = "new-"  # what a local id made here begins with
LONGEST_LIFE_YEARS = 30  # a taskforce's pupils are at school or have just left


def check_birth(date_of_birth: dt.date) -> None:
    """Refuse a date of birth that no pupil can have; raises WrongDate."""
    today = localdate()
    if date_of_birth > today:
        raise WrongDate("Date of birth must be in the past")
    if date_of_birth.year < today.year - LONGEST_LIFE_YEARS:
        raise WrongDate("Date of birth is too long ago for a pupil: check the year")


def _tidied(fields: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - IDENTITY
    if unknown:
        raise TypeError(f"A pupil has no {', '.join(sorted(unknown))}.")
    tidy: dict[str, Any] = {
        name: " ".join(value.split()) if isinstance(value, str) else value for name, value in fields.items()
    }
    for number, read in (("upn", read_upn), ("nhs_number", read_nhs_number)):
        if tidy.get(number):
            tidy[number] = _read(read, tidy[number])
    if "postcode" in tidy:
        tidy["postcode"] = tidy["postcode"].upper()
    if "date_of_birth" in tidy:
        check_birth(tidy["date_of_birth"])
    return tidy


def _read(read: Callable[[str], str], text: str) -> str:
    try:
        return read(text)
    except ValueError as error:
        raise MalformedNumber(str(error)) from None


def _check_stay(pupil: Pupil) -> None:
    if pupil.entry_date and pupil.leaving_date and pupil.leaving_date < pupil.entry_date:
        raise WrongDate("The leaving date must be the same as or after the entry date")


def _keep_nhs_number(pupil: Pupil, number: str | None) -> bool:
    """Keep the NHS number ("" removes it, None says nothing of it); gives whether that changed anything."""
    held = NhsNumber.objects.filter(pupil=pupil).first()
    if number is None or number == (held.number if held else ""):
        return False
    if not number:
        NhsNumber.objects.filter(pupil=pupil).delete()
    elif held:
        NhsNumber.objects.filter(pk=held.pk).update(number=number)
    else:
        NhsNumber.objects.create(pupil=pupil, number=number)
    return True


def _save(pupil: Pupil) -> None:
    try:
        with transaction.atomic():
            pupil.save()
    except IntegrityError as error:
        if "people_pupil_local_id" in str(error):
            raise KnownLocalId("Another pupil of this taskforce has that local id") from None
        raise


@transaction.atomic
def record_pupil(
    *,
    surname: str,
    forename: str,
    date_of_birth: dt.date,
    local_id: str = "",
    facts: Mapping[str, str] | None = None,
    holds_from: dt.date | None = None,
    by: Membership | None,
    **identity: Any,
) -> Pupil:
    """Record a child not known here before; likely duplicates are the caller's question to the person
    (names.likely_same).

    local_id    the school's own number; blank where the referrer knows none: one is made
    facts       kind -> code of PupilFact, holding from `holds_from` (today)
    identity    further fields of Pupil, see IDENTITY
    Raises MalformedNumber, WrongDate, KnownLocalId, NoSuchValue.
    """
    name_act("pupil.record")
    fields = _tidied({**identity, "surname": surname, "forename": forename, "date_of_birth": date_of_birth})
    nhs_number = fields.pop("nhs_number", None)
    pupil = Pupil(local_id=local_id.strip() or f"{PROVISIONAL}{secrets.token_hex(4)}", recorded_by=by, **fields)
    pupil.name_key, pupil.sound_key = name_key(pupil.surname, pupil.forename), sound_key(pupil.surname, pupil.forename)
    _check_stay(pupil)
    _save(pupil)
    PupilNameKey.objects.bulk_create(keys_of(pupil))
    _keep_nhs_number(pupil, nhs_number)
    for kind, value in (facts or {}).items():
        if value:
            change_fact(pupil, kind=kind, value=value, holds_from=holds_from or localdate(), by=by)
    return pupil


@transaction.atomic
def change_pupil(
    pupil: Pupil,
    *,
    version: int | None,
    changes: Mapping[str, Any],
    keep_former: bool = False,
    by: Membership | None,
) -> Pupil:
    """Change who a pupil is: the fields of `changes` (see IDENTITY) and no other.

    version  the version that the page showed; None for the system and imports, which read and write in one transaction
    keep_former  the name has changed, and was not only written wrongly: the earlier one still finds the pupil
    Raises ChangedMeanwhile, MalformedNumber, WrongDate, KnownLocalId. Nothing is written where nothing differs.
    """
    name_act("pupil.change")
    held = Pupil.objects.select_for_update().get(pk=pupil.pk)
    if version is not None and held.version != version:
        raise ChangedMeanwhile(
            "Somebody else has changed this pupil since you opened the page. Look at it again before you save."
        )
    fields = _tidied(changes)
    renumbered = _keep_nhs_number(held, fields.pop("nhs_number", None))
    if not renumbered and all(getattr(held, name) == value for name, value in fields.items()):
        return held
    earlier = (held.forename, held.surname)
    for name, value in fields.items():
        setattr(held, name, value)
    held.name_key, held.sound_key = name_key(held.surname, held.forename), sound_key(held.surname, held.forename)
    held.version += 1
    _check_stay(held)
    _save(held)
    write_name_keys([held])
    if keep_former and earlier != (held.forename, held.surname):
        keep_former_name(held, forename=earlier[0], surname=earlier[1], by=by)
    return held
