"""Building: once or twice, refused where the calendar has a gap, by the job, by the command."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, transaction

from apst.jobs.models import Job
from apst.jobs.services import ask_for
from apst.jobs.tasks import perform
from apst.people.models import PupilFact
from apst.places.models import CalendarEntry
from apst.tenancy.context import ContextError, acting_as_system, acting_for
from cases.models import Case, Intervention
from referrals.models import Referral, TriageDecision
from reporting.exceptions import FiguresFrozen, ReturnRefused
from reporting.models import MIReturn, ReturnCell, ReturnFact
from reporting.rounding import half_up, median, p90
from reporting.services import build_return
from tests.reporting.conftest import PERIOD


def test_built_twice_it_is_one_return_with_the_same_cells(example):
    with acting_as_system(example.taskforce, durable=False):
        before = list(
            ReturnCell.objects.values_list("position", "measure", "breakdown", "category", "statistic", "value")
        )
        facts = ReturnFact.objects.count()

        again = build_return(PERIOD, by=None)

        assert MIReturn.objects.count() == 1
        assert again.fingerprint == example.mi_return.fingerprint
        assert (
            list(ReturnCell.objects.values_list("position", "measure", "breakdown", "category", "statistic", "value"))
            == before
        )
        assert ReturnFact.objects.count() == facts


def test_a_gap_in_the_calendar_refuses_and_names_the_half_term(example):
    with acting_as_system(example.taskforce, durable=False):
        CalendarEntry.objects.filter(academic_year="2025-26", name="autumn-2").delete()
        with pytest.raises(ReturnRefused, match="autumn-2 in 2025-26"):
            build_return(PERIOD, by=None)


@pytest.mark.parametrize("key", ["2025-26/winter-1", "autumn", "", "2025-26/autumn-1/x"])
def test_a_key_that_is_no_period_is_refused(example, key):
    with acting_as_system(example.taskforce, durable=False), pytest.raises(ReturnRefused, match="is no period"):
        build_return(key, by=None)


def test_a_date_outside_every_known_year_is_refused(example):
    with acting_as_system(example.taskforce, durable=False):
        Referral.objects.filter(reference="R1").update(received_on=dt.date(2019, 1, 7))
        with pytest.raises(ReturnRefused, match="7 January 2019 is outside"):
            build_return(PERIOD, by=None)


def test_signed_figures_are_not_built_again(example):
    with acting_as_system(example.taskforce, durable=False):
        MIReturn.objects.update(state="signed_by_manager")
        with pytest.raises(FiguresFrozen):
            build_return(PERIOD, by=None)


def test_a_person_may_neither_build_nor_write_a_return(example):
    with acting_for(example.taskforce, example.people.manager, durable=False):
        with pytest.raises((ProgrammingError, ContextError)), transaction.atomic():
            build_return(PERIOD, by=None)
        for model in (MIReturn, ReturnCell, ReturnFact):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                model.objects.all().delete()


def test_a_deleted_session_and_an_undone_decision_count_nowhere(example):
    def value(measure, statistic="count"):
        return ReturnCell.objects.get(measure=measure, breakdown="all", statistic=statistic).value

    with acting_as_system(example.taskforce, durable=False):
        hours, decided = float(value("C1", "hours")), int(value("E2"))
        session = Intervention.objects.get(reference="S06")
        Intervention.objects.filter(pk=session.pk).update(deleted_at=dt.datetime(2025, 10, 1, tzinfo=dt.UTC))
        decision = TriageDecision.objects.get(referral__reference="R5")
        TriageDecision.objects.create(
            referral=decision.referral, outcome="undone", decided_on=decision.decided_on, undoes=decision
        )

        build_return(PERIOD, by=None)

        assert float(value("C1", "hours")) == pytest.approx(hours - 50 / 60, abs=0.01)
        assert int(value("E2")) == decided - 1


def value_of(measure: str) -> str:
    return ReturnCell.objects.get(measure=measure, breakdown="all", statistic__in=["count", "percent"]).value


def test_a_case_opened_on_the_very_day_of_the_waiting_list_ends_the_waiting(example):
    with acting_as_system(example.taskforce, durable=False):
        before = int(value_of("E4"))
        decision = TriageDecision.objects.get(referral__reference="R6", outcome="waiting_list")
        Case.objects.create(reference="C6", pupil=decision.referral.pupil, opened_on=decision.decided_on)

        build_return(PERIOD, by=None)

        assert (before, int(value_of("E4"))) == (1, 0)


def test_the_earliest_known_fact_reaches_back_before_it_was_recorded(example):
    with acting_as_system(example.taskforce, durable=False):
        before = value_of("A3")
        PupilFact.objects.filter(pupil__local_id="P1", kind="sen_provision").update(holds_from=dt.date(2026, 3, 2))

        build_return(PERIOD, by=None)

        assert (before, value_of("A3")) == ("50", "50")


@pytest.mark.django_db(transaction=True, databases=["default", "beside"])
def test_the_job_builds_and_says_which_return(example):
    with acting_for(example.taskforce, example.people.manager, durable=False):
        job = ask_for("reporting.build", key="once", args={"period": "2025-26/autumn-2"})

    perform(job.pk, example.taskforce.pk)

    with acting_as_system(example.taskforce, durable=False):
        job.refresh_from_db()
        built = MIReturn.objects.get(period="2025-26/autumn-2")
        assert (job.state, job.result) == (Job.State.DONE, {"return": str(built.public_id)})
        assert built.built_by == example.people.manager.membership


@pytest.mark.django_db(transaction=True, databases=["default", "beside"])
def test_a_refused_job_says_why(example):
    with acting_for(example.taskforce, example.people.manager, durable=False):
        job = ask_for("reporting.build", key="once", args={"period": "2031-32/autumn-1"})

    perform(job.pk, example.taskforce.pk)

    with acting_as_system(example.taskforce, durable=False):
        job.refresh_from_db()
        assert job.state == Job.State.FAILED
        assert "autumn-1 in 2031-32" in job.error


def test_the_command_writes_files_by_their_names(example, tmp_path):
    call_command("build_return", taskforce="elm-lane", period=PERIOD, out=tmp_path / "new", format="csv,xlsx")

    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "elm-lane-2025-26-autumn-1.csv",
        "elm-lane-2025-26-autumn-1.xlsx",
    ]


@pytest.mark.parametrize(
    ("said", "code", "sentence"),
    [
        ({"taskforce": "nowhere"}, 2, "There is no taskforce “nowhere”."),
        ({"format": "docx"}, 2, "Unknown format docx: write csv, xlsx or pdf."),
        ({"period": "2031-32/autumn-1"}, 1, "The calendar has no half-term autumn-1 in 2031-32."),
    ],
)
def test_the_command_refuses_in_plain_words(example, tmp_path, said, code, sentence):
    options = {"taskforce": "elm-lane", "period": PERIOD, "out": tmp_path, "format": "csv", **said}

    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("build_return", **options)

    assert refused.value.returncode == code
    assert list(tmp_path.iterdir()) == []


def test_rounding_is_half_up_and_the_percentile_is_the_nearest_rank():
    assert [half_up(1, 8, 2), half_up(5, 1000, 2), half_up(1, 3, 2), half_up(5, 2, 0)] == ["0.13", "0.01", "0.33", "3"]
    assert [median([3]), median([2, 3]), median([1, 3])] == ["3", "2.5", "2"]
    assert [p90(list(range(1, n + 1))) for n in (1, 9, 10, 11, 20)] == ["1", "9", "9", "10", "18"]
