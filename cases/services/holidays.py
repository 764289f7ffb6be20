"""Holiday provision: a programme, who has a place on it, and its days, which are sessions."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from apst.accounts.models import Membership
from apst.people.models import Post, Pupil
from apst.tenancy.context import name_act
from cases.exceptions import DayOutsideProgramme, ProgrammeOrder
from cases.models import HolidayDay, HolidayPlace, HolidayProgramme, Intervention

from .interventions import log_session


@transaction.atomic
def plan_programme(*, by: Membership | None, **details: Any) -> HolidayProgramme:
    """Plan what is offered in one holiday. details: the fields of HolidayProgramme. Raises ProgrammeOrder."""
    if details["ends_on"] < details["starts_on"]:
        raise ProgrammeOrder
    name_act("holiday.plan")
    return HolidayProgramme.objects.create(**details)


@transaction.atomic
def change_programme(
    programme: HolidayProgramme, *, changes: Mapping[str, Any], by: Membership | None
) -> HolidayProgramme:
    """Change a programme. Raises ProgrammeOrder."""
    held = HolidayProgramme.objects.select_for_update().get(pk=programme.pk)
    for name, value in changes.items():
        setattr(held, name, value)
    if held.ends_on < held.starts_on:
        raise ProgrammeOrder
    name_act("holiday.change")
    held.save()
    return held


@transaction.atomic
def give_places(programme: HolidayProgramme, pupils: Collection[Pupil], *, by: Membership | None) -> int:
    """Give pupils a place on a programme; who has one already keeps it. Gives how many are new."""
    name_act("holiday.give_place")
    held = set(HolidayPlace.objects.filter(programme=programme).values_list("pupil", flat=True))
    new = [pupil for pupil in pupils if pupil.pk not in held]
    for pupil in new:
        try:
            with transaction.atomic():
                HolidayPlace.objects.create(programme=programme, pupil=pupil, added_by=by)
        except IntegrityError as error:
            # Somebody else gave it at this moment.
            if "cases_holidayplace_once" not in str(error):
                raise
    return len(new)


@transaction.atomic
def take_place(programme: HolidayProgramme, pupil: Pupil, *, by: Membership | None) -> None:
    """Take a pupil's place back; days that they attended stay."""
    name_act("holiday.take_place")
    HolidayPlace.objects.filter(programme=programme, pupil=pupil).delete()


@transaction.atomic
def keep_register(
    programme: HolidayProgramme,
    *,
    day: dt.date,
    minutes: int,
    specialists: Collection[Post],
    places: Sequence[tuple[Pupil, str]],
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> Intervention:
    """Keep the register of one day: a session of holiday provision, so that hours and pupils are counted once.

    places  pupils, each with a code of session_attendance. A form sent twice gives the first one's session
    Raises DayOutsideProgramme and what `log_session` raises.
    """
    if not programme.starts_on <= day <= programme.ends_on:
        raise DayOutsideProgramme
    session = log_session(
        specialists=specialists,
        held_on=day,
        minutes=minutes,
        activity_type="holiday",
        places=places,
        site=programme.site,
        submission_key=submission_key,
        by=by,
    )
    name_act("holiday.keep_register")
    if not HolidayDay.objects.filter(intervention=session).exists():
        HolidayDay.objects.create(programme=programme, intervention=session)
    return session
