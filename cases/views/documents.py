"""The documents of a case: the list, putting one there, fetching it, taking it away, and who may open it."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.documents import DocumentForm
from cases.models import Case, Document
from cases.queries import documents as queries
from cases.queries.emergencies import own_live

from .cases import complain
from .page import CASE_RELATED, case_page
from .readers import readers_page

TAB = "cases:case-documents"
OF_CASE = tuple(f"case__{name}" for name in CASE_RELATED)
LOST = "The file of this document cannot be found. Tell whoever runs the system: it may be restored from a backup."


@require_GET
@allowed(policies.can_view, Case, related=CASE_RELATED)
def case_documents(request: MemberRequest, case: Case) -> HttpResponse:
    """The documents of a case, the latest first."""
    page = queries.documents_of(case, after=request.GET.get("after", ""))
    shown(request, [case], *{queries.CATEGORY_OF[row.document.kind] for row in page.rows})
    context = case_page(
        request,
        case,
        TAB,
        rows=[_row(request, row) for row in page.rows],
        older=f"?after={page.older}" if page.older else "",
        may_add=policies.can_add_document(request.member, case),
        opened=[one for one in own_live(request.member) if one.kind == "document" and one.case_id == case.pk],
    )
    return render(request, "cases/documents/list.html", context)


def _row(request: MemberRequest, row: queries.Shelved) -> dict[str, Any]:
    document, text = row.document, row.text
    return {
        "document": document,
        "title": text.title if text else "Restricted",
        "text": text,
        "size": queries.size_words(text.size) if text else "",
        "may_remove": policies.can_remove_document(request.member, document),
        "may_break_glass": text is None and policies.can_break_glass_document(request.member, document),
        "may_share": document.is_restricted and policies.holds(request.member, document),
        "restricted_words": queries.RESTRICTED_WORDS,
    }


@require_http_methods(["GET", "POST"])
@allowed(policies.can_add_document, Case, related=CASE_RELATED)
def document_add(request: MemberRequest, case: Case) -> HttpResponse:
    """Put a document on a case."""
    form = DocumentForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        said = form.cleaned_data
        upload = said.pop("file")
        try:
            services.take_document(
                case,
                file=upload.file,
                file_name=upload.name,
                **said,
                submission_key=submission_key_of(request),
                by=me(request.member),
            )
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The document is on the case.")
            return redirect(TAB, public_id=case.public_id)
    back = reverse(TAB, args=[case.public_id])
    context = case_page(request, case, TAB, form=form, back=back)
    return render(request, "cases/documents/add.html", context, status=422 if form.errors else 200)


def submission_key_of(request: MemberRequest) -> uuid.UUID | None:
    """Give the key of a form that makes something, so that sent twice it makes one; None where it has none."""
    try:
        return uuid.UUID(request.POST.get("submission_key", ""))
    except ValueError:
        return None


@require_GET
@allowed(policies.can_see_document, Document, related=OF_CASE)
def document_fetch(request: MemberRequest, document: Document) -> Any:
    """The file itself, always to be kept and never shown by the browser on our address."""
    text = queries.text_of(document)
    if text is None:
        raise PermissionDenied
    shown(request, [document.case], queries.CATEGORY_OF[document.kind])
    if document.removed_at or not default_storage.exists(text.stored_name):
        messages.error(request, "This document was removed." if document.removed_at else LOST)
        return redirect(TAB, public_id=document.case.public_id)
    response = FileResponse(
        default_storage.open(text.stored_name),
        as_attachment=True,
        filename=text.file_name,
        content_type=text.content_type,
    )
    response["Content-Length"] = text.size
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_POST
@allowed(policies.can_remove_document, Document, related=("case",))
def document_remove(request: MemberRequest, document: Document) -> HttpResponse:
    """Take a document away, with an undo."""
    shown(request, [document.case], "identity")
    try:
        services.remove_document(document, by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        undo = format_html(
            '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<input type="hidden" name="taskforce" value="{}"><button class="app-link-button">Undo</button></form>',
            reverse("cases:document-restore", args=[document.public_id]),
            get_token(request),
            request.member.taskforce.public_id,
        )
        messages.success(request, format_html("The document is removed. {}", undo), extra_tags="safe")
    return redirect(TAB, public_id=document.case.public_id)


@require_POST
@allowed(policies.can_remove_document, Document, related=("case",))
def document_restore(request: MemberRequest, document: Document) -> HttpResponse:
    """Take a removal back."""
    shown(request, [document.case], "identity")
    try:
        services.restore_document(document, by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The document is back.")
    return redirect(TAB, public_id=document.case.public_id)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_share_document, Document, related=OF_CASE)
def document_readers(request: MemberRequest, document: Document) -> HttpResponse:
    """Who may open a restricted document."""
    text = queries.text_of(document)
    title = text.title if text else document.get_kind_display()
    back = reverse(TAB, args=[document.case.public_id])
    return readers_page(request, document, document.case, tab=TAB, title=title, back=back)
