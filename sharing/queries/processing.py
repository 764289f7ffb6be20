"""The record of processing (UK GDPR article 30) as the agreements in force say it today."""

import csv
import io
from typing import Final

from django.utils.formats import date_format

from apst.codelists import label
from sharing.queries.agreements import in_force
from sharing.queries.document import line_of, purposes_of

HEADINGS: Final = (
    "Partner", "Agreement", "Purposes", "Category", "Partner sees it", "Partner supplies it", "Passed on",
    "Basis of the taskforce", "Basis of the partner", "Kept for", "Security", "Last day",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def record_of_processing() -> list[tuple[str, ...]]:
    """Give a row for each category of each agreement in force, by HEADINGS (two queries)."""
    found = in_force().order_by("partner__name", "pk").prefetch_related("categories")
    return [
        (
            agreement.partner.name,
            f"{agreement.title}, version {agreement.number}",
            purposes_of(agreement).replace("\n", "; "),
            label("data_categories", row.category),
            *(line := line_of(row)).shared,
            line.ours,
            line.theirs,
            agreement.retention,
            agreement.security,
            date_format(agreement.ends_on),
        )
        for agreement in found
        for row in agreement.categories.all()
    ]


def as_csv(rows: list[tuple[str, ...]]) -> bytes:
    """Give the record as a file for spreadsheets: UTF-8 with a byte order mark; no text is taken for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    writer.writerows([f"'{text}" if text.startswith(_FORMULA) else text for text in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()
