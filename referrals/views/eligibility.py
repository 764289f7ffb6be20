"""Whom the taskforce is for: the versioned page that triage is measured against."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from apst.accounts.queries import me
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from referrals import policies, queries, services
from referrals.exceptions import ReferralRefused
from referrals.forms.triage import EligibilityForm


@require_GET
@allowed(policies.can_read_eligibility)
def eligibility(request: MemberRequest) -> HttpResponse:
    """The version in force, and those before it."""
    versions = queries.eligibility_versions()
    context = {
        "current": versions[0] if versions else None,
        "older": versions[1:],
        "may_publish": policies.can_publish_eligibility(request.member),
        "back": reverse("referrals:referral-list"),
    }
    return render(request, "referrals/eligibility.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_publish_eligibility)
def publish(request: MemberRequest) -> HttpResponse:
    """Publish a new version; referrals decided before keep the one they were decided by."""
    current = queries.current_eligibility()
    initial = {
        "seen": current.number if current else 0,
        "text": current.text if current else "",
        "criteria": "\n".join(current.criteria) if current else "",
    }
    form = EligibilityForm(request.POST or None, initial=initial)
    if form.is_valid():
        said = form.cleaned_data
        try:
            services.publish_eligibility(
                text=said["text"], criteria=said["criteria"].splitlines(), seen=said["seen"], by=me(request.member)
            )
        except ReferralRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The new version is in force from now on.")
            return redirect("referrals:eligibility")
    context = {"form": form, "number": initial["seen"], "back": reverse("referrals:eligibility")}
    return render(request, "referrals/eligibility_new.html", context)
