"""What the stories of cases share: people who act, and the one whom it is about."""

import datetime as dt

import pytest

from apst.places import england
from apst.places.models import CalendarEntry
from apst.tenancy.context import acting_as_system, acting_for
from cases.models import CaseMember
from cases.services import refresh_access
from tests import clock
from tests.factories import make_case, make_pupil, make_referral


@pytest.fixture
def acting(northgate):
    """`with acting(cast.manager):` Northgate is open as that person."""
    return lambda user: acting_for(northgate, user, durable=False)


@pytest.fixture
def as_system(northgate):
    """`with as_system():` Northgate is open as its own system."""
    return lambda: acting_as_system(northgate, durable=False)


@pytest.fixture
def pupil(northgate, as_system):
    """Amira Ahmed, whom nobody has referred."""
    with as_system():
        return make_pupil(forename="Amira", surname="Ahmed", name_key="ahmed amira")


@pytest.fixture
def referral(northgate, as_system, pupil):
    """Amira's referral to Riverside, undecided."""
    with as_system():
        return make_referral(pupil=pupil, site=northgate.riverside)


@pytest.fixture
def case(northgate, cast, as_system, pupil):
    """Amira's open case at Riverside, led by Sam; the grants are in step."""
    with as_system():
        case = make_case(pupil=pupil, site=northgate.riverside, lead=cast.specialist.post)
        CaseMember.objects.create(case=case, post=cast.specialist.post, part="lead", starts_on=case.opened_on)
        refresh_access()
    return case


@pytest.fixture
def in_term(northgate, as_system):
    """Live on a Wednesday with weeks of school before and after it, at ten, and in a calendar that knows it."""
    day = clock.school_wednesday()
    with as_system():
        known = set(CalendarEntry.objects.values_list("academic_year", flat=True))
        for first in (day.year - 1, day.year):
            year = f"{first}-{(first + 1) % 100:02}"
            if year not in known:
                CalendarEntry.objects.bulk_create(
                    CalendarEntry(academic_year=year, kind="half_term", **half_term._asdict())
                    for half_term in england.half_terms(first)
                )
    if day == clock.TODAY:
        yield day
    else:
        with clock.at(dt.datetime.combine(day, dt.time(10), clock.LONDON)):
            yield day
