"""Who sees what is recorded of a pupil beside a case: clauses that several tables share."""

from typing import Final

# Whoever sees single cases sees what belongs to them, and what was recorded of the same pupil without a case (a
# screening of the whole year group) or in a case before.
OF_CASE_OR_PUPIL: Final = (
    "case_id in ({granted}) or pupil_id in (select c.pupil_id from cases_case c)"
    " or (case_id is null and pupil_id in (select p.id from people_pupil p))"
)
# Nobody signs for another.
WRITTEN_BY_ONESELF: Final = "written_by_id is null or written_by_id = (select app.member())"


def with_its(header: str, *, table: str, key: str, where: str = "true") -> str:
    """Give the clause that shows a part with the row it hangs on, under that row's own policy.

    where  a further clause on the row, whose alias is h
    """
    row = f"h.tenant_id = {table}.tenant_id and h.id = {table}.{key} and {where}"
    return f"exists (select from {header} h where {row})"
