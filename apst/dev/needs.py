"""What some tests need beyond Python packages. A test says so by its marker; what is missing is said in one line."""

import os
import shutil
from collections.abc import Mapping

from apst.dev.processes import Failure

# marker: (programs, of which one is enough; Debian's package)
PROGRAMS = {
    "browser": (("chromium", "chromium-browser", "google-chrome"), "chromium"),
    "pgbouncer": (("pgbouncer",), "pgbouncer"),
}


def program_for(marker: str) -> str | None:
    """The path of the program that tests with this marker need, or None."""
    search = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"  # Debian's pgbouncer is there, a user's PATH is not
    return next((found for name in PROGRAMS[marker][0] if (found := shutil.which(name, path=search))), None)


def paths() -> dict[str, str]:
    """Environment variables with the paths of the programs that are there: CHROMIUM, PGBOUNCER."""
    found = {PROGRAMS[marker][1].upper(): program_for(marker) for marker in PROGRAMS}
    return {name: path for name, path in found.items() if path}


def require(marker: str) -> str:
    """The program's path. Raises Failure where it is missing."""
    program = program_for(marker)
    if program is None:
        raise Failure(f"This needs {PROGRAMS[marker][1]} (apt-get install {PROGRAMS[marker][1]}).")
    return program


def left_out(environment: Mapping[str, str]) -> list[str]:
    """The arguments that make pytest leave out what cannot run here; says which and why.

    Raises Failure in CI: there a test that does not run is a failure.
    """
    missing = {
        marker: f"{package} is not installed" for marker, (_, package) in PROGRAMS.items() if not program_for(marker)
    }
    if environment.get("PDF_AVAILABLE") == "0":
        missing["pdf"] = "Pango is not installed"
    if not missing:
        return []
    reasons = "; ".join(f"tests marked '{marker}', because {why}" for marker, why in missing.items())
    if os.environ.get("CI") == "true":
        raise Failure(f"In CI nothing may be left out: {reasons}.")
    print(f"Left out: {reasons}.", flush=True)
    return ["-m", " and ".join(f"not {marker}" for marker in missing)]
