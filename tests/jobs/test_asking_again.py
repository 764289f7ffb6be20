"""The same work asked for twice is one job while it waits; once it is over, whoever asks again is served."""

import pytest

from apst.jobs.models import Job
from apst.jobs.services import ask_for
from apst.tenancy.context import acting_for
from reporting.queries import DRAW


@pytest.mark.parametrize("again", ["manager", "slt"])
def test_asked_for_twice_while_it_waits_it_is_one_job(cast, northgate, again):
    with acting_for(northgate, cast.manager):
        first = ask_for(DRAW, key="autumn-1", args={})
    with acting_for(northgate, getattr(cast, again)):
        assert ask_for(DRAW, key="autumn-1", args={}) == first


@pytest.mark.parametrize("again", ["manager", "slt"])
def test_a_failed_job_is_done_for_whoever_asks_next(cast, northgate, again):
    with acting_for(northgate, cast.manager):
        first = ask_for(DRAW, key="autumn-1", args={})
        Job.objects.filter(pk=first.pk).update(state=Job.State.FAILED)
    for _ in range(2):  # and whoever asks twice is not given two
        with acting_for(northgate, getattr(cast, again)):
            job = ask_for(DRAW, key="autumn-1", args={})
            assert (job.state, job.person_id) == (Job.State.WAITING, getattr(cast, again).pk)
    assert (job == first) is (again == "manager")
