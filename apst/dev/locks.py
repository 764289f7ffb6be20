"""The hashed locks, written from pyproject.toml by uv. They name no index, so they hold on any."""

import shutil
import subprocess

from apst.dev.environment import LOCKS
from apst.dev.folder import ROOT
from apst.dev.processes import Failure

# The largest first: the others take its versions, so that each is a part of it.
EXTRAS = {
    "requirements-dev.lock": ["--extra", "demo", "--extra", "s3", "--extra", "dev"],
    "requirements-demo.lock": ["--extra", "demo"],
    "requirements.lock": ["--extra", "s3"],
}
OPTIONS = [
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-header",
    "--no-emit-index-url",
    "--no-annotate",
]


def write() -> int:
    """Write every lock anew, keeping the versions that pyproject.toml does not change."""
    uv = shutil.which("uv")
    if uv is None:
        raise Failure("./run lock needs uv (pip install uv).")
    largest = LOCKS / "requirements-dev.lock"
    for name, extras in EXTRAS.items():
        constraint = [] if name == largest.name else ["--constraint", str(largest)]
        compile_lock(uv, name, ["pyproject.toml", *extras, *constraint])
    compile_lock(uv, "requirements-node.lock", ["--group", "node"])
    return 0


def compile_lock(uv: str, name: str, source: list[str]) -> None:
    """One lock."""
    command = [uv, "pip", "compile", *source, *OPTIONS, "--quiet", "--output-file", str(LOCKS / name)]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise Failure(f"{name} could not be written.")
    print(f"apst/deploy/{name}")
