"""What the pages that write have in common: the draft, the version that a page showed, the key of a form, refusals."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.middleware.csrf import get_token
from django.utils.html import format_html, format_html_join

from apst.accounts.services import draft_for
from apst.web.requests import MemberRequest
from cases.exceptions import CaseError, ChangedMeanwhile
from cases.forms.sessions import as_typed
from cases.forms.typed import TypedForm

Form = TypeVar("Form", bound=TypedForm)


def complain(form: Any, error: Exception) -> None:
    """Put a refusal of the service beside its field, or above the form."""
    field = getattr(error, "field", None)
    form.add_error(field if field in form.fields else None, str(error))


def whole(text: str) -> int | None:
    """Give a whole number that a form sent, None where it sent none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def based_on(request: MemberRequest) -> int | None:
    """Give the version that the page showed; None where the form says none."""
    return whole(request.POST.get("based_on", ""))


def is_uuid(text: str) -> bool:
    """True for what may be a record's name in an address or a form."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def submission_key(request: MemberRequest) -> uuid.UUID | None:
    """Give the key by which a form that is sent twice is known."""
    text = request.POST.get("submission_key", "")
    return uuid.UUID(text) if is_uuid(text) else None


@dataclass
class Writing(Generic[Form]):
    """A form with its draft: `based_on` is the version that its words go back to, so that an old draft overwrites
    nothing that was written since.
    """

    form: Form
    draft_key: str
    draft_version: int
    based_on: int
    resumed: bool = False
    # Somebody else was faster: the page shows what it says now, and a second Save means it.
    overtaken: bool = False

    def refuse(self, error: CaseError, *, version: int) -> None:
        """Show a refusal. version: what the record's version is now."""
        complain(self.form, error)
        if isinstance(error, ChangedMeanwhile):
            self.based_on, self.overtaken = version, True


def writing(request: MemberRequest, key: str, make: Callable[[Any], Form], *, version: int = 0) -> Writing[Form]:
    """Give the form as it was sent, else as it was left in the draft, else empty.

    key  the draft's;  make  makes the form of some data;  version  the record's now
    """
    draft = draft_for(key)
    held = draft.version if draft else 0
    if request.method == "POST":
        return Writing(make(request.POST), key, held, based_on(request) or 0)
    if draft and "fresh" not in request.GET:
        typed = as_typed(draft.payload)
        form = make(typed)
        form.judge_nothing()
        return Writing(form, key, held, whole(typed.get("based_on") or "") or 0, resumed=True)
    return Writing(make(None), key, held, version)


def undo(
    request: MemberRequest,
    said: str,
    action: str,
    *,
    version: int | None = None,
    before: str = "",
    words: str = "Undo",
) -> Any:
    """Give a message with a small form that takes an act back. before: what was, signed, where the form must say so."""
    told = [("based_on", str(version))] if version is not None else []
    told += [("before", before)] if before else []
    known = format_html_join("", '<input type="hidden" name="{}" value="{}">', told)
    return format_html(
        '{} <form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="taskforce" value="{}">{}<button class="app-link-button">{}</button></form>',
        said,
        action,
        get_token(request),
        request.member.taskforce.public_id,
        known,
        words,
    )
