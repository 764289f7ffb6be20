"""Sessions (interventions): logging them, changing them within the window, deleting and restoring."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.accounts.services import discard_draft
from apst.codelists import codes, codes_where
from apst.people.models import Post, Pupil
from apst.places.calendar import SchoolCalendar, bank_holidays
from apst.places.models import Establishment, Site
from apst.tenancy.context import current, name_act
from apst.tenancy.references import next_reference
from cases.exceptions import (
    ChangedMeanwhile,
    CodeUnknown,
    DurationOutOfRange,
    HeldInFuture,
    NoteNotYours,
    PupilNeeded,
    PupilTwice,
    PupilUnknown,
    SpecialistNeeded,
    StaffTrainedWrong,
    TravelOutOfRange,
    WindowClosed,
)
from cases.models import Case, Intervention, InterventionNote, InterventionPlace, InterventionSpecialist

Places = Sequence[tuple[Pupil, str]]
DRAFT = "session-log"
LONGEST = 24 * 60
MOST_STAFF = 1000
NEEDS_PUPIL = codes_where("activity_types", "needs_pupil")
TRIES = 3


def last_day_to_change(logged_on: dt.date) -> dt.date:
    """Give the third working day after a session was logged: no weekend, no bank holiday (OWN_WINDOW_WORKING_DAYS)."""
    day, left = logged_on, settings.OWN_WINDOW_WORKING_DAYS
    while left:
        day += dt.timedelta(days=1)
        if day.weekday() < 5 and day not in bank_holidays(day.year):
            left -= 1
    return day


def is_out_of_school_hours(day: dt.date, starts_at: dt.time | None, calendar: SchoolCalendar) -> bool:
    """Say whether work on a day, from a time where it is known, lies outside school hours (SCHOOL_DAY_STARTS, _ENDS).

    Weekends, holidays, bank holidays, INSET days and closures do; on a day that no calendar holds, weekends and bank
    holidays.
    """
    if calendar.is_known(day):
        in_school = calendar.is_school_day(day)
    else:
        in_school = day.weekday() < 5 and day not in bank_holidays(day.year)
    if not in_school:
        return True
    return starts_at is not None and not settings.SCHOOL_DAY_STARTS <= starts_at < settings.SCHOOL_DAY_ENDS


def _check(
    *,
    specialists: Collection[Post],
    held_on: dt.date,
    minutes: int,
    activity_type: str,
    places: Places,
    location: str,
    intervention_type: str,
    staff_trained: int | None,
    travel_minutes: int | None,
) -> None:
    if not specialists:
        raise SpecialistNeeded
    if held_on > localdate():
        raise HeldInFuture
    if not 1 <= minutes <= LONGEST:
        raise DurationOutOfRange
    if travel_minutes is not None and not 0 <= travel_minutes <= LONGEST:
        raise TravelOutOfRange
    for code, codelist in (
        (activity_type, "activity_types"),
        (location, "locations"),
        (intervention_type, "intervention_types"),
    ):
        if code not in codes(codelist) and (code or codelist == "activity_types"):
            raise CodeUnknown
    if any(attendance not in codes("session_attendance") for _, attendance in places):
        raise CodeUnknown
    pupils = [pupil.pk for pupil, _ in places]
    if len(set(pupils)) != len(pupils):
        raise PupilTwice
    if not pupils and activity_type in NEEDS_PUPIL:
        raise PupilNeeded
    # Inside a context these are the taskforce's own, and those that the person may see.
    if Pupil.objects.filter(pk__in=pupils).count() != len(pupils):
        raise PupilUnknown
    if staff_trained is not None and (activity_type != "staff_training" or not 0 <= staff_trained <= MOST_STAFF):
        raise StaffTrainedWrong


def cases_on(day: dt.date, pupils: Iterable[int]) -> dict[int, Case]:
    """Give each pupil's case that was open on a day: the one opened last."""
    cases = Case.objects.open_on(day).filter(pupil__in=list(pupils)).order_by("opened_on", "pk")
    return {case.pupil_id: case for case in cases}


def _write_parts(session: Intervention, *, specialists: Iterable[Post], places: Places) -> None:
    cases = cases_on(session.held_on, [pupil.pk for pupil, _ in places])
    InterventionPlace.objects.bulk_create(
        InterventionPlace(
            intervention=session,
            held_on=session.held_on,
            pupil=pupil,
            case=cases.get(pupil.pk),
            attendance=attendance,
        )
        for pupil, attendance in places
    )
    InterventionSpecialist.objects.bulk_create(
        InterventionSpecialist(intervention=session, post=post) for post in specialists
    )


