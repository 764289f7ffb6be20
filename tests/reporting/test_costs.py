"""What the taskforce costs: beside the published averages, with the return's own hours and pupils."""

import datetime as dt

from apst.people import services as people
from apst.tenancy.context import acting_as_system
from reporting.benchmarks import averages
from reporting.costs import costs_of
from reporting.services import build_return
from tests.factories import make_pupil, make_session

AUTUMN = "2026-27/autumn-1"


def test_the_averages_are_the_dfes_with_year_and_source():
    found = {name: (one.pounds, one.period) for name, one in averages().items()}
    assert found == {
        "office_and_meeting_space": (4700, "pilot average"),
        "equipment": (6000, "pilot average"),
        "taskforce_manager": (36000, "2023-24"),
        "slt_time": (11000, "2023-24"),
        "specialist_each": (46000, "2023-24"),
        "holiday_provision_per_pupil": (350, "2022-23"),
    }
    assert {one.source for one in averages().values()} == {"DfE APST implementation advice 2024 costs"}


def test_an_hour_and_a_pupil_cost_what_the_return_says_they_were(cast, northgate):
    with acting_as_system(northgate):
        for _ in range(2):
            make_session(posts=[cast.specialist.post], places=[make_pupil()], minutes=120, held_on=dt.date(2026, 9, 14))
        people.agree_terms(cast.specialist.post, changes={"annual_cost_pounds": 36_500}, by=None)
        people.agree_terms(cast.riverside.post, changes={"annual_cost_pounds": 0}, by=None)
        people.add_cost(item="manager", academic_year="2026-27", pounds=36_500, by=None)
        people.add_cost(item="equipment", academic_year="2025-26", pounds=5_000, by=None)

        costs = costs_of(build_return(AUTUMN, by=None))

    # The half-term counts from 1 September to 1 November 2026: 62 days of the 365, at £100 a day each.
    assert [(line.words, line.pounds) for line in costs.running if line.pounds] == [
        ("Taskforce Manager", 6_200),
        ("Specialists (2 posts)", 6_200),
    ]
    assert [(line.words, line.pounds) for line in costs.set_up if line.pounds] == [
        ("Equipment (laptops, phones)", 5_000)
    ]
    assert (costs.total, costs.hours, costs.pupils) == (12_400, "4.00", 2)
    assert (costs.an_hour, costs.a_pupil) == ("3100.00", "6200")
    assert costs.unsaid == ["Lee Marsh, Police officer"]


def test_costs_are_the_managers_alone(cast, northgate, client_for):
    with acting_as_system(northgate):
        build_return(AUTUMN, by=None)
    for person in (cast.slt, cast.coordinator, cast.specialist, cast.dsl):
        assert client_for(person, northgate).get("/returns/costs/").status_code == 403, person.name
    page = client_for(cast.manager, northgate).get("/returns/costs/").content.decode()
    assert "DfE APST implementation advice 2024" in page
    assert "Autumn 1, 2026-27" in page
