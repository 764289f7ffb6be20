"""Every route of the URL conf, with what it takes to reach it."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

# Views that are not ours and need no taskforce, with the reason.
NOT_OURS = {
    "account_login": "signing in",
    "account_logout": "signing out",
    "account_signup": "closed: people are invited",
    "account_inactive": "a person whose account was closed",
    "account_reauthenticate": "asks for the password again",
    "account_email": "one's own addresses",
    "account_confirm_email": "one's own address",
    "account_email_verification_sent": "one's own address",
    "account_change_password": "one's own password",
    "account_set_password": "one's own password",
    "account_confirm_login_code": "a code by email, not switched on",
    "account_reset_password": "a forgotten password",
    "account_reset_password_done": "a forgotten password",
    "account_reset_password_from_key": "a forgotten password",
    "account_reset_password_from_key_done": "a forgotten password",
}


@dataclass(frozen=True)
class Route:
    """One address: its name, its view, and the names of what stands in it."""

    name: str
    view: Any
    arguments: tuple[tuple[str, str], ...]

    @property
    def model(self) -> Any:
        """The model of the row that the address names; None where it names none."""
        return getattr(self.view, "model", None)

    @property
    def by_post(self) -> bool:
        """True for an act that sends whoever comes by GET to the page with its form."""
        return getattr(self.view, "by_post", False)

    def address(self, public_id: uuid.UUID | str, **known: Any) -> str:
        """The address for one row; other arguments are filled with something of the right kind."""
        filler = {"UUIDConverter": uuid.UUID(int=7), "IntConverter": 1}
        values = {name: known.get(name, filler.get(kind, "x")) for name, kind in self.arguments}
        if "public_id" in values:
            values["public_id"] = public_id
        return reverse(self.name, kwargs=values)


def routes(patterns: Any = None, space: str = "") -> list[Route]:
    """Give every route, in the order of the sitemap."""
    found = []
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            found += routes(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            converters = tuple((name, type(c).__name__) for name, c in pattern.pattern.converters.items())
            found.append(Route(f"{space}{pattern.name}", pattern.callback, converters))
    return found


def guarded() -> list[Route]:
    """Give the routes inside a taskforce."""
    return [route for route in routes() if hasattr(route.view, "policy")]
