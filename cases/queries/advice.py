"""Reading EHC advice, and the draft it starts from."""

import re
from typing import Final

from apst.codelists import label
from cases.models import Case, EhcAdvice, EhcAdviceText

from .assessments import Result, results_of
from .checklists import checks_of

HEADINGS: Final = (
    "How we know the pupil",
    "Assessments",
    "Strengths",
    "Needs",
    "Outcomes to be sought",
    "Help that is needed to reach them",
)


def text_of(advice: EhcAdvice) -> EhcAdviceText | None:
    """Give the last text of advice; None for a reader who may read none."""
    return advice.texts.first()


def texts_before(advice: EhcAdvice) -> list[EhcAdviceText]:
    """Give the texts that were final before, the latest first."""
    return list(advice.texts.all()[1:])


def parts_of(text: str) -> list[tuple[str, str]]:
    """Give the parts of advice, as its blank lines divide it: (heading, words); heading "" where it is none of ours."""
    parts = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        first, _, rest = block.partition("\n")
        heading = first.strip() if first.strip() in HEADINGS else ""
        parts.append((heading, rest.strip() if heading else block.strip()))
    return parts


def first_draft(case: Case) -> str:
    """Give a draft to start from: headings, needs, and what the writer may read of the pupil's assessments.

    The result of a restricted assessment is not copied, even where the writer may read it: what may go into advice is
    theirs to decide and to write. Its name, day and author stand there.
    """
    results = results_of(case.pupil)
    begun = {
        "How we know the pupil": [_known(case)],
        "Assessments": [_line(result) for result in reversed(results)] or ["None is recorded."],
        "Needs": _needs(case),
    }
    parts = [(title, begun.get(title) or [""]) for title in HEADINGS]
    return "\n\n".join(f"{title}\n" + "\n".join(lines) for title, lines in parts).rstrip() + "\n"


def _known(case: Case) -> str:
    return f"The taskforce has worked with the pupil since {case.opened_on:%-d %B %Y}."


def _line(result: Result) -> str:
    row = result.assessment
    informant = label("informants", row.informant).lower()
    what = ", ".join(filter(None, (str(row.instrument), row.edition, informant)))
    head = f"{row.taken_on:%-d %B %Y}: {what} ({result.who})."
    if row.sensitivity != "ordinary":
        return f"{head} [Its result is restricted: write here what may be told.]"
    return " ".join(part for part in (head, f"{result.said}." if result.said else "", result.summary) if part)


def _needs(case: Case) -> list[str]:
    checks = checks_of(case.pupil)
    if not checks:
        return []
    answers = [answer for answer in checks[0].answers.all() if answer.level in ("some", "high")]
    said = (f"{answer.item.words}: {label('need_levels', answer.level).lower()}" for answer in answers)
    return [
        f"{words}. {answer.comment}" if answer.comment else words for words, answer in zip(said, answers, strict=True)
    ]
