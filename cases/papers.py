"""The papers that may be drawn about a case, by code. What a paper shows is asked in its reader's own scope."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.timezone import localdate

from apst.tenancy.context import Member

from . import policies
from .exceptions import NothingToDraw
from .models import Case
from .queries.brief import brief_of
from .queries.goal_charts import chart_of
from .queries.plans import goal_lines, intervention_types_for, next_review, plan_of, review_lines
from .queries.reintegration import ways_of
from .queries.wording import pupil_words


@dataclass(frozen=True)
class Paper:
    """A kind of paper.

    words       what it is called, in its file's name too;  template, css  names of templates
    context     what the template gets; raises NothingToDraw where there is nothing
    may         who may have it;  categories  what it shows, for the access log
    one_page    how it is made to fit on one page, the roomiest first; one of them where it may have more
    """

    words: str
    template: str
    css: str
    context: Callable[[Case, Member], dict[str, Any]]
    may: Callable[[Member, Case], bool]
    categories: tuple[str, ...]
    one_page: tuple[dict[str, Any], ...] = ({},)


def _brief(case: Case, member: Member) -> dict[str, Any]:
    brief = brief_of(case, member)
    return {"brief": brief, "pupil": brief["pupil"], "on": brief["on"]}


def _plan(case: Case, member: Member) -> dict[str, Any]:
    """The plan in words for the family: no codes, nothing restricted, the words that the taskforce chose for pupils."""
    plan = plan_of(case)
    if plan is None:
        raise NothingToDraw("This case has no plan yet.")
    reviews = review_lines(plan)
    types = intervention_types_for(plan)
    words = pupil_words("intervention_types")["intervention_types"]
    lines = goal_lines(plan, [line.review for line in reviews])
    return {
        "pupil": case.pupil,
        "plan": plan,
        "goals": [
            (line, chart_of(line), [said for code, said in words.items() if code in types.get(line.goal.pk, ())])
            for line in lines
        ],
        "review": reviews[0].review if reviews else None,
        "due": next_review(case),
        "ways": ways_of(case)[:1],
        "taskforce": member.taskforce,
        "on": localdate(),
    }


# Letters as large as the page allows; where the smallest that one reads at ease are too large, fewer words.
PASSPORT_FITS: Final[tuple[dict[str, Any], ...]] = (
    *({"size": size} for size in (14, 13, 12, 11.5, 11, 10.5, 10)),
    {"size": 10, "flat": True},
    {"size": 9, "flat": True},
)
BRIEF_FITS: Final[tuple[dict[str, Any], ...]] = (
    *({"size": size} for size in (11, 10.5, 10)),
    {"size": 10, "shorter": True},
    {"size": 9, "shorter": True},
)
PAPERS: Final[dict[str, Paper]] = {
    "brief": Paper(
        "Case brief",
        "cases/papers/brief.html",
        "cases/papers/paper.css",
        _brief,
        policies.can_view,
        ("identity", "intervention", "send", "social_care"),
        BRIEF_FITS,
    ),
    "plan": Paper(
        "Plan for the family",
        "cases/papers/plan.html",
        "cases/papers/plan.css",
        _plan,
        policies.can_see_plan,
        ("identity", "plan", "voice"),
    ),
}
