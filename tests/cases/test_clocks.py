"""What runs on cases: on the case with its rule, and over all of them in one list."""

import datetime as dt

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import services
from cases.queries import clocks
from tests.clock import TODAY
from tests.factories import make_case, make_pupil, make_session

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
    assert f"within {settings.FIRST_SESSION_SCHOOL_DAYS} school days of the case being opened" in page
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
