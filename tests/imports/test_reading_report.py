"""The report and the templates: CSV that goes back to the person."""

import csv
import io

import pytest

from apst.imports.reading import KINDS, ReportLine, template, write_report
from tests.imports.files.making import read


def report(*lines):
    file = io.StringIO(newline="")
    write_report(file, lines)
    return file.getvalue()


def test_the_report_has_the_columns_of_the_specification():
    text = report(
        ReportLine(7, "rejected", "I007", "duration", "1.5", "has decimals", "1:30"),
        ReportLine(8, "add", "I008"),
    )

    assert text == (
        "\ufeffrow,outcome,reference,column,value,reason,suggestion\r\n"
        "7,rejected,I007,duration,1.5,has decimals,1:30\r\n"
        "8,add,I008,,,,\r\n"
    )


@pytest.mark.parametrize(
    "value", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1+1", "-", "+1-2"]
)
def test_no_value_of_the_report_runs_as_a_formula(value):
    (_, line) = csv.reader(io.StringIO(report(ReportLine(2, "rejected", value, "note", value)), newline=""))

    assert (line[2], line[4]) == (f"'{value}", f"'{value}")


@pytest.mark.parametrize("value", ["-5", "+44 7700 900123", "plain", "a=b", ""])
def test_a_harmless_value_is_written_as_it_is(value):
    (_, line) = csv.reader(io.StringIO(report(ReportLine(2, "rejected", "", "note", value)), newline=""))

    assert line[4] == value


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_template_can_be_filled_in_and_has_no_rows(kind):
    reading = read(kind, io.BytesIO(template(KINDS[kind]).encode()))

    assert reading.notes == []
    assert list(reading.rows()) == []
    assert list(reading.headings.places) == [column.name for column in KINDS[kind].columns]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_example_of_the_help_page_is_itself_read(kind):
    for column in KINDS[kind].columns:
        assert column.meaning
        if column.example:
            column.read(column.example)
