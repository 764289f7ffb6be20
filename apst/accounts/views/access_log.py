"""The access log of the taskforce: who looked at records, when and from where. It names no pupil."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET

from apst.accounts import policies, queries
from apst.codelists import label
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from apst.web.tables import Cell, Heading

ROWS = 50
HEADINGS = [
    Heading("When"),
    Heading("Who"),
    Heading("Page"),
    Heading("What of"),
    Heading("Pupils shown", numeric=True),
]


@require_GET
@allowed(policies.can_see_access_log)
def access_log(request: MemberRequest) -> HttpResponse:
    """Entries, latest first; `refused=yes` shows refusals only, `before` is the entry that the page starts behind."""
    before, refused = request.GET.get("before", ""), request.GET.get("refused") == "yes"
    looks = queries.looks(before=int(before) if before.isdigit() else None, refused=refused, most=ROWS + 1)
    rows = [
        [
            Cell(f"{localtime(look.at):%-d %b %Y}", second=f"{localtime(look.at):%H:%M}"),
            Cell(look.who, second=look.address or ""),
            Cell("Refused" if look.refused else look.page, second=look.page if look.refused else ""),
            ", ".join(label("data_categories", code) for code in look.categories) or "Nothing was shown",
            look.pupils,
        ]
        for look in looks[:ROWS]
    ]
    following = f"?before={looks[ROWS - 1].number}{'&refused=yes' if refused else ''}" if len(looks) > ROWS else ""
    context = {"headings": HEADINGS, "rows": rows, "next": following, "refused": refused, "later": bool(before)}
    return render(request, "accounts/access_log.html", context)
