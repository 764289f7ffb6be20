"""How each table declares who may read and write it. `state.py` turns these declarations into policies and grants.

Clauses are SQL over the table's own columns. In them, `{granted}` selects the cases that the person holds a live
grant on. Reads: the matrix of the access specification; shape of the policies: tenancy design, section 4.3.
"""

from dataclasses import dataclass, field

# The grants' own policy leaves only live rows of the person, so that an expired one grants nothing to anybody.
# A subselect, not an array: PostgreSQL hashes the one and walks the other for each row (ten thousand cases: 23 ms, not
# 900).
GRANTED_CASES = "select g.content_object_id from cases_caseaccess g where g.user_id = (select app.person())"


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
    granted  a clause for the reads of those who hold grants only; None: they read nothing of it
    granted_writes  what they may add, where that is not what they read; they change and remove only what they read;
             "false": they write nothing of it
    own      a further clause on every member's writes, such as "made by oneself"
    change_own  the same for changes and removals, where they ask another; "true": only what is added is asked
    change_to   what a changed row must be afterwards, where that is not what it must be before
    system   what the taskforce's own jobs may do; by default everything, or only add where rows are only ever added
    special  columns that hold a special category of data, by column
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
    own: str | None = None
    change_own: str | None = None
    change_to: str | None = None
    special: dict[str, str] = field(default_factory=dict)
    system: str | None = None
    audited: bool = True
    history: bool = True

    @property
    def append_only(self) -> bool:
        """True where nobody changes or removes a row once it is written."""
        return self.change is None and self.remove is None
