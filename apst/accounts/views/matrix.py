"""Who can see what: the matrix in plain words, from the data that the database itself enforces."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apst.accounts import policies
from apst.accounts.wording import ACTION_WORDS, GROUPS
from apst.tenancy.matrix import ACTIONS, CONDITIONS, MATRIX, REACHES, ROLES, TASKFORCE_ROLES
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from apst.web.tables import Cell, Heading


@dataclass(frozen=True)
class Part:
    """A table of actions that belong together."""

    title: str
    headings: list[Heading]
    rows: list[list[Cell]]


def _cell(action: str, role: str) -> Cell:
    held = MATRIX.get((action, role))
    if held is None:
        return Cell("No")
    return Cell(REACHES[held.reach][:1].upper() + REACHES[held.reach][1:], second=CONDITIONS.get(held.condition, ""))


@require_GET
@allowed(policies.is_member)
def who_can_see_what(request: MemberRequest) -> HttpResponse:
    """What each role may do here. One role at a time, one's own first; with `role=all` every role side by side."""
    role = request.GET.get("role", request.member.role)
    roles = TASKFORCE_ROLES if role == "all" else (role if role in TASKFORCE_ROLES else request.member.role,)
    headings = [Heading("What"), *(Heading(ROLES[r]) for r in roles)]
    parts = [
        Part(
            title,
            headings,
            [[Cell(ACTION_WORDS[action]), *(_cell(action, r) for r in roles)] for action in ACTIONS if action in of],
        )
        for title, of in GROUPS.items()
    ]
    navigation = [{"text": ROLES[r], "href": f"?role={r}", "current": roles == (r,)} for r in TASKFORCE_ROLES] + [
        {"text": "All roles", "href": "?role=all", "current": len(roles) > 1}
    ]
    return render(request, "accounts/who_can_see_what.html", {"parts": parts, "roles": navigation})
