"""Who can sign in to the demonstration: one account for each role that has a page, all with one password that is no
secret.
"""

from dataclasses import dataclass
from typing import Final

from .cast import BOTH

PASSWORD: Final = "see-how-a-taskforce-works"  # noqa: S105 - printed on purpose: it opens invented data only


@dataclass(frozen=True)
class SignIn:
    """One account of the demonstration."""

    role: str
    email: str
    first: str


SIGN_INS: Final = (
    SignIn("Manager", "manager@fairmile.example", "Referrals: the longest wait; accept, undo, allocate. Then Returns"),
    SignIn("Specialist", "salt@fairmile.example", "Today: log a session on a phone. Holds the restricted case"),
    SignIn(
        "Specialist of one site",
        "youthworker@fairmile.example",
        "Cases: Canal Basin's only, and those on whose team he is",
    ),
    SignIn("Allocated only (police)", "police@fairmile.example", "Cases: those on whose team he is, no others"),
    SignIn("Safeguarding lead", "dsl@fairmile.example", "Cases: Kayden Beckford-Lyle; the restricted case"),
    SignIn(
        "Accountable leader", "slt@fairmile.example", "Returns: last half-term's figures; case summaries without notes"
    ),
    SignIn("School staff", "teacher@fairmile.example", "Referrals: follow your own, answer a question, refer a pupil"),
    SignIn("Data protection lead", "ig@fairmile.example", "Who can see what"),
    SignIn(
        "Partner’s guest (school nurse)", "nurse@whitmoor.example", "What is shared with her, and what she looked at"
    ),
    SignIn("Coordinator", "office@fairmile.example", "Imports; sessions on behalf of others"),
    SignIn("Specialist in two taskforces", BOTH, "The switcher in the header: Fairmile and Linden House"),
    SignIn("Manager (authority-wide)", "manager@calderwood.example", "Cases of three tiers in mainstream schools"),
    SignIn("Manager with a part-time post", "manager@linden-house.example", "Log a session as family support worker"),
)


def table() -> str:
    """Give the sign-ins as a small table of plain text."""
    rows = [("Who", "Email", "What to try first"), *((one.role, one.email, one.first) for one in SIGN_INS)]
    widths = [max(len(row[n]) for row in rows) for n in range(2)]
    lines = [f"  {row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]}" for row in rows]
    return "\n".join([*lines, "", f"  The password of each is  {PASSWORD}"])
