"""Work that runs as the system is done only for those who may ask for it; any member can write the row of a job."""

import datetime as dt

import pytest

from apst.accounts.models import Membership
from apst.imports.models import Import
from apst.jobs import tasks
from apst.jobs.models import Job
from apst.tenancy.context import acting_as_system, acting_for


@pytest.fixture
def applied(cast, northgate) -> Import:
    with acting_as_system(northgate):
        return Import.objects.create(
            kind="pupils", file_name="a.csv", sha256="0", state="applied", as_at=dt.date(2026, 1, 1)
        )


def done(northgate, person, applied) -> tuple[str, str]:
    """Write the row of an undo as a person, and do it: the states of the job and of the import."""
    with acting_for(northgate, person):
        job = Job.objects.create(
            kind="imports.undo",
            key=f"undo {person.pk}",
            as_system=True,
            args={"import": str(applied.public_id)},
            person_id=person.pk,
        )
    tasks.perform(job.pk, northgate.pk)
    with acting_as_system(northgate):
        job.refresh_from_db()
        applied.refresh_from_db()
    return job.state, applied.state


@pytest.mark.django_db(transaction=True, databases=["default", "beside"])
@pytest.mark.parametrize("role", ["school_staff", "specialist", "slt", "ig_lead"])
def test_a_job_written_by_hand_does_nothing_that_its_writer_may_not(cast, northgate, applied, role):
    assert done(northgate, getattr(cast, role), applied) == ("failed", "applied")


@pytest.mark.django_db(transaction=True, databases=["default", "beside"])
def test_whoever_may_is_served(cast, northgate, applied):
    assert done(northgate, cast.coordinator, applied) == ("done", "undone")


@pytest.mark.django_db(transaction=True, databases=["default", "beside"])
def test_a_job_of_somebody_who_has_left_is_not_done(cast, northgate, applied):
    with acting_for(northgate, cast.coordinator):
        job = Job.objects.create(
            kind="imports.undo",
            key="left",
            as_system=True,
            args={"import": str(applied.public_id)},
            person_id=cast.coordinator.pk,
        )
    with acting_as_system(northgate):
        Membership.objects.filter(user=cast.coordinator).update(ends_on=dt.date(2025, 12, 1))
    for _ in range(tasks.ATTEMPTS):
        tasks.perform(job.pk, northgate.pk)
    with acting_as_system(northgate):
        job.refresh_from_db()
        applied.refresh_from_db()
    assert (job.state, applied.state) == ("failed", "applied")
