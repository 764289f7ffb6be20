"""What the 22 invented taskforces must add up to, and each one's part of it, in whole numbers.

DfE published for 2023-24/autumn-1 (September and October 2023; reference/domain.md, 1.4): 1,420 pupils, 15,102 hours,
147 specialists, 99 FTE, 20 who stopped early, 13 who refused. To the end of that half-term: over 4,000 pupils and
178,997 hours. Of pupils with SEN, free school meals and social care it gives 79, 54 and 25 % for the programme to date
only. The data use those shares for the half-term too.

The arithmetic. Every total is shared out by `share_out`, whose parts are whole and add up:

- people: TEAMS, written out, 4 to 12; their sum is 147.
- FTE in hundredths: the smallest team has 200; the other 9,700 are 1,940 steps of 5, shared by people. Everybody is in
  post on each day of the half-term, so that a taskforce's D2 is its FTE exactly, and the 22 add up to 99.00.
- minutes: 15,102 hours are 60,408 quarters of an hour, shared by FTE. A quarter is 0.25 h, so that no rounding to two
  decimals loses anything: the 22 C1 add up to 15,102.00.
- pupils: 1,420, shared by FTE. 20 and 13 are shared by pupils; the 13 were never supported, so they are in no A1 or A2.
- SEN: 79 % of 1,420 are 1,121.8, so 1,122; FSM: 54 % are 766.8, so 767; social care: 25 % are 355. Shared by pupils.
- opening balance: 4,010 - 1,420 = 2,590 pupils and 178,997 - 15,102 = 163,895 whole hours, shared by FTE: A2 adds up to
  4,010, C2 to 178,997.00.
"""

from dataclasses import dataclass
from typing import Final

from apst.demo.amounts import share_out

PERIOD: Final = "2023-24/autumn-1"
PUPILS, HOURS, DISENGAGED, REFUSED = 1_420, 15_102, 20, 13
PUPILS_SO_FAR, HOURS_SO_FAR = 4_010, 178_997
FTE_HUNDREDTHS, SMALLEST_FTE, FTE_STEP = 9_900, 200, 5
WITH_SEN, WITH_FSM, WITH_SOCIAL_CARE = 1_122, 767, 355
SHARES_SAID: Final = (
    "79 % with SEN, 54 % eligible for free school meals and 25 % known to social care are DfE's figures for the "
    "programme to October 2023, used here for the half-term too."
)

# The authorities of the 22 pilot schools, as the DfE's list of local authorities writes them, and how many people each
# team has.
TEAMS: Final = {
    "Birmingham": 12,
    "Bradford": 8,
    "Brent": 5,
    "Bristol, City of": 7,
    "Croydon": 6,
    "Doncaster": 4,
    "Ealing": 5,
    "Enfield": 6,
    "Hackney": 7,
    "Haringey": 6,
    "Lambeth": 5,
    "Leeds": 10,
    "Leicester": 8,
    "Liverpool": 9,
    "Manchester": 11,
    "Newham": 6,
    "Nottingham": 7,
    "Salford": 5,
    "Sandwell": 6,
    "Southwark": 5,
    "Sheffield": 5,
    "Tower Hamlets": 4,
}
SMALLEST: Final = "Doncaster"


@dataclass(frozen=True)
class Part:
    """One taskforce's part. fte: hundredths of each post; quarters: of an hour, of specialists' work; the rest are
    pupils.
    """

    number: int
    authority: str
    fte: tuple[int, ...]
    quarters: int
    pupils: int
    disengaged: int
    refused: int
    sen: int
    fsm: int
    social_care: int
    opening_pupils: int
    opening_hours: int

    @property
    def slug(self) -> str:
        """pilot-01 to pilot-22."""
        return f"pilot-{self.number:02}"

    @property
    def name(self) -> str:
        """A name that no real taskforce has."""
        return f"Pilot taskforce {self.number} (invented)"


def parts() -> list[Part]:
    """Give the 22 parts; what they add up to is the module's arithmetic."""
    authorities = list(TEAMS)
    bigger = [name for name in authorities if name != SMALLEST]
    steps = share_out((FTE_HUNDREDTHS - SMALLEST_FTE) // FTE_STEP, [TEAMS[name] for name in bigger])
    fte = {SMALLEST: SMALLEST_FTE} | {name: FTE_STEP * n for name, n in zip(bigger, steps, strict=True)}
    by_fte = [fte[name] for name in authorities]
    pupils = share_out(PUPILS, by_fte)
    columns = zip(
        authorities,
        (_posts(TEAMS[name], fte[name]) for name in authorities),
        share_out(HOURS * 4, by_fte),
        pupils,
        *(share_out(total, pupils) for total in (DISENGAGED, REFUSED, WITH_SEN, WITH_FSM, WITH_SOCIAL_CARE)),
        share_out(PUPILS_SO_FAR - PUPILS, by_fte),
        share_out(HOURS_SO_FAR - HOURS, by_fte),
        strict=True,
    )
    return [Part(number, *column) for number, column in enumerate(columns, start=1)]


def _posts(people: int, hundredths: int) -> tuple[int, ...]:
    """Share a team's FTE among its people: even shares in steps of 5, then of each two one gives the other 25 (at most
    to full time).
    """
    posts = [FTE_STEP * n for n in share_out(hundredths // FTE_STEP, [1] * people)]
    for n in range(0, people - 1, 2):
        moved = min(25, 100 - posts[n], posts[n + 1] - 20)
        posts[n] += moved
        posts[n + 1] -= moved
    return tuple(posts)
