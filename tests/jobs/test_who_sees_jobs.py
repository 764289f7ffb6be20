"""A job's row is its asker's; work that several may ask for is seen by all of them, and by nobody else."""

import pytest

from apst.jobs.models import Job
from apst.tenancy.context import acting_as_system, acting_for

ASKED = {"cases.draw_paper": "manager", "imports.apply": "coordinator", "reporting.build": "slt"}


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        ("manager", {"cases.draw_paper", "imports.apply", "reporting.build"}),
        ("coordinator", {"imports.apply", "reporting.build"}),
        ("slt", {"reporting.build"}),
        ("specialist", set()),
        ("dsl", set()),
        ("ig_lead", set()),
        ("school_staff", set()),
        ("riverside", set()),
    ],
)
def test_who_reads_which(cast, northgate, role, kinds):
    with acting_as_system(northgate):
        for kind, asker in ASKED.items():
            Job.objects.create(kind=kind, key="k", person_id=getattr(cast, asker).pk)

    with acting_for(northgate, getattr(cast, role)):
        assert set(Job.objects.values_list("kind", flat=True)) == kinds
