"""The pages of the return."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from apst.audit import access_log
from apst.jobs.models import Job
from apst.jobs.services import ask_for
from apst.places.calendar import Period, SchoolCalendar
from apst.web.allowed import View, allowed
from apst.web.requests import MemberRequest, address_of, shown
from apst.web.tables import Cell as TableCell
from apst.web.tables import Heading

from . import fact_tables, policies
from .benchmarks import averages
from .costs import Line, costs_of
from .exceptions import ReturnRefused
from .forms import PeriodForm
from .layout import UNITS, Words
from .lineage import FactList, Lineage, lineage_of
from .measures import measure
from .models import MIReturn, ReturnDocument
from .queries import BUILD, DRAW, PeriodLine, ReturnPages, builds_by_period, period_lines, whole_periods
from .renderings import CONTENT_TYPES, FORMS, file_name
from .renderings.cover import INTERNAL, SHAPE, SYMBOLS, cover_rows
from .renderings.pdf import UNAVAILABLE, charts
from .services import ask_for_pdf, period_of, render_return


def of_return(policy: Callable[..., bool], *, related: tuple[str, ...] = ()) -> Callable[[View], View]:
    """Guard a view of one return. The policy comes first: some scopes may not even ask the table."""

    def guard(view: View) -> View:
        return allowed(policy)(allowed(policy, MIReturn, related=related)(view))

    return guard


@require_GET
@allowed(policies.can_open)
def return_list(request: MemberRequest) -> HttpResponse:
    """The periods, with what was built of them."""
    calendar, today = SchoolCalendar.of(), timezone.localdate()
    context = {"lines": period_lines(calendar, today=today), "whole_periods": whole_periods(calendar, today=today)}
    return render(request, "reporting/return_list.html", context)


@require_http_methods(["POST"])
@allowed(policies.can_build)
def return_build(request: MemberRequest) -> HttpResponse:
    """Ask for a return to be built; asked twice, it is one build."""
    try:
        period = period_of(request.POST.get("period", ""), SchoolCalendar.of())
    except ReturnRefused as refused:
        messages.error(request, str(refused))
        return redirect("reporting:return-list")
    job = ask_for(BUILD, key=f"{period.key}/{request.member.person_id}", args={"period": period.key})
    return redirect("reporting:build-progress", job.public_id)


@require_GET
@allowed(policies.can_open, Job)
def build_progress(request: MemberRequest, job: Job) -> HttpResponse:
    """How far a build is; htmx asks again for the part that changes."""
    if job.kind != BUILD:
        raise Http404
    if request.htmx:  # type: ignore[attr-defined]  # put there by django-htmx
        return render(request, "reporting/_progress.html", {"job": job})
    if job.state == Job.State.DONE:
        return redirect("reporting:return-detail", job.result["return"])
    return render(request, "reporting/build_progress.html", {"job": job, "back": "/returns/"})


@require_GET
@of_return(policies.can_open, related=("built_by",))
def return_detail(request: MemberRequest, mi_return: MIReturn) -> HttpResponse:
    """The figures, section by section; each opens the rows behind it."""
    pages = ReturnPages.of(mi_return)
    has_pdf, pdf_words, may_draw = _pdf_state(mi_return)
    context = {
        "pages": pages,
        "mi_return": mi_return,
        "line": PeriodLine(pages.period, mi_return, builds_by_period().get(mi_return.period)),
        "summary": [{"key": key, "value": value} for key, value in cover_rows(pages) if key != "Taskforce"],
        "charts": charts(pages),
        "address": "cells/",
        "may_build": policies.can_build(request.member),
        "may_download": policies.can_download(request.member),
        "has_pdf": has_pdf,
        "pdf_words": pdf_words,
        "may_draw": may_draw and policies.can_build(request.member),
        "shape": SHAPE,
        "internal": INTERNAL,
        "symbols": SYMBOLS,
        "back": "/returns/",
    }
    return render(request, "reporting/return_detail.html", context)


def _pdf_state(mi_return: MIReturn) -> tuple[bool, str, bool]:
    """Say whether the PDF of these figures is there, in words why not, and whether it can be asked for."""
    if ReturnDocument.objects.filter(mi_return=mi_return, form="pdf", fingerprint=mi_return.fingerprint).exists():
        return True, "", False
    if not settings.PDF_AVAILABLE:
        return False, UNAVAILABLE, False
    job = Job.objects.filter(kind=DRAW, key__startswith=_pdf_key(mi_return)).order_by("-pk").first()
    if job is None:
        return False, "The PDF has not been made yet.", True
    if job.state == Job.State.FAILED:
        return False, f"The PDF could not be made. {job.error}", True
    return False, "The PDF is being made. Load this page again in a moment.", False


def _pdf_key(mi_return: MIReturn) -> str:
    return f"{mi_return.pk}/{mi_return.fingerprint[:24]}"


@require_http_methods(["POST"])
@of_return(policies.can_build)
def return_draw(request: MemberRequest, mi_return: MIReturn) -> HttpResponse:
    """Ask for the PDF of figures that were built without one."""
    if settings.PDF_AVAILABLE:
        ask_for_pdf(mi_return)
    else:
        messages.warning(request, UNAVAILABLE)
    return redirect("reporting:return-detail", mi_return.public_id)


@require_GET
@of_return(policies.can_download, related=("built_by",))
def return_download(request: MemberRequest, mi_return: MIReturn, form: str) -> HttpResponse:
    """The return as a file; each download leaves an access-log entry, which names no pupil."""
    if form not in FORMS or mi_return.built_at is None:
        raise Http404
    if form == "pdf":
        document = ReturnDocument.objects.filter(
            mi_return=mi_return, form=form, fingerprint=mi_return.fingerprint
        ).first()
        if document is None:
            return redirect("reporting:return-detail", mi_return.public_id)
        content = bytes(document.content)
    else:
        content = render_return(mi_return, form)
    access_log.record(
        page="reporting:return-download", reason=form, address=address_of(request), request_id=request.request_id
    )
    name = file_name(request.member.taskforce.slug, mi_return.period, form)
    return HttpResponse(
        content, content_type=CONTENT_TYPES[form], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_GET
@of_return(policies.can_open)
def cell_detail(request: MemberRequest, mi_return: MIReturn, position: int) -> HttpResponse:
    """The rows behind one figure, in the reader's own scope."""
    cell = mi_return.cells.filter(position=position).first()
    if cell is None:
        raise Http404
    lineage = lineage_of(mi_return, cell)
    words = Words()
    names = zip(cell.breakdown.split("|"), cell.category.split("|"), strict=False)
    context = {
        "cell": cell,
        "measure": measure(mi_return.template, cell.measure),
        "period": ReturnPages(request.member.taskforce, mi_return, []).period,
        "heading": ", ".join(words.category(*pair) for pair in names) if cell.breakdown != "all" else "All",
        "unit": UNITS[cell.unit].lower() if cell.unit != "fte" else "FTE",
        "formula": _formula(lineage),
        "lists": [_list(request, lineage, one) for one in lineage.lists],
        "back": f"/returns/{mi_return.public_id}/#{cell.measure}",
    }
    return render(request, "reporting/cell_detail.html", context)


