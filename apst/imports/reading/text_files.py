"""Reading CSV: which encoding it is in, that commas separate it, and its records with the sheet's row numbers."""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from apst.imports.reading.refusals import Refused

CHUNK = 1 << 16
SAVE_AS_CSV = "In Excel choose Save As, “CSV UTF-8 (Comma delimited)”."

# Bytes that read as UTF-8 and not also as Windows-1252 text. There a capital E acute before a closing quote, or an e
# acute before two signs, is valid UTF-8 by chance, so what ends in quotes, dashes, dots or no-break space is no proof.
_UNLIKE_1252 = rb"[\x80-\x84\x86-\x90\x98-\x9f\xa1-\xbf]"
_SURELY_UTF8 = re.compile(
    rb"[\xc2-\xdf]" + _UNLIKE_1252
    + rb"|[\xe0-\xef](?:" + _UNLIKE_1252 + rb"[\x80-\xbf]|[\x80-\xbf]" + _UNLIKE_1252 + rb")"
    + rb"|[\xf0-\xf4][\x80-\xbf]{3}"
)  # fmt: skip


@dataclass
class TextTable:
    """A CSV file as a table; see `uploads.Table`. Holds the open file, never its contents."""

    file: BinaryIO
    encoding: str
    rows_expected: int
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()

    def lines(self, width: int | None = None) -> Iterator[tuple[int, list[str]]]:
        """Give (row number, cells) from the first row on; raises Refused where the quotation marks go wrong."""
        self.file.seek(0)
        text = io.TextIOWrapper(self.file, encoding=self.encoding, newline="")
        number = 0
        try:
            for number, cells in enumerate(csv.reader(text, strict=True), 1):
                yield number, cells[:width]
        except csv.Error as error:
            raise Refused(
                f"Row {number + 1} cannot be split into cells: a quotation mark is opened and not closed,"
                f" stands in the wrong place, or a cell is far too long. {SAVE_AS_CSV}"
            ) from error
        finally:
            text.detach()  # else the upload would be closed with the wrapper


def open_text(file: BinaryIO) -> TextTable:
    """Take an open upload that holds text and give it as a table.

    Raises Refused for UTF-16, for an encoding broken in some place, and for separators other than commas.
    """
    encoding = _encoding(file)
    table = TextTable(file, encoding, rows_expected=_count_lines(file))
    _refuse_other_separators(table)
    return table


def _encoding(file: BinaryIO) -> str:
    file.seek(0)
    head = file.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)) or b"\0" in head:
        raise Refused(f"The file is in UTF-16 (“Unicode Text”), which is not read. {SAVE_AS_CSV}")
    broken_at = _first_bad_byte(file, "utf-8")
    if broken_at is None:
        return "utf-8-sig"
    if not head.startswith(codecs.BOM_UTF8) and not _has_utf8(file):
        broken_at = _first_bad_byte(file, "cp1252")
        if broken_at is None:
            return "cp1252"
    raise Refused(
        f"{_place(file, broken_at)} is a letter in a broken encoding. "
        f"Mend it there, or save the file anew. {SAVE_AS_CSV}"
    )


def _first_bad_byte(file: BinaryIO, encoding: str) -> int | None:
    """Give the offset of the first byte that the encoding cannot mean, None when all can be read."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = 0
    while True:
        chunk = file.read(CHUNK)
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return offset - pending + error.start
        if not chunk:
            return None
        offset += len(chunk)


def _has_utf8(file: BinaryIO) -> bool:
    file.seek(0)
    return any(_SURELY_UTF8.search(line) for line in file)


def _place(file: BinaryIO, offset: int) -> str:
    file.seek(0)
    before = file.read(offset)
    line = before.count(b"\n") + 1
    start_of_line = before[before.rfind(b"\n") + 1 :].decode("utf-8-sig", "replace")
    return f"Line {line}, character {len(start_of_line) + 1}"


def _count_lines(file: BinaryIO) -> int:
    file.seek(0)
    return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(CHUNK), b""))


def _refuse_other_separators(table: TextTable) -> None:
    """Refuse a file whose first rows hold more semicolons or tabs than commas."""
    for separator, name in ((";", "semicolons"), ("\t", "tabs")):
        telling = [
            text.count(separator) > len(cells) - 1
            for _, cells in itertools.islice(table.lines(), 5)
            if (text := " ".join(cells)).count(separator) or len(cells) > 1
        ]
        if telling and all(telling):
            raise Refused(
                f"The file is separated by {name}, not by commas: Excel does so where the computer's region is not "
                "British. "
                f"Here a semicolon separates several values inside a cell. {SAVE_AS_CSV}"
            )
