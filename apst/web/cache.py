"""The cache, of which nothing may depend: a server that is away keeps nobody from signing in."""

import logging
from collections.abc import Callable
from typing import Any, Final

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as NotThere
from redis.exceptions import TimeoutError as NoAnswer

log = logging.getLogger("apst.web")
_AWAY: Final = (NotThere, NoAnswer)


class LenientCache(RedisCache):
    """Django's own, which answers as an empty one does while its server is away.

    What is kept here is how often somebody tried to sign in (allauth's rate limits). Without it those are not limited,
    and everybody can still sign in; a password takes long to check, so that guessing stays slow.
    """

    def add(self, *args: Any, **named: Any) -> bool:
        """As Django's; True while the server is away: nobody else holds the key."""
        return bool(_or(True, super().add, *args, **named))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """As Django's; the default while the server is away."""
        return _or(default, super().get, key, default, version)

    def set(self, *args: Any, **named: Any) -> None:
        """As Django's; nothing while the server is away."""
        _or(None, super().set, *args, **named)

    def delete(self, *args: Any, **named: Any) -> bool:
        """As Django's; False while the server is away."""
        return bool(_or(False, super().delete, *args, **named))


def _or(otherwise: Any, act: Callable[..., Any], *args: Any, **named: Any) -> Any:
    try:
        return act(*args, **named)
    except _AWAY:
        log.warning("cache_away")
        return otherwise
