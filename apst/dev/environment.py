"""The virtual environment, made from the hashed locks.

Runs as a plain script under the machine's own Python, before `.venv` exists, so it uses the standard library only.
A stamp of the lock in `.venv` makes a warm start skip all of it.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "apst" / "deploy"
VENV = ROOT / ".venv"
STAMP = "lock-stamp"
# The verbs that need the tools of development too; the others are for looking at the system.
WORK_VERBS = {"test", "lint", "check", "bench", "pictures"}


def lock_for(verb: str) -> Path:
    """The lock that a verb of `./run` needs: the small one to look, the large one to work."""
    return LOCKS / ("requirements-dev.lock" if verb in WORK_VERBS else "requirements-demo.lock")


def stamp_of(lock: Path) -> str:
    """What the stamp says once that lock is installed."""
    return f"{lock.name} {hashlib.sha256(lock.read_bytes()).hexdigest()}"


def is_current(lock: Path, venv: Path = VENV) -> bool:
    """True when the environment works and holds that lock, or the larger one that contains it."""
    stamp = venv / STAMP
    if not stamp.is_file() or not works(venv / "bin" / "python"):
        return False
    return stamp.read_text() in {stamp_of(lock), stamp_of(lock_for("test"))}


def works(*command: object) -> bool:
    """True when the command exists and answers `--version` (a pyenv shim may exist and not answer)."""
    try:
        return subprocess.run([*map(str, command), "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def install(lock: Path, venv: Path = VENV) -> None:
    """Make the environment where there is none and install the lock, every file checked against its hash."""
    uv = shutil.which("uv")
    uv = uv if uv and works(uv) else None
    python = venv / "bin" / "python"
    if not works(python):
        shutil.rmtree(venv, ignore_errors=True)
        if uv:
            call(uv, "venv", "--quiet", "--python", sys.executable, venv)
        else:
            call(sys.executable, "-m", "venv", venv)
    if uv:
        call(uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", lock)
    else:
        if not works(python, "-m", "pip"):
            call(python, "-m", "ensurepip")
        quiet = ("--quiet", "--disable-pip-version-check", "--no-input", "--root-user-action=ignore", "--no-compile")
        call(python, "-m", "pip", "install", *quiet, "--require-hashes", "-r", lock)
    (venv / STAMP).write_text(stamp_of(lock))


def call(*command: object) -> None:
    """Run a command and end with a plain sentence when it fails."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, check=False)
    if done.returncode:
        hint = " (on Debian: apt-get install python3-venv)" if "venv" in command else ""
        sys.exit(f"run: making the Python environment failed at: {' '.join(map(str, command))}{hint}")


def main(verb: str) -> None:
    """Make .venv from the lock that this verb needs, unless it is there already."""
    lock = lock_for(verb)
    if is_current(lock):
        return
    with (ROOT / ".venv.lock").open("w") as door:  # two first starts at once wait for each other
        fcntl.flock(door, fcntl.LOCK_EX)
        if not is_current(lock):
            print("Installing the Python packages into .venv ...", file=sys.stderr, flush=True)
            install(lock)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit("run: stopped while installing; the next start goes on from there.")
