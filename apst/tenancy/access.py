"""How each table declares who may read and write it. `state.py` turns these declarations into policies and grants.

Clauses are SQL over the table's own columns. In those on reads by grant, `column in ({granted})` asks whether the
person holds a live grant on that case, and `{table}` is the table itself. Reads: the matrix of the access
specification; shape of the policies: tenancy design, section 4.3.
"""

import re
from dataclasses import dataclass, field

# The grants' own policy leaves only live rows of the person, so that an expired one grants nothing to anybody.
# `offset 0` has PostgreSQL look each row up by index and plan that once. Without it an IN hashes every grant of the
# person for each table of each statement, and a plain EXISTS is planned both ways, again within each other (`./run
# bench`: the case page of a specialist with 2,500 grants 110 ms, not 220 or 270).
_GRANTED = re.compile(r"\b(\w+) in \(\{granted\}\)")
_GRANT = (
    r"exists (select from cases_caseaccess g where g.user_id = (select app.person())"
    r" and g.content_object_id = {table}.\1 offset 0)"
)


def on_table(clause: str, table: str) -> str:
    """Give a clause with its `column in ({granted})` written out and its `{table}` filled in."""
    return _GRANTED.sub(_GRANT, clause).format(table=table)


def seen_there(column: str, table: str, key: str = "id") -> str:
    """Give the clause that a column of the clause's own table names a row of `table` that the reader sees."""
    return f"exists (select from {table} s where s.{key} = {{table}}.{column} offset 0)"


# A guest reads a row where its case is shared with them in the row's own category, and in each that its columns reveal.
BY_CATEGORY = "{shared}"


@dataclass(frozen=True)
class Access:
    """What one table of the taskforce lets through.

    see      the actions any of which lets a member of the whole taskforce read; empty: every member reads it
    add, change, remove   the actions any of which lets a member write; None: nobody but the system does
    category the data category of `data_categories.csv`; None where the table holds nothing of a pupil
    case     the column that holds the case, so that restricted cases are hidden; None where there is none
    pupil    the column that holds the pupil, hidden with a restricted case of theirs; None where there is none
    see_where  a further clause on members' reads; "false": nobody but the system reads it
    see_else a clause that lets a row be read by members without any action of `see`; its history stays closed to them
    granted  a clause for the reads of those who hold grants only (`{granted}` and `{table}` are filled in); None: they
             read nothing of it
    granted_writes  what they may add, where that is not what they read; they change and remove only what they read;
             "false": they write nothing of it
    guest    a clause for the reads of partners' guests; BY_CATEGORY in it: what is shared with them in these
             categories; None: the table is closed to them
    guest_writes  what guests may add; None: nothing. They change and remove nothing
    own      a further clause on every member's writes, such as "made by oneself"
    change_own  the same for changes and removals, where they ask another; "true": only what is added is asked
    change_to   what a changed row must be afterwards, where that is not what it must be before
    system   what the taskforce's own jobs may do; by default everything, or only add where rows are only ever added
    special  columns that hold a special category of data, by column
    emergency  True: it may be written too on a case that its writer opened in an emergency; else that is read only
    history  False: what was before and after is read by nobody but the system, such as the text of a restricted note
    """

    see: tuple[str, ...] = ()
    add: tuple[str, ...] | None = None
    change: tuple[str, ...] | None = None
    remove: tuple[str, ...] | None = None
    category: str | None = None
    case: str | None = None
    pupil: str | None = None
    see_where: str | None = None
    see_else: str | None = None
    granted: str | None = None
    granted_writes: str | None = None
    guest: str | None = None
    guest_writes: str | None = None
    own: str | None = None
    change_own: str | None = None
    change_to: str | None = None
    special: dict[str, str] = field(default_factory=dict)
    system: str | None = None
    audited: bool = True
    emergency: bool = False
    history: bool = True

    @property
    def guest_reads(self) -> str | None:
        """The clause for guests' reads, written out; None where the table is closed to them."""
        if not self.guest or BY_CATEGORY not in self.guest:
            return self.guest
        categories = ", ".join(f"'{code}'" for code in sorted({self.category or "", *self.special.values()} - {""}))
        column, shared = (self.case, "shared") if self.case else (self.pupil, "shared_pupils")
        return self.guest.replace(BY_CATEGORY, f"{column} = any((select app.{shared}({categories}))::bigint[])")

    @property
    def append_only(self) -> bool:
        """True where nobody changes or removes a row once it is written."""
        return self.change is None and self.remove is None
