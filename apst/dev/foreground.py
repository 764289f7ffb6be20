"""A command at the terminal: the person can type into it, and Ctrl-C is the command's own to handle."""

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from apst.dev.folder import ROOT
from apst.dev.processes import dies_with_parent

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_in_foreground(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Run the command in the checkout to its end. Returns its exit code, 128 and the signal's number when one ended it.

    It stays in our session, so that a debugger can read from the terminal. A terminal sends Ctrl-C to both of us; a
    signal sent to the supervisor alone is passed on.
    """
    process = subprocess.Popen(command, cwd=ROOT, env=env, preexec_fn=dies_with_parent(signal.SIGTERM))

    def pass_on(number: int, frame: FrameType | None) -> None:
        from_terminal = number == signal.SIGINT and sys.stdin is not None and sys.stdin.isatty()
        if not from_terminal and process.poll() is None:
            process.send_signal(number)

    before = {number: signal.signal(number, pass_on) for number in STOPPING}
    try:
        code = process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 128 - code if code < 0 else code


def show_command(command: Sequence[str]) -> str:
    """The command as a person would type it: programs of the environment by their name alone."""
    return " ".join([Path(command[0]).name, *command[1:]])
