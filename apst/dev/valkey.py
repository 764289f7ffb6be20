"""The embedded Valkey: the broker and the cache. It keeps nothing on disk: a job lives in the database."""

import socket

from apst.dev.folder import DataFolder, write_private
from apst.dev.processes import Child, demoted_user, free_port, wait_for
from apst.dev.programs import valkey_program


class Valkey:
    """One server for a data folder."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        self.port = 0
        self.child: Child | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.folder.passwords()['broker']}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.port = self.port or free_port()  # started again, it is where it was
        settings = {
            "bind": "127.0.0.1",
            "port": self.port,
            "requirepass": self.folder.passwords()["broker"],
            "save": '""',
            "appendonly": "no",
            "maxmemory-policy": "noeviction",  # a full broker says so; it never drops a message by itself
        }
        # The settings go in by standard input: a command line shows the password to everybody on the machine, and a
        # file that only root may read is closed to the demoted server.
        file = self.folder.path / "valkey.conf"
        write_private(file, "".join(f"{name} {value}\n" for name, value in settings.items()))
        with file.open("rb") as stdin:
            self.child = Child.start(
                "Valkey", [valkey_program(), "-"], log=self.folder.log("valkey"), user=demoted_user(), stdin=stdin
            )
        wait_for(self._answers, what="Valkey", children=[self.child], seconds=20)

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop(seconds=10)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as line:
                line.sendall(f"AUTH {self.folder.passwords()['broker']}\r\nPING\r\n".encode())
                return line.makefile("rb").readline() == b"+OK\r\n"
        except OSError:
            return False
