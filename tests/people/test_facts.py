"""A change holds from its day; a correction replaces what was wrong, for the past too; both are kept."""

import datetime as dt

import pytest
from django.utils.timezone import localdate

from apst.people import services
from apst.people.exceptions import NoSuchValue, NothingToCorrect, WrongDate
from apst.people.models import Pupil, PupilFact
from apst.people.queries import facts_on, year_group
from apst.tenancy.context import acting_for
from tests.factories import make_pupil

SEPTEMBER, MARCH, JUNE = dt.date(2025, 9, 1), dt.date(2026, 3, 1), dt.date(2026, 6, 1)


@pytest.fixture
def pupil(cast, northgate):
    """A pupil, with Northgate open as its manager."""
    with acting_for(northgate, cast.manager):
        yield make_pupil()


def sen_on(pupil, *days):
    return [facts_on([pupil], day)[pupil.pk].get("sen_provision") for day in days]


def say(pupil, value, day):
    return services.change_fact(pupil, kind="sen_provision", value=value, holds_from=day, by=None)


def test_a_change_holds_from_its_day_and_the_earliest_value_reaches_back(pupil):
    say(pupil, "K", SEPTEMBER)
    say(pupil, "E", MARCH)

    assert sen_on(pupil, dt.date(2020, 1, 1), MARCH - dt.timedelta(days=1), MARCH, JUNE) == ["K", "K", "E", "E"]


def test_what_was_never_recorded_is_absent(pupil):
    assert facts_on([pupil], MARCH) == {pupil.pk: {}}


def test_a_correction_of_all_entries_holds_for_the_past_too_and_keeps_what_was_said(pupil):
    say(pupil, "K", SEPTEMBER)
    say(pupil, "E", MARCH)

    services.correct_fact(pupil, kind="sen_provision", value="N", by=None)

    assert sen_on(pupil, SEPTEMBER, JUNE) == ["N", "N"]
    kept = PupilFact.objects.filter(pupil=pupil, corrected_at__isnull=False).order_by("holds_from")
    assert [fact.value for fact in kept] == ["K", "E"]


def test_a_correction_of_one_entry_leaves_the_others(pupil):
    say(pupil, "K", SEPTEMBER)
    wrong = say(pupil, "E", MARCH)

    services.correct_fact(pupil, kind="sen_provision", value="N", fact=wrong, holds_from=JUNE, by=None)

    assert sen_on(pupil, MARCH, JUNE) == ["K", "N"]


def test_saying_what_holds_anyway_writes_nothing(pupil):
    say(pupil, "K", SEPTEMBER)
    say(pupil, "K", MARCH)

    assert PupilFact.objects.filter(pupil=pupil).count() == 1


def test_a_second_statement_for_the_same_day_replaces_the_first(pupil):
    say(pupil, "K", SEPTEMBER)
    say(pupil, "E", SEPTEMBER)

    assert sen_on(pupil, SEPTEMBER) == ["E"]


def test_an_earlier_value_is_put_before_a_later_one(pupil):
    say(pupil, "E", MARCH)
    say(pupil, "K", SEPTEMBER)

    assert sen_on(pupil, SEPTEMBER, MARCH) == ["K", "E"]


def test_what_cannot_be_is_refused(pupil):
    with pytest.raises(NoSuchValue):
        say(pupil, "Q", SEPTEMBER)
    with pytest.raises(WrongDate):
        say(pupil, "K", localdate() + dt.timedelta(days=1))
    with pytest.raises(NothingToCorrect):
        services.correct_fact(pupil, kind="fsm", value="yes", by=None)
    assert not PupilFact.objects.exists()


def test_facts_of_many_pupils_are_one_query(pupil, django_assert_num_queries):
    pupils = [pupil, *(make_pupil() for _ in range(5))]
    for one in pupils:
        say(one, "K", SEPTEMBER)

    with django_assert_num_queries(1):
        found = facts_on(pupils, MARCH)

    assert [found[one.pk] for one in pupils] == [{"sen_provision": "K"}] * 6


@pytest.mark.parametrize(
    ("born", "offset", "day", "group"),
    [
        (dt.date(2012, 8, 31), 0, dt.date(2026, 9, 1), "10"),
        (dt.date(2012, 9, 1), 0, dt.date(2026, 9, 1), "9"),
        (dt.date(2012, 9, 1), 0, dt.date(2026, 8, 31), "8"),
        (dt.date(2012, 9, 1), 1, dt.date(2026, 9, 1), "10"),
        (dt.date(2022, 3, 1), 0, dt.date(2026, 9, 1), "R"),
    ],
)
def test_the_year_group_follows_from_the_age_on_31_august_and_the_offset(born, offset, day, group):
    assert year_group(Pupil(date_of_birth=born, year_offset=offset), day) == group
