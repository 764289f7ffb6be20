"""The papers that may be drawn about a case, by code. What a paper shows is asked in its reader's own scope."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from apst.tenancy.context import Member

from . import policies
from .models import Case
from .queries.brief import brief_of


@dataclass(frozen=True)
class Paper:
    """A kind of paper.

    words       what it is called, in its file's name too;  template, css  names of templates
    context     what the template gets; raises NothingToDraw where there is nothing
    may         who may have it;  categories  what it shows, for the access log
    """

    words: str
    template: str
    css: str
    context: Callable[[Case, Member], dict[str, Any]]
    may: Callable[[Member, Case], bool]
    categories: tuple[str, ...]


def _brief(case: Case, member: Member) -> dict[str, Any]:
    brief = brief_of(case, member)
    return {"brief": brief, "pupil": brief["pupil"], "on": brief["on"]}


PAPERS: Final[dict[str, Paper]] = {
    "brief": Paper(
        "Case brief",
        "cases/papers/brief.html",
        "cases/papers/paper.css",
        _brief,
        policies.can_view,
        ("identity", "intervention", "send", "social_care"),
    ),
}
