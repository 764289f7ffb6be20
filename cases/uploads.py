"""What an uploaded file really is, whatever its name says: an allow-list of endings, each proved by the content.

Only the head of a file and the list of parts of an archive are read; nothing is unpacked.
"""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO, Final

import filetype

from cases.exceptions import FileRefused

MEGABYTE: Final = 1024 * 1024
_HEAD: Final = 8192
_TEXT_CONTROLS: Final = frozenset(b"\t\n\r\x0b\x0c")
_MOST_PARTS: Final = 10_000
_MOST_UNPACKED: Final = 500 * MEGABYTE
_TYPES_PART: Final = "[Content_Types].xml"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True)
class FileKind:
    """One kind of file that is taken: how it is served, and what its content must be.

    content_type  what it is sent as;  proof  raises FileRefused where the content is something else
    """

    words: str
    content_type: str
    proof: Callable[[BinaryIO, bytes], None]


def _guessed(*extensions: str) -> Callable[[BinaryIO, bytes], None]:
    def proof(file: BinaryIO, head: bytes) -> None:
        found = filetype.guess(head)
        if found is None or found.extension not in extensions:
            raise FileRefused(_NOT_WHAT_IT_SAYS)

    return proof


def _office(main: str) -> Callable[[BinaryIO, bytes], None]:
    """An Office document: a sound archive whose list of types names the document, without macros."""

    def proof(file: BinaryIO, head: bytes) -> None:
        if head.startswith(b"\xd0\xcf\x11\xe0"):
            raise FileRefused(
                "The file is protected with a password, or is in an old format of Office."
                " Take the password off, or save it as .docx, .xlsx, .pptx or PDF, and choose it again."
            )
        if not head.startswith(b"PK"):
            raise FileRefused(_NOT_WHAT_IT_SAYS)
        try:
            with zipfile.ZipFile(file) as archive:
                parts = archive.infolist()
                if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
                    raise FileRefused(_DAMAGED)
                names = {part.filename for part in parts}
                if any("vbaProject" in name for name in names):
                    raise FileRefused("The file has macros in it. Save it without macros, or as a PDF.")
                if _TYPES_PART not in names or archive.getinfo(_TYPES_PART).file_size > MEGABYTE:
                    raise FileRefused(_NOT_WHAT_IT_SAYS)
                types = archive.read(_TYPES_PART)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
            raise FileRefused(_DAMAGED) from error
        if main.encode() not in types:
            raise FileRefused(_NOT_WHAT_IT_SAYS)

    return proof


def _text(file: BinaryIO, head: bytes) -> None:
    """Plain text has no signature: so nothing that has one, no markup that a browser would run, nothing binary."""
    if filetype.guess(head) is not None or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise FileRefused(_NOT_WHAT_IT_SAYS)
    file.seek(0)
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else ""
    while chunk := file.read(MEGABYTE):
        if not encoding and any(byte < 32 and byte not in _TEXT_CONTROLS for byte in set(chunk)):
            raise FileRefused(_NOT_WHAT_IT_SAYS)
    if encoding:
        try:
            text = head[: len(head) // 2 * 2].decode(encoding, errors="strict")
        except UnicodeDecodeError as error:
            # The head may end between the halves of one letter; anything else is no text.
            if error.start < len(head) - 4:
                raise FileRefused(_NOT_WHAT_IT_SAYS) from None
            text = head[: error.start].decode(encoding)
        if text.lstrip()[:1] == "<" or any(ord(c) < 32 and c not in "\t\n\r\v\f" for c in text):
            raise FileRefused(_NOT_WHAT_IT_SAYS)


_NOT_WHAT_IT_SAYS: Final = "The file is not what its name says. Open it, save it again as a PDF, and choose that one."
_DAMAGED: Final = "The file is damaged. Open it, save it again, and choose that one."
KINDS: Final[dict[str, FileKind]] = {
    "pdf": FileKind("PDF", "application/pdf", _guessed("pdf")),
    "docx": FileKind(
        "Word document",
        f"{_OFFICE}wordprocessingml.document",
        _office(f"{_OFFICE}wordprocessingml.document.main+xml"),
    ),
    "xlsx": FileKind(
        "Excel workbook", f"{_OFFICE}spreadsheetml.sheet", _office(f"{_OFFICE}spreadsheetml.sheet.main+xml")
    ),
    "pptx": FileKind(
        "PowerPoint presentation",
        f"{_OFFICE}presentationml.presentation",
        _office(f"{_OFFICE}presentationml.presentation.main+xml"),
    ),
    "jpg": FileKind("Picture", "image/jpeg", _guessed("jpg")),
    "jpeg": FileKind("Picture", "image/jpeg", _guessed("jpg")),
    "png": FileKind("Picture", "image/png", _guessed("png", "apng")),
    "webp": FileKind("Picture", "image/webp", _guessed("webp")),
    "txt": FileKind("Text", "text/plain; charset=utf-8", _text),
    "csv": FileKind("Spreadsheet as text", "text/csv; charset=utf-8", _text),
}
ACCEPTED: Final = ",".join(f".{ending}" for ending in KINDS)
TAKEN_WORDS: Final = "PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), JPEG, PNG, WebP, text (.txt) or CSV"


def kind_of(file: BinaryIO, name: str, *, most_bytes: int) -> FileKind:
    """Give the kind of an open, seekable upload, which is left at its beginning.

    name  what the person's machine called it: only its ending is looked at;  most_bytes  the limit on its size
    Raises FileRefused for what is empty, too large, on no list, or not what its ending says.
    """
    kind = KINDS.get(PurePath(name).suffix.lower().lstrip("."))
    if kind is None:
        raise FileRefused(f"This kind of file is not taken. Choose a {TAKEN_WORDS} file.")
    file.seek(0, 2)
    size = file.tell()
    if size > most_bytes:
        raise FileRefused(
            f"The file has {size / MEGABYTE:.1f} MB; at most {most_bytes // MEGABYTE} MB are taken."
            " Make it smaller, or split it."
        )
    file.seek(0)
    head = file.read(_HEAD)
    if not head.strip():
        raise FileRefused("The file is empty.")
    kind.proof(file, head)
    file.seek(0)
    return kind