def _formula(lineage: Lineage) -> str:
    cell = lineage.cell
    parts = []
    if cell.numerator is not None and cell.denominator is not None:
        parts.append(f"{cell.numerator:,} over {cell.denominator:,}, rounded once.")
    if cell.measure == "C6":
        parts.append("The first number is minutes; the second is pupils, or hundredths of FTE times days.")
    if cell.breakdown == "at_least_four":
        parts.append(f"{cell.amount} of the eight core types are in post on the last day.")
    if lineage.opening:
        what = "pupils" if cell.unit == "pupils" else "minutes"
        parts.append(f"The opening balance adds {lineage.opening:,} {what}, which have no rows here.")
    return " ".join(parts)


def _list(request: HttpRequest, lineage: Lineage, one: FactList) -> dict[str, Any]:
    """One list as the template shows it: a page of rows, what they come to, and how many more there are."""
    kind = one.declared.kind
    after, before = (_whole(request.GET.get(f"{one.name}-{way}")) for way in ("after", "before"))
    facts, previous, following = one.page(after=after, before=before)
    shown(request, [fact.pupil_id for fact in facts if fact.pupil_id], *fact_tables.CATEGORIES.get(kind, ()))
    hidden = one.facts - one.visible_count()
    sentence = f"{one.facts:,} {'row' if one.facts == 1 else 'rows'}."
    if one.declared.total == "minutes":
        sentence = f"{sentence[:-1]}, {one.amount:,} minutes in all."
    restricted = ""
    if hidden:
        restricted = f"And {hidden:,} restricted {'row' if hidden == 1 else 'rows'}"
        if one.declared.total == "minutes":
            restricted += f", {one.amount - one.visible_amount():,} minutes"
        restricted += ", which you may not see."
    titles = {"rows": "The rows" if len(lineage.lists) == 1 else "Numerator", "base": "Denominator"}
    return {
        "name": one.name,
        "title": titles[one.name],
        "sentence": sentence,
        "headings": fact_tables.headings(kind),
        "rows": fact_tables.rows(kind, facts),
        "restricted": restricted,
        "previous": f"?{one.name}-before={previous}#{one.name}" if previous else "",
        "next": f"?{one.name}-after={following}#{one.name}" if following else "",
    }


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


