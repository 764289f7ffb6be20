"""One referral: what was sent, what was decided, and everything that can be done about it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from apst.accounts.queries import me
from apst.codelists import codes
from apst.places.calendar import SchoolCalendar
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from referrals import policies, queries, services
from referrals.answers import record_cards
from referrals.exceptions import ReferralRefused
from referrals.forms.making import described
from referrals.forms.triage import AnswerForm, TriageForm
from referrals.history import criteria_of, events_of
from referrals.models import Referral
from referrals.rows import own_row, queue_row

from .making import submission_of
from .queue import uuid_in


def _address(name: str, referral: Referral) -> str:
    return reverse(name, args=[referral.public_id])


@require_GET
@allowed(policies.can_view, Referral)
def detail(request: MemberRequest, referral: Referral) -> HttpResponse:
    """The record; for those who follow only their own referrals, where it stands."""
    referral = queries.for_row(referral)
    if policies.follows_own_only(request.member):
        shown(request, [referral], "identity", "intervention", "voice")
        context = {"row": own_row(referral), "cards": record_cards(referral), "answers": referral.answers.all()}
        return render(request, "referrals/own_record.html", context)
    alike = queries.likely_duplicates(referral) if policies.can_triage(request.member) else []
    shown(request, [referral, *alike], "identity", "intervention", "voice")
    row = queue_row(referral, request.member, queries.WaitingClock(SchoolCalendar.of()))
    context = {
        "row": row,
        "bar": _identity(row),
        "cards": record_cards(referral),
        "criteria": criteria_of(referral, queries.current_eligibility()),
        "events": events_of(referral),
        "alike": [(pupil.public_id, described(pupil)) for pupil in alike] if not _is_allocated(referral) else [],
        "may_answer": policies.can_answer(request.member, referral)
        and referral.state == Referral.State.MORE_INFORMATION,
        "waits": referral.state == Referral.State.WAITING_LIST,
        "place": queries.place_of(referral) if referral.state == Referral.State.WAITING_LIST else None,
        "may_place": policies.can_triage(request.member),
        "back": reverse("referrals:referral-list"),
    }
    return render(request, "referrals/record.html", context)


def _is_allocated(referral: Referral) -> bool:
    return bool(referral.state == Referral.State.ALLOCATED)


def _identity(row: Any) -> dict[str, Any]:
    facts = [
        {"label": "Year", "value": row.year.removeprefix("Year ")},
        {"label": "School", "value": row.school or "Not recorded"},
        {"label": "Received", "value": row.received},
    ]
    if row.waiting:
        facts.append({"label": "Waiting", "value": row.waiting})
    return {"facts": facts, "tags": [{"text": row.status, "colour": row.colour}]}


@require_http_methods(["GET", "POST"])
@allowed(policies.can_triage, Referral)
def triage(request: MemberRequest, referral: Referral) -> HttpResponse:
    """Decide, with the criteria and the reasons that the outcome needs."""
    referral = queries.for_row(referral)
    eligibility = queries.current_eligibility()
    wanted = request.GET.get("outcome", "")
    form = TriageForm(
        request.POST if request.method == "POST" else None,
        eligibility=eligibility,
        initial={"outcome": wanted if wanted in codes("triage_outcomes") else "", **_recorded(referral, eligibility)},
    )
    if request.method == "POST" and form.is_valid():
        seen = request.POST.get("version", "")
        try:
            services.triage(
                referral, **form.decided(), version=int(seen) if seen.isdecimal() else None, by=me(request.member)
            )
        except ReferralRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The decision was recorded.")
            waits = referral.state == Referral.State.WAITING_LIST
            page = "referrals:waiting-place" if waits else "referrals:referral-detail"
            return redirect(page, public_id=referral.public_id)
    shown(request, [referral], "identity", "intervention")
    row = queue_row(referral, request.member, queries.WaitingClock(SchoolCalendar.of()))
    context = {
        "form": form,
        "referral": referral,
        "eligibility": eligibility,
        "bar": _identity(row),
        "back": _address("referrals:referral-detail", referral),
    }
    return render(request, "referrals/triage.html", context)


def _recorded(referral: Referral, eligibility: Any) -> dict[str, str]:
    """What was recorded of each criterion before, so that nobody answers twice."""
    decision = queries.standing_decision(referral)
    before = decision.criteria if decision else {}
    return {f"criterion_{n}": before.get(c, "") for n, c in enumerate(eligibility.criteria if eligibility else ())}


@require_http_methods(["GET", "POST"])
@allowed(policies.can_triage, Referral)
def match(request: MemberRequest, referral: Referral) -> HttpResponse:
    """The interruption before a referral is pointed at a pupil who is known already."""
    referral = queries.for_row(referral)
    alike = {pupil.public_id: pupil for pupil in queries.likely_duplicates(referral)}
    params = request.POST if request.method == "POST" else request.GET
    pupil = alike.get(uuid_in(params, "pupil"))  # type: ignore[arg-type]  # None is no key of it, and gives None
    if pupil is None:
        raise Http404
    if request.method == "POST":
        seen = request.POST.get("version", "")
        try:
            services.match_pupil(
                referral, pupil, version=int(seen) if seen.isdecimal() else None, by=me(request.member)
            )
            messages.success(request, "The referral is now about the pupil who was known already.")
        except ReferralRefused as error:
            messages.error(request, str(error))
        return redirect("referrals:referral-detail", public_id=referral.public_id)
    shown(request, [referral, pupil], "identity")
    context = {
        "referral": referral,
        "pupil": pupil,
        "provisional": described(referral.pupil),
        "known": described(pupil),
        "back": _address("referrals:referral-detail", referral),
    }
    return render(request, "referrals/match.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_answer, Referral)
def answer(request: MemberRequest, referral: Referral) -> HttpResponse:
    """Answer the taskforce's question."""
    referral = queries.for_row(referral)
    decision = queries.standing_decision(referral)
    if referral.state != Referral.State.MORE_INFORMATION or decision is None:
        messages.info(request, "The taskforce has not asked for more information on this referral.")
        return redirect("referrals:referral-detail", public_id=referral.public_id)
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        try:
            services.give_information(
                referral, text=form.cleaned_data["text"], submission_key=submission_of(request), by=me(request.member)
            )
        except ReferralRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Your answer was sent.")
            return redirect("referrals:referral-detail", public_id=referral.public_id)
    shown(request, [referral], "identity", "intervention")
    context = {
        "form": form,
        "referral": referral,
        "question": decision.rationale,
        "back": _address("referrals:referral-detail", referral),
    }
    return render(request, "referrals/answer.html", context)
