"""Who sees what is recorded of a pupil beside a case: clauses that several tables share."""

from typing import Final

from apst.tenancy.access import seen_there

# Whoever sees single cases sees what belongs to them, and what was recorded of the same pupil without a case (a
# screening of the whole year group) or in a case before.
OF_CASE_OR_PUPIL: Final = (
    f"case_id in ({{granted}}) or {seen_there('pupil_id', 'cases_case', 'pupil_id')}"
    f" or (case_id is null and {seen_there('pupil_id', 'people_pupil')})"
)
# Nobody signs for another.
WRITTEN_BY_ONESELF: Final = "written_by_id is null or written_by_id = (select app.member())"


def with_its(header: str, *, table: str, key: str, where: str = "true") -> str:
    """Give the clause that shows a part with the row it hangs on, under that row's own policy.

    where  a further clause on the row, whose alias is h
    """
    row = f"h.tenant_id = {table}.tenant_id and h.id = {table}.{key} and {where}"
    return f"exists (select from {header} h where {row} offset 0)"
