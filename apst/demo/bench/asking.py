"""Asking as the web server does: a whole request through WSGI in this process, without a socket."""

import io
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.handlers.wsgi import WSGIHandler
from django.core.management.base import CommandError

from apst.accounts.models import User
from apst.web.middleware import TASKFORCE_KEY

from .measuring import statements

OWN_ADDRESSES: Final = "apst.demo.bench.floor.OwnAddresses"
SIGNED_IN: Final = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
)


@contextmanager
def _middleware(names: Sequence[str]) -> Iterator[None]:
    before = settings.MIDDLEWARE
    settings.MIDDLEWARE = list(names)
    try:
        yield
    finally:
        settings.MIDDLEWARE = before


def product() -> WSGIHandler:
    """Give the product as it is served."""
    return WSGIHandler()


def product_with_own_addresses() -> WSGIHandler:
    """Give the product's middleware around the bench's own views."""
    with _middleware([OWN_ADDRESSES, *settings.MIDDLEWARE]):
        return WSGIHandler()


def floor() -> WSGIHandler:
    """Give plain Django with a session and a signed-in person, around the bench's own views."""
    with _middleware([OWN_ADDRESSES, *SIGNED_IN]):
        return WSGIHandler()


class Browser:
    """One signed-in person in one taskforce."""

    def __init__(self, handler: WSGIHandler, person: int, taskforce: int) -> None:
        self.handler = handler
        user = User.objects.get(pk=person)
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session[TASKFORCE_KEY] = taskforce
        session.save()
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"

    def get(self, address: str) -> bytes:
        """Give the body of a page; raises CommandError where the answer is anything but the page."""
        path, _, query = address.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "127.0.0.1", "HTTP_COOKIE": self.cookie,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr,
        }  # fmt: skip
        said: list[str] = []

        def start(status: str, headers: Any, exc_info: Any = None) -> Callable[[bytes], object]:
            said.append(status)
            return lambda data: None

        response = self.handler(environ, start)
        body = b"".join(response)
        response.close()
        if not said[0].startswith("200"):
            raise CommandError(f"{path} answered {said[0]}.")
        return body

    def page(self, address: str) -> Callable[[], bytes]:
        """Give the asking for one page, to be timed."""
        return lambda: self.get(address)

    def queries(self, address: str) -> int:
        """Count the statements that one page asks the database."""
        self.get(address)
        with statements() as noted:
            self.get(address)
        return len(noted)
