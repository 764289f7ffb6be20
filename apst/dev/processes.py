"""Child processes: each in its own session with its own log file, and none outlives the supervisor."""

import contextlib
import ctypes
import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Failure(Exception):
    """Something that stops the command; its text is for the person at the terminal."""


class Stopped(Exception):
    """Ctrl-C or SIGTERM while the supervisor was at work."""


def dies_with_parent(signal_number: int) -> Callable[[], None]:
    """What a child runs between fork and exec, so that the kernel sends it this signal when the supervisor dies.

    It has to come after setuid, which clears the setting; `subprocess` calls `preexec_fn` after it. Only Linux has it.
    """
    parent = os.getpid()

    def set_it() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
            if os.getppid() != parent:  # it died between the fork and the line above
                os._exit(1)

    return set_it


def demoted_user() -> pwd.struct_passwd | None:
    """Who the servers run as when we are root (PostgreSQL refuses to run as root), or None when we are not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Failure("Running as root, there is neither a user 'postgres' nor 'nobody' to run the database as.")


def demotion(user: pwd.struct_passwd | None) -> dict[str, object]:
    """The arguments of `subprocess` that give up root for that user."""
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


@dataclass
class Child:
    """One background process."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals

    @classmethod
    def start(
        cls,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        user: pwd.struct_passwd | None = None,
        stdin: IO[bytes] | int = subprocess.DEVNULL,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> "Child":
        """Start the command in its own session, its output appended to `log`."""
        with log.open("ab") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=stdin,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                start_new_session=True,
                preexec_fn=dies_with_parent(stop_signal),
                **demotion(user),  # type: ignore[call-overload] # the stubs cannot read a dictionary of arguments
            )
        return cls(name, process, log, stop_signal)

    def check(self) -> None:
        """Raise Failure, with the end of its log, when the process has ended by itself."""
        code = self.process.poll()
        if code is not None:
            raise Failure(f"{self.name} ended with code {code}.\n{tail(self.log)}\nIts log: {self.log}")

    def ask_to_stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def wait_until_stopped(self, seconds: float) -> None:
        """Wait for the process to end, and end its whole session when it does not."""
        try:
            self.process.wait(timeout=max(seconds, 0.1))
        except subprocess.TimeoutExpired:
            print(f"{self.name} did not stop by itself and was killed; its log: {self.log}", file=sys.stderr)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)  # what it may have left behind in its session
        self.process.wait()

    def stop(self, seconds: float = 15) -> None:
        self.ask_to_stop()
        self.wait_until_stopped(seconds)


def wait_for(ready: Callable[[], bool], *, what: str, children: Sequence[Child], seconds: float) -> None:
    """Ask `ready` until it says yes. Raises Failure when a child ends or the time is up; both name the log."""
    limit = time.monotonic() + seconds
    while not ready():
        for child in children:
            child.check()
        if time.monotonic() > limit:
            logs = "\n".join(f"{child.name}: {child.log}\n{tail(child.log)}" for child in children)
            raise Failure(f"{what} was not ready after {seconds:.0f} seconds. The logs:\n{logs}")
        time.sleep(0.05)  # between two questions, never instead of one


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log file."""
    if not log.is_file():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_taken(port: int) -> bool:
    """True when somebody already listens on that port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def is_alive(pid: int) -> bool:
    """True when that process runs. A zombie does not: nothing reaps the orphans of a container without an init."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return sys.platform != "linux"  # elsewhere there is no /proc to ask; on Linux it has just gone
    return state not in {"Z", "X"}
