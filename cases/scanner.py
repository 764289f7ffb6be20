"""Asks ClamAV's daemon whether a file carries something harmful, in its INSTREAM protocol (man clamd)."""

import logging
import socket
import struct
from typing import BinaryIO, Final
from urllib.parse import urlsplit

from django.conf import settings

from cases.exceptions import FileHarmful, ScannerSilent

log = logging.getLogger("cases.scanner")
_CHUNK: Final = 1 << 16
_LONGEST_ANSWER: Final = 4096
_PORT: Final = 3310


def require_clean(file: BinaryIO) -> None:
    """Send an open file to the scanner of CLAMD_ADDRESS, from its beginning; without an address nothing is asked.

    The address is `tcp://host:port` or `unix:///path`. Leaves the file at its beginning.
    Raises FileHarmful, and ScannerSilent where a scanner is configured and gives no clear answer: then nothing is
    taken, since a file that nobody looked at may be any file.
    """
    if not settings.CLAMD_ADDRESS:
        return
    file.seek(0)
    try:
        answer = _ask(file)
    except OSError as error:
        log.warning("scanner_silent error=%s", type(error).__name__)
        raise ScannerSilent from None
    finally:
        file.seek(0)
    if answer.endswith("FOUND"):
        # The signature's name says nothing of the file's own words.
        log.warning("file_harmful signature=%s", answer.removeprefix("stream:").removesuffix("FOUND").strip())
        raise FileHarmful
    if answer != "stream: OK":
        log.warning("scanner_refused")
        raise ScannerSilent


def _ask(file: BinaryIO) -> str:
    with _connected() as connection:
        connection.sendall(b"zINSTREAM\0")
        while chunk := file.read(_CHUNK):
            connection.sendall(struct.pack("!L", len(chunk)) + chunk)
        connection.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
            part = connection.recv(_LONGEST_ANSWER)
            if not part:
                break
            answer += part
    return answer.rstrip(b"\0\n").decode(errors="replace").strip()


def _connected() -> socket.socket:
    address = urlsplit(settings.CLAMD_ADDRESS)
    if address.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(settings.CLAMD_SECONDS)
        if error := connection.connect_ex(address.path):
            connection.close()
            raise ConnectionError(error)
        return connection
    return socket.create_connection(
        (address.hostname or "127.0.0.1", address.port or _PORT), timeout=settings.CLAMD_SECONDS
    )
