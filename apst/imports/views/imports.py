"""The pages of imports: upload, check, apply, undo, and the history."""

import io
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from apst.accounts.queries import me
from apst.imports import policies, queries, services
from apst.imports.exceptions import ImportsError
from apst.imports.forms import ApplyForm, HeadingsForm, OptionsForm, UploadForm
from apst.imports.models import Import, ImportLine
from apst.imports.reading import KINDS, Refused, ReportLine, template, write_report
from apst.imports.reading.headings import plain
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from apst.web.tables import Cell, Heading

CSV = "text/csv; charset=utf-8"
COLOURS = {"uploaded": "grey", "previewed": "yellow", "applied": "green", "undone": "grey", "failed": "red"}
LINE_HEADINGS = [Heading("Row"), Heading("Record"), Heading("Column"), Heading("Value"), Heading("Why")]
OUTCOMES = {"rejected": "Rejected rows", "change": "What changes", "add": "Rows to add", "unchanged": "Unchanged rows"}


@require_http_methods(["GET", "POST"])
@allowed(policies.can_import)
def import_list(request: MemberRequest) -> HttpResponse:
    """Upload a file, and the history of imports."""
    form = UploadForm(request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind", "")})
    if request.method == "POST" and form.is_valid():
        file, name = form.opened()
        try:
            record = services.take(
                file,
                kind=form.cleaned_data["kind"],
                file_name=name,
                submission_key=the_key(request),
                by=me(request.member),
            )
            return redirect("imports:import-detail", record.public_id)
        except Refused as refused:
            form.add_error("file", str(refused))
    before = request.GET.get("before", "")
    found = queries.history(int(before) if before.isdecimal() else None)
    rows = found[: queries.PAGE]
    older = f"?before={rows[-1].pk}" if len(found) > queries.PAGE else ""
    context = {"form": form, "table": _history(rows), "older": older, "kinds": KINDS.values()}
    return render(request, "imports/import_list.html", context)


def the_key(request: HttpRequest) -> uuid.UUID | None:
    """Give the key that a form carries against being sent twice; None where it has none."""
    try:
        return uuid.UUID(request.POST.get("submission_key", ""))
    except ValueError:
        return None


def _history(rows: list[Import]) -> dict[str, Any]:
    headings = [Heading("File"), Heading("Kind"), Heading("State"), Heading("Rows"), Heading("When and by whom")]
    lines = []
    for row in rows:
        when = f"{row.uploaded_at:%-d %b %Y}"
        counts = ", ".join(
            f"{row.count(key)} {words}"
            for key, words in (("add", "added"), ("change", "changed"), ("rejected", "rejected"))
        )
        who = row.uploaded_by.name if row.uploaded_by else "the system"
        lines.append(
            [
                Cell(row.file_name, href=f"/imports/{row.public_id}/"),
                Cell(row.get_kind_display()),
                Cell(row.get_state_display(), colour=COLOURS[row.state]),
                Cell(counts if row.state in ("applied", "undone") else ""),
                Cell(when, second=who),
            ]
        )
    return {"headings": headings, "rows": lines}


@require_http_methods(["GET"])
@allowed(policies.can_import)
def import_template(request: MemberRequest, kind: str) -> HttpResponse:
    """The empty file of a kind, with its headings."""
    if kind not in KINDS:
        raise Http404
    return _file(template(KINDS[kind]), f"{kind}.csv")


@require_http_methods(["GET"])
@allowed(policies.can_open, Import, related=("uploaded_by", "undone_by", "job"))
def import_detail(request: MemberRequest, record: Import) -> HttpResponse:
    """One import: its headings to name, its preview, or what came of it."""
    return _detail(request, record)


def _detail(request: MemberRequest, record: Import, *, form: Any = None, status: int = 200) -> HttpResponse:
    mine = policies.can_go_on(request.member, record)
    working = record.job is not None and not record.job.is_over
    context: dict[str, Any] = {
        "record": record,
        "kind": KINDS[record.kind],
        "mine": mine,
        "working": working,
        "failed": record.job.error if record.job and record.job.state == "failed" else "",
        "form": form,
        "may_undo": policies.can_undo(request.member, record),
        "back": "/imports/",
        "fingerprint": [record.sha256[n : n + 8] for n in range(0, 64, 8)],  # a phone breaks it between these
        "counts": [{"label": words, "value": f"{record.count(key):,}"} for key, words in COUNTED],
    }
    waits = record.state in (Import.State.UPLOADED, Import.State.PREVIEWED)
    if waits and mine and not working:
        context["options_form"] = (
            form if isinstance(form, OptionsForm)
            else OptionsForm(initial={"taken": "correction" if record.correction else "change", "as_at": record.as_at})
        )  # fmt: skip
        if record.headings:
            context["headings_form"] = form if isinstance(form, HeadingsForm) else _headings_form(record)
        context["apply_form"] = ApplyForm()
    if mine and not working:
        context["tables"] = [table for outcome in ("rejected", "change") if (table := _table(request, record, outcome))]
        context["warnings"] = _table(request, record, "warnings")
    return render(request, "imports/import_detail.html", context, status=status)


COUNTED = (("add", "To add"), ("change", "To change"), ("unchanged", "Unchanged"), ("rejected", "Rejected"))


def _headings_form(record: Import, data: Any = None) -> HeadingsForm:
    mapping = queries.mapping_of(record.kind)
    initial = {f"heading_{n}": mapping.get(plain(heading), "") for n, heading in enumerate(record.headings)}
    return HeadingsForm(data, kind=KINDS[record.kind], headings=record.headings, initial=initial)


def _table(request: HttpRequest, record: Import, outcome: str, after: int = 0) -> dict[str, Any] | None:
    """One page of a preview's lines, as a table; None where there are none."""
    if outcome == "warnings":
        found = list(queries.warnings(record)[: queries.PAGE + 1])
    else:
        found = queries.lines(record, outcome, after)
    if not found:
        return None
    rows = found[: queries.PAGE]
    _show(request, rows)
    return {
        "title": OUTCOMES.get(outcome, "To look at: imported all the same"),
        "headings": LINE_HEADINGS,
        "rows": [_cells(line) for line in rows],
        "more": f"/imports/{record.public_id}/rows/{outcome}/?after={rows[-1].pk}"
        if len(found) > len(rows) and outcome in OUTCOMES
        else "",
        "more_in_report": len(found) > len(rows) and outcome not in OUTCOMES,
    }


def _show(request: HttpRequest, rows: list[ImportLine]) -> None:
    pupils = {pupil for line in rows for pupil in line.pupils}
    shown(request, pupils, "identity")


def _cells(line: ImportLine) -> list[Any]:
    why = line.reason + (f" Did you mean {line.suggestion}?" if line.suggestion else "")
    return [f"Row {line.row}", line.reference, line.column, line.value[:200], why]


@require_http_methods(["GET"])
@allowed(policies.can_go_on, Import)
def import_rows(request: MemberRequest, record: Import, outcome: str) -> HttpResponse:
    """All rows of a preview that came to one outcome, a page at a time."""
    if outcome not in OUTCOMES:
        raise Http404
    after = request.GET.get("after", "")
    table = _table(request, record, outcome, int(after) if after.isdecimal() else 0)
    context = {"record": record, "title": OUTCOMES[outcome], "table": table, "back": f"/imports/{record.public_id}/"}
    return render(request, "imports/import_rows.html", context)


@require_http_methods(["GET"])
@allowed(policies.can_go_on, Import, related=("job",))
def import_progress(request: MemberRequest, record: Import) -> HttpResponse:
    """How far the work is; over, the page itself comes."""
    if record.job is None or record.job.is_over:
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    return render(request, "imports/_progress.html", {"record": record})


@require_http_methods(["GET"])
@allowed(policies.can_go_on, Import)
def import_report(request: MemberRequest, record: Import) -> HttpResponse:
    """The preview as CSV."""
    rows = list(ImportLine.objects.filter(of=record).order_by("pk"))
    _show(request, rows)
    text = io.StringIO(newline="")
    write_report(
        text, (ReportLine(r.row, r.outcome, r.reference, r.column, r.value, r.reason, r.suggestion) for r in rows)  # type: ignore[arg-type]  # the outcomes are the report's own
    )  # fmt: skip
    return _file(text.getvalue(), f"import-{record.kind}-report.csv")


@require_http_methods(["POST"])
@allowed(policies.can_go_on, Import)
def import_headings(request: MemberRequest, record: Import) -> HttpResponse:
    """Say in which row the headings are, or what they mean."""
    row = request.POST.get("row", "")
    if row.isdecimal():
        return _do(
            request, record, lambda: services.name_headings(record, row=min(int(row), 1000), by=me(request.member))
        )
    form = _headings_form(record, request.POST)
    if not form.is_valid():
        return _detail(request, record, form=form)
    return _do(request, record, lambda: services.name_headings(record, mapping=form.mapping, by=me(request.member)))


@require_http_methods(["POST"])
@allowed(policies.can_go_on, Import)
def import_options(request: MemberRequest, record: Import) -> HttpResponse:
    """Take facts as changes or as corrections, and check again."""
    form = OptionsForm(request.POST)
    if not form.is_valid():
        return _detail(request, record, form=form)
    correction, as_at = form.cleaned_data["taken"] == "correction", form.cleaned_data["as_at"] or localdate()
    return _do(
        request,
        record,
        lambda: services.change_options(record, correction=correction, as_at=as_at, by=me(request.member)),
    )


@require_http_methods(["POST"])
@allowed(policies.can_go_on, Import)
def import_apply(request: MemberRequest, record: Import) -> HttpResponse:
    """Apply what was checked."""
    skip = bool(request.POST.get("skip_rejected"))
    return _do(request, record, lambda: services.ask_to_apply(record, skip_rejected=skip, by=me(request.member)))


@require_http_methods(["POST"])
@allowed(policies.can_go_on, Import)
def import_discard(request: MemberRequest, record: Import) -> HttpResponse:
    """Give the file up."""
    return _do(request, record, lambda: services.discard(record, by=me(request.member)))


@require_http_methods(["POST"])
@allowed(policies.can_undo, Import)
def import_undo(request: MemberRequest, record: Import) -> HttpResponse:
    """Undo the import as a whole."""
    return _do(request, record, lambda: services.ask_to_undo(record, by=me(request.member)))


def _do(request: MemberRequest, record: Import, act: Any) -> HttpResponse:
    try:
        act()
    except (ImportsError, Refused) as refusal:
        messages.error(request, str(refusal))
    return redirect("imports:import-detail", record.public_id)


def _file(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text.encode("utf-8"), content_type=CSV)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
