from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How large an upload may be. The defaults are those of spec/imports.md; settings may give others."""

    upload_bytes: int = 20 * MEGABYTE
    rows: int = 100_000  # with something in them, the headings not counted
    cell_characters: int = 32_767  # what one cell of Excel holds
    unpacked_bytes: int = 200 * MEGABYTE  # all parts of an XLSX together
    parts: int = 2_000  # files inside an XLSX; a workbook has some dozens
