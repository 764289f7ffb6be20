"""How large the measured world is, and who is who in it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Scale:
    """One size of world; the first taskforce holds a tenth of all cases, the others share the rest evenly.

    sessions_a_case  sessions of each case
    long_list        sessions of the first case of the first taskforce
    notes            notes and contacts, beside its sessions, of the case of the first taskforce that has all kinds
    """

    name: str
    taskforces: int
    cases: int
    sessions_a_case: int
    long_list: int
    notes: int

    @property
    def largest(self) -> int:
        """The cases of the first taskforce."""
        return max(self.cases // 10, 10)

    def cases_of(self, taskforce: int) -> int:
        """Give the number of cases of a taskforce; taskforces are counted from 1."""
        if taskforce == 1:
            return self.largest
        share, more = divmod(self.cases - self.largest, self.taskforces - 1)
        return share + (taskforce - 2 < more)


WHOLE: Final = (
    Scale("100", taskforces=500, cases=100, sessions_a_case=10, long_list=30, notes=2_000),
    Scale("10k", taskforces=500, cases=10_000, sessions_a_case=10, long_list=1_000, notes=2_000),
    Scale("100k", taskforces=500, cases=100_000, sessions_a_case=10, long_list=10_000, notes=2_000),
)
SMALL: Final = (Scale("small", taskforces=4, cases=60, sessions_a_case=3, long_list=60, notes=60),)

MANAGER, ONE_SITE, ALLOCATED, ALL_SITES = 1, 2, 3, (4, 5, 6)
PEOPLE: Final = 6


def person_id(taskforce: int, part: int) -> int:
    """Give the id of a taskforce's person, which is that of their account, membership, specialist and post alike."""
    return (taskforce - 1) * PEOPLE + part
