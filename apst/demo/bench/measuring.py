"""Taking times side by side, and saying what they come to."""

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.db import connections

Work = Callable[[], Any]
LOCAL: Final = ("", "127.0.0.1", "localhost", "::1")


@dataclass
class Times:
    """What one piece of work took, round by round, in seconds.

    clock  from its beginning to its end, whatever else the machine did
    cpu    of this process, and of the database's sessions that it opened where they are on this machine
    """

    clock: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def at(self, share: float) -> float:
        """Give the time within which that share of the rounds stayed."""
        ordered = sorted(self.clock)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]

    @property
    def p50(self) -> float:
        """The median on the clock."""
        return statistics.median(self.clock)

    @property
    def p95(self) -> float:
        """Within this nineteen rounds of twenty stayed."""
        return self.at(0.95)

    @property
    def cpu50(self) -> float:
        """The median of the CPU."""
        return statistics.median(self.cpu)

    @property
    def noise(self) -> float:
        """Half the width of the middle half of the CPU, as a share of its median."""
        ordered = sorted(self.cpu)
        return (ordered[len(ordered) * 3 // 4] - ordered[len(ordered) // 4]) / 2 / self.cpu50


def cpu_now() -> float:
    """Give the seconds of CPU that this process has used, with those of its sessions in a database on this machine."""
    used = time.process_time()
    for connection in connections.all():
        if connection.connection is not None and connection.settings_dict["HOST"] in LOCAL:
            session = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
            used += int(session.read_text().split()[0]) / 1e9 if session.exists() else 0.0
    return used


def side_by_side(works: dict[str, Work], *, rounds: int, times_each: int = 1) -> dict[str, Times]:
    """Take turns, so that what else the machine does falls on all alike; every second round goes backwards.

    times_each  how often each piece of work is done in a turn; its times are for one
    """
    taken = {name: Times() for name in works}
    for work in works.values():
        work()
        work()
    gc.collect()
    gc.freeze()
    for turn in range(rounds):
        for name in list(works)[:: -1 if turn % 2 else 1]:
            cpu, clock = cpu_now(), time.perf_counter()
            for _ in range(times_each):
                works[name]()
            taken[name].clock.append((time.perf_counter() - clock) / times_each)
            taken[name].cpu.append((cpu_now() - cpu) / times_each)
    gc.unfreeze()
    return taken


Statement = tuple[str, Any]


@contextmanager
def statements(alias: str = "default") -> Iterator[list[Statement]]:
    """Note every statement that runs on a connection, with its parameters."""
    noted: list[Statement] = []

    def note(execute: Any, statement: str, parameters: Any, many: bool, context: Any) -> Any:
        noted.append((statement, parameters))
        return execute(statement, parameters, many, context)

    with connections[alias].execute_wrapper(note):
        yield noted


def seconds(value: float) -> str:
    """Say a time in the unit that suits it."""
    if value >= 1:
        return f"{value:.1f} s"
    return f"{value * 1e3:.1f} ms" if value >= 0.001 else f"{value * 1e6:.0f} us"


@dataclass(frozen=True)
class Line:
    """One line of the bench: what was measured, beside what, and whether that is good enough.

    must, aim  the highest ratio that is accepted now, and soon; None where the line only informs
    queries    statements of one page, where it is a page
    """

    name: str
    raw: str
    ours: str
    ratio: float
    must: float | None = None
    aim: float | None = None
    queries: int | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """In a word or two."""
        if self.must is None:
            return "told"
        if self.ratio > self.must:
            return "MISSED"
        return "met" if self.aim is None or self.ratio > self.aim else "met, and the aim"

    @property
    def target(self) -> str:
        """The targets in words."""
        if self.must is None:
            return ""
        return f"<= {self.must:g}" + (f", aim {self.aim:g}" if self.aim is not None else "")

    def cells(self) -> list[str]:
        """The line as the cells of a table."""
        queries = "" if self.queries is None else str(self.queries)
        return [self.name, self.raw, self.ours, f"{self.ratio:.2f}", self.target, self.verdict, queries, self.note]


HEADINGS = ["what", "raw, or floor", "ours", "ratio", "target", "", "queries", "note"]


class Sheet:
    """The lines of a run, printed as they come and as a table at the end."""

    def __init__(self, say: Callable[[str], Any]) -> None:
        self.say = say
        self.lines: list[Line] = []
        self.noises: list[float] = []

    def heading(self, text: str) -> None:
        """Print a heading."""
        self.say(f"\n{text}")

    def add(self, line: Line, *taken: Times) -> None:
        """Print a line and keep it, with the noise of what was taken for it."""
        self.lines.append(line)
        self.noises += [times.noise for times in taken]
        name, raw, ours, ratio, target, verdict, queries, note = line.cells()
        beside = ", ".join(text for text in (f"{queries} queries" if queries else "", note) if text)
        self.say(f"  {name:<66} {raw:>10} {ours:>10} {ratio:>7} {target:>18}  {verdict:<17}{beside}")

    def compare(self, name: str, raw: Times, ours: Times, **fields: Any) -> None:
        """Add a line that sets two medians of CPU beside each other: the clock has others' work in it too."""
        self.add(Line(name, seconds(raw.cpu50), seconds(ours.cpu50), ours.cpu50 / raw.cpu50, **fields), raw, ours)

    def compare_clocks(self, name: str, raw: Times, ours: Times, **fields: Any) -> None:
        """Add a line that sets two medians of the clock beside each other: work that the database may share out."""
        self.add(Line(name, seconds(raw.p50), seconds(ours.p50), ours.p50 / raw.p50, **fields), raw, ours)

    def table(self) -> str:
        """Give all lines as a table in Markdown."""
        rows = [HEADINGS, ["---"] * len(HEADINGS), *(line.cells() for line in self.lines)]
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def noise(self) -> str:
        """Say how much the rounds differed among themselves."""
        noisy = sorted(self.noises)
        if not noisy:
            return ""
        middle, most = noisy[len(noisy) // 2], noisy[-1]
        said = f"Noise: half of the rounds lay within {middle:.0%} of their median on the middle line"
        return f"{said}, within {most:.0%} on the worst."
