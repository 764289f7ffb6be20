"""The return as a tagged PDF with bookmarks, its charts as vectors."""

from typing import TYPE_CHECKING

from apst.web import pdf as drawing
from apst.web.charts import Chart, Series, stacked_columns
from reporting.exceptions import PdfUnavailable

from .cover import INTERNAL, SHAPE, SYMBOLS, cover_rows, finding

if TYPE_CHECKING:
    from reporting.queries import ReturnPages

UNAVAILABLE = (
    "This server cannot draw PDFs: the library Pango is not installed on it."
    " The CSV and the workbook hold the same figures."
)


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


def as_pdf(pages: "ReturnPages") -> bytes:
    """Give the return as PDF/UA; raises PdfUnavailable where this machine cannot draw PDFs."""
    context = {
        "pages": pages,
        "cover": cover_rows(pages),
        "charts": charts(pages),
        "shape": SHAPE,
        "internal": INTERNAL,
        "symbols": SYMBOLS,
    }
    try:
        return drawing.render_pdf("reporting/return_pdf.html", context, css="reporting/return_pdf.css")
    except drawing.PdfUnavailable as missing:
        raise PdfUnavailable(UNAVAILABLE) from missing
