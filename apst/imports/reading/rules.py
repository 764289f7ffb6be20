"""What must fit together within one row. Each rule sees the values that could be read, so any may be absent."""

from collections.abc import Iterator

from apst import codelists
from apst.imports.reading.columns import Rule
from apst.imports.reading.problems import Problem, Row

HALF_TERMS = tuple(f"{term}-{half}" for term in ("autumn", "spring", "summer") for half in (1, 2))
NEEDED_FOR_HALF_TERM = "is needed for a half-term."


def not_before(later: str, earlier: str) -> Rule:
    """Make the rule that the date `later` does not lie before the date `earlier`."""

    def rule(row: Row) -> Iterator[Problem]:
        begin, end = row.values.get(earlier), row.values.get(later)
        if begin and end and end < begin:
            yield Problem(later, f"{end:%d/%m/%Y}", f"lies before {earlier} ({begin:%d/%m/%Y}).")

    return rule


def half_term_is_whole(row: Row) -> Iterator[Problem]:
    """A half-term has one of the six names, which is then written as in `HALF_TERMS`, and an end."""
    if row.values.get("kind") != "half_term":
        return
    if row.lacks("ends_on"):
        yield Problem("ends_on", "", NEEDED_FOR_HALF_TERM)
    if row.lacks("name"):
        yield Problem("name", "", NEEDED_FOR_HALF_TERM, HALF_TERMS[0])
    elif name := row.values.get("name"):
        joined = "-".join(name.casefold().replace("-", " ").replace("_", " ").split())
        if joined in HALF_TERMS:
            row.values["name"] = joined
        else:
            yield Problem("name", name, f"is not one of the half-terms {', '.join(HALF_TERMS)}.")


def within_its_year(row: Row) -> Iterator[Problem]:
    """A day that lies outside its academic year (August before to August after) is probably mistyped."""
    year, start = row.values.get("academic_year"), row.values.get("starts_on")
    if year and start and not (int(year[:4]), 8) <= (start.year, start.month) <= (int(year[:4]) + 1, 8):
        yield Problem("starts_on", f"{start:%d/%m/%Y}", f"lies outside the academic year {year}.", warning=True)


def outcome_needs_its_day(row: Row) -> Iterator[Problem]:
    """An outcome needs `triaged_on`; triage before receipt is imported (the return's own check catches it)."""
    outcome, triaged_on, received_on = map(row.values.get, ("triage_outcome", "triaged_on", "received_on"))
    if outcome and row.lacks("triaged_on"):
        yield Problem("triaged_on", "", "is needed where there is a triage_outcome.")
    if not triaged_on:
        return
    if row.lacks("triage_outcome"):
        yield Problem(
            "triaged_on", f"{triaged_on:%d/%m/%Y}", "stands without a triage_outcome and is not used.", warning=True
        )
    if received_on and triaged_on < received_on:
        yield Problem(
            "triaged_on", f"{triaged_on:%d/%m/%Y}", "lies before received_on: the return will say so.", warning=True
        )


def case_is_whole(row: Row) -> Iterator[Problem]:
    """A case that ended was opened, and ended for a reason; what belongs to a case is not used without one."""
    ended, reason = row.values.get("case_ended_on"), row.values.get("case_end_reason")
    unopened = row.lacks("case_opened_on")
    if (ended or reason) and unopened:
        yield Problem("case_opened_on", "", "is needed for a case that ended.")
    if ended and row.lacks("case_end_reason"):
        yield Problem("case_end_reason", "", "is needed where there is a case_ended_on.")
    if reason and row.lacks("case_ended_on"):
        yield Problem("case_ended_on", "", "is needed where there is a case_end_reason.")
    for column in ("tier", "lead_specialist"):
        if unopened and (value := row.values.get(column)):
            yield Problem(column, value, "stands without a case_opened_on and is not used.", warning=True)


def one_duration(row: Row) -> Iterator[Problem]:
    """A session has a duration or hours. Whichever it is, the minutes then stand under `duration` alone."""
    if row.lacks("duration") and row.lacks("hours"):
        yield Problem("duration", "", "is needed (or hours).")
    hours, duration = row.values.pop("hours", None), row.values.get("duration")
    if hours is not None and duration is not None and hours != duration:
        yield Problem("hours", f"{hours / 60:g}", f"differs from the duration ({duration} minutes). Give one of them.")
    elif hours is not None and row.lacks("duration"):
        row.values["duration"] = hours


def names_pupils(row: Row) -> Iterator[Problem]:
    """A session without pupils in a type that needs one is imported: it was planned and counts no hours."""
    needing = codelists.codes_where("activity_types", "needs_pupil")
    if row.values.get("activity_type") in needing and row.lacks("pupils"):
        yield Problem(
            "pupils", "", "is empty, though this type of work needs a pupil: its hours do not count.", warning=True
        )
