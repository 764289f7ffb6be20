"""The return as a tagged PDF with bookmarks, its charts as vectors."""

import logging
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string

from apst.web.charts import Chart, Series, stacked_columns
from reporting.exceptions import PdfUnavailable

from .cover import INTERNAL, SHAPE, SYMBOLS, cover_rows, finding

if TYPE_CHECKING:
    from reporting.queries import ReturnPages

UNAVAILABLE = (
    "This server cannot draw PDFs: the library Pango is not installed on it."
    " The CSV and the workbook hold the same figures."
)
for _chatty in ("fontTools", "weasyprint"):
    logging.getLogger(_chatty).setLevel(logging.ERROR)


def charts(pages: "ReturnPages") -> list[Chart]:
    """Give the charts of A1 and C1 over the last six half-terms."""
    trend = pages.mi_return.trend
    names = [short_name(one["period"]) for one in trend]
    return [
        stacked_columns(
            "Pupils supported, half-term by half-term", finding(pages, "pupils"), names,
            [Series("Supported", [one["pupils"] for one in trend])], unit="pupils", category="Half-term",
        ),
        stacked_columns(
            "Specialist hours, half-term by half-term", finding(pages, "hours"), names,
            [Series("Delivered", [round(one["minutes"] / 60, 1) for one in trend])], unit="hours", category="Half-term",
        ),
    ]  # fmt: skip


def short_name(key: str) -> str:
    """Give a half-term's name for under a column: "Aut 1 26"."""
    year, _, part = key.partition("/")
    term, _, number = part.partition("-")
    return f"{term[:3].capitalize()} {number} {year[2:4]}"


@cache
def _fonts() -> Any:
    """Load WeasyPrint once, and the typeface; imported here because a machine without Pango must still run the rest."""
    import weasyprint  # noqa: PLC0415 - needs Pango, which only the PDF worker must have
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - likewise

    return weasyprint, FontConfiguration()


def as_pdf(pages: "ReturnPages") -> bytes:
    """Give the return as PDF/UA; raises PdfUnavailable where this machine cannot draw PDFs."""
    if not settings.PDF_AVAILABLE:
        raise PdfUnavailable(UNAVAILABLE)
    try:
        weasyprint, fonts = _fonts()
    except OSError as missing:  # Pango is not there, whatever the setting says
        raise PdfUnavailable(UNAVAILABLE) from missing
    html = render_to_string(
        "reporting/return_pdf.html",
        {
            "pages": pages,
            "cover": cover_rows(pages),
            "charts": charts(pages),
            "shape": SHAPE,
            "internal": INTERNAL,
            "symbols": SYMBOLS,
        },
    )
    # A drawing names its own typeface, which inside a PDF is the page's.
    page = re.sub(r'font-family="[^"]*"', 'font-family="Inter"', html)
    face = resources.files("fontpkg_inter") / "files" / "Inter[opsz,wght].ttf"
    style = weasyprint.CSS(
        string=f"@font-face {{ font-family: Inter; src: url('{face.as_uri()}'); }}"  # type: ignore[attr-defined]  # a file on disk
        + render_to_string("reporting/return_pdf.css"),
        font_config=fonts,
    )
    document = weasyprint.HTML(string=page).render(stylesheets=[style], font_config=fonts)
    return bytes(document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True))
