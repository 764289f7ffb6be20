"""The one-minute referral: a conversation in the corridor, an email, something seen on site."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apst.accounts.queries import me
from apst.people.models import Pupil
from apst.places.models import Site
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from referrals import drafts, policies, queries, services
from referrals.drafts import Typed
from referrals.exceptions import ReferralRefused
from referrals.forms.making import QuickForm

from .making import searched
from .queue import uuid_in


def _candidates(request: MemberRequest, q: str | None) -> list[Pupil]:
    """The pupils to choose among: those searched for, the one named in the address, and any the form came back with."""
    named = {one for one in (uuid_in(request.GET, "pupil"), *map(_uuid, request.POST.getlist("offered"))) if one}
    found = queries.find_pupils(q or "")
    rest = Pupil.objects.filter(public_id__in=named).exclude(pk__in=[row.pk for row in found])
    return [*found, *(rest.select_related("home_school") if named else ())]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _own_site(request: MemberRequest) -> UUID | None:
    sites = request.member.sites
    return Site.objects.filter(pk__in=sites).values_list("public_id", flat=True).first() if len(sites) == 1 else None


@require_http_methods(["GET", "POST"])
@allowed(policies.can_make_quickly)
def quick(request: MemberRequest) -> HttpResponse:
    """Enter an informal referral: who, how it came, why, one line."""
    q = searched(request)
    found = _candidates(request, q)
    if request.method == "POST" and q is None:
        form = QuickForm(request.POST, found=found, default_site=_own_site(request))
        drafts.keep(drafts.QUICK, request.POST)
        if form.is_valid():
            alike = [] if form.chosen else services.alike(form.pupil_described())
            if form.chosen or all(row in found for row in alike):
                if (answer := _save(request, form)) is not None:
                    return answer
            else:
                found = alike
                form = QuickForm(request.POST, found=alike, default_site=_own_site(request))
                form.errors.pop("pupil", None)
                form.add_error(
                    "pupil", "A pupil like this is recorded already. Choose the record, or say that it is somebody else"
                )
    else:
        typed = Typed(drafts.QUICK)
        form = QuickForm(found=found, default_site=_own_site(request))
        form.initial = typed.initial(form)
        if len(found) == 1:
            form.initial["pupil"] = str(found[0].public_id)
    shown(request, found, "identity")
    context = {
        "form": form,
        "q": q or "",
        "searched": q is not None,
        "typed": Typed(drafts.QUICK),
    }
    return render(request, "referrals/quick.html", context)


def _save(request: MemberRequest, form: QuickForm) -> HttpResponse | None:
    try:
        referral = services.refer(
            form.chosen or form.pupil_described(),
            **form.facts(),
            submission_key=_uuid(request.POST.get("submission_key", "")),
            by=me(request.member),
        )
    except ReferralRefused as error:
        form.add_error(None, str(error))
        return None
    drafts.forget(drafts.QUICK)
    messages.success(request, f"Saved as {referral.reference}. It is in the queue.")
    return redirect("referrals:referral-detail", public_id=referral.public_id)
