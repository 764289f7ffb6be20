"""The data folder of a demonstration: where it is, who holds it, its passwords, how to reach what runs on it."""

import fcntl
import hashlib
import json
import os
import secrets
import tempfile
from pathlib import Path
from typing import IO

from apst.dev.processes import Failure, demoted_user

ROOT = Path(__file__).resolve().parents[2]
ROOT_STATE = Path("/var/lib/taskforce")
PASSWORDS = ("postgres", "app", "migrator", "broker", "secret_key")


def demo_folder() -> Path:
    """DEMO_DIR, else `.demo` in the checkout; for root a folder of its own, which the demoted database can reach."""
    if given := os.environ.get("DEMO_DIR"):
        return Path(given).absolute()
    if os.geteuid() == 0:
        return ROOT_STATE / f"demo-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}"
    return ROOT / ".demo"


def binaries_folder() -> Path:
    """Where root keeps the copies of the servers' programs that the demoted user can run."""
    return ROOT_STATE / "programs"


def temporary_folder() -> "tempfile.TemporaryDirectory[str]":
    """A short-lived data folder for tests and lint, removed at the end."""
    folder = tempfile.TemporaryDirectory(prefix="tf-", ignore_cleanup_errors=True)
    if os.geteuid() == 0:
        Path(folder.name).chmod(0o755)
    return folder


class DataFolder:
    """One data folder. Its passwords are made once and kept in a file that only its owner reads."""

    def __init__(self, path: Path, *, logs: Path | None = None) -> None:
        self.path = path
        self.logs = logs or path / "logs"
        self.state_file = path / "state.json"
        self._door: IO[str] | None = None

    def make(self) -> None:
        """Create the folder, and see that the demoted user can reach into it (root only)."""
        self.path.mkdir(parents=True, exist_ok=True)
        if demoted_user() is None:
            return
        for folder in (self.path, *self.path.parents):
            if not folder.stat().st_mode & 0o001:
                raise Failure(
                    f"As root the database runs as another user, who cannot reach {self.path}: {folder} is closed to "
                    "others. Name another folder with DEMO_DIR."
                )

    def hold(self) -> None:
        """Take the folder for this process. Raises Failure while another start holds it."""
        self.make()
        door = (self.path / "lock").open("a")
        try:
            fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            door.close()
            address = self.state().get("PUBLIC_URL", "still starting, or a command is at work on it")
            raise Failure(
                f"This demonstration already runs on {self.path} ({address}). "
                "Stop it first, or start another with DEMO_DIR=some/other/folder."
            ) from None
        self._door = door
        self.state_file.unlink(missing_ok=True)

    def release(self) -> None:
        self.state_file.unlink(missing_ok=True)
        if self._door is not None:
            self._door.close()
            self._door = None

    def is_held(self) -> bool:
        """True while a start holds the folder."""
        if not (self.path / "lock").is_file():
            return False
        with (self.path / "lock").open("a") as door:
            try:
                fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def state(self) -> dict[str, str]:
        """The environment of what runs on the folder, empty when nothing does."""
        try:
            return dict(json.loads(self.state_file.read_text()))
        except (FileNotFoundError, ValueError):
            return {}

    def publish(self, environment: dict[str, str]) -> None:
        """Say how to reach what runs here, for `./run manage` in another terminal."""
        write_private(self.state_file, json.dumps(environment))

    def is_prepared(self, code: str) -> bool:
        """True when this very code has migrated and filled the database here before."""
        file = self.path / "prepared"
        return file.is_file() and file.read_text() == code

    def note_preparation(self, code: str) -> None:
        (self.path / "prepared").write_text(code)

    def forget_preparation(self) -> None:
        (self.path / "prepared").unlink(missing_ok=True)

    def passwords(self) -> dict[str, str]:
        """The passwords of the servers and Django's secret key, made on the first call."""
        file = self.path / "passwords.json"
        if not file.is_file():
            write_private(file, json.dumps({name: secrets.token_urlsafe(24) for name in PASSWORDS}))
        return dict(json.loads(file.read_text()))

    def log(self, name: str) -> Path:
        """The log file of one process."""
        self.logs.mkdir(parents=True, exist_ok=True)
        return self.logs / f"{name}.log"


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
    draft.replace(file)