def _sent_before(submission_key: uuid.UUID) -> Intervention | None:
    """Wait for the same form sent a moment ago, and give its session."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(submission_key)])
    return Intervention.objects.filter(submission_key=submission_key).first()


def _insert(session: Intervention) -> None:
    """Save under the next reference; an import that brings the same one at this moment makes it the next but one."""
    for attempt in range(TRIES):
        session.reference = next_reference("session")
        try:
            with transaction.atomic():
                session.save(force_insert=True)
            return
        except IntegrityError as error:
            if "cases_intervention_reference" not in str(error) or attempt == TRIES - 1:
                raise


@transaction.atomic
def log_session(
    *,
    specialists: Collection[Post],
    held_on: dt.date,
    minutes: int,
    activity_type: str,
    places: Places = (),
    starts_at: dt.time | None = None,
    location: str = "",
    intervention_type: str = "",
    out_of_school_hours: bool | None = None,
    site: Site | None = None,
    beneficiary: Establishment | None = None,
    staff_trained: int | None = None,
    travel_minutes: int | None = None,
    note: str = "",
    submission_key: uuid.UUID | None = None,
    draft: str = DRAFT,
    by: Membership | None,
) -> Intervention:
    """Log work by one or more specialists on one day; a form sent twice gives the first one's session.

    minutes  how long it took, 1 to 1440
    places   pupils, each with a code of session_attendance; each keeps the case that was open on the day
    out_of_school_hours  None works it out from the calendar and the time;  site  None takes that of the cases
    beneficiary  the school that outreach was for;  travel_minutes  apart from delivery, 0 to 1440, counts nowhere
    draft  the form whose draft this was
    Raises the named errors of cases.exceptions; then nothing is changed. Rules: spec/mi-return.md, "Rows that count".
    """
    if submission_key and (sent := _sent_before(submission_key)):
        return sent
    _check(
        specialists=specialists,
        held_on=held_on,
        minutes=minutes,
        activity_type=activity_type,
        places=places,
        location=location,
        intervention_type=intervention_type,
        staff_trained=staff_trained,
        travel_minutes=travel_minutes,
    )
    if note and not (current().may("note.write") and current().may("note.view")):
        raise NoteNotYours
    name_act("intervention.log")
    if out_of_school_hours is None:
        out_of_school_hours = is_out_of_school_hours(held_on, starts_at, SchoolCalendar.of())
    session = Intervention(
        held_on=held_on,
        starts_at=starts_at,
        minutes=minutes,
        activity_type=activity_type,
        intervention_type=intervention_type,
        location=location,
        out_of_school_hours=out_of_school_hours,
        site_id=site.pk if site else _site_of(held_on, places),
        beneficiary=beneficiary,
        staff_trained=staff_trained,
        travel_minutes=travel_minutes,
        logged_by=by,
        changeable_until=last_day_to_change(localdate()),
        submission_key=submission_key,
    )
    _insert(session)
    _write_parts(session, specialists=specialists, places=places)
    if note:
        InterventionNote.objects.create(intervention=session, text=note, written_by=by)
    if by:
        discard_draft(draft)
    return session


def _site_of(day: dt.date, places: Places) -> int | None:
    """Give the one site of the cases of the pupils named, None where they have several or none."""
    sites = {case.site_id for case in cases_on(day, [pupil.pk for pupil, _ in places]).values() if case.site_id}
    return sites.pop() if len(sites) == 1 else None


def _locked(session: Intervention, version: int | None) -> Intervention:
    """Lock the session to change it. The database gives no row to whom the matrix (own, window) refuses it."""
    found = Intervention.objects.select_for_update().filter(pk=session.pk).first()
    if found is None:
        raise WindowClosed
    if version is not None and found.version != version:
        raise ChangedMeanwhile
    return found


def _change(session: Intervention, **fields: Any) -> Intervention:
    Intervention.objects.filter(pk=session.pk).update(**fields, version=F("version") + 1)
    session.refresh_from_db()
    return session


@transaction.atomic
def change_session(
    session: Intervention,
    *,
    version: int | None,
    specialists: Collection[Post],
    held_on: dt.date,
    minutes: int,
    activity_type: str,
    places: Places = (),
    starts_at: dt.time | None = None,
    location: str = "",
    intervention_type: str = "",
    out_of_school_hours: bool | None = None,
    site: Site | None = None,
    beneficiary: Establishment | None = None,
    staff_trained: int | None = None,
    travel_minutes: int | None = None,
    note: str | None = None,
    by: Membership | None,
) -> Intervention:
    """Change a session whole; what it was stays in the history. Arguments as `log_session`.

    version  the one that the page showed;  note  None leaves it as it is
    Raises WindowClosed, ChangedMeanwhile, NoteNotYours and what `log_session` raises; then nothing is changed.
    """
    found = _locked(session, version)
    _check(
        specialists=specialists,
        held_on=held_on,
        minutes=minutes,
        activity_type=activity_type,
        places=places,
        location=location,
        intervention_type=intervention_type,
        staff_trained=staff_trained,
        travel_minutes=travel_minutes,
    )
    name_act("intervention.change")
    if out_of_school_hours is None:
        out_of_school_hours = is_out_of_school_hours(held_on, starts_at, SchoolCalendar.of())
    found = _change(
        found,
        held_on=held_on,
        starts_at=starts_at,
        minutes=minutes,
        activity_type=activity_type,
        intervention_type=intervention_type,
        location=location,
        out_of_school_hours=out_of_school_hours,
        site_id=site.pk if site else _site_of(held_on, places),
        beneficiary=beneficiary,
        staff_trained=staff_trained,
        travel_minutes=travel_minutes,
    )
    _change_places(found, places)
    _change_specialists(found, specialists)
    if note is not None:
        _change_note(found, note, by=by)
    return found


def _change_places(session: Intervention, places: Places) -> None:
    """Bring the places to what is said, touching only those that differ, so that the history says what changed."""
    cases = cases_on(session.held_on, [pupil.pk for pupil, _ in places])
    wanted = {pupil.pk: attendance for pupil, attendance in places}
    kept = {place.pupil_id: place for place in session.places.all()}
    session.places.filter(pupil__in=[pupil for pupil in kept if pupil not in wanted]).delete()
    for pupil_id, attendance in wanted.items():
        case = cases.get(pupil_id)
        place = kept.get(pupil_id)
        if place is None:
            InterventionPlace.objects.create(
                intervention=session, held_on=session.held_on, pupil_id=pupil_id, case=case, attendance=attendance
            )
        elif (place.attendance, place.case_id) != (attendance, case.pk if case else None):
            session.places.filter(pk=place.pk).update(attendance=attendance, case=case)


def _change_specialists(session: Intervention, specialists: Collection[Post]) -> None:
    wanted = {post.pk for post in specialists}
    kept = set(session.specialists.values_list("post", flat=True))
    session.specialists.filter(post__in=kept - wanted).delete()
    InterventionSpecialist.objects.bulk_create(
        InterventionSpecialist(intervention=session, post_id=post) for post in sorted(wanted - kept)
    )


def _change_note(session: Intervention, text: str, *, by: Membership | None) -> None:
    found = InterventionNote.objects.filter(intervention=session).first()
    if found is None and text:
        if not (current().may("note.write") and current().may("note.view")):
            raise NoteNotYours
        try:
            with transaction.atomic():
                InterventionNote.objects.create(intervention=session, text=text, written_by=by)
        except (IntegrityError, ProgrammingError):
            # The session names a pupil hidden from this person, and so its note is hidden, written or not.
            raise NoteNotYours from None
    elif (
        found is not None and found.text != text and not InterventionNote.objects.filter(pk=found.pk).update(text=text)
    ):
        raise NoteNotYours


@transaction.atomic
def delete_session(session: Intervention, *, version: int | None = None, by: Membership | None) -> Intervention:
    """Delete a session: it counts nowhere and can be restored. Raises WindowClosed, ChangedMeanwhile."""
    found = _locked(session, version)
    name_act("intervention.delete")
    return _change(found, deleted_at=Now()) if found.deleted_at is None else found


@transaction.atomic
def restore_session(session: Intervention, *, version: int | None = None, by: Membership | None) -> Intervention:
    """Take a deletion back. Raises WindowClosed, ChangedMeanwhile."""
    found = _locked(session, version)
    name_act("intervention.restore")
    return _change(found, deleted_at=None) if found.deleted_at is not None else found
