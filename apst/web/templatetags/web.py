"""Tags and filters that every template may need: `{% load web %}`."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apst.web.forms import ErrorLink, error_links
from apst.web.tables import Cell, Heading

register = template.Library()

_VARIANTS = {"success": "success", "warning": "warning", "error": "error"}


@register.filter
def may(member: Any, action: str) -> bool:
    """`{% if request.member|may:"referral.view" %}`; nobody may do nothing."""
    return bool(member) and bool(member.may(action))


@register.inclusion_tag("forms/error_summary.html")
def error_summary(*drawn: Any) -> dict[str, list[ErrorLink]]:
    """The error summary of forms and formsets; base.html shows the one of `form`."""
    return {"links": error_links(*drawn)}


@register.filter
def alert_variant(level: str) -> str:
    """Django's message level as MOJ's alert variant."""
    return _VARIANTS.get(level, "information")


@register.filter
def under(row: Iterable[Any], headings: Sequence[Heading]) -> list[tuple[Heading, Cell]]:
    """The cells of a row, each with the heading it stands under."""
    return [
        (heading, cell if isinstance(cell, Cell) else Cell(cell)) for heading, cell in zip(headings, row, strict=True)
    ]


@register.simple_tag(takes_context=True)
def submission_key(context: Context) -> SafeString:
    """A hidden key by which the server knows that a form was sent twice; it stays the same when a form comes back."""
    request = context.get("request")
    key = (request.POST.get("submission_key") if request is not None else None) or str(uuid.uuid4())
    return format_html('<input type="hidden" name="submission_key" value="{}">', key)


@register.simple_tag
def the_product() -> str:
    """The product's name, also where no request brought a context (the pages for 400 and 500)."""
    return str(settings.PRODUCT_NAME)


@register.filter
def field_words(name: str) -> str:
    """The name of a form's field in words: "born_on-day" is "Born on day"."""
    return name.replace("_", " ").replace("-", " ").capitalize()
