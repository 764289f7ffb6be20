"""The page on which a specialist pastes their own sessions."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apst.accounts.queries import me
from apst.accounts.services import draft_for
from apst.codelists import label
from apst.imports import pasting, policies
from apst.imports.forms import PasteForm
from apst.imports.reading import Refused
from apst.imports.reading.problems import Problem
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases.exceptions import CaseError
from cases.lengths import length_words
from cases.queries.cases import is_live, posts_of
from cases.queries.interventions import monday_of, week_key

from .imports import the_key

CODES = {"activity_type": "activity_types", "attendance": "session_attendance", "location": "locations"}


@require_http_methods(["GET", "POST"])
@allowed(policies.can_paste)
def session_paste(request: MemberRequest) -> HttpResponse:
    """Paste rows, look at what they say, save all of them or none."""
    posts = [post for post in posts_of(request.member) if is_live(post)]
    if not posts:
        return render(request, "imports/session_paste.html", {"no_post": True, "back": reverse("home")})
    draft = draft_for(pasting.PASTE_DRAFT)
    initial = {"rows": draft.payload.get("rows", "")} if draft else {}
    form = PasteForm(request.POST or None, posts=posts, initial=initial)
    rows: list[pasting.Pasted] = []
    if form.is_valid():
        try:
            rows = pasting.read_pasted(form.cleaned_data["rows"], posts=posts)
            if not rows:
                form.add_error("rows", "There is no row under the headings")
        except Refused as refused:
            form.add_error("rows", str(refused))
    shown(request, (pupil for pasted in rows for pupil in pasted.pupils), "identity", "intervention")
    wrong = sum(1 for pasted in rows if pasted.problems)
    if rows and not wrong and "save" in request.POST:
        try:
            made = pasting.save_pasted(
                rows,
                post=form.chosen,
                with_the_same=form.cleaned_data["with_the_same"],
                key=the_key(request),
                by=me(request.member),
            )
        except CaseError as error:
            form.add_error("rows", str(error))
        else:
            messages.success(request, f"{len(made)} session{'' if len(made) == 1 else 's'} saved.")
            return redirect(f"{reverse('cases:session-list')}?week={week_key(monday_of(pasting.last_day(rows)))}")
    same = sum(1 for pasted in rows if pasted.same)
    context = {
        "form": form,
        "lines": [_line(pasted) for pasted in rows],
        "wrong": wrong,
        "same": same,
        "good": len(rows) - wrong - same,
        "draft_key": pasting.PASTE_DRAFT,
        "draft_version": draft.version if draft else 0,
        "columns": [(_words(column.name), column) for column in pasting.OWN_SESSIONS.columns],
        "back": reverse("cases:session-list"),
    }
    return render(request, "imports/session_paste.html", context)


def _words(column: str) -> str:
    return pasting.WORDS.get(column) or column.replace("_", " ").capitalize()


def _suggested(problem: Problem) -> str:
    """What is proposed, in the words that the page uses."""
    codes = CODES.get(problem.column)
    return label(codes, problem.suggestion) if codes else problem.suggestion


def _line(pasted: pasting.Pasted) -> dict[str, Any]:
    values = pasted.values
    said = [
        f"{values['date']:%a %-d %b %Y}" if values.get("date") else "",
        ", ".join(pupil.full_name for pupil in pasted.pupils),
        length_words(values["duration"]) if values.get("duration") else "",
        label("activity_types", values["activity_type"]) if values.get("activity_type") else "",
    ]
    return {
        "number": pasted.number,
        "said": ", ".join(part for part in said if part),
        "problems": [
            f"{_words(problem.column)}{f': “{problem.value[:60]}”' if problem.value else ''} {problem.reason}"
            + (f" Did you mean {_suggested(problem)}?" if problem.suggestion else "")
            for problem in pasted.problems
        ],
        "same": pasted.same,
    }
