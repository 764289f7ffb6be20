"""Pango, which WeasyPrint draws PDFs with: the one thing that no wheel brings.

Root installs it by apt. Anybody else unpacks Debian's packages beside the demonstration and points the loader there.
Without either the system starts without PDFs and says so.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

NEEDED = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")

# fontconfig looks for fonts where apt would have put them, and WeasyPrint crashes where it finds none at all
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{folder}/font-cache</cachedir>
</fontconfig>
"""


def pdf_environment(cache: Path) -> dict[str, str]:
    """The environment variables that tell the application whether it can make PDFs, and where the libraries are.

    cache: a folder of ours in which unpacked libraries may stay.
    """
    if sys.platform != "linux":
        return {"PDF_AVAILABLE": "1"}  # there the packages of the system are looked up by WeasyPrint itself
    if loads():
        return {"PDF_AVAILABLE": "1"}
    if os.geteuid() == 0 and installed():
        return {"PDF_AVAILABLE": "1"}
    unpacked = cache / "libraries"
    if (unpacked / "done").is_file() or unpack(unpacked):
        found = sorted({str(file.parent) for file in unpacked.rglob("*.so*")})
        path = ":".join([*found, *filter(None, [os.environ.get("LD_LIBRARY_PATH")])])
        return {
            "PDF_AVAILABLE": "1",
            "LD_LIBRARY_PATH": path,
            "FONTCONFIG_FILE": str(unpacked / "fonts.conf"),
        }
    names = " ".join(PACKAGES)
    print(f"PDFs are switched off: Pango is missing and could not be had (apt-get install {names}).", file=sys.stderr)
    return {"PDF_AVAILABLE": "0"}


def loads() -> bool:
    """True when the loader finds the libraries."""
    try:
        for name in NEEDED:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


def quiet(*command: str, cwd: Path | None = None) -> str | None:
    """The output of a command, or None when it is missing or fails."""
    if shutil.which(command[0]) is None:
        return None
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def installed() -> bool:
    """Install the packages by apt, as root."""
    print("Installing Pango for PDFs by apt ...", file=sys.stderr, flush=True)
    install = ("apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES)
    if quiet(*install) is None:  # the machine may never have fetched its package lists
        quiet("apt-get", "update", "-q")
        if quiet(*install) is None:
            return False
    return loads()


def unpack(target: Path) -> bool:
    """Fetch the packages, and those that they need and the machine has not, and unpack them: no root needed."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        return False
    print("Fetching Pango for PDFs ...", file=sys.stderr, flush=True)
    shutil.rmtree(target, ignore_errors=True)
    fetched = target / "packages"
    fetched.mkdir(parents=True)
    lists, options = own_lists(target), []
    if quiet("apt-cache", "show", PACKAGES[0]) is None:  # no package lists on the machine: keep some of our own
        options = lists
        quiet("apt-get", *options, "update", "-q")
    # a dry run names what apt would install beside the three: what they need and the machine has not
    plan = quiet("apt-get", *options, "install", "-s", "--no-install-recommends", *PACKAGES)
    wanted = [line.split()[1] for line in (plan or "").splitlines() if line.startswith("Inst ")]
    if not wanted or quiet("apt-get", *options, "download", *wanted, cwd=fetched) is None:
        return False
    for package in fetched.glob("*.deb"):
        if quiet("dpkg-deb", "-x", str(package), str(target)) is None:
            return False
    shutil.rmtree(fetched)
    shutil.rmtree(target / "apt", ignore_errors=True)
    (target / "fonts.conf").write_text(FONTS.format(folder=target))
    (target / "done").touch()
    return True


def own_lists(target: Path) -> list[str]:
    """The options of apt that keep its package lists in a folder of ours."""
    state, cache = target / "apt" / "state", target / "apt" / "cache"
    for folder in (state / "lists" / "partial", cache / "archives" / "partial"):
        folder.mkdir(parents=True)
    return ["-o", f"Dir::State={state}", "-o", f"Dir::Cache={cache}", "-o", "Dir::State::status=/var/lib/dpkg/status"]
