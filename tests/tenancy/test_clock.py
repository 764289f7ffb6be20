"""The tests and their database tell one time, in whatever way they are asked."""

import datetime as dt

import pytest
from django.db import ProgrammingError, connection
from django.utils import timezone

from apst.accounts.models import SecurityEvent
from apst.tenancy.context import acting_as_system, acting_for
from tests.clock import TODAY


def test_python_defaults_policies_and_elevated_functions_live_on_one_day(cast, northgate):
    SecurityEvent.objects.create(act="sign_in")
    told = SecurityEvent.objects.get().at

    assert timezone.localdate() == TODAY
    assert abs(timezone.now() - told) < dt.timedelta(seconds=30)
    with acting_for(northgate, cast.manager), connection.cursor() as cursor:
        cursor.execute("select app.today(), now(), clock_timestamp()")
        day, *moments = cursor.fetchone()
        assert day == TODAY
        assert all(abs(timezone.now() - moment) < dt.timedelta(seconds=30) for moment in moments)


def test_a_membership_that_begins_tomorrow_opens_nothing_today(cast, northgate):
    with acting_as_system(northgate):
        cast.specialist.membership.starts_on = TODAY + dt.timedelta(days=1)
        cast.specialist.membership.save()

    with pytest.raises(ProgrammingError, match="no live membership"), acting_for(northgate, cast.specialist):
        pass
