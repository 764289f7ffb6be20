"""The verbs of `./run`."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from apst.dev import assets, checks, locks, needs
from apst.dev.folder import ROOT, DataFolder, demo_folder, temporary_folder
from apst.dev.foreground import run_in_foreground
from apst.dev.processes import Failure, Stopped
from apst.dev.services import PYTHON, Services
from apst.dev.supervise import demo, listen_for_stop

HELP = """./run demo              start everything with demonstration data, until Ctrl-C  (PORT, DEMO_DIR)
./run test [ARGS]       run the tests; ARGS go to pytest
./run manage COMMAND    any management command, on the running demonstration when there is one
./run lint              every check that runs no test
./run check             lint, then test: what CI runs
./run bench [ARGS]      measure against raw SQL and print the ratios
./run pictures [--only PATTERN] [--out FOLDER]   photograph every page, or some, as every role
./run lock              rewrite the hashed locks from pyproject.toml (needs uv)
Your own servers: set DATABASE_URL, MIGRATE_DATABASE_URL and REDIS_URL, and none is started."""


@contextmanager
def fleeting_services() -> Iterator[Services]:
    """Services of their own for one command, without a lasting trace; durability is off."""
    home = DataFolder(demo_folder())
    home.make()
    with temporary_folder() as path:  # the logs stay, for whoever is told to read them
        services = Services(DataFolder(Path(path), logs=home.path / "logs" / "work"), lasting=False)
        try:
            services.start()
            services.prepare()
            yield services
        finally:
            services.stop()


@contextmanager
def lasting_services(folder: DataFolder, *, lasting: bool) -> Iterator[Services]:
    """Services on a data folder that stays."""
    folder.hold()
    services = Services(folder, lasting=lasting)
    try:
        services.start()
        services.prepare()
        yield services
    finally:
        services.stop()
        folder.release()


def with_assets(services: Services) -> None:
    """Pages in tests and pictures are those that are served: built, hashed, compressed."""
    home = DataFolder(demo_folder())
    home.make()
    assets.build(home)
    services.environment["STATIC_ROOT"] = str(home.path / "static")
    assets.collect(home, PYTHON, services.environment)


def test(arguments: list[str]) -> int:
    """`./run test`: pytest with these arguments, on services that end with it. Gives pytest's exit code.

    The whole suite runs on every core; a part of it on one, where a second database would take longer than it saves.
    """
    with fleeting_services() as services:
        left_out = needs.left_out(services.environment)
        services.environment |= needs.paths()
        with_assets(services)
        workers = [] if arguments else ["--numprocesses=logical", "--dist=worksteal"]
        command = [str(PYTHON), "-m", "pytest", *workers, *left_out, *arguments]
        return run_in_foreground(command, services.environment)


def manage(arguments: list[str]) -> int:
    """On your own servers, else on the running demonstration, else on its data with services of its own."""
    command = [str(PYTHON), "manage.py", *arguments]
    if os.environ.get("DATABASE_URL"):
        with fleeting_services() as services:
            return run_in_foreground(command, services.environment)
    folder = DataFolder(demo_folder())
    folder.forget_preparation()  # the command may change what the demonstration has prepared
    state = folder.state()
    if state and folder.is_held():
        return run_in_foreground(command, {**os.environ, **state})
    with lasting_services(folder, lasting=True) as services:
        return run_in_foreground(command, services.environment)


def bench(arguments: list[str]) -> int:
    """Its database stays: the data are built once and kept as a template."""
    with lasting_services(DataFolder(demo_folder() / "bench"), lasting=False) as services:
        with_assets(services)
        services.manage("migrate")
        return run_in_foreground([str(PYTHON), "manage.py", "bench", *arguments], services.environment)


def pictures(arguments: list[str]) -> int:
    """`./run pictures [--out FOLDER] [--only PATTERN]`: the tests' walk over every page, and two days; with a camera.

    With --only, over the pages whose names begin so ("cases:case"), as they are for a lifelike taskforce.
    Gives pytest's exit code.
    """
    needs.require("browser")
    said = dict(pairwise(arguments))
    out = Path(said.get("--out", demo_folder() / "pictures"))
    only = {"PAGES": said["--only"]} if "--only" in said else {}
    with fleeting_services() as services:
        services.environment |= needs.paths() | {"PICTURES": str(out.resolve())} | only
        with_assets(services)
        command = [str(PYTHON), "-m", "pytest", "-q", "tests/browser/test_every_page.py"]
        command += ["-k", "lifelike_taskforce"] if only else ["tests/browser/test_days.py"]
        code = run_in_foreground(command, services.environment)
    print(f"The pictures are in {out}; those of the README and the guide are in apst/docs/pictures.")
    return code


def lint(arguments: list[str]) -> int:
    """`./run lint`: every check that runs no test. Gives 1 where one failed."""
    with fleeting_services() as services:
        return checks.lint(services)


def check(arguments: list[str]) -> int:
    """`./run check`: lint, and the tests where it passed. Gives the exit code."""
    return lint([]) or test(arguments)


def help_(arguments: list[str]) -> int:
    """`./run help`: the list of verbs."""
    print(HELP)
    return 0


VERBS: dict[str, Callable[[list[str]], int]] = {
    "demo": lambda arguments: demo(),
    "test": test,
    "manage": manage,
    "lint": lint,
    "check": check,
    "bench": bench,
    "pictures": pictures,
    "lock": lambda arguments: locks.write(),
    "help": help_,
    "-h": help_,
    "--help": help_,
}


def main() -> int:
    """Run the verb of the command line. Gives the exit code: 2 for a verb that there is not."""
    verb, arguments = (sys.argv[1:2] or ["help"])[0], sys.argv[2:]
    if verb not in VERBS:
        print(f"There is no './run {verb}'.\n{HELP}", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    listen_for_stop()
    try:
        return VERBS[verb](arguments)
    except Failure as failure:
        print(f"\nrun: {failure}", file=sys.stderr)
        return 1
    except Stopped:
        return 130


if __name__ == "__main__":
    sys.exit(main())
