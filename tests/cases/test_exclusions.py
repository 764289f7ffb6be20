"""An exclusion as the school told it, its sixth day, and what happens to that when something it rests on changes."""

import datetime as dt
import uuid

import pytest

from apst.people.models import PupilFact
from apst.places.services import put_entry
from cases import services
from cases.exceptions import ExclusionInFuture, ExclusionLength, TaughtBeforeExcluded, TooManyReasons
from cases.models import DueDay, Exclusion
from cases.queries.clocks import LATE, MET, NONE, clocks_of
from cases.queries.exclusions import exclusions_of, sixth_days
from tests.clock import TODAY

MONDAY = dt.date(2026, 11, 9)


@pytest.fixture
def record(case, cast, acting):
    """`record(category="PERM")`: Sam records an exclusion of Amira's, a permanent one last Monday unless said."""

    def record(**said) -> Exclusion:
        said = {"category": "PERM", "starts_on": MONDAY, "start_session": "am"} | said
        with acting(cast.specialist):
            return services.record_exclusion(case.pupil, **said, by=cast.specialist.membership)

    return record


def day_six(case, acting, person):
    with acting(person):
        return next(clock for clock in clocks_of([case]) if clock.rule == "day_six")


def test_a_permanent_exclusion_runs_until_education_begins(case, cast, acting, record):
    row = record()
    clock = day_six(case, acting, cast.manager)
    assert (clock.due_on, clock.state) == (MONDAY + dt.timedelta(days=7), LATE)
    assert "home local authority" in clock.lines[-1]

    with acting(cast.manager):
        said = {"category": "PERM", "starts_on": MONDAY, "start_session": "am", "sessions": None}
        services.change_exclusion(
            row, version=1, **said, education_from=MONDAY + dt.timedelta(days=7), by=cast.manager.membership
        )
    clock = day_six(case, acting, cast.manager)
    assert (clock.state, clock.why) == (MET, f"full-time education began on {MONDAY + dt.timedelta(days=7):%-d %B %Y}")


def test_what_began_late_is_told_and_asks_no_more(case, cast, acting, record):
    record(education_from=MONDAY + dt.timedelta(days=9))
    clock = day_six(case, acting, cast.manager)
    assert (clock.state, clock.asks) == (LATE, False)


def test_the_bar_says_it_to_whoever_opens_the_case(case, cast, record, client_for, northgate):
    record()
    page = client_for(cast.specialist, northgate).get(f"/cases/{case.public_id}/plan/").text
    assert "Day 6 was 16 Nov" in page


def test_a_short_suspension_asks_nothing_and_says_why(case, cast, acting, record):
    record(category="SUSP", sessions=10)
    clock = day_six(case, acting, cast.manager)
    assert (clock.state, clock.due_on, clock.why) == (NONE, None, "it ends before the sixth school day")


def test_the_calendar_of_the_school_that_excluded_counts(case, cast, acting, northgate, record, as_system):
    with as_system():
        put_entry(
            None, kind="closure", name="Flood", starts_on=MONDAY + dt.timedelta(days=1),
            ends_on=MONDAY + dt.timedelta(days=2), establishment=northgate.mainstream, by=None,
        )  # fmt: skip
    record(school=northgate.mainstream)
    assert day_six(case, acting, cast.manager).due_on == MONDAY + dt.timedelta(days=9)


def test_a_changed_calendar_moves_the_day_and_the_case_says_so(
    case, cast, acting, northgate, record, client_for, django_capture_on_commit_callbacks
):
    record(school=northgate.mainstream)
    with django_capture_on_commit_callbacks(execute=True), acting(cast.coordinator):
        put_entry(
            None, kind="closure", name="Boiler", starts_on=MONDAY + dt.timedelta(days=4),
            ends_on=MONDAY + dt.timedelta(days=4), establishment=northgate.mainstream, by=cast.coordinator.membership,
        )  # fmt: skip
    with acting(cast.manager):
        moved = DueDay.objects.get(because="calendar")
    assert (moved.was_on, moved.due_on) == (MONDAY + dt.timedelta(days=7), MONDAY + dt.timedelta(days=8))
    page = client_for(cast.manager, northgate).get(f"/cases/{case.public_id}/").text
    assert "Day 6 has moved" in page
    assert f"From {moved.was_on:%-d %B %Y} to {moved.due_on:%-d %B %Y}" in page


def test_working_out_twice_tells_nothing_twice(case, record, as_system):
    record()
    with as_system():
        assert services.work_out_open() == 0
        assert DueDay.objects.count() == 1


def test_a_looked_after_child_is_aimed_at_day_1(case, cast, acting, record, as_system):
    with as_system():
        PupilFact.objects.create(
            pupil=case.pupil, kind=PupilFact.Kind.CSC_STATUS, value="cla", holds_from=dt.date(2026, 9, 1)
        )
    record()
    assert any("Looked after: aim for" in line for line in day_six(case, acting, cast.manager).lines)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"starts_on": TODAY + dt.timedelta(days=1)}, ExclusionInFuture),
        ({"category": "SUSP"}, ExclusionLength),
        ({"category": "SUSP", "sessions": 91}, ExclusionLength),
        ({"education_from": MONDAY - dt.timedelta(days=1)}, TaughtBeforeExcluded),
        ({"reasons": ["PP", "PA", "VP", "VA"]}, TooManyReasons),
    ],
)
def test_what_cannot_be_is_refused(record, said, error):
    with pytest.raises(error):
        record(**said)


def test_the_page_says_beside_the_reasons_how_many_there_may_be(case, cast, as_system, client_for, northgate):
    said = {
        "category": "PERM", "starts_on": MONDAY.isoformat(), "start_session": "am",
        "reasons": ["PP", "PA", "VP", "VA"],
    }  # fmt: skip
    client = client_for(cast.specialist, northgate)
    page = client.post(f"/cases/{case.public_id}/clocks/exclusion/", said)

    assert 'href="#id_reasons_0">Select three reasons at most.' in page.text
    with as_system():
        assert not Exclusion.objects.exists()
    client.post(f"/cases/{case.public_id}/clocks/exclusion/", {**said, "reasons": said["reasons"][:3]})
    with as_system():
        assert Exclusion.objects.get().reasons == ["PP", "PA", "VP"]


def test_a_form_sent_twice_makes_one(case, cast, acting, record):
    key = uuid.uuid4()
    assert record(submission_key=key).pk == record(submission_key=key).pk


def test_one_that_never_was_is_struck_out_and_brought_back(case, cast, acting, record):
    row = record()
    with acting(cast.manager):
        services.strike_exclusion(row, by=cast.manager.membership)
        assert exclusions_of([case.pupil_id]) == []
        services.bring_exclusion_back(row, by=cast.manager.membership)
        assert len(sixth_days(exclusions_of([case.pupil_id]))) == 1