def _money(pounds: int) -> str:
    return f"£{pounds:,}"


def _exact(pounds: str) -> str:
    """Pounds and pence in words. pounds: a decimal number, "" where it is not known."""
    return f"£{Decimal(pounds):,}" if pounds else "Not known"


def _cost_rows(lines: list[Line]) -> list[list[TableCell]]:
    return [
        [
            TableCell(line.words),
            TableCell(_money(line.pounds)),
            TableCell(
                _money(line.average.pounds) if line.average else "None published",
                second=f"{line.note} ({line.average.period})".strip() if line.average else "",
            ),
        ]
        for line in lines
    ]


@require_GET
@allowed(policies.can_see_costs)
def costs(request: MemberRequest) -> HttpResponse:
    """What the taskforce costs in the period of a built return, by hour and supported pupil, beside the averages."""
    returns = {one.period: one for one in MIReturn.objects.order_by("number")}
    ordered = sorted(returns.values(), key=lambda one: (one.ends_on, one.starts_on), reverse=True)
    filter_form = PeriodForm(request.GET or None, returns=ordered)
    chosen = filter_form.chosen()
    context: dict[str, Any] = {"chosen": chosen, "filter": filter_form}
    if chosen:
        found = costs_of(chosen)
        context |= {
            "period": Period(chosen.period, chosen.starts_on, chosen.ends_on),
            "costs": found,
            "stats": [
                {"label": "Running costs", "value": _money(found.total)},
                {"label": "A specialist hour", "value": _exact(found.an_hour),
                 "note": f"{Decimal(found.hours).normalize():f} hours delivered"},
                {"label": "A supported pupil", "value": f"£{int(found.a_pupil):,}" if found.a_pupil else "Not known",
                 "note": f"{found.pupils} pupils supported"},
            ],
            "headings": [
                Heading("Cost"), Heading("Here", numeric=True), Heading("DfE’s average of a year", numeric=True),
            ],
            "running": _cost_rows(found.running),
            "set_up": _cost_rows(found.set_up),
            "source": averages()["specialist_each"].source,
        }  # fmt: skip
    return render(request, "reporting/costs.html", context)
