"""The directory of community offers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.onward import OfferForm
from cases.models import CommunityOffer
from cases.queries.onward import offers

from .acts import act
from .cases import complain, version_of


@require_GET
@allowed(policies.can_read_offers)
def offer_list(request: MemberRequest) -> HttpResponse:
    """What the community offers, as this taskforce keeps it."""
    context = {
        "offers": offers(),
        "retired": offers(retired=True),
        "may_keep": policies.can_keep_offers(request.member),
        "back": reverse("cases:case-list"),
    }
    return render(request, "cases/assessments/offer_list.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_keep_offers)
def offer_new(request: MemberRequest) -> HttpResponse:
    """Add an offer."""
    form = OfferForm(request.POST or None)
    if form.is_valid():
        services.keep_offer(None, **form.cleaned_data, by=me(request.member))
        messages.success(request, "The offer is in the directory.")
        return redirect("cases:offer-list")
    return render(request, "cases/assessments/offer.html", {"form": form, "back": reverse("cases:offer-list")})


@require_http_methods(["GET", "POST"])
@allowed(policies.can_keep_offers, CommunityOffer)
def offer_change(request: MemberRequest, offer: CommunityOffer) -> HttpResponse:
    """Change an offer."""
    fields = ("name", "for_whom", "reach", "checked_on")
    form = OfferForm(request.POST or None, initial={name: getattr(offer, name) for name in fields})
    if form.is_valid():
        try:
            services.keep_offer(offer, **form.cleaned_data, version=version_of(request), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("cases:offer-list")
    context = {"form": form, "offer": offer, "back": reverse("cases:offer-list")}
    return render(request, "cases/assessments/offer.html", context)


@require_POST
@allowed(policies.can_keep_offers, CommunityOffer)
def offer_retire(request: MemberRequest, offer: CommunityOffer) -> HttpResponse:
    """Take an offer out of the directory."""
    to = reverse("cases:offer-list")
    said = "The offer is out of the directory. Who was told of it stays."
    return act(request, offer, services.retire_offer, said=said, to=to, undo="cases:offer-list-again")


@require_POST
@allowed(policies.can_keep_offers, CommunityOffer)
def offer_list_again(request: MemberRequest, offer: CommunityOffer) -> HttpResponse:
    """Put an offer back."""
    to = reverse("cases:offer-list")
    return act(request, offer, services.list_offer_again, said="The offer is in the directory again.", to=to)
