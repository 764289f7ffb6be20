"""Documents on the pages: who finds what, how a file is served, and that each fetch is noted."""

import io
import re

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apst.audit.models import AccessEntry
from cases.models import Document, DocumentText
from cases.services import let_open, take_document
from tests.cases import papers
from tests.clock import TODAY

TITLE = "Minutes of the strategy meeting"


def fields(**said):
    return {
        "file": SimpleUploadedFile("minutes.pdf", papers.PDF),
        "title": TITLE,
        "kind": "safeguarding",
        "dated_on-day": TODAY.day,
        "dated_on-month": TODAY.month,
        "dated_on-year": TODAY.year,
        "sensitivity": "ordinary",
        **said,
    }


def status(client, address):
    """The answer's status; its file is read to the end, and so closed."""
    answer = client.get(address)
    b"".join(answer)
    return answer.status_code


@pytest.fixture
def restricted(case, cast, acting):
    """Safeguarding detail, by Sam."""
    with acting(cast.specialist):
        return take_document(
            case,
            file=io.BytesIO(papers.PDF),
            file_name="Amira strategy.pdf",
            title=TITLE,
            kind="safeguarding",
            sensitivity="safeguarding",
            dated_on=TODAY,
            by=cast.specialist.membership,
        )


def test_a_file_is_put_on_the_case_fetched_and_the_fetch_noted(case, cast, northgate, client_for, as_system):
    client = client_for(cast.specialist, northgate)

    page = client.post(f"/cases/{case.public_id}/documents/add/", fields(), follow=True).content.decode()
    address = re.search(r"/documents/[0-9a-f-]{36}/", page)[0]
    answer = client.get(address)

    assert TITLE in page
    assert b"".join(answer) == papers.PDF
    assert answer["Content-Disposition"] == 'attachment; filename="minutes.pdf"'
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "no-store"
    with as_system():
        entry = AccessEntry.objects.get(page="cases:document-fetch")
        assert (entry.categories, entry.pupils.get().pupil_id) == ("safeguarding", case.pupil_id)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"file": SimpleUploadedFile("run.exe", b"MZ" + bytes(9))}, "This kind of file is not taken"),
        ({"file": SimpleUploadedFile("a.pdf", b"")}, "The file is empty"),
        ({"file": ""}, "Choose the file"),
        ({"title": " "}, "Enter what is it, in a few words?|Answer the question"),
        ({"dated_on-year": TODAY.year + 1}, "must be today or in the past"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(
    case, cast, northgate, client_for, as_system, said, sentence
):
    client = client_for(cast.specialist, northgate)

    answer = client.post(f"/cases/{case.public_id}/documents/add/", fields(**said))

    assert answer.status_code == 422
    assert re.search(sentence, answer.content.decode())
    with as_system():
        assert not Document.objects.exists()


def test_with_a_scanner_that_is_down_nothing_is_taken_and_the_page_says_so(
    case, cast, northgate, client_for, as_system, settings
):
    settings.CLAMD_ADDRESS = "tcp://127.0.0.1:9"

    answer = client_for(cast.specialist, northgate).post(f"/cases/{case.public_id}/documents/add/", fields())

    assert "The virus scanner does not answer" in answer.content.decode()
    with as_system():
        assert not Document.objects.exists()


def test_who_reads_the_case_sees_that_there_is_one_and_not_what_it_is_called(
    case, cast, northgate, client_for, restricted, acting
):
    address = f"/documents/{restricted.public_id}/"
    expected = {
        "manager": 403,
        "specialist": 200,
        "riverside": 403,
        "dsl": 200,
        # To them there is no row: they do not see the case, or read no notes.
        "allocated": 404,
        "slt": 404,
        "school_staff": 404,
        "ig_lead": 404,
        "coordinator": 404,
    }
    got = {}
    for name in expected:
        client = client_for(getattr(cast, name), northgate)
        got[name] = status(client, address)
        for page in (f"/cases/{case.public_id}/documents/", f"/cases/{case.public_id}/"):
            said = client.get(page).content.decode()
            assert (TITLE in said) is (got[name] == 200), (name, page)
            assert ("Amira strategy.pdf" in said) is (got[name] == 200 and "documents" in page), (name, page)

    assert got == expected


def test_the_author_lets_somebody_in_and_ends_it(case, cast, northgate, client_for, restricted):
    author, manager = (client_for(person, northgate) for person in (cast.specialist, cast.manager))
    address = f"/documents/{restricted.public_id}/"
    assert manager.get(f"{address}readers/").status_code == 403

    said = {"member": cast.manager.membership.public_id, "reason": "Chairs the next meeting"}
    page = author.post(f"{address}readers/", said, follow=True).content.decode()

    assert "Maya Thornton. Chairs the next meeting" in page
    assert status(manager, address) == 200
    author.post(f"{address}readers/", {"end": cast.manager.membership.public_id})
    assert status(manager, address) == 403


def test_a_removal_is_undone_from_its_message(case, cast, northgate, client_for, restricted):
    client = client_for(cast.specialist, northgate)

    page = client.post(f"/documents/{restricted.public_id}/remove/", follow=True).content.decode()

    assert TITLE not in page
    assert "The document is removed" in page
    undo = re.search(rf"/documents/{restricted.public_id}/restore/", page)[0]
    assert TITLE in client.post(undo, follow=True).content.decode()
    assert client_for(cast.riverside, northgate).post(f"/documents/{restricted.public_id}/remove/").status_code == 403


def test_a_file_that_is_lost_is_said_to_be_lost(case, cast, northgate, client_for, restricted, as_system):
    with as_system():
        default_storage.delete(DocumentText.objects.get().stored_name)

    page = client_for(cast.specialist, northgate).get(f"/documents/{restricted.public_id}/", follow=True)

    assert "cannot be found" in page.content.decode()


def test_the_list_takes_as_many_queries_for_twenty_as_for_one_and_has_pages(case, cast, northgate, client_for, acting):
    client = client_for(cast.specialist, northgate)
    counts = []
    for number in (1, 29):
        with acting(cast.specialist):
            for n in range(number):
                take_document(
                    case,
                    file=io.BytesIO(papers.PDF),
                    file_name="a.pdf",
                    title=f"Letter {n}",
                    kind="family",
                    sensitivity="clinical" if n % 2 else "ordinary",
                    dated_on=TODAY,
                    by=cast.specialist.membership,
                )
        client.get(f"/cases/{case.public_id}/documents/")
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/cases/{case.public_id}/documents/").content.decode()
        counts.append(len(queries))

    assert counts[0] == counts[1]
    older = re.search(r"\?after=[\w-]+", page)[0]
    second = client.get(f"/cases/{case.public_id}/documents/{older}").content.decode()
    assert (page.count("a.pdf"), second.count("a.pdf")) == (25, 5)


def test_a_grant_for_somebody_of_another_taskforce_is_not_on_the_form(
    case, cast, northgate, omar, client_for, restricted
):
    address = f"/documents/{restricted.public_id}/readers/"
    answer = client_for(cast.specialist, northgate).post(address, {"member": omar.membership.public_id, "reason": "x"})

    assert answer.status_code == 422
    with pytest.raises(AttributeError):
        let_open(restricted, None, reason="x", by=None)
