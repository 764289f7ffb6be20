"""Reading pupils: what holds on a day, and their year group."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from apst.accounts.models import Membership
from apst.audit.models import AccessEntryPupil
from apst.codelists import codes, label
from apst.people.models import Contact, NhsNumber, Pupil, PupilFact
from apst.tenancy.context import current

# The code list behind each kind of fact; free school meals are yes or no.
FACT_LISTS = {"sen_provision": "sen_provision", "sen_primary_need": "sen_needs", "fsm": "", "csc_status": "csc_status"}

_FACTS_ON = """
select distinct on (f.pupil_id, f.kind) f.pupil_id, f.kind, f.value from people_pupilfact f
where f.tenant_id = %(tenant)s and f.pupil_id = any(%(pupils)s) and f.corrected_at is null
order by f.pupil_id, f.kind, f.holds_from > %(day)s, abs(f.holds_from - %(day)s)
"""


def nhs_number_of(pupil: Pupil) -> str:
    """Give a pupil's NHS number, "" where there is none that the reader is told."""
    return NhsNumber.objects.filter(pupil=pupil).values_list("number", flat=True).first() or ""


def facts_on(pupils: Iterable[Pupil | int], day: dt.date) -> dict[int, dict[str, str]]:
    """Give pupil id -> kind -> code, as it held on `day`; what was never recorded is absent. One query.

    The earliest known value reaches back before it was recorded (spec/mi-return.md, "Facts").
    """
    ids = [pupil if isinstance(pupil, int) else pupil.pk for pupil in pupils]
    found: dict[int, dict[str, str]] = {pk: {} for pk in ids}
    with connection.cursor() as cursor:
        cursor.execute(_FACTS_ON, {"pupils": ids, "day": day, "tenant": current().taskforce.pk})
        for pupil_id, kind, value in cursor.fetchall():
            found[pupil_id][kind] = value
    return found


def year_number(date_of_birth: dt.date, offset: int, day: dt.date) -> int:
    """Give the year group as a number, 0 for Reception: the age on 31 August before the academic year of `day`,
    less four.
    """
    august = (day.year if day.month >= 9 else day.year - 1) - date_of_birth.year
    had_birthday = (date_of_birth.month, date_of_birth.day) <= (8, 31)
    return august - (0 if had_birthday else 1) - 4 + offset


def year_group(pupil: Pupil, day: dt.date) -> str:
    """Give the year group in which a pupil is taught on `day` as people write it: "R", "1" to "13"; outside those
    the number.
    """
    number = year_number(pupil.date_of_birth, pupil.year_offset, day)
    return "R" if number == 0 else str(number)


def history_of(pupil: Pupil) -> list[PupilFact]:
    """Give every fact ever recorded of a pupil, the corrected ones too, by kind and date."""
    return list(
        PupilFact.objects.filter(pupil=pupil)
        .select_related("recorded_by")
        .order_by("kind", "holds_from", "recorded_at", "id")
    )


def contacts_of(pupil: Pupil) -> QuerySet[Contact]:
    """Give a pupil's contacts, whom to ask first first."""
    return Contact.objects.filter(pupil=pupil)


def year_words(pupil: Pupil, day: dt.date) -> str:
    """Give the year group on `day` in words: "Year 9", "Reception"; "Not of school age" outside the list."""
    return (
        label("year_groups", year_group(pupil, day))
        if year_group(pupil, day) in codes("year_groups")
        else "Not of school age"
    )


@dataclass(frozen=True)
class Look:
    """One time somebody looked at a pupil's record."""

    at: dt.datetime
    who: str
    categories: str
    refused: bool


def looks_at(pupil: Pupil, most: int = 10) -> list[Look]:
    """Give who has looked at a pupil's record lately, latest first; for those whom the matrix lets see the access
    log.
    """
    entries = AccessEntryPupil.objects.filter(pupil_id=pupil.pk).select_related("entry").order_by("-entry_id")[:most]
    held = [row.entry for row in entries]
    names_of = dict(Membership.objects.filter(user_id__in=[e.person_id for e in held]).values_list("user_id", "name"))
    return [
        Look(
            e.at,
            names_of.get(e.person_id, "The system" if e.person_id is None else "Somebody who no longer works here"),
            ", ".join(label("data_categories", code) for code in e.categories.split()),
            e.refused,
        )
        for e in held
    ]
