"""The register of disclosures, its export, and what a partner has seen."""

import csv
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET

from apst.web.allowed import allowed
from apst.web.forms import active_filters
from apst.web.requests import MemberRequest, shown
from apst.web.tables import Cell, Heading
from sharing import policies
from sharing.forms.guests import RegisterForm
from sharing.models import Disclosure, Partner
from sharing.queries import disclosures
from sharing.queries.shared import summary_of

ROWS = 50
MOST_EXPORTED = 20_000
HEADINGS = (Heading("When"), Heading("Cases"), Heading("To whom"), Heading("Answer"), Heading("Categories"),
            Heading("What says so"))  # fmt: skip
SEEN = (Heading("Case"), Heading("Categories"), Heading("First seen"), Heading("Last seen"),
        Heading("Times", numeric=True), Heading("People", numeric=True))  # fmt: skip
COLUMNS = ("made_at", "way", "answer", "cases", "partner", "by", "purpose", "clause", "reason", "categories asked",
           "categories given", "records")  # fmt: skip


def _asked(request: MemberRequest) -> tuple[RegisterForm, Any]:
    form = RegisterForm(request.GET or None)
    # A filter that is not understood shows nothing, rather than everything.
    if form.is_bound and not form.is_valid():
        return form, Disclosure.objects.none()
    return form, disclosures.register(**(form.cleaned_data if form.is_bound else {}))


def _cases(one: Disclosure) -> str:
    """The cases of a disclosure as its reader may know them: whoever reads no case learns how many; "" for none."""
    seen = [row.case.reference for row in one.records.all() if row.case]
    hidden = sum(row.case_id is not None and row.case is None for row in one.records.all())
    number = f"{hidden} case{'' if hidden == 1 else 's'} that you do not see" if hidden else ""
    return ", ".join([*seen, *([number] if number else [])])


@require_GET
@allowed(policies.can_see_disclosures)
def disclosure_list(request: MemberRequest) -> HttpResponse:
    """What was shared and what was refused, the last first; `before` is the one that the page starts behind."""
    form, found = _asked(request)
    before = request.GET.get("before", "")
    page = list((found.filter(pk__lt=int(before[:18])) if before.isdigit() else found)[: ROWS + 1])
    for one in page[:ROWS]:
        shown(request, [row.pupil_id for row in one.records.all()], "identity")
    rows = [
        [
            Cell(f"{localtime(one.made_at):%-d %b %Y}", second=f"{localtime(one.made_at):%H:%M}"),
            _cases(one) or "No case",
            Cell(str(one.partner or one.recipient or "Nobody"), second=f"{one.made_by.name}, {one.get_way_display()}"),
            one.get_outcome_display(),
            summary_of(one.given) or "Nothing",
            Cell(one.clause or "Not said", second=one.reason),
        ]
        for one in page[:ROWS]
    ]
    asked = request.GET.copy()
    asked.pop("before", None)
    query = asked.urlencode()
    if len(page) > ROWS:
        asked["before"] = str(page[ROWS - 1].pk)
    chosen = form.cleaned_data.get("partner") if form.is_bound and form.is_valid() else None
    context = {
        "form": form,
        "active": active_filters(form),
        "headings": HEADINGS,
        "rows": rows,
        "next": f"?{asked.urlencode()}" if len(page) > ROWS else "",
        "export": f"{reverse('sharing:disclosure-export')}{f'?{query}' if query else ''}",
        "partner": chosen,
        "may_recall": policies.can_recall(request.member),
        "own": not policies.can_recall(request.member),
    }
    return render(request, "sharing/disclosure_list.html", context)


@require_GET
@allowed(policies.can_see_disclosures)
def disclosure_export(request: MemberRequest) -> HttpResponse:
    """The same as a table: the latest MOST_EXPORTED that the filters of the address leave."""
    _, found = _asked(request)
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="disclosures.csv"'},
    )
    out = csv.writer(answer, lineterminator="\r\n")
    out.writerow(COLUMNS)
    for one in found[:MOST_EXPORTED]:
        records = list(one.records.all())
        shown(request, [row.pupil_id for row in records], "identity")
        kept = {table: len(ids) for row in records for table, ids in row.records.items()}
        out.writerow(
            _plain(value)
            for value in (
                f"{localtime(one.made_at):%Y-%m-%d %H:%M}", one.way, one.outcome, _cases(one),
                str(one.partner or one.recipient), one.made_by.name, one.purpose, one.clause, one.reason,
                ";".join(one.asked), ";".join(one.given),
                ";".join(f"{name}: {number}" for name, number in kept.items()),
            )
        )  # fmt: skip
    return answer


def _plain(value: str) -> str:
    """Give a value that no spreadsheet takes for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _case_of(line: dict[str, Any], href: str) -> Cell:
    if line["reference"]:
        return Cell(line["reference"], href=href)
    return Cell("A case that you do not see" if line["case_id"] else "No case")


@require_GET
@allowed(policies.can_recall, Partner)
def partner_seen(request: MemberRequest, partner: Partner) -> HttpResponse:
    """What a partner has seen on its pages and otherwise, a line a case: for recall."""
    lines = disclosures.seen_by(partner)
    shown(request, [line["pupil_id"] for line in lines], "identity")
    register = reverse("sharing:disclosure-list")
    rows = [
        [
            _case_of(line, f"{register}?partner={partner.public_id}&case={line['reference']}"),
            summary_of(line["categories"]) or "Only that there is a case",
            f"{localtime(line['first']):%-d %b %Y}",
            f"{localtime(line['last']):%-d %b %Y}",
            line["times"],
            line["people"],
        ]
        for line in lines
    ]  # fmt: skip
    context = {"partner": partner, "headings": SEEN, "rows": rows, "back": f"{register}?partner={partner.public_id}"}
    return render(request, "sharing/partner_seen.html", context)
