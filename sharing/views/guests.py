"""Partners' people who come as guests: the list, inviting, ending."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.exceptions import AccountsError
from apst.accounts.queries import me
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from sharing import policies, services
from sharing.exceptions import SharingError
from sharing.forms.guests import GuestForm
from sharing.models import Guest, Partner
from sharing.queries import guests


@require_GET
@allowed(policies.can_see_guests)
def guest_list(request: MemberRequest) -> HttpResponse:
    """Every guest, those who have access first; `?partner=` those of one organisation."""
    asked = request.GET.get("partner", "")
    partners = list(Partner.objects.order_by("name", "pk"))
    chosen = next((one for one in partners if str(one.public_id) == asked), None)
    context = {
        "guests": guests.guests(chosen),
        "partners": partners,
        "chosen": chosen,
        "may_invite": policies.can_invite_guest(request.member),
        "may_end": policies.can_end_guest(request.member),
    }
    return render(request, "sharing/guest_list.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_invite_guest)
def guest_new(request: MemberRequest) -> HttpResponse:
    """Invite one of a partner's people."""
    form = GuestForm(
        request.POST or None, agreements=guests.to_invite_under(), initial={"agreement": request.GET.get("agreement")}
    )
    cancel = reverse("sharing:guest-list")
    if form.is_valid():
        try:
            with transaction.atomic():
                services.invite_guest(**form.cleaned_data, by=me(request.member))
        except SharingError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except AccountsError as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, "The invitation is on its way.")
            return redirect(cancel)
    context = {"form": form, "title": "Invite a guest", "cancel": cancel, "submit": "Send the invitation"}
    return render(request, "sharing/form.html", context, status=422 if form.errors else 200)


@require_POST
@allowed(policies.can_end_guest, Guest)
def guest_end(request: MemberRequest, guest: Guest) -> HttpResponse:
    """End a guest's access; an invitation that was not taken up brings them nothing then."""
    services.end_guest(guest, by=me(request.member))
    messages.success(request, "Their access has ended. What they saw stays recorded.")
    return redirect("sharing:guest-list")
