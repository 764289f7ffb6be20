"""Documents: taking a file onto a case, taking it away again, and erasing what was taken away long enough ago."""

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Iterator
from typing import BinaryIO, Final

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.tenancy.context import current, name_act
from cases.exceptions import DatedInFuture, DocumentErased, DocumentNotYours
from cases.models import Case, Document, DocumentText
from cases.models.restricted import Sensitivity
from cases.pictures import without_metadata
from cases.scanner import require_clean
from cases.uploads import MEGABYTE, kind_of

_CHUNK: Final = 1 << 20
# Bytes without a row are no upload under way any more, but one whose process was killed.
_UPLOADED_WITHIN: Final = dt.timedelta(days=1)


@transaction.atomic
def take_document(
    case: Case,
    *,
    file: BinaryIO,
    file_name: str,
    title: str,
    kind: str,
    dated_on: dt.date,
    sensitivity: str = Sensitivity.ORDINARY,
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> Document:
    """Take a file onto a case, once its content is what its name says and the scanner, if there is one, found it clean.
    A photograph loses what its camera wrote into it, such as the place.

    file  open and seekable;  file_name  what the person's machine called it;  title  what it is, in a few words
    A form sent twice gives the first one's document. Raises FileRefused (FileHarmful, ScannerSilent), DatedInFuture;
    then nothing is kept.
    """
    if submission_key and (sent := _sent_before(submission_key)):
        return sent
    if dated_on > localdate():
        raise DatedInFuture
    content = kind_of(file, file_name, most_bytes=settings.UPLOAD_MEGABYTES * MEGABYTE)
    require_clean(file)
    file = without_metadata(file, content.content_type)
    name_act("document.take")
    document = Document.objects.create(
        case=case, kind=kind, sensitivity=sensitivity, dated_on=dated_on, written_by=by, submission_key=submission_key
    )
    stored_name = _new_name()
    size, digest = _measured(file)
    DocumentText.objects.create(
        document=document,
        case=case,
        title=" ".join(title.split()),
        file_name=file_name[-255:],
        stored_name=stored_name,
        content_type=content.content_type,
        size=size,
        sha256=digest,
    )
    # Last of all: whatever refuses the rows leaves no bytes behind.
    default_storage.save(stored_name, File(file))
    return document


def _sent_before(submission_key: uuid.UUID) -> Document | None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(submission_key)])
    return Document.objects.filter(submission_key=submission_key).first()


def _folder() -> str:
    """Where the bytes of the open taskforce lie: each has a place of its own, so that its own sweep knows them all."""
    return f"documents/{current().taskforce.public_id.hex}"


def _new_name() -> str:
    token = secrets.token_hex(20)
    return f"{_folder()}/{token[:2]}/{token[2:]}"


def _measured(file: BinaryIO) -> tuple[int, str]:
    digest = hashlib.sha256()
    size = 0
    file.seek(0)
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        digest.update(chunk)
    file.seek(0)
    return size, digest.hexdigest()


@transaction.atomic
def remove_document(document: Document, *, by: Membership | None) -> None:
    """Take a document away: it is in no list any more, and can be restored until its bytes are erased
    (DOCUMENT_GRACE_DAYS). Raises DocumentNotYours.
    """
    name_act("document.remove")
    if not Document.objects.filter(pk=document.pk, erased_at__isnull=True).update(removed_at=Now()):
        raise DocumentNotYours


@transaction.atomic
def restore_document(document: Document, *, by: Membership | None) -> None:
    """Take a removal back. Raises DocumentErased once the bytes are gone or may be, DocumentNotYours.

    From the day on which they may be erased nobody restores it: bytes are no part of a transaction, and those of an
    erasure that was stopped half-way are gone already.
    """
    if (
        Document.objects.filter(pk=document.pk)
        .filter(Q(erased_at__isnull=False) | Q(removed_at__lt=_to_erase()))
        .exists()
    ):
        raise DocumentErased
    name_act("document.restore")
    if not Document.objects.filter(pk=document.pk).exclude(removed_at__lt=_to_erase()).update(removed_at=None):
        raise DocumentNotYours


def _to_erase() -> dt.datetime:
    """What was removed before this is to be erased."""
    return timezone.now() - dt.timedelta(days=settings.DOCUMENT_GRACE_DAYS)


@transaction.atomic
def erase_removed() -> int:
    """Erase the bytes and the names of documents removed more than DOCUMENT_GRACE_DAYS ago, as the system; gives how
    many. That there was one, of which kind and by whom, stays.
    """
    name_act("document.erase")
    gone = list(Document.objects.select_for_update().filter(removed_at__lt=_to_erase(), erased_at__isnull=True))
    texts = DocumentText.objects.filter(document__in=gone)
    # The bytes first: should this fail half-way it is done again, and a file that is gone already is no error.
    for stored_name in texts.values_list("stored_name", flat=True):
        default_storage.delete(stored_name)
    texts.delete()
    return Document.objects.filter(pk__in=[document.pk for document in gone]).update(erased_at=Now())


def sweep_bytes() -> int:
    """Delete, as the system, the bytes in the taskforce's folder that no document knows; gives how many files.

    An upload whose process was killed leaves them: its rows were taken back, its bytes were written already.
    """
    swept = 0
    for stored_name in _stored():
        if DocumentText.objects.filter(stored_name=stored_name).exists():
            continue
        if default_storage.get_modified_time(stored_name) < timezone.now() - _UPLOADED_WITHIN:
            default_storage.delete(stored_name)
            swept += 1
    return swept


def _stored() -> Iterator[str]:
    try:
        parts, _ = default_storage.listdir(_folder())
    except FileNotFoundError:  # a taskforce without a document
        return
    for part in parts:
        yield from (f"{_folder()}/{part}/{name}" for name in default_storage.listdir(f"{_folder()}/{part}")[1])
