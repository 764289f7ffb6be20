"""Whether a ZIP archive is safe to unpack, judged from its directory alone, before a byte of it is unpacked."""

import struct
import zipfile
from typing import BinaryIO

from apst.imports.reading.limits import MEGABYTE, Limits
from apst.imports.reading.refusals import Refused

DAMAGED = "The workbook is damaged or is not what it says. Open it in Excel, save it anew, or save the sheet as CSV."
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_SIZES_FOLLOW = 0x08  # the sizes stand behind the data, so the local header holds zeros
_ENCRYPTED = 0x01
_ZIP64 = 0xFFFFFFFF
_DEFLATE_AT_BEST = 1_040  # deflate cannot make more than 1,032 bytes of one; a larger claim is a lie
_ARCHIVES = (
    ".zip",
    ".xlsx",
    ".xlsm",
    ".xlsb",
    ".xls",
    ".docx",
    ".docm",
    ".pptx",
    ".pptm",
    ".ods",
    ".odt",
    ".gz",
    ".7z",
    ".rar",
)


def open_archive(file: BinaryIO, limits: Limits) -> zipfile.ZipFile:
    """Give the archive, or raise Refused: too many parts, too large unpacked, sizes that lie, archives inside it."""
    try:
        archive = zipfile.ZipFile(file)
        parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error, OverflowError) as error:
        raise Refused(DAMAGED) from error
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked_bytes:
        raise Refused(
            f"Unpacked, the workbook would have {unpacked // MEGABYTE:,} MB; "
            f"at most {limits.unpacked_bytes // MEGABYTE} MB are read. "
            "Delete pictures and empty formatted rows, or save the sheet as CSV."
        )
    if len(parts) > limits.parts or len({part.filename.casefold() for part in parts}) < len(parts):
        raise Refused(DAMAGED)
    _refuse_lies(file, parts)
    if any(part.filename.casefold().endswith(_ARCHIVES) for part in parts):
        raise Refused(
            "The workbook has another file packed inside it. Delete the embedded file, or save the sheet as CSV."
        )
    return archive


def _refuse_lies(file: BinaryIO, parts: list[zipfile.ZipInfo]) -> None:
    """Hold the directory against each part's own header: the same sizes, and no two parts sharing bytes.

    What is left to lie is a part that unpacks to more than it says; zipfile reads no further than it says, then fails.
    """
    free_from = 0
    for part in sorted(parts, key=lambda each: each.header_offset):
        file.seek(part.header_offset)
        raw = file.read(_LOCAL_HEADER.size)
        if len(raw) < _LOCAL_HEADER.size or part.header_offset < free_from:
            raise Refused(DAMAGED)
        magic, _, flags, method, _, _, _, packed, unpacked, name_length, extra_length = _LOCAL_HEADER.unpack(raw)
        told = (part.compress_size, part.file_size)
        honest = (
            magic == b"PK\x03\x04"
            and method == part.compress_type
            and method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            and not (flags | part.flag_bits) & _ENCRYPTED
            and (flags & _SIZES_FOLLOW or _ZIP64 in (packed, unpacked) or (packed, unpacked) == told)
            and part.file_size <= part.compress_size * (_DEFLATE_AT_BEST if method else 1) + 64
        )
        if not honest:
            raise Refused(DAMAGED)
        free_from = part.header_offset + _LOCAL_HEADER.size + name_length + extra_length + part.compress_size
