"""Telling people by email, what they choose of it, and their calendar addresses: every write of it."""

from .choices import choose
from .feeds import give_address, note_fetch, take_back
from .mail import deliver, record_bounce, try_again
from .telling import Thing, ask_for_digests, digest_text, make_notices, send_digest, send_notices, tell

__all__ = [
    "Thing",
    "ask_for_digests",
    "choose",
    "deliver",
    "digest_text",
    "give_address",
    "make_notices",
    "note_fetch",
    "record_bounce",
    "send_digest",
    "send_notices",
    "take_back",
    "tell",
    "try_again",
]
