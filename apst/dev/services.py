"""The database and the broker that a command works with: the ones the environment names, else embedded ones."""

import os
import subprocess
import sys
from pathlib import Path

from apst.dev import libraries
from apst.dev.folder import ROOT, DataFolder
from apst.dev.postgres import Postgres
from apst.dev.processes import Failure
from apst.dev.valkey import Valkey

PYTHON = Path(sys.executable)


class Services:
    """Started in order, stopped in the opposite order; `environment` is what Django's settings read."""

    def __init__(self, folder: DataFolder, *, lasting: bool) -> None:
        self.folder = folder
        self.postgres: Postgres | None = None if os.environ.get("DATABASE_URL") else Postgres(folder, lasting=lasting)
        self.valkey: Valkey | None = None if os.environ.get("REDIS_URL") else Valkey(folder)
        self.environment: dict[str, str] = {}

    def start(self) -> None:
        """Start what the environment does not name. Raises Failure when it names only a half of what is needed."""
        if self.postgres is None and not os.environ.get("MIGRATE_DATABASE_URL"):
            raise Failure(
                "DATABASE_URL is set but MIGRATE_DATABASE_URL is not. The first is the application's login (tf_app), "
                "the second the owner's (tf_migrator); the README's section on your own servers shows both."
            )
        own: dict[str, str] = {}
        if self.valkey is not None:
            self.valkey.start()
            own["REDIS_URL"] = self.valkey.url
        if self.postgres is not None:
            self.postgres.start()
            own["DATABASE_URL"] = self.postgres.url("tf_app", "app")
            own["MIGRATE_DATABASE_URL"] = self.postgres.url("tf_migrator", "migrator")
            own["BOOTSTRAP_DATABASE_URL"] = self.postgres.superuser_url
        for name in ("emails", "media"):
            (self.folder.path / name).mkdir(mode=0o700, exist_ok=True)
        cache = self.folder.path if self.postgres is None or self.postgres.lasting else ROOT / ".demo"
        self.environment = {
            **os.environ,
            **own,
            **libraries.pdf_environment(cache),
            "SECRET_KEY": os.environ.get("SECRET_KEY") or self.folder.passwords()["secret_key"],
            "DEBUG": os.environ.get("DEBUG", "0"),
            # with an EMAIL_URL of their own, somebody wants the emails sent
            **({} if os.environ.get("EMAIL_URL") else {"EMAIL_FILE_PATH": str(self.folder.path / "emails")}),
            "MEDIA_ROOT": str(self.folder.path / "media"),
            "STATIC_ROOT": str(self.folder.path / "static"),
            "DEMO_DIR": str(self.folder.path),
            "PYTHONUNBUFFERED": "1",
        }

    def prepare(self) -> None:
        """See that the cluster has its roles and its empty database: on your own servers only as a named superuser."""
        if self.environment.get("BOOTSTRAP_DATABASE_URL"):
            self.manage("bootstrap_roles")

    def stop(self) -> None:
        """The database first waits for nobody: whoever used it has been stopped before."""
        if self.postgres is not None:
            self.postgres.stop()
        if self.valkey is not None:
            self.valkey.stop()

    def manage(self, *arguments: str, show: bool = False) -> None:
        """Run a management command to its end. Its output goes to a log, or to the terminal with `show`."""
        command = [str(PYTHON), "manage.py", *arguments]
        if show:
            done = subprocess.run(command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, check=False)
            if done.returncode:
                raise Failure(f"manage.py {arguments[0]} failed.")
            return
        log = self.folder.log(arguments[0])
        with log.open("wb") as output:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
            )
        if done.returncode:
            from_log = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise Failure(f"manage.py {arguments[0]} failed:\n{from_log}\nIts log: {log}")
