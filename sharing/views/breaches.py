"""Personal data breaches: reporting one, the register, and one of them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_http_methods

from apst.accounts.looks import case_looked_at
from apst.accounts.queries import me
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from apst.web.tables import Cell, Heading
from cases.views.acts import submission_key
from cases.views.cases import complain
from cases.views.writing import based_on
from sharing import policies, services
from sharing.exceptions import SharingError
from sharing.forms.breaches import CloseForm, DecideForm, KnownForm, ReportForm, StepForm
from sharing.models import Breach
from sharing.queries import breaches
from sharing.queries.shared import words_of

ROWS = 50
LIST = (Heading("Reported"), Heading("What"), Heading("How it stands"), Heading("Reported by"))


def _day(moment: Any) -> str:
    return f"{localtime(moment):%-d %B %Y, %H:%M}" if moment else ""


@require_http_methods(["GET", "POST"])
@allowed(policies.can_report_breach)
def breach_new(request: MemberRequest) -> HttpResponse:
    """Report a breach in a line."""
    form = ReportForm(request.POST or None)
    if form.is_valid():
        try:
            made = services.report_breach(
                form.cleaned_data["what"], submission_key=submission_key(request), by=me(request.member)
            )
        except SharingError as error:
            complain(form, error)
        else:
            messages.success(
                request, "It is reported. The manager, the safeguarding lead and the information lead are told."
            )
            return redirect("sharing:breach-detail", public_id=made.public_id)
    context = {"form": form, "title": "Report a data breach", "submit": "Report it", "cancel": reverse("home")}
    return render(request, "sharing/breach_new.html", context, status=422 if form.errors else 200)


@require_GET
@allowed(policies.can_report_breach)
def breach_list(request: MemberRequest) -> HttpResponse:
    """The register, the last reported first; whoever does not answer for it sees what they reported. `before`: the one
    that the page starts behind.
    """
    before = request.GET.get("before", "")
    found = list(breaches.breaches(before=int(before[:18]) if before.isdigit() else None)[: ROWS + 1])
    rows = []
    for one in found[:ROWS]:
        words, colour = breaches.standing_of(one)
        rows.append([
            Cell(_day(one.reported_at), reverse("sharing:breach-detail", args=[one.public_id])),
            one.what if len(one.what) <= 120 else f"{one.what[:117]} ...",
            Cell(words, colour=colour),
            one.reported_by.name,
        ])  # fmt: skip
    context = {
        "headings": LIST,
        "rows": rows,
        "answers": policies.can_recall(request.member),
        "next": f"?before={found[ROWS - 1].pk}" if len(found) > ROWS else "",
    }
    return render(request, "sharing/breach_list.html", context)


@require_GET
@allowed(policies.can_see_breach, Breach, related=("reported_by",))
def breach_detail(request: MemberRequest, breach: Breach) -> HttpResponse:
    """One breach: what is known, what was decided, what was done, and who looked at the records that it touches."""
    words, colour = breaches.standing_of(breach)
    answers = policies.can_keep_breach(request.member, breach)
    looked_at = [(one, case_looked_at(one)) for one in breach.cases] if policies.can_recall(request.member) else []
    shown(request, [found[2] for _, found in looked_at if found], "identity")
    facts = {
        "Reported": f"{_day(breach.reported_at)}, {breach.reported_by.name}",
        "Happened": f"{breach.happened_on:%-d %B %Y}" if breach.happened_on else "",
        "The taskforce knew": _day(breach.aware_at),
        "To be decided by": _day(breach.due_at),
        "What of": ", ".join(words_of(breach.categories)),
        "People": str(breach.people) if breach.people is not None else "",
        "It may lead to": breach.consequences,
        "Done and to be done": breach.measures,
        "Risk": breach.get_risk_display() if breach.risk else "",
        "Why": breach.why,
        "Information Commissioner told": " ".join((_day(breach.commissioner_told_at), breach.commissioner_reference)),
        "The people": breach.people_told,
        "Partners": breach.partners_told,
        "Learnt": breach.lessons,
    }
    context = {
        "breach": breach,
        "standing": words,
        "colour": colour,
        "facts": [{"key": name, "value": value.strip()} for name, value in facts.items() if value.strip()],
        "steps": breach.steps.select_related("said_by"),
        "cases": [(reference, found[0] if found else "") for reference, found in looked_at],
        "answers": answers,
        "step_form": StepForm() if policies.can_add_step(request.member, breach) else None,
        "back": reverse("sharing:breach-list"),
    }
    return render(request, "sharing/breach_detail.html", context)


def _form(
    request: MemberRequest, breach: Breach, form: Any, *, act: Callable[[], object], said: str, **page: Any
) -> HttpResponse:
    """Do what a form asks and go back to the breach, or show the form with what is wrong."""
    to = reverse("sharing:breach-detail", args=[breach.public_id])
    if form.is_valid():
        try:
            act()
        except SharingError as error:
            complain(form, error)
        else:
            messages.success(request, said)
            return redirect(to)
    context = {"form": form, "cancel": to, "based_on": based_on(request) or breach.version, **page}
    return render(request, "sharing/breach_form.html", context, status=422 if form.errors else 200)


def _version(request: MemberRequest, breach: Breach) -> int:
    seen = based_on(request)
    return breach.version if seen is None else seen


@require_http_methods(["GET", "POST"])
@allowed(policies.can_keep_breach, Breach)
def breach_change(request: MemberRequest, breach: Breach) -> HttpResponse:
    """Keep what is known of a breach by now."""
    form = KnownForm(request.POST or None, initial=KnownForm.known(breach))
    return _form(
        request, breach, form, title="What is known", said="It is kept.",
        act=lambda: services.keep_breach(
            breach, **form.said(), version=_version(request, breach), by=me(request.member)
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@allowed(policies.can_keep_breach, Breach)
def breach_decide(request: MemberRequest, breach: Breach) -> HttpResponse:
    """Decide how great the risk is, and say who was told."""
    form = DecideForm(request.POST or None, initial=DecideForm.known(breach))
    return _form(
        request, breach, form, title="Decide", said="The decision is kept.",
        act=lambda: services.decide_breach(
            breach, **form.said(), version=_version(request, breach), by=me(request.member)
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@allowed(policies.can_add_step, Breach)
def breach_step(request: MemberRequest, breach: Breach) -> HttpResponse:
    """Add what was done about it."""
    form = StepForm(request.POST or None)
    return _form(
        request, breach, form, title="What was done", said="It is added.",
        act=lambda: services.add_step(
            breach, **form.cleaned_data, submission_key=submission_key(request), by=me(request.member)
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@allowed(policies.can_keep_breach, Breach)
def breach_close(request: MemberRequest, breach: Breach) -> HttpResponse:
    """Close it with what was learnt."""
    form = CloseForm(request.POST or None)
    return _form(
        request, breach, form, title="Close", said="It is closed.", submit="Close it",
        act=lambda: services.close_breach(
            breach, **form.cleaned_data, version=_version(request, breach), by=me(request.member)
        ),
    )  # fmt: skip
