"""Posts: a change of FTE ends one and starts another, and what a specialist sees follows from their posts."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.jobs.models import Job
from apst.people import services
from apst.people.exceptions import KnownReference, WrongDate
from apst.people.models import Post, Specialist
from apst.tenancy.context import acting_as_system, acting_for

TODAY = localdate()


@pytest.fixture
def managing(cast, northgate):
    """Northgate open as its manager."""
    with acting_for(northgate, cast.manager):
        yield northgate


def reach(person):
    return Membership.objects.get(user_id=person.pk).case_reach


def test_a_change_of_fte_ends_the_post_and_starts_another(managing, cast):
    new = services.change_fte(
        cast.riverside.post, fte_hundredths=80, from_day=dt.date(2026, 1, 5), reference="SP02b", by=None
    )

    old = Post.objects.get(pk=cast.riverside.post.pk)
    assert (old.fte_hundredths, old.end_date) == (60, dt.date(2026, 1, 4))
    assert (new.fte_hundredths, new.start_date, new.end_date, new.specialist_type) == (
        80,
        dt.date(2026, 1, 5),
        None,
        "youth_worker",
    )
    assert [row.site.name for row in new.post_sites.all()] == ["Riverside"]
    assert reach(cast.riverside) == "sites"


def test_what_a_specialist_sees_follows_sites_dates_and_allocated_only(managing, cast):
    post = cast.specialist.post
    assert reach(cast.specialist) == "all"

    services.change_post(post, changes={}, sites=[managing.centre], by=None)
    assert reach(cast.specialist) == "sites"
    services.change_post(post, changes={"allocated_only": True}, by=None)
    assert reach(cast.specialist) == "allocated"
    services.change_post(post, changes={"allocated_only": False}, sites=[], by=None)
    assert reach(cast.specialist) == "all"
    services.end_post(post, last_day=TODAY - dt.timedelta(days=1), by=None)
    assert reach(cast.specialist) == "allocated"


def test_each_change_asks_for_the_grants_to_follow(managing, cast):
    services.change_post(cast.riverside.post, changes={}, sites=[managing.centre], by=None)

    assert [job.kind for job in Job.objects.all()] == ["cases.refresh_access"]


def test_a_police_post_is_always_allocated_only(managing, cast):
    specialist = services.add_specialist(name="A Constable", by=None)

    post = services.start_post(
        specialist,
        reference="SP77",
        specialist_type="police",
        fte_hundredths=50,
        start_date=TODAY,
        allocated_only=False,
        by=None,
    )

    assert post.allocated_only
    assert services.change_post(post, changes={"allocated_only": False}, by=None).allocated_only


def test_a_specialist_is_tied_to_the_member_with_their_address(managing, cast):
    specialist = services.add_specialist(name="Maya", email=cast.manager.email.upper(), by=None)

    assert specialist.user_id == cast.manager.pk


def test_a_reference_is_used_once_and_dates_run_forward(managing, cast):
    post = {"specialist_type": "youth_worker", "fte_hundredths": 50, "start_date": TODAY, "by": None}
    with pytest.raises(KnownReference):
        services.start_post(cast.specialist.post.specialist, reference="SP01", **post)
    with pytest.raises(WrongDate):
        services.start_post(
            cast.specialist.post.specialist, reference="SP50", end_date=TODAY - dt.timedelta(days=1), **post
        )
    assert Post.objects.count() == 3


def test_the_pages_add_a_specialist_a_post_and_change_them(cast, northgate, client_for):
    client = client_for(cast.manager, northgate)
    client.post("/settings/specialists/new/", {"name": "Noor Aziz"})
    with acting_as_system(northgate):
        noor = Specialist.objects.get(name="Noor Aziz")

    post = {
        "reference": "SP30",
        "specialist_type": "youth_worker",
        "fte": "0.6",
        "start_date": "2026-01-05",
        "record": "home_service",
    }
    assert client.post(f"/settings/specialists/{noor.public_id}/posts/new/", {**post, "fte": "1.6"}).status_code == 422
    client.post(f"/settings/specialists/{noor.public_id}/posts/new/", {**post, "working_days": ["mon", "tue"]})

    with acting_as_system(northgate):
        made = Post.objects.get(reference="SP30")
    assert (made.fte_hundredths, made.working_days) == (60, "mon;tue")
    assert client.get("/settings/specialists/").status_code == 200
    assert client.get(f"/settings/posts/{made.public_id}/").status_code == 200
    client.post(f"/settings/posts/{made.public_id}/fte/", {"fte": "0.8", "from_day": "2026-09-01", "reference": "SP31"})
    with acting_as_system(northgate):
        assert Post.objects.get(reference="SP31").fte_hundredths == 80


def test_the_list_of_specialists_takes_the_same_queries_for_few_and_many(cast, northgate, client_for):
    client = client_for(cast.manager, northgate)
    client.get("/settings/specialists/")
    with CaptureQueriesContext(connection) as few:
        client.get("/settings/specialists/")
    with acting_as_system(northgate):
        for n in range(20):
            someone = services.add_specialist(name=f"Person {n}", by=None)
            services.start_post(
                someone, reference=f"X{n}", specialist_type="youth_worker", fte_hundredths=50, start_date=TODAY,
                sites=[northgate.centre], by=None,
            )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        client.get("/settings/specialists/")
    assert len(many) == len(few)


def test_a_members_role_and_dates_are_changed_on_the_page(cast, northgate, client_for):
    client = client_for(cast.manager, northgate)
    dana = cast.dsl.membership
    fields = {
        "name": "Dana Webb",
        "role": "dsl",
        "starts_on": "2025-09-01",
        "version": dana.version,
        "ends_on": str(TODAY - dt.timedelta(days=1)),
    }

    assert client.post(f"/settings/people/{dana.public_id}/", fields).status_code == 302

    assert client_for(cast.dsl, northgate).get("/cases/")["Location"] == "/taskforces/"
    refused = client.post(
        f"/settings/people/{dana.public_id}/", {**fields, "version": dana.version + 1, "ends_on": "2025-08-01"}
    )
    assert "must be the same as or after the first day" in refused.content.decode()
