"""A document from the day it is put on a case to the day its bytes are erased, and who may open it."""

import datetime as dt
import io
import uuid

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.utils import timezone

from apst.audit.models import AuditDetail
from cases.exceptions import (
    DatedInFuture,
    DocumentErased,
    DocumentNotYours,
    FileHarmful,
    FileRefused,
    GrantNotYours,
    NobodyGivesToThemselves,
)
from cases.models import Document, DocumentAccess, DocumentText
from cases.services import end_opening, erase_removed, let_open, remove_document, restore_document, take_document
from tests.cases import papers
from tests.clock import TODAY

TITLE = "Letter about the strategy meeting"


def take(case, by, **said):
    said = {
        "file": io.BytesIO(papers.PDF),
        "file_name": "Amira Ahmed strategy.pdf",
        "title": TITLE,
        "kind": "safeguarding",
        "dated_on": TODAY,
        **said,
    }
    return take_document(case, **said, by=by.membership)


@pytest.fixture
def document(case, cast, acting):
    """An ordinary document that Sam put there."""
    with acting(cast.specialist):
        return take(case, cast.specialist)


@pytest.fixture
def restricted(case, cast, acting):
    """Safeguarding detail, by Sam."""
    with acting(cast.specialist):
        return take(case, cast.specialist, sensitivity="safeguarding")


def readers(cast, acting, document):
    """Who reads what a document is called, by role."""
    seen = []
    for name in vars(cast):
        with acting(getattr(cast, name)):
            if DocumentText.objects.filter(document=document).exists():
                seen.append(name)
    return seen


def test_a_document_keeps_its_name_apart_and_its_bytes_under_a_name_that_says_nothing(document, as_system):
    with as_system():
        text = DocumentText.objects.get(document=document)

    assert (text.title, text.file_name, text.size) == (TITLE, "Amira Ahmed strategy.pdf", len(papers.PDF))
    assert text.stored_name.startswith("documents/")
    assert "mira" not in text.stored_name
    assert "pdf" not in text.stored_name
    with default_storage.open(text.stored_name) as kept:
        assert kept.read() == papers.PDF


def test_a_form_sent_twice_makes_one_document(case, cast, acting):
    key = uuid.uuid4()
    with acting(cast.specialist):
        first = take(case, cast.specialist, submission_key=key)
        second = take(case, cast.specialist, submission_key=key)
        assert (first.pk, Document.objects.count()) == (second.pk, 1)


def test_what_is_refused_leaves_neither_row_nor_bytes(case, cast, acting, settings, media_folder):
    before = set(media_folder.rglob("*"))
    with acting(cast.specialist):
        with pytest.raises(FileRefused):
            take(case, cast.specialist, file=io.BytesIO(b"MZ" + bytes(99)))
        with pytest.raises(DatedInFuture):
            take(case, cast.specialist, dated_on=TODAY + dt.timedelta(days=1))
        with papers.scanner() as (settings.CLAMD_ADDRESS, _), pytest.raises(FileHarmful):
            take(case, cast.specialist, file=io.BytesIO(papers.PDF + papers.EICAR))
        assert not Document.objects.exists()
    assert set(media_folder.rglob("*")) == before


def test_an_ordinary_document_is_read_by_whoever_reads_the_notes_of_the_case(cast, acting, document):
    assert readers(cast, acting, document) == ["manager", "specialist", "riverside", "dsl"]


def test_a_restricted_one_is_seen_by_all_of_them_and_read_by_its_author_and_the_safeguarding_lead(
    cast, acting, restricted
):
    seen = []
    for name in vars(cast):
        with acting(getattr(cast, name)):
            if Document.objects.filter(pk=restricted.pk).exists():
                seen.append(name)

    assert seen == ["manager", "specialist", "riverside", "dsl"]
    assert readers(cast, acting, restricted) == ["specialist", "dsl"]


def test_clinical_and_youth_justice_papers_are_not_the_safeguarding_leads(case, cast, acting):
    for sensitivity in ("clinical", "youth_justice"):
        with acting(cast.specialist):
            document = take(case, cast.specialist, sensitivity=sensitivity)
        assert readers(cast, acting, document) == ["specialist"]


def test_its_author_lets_somebody_open_it_until_a_day(cast, acting, as_system, restricted):
    with acting(cast.specialist):
        let_open(restricted, cast.manager.membership, reason="Covers next week", by=cast.specialist.membership)
    assert readers(cast, acting, restricted) == ["manager", "specialist", "dsl"]

    with as_system():
        DocumentAccess.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    assert readers(cast, acting, restricted) == ["specialist", "dsl"]

    with acting(cast.dsl):
        let_open(restricted, cast.riverside.membership, reason="Takes over", by=cast.dsl.membership)
        end_opening(restricted, cast.manager.pk, by=cast.dsl.membership)
    assert readers(cast, acting, restricted) == ["specialist", "riverside", "dsl"]


def test_nobody_who_does_not_hold_it_lets_anybody_open_it(cast, acting, restricted):
    with acting(cast.manager):
        with pytest.raises(GrantNotYours):
            let_open(restricted, cast.riverside.membership, reason="", by=cast.manager.membership)
        with pytest.raises(NobodyGivesToThemselves):
            let_open(restricted, cast.manager.membership, reason="", by=cast.manager.membership)
        with pytest.raises(GrantNotYours):
            end_opening(restricted, cast.riverside.pk, by=cast.manager.membership)
    assert readers(cast, acting, restricted) == ["specialist", "dsl"]


def test_its_history_tells_nobody_what_it_is_called(cast, acting, restricted, northgate):
    for name in ("manager", "dsl", "ig_lead", "specialist"):
        with acting(getattr(cast, name)):
            assert not AuditDetail.objects.filter(table_name="cases_documenttext").exists(), name
            assert "strategy" not in str(list(AuditDetail.objects.values_list("after", flat=True))), name


def test_a_removal_can_be_taken_back_until_the_bytes_are_erased(cast, acting, as_system, document, settings):
    settings.DOCUMENT_GRACE_DAYS = 30
    with acting(cast.specialist):
        remove_document(document, by=cast.specialist.membership)
        assert not Document.objects.kept().exists()
        restore_document(document, by=cast.specialist.membership)
        assert Document.objects.kept().get() == document
        remove_document(document, by=cast.specialist.membership)
    with as_system():
        stored = DocumentText.objects.get().stored_name
        assert erase_removed() == 0
        Document.objects.update(removed_at=timezone.now() - dt.timedelta(days=31))
        assert erase_removed() == 1
        assert not DocumentText.objects.exists()
        assert erase_removed() == 0
    assert not default_storage.exists(stored)
    with acting(cast.specialist), pytest.raises(DocumentErased):
        restore_document(document, by=cast.specialist.membership)


def test_the_manager_removes_an_ordinary_document_and_none_that_they_may_not_open(cast, acting, document, restricted):
    with acting(cast.manager):
        remove_document(document, by=cast.manager.membership)
        with pytest.raises(DocumentNotYours):
            remove_document(restricted, by=cast.manager.membership)
    with acting(cast.riverside), pytest.raises(DocumentNotYours):
        restore_document(document, by=cast.riverside.membership)


def test_nobody_signs_for_another_and_nobody_changes_what_a_document_is_called(cast, acting, case, document):
    with acting(cast.riverside), pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.create(case=case, kind="other", dated_on=TODAY, written_by=cast.specialist.membership)
    with acting(cast.specialist), pytest.raises(DatabaseError), transaction.atomic():
        DocumentText.objects.update(title="Something else")
