"""Files as people have them, made for the tests, and a virus scanner that speaks clamd's protocol."""

import io
import socket
import struct
import threading
import zipfile
from contextlib import contextmanager

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(13) + b"\x00\x00\x00\x00IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(20) + b"\xff\xd9"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(40)
MAIN = "application/vnd.openxmlformats-officedocument."
# What every scanner must find: the EICAR test file, put together here so that no scanner takes this file for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def office(main: str = f"{MAIN}wordprocessingml.document.main+xml", **parts: bytes) -> bytes:
    """An Office document: an archive whose list of types names the main part."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Types><Override ContentType="{main}"/></Types>')
        for name, content in {"word/document.xml": b"<w:document/>", **parts}.items():
            archive.writestr(name, content)
    return packed.getvalue()


@contextmanager
def scanner(*, answers: bytes | None = None):
    """A clamd on 127.0.0.1 that finds EICAR and nothing else; gives its address and what it was sent.

    answers  what it says instead; b"" hangs up
    """
    received: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines:
                assert lines.read(10) == b"zINSTREAM\0"
                content = b""
                while length := struct.unpack("!L", lines.read(4))[0]:
                    content += lines.read(length)
                received.append(content)
                found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
                connection.sendall(found if answers is None else answers)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}", received
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)
