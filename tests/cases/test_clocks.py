"""What runs on cases: on the case with its rule, and over all of them in one list."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apst.places.calendar import SchoolCalendar
from apst.tenancy.context import acting_as_system
from cases import services
from cases.queries import clocks
from referrals.models import Targets
from referrals.queries import targets
from referrals.services import triage
from tests.clock import TODAY
from tests.factories import make_case, make_pupil, make_referral, make_session

DAY = dt.timedelta(days=1)


def of(case, rule: str) -> clocks.Clock | None:
    return next((clock for clock in clocks.clocks_of([case]) if clock.rule == rule), None)


def test_the_first_session_is_asked_for_until_it_was_held(case, cast, acting, as_system):
    with acting(cast.manager):
        asked = of(case, "first_session")
        assert asked.asks
        assert asked.href == f"/cases/{case.public_id}/sessions/"
    with as_system():
        make_session(posts=[cast.specialist.post], places=[case.pupil], logged_by=cast.specialist.membership)
    with acting(cast.manager):
        assert of(case, "first_session") is None


def test_a_step_out_is_looked_at_in_its_middle_and_at_its_end(case, cast, acting):
    began = TODAY - 50 * DAY
    with acting(cast.manager):
        case.opened_on = began
        case.tier = "tier_2"
        clock = of(case, "step_out")
    assert (clock.about, clock.due_on, clock.state) == ("exit review", began + 84 * DAY, "running")
    case.opened_on = TODAY - 10 * DAY
    with acting(cast.manager):
        assert of(case, "step_out").about == "midpoint review"


def test_a_fair_access_place_is_due_20_school_days_after_the_agreement(case, cast, acting, northgate):
    with acting(cast.specialist):
        onward = services.refer_onward(
            case, service="fair_access", step="sent", on=dt.date(2026, 9, 21), by=cast.specialist.membership
        )
        assert of(case, "fair_access") is None
        services.take_step(onward, step="accepted", on=dt.date(2026, 9, 24), by=cast.specialist.membership)
        clock = of(case, "fair_access")
    assert (clock.due_on, clock.state) == (dt.date(2026, 10, 22), "late")


def test_an_ended_case_has_no_clock(case, cast, acting):
    with acting(cast.manager):
        case.ended_on = TODAY
        assert clocks.clocks_of([case]) == []


def test_the_case_says_each_rule_and_its_source(case, cast, client_for, northgate):
    page = client_for(cast.specialist, northgate).get(f"/cases/{case.public_id}/clocks/").text
    assert "within 10 school days of the referral being accepted" in page
    assert "This taskforce’s own target" in page
    assert "Record an exclusion" in page


def test_an_exclusion_is_recorded_on_the_page(case, cast, client_for, northgate):
    sam = client_for(cast.specialist, northgate)
    address = reverse("cases:exclusion-record", args=[case.public_id])
    form = {"taskforce": str(northgate.public_id), "category": "SUSP", "start_session": "am"}
    day = {"starts_on": "2026-11-09"}
    assert "Enter how many half-days" in sam.post(address, form | day).text

    page = sam.post(address, form | day | {"sessions": "12"}, follow=True).text

    assert "By Monday 16 November 2026" in page
    assert "6 school days" in page


@pytest.mark.parametrize(
    ("role", "status"), [("manager", 200), ("dsl", 200), ("slt", 403), ("school_staff", 403), ("ig_lead", 403)]
)
def test_who_reads_the_list(case, cast, client_for, northgate, role, status):
    assert client_for(getattr(cast, role), northgate).get("/clocks/").status_code == status


def test_the_list_is_what_one_sees_oneself(case, cast, client_for, northgate, as_system):
    with as_system():
        type(case).objects.filter(pk=case.pk).update(opened_on=TODAY - 60 * DAY)
    assert "Amira Ahmed" in client_for(cast.manager, northgate).get("/clocks/").text
    assert "Amira Ahmed" not in client_for(cast.allocated, northgate).get("/clocks/").text


def test_four_hundred_cases_ask_as_much_as_four(cast, northgate, client_for, as_system):
    def ask(number: int) -> int:
        with as_system():
            for _ in range(number):
                make_case(pupil=make_pupil(), site=northgate.riverside, opened_on=TODAY - 60 * DAY)
        client = client_for(cast.manager, northgate)
        client.get("/clocks/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/clocks/").status_code == 200
        return len(asked)

    assert ask(4) == ask(396)


def aims(northgate, **said):
    return {
        "taskforce": str(northgate.public_id), "based_on": "1", "triage_school_days": "5", "step_out_weeks": "12",
        "first_session_school_days": "10", "plan_review_weeks": "6", "waiting_review_weeks": "4", "soon_days": "7",
        **said,
    }  # fmt: skip


TARGETS = "/settings/clocks/"


def test_the_first_session_counts_from_the_acceptance(case, referral, cast, acting):
    with acting(cast.manager):
        triage(referral, outcome="accepted", by=cast.manager.membership)
        case.referral = referral
        case.opened_on = TODAY + 20 * DAY
        clock = of(case, "first_session")
        assert clock.due_on == SchoolCalendar.of().add_school_days(TODAY, 10)


def test_what_a_taskforce_aims_at_is_what_its_clocks_count(case, cast, acting, client_for, northgate, southgate):
    maya = client_for(cast.manager, northgate)
    assert 'value="12"' in maya.get(TARGETS).text

    page = maya.post(TARGETS, aims(northgate, step_out_weeks="8", first_session_school_days="3"), follow=True).text

    assert "A tier 2 step-out lasts 8 weeks" in page
    assert "within 3 school days of the referral being accepted" in page
    with acting(cast.manager):
        case.opened_on = TODAY - 50 * DAY
        assert of(case, "step_out").due_on == case.opened_on + 56 * DAY
    with acting_as_system(southgate):
        assert targets().step_out_weeks == 12


def test_two_managers_do_not_overwrite_each_other_and_nonsense_changes_nothing(cast, client_for, northgate, as_system):
    maya = client_for(cast.manager, northgate)
    maya.post(TARGETS, aims(northgate, soon_days="14"))
    page = maya.post(TARGETS, aims(northgate, soon_days="3"))
    assert (page.status_code, 'value="3"' in page.text) == (422, True)
    page = maya.post(TARGETS, aims(northgate, based_on="2", step_out_weeks="1", soon_days=""))
    assert "Enter 2 or more" in page.text
    assert "Enter a number" in page.text
    with as_system():
        row = Targets.objects.get()
        assert (row.soon_days, row.version, row.changed_by_id) == (14, 2, cast.manager.membership.pk)


@pytest.mark.parametrize("role", ["specialist", "dsl", "slt", "ig_lead", "school_staff"])
def test_only_those_who_change_settings_set_targets(role, cast, client_for, northgate):
    client = client_for(getattr(cast, role), northgate)
    assert client.get(TARGETS).status_code == 403
    assert client.post(TARGETS, aims(northgate)).status_code == 403


def test_a_referral_past_the_target_is_counted_and_shown(cast, client_for, northgate, as_system):
    with as_system():
        fresh = make_referral(received_on=TODAY - DAY, site=northgate.riverside)
        late = make_referral(received_on=TODAY - 14 * DAY, site=northgate.riverside)
    maya = client_for(cast.manager, northgate)
    assert "Referrals waiting more than 5 school days for a decision" in maya.get("/").text
    assert "1 referral</strong> waits for a decision longer" in " ".join(maya.get("/clocks/").text.split())
    rows = maya.get("/referrals/?over=5").text
    assert str(late.public_id) in rows
    assert str(fresh.public_id) not in rows
    assert maya.get("/referrals/").text.count("Past our target") == 1


def test_the_list_is_paged_and_filtered_by_rule_and_site(cast, client_for, northgate, as_system):
    with as_system():
        for number in range(120):
            site = northgate.riverside if number % 3 else northgate.centre
            make_case(tier="tier_1", site=site, opened_on=TODAY - 90 * DAY)
    maya = client_for(cast.manager, northgate)
    page = maya.get("/clocks/").text
    assert "120 clocks" in page
    assert "?page=2" in page
    assert "Riverside: 80" in page
    riverside = maya.get(f"/clocks/?site={northgate.riverside.public_id}&rule=first_session").text
    assert "80 clocks" in riverside
    assert "?page=2" not in riverside
    with CaptureQueriesContext(connection) as few:
        maya.get("/clocks/?page=2")
    with as_system():
        for _ in range(30):
            make_case(tier="tier_1", opened_on=TODAY - 90 * DAY)
    with CaptureQueriesContext(connection) as many:
        maya.get("/clocks/?page=2")
    assert len(few) == len(many)
