"""The triage queue: the list, accepting in one click, and taking it back on the same row."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apst.accounts.queries import me
from apst.places.calendar import SchoolCalendar
from apst.web.allowed import allowed
from apst.web.forms import active_filters
from apst.web.requests import MemberRequest, shown
from apst.web.tables import sortable
from referrals import policies, queries, services
from referrals.exceptions import AlreadyTriaged, ReferralRefused
from referrals.forms.triage import QueueFilter
from referrals.models import Referral
from referrals.rows import QueueRow, own_row, queue_row

PAGING = ("after", "before", "done")


def uuid_in(params: QueryDict, name: str) -> UUID | None:
    """Give a UUID of the address, None where there is none or it is nonsense."""
    try:
        return UUID(params.get(name, ""))
    except ValueError:
        return None


def address(params: QueryDict, **changes: object) -> str:
    """Give the list's address with the filters of `params`, other paging and `changes`."""
    kept = params.copy()
    for name in PAGING:
        kept.pop(name, None)
    for name, value in changes.items():
        kept[name] = str(value)
    query = kept.urlencode()
    return reverse("referrals:referral-list") + (f"?{query}" if query else "")


@require_GET
@allowed(policies.can_list)
def referral_list(request: MemberRequest) -> HttpResponse:
    """The queue; one's own referrals for those who follow only these."""
    return _own(request) if policies.follows_own_only(request.member) else _queue(request)


def _own(request: MemberRequest) -> HttpResponse:
    page = queries.page_of(
        queries.own(request.member),
        sort="-waiting",
        after=uuid_in(request.GET, "after"),
        before=uuid_in(request.GET, "before"),
    )
    shown(request, page.rows, "identity", "intervention")
    context = {"rows": [own_row(referral) for referral in page.rows], **_neighbours(request, page)}
    return render(request, "referrals/own.html", context)


def _queue(request: MemberRequest) -> HttpResponse:
    aim = queries.targets().triage_school_days
    form = QueueFilter(request.GET, aim=aim)
    chosen = form.cleaned_data if form.is_valid() else {}
    clock = queries.WaitingClock(SchoolCalendar.of(), aim=aim)
    over = chosen.get("over")
    rows, count = queries.queue(
        states=chosen.get("state", ()),
        site=chosen.get("site"),
        source=chosen.get("source", ""),
        reason=chosen.get("reason", ""),
        received_by=clock.received_by(over) if over else None,
        also=uuid_in(request.GET, "done"),
    )
    sort = chosen.get("sort") if chosen.get("sort") in queries.SORTS else "waiting"
    page = queries.page_of(
        rows, sort=sort or "", after=uuid_in(request.GET, "after"), before=uuid_in(request.GET, "before")
    )
    shown(request, page.rows, "identity", "intervention")
    context: dict[str, Any] = {
        "rows": [queue_row(referral, request.member, clock) for referral in page.rows],
        "count": count,
        "waiting_only": not chosen.get("state"),
        "filter": form,
        "active": active_filters(form, label=None),
        "clear": address(QueryDict()),
        "by_name": sortable("Pupil", "name", now=sort or "", params=request.GET),
        "by_wait": _by_wait(request.GET, sort or ""),
        "here": request.GET.urlencode(),
        **_neighbours(request, page),
    }
    return render(request, "referrals/queue.html", context)


def _by_wait(params: QueryDict, sort: str) -> Any:
    # "waiting" is the longest wait first, which to a reader of the numbers is falling.
    heading = sortable("School days", "waiting", now=sort, params=params)
    turned = {"ascending": "descending", "descending": "ascending"}.get(heading.direction, "")
    return type(heading)(heading.text, False, heading.href, turned)


def _neighbours(request: HttpRequest, page: queries.Page[Referral]) -> dict[str, str]:
    return {
        "previous": address(request.GET, before=page.before) if page.before else "",
        "next": address(request.GET, after=page.after) if page.after else "",
    }


def _back(request: MemberRequest, referral: Referral) -> str:
    """Where a form on a row returns to: the record, or the list as it was, with this row still in it."""
    if request.POST.get("from") == "record":
        return reverse("referrals:referral-detail", args=[referral.public_id])
    here = QueryDict(request.POST.get("here", ""))
    place = {name: value for name in ("after", "before") if (value := uuid_in(here, name))}
    return f"{address(here, **place, done=referral.public_id)}#row-{referral.public_id}"


def _row(request: MemberRequest, referral: Referral, trouble: str = "") -> HttpResponse:
    """The row as it is now, for htmx to put in the old one's place."""
    fresh = queries.for_row(referral)
    shown(request, [fresh], "identity", "intervention")
    clock = queries.WaitingClock(SchoolCalendar.of(), aim=queries.targets().triage_school_days)
    row: QueueRow = queue_row(fresh, request.member, clock)
    context = {"row": row, "here": request.POST.get("here", ""), "trouble": trouble, "swapped": True}
    return render(request, "referrals/_row.html", context)


@require_POST
@allowed(policies.can_triage, Referral)
def accept(request: MemberRequest, referral: Referral) -> HttpResponse:
    """Accept in one click: every criterion of the eligibility in force is recorded as met."""
    eligibility = queries.current_eligibility()
    seen = request.POST.get("version", "")
    trouble = ""
    try:
        services.triage(
            referral,
            outcome="accepted",
            criteria=dict.fromkeys(eligibility.criteria if eligibility else (), "met"),
            version=int(seen) if seen.isdecimal() else None,
            by=me(request.member),
        )
    except AlreadyTriaged:
        # A second click: what it asks for has happened.
        pass
    except ReferralRefused as error:
        trouble = str(error)
    return _answered(request, referral, trouble, "Accepted. It is now to be allocated.")


@require_POST
@allowed(policies.can_triage, Referral)
def undo(request: MemberRequest, referral: Referral) -> HttpResponse:
    """Take back the decision that the row showed."""
    named = uuid_in(request.POST, "decision")
    decision = referral.decisions.filter(public_id=named).first() if named else None
    trouble = "" if decision else "There is no decision to undo."
    if decision:
        decision.referral = referral
        try:
            services.undo(decision, by=me(request.member))
        except ReferralRefused as error:
            trouble = str(error)
    return _answered(request, referral, trouble, "The decision was undone.")


def _answered(request: MemberRequest, referral: Referral, trouble: str, done: str) -> HttpResponse:
    if getattr(request, "htmx", False) and request.POST.get("from") != "record":
        return _row(request, referral, trouble)
    if trouble:
        messages.error(request, trouble)
    else:
        messages.success(request, done)
    return redirect(_back(request, referral))
