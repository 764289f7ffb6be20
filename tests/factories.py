"""Rows for tests, made inside an open context (`acting_as_system(northgate)`); each needs only what the story says."""

import datetime as dt
import itertools

import factory

from apst.people.models import Pupil
from apst.people.services import write_name_keys
from cases.models import Case, Intervention, InterventionPlace, InterventionSpecialist
from referrals.models import Referral

_numbers = itertools.count(1)
SURNAMES = ("Ahmed", "Begum", "Clarke", "Dąbrowski", "Evans", "Farah", "Gill", "Hussain", "Ivanova", "Jones")
FORENAMES = ("Amira", "Ben", "Chloe", "Dylan", "Eshan", "Fatima", "Grace", "Harvey", "Isla", "Jaden")


class PupilFactory(factory.django.DjangoModelFactory):
    """A pupil born in 2012 with an invented name."""

    class Meta:
        model = Pupil

    local_id = factory.Sequence(lambda n: f"P{n:05}")
    surname = factory.Sequence(lambda n: SURNAMES[n % 10])
    forename = factory.Sequence(lambda n: FORENAMES[n // 10 % 10])
    name_key = factory.LazyAttribute(lambda p: f"{p.surname} {p.forename}".lower())
    sound_key = factory.LazyAttribute(lambda p: p.surname[:4].upper())
    date_of_birth = dt.date(2012, 5, 4)
    sex = "F"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        pupil = super()._create(model_class, *args, **kwargs)
        write_name_keys([pupil])
        return pupil


class ReferralFactory(factory.django.DjangoModelFactory):
    """A referral by form from the AP school, received on 2 November 2026."""

    class Meta:
        model = Referral

    reference = factory.Sequence(lambda n: f"R{n:05}")
    pupil = factory.SubFactory(PupilFactory)
    received_on = dt.date(2026, 11, 2)
    source = "ap_school_staff"
    route = "form"
    reasons = factory.LazyFunction(lambda: ["attendance"])


class CaseFactory(factory.django.DjangoModelFactory):
    """An open case since 9 November 2026."""

    class Meta:
        model = Case

    reference = factory.Sequence(lambda n: f"C{n:05}")
    pupil = factory.SubFactory(PupilFactory)
    opened_on = dt.date(2026, 11, 9)
    tier = "tier_2"


def make_pupil(**fields) -> Pupil:
    """A pupil."""
    return PupilFactory(**fields)


def make_referral(**fields) -> Referral:
    """A referral, with its pupil where none is given."""
    return ReferralFactory(**fields)


def make_case(**fields) -> Case:
    """An open case, with its pupil where none is given."""
    return CaseFactory(**fields)


def make_session(*, posts, places=(), **fields) -> Intervention:
    """A session of an hour on 16 November 2026. places: pupils, or (pupil, attendance) pairs."""
    fields = {"held_on": dt.date(2026, 11, 16), "minutes": 60, "activity_type": "one_to_one", **fields}
    session = Intervention.objects.create(reference=f"T{next(_numbers):05}", **fields)
    for post in posts:
        InterventionSpecialist.objects.create(intervention=session, post=post)
    for place in places:
        pupil, attendance = place if isinstance(place, tuple) else (place, "attended")
        case = Case.objects.filter(pupil=pupil).order_by("-opened_on").first()
        InterventionPlace.objects.create(
            intervention=session, held_on=session.held_on, pupil=pupil, attendance=attendance, case=case
        )
    return session
