"""The workforce: terms only the manager reads, who is on site, induction, supervision, vacancies and funding."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from apst.people import services
from apst.people.exceptions import AlreadyThere, ChangedMeanwhile, WrongDate
from apst.people.models import Absence, Funding, InductionItem, InductionTick, Post, PostFunding, PostTerms, Vacancy
from apst.people.queries.money import ending_soon, post_costs, term_starts, warned_from
from apst.people.queries.posts import core_types, terms_to_review
from apst.people.queries.support import inductions
from apst.people.queries.week import week_from
from apst.places.calendar import Period, SchoolCalendar
from apst.tenancy.context import acting_as_system, acting_for
from tests.conftest import make_post

DAY = dt.timedelta(days=1)


@pytest.fixture
def today():
    return localdate()


@pytest.fixture
def monday(today):
    return today - DAY * today.weekday()


def test_what_a_post_costs_is_read_by_managers_alone(cast, northgate):
    with acting_for(northgate, cast.manager, durable=False):
        services.agree_terms(
            cast.specialist.post, changes={"agreement": "sla", "annual_cost_pounds": 46_000}, by=cast.manager.membership
        )

    for person in (cast.specialist, cast.slt, cast.dsl, cast.coordinator, cast.school_staff, cast.ig_lead):
        with acting_for(northgate, person, durable=False):
            assert not PostTerms.objects.exists(), person.name
    with acting_for(northgate, cast.manager, durable=False):
        assert PostTerms.objects.get().annual_cost_pounds == 46_000


def test_a_terms_page_says_what_is_wrong_and_keeps_what_pays(cast, northgate, client_for):
    client, post = client_for(cast.manager, northgate), cast.specialist.post
    with acting_as_system(northgate):
        funding = services.add_funding(
            source="nhs", name="ICB", annual_pounds=20_000, starts_on=dt.date(2025, 9, 1), by=None
        )
    wrong = {"starts_on": "2026-09-01", "ends_on": "2026-08-31", "agreement": "secondment"}
    right = {"starts_on": "2026-09-01", "ends_on": "2027-08-31", "agreement": "secondment", "fundings": funding.pk}

    refused = client.post(f"/settings/posts/{post.public_id}/terms/", wrong)
    saved = client.post(f"/settings/posts/{post.public_id}/terms/", right)

    assert "must be the same as or after its first" in refused.content.decode()
    assert saved.status_code == 302
    with acting_as_system(northgate):
        assert PostTerms.objects.get().ends_on == dt.date(2027, 8, 31)
        assert PostFunding.objects.get().funding_id == funding.pk


def test_terms_are_to_be_reviewed_six_weeks_before(cast, northgate, today):
    with acting_as_system(northgate):
        services.agree_terms(cast.specialist.post, changes={"review_on": today + 42 * DAY}, by=None)
        services.agree_terms(cast.riverside.post, changes={"review_on": today + 43 * DAY}, by=None)

        assert [terms.post_id for terms in terms_to_review(today)] == [cast.specialist.post.pk]


def test_the_week_says_who_is_where_and_who_is_away(cast, northgate, monday):
    with acting_as_system(northgate):
        sam = cast.specialist.post
        sam.working_days = "mon;tue"
        sam.save()
        services.place_days(sam, sites={"mon": northgate.centre}, by=None)
        priya = cast.riverside.post
        priya.working_days = "mon"
        priya.save()
        services.record_absence(sam.specialist, starts_on=monday + DAY, ends_on=monday + 3 * DAY, by=None)

        week = week_from(monday)

    first, second = week.days[0], week.days[1]
    names = {site: [post.reference for post in posts] for site, posts in first.at.items()}
    assert names == {northgate.centre.pk: ["SP01"], northgate.riverside.pk: ["SP02"]}
    assert (first.number, second.number) == (2, 0)
    assert [post.reference for post in second.away] == ["SP01"]
    assert [post.reference for post in week.unsaid] == ["SP03"]


def test_the_week_asks_as_often_for_fifty_posts_as_for_three(cast, northgate, client_for):
    client = client_for(cast.manager, northgate)
    client.get("/team/week/")
    with CaptureQueriesContext(connection) as few:
        client.get("/team/week/")
    for n in range(50):
        make_post(
            northgate, None, f"X{n}", "mentor", name=f"Person {n}", working_days="mon;fri", sites=[northgate.centre]
        )
    with CaptureQueriesContext(connection) as many:
        client.get("/team/week/")
    assert len(many) == len(few)


def test_a_week_in_which_nobody_is_anywhere_says_so_in_words(cast, northgate, client_for):
    """Not a table of noughts: who opens it on the first day learns what comes first."""
    manager = client_for(cast.manager, northgate)
    with acting_as_system(northgate):
        Post.objects.update(working_days="")
    page = manager.get("/team/week/").text
    assert "No post says yet on which days it is worked" in page
    assert "How many are in" not in page
    early = manager.get("/team/week/?week=2019-W10").text
    assert "Nobody holds a post in this week" in early
    assert 'href="/settings/specialists/">Add specialists and posts' in re.sub(r"\s+", " ", early)
    assert "Add specialists" not in client_for(cast.specialist, northgate).get("/team/week/?week=2019-W10").text
    with acting_as_system(northgate):
        Post.objects.filter(pk=cast.specialist.post.pk).update(working_days="mon")
    assert "How many are in" in manager.get("/team/week/").text


def test_a_specialist_records_their_own_days_and_takes_no_colleagues_back(cast, northgate, client_for, today):
    own = client_for(cast.riverside, northgate)
    with acting_as_system(northgate):
        other = services.record_absence(cast.specialist.post.specialist, starts_on=today, ends_on=today, by=None)

    own.post("/team/absences/new/", {"starts_on": str(today), "specialist": cast.specialist.post.specialist.public_id})
    own.post(f"/team/absences/{other.public_id}/cancel/")

    with acting_as_system(northgate):
        held = {(row.specialist.name, row.starts_on) for row in Absence.objects.select_related("specialist")}
    assert held == {("Priya Shah", today), ("Sam Okafor", today)}


def test_the_same_days_away_are_recorded_once(cast, northgate, today):
    with acting_as_system(northgate):
        who = cast.specialist.post.specialist
        services.record_absence(who, starts_on=today, ends_on=today + 2 * DAY, by=None)
        with pytest.raises(AlreadyThere):
            services.record_absence(who, starts_on=today + DAY, ends_on=today + DAY, by=None)


def test_at_least_four_of_the_eight_core_types(cast, northgate):
    with acting_as_system(northgate):
        before = core_types()
    for n, kind in enumerate(("social_worker", "mental_health", "mentor")):
        make_post(northgate, None, f"X{n}", kind, name=f"Person {n}")
    with acting_as_system(northgate):
        after = core_types()

    # A speech therapist and a youth worker; police and mentor are no core types.
    assert (before.are_enough, len(before.here), len(before.missing)) == (False, 2, 6)
    assert (after.are_enough, len(after.here)) == (True, 4)


def test_an_induction_is_ticked_by_oneself_or_the_manager_and_nobody_else(cast, northgate, client_for):
    with acting_as_system(northgate):
        services.set_induction(["Met the DSL", "Read the agreement"], by=None)
        item = InductionItem.objects.get(text="Met the DSL")
    whose = cast.specialist.post.specialist.public_id
    ticked = {"done": [str(item.public_id)]}

    colleague = client_for(cast.riverside, northgate).post(f"/team/induction/{whose}/", ticked)
    own = client_for(cast.specialist, northgate).post(f"/team/induction/{whose}/", ticked)

    assert (colleague.status_code, own.status_code) == (403, 302)
    with acting_as_system(northgate):
        tick = InductionTick.objects.get()
        assert (tick.item_id, tick.ticked_by_id) == (item.pk, cast.specialist.membership.pk)
    with acting_for(northgate, cast.riverside, durable=False):
        assert not InductionTick.objects.exists()


def test_a_line_that_is_taken_out_of_the_checklist_keeps_its_ticks(cast, northgate):
    with acting_as_system(northgate):
        services.set_induction(["Met the DSL", "Read the agreement"], by=None)
        who = cast.specialist.post.specialist
        services.tick_induction(who, InductionItem.objects.get(text="Met the DSL"), by=None)

        services.set_induction(["Read the agreement"], by=None)
        without = inductions([who])[0]
        services.set_induction(["met the dsl", "Read the agreement"], by=None)
        again = inductions([who])[0]

    assert (without.done, len(without.items)) == (0, 1)
    assert (again.done, [item.text for item, _ in again.items]) == (1, ["met the dsl", "Read the agreement"])


def test_a_new_arrangement_of_supervision_ends_the_one_before(cast, northgate, today):
    with acting_as_system(northgate):
        who = cast.specialist.post.specialist
        said = {"kind": "clinical", "supervisor": "Dr Patel", "every_weeks": 4, "by": None}
        first = services.arrange_supervision(who, starts_on=today - 90 * DAY, **said)
        services.arrange_supervision(who, starts_on=today, **said)
        first.refresh_from_db()

        assert first.ends_on == today - DAY
        with pytest.raises(WrongDate):
            services.arrange_supervision(who, starts_on=today, **said)


def test_a_vacancy_is_closed_by_a_post_and_opened_again(cast, northgate, client_for, today):
    client = client_for(cast.manager, northgate)
    client.post(
        "/team/vacancies/new/", {"specialist_type": "youth_worker", "fte": "0.6", "since": str(today - 9 * DAY)}
    )
    with acting_as_system(northgate):
        vacancy = Vacancy.objects.get()
    here = f"/team/vacancies/{vacancy.public_id}"

    too_early = client.post(f"{here}/close/", {"closed_on": str(today - 10 * DAY)})
    client.post(f"{here}/close/", {"closed_on": str(today), "filled_by": str(cast.riverside.post.public_id)})

    assert "it cannot end before that" in too_early.content.decode()
    with acting_as_system(northgate):
        vacancy.refresh_from_db()
        assert (vacancy.filled_by_id, vacancy.closed_on) == (cast.riverside.post.pk, today)
    client.post(f"{here}/reopen/")
    with acting_as_system(northgate):
        vacancy.refresh_from_db()
        assert vacancy.closed_on is None


def test_the_end_of_funding_is_warned_of_from_two_terms_before(cast, northgate):
    with acting_as_system(northgate):
        funding = services.add_funding(
            source="programme", name="Grant", annual_pounds=1, starts_on=dt.date(2025, 9, 1),
            ends_on=dt.date(2027, 5, 10), by=None,
        )  # fmt: skip
        services.agree_terms(cast.specialist.post, changes={}, fundings=[funding], by=None)
        calendar = SchoolCalendar.of()

        # It ends in the summer term of 2027; two terms before is the autumn of 2026.
        before = ending_soon(dt.date(2026, 8, 31), calendar)
        after = ending_soon(dt.date(2026, 9, 2), calendar)

    assert before == []
    assert [(one.funding.name, one.posts) for one in after] == [
        ("Grant", ["Sam Okafor, Speech and language therapist"])
    ]


def test_where_no_calendar_reaches_the_warning_comes_two_thirds_of_a_year_before(northgate):
    with acting_as_system(northgate):
        starts = term_starts(SchoolCalendar.of())
    assert warned_from(dt.date(2030, 8, 31), starts) == dt.date(2030, 8, 31) - dt.timedelta(days=243)


def test_a_post_costs_the_share_of_the_year_that_it_is_held(cast, northgate):
    with acting_as_system(northgate):
        services.agree_terms(cast.specialist.post, changes={"annual_cost_pounds": 36_500}, by=None)
        costs = post_costs(Period("2026-27/autumn-1", dt.date(2026, 9, 1), dt.date(2026, 10, 30)))

    assert {cost.words: cost.pounds for cost in costs}["Sam Okafor, Speech and language therapist"] == 6_000


@pytest.mark.parametrize("role", ["slt", "coordinator", "specialist", "allocated", "dsl", "ig_lead", "school_staff"])
def test_amounts_are_seen_by_those_who_build_the_return_and_changed_by_managers(cast, northgate, client_for, role):
    with acting_as_system(northgate):
        services.add_funding(
            source="vru", name="VRU grant", annual_pounds=9_000, starts_on=dt.date(2026, 9, 1), by=None
        )
        funding = Funding.objects.get()
    client, sees = client_for(getattr(cast, role), northgate), role in ("slt", "coordinator")

    page = client.get("/team/funding/")
    with acting_for(northgate, getattr(cast, role), durable=False):
        rows = Funding.objects.count()

    assert (page.status_code, "VRU grant" in page.content.decode(), rows) == (
        (200, True, 1) if sees else (403, False, 0)
    )
    # A row that is not seen is not there.
    assert client.get(f"/team/funding/{funding.public_id}/").status_code == (403 if sees else 404)
    assert client.get("/settings/costs/").status_code == 403


def test_two_who_publish_the_page_at_once_do_not_overwrite_each_other(cast, northgate):
    said = {"who_we_are": "We", "how_to_refer": "Ask", "what_we_do_not_do": "Lunch", "by": cast.manager.membership}
    with acting_for(northgate, cast.manager, durable=False):
        services.publish_guide(seen=0, **said)
        with pytest.raises(ChangedMeanwhile):
            services.publish_guide(seen=0, **said)
        assert services.publish_guide(seen=1, **said).number == 2


def test_school_staff_read_who_we_are_and_what_helps_at_a_site(cast, northgate, client_for):
    manager, teacher = client_for(cast.manager, northgate), client_for(cast.school_staff, northgate)
    told = {"who_we_are": "Four of us", "how_to_refer": "Ask", "what_we_do_not_do": "Lunch duty"}
    manager.post("/team/for-school-staff/new/", {"seen": "0", **told})
    manager.post(f"/team/briefings/{northgate.centre.public_id}/new/", {"seen": "0", "text": "One thing at a time"})

    page = teacher.get("/team/for-school-staff/").content.decode()

    assert "Four of us" in page
    assert "Lunch duty" in page
    assert "Sam Okafor" in page
    assert "One thing at a time" in teacher.get(f"/team/briefings/{northgate.centre.public_id}/").content.decode()
    assert teacher.get("/team/for-school-staff/new/").status_code == 403
