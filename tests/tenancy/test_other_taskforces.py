"""Inside a taskforce nobody reads what another one has said of itself, such as the balances it began with."""

import pytest
from django.db import DatabaseError, connection, transaction

from apst.tenancy.context import acting_as_system, acting_for
from apst.tenancy.models import Taskforce


@pytest.mark.parametrize("role", ["manager", "coordinator", "riverside", "school_staff"])
def test_a_member_reads_their_own_alone(cast, northgate, southgate, role):
    with acting_for(northgate, getattr(cast, role)):
        assert list(Taskforce.objects.values_list("slug", "opening_pupils")) == [("northgate", 0)]


def test_a_taskforces_system_reads_its_own_alone(northgate, southgate):
    with acting_as_system(northgate):
        assert Taskforce.objects.get() == northgate


def test_an_area_reads_whose_taskforces_there_are_and_no_balance(northgate, southgate):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local role s_area")
        cursor.execute("select slug from tenancy_taskforce order by slug")
        assert cursor.fetchall() == [("northgate",), ("southgate",)]
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute("select opening_pupils from tenancy_taskforce")
        cursor.execute("reset role")
