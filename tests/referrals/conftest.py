"""What the pages of referrals are tried with."""

import datetime as dt

import pytest

from apst.people.names import name_key, sound_key
from apst.tenancy.context import acting_as_system, acting_for
from referrals import services
from referrals.services import NewPupil
from tests.factories import make_pupil, make_referral

NOOR = {
    "forename": "Noor", "surname": "Haddad", "preferred_name": "", "sex": "", "upn": "", "home_school": "",
    "date_of_birth-day": "27", "date_of_birth-month": "3", "date_of_birth-year": "2012",
    "sen_provision": "K", "fsm": "", "csc_status": "", "contact_name": "", "contact_relationship": "",
    "contact_phone": "", "distinct": "",
}  # fmt: skip
WHY = {"source": "mainstream_school", "reasons": ["attendance", "transition"], "summary": "In school two days a week."}
VIEWS = {
    "pupil_views": "I like art.", "family_views": "We agree.",
    "what_1": "Mentor", "when_1": "since September", "effect_1": "Calmer on those days",
    "what_2": "", "when_2": "", "effect_2": "",
}  # fmt: skip


@pytest.fixture
def pupil_named(northgate):
    """Make a pupil with the keys that names are compared by."""

    def make(forename: str, surname: str, **fields):
        with acting_as_system(northgate):
            return make_pupil(
                forename=forename,
                surname=surname,
                name_key=name_key(surname, forename),
                sound_key=sound_key(surname, forename),
                **fields,
            )

    return make


@pytest.fixture
def referrals(northgate):
    """Three referrals: at the Centre, at Riverside, at no site; received on 2, 3 and 4 November 2026."""
    with acting_as_system(northgate):
        return [
            make_referral(site=site, received_on=dt.date(2026, 11, 2 + n), reference=f"R-{n + 1}")
            for n, site in enumerate((northgate.centre, northgate.riverside, None))
        ]


@pytest.fixture
def own_referral(northgate, cast):
    """What Tom Ellis, of a mainstream school, has referred."""
    with acting_for(northgate, cast.school_staff):
        return services.refer(
            NewPupil("Noor", "Haddad", dt.date(2012, 3, 27)),
            received_on=dt.date(2026, 11, 10),
            source="mainstream_school",
            route="form",
            reasons=["attendance"],
            by=cast.school_staff.membership,
        )
