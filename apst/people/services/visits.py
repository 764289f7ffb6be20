"""Out alone: somebody knows where one is and when one is expected back, and the managers are told when one is not."""

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.accounts.queries import is_live
from apst.jobs.models import Job
from apst.jobs.services import ask_for, ask_once
from apst.notices.services import deliver
from apst.people.exceptions import AlreadyOut, WrongDate
from apst.people.models import LoneVisit
from apst.tenancy.context import current, name_act

ALARM = "people.lone_visit_alarm"
ALARM_EMAIL = "people.lone_visit_email"
LONGEST_HOURS = 12


def _check(expected_back_at: dt.datetime) -> None:
    now = timezone.now()
    if expected_back_at <= now:
        raise WrongDate("The time at which you expect to be back must be in the future")
    if expected_back_at > now + dt.timedelta(hours=LONGEST_HOURS):
        raise WrongDate(f"Say a time within the next {LONGEST_HOURS} hours, and check in again after it")


@transaction.atomic
def go_out(*, kind: str, place: str, expected_back_at: dt.datetime, by: Membership) -> LoneVisit:
    """Check out before a home visit or a lift. Raises AlreadyOut, WrongDate."""
    _check(expected_back_at)
    name_act("lone_visit.begin")
    try:
        with transaction.atomic():
            return LoneVisit.objects.create(
                member=by, kind=kind, place=place.strip(), expected_back_at=expected_back_at
            )
    except IntegrityError as error:
        if "people_lonevisit_one_out" in str(error):
            raise AlreadyOut("You are out already. Say that you are back first, or that you need longer.") from None
        raise


@transaction.atomic
def come_back(visit: LoneVisit, *, by: Membership | None) -> LoneVisit:
    """Say that somebody is back and well: they themselves, or a manager who has spoken to them."""
    held = LoneVisit.objects.select_for_update().get(pk=visit.pk)
    if held.back_at is None:
        name_act("lone_visit.end")
        held.back_at, held.closed_by = timezone.now(), by
        held.save(update_fields=["back_at", "closed_by"])
    return held


@transaction.atomic
def stay_longer(visit: LoneVisit, *, expected_back_at: dt.datetime, by: Membership | None) -> LoneVisit:
    """Say that a visit takes longer; an alarm that was raised is off until then. Raises WrongDate."""
    _check(expected_back_at)
    held = LoneVisit.objects.select_for_update().get(pk=visit.pk)
    if held.back_at is not None:
        raise WrongDate("You have said already that you are back")
    name_act("lone_visit.stay")
    held.expected_back_at, held.alarmed_at, held.emailed_at = expected_back_at, None, None
    held.save(update_fields=["expected_back_at", "alarmed_at", "emailed_at"])
    return held


def taskforces_to_alarm() -> list[int]:
    """Give the taskforces in which somebody is overdue and nobody was told yet; needs no open taskforce."""
    with connection.cursor() as cursor:
        cursor.execute("select taskforce from app.overdue_visits(%s)", [settings.LONE_VISIT_GRACE_MINUTES])
        return [row[0] for row in cursor.fetchall()]


@transaction.atomic
def raise_alarms() -> int:
    """Raise the alarm for everybody overdue in the open taskforce, as its system; gives for how many.

    May run twice at once: a row that one run has locked the other leaves out, and one that was alarmed is not overdue.
    """
    latest = timezone.now() - dt.timedelta(minutes=settings.LONE_VISIT_GRACE_MINUTES)
    overdue = LoneVisit.objects.select_for_update(skip_locked=True).filter(
        back_at__isnull=True, alarmed_at__isnull=True, expected_back_at__lt=latest
    )
    number = 0
    for visit in overdue:
        name_act("lone_visit.alarm")
        visit.alarmed_at = timezone.now()
        visit.save(update_fields=["alarmed_at"])
        ask_for(ALARM, key=f"{visit.pk}/{visit.expected_back_at.isoformat()}", args={"visit": visit.pk})
        number += 1
    return number


@transaction.atomic
def tell_managers(visit_id: int) -> int:
    """Ask, for every manager of today, for an email that somebody has not come back; gives for how many.

    Runs as the system. Told once, or whose visit is over meanwhile, is not told again. Each email is a job of its own,
    so that a manager whose address takes none keeps it from nobody else.
    """
    visit = LoneVisit.objects.select_for_update().filter(pk=visit_id).first()
    if visit is None or visit.back_at or visit.emailed_at or not visit.alarmed_at:
        return 0
    name_act("lone_visit.tell")
    managers = [m for m in Membership.objects.filter(role="manager") if is_live(m, localdate())]
    for manager in managers:
        key = f"{visit.pk}/{visit.expected_back_at.isoformat()}/{manager.pk}"
        ask_once(ALARM_EMAIL, key=key, args={"member": manager.pk})
    visit.emailed_at = timezone.now()
    visit.save(update_fields=["emailed_at"])
    return len(managers)


def tell_manager(member_id: int, *, job: Job) -> str:
    """Email one manager that somebody has not come back, without saying who, whatever they chose to be told of.

    Gives how it went, as `apst.notices.services.deliver` does; raises JobLater as that does.
    """
    text = render_to_string(
        "people/email/lone_visit.txt",
        {
            "taskforce": current().taskforce.name,
            "address": settings.PUBLIC_URL.rstrip("/") + "/",
            "product_name": settings.PRODUCT_NAME,
        },
    )
    manager = Membership.objects.get(pk=member_id)
    return deliver(manager, subject="A colleague has not checked in", text=text, job=job, always=True)
