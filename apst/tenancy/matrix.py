"""Who may do what: the matrix of the access specification, as data.

Everything that decides reads it: `app.enter` (through the table that `migrate` fills), the Python policies, buttons,
tests and the page "Who can see what". A cell is a reach and at most one condition.
"""

from dataclasses import dataclass
from typing import Final

ROLES: Final[dict[str, str]] = {
    "manager": "Taskforce Manager",
    "specialist": "Specialist",
    "dsl": "Designated safeguarding lead",
    "slt": "Senior leader",
    "school_staff": "School staff",
    "ig_lead": "Information governance lead",
    "coordinator": "Coordinator",
    "partner": "Partner (guest)",
    "commissioner": "Commissioner",
    "trust_lead": "Trust lead",
    "operator": "Operator",
}
TASKFORCE_ROLES: Final = ("manager", "specialist", "dsl", "slt", "school_staff", "ig_lead", "coordinator", "partner")
AREA_ROLES: Final = ("commissioner", "trust_lead", "operator")

REACHES: Final[dict[str, str]] = {
    "T": "all of the taskforce",
    "C": "the cases they can see",
    "O": "their own",
    "G": "what was granted to them",
    "A": "published figures",
}
CONDITIONS: Final[dict[str, str]] = {
    "decides": "where the taskforce's way of deciding gives this person the decision",
    "own_window": "until the end of the third working day after it was logged",
    "holds": "if they hold the restricted record",
    "request": "under a subject access request's own grant",
}

# Columns: M manager, S specialist, D dsl, L slt, F school_staff, I ig_lead, K coordinator, P partner, A commissioner, U
# trust_lead, O operator
_TABLE: Final = """
referral.make            | T | T | T | T | T | - | T | G | - | - | -
referral.view            | T | C | T | T | O | - | T | O | - | - | -
referral.triage          | T | T decides | - | - | - | - | - | - | - | - | -
case.allocate            | T | T decides | - | - | - | - | - | - | - | - | -
case.brief               | T | C | T | T | G | - | T | G | - | - | -
case.view                | T | C | T | - | - | O request | - | G | - | - | -
case.change              | T | C | - | - | - | - | - | - | - | - | -
case.close               | T | C decides | - | T decides | - | - | - | - | - | - | -
case.reopen              | T | C decides | - | T decides | - | - | - | - | - | - | -
intervention.log         | T | C | - | - | - | - | T | - | - | - | -
intervention.change      | T | O own_window | - | - | - | - | T own_window | - | - | - | -
note.write               | C | C | C | - | - | - | - | - | - | - | -
note.view                | T | C | T | - | - | O request | - | G | - | - | -
restricted.view          | G | G | G | G | - | O request | - | - | - | - | -
grant.give               | T holds | O holds | T holds | - | - | - | - | - | - | - | -
grant.end                | T holds | O holds | T holds | - | - | - | - | - | - | - | -
break_glass.use          | T | C | T | - | - | - | T | - | - | - | -
meeting.run              | T | T decides | - | - | - | - | - | - | - | - | -
meeting.attend           | T | T | T | T | - | - | T | G | - | - | -
minutes.view             | T | T | T | T | - | T | T | O | - | - | -
plan.view                | T | C | T | T | G | - | T | G | - | - | -
passport.view            | T | C | T | T | G | - | T | G | - | - | -
information.supply       | T | C | T | - | - | - | - | G | - | - | -
agreement.draft          | T | - | - | - | - | T | - | - | - | - | -
agreement.end            | T | - | - | - | - | T | - | - | - | - | -
agreement.sign           | T | - | - | T | - | T | - | O | - | - | -
disclosure.make          | T | C | T | - | - | T | - | - | - | - | -
disclosure.make_outside  | T | C | T | - | - | T | - | - | - | - | -
disclosure.refuse        | T | C | T | - | - | T | - | - | - | - | -
disclosure.view          | T | O | T | - | - | T | - | O | - | - | -
access_log.view          | T | O | T | - | - | T | - | O | - | - | -
return.build             | T | - | - | T | - | - | T | - | - | - | -
return.download          | T | - | - | T | - | - | T | - | - | - | -
return.sign_first        | T | - | - | - | - | - | - | - | - | - | -
return.sign_second       | - | - | - | T | - | - | - | - | - | - | -
dashboard.view           | T | T | T | T | - | - | T | - | - | - | -
area.view                | - | - | - | - | - | - | - | - | A | A | A
people.manage            | T | - | - | - | - | - | - | - | - | - | -
settings.change          | T | - | - | - | - | - | - | - | - | - | -
calendar.change          | T | - | - | - | - | - | T | - | - | - | -
record.import            | T | - | - | - | - | - | T | - | - | - | -
record.export            | T | O | - | - | - | - | - | - | - | - | -
subject_access.run       | - | - | - | - | - | T | - | - | - | - | -
retention.run            | - | - | - | - | - | T | - | - | - | - | -
taskforce.make           | - | - | - | - | - | - | - | - | - | - | T
health.view              | - | - | - | - | - | - | - | - | - | - | T
"""

# An action of no role: `app.begin_import` gives it to whoever holds `record.import`, for one import of their own and no
# longer. So nobody writes by hand what the matrix leaves to imports.
IMPORTING: Final = "import.write"
HOLD_FOR: Final = {IMPORTING: "record.import"}


@dataclass(frozen=True)
class Cell:
    """One cell: how far an action reaches for a role, and under which condition."""

    action: str
    role: str
    reach: str
    condition: str = ""


def _read(table: str) -> dict[tuple[str, str], Cell]:
    cells = {}
    for line in table.strip().splitlines():
        action, *columns = (part.strip() for part in line.split("|"))
        for role, text in zip(ROLES, columns, strict=True):
            if text != "-":
                reach, _, condition = text.partition(" ")
                cells[action, role] = Cell(action, role, reach, condition)
    return cells


MATRIX: Final[dict[tuple[str, str], Cell]] = _read(_TABLE)
ACTIONS: Final = tuple(dict.fromkeys(line.split("|")[0].strip() for line in _TABLE.strip().splitlines()))


def cell(action: str, role: str) -> Cell | None:
    """Give the cell of `action` and `role`, None where the role may not; raises KeyError where either is unknown."""
    if action not in ACTIONS or role not in ROLES:
        raise KeyError(f"No such action or role: {action}, {role}")
    return MATRIX.get((action, role))
