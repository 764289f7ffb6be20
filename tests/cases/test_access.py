"""Who sees which case: sites, teams, restricted cases, and the grants that say so."""

import datetime as dt

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from apst.jobs.models import Job
from apst.jobs.services import ask_for
from apst.jobs.tasks import perform
from apst.people.models import Post, PostSite
from cases.exceptions import HoldersMissing, NobodyGivesToThemselves
from cases.models import Case, CaseAccess, CaseMember, Intervention, InterventionNote
from cases.queries.cases import restricted_stubs
from cases.services import access_faults, grant, lift_restriction, refresh_access, refresh_access_of, restrict, revoke
from cases.services.access import view_case
from tests.factories import make_case, make_session

ALL = ("manager", "specialist", "riverside", "allocated", "dsl", "slt", "school_staff", "ig_lead", "coordinator")


def who_sees(cast, acting):
    seen = []
    for name in ALL:
        with acting(getattr(cast, name)):
            if Case.objects.exists():
                seen.append(name)
    return seen


def test_the_site_of_a_case_gives_it_to_the_specialists_of_that_site(northgate, cast, case, acting, as_system):
    assert who_sees(cast, acting) == ["manager", "specialist", "riverside", "dsl", "slt", "coordinator"]

    with as_system():
        Case.objects.update(site=northgate.centre)
        refresh_access(case)
    assert who_sees(cast, acting) == ["manager", "specialist", "dsl", "slt", "coordinator"]


def test_a_team_member_of_an_allocated_only_post_sees_it_until_they_leave_the_team(cast, case, acting, as_system):
    with as_system():
        CaseMember.objects.create(case=case, post=cast.allocated.post, starts_on=case.opened_on)
        refresh_access(case)
    assert "allocated" in who_sees(cast, acting)

    with as_system():
        CaseMember.objects.filter(post=cast.allocated.post).update(ends_on=dt.date(2026, 11, 10))
        refresh_access(case)
        assert access_faults() == []
    assert "allocated" not in who_sees(cast, acting)


def test_grants_follow_a_post_whose_sites_or_dates_change(northgate, cast, case, acting, as_system):
    with as_system():
        other = make_case(site=northgate.centre)
        PostSite.objects.filter(post=cast.riverside.post).update(site=northgate.centre)
        assert len(access_faults()) == 2
        refresh_access_of(cast.riverside.post)
        assert access_faults() == []
    with acting(cast.riverside):
        assert list(Case.objects.values_list("pk", flat=True)) == [other.pk]

    with as_system():
        Post.objects.filter(pk=cast.riverside.post.pk).update(end_date=dt.date(2026, 11, 1))
        refresh_access_of(cast.riverside.post)
    with acting(cast.riverside):
        assert not Case.objects.exists()


def test_a_post_with_an_end_gives_grants_with_an_end(cast, case, as_system):
    with as_system():
        Post.objects.filter(pk=cast.riverside.post.pk).update(end_date=dt.date(2030, 6, 30))
        refresh_access()
        row = CaseAccess.objects.get(user_id=cast.riverside.pk)

        # The first moment of 1 July in London is 23:00 the day before in UTC.
        assert row.expires_at == dt.datetime(2030, 6, 30, 23, tzinfo=dt.UTC)


def test_an_expired_grant_gives_nothing_and_is_renewed_in_place(cast, case, acting, as_system):
    with as_system():
        CaseAccess.objects.filter(user_id=cast.riverside.pk).update(
            source="guest", expires_at=timezone.now() - dt.timedelta(hours=1)
        )
    assert "riverside" not in who_sees(cast, acting)

    with as_system():
        grant(case, cast.riverside, "guest", expires_at=timezone.now() + dt.timedelta(hours=1), by=None)
        assert CaseAccess.objects.filter(user_id=cast.riverside.pk).count() == 1
    assert "riverside" in who_sees(cast, acting)


def test_a_taskforce_that_holds_cases_by_allocation_shows_specialists_their_teams_only(
    northgate, cast, case, acting, as_system
):
    with as_system():
        type(northgate).objects.filter(pk=northgate.pk).update(holds_cases="allocated")
        refresh_access()
        assert access_faults() == []

    assert who_sees(cast, acting) == ["manager", "specialist", "dsl", "slt", "coordinator"]


