"""What a request carries once a taskforce is open, and how a view says what it showed."""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from apst.tenancy.context import Member


class MemberRequest(HttpRequest):
    """A request inside an open taskforce."""

    member: Member
    request_id: str
    shown_pupils: set[int]
    shown_categories: set[str]
    refused_row: Any


def shown(request: HttpRequest, pupils: Iterable[Any], *categories: str) -> None:
    """Note the pupils of whom this page shows something, for the access log.

    pupils      Pupil rows, rows with a `pupil_id`, or database ids
    categories  codes of data_categories.csv
    """
    noted = cast(MemberRequest, request)
    for pupil in pupils:
        if isinstance(pupil, int):
            noted.shown_pupils.add(pupil)
        else:
            noted.shown_pupils.add(getattr(pupil, "pupil_id", None) or pupil.pk)
    noted.shown_categories.update(categories)


def address_of(request: HttpRequest) -> str | None:
    """Give the address the request came from, behind our own proxy the one it names."""
    named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() if settings.BEHIND_PROXY else ""
    try:
        return str(ip_address(named))
    except ValueError:
        return request.META.get("REMOTE_ADDR") or None


def is_signed_in(request: HttpRequest) -> bool:
    """True for a signed-in person."""
    return not isinstance(request.user, AnonymousUser) and request.user.is_authenticated
