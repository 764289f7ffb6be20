"""Consent to assessment and treatment, on its page under the Assessments tab."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.codelists import label
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.consents import ConsentForm, WithdrawForm
from cases.models import Case, TreatmentConsent
from cases.queries import consents as queries

from .acts import act, say, submission_key
from .assessments import TAB, area
from .cases import complain
from .page import CASE_RELATED, case_page

PAGE = "cases:case-consent"


@require_GET
@allowed(policies.can_view, Case, related=CASE_RELATED)
def case_consent(request: MemberRequest, case: Case) -> HttpResponse:
    """Who agreed to which assessment or treatment, and what was withdrawn."""
    shown(request, [case], "health", "family")
    context = case_page(
        request,
        case,
        TAB,
        area=area(case, PAGE),
        consents=[_card(consent) for consent in queries.consents_of(case.pupil)],
        may_change=policies.can_change(request.member, case),
    )
    return render(request, "cases/assessments/case_consent.html", context)


def _card(consent: TreatmentConsent) -> dict[str, Any]:
    words, colour = queries.state_words(consent)
    return {
        "consent": consent,
        "title": label("consent_purposes", consent.what_for),
        "state": {"text": words, "colour": colour},
        "rows": [
            {"key": key, "value": value}
            for key, value in (
                ("Decided by", queries.who_decided(consent)),
                ("On", f"{consent.decided_on:%-d %B %Y}"),
                ("What exactly", consent.details),
                ("How competence was judged", consent.competence),
                ("Withdrawn because", consent.withdrawn_because),
                ("Recorded by", consent.written_by.name if consent.written_by else ""),
            )
            if value
        ],
        "standing": consent.struck_at is None,
        "can_be_withdrawn": consent.decision == "given" and consent.withdrawn_on is None,
    }


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change, Case, related=CASE_RELATED)
def consent_new(request: MemberRequest, case: Case) -> HttpResponse:
    """Record an answer to one kind of assessment or treatment, or to several at once."""
    form = ConsentForm(request.POST or None, contacts=queries.givers(case.pupil), initial={"decided_on": localdate()})
    shown(request, [case], "family")
    if form.is_valid():
        try:
            services.record_consent(
                case.pupil, case=case, **form.said(), submission_key=submission_key(request), by=me(request.member)
            )
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The answer is recorded. A mistake can be struck out below.")
            return redirect(PAGE, public_id=case.public_id)
    back = reverse(PAGE, args=[case.public_id])
    return render(request, "cases/assessments/consent_new.html", case_page(request, case, TAB, form=form, back=back))


def _back(consent: TreatmentConsent) -> str:
    """The page of the pupil's case: the one it was recorded on, otherwise the case that is open now."""
    case = consent.case or Case.objects.filter(pupil=consent.pupil_id).order_by("-opened_on").first()
    return reverse(PAGE, args=[case.public_id]) if case else reverse("cases:case-list")


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_record, TreatmentConsent, related=("case", "contact", "pupil"))
def consent_withdraw(request: MemberRequest, consent: TreatmentConsent) -> HttpResponse:
    """Record that consent was withdrawn."""
    form = WithdrawForm(request.POST or None, initial={"withdrawn_on": localdate()})
    shown(request, [consent], "identity", "health")
    if form.is_valid():
        try:
            services.withdraw_consent(consent, **form.cleaned_data, by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            say(
                request,
                "The withdrawal is recorded.",
                undo=reverse("cases:consent-not-withdrawn", args=[consent.public_id]),
            )
            return redirect(_back(consent))
    title = label("consent_purposes", consent.what_for)
    context = {"form": form, "title": title, "who": queries.who_decided(consent), "back": _back(consent)}
    return render(request, "cases/assessments/consent_withdraw.html", context)


@require_POST
@allowed(policies.can_change_record, TreatmentConsent, related=("case",))
def consent_not_withdrawn(request: MemberRequest, consent: TreatmentConsent) -> HttpResponse:
    """Take back a withdrawal that was recorded by mistake."""
    said = "The withdrawal is taken back: consent stands."
    return act(request, consent, services.undo_withdrawal, said=said, to=_back(consent))


@require_POST
@allowed(policies.can_change_record, TreatmentConsent, related=("case",))
def consent_strike(request: MemberRequest, consent: TreatmentConsent) -> HttpResponse:
    """Strike out an answer that was recorded by mistake."""
    return act(
        request,
        consent,
        services.strike_consent,
        said="The answer is struck out.",
        to=_back(consent),
        undo="cases:consent-bring-back",
    )


@require_POST
@allowed(policies.can_change_record, TreatmentConsent, related=("case",))
def consent_bring_back(request: MemberRequest, consent: TreatmentConsent) -> HttpResponse:
    """Bring a struck out answer back."""
    return act(request, consent, services.bring_consent_back, said="The answer stands again.", to=_back(consent))
