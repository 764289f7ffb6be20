"""Copying to the home service's record: plain text, and a tick when it is done."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from apst.accounts.queries import me
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.models import Intervention, Note
from cases.queries import home_copy as queries
from cases.queries.notes import category_of

from .notes import note_page


@require_GET
@allowed(policies.can_write_notes)
def copy_list(request: MemberRequest) -> HttpResponse:
    """What one's home service has not got yet, by pupil."""
    groups, more = queries.to_copy(request.member)
    shown(request, [group.pupil for group in groups], "identity", "intervention")
    context = {"groups": groups, "more": more, "posts": queries.home_posts(request.member), "back": reverse("home")}
    return render(request, "cases/notes/copy_list.html", context)


@require_GET
@allowed(policies.can_copy_note, Note, related=("written_by",))
def note_copy(request: MemberRequest, note: Note) -> HttpResponse:
    """One note as plain text."""
    piece = queries.note_piece(request.member, note)
    if piece is None:
        raise Http404
    shown(request, [note], category_of(note))
    back = reverse("cases:note-detail", args=[note.public_id])
    return render(request, "cases/notes/copy.html", note_page(request, note, pieces=[("", piece)], back=back))


@require_GET
@allowed(policies.can_copy_session, Intervention)
def session_copy(request: MemberRequest, session: Intervention) -> HttpResponse:
    """One session as plain text, for each of its pupils apart."""
    pieces = queries.session_pieces(request.member, session)
    shown(request, [pupil for pupil, _ in pieces], "identity", "intervention")
    context: dict[str, Any] = {
        "shell": "cases/notes/alone.html",
        "pieces": [(pupil.full_name, piece) for pupil, piece in pieces],
        "back": reverse("cases:session-detail", args=[session.public_id]),
    }
    return render(request, "cases/notes/copy.html", context)


@require_POST
@allowed(policies.can_write_notes)
def copy_tick(request: MemberRequest) -> HttpResponse:
    """Tick pieces of work as copied, or take the ticks back."""
    keys = request.POST.getlist("piece")[: queries.MOST * 2]
    pieces = queries.named(keys)
    shown(request, (piece.note.pupil_id if piece.note else piece.pupil for piece in pieces), "intervention")
    if "undo" in request.POST:
        services.unmark_copied(pieces, by=me(request.member))
        messages.success(request, "The tick is taken back.")
    else:
        number = services.mark_copied(pieces, by=me(request.member))
        words = f"{number} entr{'y is' if number == 1 else 'ies are'} ticked as copied. {{}}"
        messages.success(request, format_html(words, _undo(request, keys)), extra_tags="safe")
    onwards = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(onwards, allowed_hosts=None)
    return redirect(onwards if onwards.startswith("/") and safe else "cases:copy-list")


def _undo(request: MemberRequest, keys: list[str]) -> Any:
    return format_html(
        '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="taskforce" value="{}"><input type="hidden" name="undo" value="yes">{}'
        '<button class="app-link-button">Undo</button></form>',
        reverse("cases:copy-tick"),
        get_token(request),
        request.member.taskforce.public_id,
        format_html_join("", '<input type="hidden" name="piece" value="{}">', ((key,) for key in keys)),
    )
