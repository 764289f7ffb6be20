"""The waiting list: who waits, in which order, with what meanwhile; and nobody waits unseen."""

import datetime as dt

import pytest

from apst.tenancy.context import acting_as_system, acting_for
from referrals import queries, services
from referrals.exceptions import BadReferral, ChangedMeanwhile
from tests.clock import TODAY
from tests.factories import make_referral

LATER = TODAY + dt.timedelta(days=20)


@pytest.fixture
def waits(cast, northgate):
    """`waits(days=30)`: a referral received so many days ago, on the waiting list."""

    def waits(days: int = 0, **said):
        with acting_as_system(northgate, durable=False):
            referral = make_referral(site=northgate.riverside, received_on=TODAY - dt.timedelta(days=days))
        with acting_for(northgate, cast.manager, durable=False):
            services.triage(referral, outcome="waiting_list", by=cast.manager.membership)
            if said:
                place(cast, referral, **said)
        return referral

    return waits


def place(cast, referral, **said):
    said = {"priority": 2, "why": "Two suspensions", "meanwhile": "Breakfast group", "review_on": LATER} | said
    return services.place(referral, **said, by=cast.manager.membership)


def test_places_go_by_priority_then_by_the_wait_and_the_unsaid_stand_first(cast, northgate, waits):
    soon, urgent = waits(days=40, priority=2), waits(days=3, priority=1)
    longer, unsaid = waits(days=60, priority=2), waits(days=1)
    with acting_for(northgate, cast.manager):
        found = [one.referral.pk for one in queries.waiting_list()]
    assert found == [unsaid.pk, urgent.pk, longer.pk, soon.pk]


def test_the_last_word_holds_and_the_earlier_stays(cast, northgate, waits):
    referral = waits(priority=3)
    with acting_for(northgate, cast.manager):
        place(cast, referral, priority=1)
        assert [row.priority for row in referral.waiting_places.order_by("pk")] == [3, 1]
        assert queries.place_of(referral).priority == 1


def test_what_is_overdue_or_unsaid_is_counted(cast, northgate, waits, monkeypatch):
    waits(priority=1, review_on=TODAY)
    with acting_for(northgate, cast.manager):
        assert queries.waiting_to_review() == 0
    waits()
    with acting_for(northgate, cast.manager):
        assert queries.waiting_to_review() == 1


def test_only_who_waits_has_a_place(cast, northgate):
    with acting_as_system(northgate, durable=False):
        referral = make_referral(site=northgate.riverside)
    with acting_for(northgate, cast.manager, durable=False), pytest.raises(BadReferral):
        place(cast, referral)


def test_a_review_in_the_past_and_a_referral_changed_meanwhile_are_refused(cast, northgate, waits):
    referral = waits()
    with acting_for(northgate, cast.manager, durable=False):
        with pytest.raises(BadReferral, match="today or later"):
            place(cast, referral, review_on=TODAY - dt.timedelta(days=1))
        with pytest.raises(ChangedMeanwhile):
            place(cast, referral, version=1)


def test_triage_leads_on_to_the_place_and_the_list_shows_it(cast, northgate, client_for):
    with acting_as_system(northgate, durable=False):
        referral = make_referral(site=northgate.riverside, received_on=TODAY - dt.timedelta(days=7))
    maya = client_for(cast.manager, northgate)
    form = {"taskforce": str(northgate.public_id)}
    answer = maya.post(f"/referrals/{referral.public_id}/triage/", form | {"outcome": "waiting_list"})
    assert answer.url == f"/referrals/{referral.public_id}/waiting/"
    assert "Select how urgent it is" in maya.post(answer.url, form).text

    said = {"priority": "1", "why": "Out of school", "meanwhile": "A call each week", "review_on": LATER.isoformat()}
    page = maya.post(answer.url, form | said, follow=True).text

    for words in ("Urgent", "Out of school", "A call each week", f"{LATER:%-d %B %Y}"):
        assert words in page


@pytest.mark.parametrize(("role", "status"), [("dsl", 200), ("slt", 200), ("school_staff", 403), ("ig_lead", 403)])
def test_who_reads_the_list(cast, northgate, client_for, waits, role, status):
    referral = waits(priority=1)
    client = client_for(getattr(cast, role), northgate)
    assert client.get("/referrals/waiting/").status_code == status
    assert client.get(f"/referrals/{referral.public_id}/waiting/").status_code in (403, 404)


def test_as_many_queries_for_fifty_as_for_five(cast, northgate, waits, django_assert_num_queries):
    for number in (5, 45):
        for _ in range(number):
            waits(priority=2)
        with acting_for(northgate, cast.manager), django_assert_num_queries(2):
            queries.waiting_list()
