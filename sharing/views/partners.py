"""The organisations that the taskforce shares with."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from apst.accounts.queries import me
from apst.codelists import label
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from apst.web.tables import Cell, Heading
from sharing import policies, services
from sharing.exceptions import SharingError
from sharing.forms.partners import PartnerForm
from sharing.models import Partner
from sharing.queries.agreements import in_force_of_each

HEADINGS = (Heading("Partner"), Heading("Kind"), Heading("Data protection contact"), Heading("Agreements in force"))
NAMES = ("name", "kind", "address", "data_protection_contact", "data_protection_email", "responsible_owner",
         "caldicott_guardian")  # fmt: skip


@require_GET
@allowed(policies.can_read)
def partner_list(request: MemberRequest) -> HttpResponse:
    """Every partner, with how many agreements are in force."""
    held = in_force_of_each()
    changes = policies.can_draft(request.member)
    rows = [
        [
            Cell(one.name, href=reverse("sharing:partner-change", args=[one.public_id]) if changes else ""),
            label("partner_kinds", one.kind),
            Cell(one.data_protection_contact, second=one.data_protection_email),
            held.get(one.pk) or Cell("Not yet", colour="grey"),
        ]
        for one in Partner.objects.order_by("name", "pk")
    ]
    return render(request, "sharing/partner_list.html", {"headings": HEADINGS, "rows": rows, "may_draft": changes})


@require_http_methods(["GET", "POST"])
@allowed(policies.can_draft)
def partner_new(request: MemberRequest) -> HttpResponse:
    """Add a partner."""
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_draft, Partner)
def partner_change(request: MemberRequest, partner: Partner) -> HttpResponse:
    """Change a partner."""
    return _form(request, partner)


def _form(request: MemberRequest, partner: Partner | None) -> HttpResponse:
    initial = {name: getattr(partner, name) for name in (*NAMES, "version")} if partner else {}
    form = PartnerForm(request.POST or None, initial=initial)
    if form.is_valid():
        said = dict(form.cleaned_data)
        version = said.pop("version") or 0
        try:
            services.save_partner(partner, version=version, by=me(request.member), **said)
        except SharingError as error:
            form.add_error(error.field or None, str(error))
        else:
            messages.success(request, "The partner was saved.")
            return redirect("sharing:partner-list")
    context = {
        "form": form,
        "title": "Change a partner" if partner else "Add a partner",
        "cancel": reverse("sharing:partner-list"),
    }
    return render(request, "sharing/form.html", context, status=422 if form.errors else 200)
