"""`./run demo`: everything that production runs, on this machine, until Ctrl-C."""

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

from celery import Celery

from apst.dev import assets
from apst.dev.folder import ROOT, DataFolder, demo_folder
from apst.dev.foreground import STOPPING
from apst.dev.processes import Child, Failure, Stopped, is_taken, wait_for
from apst.dev.services import PYTHON, Services

USUAL_PORT = 8000
BIN = PYTHON.parent


def listen_for_stop() -> None:
    """Turn Ctrl-C and a polite kill into Stopped. Set by hand: a shell starts a background job with SIGINT ignored."""

    def stop(number: int, frame: FrameType | None) -> None:
        for each in STOPPING:
            signal.signal(each, signal.SIG_IGN)  # the way out is under way; a second Ctrl-C must not tear it
        raise Stopped

    for each in STOPPING:
        signal.signal(each, stop)


def web_port() -> int:
    """PORT, else 8000, else the next free one. Raises Failure when the PORT that was asked for is taken."""
    if given := os.environ.get("PORT"):
        if is_taken(int(given)):
            raise Failure(f"Port {given} is taken by another program. Name another: PORT=8001 ./run demo")
        return int(given)
    return next(port for port in range(USUAL_PORT, USUAL_PORT + 100) if not is_taken(port))


def demo() -> int:
    """Start everything, say where it is, and wait for Ctrl-C. Returns the exit code."""
    began = time.monotonic()
    folder = DataFolder(demo_folder())
    folder.hold()
    services = Services(folder, lasting=True)
    children: list[Child] = []
    try:
        port = web_port()
        address = f"http://127.0.0.1:{port}"
        prepare(services, folder, {"PORT": str(port), "PUBLIC_URL": address, "ALLOWED_HOSTS": "127.0.0.1,localhost"})
        for name, command in programs(folder).items():
            children.append(Child.start(name, command, log=folder.log(name), env=services.environment, cwd=ROOT))
        # beat's first sign of life is due after its interval; this asks the worker for one as soon as it can
        Celery(broker=services.environment["REDIS_URL"]).send_task("apst.jobs.tasks.beat", queue="default")
        wait_for(lambda: answers(f"{address}/health/ready"), what="The site", children=children, seconds=60)
        wait_for(lambda: answers(f"{address}/health/jobs"), what="The workers", children=children, seconds=60)
        folder.publish(published(services.environment))
        say(f"\nReady after {time.monotonic() - began:.0f} seconds:  {address}/\n")
        services.manage("demo_sign_ins", show=True)
        say(
            f"\nEmails are written to {folder.path / 'emails'}, logs to {folder.path / 'logs'}.\n"
            "Ctrl-C stops everything."
        )
        while True:
            for child in children:
                child.check()
            time.sleep(1)  # nothing to wait for but a child's end; a signal interrupts it
    except Stopped:
        say("\nStopping ...")
        return 0
    finally:
        for each in STOPPING:
            signal.signal(each, signal.SIG_IGN)
        stop_all(children)
        services.stop()
        folder.release()
        say("Stopped.")


def prepare(services: Services, folder: DataFolder, addresses: dict[str, str]) -> None:
    """Start the services and bring them to where the site can start; what the same code did here before is left out.

    addresses: the settings that say where the site will be.
    """
    code = assets.code_digest()
    prepared = services.postgres is not None and folder.is_prepared(code)
    folder.forget_preparation()
    # Node and apt are slow on a bare machine and know nothing of each other, so they go side by side.
    with ThreadPoolExecutor(max_workers=1) as beside:
        built = beside.submit(assets.build, folder)
        say("Starting the database and the broker ...")
        services.start()
        services.environment |= addresses
        if not prepared:
            say("Bringing the database up to date ...")
            services.prepare()
            services.manage("migrate")
    built.result()
    assets.collect(folder, PYTHON, services.environment)
    if not prepared:
        say("Loading the demonstration data ...")
        services.manage("seed_demo")
    folder.note_preparation(code)


def programs(folder: DataFolder) -> dict[str, list[str | Path]]:
    """What production runs as containers, here as processes."""
    celery: list[str | Path] = [BIN / "celery", "-A", "apst"]
    quiet = ["--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    return {
        "web": [BIN / "gunicorn", "-c", "apst/deploy/gunicorn.conf.py", "apst.wsgi:application"],
        "worker": [*celery, "worker", "-Q", "default", "-c", "2", "-n", "default@%h", *quiet],
        "worker-pdf": [*celery, "worker", "-Q", "pdf", "-c", "1", "-n", "pdf@%h", *quiet],
        "beat": [*celery, "beat", "-s", folder.path / "beat-schedule", "--pidfile=", "--loglevel", "INFO"],
    }


def stop_all(children: list[Child]) -> None:
    """Ask all at once, then wait for each: a worker finishes the task it is at."""
    for child in children:
        child.ask_to_stop()
    limit = time.monotonic() + 15
    for child in children:
        child.wait_until_stopped(limit - time.monotonic())


def answers(url: str) -> bool:
    """True when the address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - always our own http address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def published(environment: dict[str, str]) -> dict[str, str]:
    """What `./run manage` in another terminal has to know, and nothing of the rest of our environment."""
    names = (
        "DATABASE_URL", "MIGRATE_DATABASE_URL", "BOOTSTRAP_DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEBUG",
        "ALLOWED_HOSTS", "PUBLIC_URL", "PORT", "EMAIL_URL", "EMAIL_FILE_PATH", "MEDIA_ROOT", "STATIC_ROOT",
        "PDF_AVAILABLE", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "DEMO_DIR",
    )  # fmt: skip
    return {name: environment[name] for name in names if name in environment}


def say(text: str) -> None:
    """Print a line at once, also where the output goes to a file."""
    print(text, file=sys.stdout, flush=True)
