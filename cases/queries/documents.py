"""Reading the documents of a case; a restricted one says what it is called only to those who may open it."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.timezone import localdate, localtime

from apst.accounts.models import Membership
from apst.tenancy.context import Member
from apst.tenancy.matrix import MATRIX, TASKFORCE_ROLES
from cases.models import Case, Document, DocumentText
from cases.models.restricted import RecordGrant

from .timeline import Entry, Kind

PAGE: Final = 25
# What stands on the access log when a document of a kind is shown.
CATEGORY_OF: Final[dict[str, str]] = {
    Document.Kind.SCHOOL: "education",
    Document.Kind.ASSESSMENT: "outcomes",
    Document.Kind.EHC: "send",
    Document.Kind.HEALTH: "health",
    Document.Kind.SOCIAL_CARE: "social_care",
    Document.Kind.YOUTH_JUSTICE: "youth_justice",
    Document.Kind.SAFEGUARDING: "safeguarding",
    Document.Kind.PLAN: "plan",
    Document.Kind.CONSENT: "family",
    Document.Kind.FAMILY: "family",
    Document.Kind.VOICE: "voice",
    Document.Kind.OTHER: "intervention",
}
RESTRICTED_WORDS: Final = "Only its author and those they named may open it."


@dataclass(frozen=True)
class Shelved:
    """A document as a list shows it; `text` is None for a reader who may not open it."""

    document: Document
    text: DocumentText | None


@dataclass(frozen=True)
class DocumentPage:
    """One page, the latest first; `older` is the key of the next, "" on the last."""

    rows: list[Shelved]
    older: str


def documents_of(case: Case, *, after: str = "", kind: str = "") -> DocumentPage:
    """Give one page of a case's documents, by the day that stands on them.

    after  the row that the last page ended with, "" for the first page;  kind  one kind only
    """
    rows = Document.objects.kept().filter(case=case).select_related("written_by")
    if kind in Document.Kind.values:
        rows = rows.filter(kind=kind)
    if last := _last(case, after):
        rows = rows.filter(Q(dated_on__lt=last.dated_on) | Q(dated_on=last.dated_on, pk__lt=last.pk))
    found = list(rows.order_by("-dated_on", "-pk")[: PAGE + 1])
    texts = texts_of(found[:PAGE])
    shelved = [Shelved(document, texts.get(document.pk)) for document in found[:PAGE]]
    return DocumentPage(shelved, str(found[PAGE - 1].public_id) if len(found) > PAGE else "")


def _last(case: Case, after: str) -> Document | None:
    try:
        return Document.objects.filter(case=case, public_id=uuid.UUID(after)).first()
    except ValueError:
        return None


def texts_of(documents: list[Document]) -> dict[int, DocumentText]:
    """Give what documents are called, by their database ids, where the reader may know it. One query."""
    return {text.document_id: text for text in DocumentText.objects.filter(document__in=documents)}


def text_of(document: Document) -> DocumentText | None:
    """Give what a document is called and where it lies; None for a reader who may not open it."""
    return DocumentText.objects.filter(document=document).first()


@dataclass(frozen=True)
class Opening:
    """One live grant on a restricted record, with whose it is."""

    grant: RecordGrant
    member: Membership | None

    @property
    def last_day(self) -> dt.date | None:
        """The last day on which they may read it: a grant ends at the first moment of the day after."""
        ends = self.grant.expires_at
        return localtime(ends - dt.timedelta(seconds=1)).date() if ends else None


def openings_of(record: Any) -> list[Opening]:
    """Give the live grants on a restricted record: two queries."""
    live = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    grants = list(record.grants.filter(live).select_related("given_by").order_by("given_at"))
    members = {m.user_id: m for m in Membership.objects.filter(user_id__in=[grant.user_id for grant in grants])}
    return [Opening(grant, members.get(grant.user_id)) for grant in grants]


def openers_possible(by: Member) -> QuerySet[Membership]:
    """Give the members to whom a restricted record can be opened: those whose role may read one, but oneself."""
    today = localdate()
    roles = [role for role in TASKFORCE_ROLES if (cell := MATRIX.get(("restricted.view", role))) and not cell.condition]
    return (
        Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today, role__in=roles)
        .exclude(pk=by.membership_id or 0)
        .order_by("name")
    )


def member_of(public_id: str) -> Membership | None:
    """Give the member whom a form names."""
    try:
        return Membership.objects.filter(public_id=uuid.UUID(public_id)).first()
    except ValueError:
        return None


def size_words(size: int) -> str:
    """Give a number of bytes as people say it: "34 KB", "1.2 MB"."""
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(size // 1024, 1)} KB"


def _rows(case: Case) -> QuerySet[Any, Any]:
    return Document.objects.kept().filter(case=case).annotate(day=F("dated_on"), moment=F("written_at"))


def _entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    documents = list(Document.objects.filter(public_id__in=rows).select_related("written_by"))
    texts = texts_of(documents)
    said = {}
    for document in documents:
        text = texts.get(document.pk)
        said[document.public_id] = Entry(
            title=text.title if text else document.get_kind_display(),
            at=document.dated_on,
            written_at=document.written_at,
            by=document.written_by.name if document.written_by else "",
            by_id=document.written_by_id,
            lines=[document.get_kind_display()] if text else [RESTRICTED_WORDS],
            href=f"/documents/{document.public_id}/" if text else "",
            tag={"text": f"Document, {document.get_sensitivity_display().lower()}", "colour": "orange"}
            if document.is_restricted
            else {"text": "Document", "colour": "turquoise"},
            category=CATEGORY_OF[document.kind],
            restricted=document.is_restricted,
        )
    return said


DOCUMENTS: Final = Kind("document", "Documents", _rows, _entries)
