"""The access log: who looked at records, when and from where; of the taskforce, of one child, or what one saw oneself.

It names no pupil, and asks for a case by its reference, since the information governance lead sees no case.
"""

import csv
import uuid
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.views.decorators.http import require_GET, require_POST

from apst.accounts import looks as log
from apst.accounts import policies
from apst.accounts.forms import LooksForm
from apst.codelists import label
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from apst.web.tables import Cell, Heading

MOST_EXPORTED: Final = 10_000
HEADINGS: Final = [
    Heading("When"),
    Heading("Who"),
    Heading("Page"),
    Heading("What of"),
    Heading("Pupils shown", numeric=True),
]
UNUSUAL: Final = Heading("To ask about")
COLUMNS: Final = ("when", "who", "from", "page", "refused", "what_of", "reason", "pupils_shown", "to_ask_about")


def _categories(look: log.Look) -> str:
    return ", ".join(label("data_categories", code) for code in look.categories)


def _row(look: log.Look, *, flagged: bool) -> list[Any]:
    page = Cell("Refused", second=look.page) if look.refused else Cell(look.page, second=look.reason)
    row = [
        Cell(f"{localtime(look.at):%-d %b %Y}", second=f"{localtime(look.at):%H:%M}"),
        Cell(look.who, second=look.address or ""),
        page,
        _categories(look) or "Nothing was shown",
        0 if look.refused else look.pupils,
    ]
    return [*row, "; ".join(look.signs)] if flagged else row


def _form(request: MemberRequest) -> LooksForm:
    kept = request.GET.copy()
    for name in kept.keys() - LooksForm.names():
        del kept[name]  # nothing else that somebody wrote into the address, which no link may hand on
    return LooksForm(kept, whole=policies.answers_for_looks(request.member))


def _page(request: MemberRequest, *, pupil: int | None = None, **context: Any) -> HttpResponse:
    form = _form(request)
    flagged = policies.answers_for_looks(request.member)
    before = request.GET.get("before", "")
    start = int(before) if before.isascii() and before.isdecimal() and len(before) < 19 else None
    asked = flagged and form.is_valid() and form.cleaned_data["ask"]
    wanted = form.wanted(pupil)
    found = log.to_ask_about(wanted, before=start) if asked else log.looks(wanted, before=start, flagged=flagged)
    following = urlencode([*form.data.items(), ("before", found.before)]) if found.before else ""
    context |= {
        "filter": form,
        "headings": [*HEADINGS, UNUSUAL] if flagged else HEADINGS,
        "rows": [_row(look, flagged=flagged) for look in found.rows],
        "next": f"?{following}" if following else "",
        "filtered": any(form.data.values()),
        "later": bool(before),
        "asked": asked,
        "scanned": log.SCANNED,
        "whole": flagged,
    }
    return render(request, "accounts/access_log.html", context, status=422 if form.errors else 200)


@require_GET
@allowed(policies.can_see_access_log)
def access_log(request: MemberRequest) -> HttpResponse:
    """Entries, latest first, as the filters in the address leave them: everybody's, or one's own."""
    return _page(request)


@require_POST
@allowed(policies.answers_for_looks)
def looks_find(request: MemberRequest) -> HttpResponse:
    """Go to the looks at one case, by its reference, which stands in no address."""
    found = log.case_looked_at(request.POST.get("reference", "").strip() or "-")
    if found is None:
        messages.error(
            request, "There is no case with this reference whose looks you answer for. Check it and try again."
        )
        return redirect("accounts:access-log")
    return redirect("accounts:looks-at", public_id=found[0])


def _case(request: MemberRequest, public_id: uuid.UUID) -> tuple[str, str, int]:
    found = log.case_looked_at(str(public_id))
    if found is None:
        raise Http404
    shown(request, [found[2]], "identity")
    return found


@require_GET
@allowed(policies.answers_for_looks)
def looks_at(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who looked at the record of one child, by their case."""
    named, reference, pupil = _case(request, public_id)
    address = reverse("accounts:looks-export", args=[named])
    kept = {name: value for name, value in request.GET.items() if name in LooksForm.names()}
    sees_case = request.member.may("case.brief")
    back = reverse("cases:case-detail", args=[named]) if sees_case else reverse("accounts:access-log")
    return _page(request, pupil=pupil, reference=reference, export=f"{address}?{urlencode(kept)}", back=back)


@require_GET
@allowed(policies.answers_for_looks)
def looks_export(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    """The same as a file, the latest MOST_EXPORTED of them; dates and times as the clock on the wall showed them."""
    _, _, pupil = _case(request, public_id)
    found = log.looks(_form(request).wanted(pupil), before=None, flagged=True, most=MOST_EXPORTED)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="looks-{localdate()}.csv"'
    writer = csv.writer(response, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for look in found.rows:
        writer.writerow(
            _safe(str(value))
            for value in (
                f"{localtime(look.at):%Y-%m-%d %H:%M:%S}",
                look.who,
                look.address or "",
                look.page,
                "yes" if look.refused else "no",
                _categories(look),
                look.reason,
                0 if look.refused else look.pupils,
                "; ".join(look.signs),
            )
        )
    return response


def _safe(text: str) -> str:
    """Give text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
