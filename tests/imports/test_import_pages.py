"""The pages of imports, as the manager walks them."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apst.audit.models import AccessEntry
from apst.imports.models import HeadingMapping, Import, ImportLine, StagedFile
from apst.people.models import Pupil
from cases.models import Intervention
from tests.imports.test_importing_kinds import LATER, PUPILS, SESSIONS, SPECIALISTS

# Progress is told beside the transaction of the work, so these tests commit.
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "beside"])


@pytest.fixture
def manager(client_for, cast, northgate):
    return client_for(cast.manager, northgate)


@pytest.fixture
def walk(manager):
    """Post a form and let its job run; gives the page that comes then."""

    def post(address: str, **data):
        response = manager.post(address, data)
        return manager.get(response["Location"]) if response.status_code == 302 else response

    def upload(kind: str, content: str | bytes, name: str = "file.csv", **data):
        raw = content if isinstance(content, bytes) else content.encode()
        return post("/imports/", kind=kind, file=SimpleUploadedFile(name, raw), **data)

    post.upload = upload
    return post


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_nothing_was_imported_yet(manager):
    page = text_of(manager.get("/imports/"))

    assert "Nothing was imported yet" in page
    assert manager.get("/imports/templates/pupils/").content.decode("utf-8-sig").startswith("local_id,upn,surname")
    assert manager.get("/imports/templates/nothing/").status_code == 404


def test_check_then_import_then_undo(walk, manager, bring, northgate):
    bring("specialists", SPECIALISTS)
    bring("pupils", PUPILS)

    page = walk.upload("pupils", LATER.replace("P1,Nowak", "P1,Nowak-Bell") + "P9,New,Child,01/01/2012,10,,\n")
    record = page.context["record"]
    assert record.state == "previewed"
    assert "Check what will happen" in text_of(page)
    assert "none from 01/11/2026" in text_of(page)
    assert "was “Nowak”" in text_of(page)
    with bring.inside():
        assert not Pupil.objects.filter(local_id="P9").exists()

    report = manager.get(f"/imports/{record.public_id}/report/").content.decode("utf-8-sig")
    assert report.splitlines()[0] == "row,outcome,reference,column,value,reason,suggestion"

    page = walk(f"/imports/{record.public_id}/apply/")
    assert "Imported" in text_of(page)
    with bring.inside():
        assert Pupil.objects.get(local_id="P1").surname == "Nowak-Bell"
        assert Pupil.objects.filter(local_id="P9").exists()
        assert not StagedFile.objects.exists()
        assert not ImportLine.objects.exists()

    page = walk(f"/imports/{record.public_id}/undo/")
    assert "Undone on" in text_of(page)
    assert "Maya Thornton" in text_of(page)
    with bring.inside():
        assert Pupil.objects.get(local_id="P1").surname == "Nowak"
        assert not Pupil.objects.filter(local_id="P9").exists()


def test_rejected_rows_are_shown_and_may_be_skipped(walk, bring):
    page = walk.upload("pupils", PUPILS + "P3,,Late,Row,31/02/2012,10,,,\n")
    record = page.context["record"]
    assert "is not a day of the calendar" in text_of(page)

    page = walk(f"/imports/{record.public_id}/apply/")
    assert "Rows were rejected. Mend them" in text_of(page)
    page = walk(f"/imports/{record.public_id}/apply/", skip_rejected="on")
    assert "Download the rejected rows" in text_of(page)
    with bring.inside():
        assert Pupil.objects.count() == 2
        assert set(ImportLine.objects.values_list("outcome", flat=True)) == {"rejected"}


def test_title_rows_above_the_headings_take_one_click(walk, bring):
    book = openpyxl.Workbook()
    for row in (["Our pupils, autumn"], [], *(line.split(",") for line in PUPILS.splitlines())):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)

    page = walk.upload("pupils", out.getvalue(), "pupils.xlsx")
    record = page.context["record"]
    assert "Row 3 holds the headings" in text_of(page)

    page = walk(f"/imports/{record.public_id}/headings/", row="3")
    assert page.context["record"].counts == {"add": 2}


def test_other_headings_are_mapped_and_remembered(walk, bring):
    other = PUPILS.replace("surname", "Family called").replace("forename", "Given called")
    page = walk.upload("pupils", other)
    record = page.context["record"]
    assert "Needed columns are missing: surname, forename" in text_of(page)

    headings = record.headings
    answers = {
        f"heading_{headings.index('Family called')}": "surname",
        f"heading_{headings.index('Given called')}": "forename",
    }
    page = walk(f"/imports/{record.public_id}/headings/", **answers)
    assert page.context["record"].counts == {"add": 2}
    with bring.inside():
        assert HeadingMapping.objects.count() == len(headings)

    assert walk.upload("pupils", other).context["record"].counts == {"add": 2}
    assert bring("pupils", other).code == 0


def test_facts_may_be_marked_as_corrections_in_the_preview(walk, bring):
    bring("pupils", PUPILS)
    record = walk.upload("pupils", LATER).context["record"]

    day = {"as_at-day": "1", "as_at-month": "11", "as_at-year": "2026"}
    page = walk(f"/imports/{record.public_id}/options/", taken="correction", **day)

    assert "none from 01/09/2026" in text_of(page)
    assert page.context["record"].correction


def test_pasted_cells_are_read(walk, bring):
    page = walk("/imports/", kind="specialists", pasted=SPECIALISTS.replace(",", "\t"))

    assert page.context["record"].counts == {"add": 2}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"x" * (21 * 1024 * 1024), "The file has 21 MB; at most 20 MB are read."),
        (b"PK\x03\x04nonsense", "The workbook is damaged"),
        (b"", "Choose a file, or paste rows"),
        (SESSIONS.replace(",", ";").encode(), "separated by semicolons"),
    ],
    ids=["large", "damaged", "empty", "semicolons"],
)
def test_what_cannot_be_read_is_said_on_the_form(walk, bring, content, sentence):
    page = walk.upload("sessions", content)

    assert page.status_code == 200
    assert sentence in text_of(page) or "empty" in text_of(page)
    with bring.inside():
        assert not Import.objects.exists()
        assert not StagedFile.objects.exists()


def test_a_form_sent_twice_is_one_import(walk, bring):
    key = "0193a7c0-0000-7000-8000-000000000001"
    walk.upload("specialists", SPECIALISTS, submission_key=key)
    walk.upload("specialists", SPECIALISTS, submission_key=key)

    with bring.inside():
        assert Import.objects.count() == 1


def test_a_discarded_file_is_gone(walk, bring):
    record = walk.upload("pupils", PUPILS).context["record"]

    page = walk(f"/imports/{record.public_id}/discard/")

    assert "Discarded before it was applied." in text_of(page)
    with bring.inside():
        assert not StagedFile.objects.exists()
        assert not ImportLine.objects.exists()


def test_a_preview_that_shows_pupils_is_in_the_access_log(walk, bring):
    bring("specialists", SPECIALISTS)
    bring("pupils", PUPILS)
    bring("sessions", SESSIONS)

    walk.upload("sessions", SESSIONS.replace("1:30", "45m"))

    with bring.inside():
        entry = AccessEntry.objects.get(page="imports:import-detail")
        assert entry.pupils.count() == 2


def test_only_who_imports_comes_in_and_a_file_is_its_uploaders(walk, client_for, cast, northgate, southgate, omar):
    record = walk.upload("pupils", PUPILS).context["record"]

    for who in (cast.specialist, cast.dsl, cast.slt, cast.school_staff, cast.ig_lead):
        client = client_for(who, northgate)
        assert client.get("/imports/").status_code == 403
        assert client.get(f"/imports/{record.public_id}/").status_code in (403, 404)
    colleague = client_for(cast.coordinator, northgate)
    assert colleague.get(f"/imports/{record.public_id}/").status_code == 200
    assert "Nowak" not in text_of(colleague.get(f"/imports/{record.public_id}/"))
    assert colleague.post(f"/imports/{record.public_id}/apply/").status_code == 403
    assert colleague.get(f"/imports/{record.public_id}/report/").status_code == 403
    assert client_for(omar, southgate).get(f"/imports/{record.public_id}/").status_code == 404


def test_an_undo_that_cannot_be_says_why(walk, bring):
    record = walk.upload("pupils", PUPILS).context["record"]
    walk(f"/imports/{record.public_id}/apply/")
    bring("contacts", "local_id,name,relationship\nP1,Ewa,Mother\n")

    page = walk(f"/imports/{record.public_id}/undo/")

    assert "Something has been built on what this import brought" in text_of(page)
    with bring.inside():
        assert Pupil.objects.count() == 2


def test_sessions_through_the_page(walk, bring):
    bring("specialists", SPECIALISTS)
    bring("pupils", PUPILS)
    record = walk.upload("sessions", SESSIONS).context["record"]
    assert record.notes == ["These sites are new here and will be added: “North”."]

    walk(f"/imports/{record.public_id}/apply/")

    with bring.inside():
        assert Intervention.objects.count() == 2


def test_the_history_takes_the_same_number_of_queries(walk, manager, bring, django_assert_max_num_queries):
    bring("specialists", SPECIALISTS)
    manager.get("/imports/")
    with django_assert_max_num_queries(50) as few:
        manager.get("/imports/")
    for _ in range(30):
        bring("specialists", SPECIALISTS)
    with django_assert_max_num_queries(50) as many:
        page = manager.get("/imports/")
    assert len(many) == len(few)
    older = manager.get("/imports/" + page.context["older"])
    assert len(older.context["table"]["rows"]) == 6


def test_a_file_without_headings_leaves_no_pupils_row_behind(walk, bring):
    page = walk.upload("pupils", PUPILS.split("\n", 1)[1])
    record = page.context["record"]
    assert "Nowak" in record.headings
    assert "headings_form" in page.context

    page = walk(f"/imports/{record.public_id}/discard/")

    with bring.inside():
        record = Import.objects.get()
    assert (record.headings, record.notes) == ([], [])
    assert "headings_form" not in page.context
    assert "Nowak" not in text_of(page)
