"""What views that do one thing by POST share: the act, its message with an Undo, and the way back."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from apst.accounts.queries import me
from apst.web.requests import MemberRequest
from cases.exceptions import CaseError

Act = Callable[[MemberRequest, Any], HttpResponse]


def act(
    request: MemberRequest,
    row: Any,
    service: Callable[..., Any],
    *,
    said: str,
    to: str,
    undo: str = "",
    **more: Any,
) -> HttpResponse:
    """Do one thing with a row, say so, and go to an address.

    service  takes the row, `more` and `by`;  undo  the name of the address that takes it back, "" where there is none
    """
    try:
        service(row, **more, by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        say(request, said, undo=reverse(undo, args=[row.public_id]) if undo else "")
    return redirect(to)


def say(request: MemberRequest, words: str, *, undo: str = "") -> None:
    """Say that something was done, with a button that takes it back where there is an address for that."""
    if not undo:
        messages.success(request, words)
        return
    form = format_html(
        '{} <form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="taskforce" value="{}"><button class="app-link-button">Undo</button></form>',
        words,
        undo,
        get_token(request),
        request.member.taskforce.public_id,
    )
    messages.success(request, form, extra_tags="safe")


def posted_from(name: str) -> Callable[[Act], Act]:
    """Have a guarded view answer POST alone, and lead whoever comes back to its address to the page with the form.

    After a refusal the page stands at the address of the act: reloading it, or sending it on, must end somewhere.
    name  of the page's address, which takes the same row
    """

    def guard(view: Act) -> Act:
        @wraps(view)
        def answer(request: MemberRequest, row: Any) -> HttpResponse:
            return view(request, row) if request.method == "POST" else redirect(name, public_id=row.public_id)

        answer.by_post = True  # type: ignore[attr-defined]  # read by the route tests
        return answer

    return guard


def submission_key(request: MemberRequest) -> uuid.UUID | None:
    """Give the key by which a form that is sent twice is known; None where it has none."""
    try:
        return uuid.UUID(request.POST.get("submission_key", ""))
    except ValueError:
        return None
