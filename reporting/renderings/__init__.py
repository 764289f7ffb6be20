"""The formats of a return. Each takes the same cells, so that each says the same."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from . import csv_file, pdf, xlsx

if TYPE_CHECKING:
    from reporting.queries import ReturnPages

FORMS: Final[dict[str, "Callable[[ReturnPages], bytes]"]] = {
    "csv": csv_file.of_pages,
    "xlsx": xlsx.as_xlsx,
    "pdf": pdf.as_pdf,
}
CONTENT_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def file_name(slug: str, period: str, form: str) -> str:
    """Give the name of a return's file, such as "northgate-2026-27-autumn-1.csv"."""
    return f"{slug}-{period.replace('/', '-')}.{form}"
