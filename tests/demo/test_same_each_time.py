"""The same day gives the same history; and every day of the year gives one."""

import datetime as dt

import pytest
from django.db import transaction

from apst.demo.seed.cast import LINDEN
from apst.demo.seed.making import make
from apst.people.models import Contact, PupilFact
from apst.tenancy.context import acting_as_system
from cases.models import Case, Intervention, InterventionNote, InterventionPlace


def told(day: dt.date) -> list[list]:
    """Make the small taskforce as of a day, tell what it holds, and take it all back."""
    around = transaction.atomic()
    around._from_testcase = True
    with around:
        made = make(LINDEN, today=day)
        with acting_as_system(made.taskforce):
            rows = [
                list(
                    Case.objects.order_by("reference").values_list(
                        "reference", "pupil__surname", "opened_on", "ended_on", "lead__reference"
                    )
                ),
                sorted(
                    Intervention.objects.values_list(
                        "reference", "held_on", "starts_at", "minutes", "activity_type", "location"
                    )
                ),
                sorted(
                    InterventionPlace.objects.values_list("intervention__reference", "pupil__local_id", "attendance")
                ),
                sorted(InterventionNote.objects.values_list("intervention__reference", "text")),
                # Whom a service records today has a number made by chance.
                sorted(
                    PupilFact.objects.exclude(pupil__local_id__startswith="new-").values_list(
                        "pupil__local_id", "kind", "holds_from", "value"
                    )
                ),
                sorted(Contact.objects.values_list("pupil__local_id", "name", "phone")),
            ]
        transaction.set_rollback(True)
    return rows


def test_the_same_day_gives_the_same_history(one_transaction):
    assert told(dt.date(2026, 9, 24)) == told(dt.date(2026, 9, 24))


@pytest.mark.parametrize("day", [dt.date(2026, 8, 20), dt.date(2025, 12, 28), dt.date(2026, 9, 1)], ids=str)
def test_a_holiday_gives_one_too(one_transaction, day):
    cases, sessions, *_ = told(day)
    assert len(cases) > 20
    assert all(opened <= (ended or day) <= day for _, _, opened, ended, _ in cases)
    assert max(held for _, held, *_ in sessions) < day
