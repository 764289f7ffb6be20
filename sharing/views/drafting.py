"""Drafting an agreement: what is missing, a page a section, the table of categories, sending."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.accounts.services import discard_draft, draft_for
from apst.codelists import codes, label
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from apst.web.tables import Cell, Heading
from sharing import policies, services
from sharing.exceptions import SharingError
from sharing.forms.agreements import BeginForm, CategoryForm, SectionForm
from sharing.library import CHECK, rows_of, words_of
from sharing.models import DataSharingAgreement, Partner
from sharing.queries import document
from sharing.queries.agreements import SIGNED_OF_CATEGORY

RELATED = ("partner", "tenant")
CATEGORIES = tuple(Heading(text) for text in ("Category", "Partner sees it", "Partner supplies it", "Passed on",
                   "To check"))  # fmt: skip


@require_http_methods(["GET", "POST"])
@allowed(policies.can_draft)
def agreement_new(request: MemberRequest) -> HttpResponse:
    """Choose a partner and a template, and begin."""
    form = BeginForm(request.POST or None, initial={"partner": request.GET.get("partner")})
    if form.is_valid():
        said = dict(form.cleaned_data)
        template = said["template"]
        made = services.draft(by=me(request.member), rows=rows_of(template), **said, **words_of(template))
        messages.success(request, "The draft was begun.")
        return redirect("sharing:agreement-draft", made.public_id)
    context = {"form": form, "cancel": reverse("sharing:agreement-list"), "partners": Partner.objects.exists()}
    return render(request, "sharing/agreement_new.html", context, status=422 if form.errors else 200)


def _still_draft(agreement: DataSharingAgreement) -> bool:
    return agreement.sent_at is None


@require_GET
@allowed(policies.can_draft, DataSharingAgreement, related=RELATED)
def agreement_draft(request: MemberRequest, agreement: DataSharingAgreement) -> HttpResponse:
    """The sections of a draft, and what is missing in each."""
    if not _still_draft(agreement):
        return redirect("sharing:agreement-detail", agreement.public_id)
    wants = document.missing(agreement)
    gaps = sum(bool(line.gap) for line in document.lines_of(agreement))
    tasks = []
    for section, words in document.SECTION_WORDS.items():
        hint = "Missing: " + "; ".join(wants[section]) if wants[section] else ""
        if section == "categories" and gaps:
            hint = "; ".join([*([hint] if hint else []), f"{gaps} to check: a lawful basis may be missing"])
        where = "sharing:agreement-categories" if section == "categories" else "sharing:agreement-section"
        args = [agreement.public_id] if section == "categories" else [agreement.public_id, section]
        tasks.append(
            {
                "title": words,
                "href": reverse(where, args=args),
                "hint": hint,
                "status": "Missing" if wants[section] else "Said",
                "colour": "blue" if wants[section] else "",
            }
        )
    context = {
        "agreement": agreement,
        "tasks": tasks,
        "ready": not any(wants.values()),
        "check": "" if agreement.template == "own" else CHECK,
        "back": reverse("sharing:agreement-list"),
    }
    return render(request, "sharing/agreement_draft.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_draft, DataSharingAgreement, related=RELATED)
def agreement_section(request: MemberRequest, agreement: DataSharingAgreement, section: str) -> HttpResponse:
    """One section of a draft."""
    if section not in document.SECTIONS:
        raise Http404
    back = reverse("sharing:agreement-draft", args=[agreement.public_id])
    key = f"agreement-{section}-{agreement.public_id}"
    kept = draft_for(key)
    typed = {name: kept.payload[name] for name in document.SECTIONS[section] if kept and kept.payload.get(name)}
    initial = {name: getattr(agreement, name) for name in (*document.SECTIONS[section], "version")} | typed
    form = SectionForm(request.POST or None, section=section, initial=initial)
    if form.is_valid():
        try:
            services.save_draft(agreement, by=me(request.member), **form.cleaned_data)
        except SharingError as error:
            form.add_error(None, str(error))
        else:
            discard_draft(key)
            messages.success(request, "The section was saved.")
            return redirect(back)
    context = {
        "form": form,
        "title": document.SECTION_WORDS[section],
        "caption": agreement.title,
        "cancel": back,
        "draft": key,
        "draft_version": kept.version if kept else 0,
        "partner": agreement.partner if section == "parties" else None,
    }
    return render(request, "sharing/form.html", context, status=422 if form.errors else 200)


@require_GET
@allowed(policies.can_draft, DataSharingAgreement, related=RELATED)
def agreement_categories(request: MemberRequest, agreement: DataSharingAgreement) -> HttpResponse:
    """The table of categories of a draft: a row each, those left out too."""
    if not _still_draft(agreement):
        return redirect("sharing:agreement-detail", agreement.public_id)
    lines = {line.code: line for line in document.lines_of(agreement)}
    rows = []
    for code in codes("data_categories"):
        line = lines.get(code)
        said = [line.sees, line.supplies, line.onward, line.gap or "Nothing"] if line else ["No", "No", "", "Left out"]
        address = reverse("sharing:agreement-category", args=[agreement.public_id, code])
        rows.append([Cell(label("data_categories", code), href=address), *said])
    context = {
        "agreement": agreement,
        "headings": CATEGORIES,
        "rows": rows,
        "back": reverse("sharing:agreement-draft", args=[agreement.public_id]),
    }
    return render(request, "sharing/agreement_categories.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_draft, DataSharingAgreement, related=RELATED)
def agreement_category(request: MemberRequest, agreement: DataSharingAgreement, category: str) -> HttpResponse:
    """One category of a draft; neither seen nor supplied, it is left out."""
    if category not in codes("data_categories"):
        raise Http404
    back = reverse("sharing:agreement-categories", args=[agreement.public_id])
    rows: dict[str, dict[str, Any]] = {
        row["category"]: row for row in agreement.categories.values(*SIGNED_OF_CATEGORY).order_by("pk")
    }
    initial = {**rows.get(category, {"onward": "no"}), "version": agreement.version}
    form = CategoryForm(request.POST or None, initial=initial)
    if form.is_valid():
        said = dict(form.cleaned_data)
        version = said.pop("version")
        rows.pop(category, None) if not (said["partner_sees"] or said["partner_supplies"]) else rows.update(
            {category: {**said, "category": category}}
        )
        try:
            services.save_categories(agreement, rows.values(), version=version, by=me(request.member))
        except SharingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The category was saved.")
            return redirect(back)
    context = {
        "form": form,
        "title": label("data_categories", category),
        "caption": agreement.title,
        "cancel": back,
    }
    return render(request, "sharing/form.html", context, status=422 if form.errors else 200)


@require_POST
@allowed(policies.can_draft, DataSharingAgreement, related=RELATED)
def agreement_send(request: MemberRequest, agreement: DataSharingAgreement) -> HttpResponse:
    """Send a draft to be signed: its text is fixed from then on."""
    version = request.POST.get("version", "")
    try:
        services.send(agreement, version=int(version) if version.isdecimal() else 0, by=me(request.member))
    except SharingError as error:
        messages.error(request, str(error))
        return redirect("sharing:agreement-draft", agreement.public_id)
    messages.success(request, "The agreement is ready to be signed. Its text does not change any more.")
    return redirect("sharing:agreement-detail", agreement.public_id)
