"""What the stories of notices share: a working Wednesday, jobs done to their end, and a case."""

import datetime as dt

import pytest

from apst.jobs.models import Job
from apst.jobs.tasks import perform
from apst.tenancy.context import acting_as_system, acting_for
from cases.models import CaseMember
from cases.services import refresh_access
from tests import clock
from tests.factories import make_case, make_pupil


@pytest.fixture
def acting(northgate):
    """`with acting(cast.manager):` Northgate is open as that person."""
    return lambda user: acting_for(northgate, user, durable=False)


@pytest.fixture
def as_system(northgate):
    """`with as_system():` Northgate is open as its own system."""
    return lambda: acting_as_system(northgate, durable=False)


@pytest.fixture
def do_jobs(northgate):
    """Do every job that waits and is not put off, and those that they ask for; gives them all."""

    def do(taskforce=northgate):
        done = []
        while True:
            with acting_as_system(taskforce, durable=False):
                waiting = Job.objects.filter(state="waiting", not_before__isnull=True).order_by("pk")
                ids = list(waiting.values_list("pk", flat=True))
            if not ids:
                with acting_as_system(taskforce, durable=False):
                    return list(Job.objects.filter(pk__in=done).order_by("pk"))
            for pk in ids:
                perform(pk, taskforce.pk)
            done += ids

    return do


@pytest.fixture
def wednesday(northgate):
    """Ten o'clock on a Wednesday in term."""
    day = clock.school_wednesday()
    if day == clock.TODAY:
        yield day
        return
    with clock.at(dt.datetime.combine(day, dt.time(10), clock.LONDON)):
        yield day


@pytest.fixture
def case(northgate, cast, as_system):
    """Amira's open case at Riverside, led by Sam; the grants are in step."""
    with as_system():
        pupil = make_pupil(forename="Amira", surname="Ahmed", name_key="ahmed amira")
        case = make_case(pupil=pupil, site=northgate.riverside, lead=cast.specialist.post)
        CaseMember.objects.create(case=case, post=cast.specialist.post, part="lead", starts_on=case.opened_on)
        refresh_access()
    return case
