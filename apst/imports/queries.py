"""Reading the record of imports."""

from io import BytesIO
from typing import Final

from django.conf import settings
from django.db.models import QuerySet

from .models import HeadingMapping, Import, ImportLine, StagedFile
from .reading import Limits

PAGE: Final = 25
MEGABYTE: Final = 1024 * 1024


def limits() -> Limits:
    """Give the limits on uploads, as the settings say."""
    return Limits(
        upload_bytes=settings.UPLOAD_MEGABYTES * MEGABYTE,
        rows=settings.IMPORT_ROWS,
        cell_characters=settings.IMPORT_CELL_CHARACTERS,
        unpacked_bytes=settings.IMPORT_UNPACKED_MEGABYTES * MEGABYTE,
    )


def mapping_of(kind: str) -> dict[str, str]:
    """Give the headings that people said mean a column, with the column."""
    return dict(HeadingMapping.objects.filter(kind=kind).values_list("heading", "column"))


def history(before: int | None = None) -> list[Import]:
    """Give imports, newest first, one more than a page; `before`: those older than that one."""
    rows = Import.objects.select_related("uploaded_by", "job")
    if before:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[: PAGE + 1])


def lines(record: Import, outcome: str, after: int = 0, most: int = PAGE) -> list[ImportLine]:
    """Give lines of a preview in the file's order, one more than `most`."""
    return list(ImportLine.objects.filter(of=record, outcome=outcome, pk__gt=after).order_by("pk")[: most + 1])


def warnings(record: Import) -> QuerySet[ImportLine]:
    """Give the lines that say something of a row which is imported all the same."""
    return ImportLine.objects.filter(of=record, outcome__in=["add", "unchanged"]).exclude(reason="").order_by("pk")


def staged(record: Import) -> BytesIO | None:
    """Give the file that waits, None where it is gone or is not the reader's."""
    row = StagedFile.objects.filter(of=record).first()
    return BytesIO(bytes(row.content)) if row else None