def test_the_job_brings_grants_into_step(northgate, cast, case, acting, as_system, settings):
    with as_system():
        CaseAccess.objects.all().delete()
    with acting(cast.manager):
        job = ask_for("cases.refresh_access", key="after-a-change", args={})

    perform(job.pk, northgate.pk)

    with as_system():
        assert Job.objects.get(pk=job.pk).result == {"changed": 1}
        assert access_faults() == []


def restricted(case, cast, acting):
    with acting(cast.manager):
        return restrict(
            case,
            holders=[cast.dsl.membership, cast.specialist.membership],
            reason="Child of a colleague",
            by=cast.manager.membership,
        )


def test_a_restricted_case_is_seen_by_its_holders_and_nobody_else(cast, case, acting, as_system):
    restricted(case, cast, acting)

    assert who_sees(cast, acting) == ["specialist", "dsl"]
    with as_system():
        assert access_faults() == []
        assert refresh_access() == 0


def test_a_restricted_case_leaves_a_nameless_stub_for_those_who_could_otherwise_see_it(cast, case, acting):
    restricted(case, cast, acting)

    stubs = {}
    for name in ALL:
        with acting(getattr(cast, name)):
            stubs[name] = [holders for _, holders in restricted_stubs()]
    said = ["Dana Webb, Sam Okafor"]
    assert stubs == {
        "manager": said, "specialist": [], "riverside": said, "allocated": [], "dsl": [], "slt": said,
        "school_staff": [], "ig_lead": [], "coordinator": said,
    }  # fmt: skip


def test_its_sessions_notes_and_pupil_are_hidden_too(cast, case, acting, as_system, client_for, northgate):
    with as_system():
        session = make_session(posts=[cast.specialist.post], places=[case.pupil], logged_by=cast.specialist.membership)
        InterventionNote.objects.create(intervention=session, text="A secret", written_by=cast.specialist.membership)
    restricted(case, cast, acting)

    with acting(cast.manager):
        assert not InterventionNote.objects.exists()
        assert Intervention.objects.get().places.count() == 0
    page = client_for(cast.manager, northgate).get(f"/sessions/{session.public_id}/").content.decode()
    assert "Ahmed" not in page
    assert "A secret" not in page
    assert client_for(cast.manager, northgate).get(f"/cases/{case.public_id}/").status_code == 404


@pytest.mark.parametrize("names", [["dsl"], ["specialist", "slt"], []])
def test_it_needs_two_holders_and_a_safeguarding_lead(cast, case, acting, names):
    with acting(cast.manager), pytest.raises(HoldersMissing):
        restrict(case, holders=[getattr(cast, name).membership for name in names], by=cast.manager.membership)


def test_nobody_gives_access_to_themselves_and_the_database_agrees(cast, case, acting):
    with acting(cast.manager):
        with pytest.raises(NobodyGivesToThemselves):
            restrict(case, holders=[cast.dsl.membership, cast.manager.membership], by=cast.manager.membership)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            CaseAccess.objects.create(
                content_object=case, user_id=cast.manager.pk, permission=view_case(), source="grant"
            )


def test_a_holder_leaves_only_when_two_remain(cast, case, acting, as_system):
    restricted(case, cast, acting)
    with acting(cast.dsl):
        with pytest.raises(HoldersMissing), transaction.atomic():
            revoke(case, cast.specialist, by=cast.dsl.membership)
        grant(case, cast.slt.pk, by=cast.dsl.membership)
        revoke(case, cast.specialist, by=cast.dsl.membership)

    assert who_sees(cast, acting) == ["dsl", "slt"]


def test_a_holder_lifts_the_restriction_and_the_site_sees_it_again(cast, case, acting, as_system):
    with acting(cast.manager):
        restrict(case, holders=[cast.dsl.membership, cast.specialist.membership], by=cast.manager.membership)
    with as_system():
        lift_restriction(Case.objects.get(pk=case.pk), by=None)

    assert who_sees(cast, acting) == ["manager", "specialist", "riverside", "dsl", "slt", "coordinator"]


def test_another_taskforce_sees_none_of_it(cast, case, omar, southgate, client_for):
    assert client_for(omar, southgate).get(f"/cases/{case.public_id}/").status_code == 404
