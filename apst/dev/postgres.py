"""The embedded PostgreSQL: TCP on 127.0.0.1 only, demoted when we are root."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from apst.dev.folder import DataFolder, write_private
from apst.dev.processes import Child, Failure, demoted_user, demotion, free_port, is_alive, wait_for
from apst.dev.programs import postgres_programs

DATABASE = "taskforce"
ALWAYS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # so no path of ours can be longer than the 107 bytes that a socket's may have
    "max_connections": "100",
    "shared_preload_libraries": "pg_stat_statements",
    "timezone": "UTC",
}
# The demonstration keeps what was committed; tests and measurements start from nothing, so they need not.
LASTING = {"shared_buffers": "128MB"}
FLEETING = {
    "shared_buffers": "512MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "4GB",
    "autovacuum_naptime": "10s",
}


class Postgres:
    """One cluster in a data folder."""

    def __init__(self, folder: DataFolder, *, lasting: bool) -> None:
        self.folder = folder
        self.settings = ALWAYS | (LASTING if lasting else FLEETING)
        self.lasting = lasting
        self.data = folder.path / "postgres"
        self.user = demoted_user()
        self.port = 0
        self.child: Child | None = None

    def url(self, login: str, password_of: str, database: str = DATABASE) -> str:
        """The address for one login."""
        return f"postgres://{login}:{self.folder.passwords()[password_of]}@127.0.0.1:{self.port}/{database}"

    @property
    def superuser_url(self) -> str:
        return self.url("postgres", "postgres", "postgres")

    def start(self) -> None:
        """Make the cluster when there is none, start it and wait until it answers."""
        programs = postgres_programs()
        if not (self.data / "PG_VERSION").is_file():
            self._make(programs)
        self._clear_stale_pid()
        self.port = free_port()
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        self.child = Child.start(
            "PostgreSQL",
            [programs / "postgres", "-D", self.data, "-p", str(self.port), *options],
            log=self.folder.log("postgres"),
            cwd=self.data,
            env=self._environment(),
            user=self.user,
            stop_signal=signal.SIGINT,  # its "fast" shutdown: open sessions are rolled back, what is committed is kept
        )
        wait_for(self._answers, what="PostgreSQL", children=[self.child], seconds=60)

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop(seconds=20)

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}

    def _make(self, programs: Path) -> None:
        """initdb, into a draft folder that gets its name when it is whole."""
        draft = self.data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password = self.folder.path / "initdb-password"
        write_private(password, self.folder.passwords()["postgres"])
        if self.user:
            for path in (draft, password):
                os.chown(path, self.user.pw_uid, self.user.pw_gid)
        options = ["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]
        done = subprocess.run(
            [
                str(programs / "initdb"), "-D", str(draft), f"--pwfile={password}", *options,
                *([] if self.lasting else ["--no-sync"]),
            ],
            env=self._environment(), cwd=draft, capture_output=True, text=True, check=False,
            **demotion(self.user),  # type: ignore[call-overload] # the stubs cannot read a dictionary of arguments
        )  # fmt: skip
        password.unlink()
        if done.returncode:
            log = self.folder.log("initdb")
            log.write_text(done.stdout + done.stderr)
            raise Failure(f"The database could not be made.\n{done.stderr.strip()}\nIts log: {log}")
        draft.rename(self.data)

    def _clear_stale_pid(self) -> None:
        """Remove the pid file of a postmaster that is gone; a zombie is gone too, though PostgreSQL believes in it.

        We hold the folder, so a live one can only be a child of a supervisor that was killed: it was told so by the
        kernel and is about to end.
        """
        file = self.data / "postmaster.pid"
        if not file.is_file():
            return
        pid = int(file.read_text().split("\n", 1)[0])
        wait_for(lambda: not is_alive(pid) or not self._is_ours(pid), what="The earlier PostgreSQL's end",
                 children=[], seconds=20)  # fmt: skip
        file.unlink(missing_ok=True)

    def _is_ours(self, pid: int) -> bool:
        """False when the pid has gone to another program since (known on Linux only; elsewhere it is taken as ours)."""
        try:
            return str(self.data).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return not Path("/proc/self").exists()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.superuser_url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True
