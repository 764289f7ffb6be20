"""The pages: who may open them, what they show, what a download leaves behind."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apst.audit.models import AccessEntry
from apst.jobs.models import Job
from apst.places.models import CalendarEntry
from apst.tenancy.context import acting_as_system
from reporting.models import MIReturn
from tests.reporting.conftest import PERIOD


@pytest.fixture
def page(example):
    return f"/returns/{example.mi_return.public_id}/"


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("manager", 200),
        ("slt", 200),
        ("coordinator", 200),
        ("specialist", 403),
        ("dsl", 403),
        ("school_staff", 403),
        ("ig_lead", 403),
    ],
)
def test_who_may_open_a_return(example, client_for, page, role, status):
    client = client_for(getattr(example.people, role), example.taskforce)

    got = {client.get(path).status_code for path in (page, f"{page}cells/1/", f"{page}download.csv")}

    assert got == {status}
    assert client.get("/returns/").status_code == (200 if status == 200 else 403)


def test_another_taskforce_s_return_is_not_there(page, client_for, southgate, omar):
    client = client_for(omar, southgate)

    assert [client.get(path).status_code for path in (page, f"{page}cells/1/", f"{page}download.csv")] == [
        404,
        404,
        404,
    ]


def test_the_list_offers_every_half_term_and_says_what_was_built(example, client_for):
    text = client_for(example.people.manager, example.taskforce).get("/returns/").content.decode()

    assert "Autumn 1, 2025-26" in text
    assert text.count("Build again") == 1
    assert text.count("Not built") == 11


def test_without_a_calendar_the_list_says_so(example, client_for):
    with acting_as_system(example.taskforce, durable=False):
        CalendarEntry.objects.all().delete()
        MIReturn.objects.all().delete()

    assert (
        "There is no calendar yet"
        in client_for(example.people.manager, example.taskforce).get("/returns/").content.decode()
    )


def test_every_figure_links_to_its_rows(example, client_for, page):
    text = client_for(example.people.manager, example.taskforce).get(page).content.decode()

    links = re.findall(r'href="cells/(\d+)/">([^<]+)</a>', text)
    with acting_as_system(example.taskforce, durable=False):
        assert sorted((int(n), value) for n, value in links) == list(
            example.mi_return.cells.values_list("position", "value")
        )


def test_asking_for_a_build_shows_its_progress_and_twice_is_one(example, client_for):
    client = client_for(example.people.manager, example.taskforce)

    first = client.post("/returns/build/", {"period": "2025-26/autumn-2"})
    second = client.post("/returns/build/", {"period": "2025-26/autumn-2"})

    assert first.status_code == 302
    assert first["Location"] == second["Location"]
    with acting_as_system(example.taskforce, durable=False):
        job = Job.objects.get(kind="reporting.build")
        Job.objects.update(state="running", progress=10, saying="Reading the calendar and counting")
    text = client.get(first["Location"]).content.decode()
    assert 'hx-trigger="load delay:1s"' in text
    assert "Reading the calendar and counting" in text
    with acting_as_system(example.taskforce, durable=False):
        Job.objects.update(state="done", result={"return": str(example.mi_return.public_id)})
    assert "Open the return" in client.get(first["Location"], headers={"HX-Request": "true"}).content.decode()
    assert client.get(first["Location"])["Location"] == f"/returns/{example.mi_return.public_id}/"
    assert str(job.public_id) in first["Location"]


def test_a_period_without_a_calendar_is_refused_on_the_page(example, client_for):
    client = client_for(example.people.manager, example.taskforce)

    text = client.post("/returns/build/", {"period": "2031-32/autumn-1"}, follow=True).content.decode()

    assert "The calendar has no half-term autumn-1 in 2031-32." in text


def test_a_download_leaves_an_entry_that_names_no_pupil(example, client_for, page):
    got = client_for(example.people.slt, example.taskforce).get(f"{page}download.csv")

    assert got["Content-Disposition"] == 'attachment; filename="elm-lane-2025-26-autumn-1.csv"'
    assert got.content.startswith(b"\xef\xbb\xbftemplate,")
    with acting_as_system(example.taskforce, durable=False):
        entry = AccessEntry.objects.get()
        assert (entry.page, entry.reason, entry.pupils.count()) == ("reporting:return-download", "csv", 0)


def test_a_format_that_there_is_not_is_not_there(example, client_for, page):
    assert client_for(example.people.manager, example.taskforce).get(f"{page}download.docx").status_code == 404


def test_without_pango_the_page_says_so(example, client_for, page, settings):
    settings.PDF_AVAILABLE = False

    text = client_for(example.people.manager, example.taskforce).get(page).content.decode()

    assert "This server cannot draw PDFs" in text
    assert "Download PDF" not in text


def test_the_return_takes_few_queries(example, client_for, page):
    client = client_for(example.people.manager, example.taskforce)
    client.get(page)

    with CaptureQueriesContext(connection) as caught:
        client.get(page)

    assert len(caught) <= 18, [query["sql"][:90] for query in caught]


def test_the_title_of_no_page_names_anybody(example, client_for, page):
    client = client_for(example.people.manager, example.taskforce)

    for path in ("/returns/", page, f"{page}cells/1/"):
        title = re.search(r"<title>(.*?)</title>", client.get(path).content.decode(), re.DOTALL)[1]
        assert "Invented" not in title


assert PERIOD  # the example's period is the first half-term of 2025-26
