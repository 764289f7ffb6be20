"""From a referral to an open case, its team and its grants, and to its end."""

import datetime as dt

import pytest

from apst.tenancy.context import acting_as_system, acting_for
from cases.exceptions import (
    AlreadyEnded,
    ChangedMeanwhile,
    EndsBeforeItOpened,
    HasOpenCase,
    NotToAllocate,
    OpenedInFuture,
    PostNotInPlace,
    StillOpen,
)  # fmt: skip
from cases.models import Case, CaseAccess, CaseMember
from cases.services import access_faults, allocate, close_case, reopen_case
from referrals.models import Referral
from tests.at_once import at_once
from tests.clock import TODAY
from tests.conftest import make_member, make_post, make_taskforce
from tests.factories import make_pupil, make_referral


def opened(referral, cast, northgate, **said):
    usual = {"lead": cast.specialist.post, "tier": "tier_2", "site": northgate.riverside, "opened_on": TODAY}
    return allocate(referral, **{**usual, "by": cast.manager.membership, **said})


def test_allocating_an_undecided_referral_accepts_it_and_opens_the_case(northgate, cast, referral, acting):
    with acting(cast.manager):
        case = opened(referral, cast, northgate, team=[cast.riverside.post])

        referral.refresh_from_db()
        assert referral.state == "allocated"
        assert list(referral.decisions.values_list("outcome", flat=True)) == ["accepted"]
        assert (case.reference, case.tier, case.site, case.opened_by) == (
            "C-1",
            "tier_2",
            northgate.riverside,
            cast.manager.membership,
        )
        assert list(case.team.values_list("post__reference", "part")) == [("SP01", "lead"), ("SP02", "direct")]


def test_a_referral_is_allocated_once(northgate, cast, referral, acting):
    with acting(cast.manager):
        opened(referral, cast, northgate)

        with pytest.raises(NotToAllocate):
            opened(referral, cast, northgate)


def test_a_pupil_has_one_open_case_and_the_second_try_changes_nothing(northgate, cast, case, referral, acting):
    with acting(cast.manager):
        with pytest.raises(HasOpenCase, match="already has an open case"):
            opened(referral, cast, northgate)

        referral.refresh_from_db()
        assert (referral.state, referral.decisions.count(), Case.objects.count()) == ("new", 0, 1)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"opened_on": TODAY + dt.timedelta(days=1)}, OpenedInFuture),
        ({"version": 9}, ChangedMeanwhile),
        ({"opened_on": dt.date(2025, 8, 31)}, PostNotInPlace),
    ],
)
def test_what_cannot_be_allocated_changes_nothing(northgate, cast, referral, acting, said, error):
    with acting(cast.manager):
        with pytest.raises(error):
            opened(referral, cast, northgate, **said)

        assert Case.objects.count() == 0


def test_a_case_ends_with_a_reason_and_can_be_reopened(northgate, cast, case, acting):
    with acting(cast.manager):
        ended = close_case(
            case, reason="ready", said="Nothing more", ended_on=TODAY, version=case.version, by=cast.manager.membership
        )
        assert (ended.ended_on, ended.end_reason) == (TODAY, "ready")
        with pytest.raises(AlreadyEnded):
            close_case(case, reason="ready", said="Nothing more", ended_on=TODAY, by=cast.manager.membership)
        with pytest.raises(ChangedMeanwhile):
            reopen_case(case, version=1, by=cast.manager.membership)

        again = reopen_case(case, by=cast.manager.membership)
        assert again.is_open
        with pytest.raises(StillOpen):
            reopen_case(case, by=cast.manager.membership)
        with pytest.raises(EndsBeforeItOpened):
            close_case(
                case, reason="ready", said="Nothing more", ended_on=dt.date(2026, 11, 1), by=cast.manager.membership
            )


