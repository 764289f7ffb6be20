"""Opening an upload safely: how large it is, what it really is whatever its name says, and then as a table."""

import hashlib
from collections.abc import Iterator
from typing import BinaryIO, Protocol

import filetype

from apst.imports.reading.limits import MEGABYTE, Limits
from apst.imports.reading.refusals import Refused
from apst.imports.reading.text_files import open_text
from apst.imports.reading.workbooks import open_workbook

SAVE_AS = "Open it in Excel and choose Save As, “Excel Workbook (.xlsx)” or “CSV UTF-8 (Comma delimited)”."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TEXT_CONTROLS = frozenset(b"\t\n\r\x0b\x0c\x1a")
_HEAD = 4096


class Table(Protocol):
    """A sheet of rows, as text: what a CSV file and a workbook have in common. It can be walked more than once."""

    sheet: str  # "" for CSV
    other_sheets: tuple[str, ...]  # visible ones that are not read
    rows_expected: int  # roughly, for a progress bar; 0 when the file does not say

    def lines(self, width: int | None = None) -> Iterator[tuple[int, list[str]]]:
        """Give (the sheet's row number, its cells as text, at most `width`), blank rows included."""


def open_upload(file: BinaryIO, limits: Limits | None = None) -> Table:
    """Take an open, seekable upload and give it as a table; the caller closes the file when done with the table.

    Raises Refused, before anything is unpacked, for what is too large, neither CSV nor XLSX, or unsafe.
    """
    limits = limits or Limits()
    file.seek(0, 2)
    size = file.tell()
    if size > limits.upload_bytes:
        raise Refused(
            f"The file has {size / MEGABYTE:.0f} MB; at most {limits.upload_bytes // MEGABYTE} MB are read. "
            "Split it into several files."
        )
    file.seek(0)
    head = file.read(_HEAD)
    if not head.strip():
        raise Refused("The file is empty.")
    if head.startswith(b"PK"):
        return open_workbook(file, limits)
    _refuse_other_kinds(file, head)
    return open_text(file)


def fingerprint(file: BinaryIO) -> str:
    """Give the SHA-256 of an upload in hexadecimal, for the record of the import."""
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(1 << 16):
        digest.update(chunk)
    return digest.hexdigest()


def _refuse_other_kinds(file: BinaryIO, head: bytes) -> None:
    if head.startswith(_OLE):
        file.seek(0)
        if _ENCRYPTED in file.read():
            raise Refused(f"The workbook is protected with a password. Take the password off. {SAVE_AS}")
        raise Refused(f"The file is an old Excel workbook (.xls), which is not read. {SAVE_AS}")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Refused(f"The file is a web page or XML, though its name may end in .xls or .csv. {SAVE_AS}")
    if head.startswith((b"%PDF-", b"{\\rtf")):
        raise Refused(f"The file is a document, not a spreadsheet. {SAVE_AS}")
    # UTF-16 is full of NULs and has its own refusal in text_files. A text may begin like a picture ("BM") and may hold
    # a stray control byte, which rejects its row later; both together, or a NUL, are no text.
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:4]
    kind = filetype.guess(head) if any(byte < 32 and byte not in _TEXT_CONTROLS for byte in head) else None
    if not utf16 and (kind or b"\0" in head):
        what = f"a file of the type {kind.extension}" if kind else "not text"
        raise Refused(f"The file is {what}; CSV and XLSX are read. {SAVE_AS}")
