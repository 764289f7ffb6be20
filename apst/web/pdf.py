"""Drawing PDFs: tagged (PDF/UA), in our own typeface. Only jobs of the queue "pdf" call this, never a request."""

import logging
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

for _chatty in ("fontTools", "weasyprint"):
    logging.getLogger(_chatty).setLevel(logging.ERROR)


class PdfUnavailable(Exception):
    """This machine cannot draw PDFs: Pango is not installed on it."""


@cache
def _fonts() -> Any:
    """Load WeasyPrint once, and the typeface; imported here because a machine without Pango must still run the rest."""
    import weasyprint  # noqa: PLC0415 - needs Pango, which only the PDF worker must have
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - likewise

    return weasyprint, FontConfiguration()


def render_pdf(
    template: str, context: dict[str, Any], *, css: str, one_page: Sequence[Mapping[str, Any]] = ({},)
) -> bytes:
    """Give a document as PDF/UA.

    template, css  names of templates; both get the context
    one_page       what is added to the context, the roomiest first: the first that fits on one page is taken, else the
                   last
    Raises PdfUnavailable where this machine cannot.
    """
    if not settings.PDF_AVAILABLE:
        raise PdfUnavailable
    try:
        weasyprint, fonts = _fonts()
    except OSError as missing:  # Pango is not there, whatever the setting says
        raise PdfUnavailable from missing
    for more in one_page:
        document = _drawn(weasyprint, fonts, template, css, {**context, **more})
        if len(document.pages) == 1:
            break
    return bytes(document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True))


def _drawn(weasyprint: Any, fonts: Any, template: str, css: str, context: dict[str, Any]) -> Any:
    # A drawing names its own typeface, which inside a PDF is the page's.
    page = re.sub(r'font-family="[^"]*"', 'font-family="Inter"', render_to_string(template, context))
    face = resources.files("fontpkg_inter") / "files" / "Inter[opsz,wght].ttf"
    style = weasyprint.CSS(
        string=f"@font-face {{ font-family: Inter; src: url('{face.as_uri()}'); }}"  # type: ignore[attr-defined]  # a file on disk
        + render_to_string(css, context),
        font_config=fonts,
    )
    return weasyprint.HTML(string=page).render(stylesheets=[style], font_config=fonts)