def test_a_case_is_not_reopened_beside_a_newer_one(northgate, cast, case, referral, acting):
    with acting(cast.manager):
        close_case(case, reason="ready", said="Nothing more", ended_on=TODAY, by=cast.manager.membership)
        opened(referral, cast, northgate)

        with pytest.raises(HasOpenCase):
            reopen_case(case, by=cast.manager.membership)


def test_a_specialist_of_one_site_who_may_decide_allocates_and_then_sees_it(
    northgate, cast, referral, acting, as_system
):
    with as_system():
        type(cast.riverside.membership).objects.filter(pk=cast.riverside.membership.pk).update(may_decide=True)

    with acting(cast.riverside):
        case = opened(referral, cast, northgate, by=cast.riverside.membership)
    with acting(cast.riverside):
        assert Case.objects.get() == case


def test_who_opens_a_case_elsewhere_does_not_see_it_afterwards(northgate, cast, referral, acting, as_system):
    with as_system():
        type(cast.riverside.membership).objects.filter(pk=cast.riverside.membership.pk).update(may_decide=True)

    with acting(cast.riverside):
        opened(referral, cast, northgate, site=northgate.centre, by=cast.riverside.membership)
        assert Case.objects.count() == 0


def test_an_allocated_specialist_sees_the_case_by_being_on_its_team(northgate, cast, referral, acting, as_system):
    with acting(cast.manager):
        case = opened(referral, cast, northgate, site=northgate.centre, team=[cast.allocated.post])

    with acting(cast.allocated):
        assert [row.pk for row in Case.objects.all()] == [case.pk]
    with acting(cast.riverside):
        assert not Case.objects.exists()
    with as_system():
        assert set(CaseAccess.objects.values_list("user_id", "source")) == {(cast.allocated.pk, "team")}
        assert access_faults() == []


def test_imported_references_are_jumped_over(northgate, cast, referral, acting, as_system, pupil):
    with as_system():
        old = Case.objects.create(pupil=make_pupil(), reference="C-1", opened_on=TODAY)
        Case.objects.create(pupil=make_pupil(), reference="C-41", opened_on=TODAY)

    with acting(cast.manager):
        assert opened(referral, cast, northgate).reference == "C-42"
        assert Case.objects.get(pk=old.pk).reference == "C-1"


@pytest.mark.django_db(transaction=True)
def test_two_people_who_allocate_the_same_pupil_at_once_open_one_case():
    taskforce = make_taskforce("eastgate", "Eastgate Taskforce")
    manager = make_member(taskforce, "manager", "m@eastgate.example", "Mo Adams")
    post = make_post(taskforce, None, "SP1", "mentor", name="Kim Lee")
    with acting_as_system(taskforce):
        pupil = make_pupil()
        referrals = [make_referral(pupil=pupil), make_referral(pupil=pupil)]

    def allocating(referral):
        with acting_for(taskforce, manager):
            allocate(referral, lead=post, tier="tier_1", site=None, opened_on=TODAY, by=manager.membership)

    results = at_once(allocating, referrals)

    assert sorted(map(str, results)) == sorted(["None", str(HasOpenCase())])
    with acting_as_system(taskforce):
        assert (Case.objects.count(), CaseMember.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_allocate_the_same_referral_at_once_open_one_case_and_the_second_is_told():
    taskforce = make_taskforce("eastgate", "Eastgate Taskforce")
    managers = [make_member(taskforce, "manager", f"{n}@eastgate.example", f"Manager {n}") for n in (1, 2)]
    post = make_post(taskforce, None, "SP1", "mentor", name="Kim Lee")
    with acting_as_system(taskforce):
        referral = make_referral(pupil=make_pupil())

    def allocating(manager):
        with acting_for(taskforce, manager):
            allocate(referral, lead=post, tier="tier_1", site=None, opened_on=TODAY, by=manager.membership)

    results = at_once(allocating, managers)

    assert sorted(map(str, results)) == sorted(["None", str(NotToAllocate())])
    with acting_as_system(taskforce):
        assert (Case.objects.count(), CaseMember.objects.count()) == (1, 1)
        assert Referral.objects.get().decisions.count() == 1
