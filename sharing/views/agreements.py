"""Agreements: the list, the document, signing, putting a review off, ending, versions side by side, the PDF."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from apst.web.tables import Cell, Heading
from sharing import policies, services
from sharing.deciding import STANDINGS
from sharing.exceptions import SharingError
from sharing.forms.agreements import EndForm, ExtendForm, SignForm
from sharing.models import AgreementSignature, DataSharingAgreement
from sharing.queries import document
from sharing.queries.agreements import agreements, fingerprint

LIST = (Heading("Agreement"), Heading("Partner"), Heading("How it stands"), Heading("Review by"), Heading("Last day"))
TABLE = tuple(Heading(text) for text in ("Category", "Partner sees it", "Partner supplies it", "Passed on",
              "Basis of the taskforce", "Basis of the partner"))  # fmt: skip
TO_SIGN = ("sent", "to_begin", "in_force", "due_for_review")
EXTENDED = ("in_force", "due_for_review")
RELATED = ("partner", "tenant")


@require_GET
@allowed(policies.can_read)
def agreement_list(request: MemberRequest) -> HttpResponse:
    """Every agreement and how it stands today; what is overdue stands above."""
    found = list(agreements().prefetch_related("endings"))
    rows = [
        [
            Cell(one.title, reverse("sharing:agreement-detail", args=[one.public_id]), f"Version {one.number}"),
            one.partner.name,
            Cell(STANDINGS[one.standing], colour=document.COLOURS[one.standing]),
            date_format(one.review_on) if one.standing in (*TO_SIGN, "draft") else "",
            _last_day(one),
        ]
        for one in found
    ]
    context = {
        "headings": LIST,
        "rows": rows,
        "overdue": [one for one in found if one.standing == "due_for_review"],
        "may_draft": policies.can_draft(request.member),
    }
    return render(request, "sharing/agreement_list.html", context)


def _last_day(one: DataSharingAgreement) -> str:
    """The last day on which it holds, or held where it was ended before its own."""
    ended = [ending.ends_on - dt.timedelta(days=1) for ending in one.endings.all()]
    return date_format(min([*ended, one.ends_on]))


def read(agreement: DataSharingAgreement) -> DataSharingAgreement:
    """Give the agreement with how it stands today."""
    return agreements().select_related(*RELATED).get(pk=agreement.pk)


def the_document(request: MemberRequest, agreement: DataSharingAgreement) -> dict[str, Any]:
    """What every rendering of an agreement shows. agreement: as `read` gives it."""
    taskforce = request.member.taskforce.name
    lines = document.lines_of(agreement)
    return {
        "agreement": agreement,
        "standing": STANDINGS[agreement.standing],
        "colour": document.COLOURS[agreement.standing],
        "facts": [{"key": key, "value": value} for key, value in document.facts_of(agreement, taskforce)],
        "texts": document.texts_of(agreement),
        "headings": TABLE,
        "lines": lines,
        "rows": [[line.category, line.sees, line.supplies, line.onward, line.ours, line.theirs] for line in lines],
        "seen": fingerprint(agreement),
    }


@require_GET
@allowed(policies.can_read, DataSharingAgreement, guests=True)
def agreement_detail(request: MemberRequest, agreement: DataSharingAgreement) -> HttpResponse:
    """One agreement as the document that is signed, who signed it, and what can be done with it now."""
    agreement = read(agreement)
    member, stands = request.member, agreement.standing
    guest = member.role == "partner"
    signatures = list(agreement.signatures.all())
    party = "theirs" if guest else "ours"
    endings = list(agreement.endings.all())
    context = {
        **the_document(request, agreement),
        "signatures": signatures,
        "unsigned": [
            agreement.partner.name if code == "theirs" else member.taskforce.name
            for code in AgreementSignature.Party.values
            if code not in {one.party for one in signatures}
        ],
        "extensions": list(agreement.extensions.all()),
        "ending": endings[0] if endings else None,
        "others": [] if guest else [one for one in document.versions_of(agreement) if one.pk != agreement.pk],
        "to_sign": stands in TO_SIGN and policies.can_sign(member) and party not in {one.party for one in signatures},
        "to_draft": stands == "draft" and policies.can_draft(member),
        "to_extend": stands in EXTENDED and policies.can_extend(member),
        "to_end": stands in TO_SIGN and not endings and policies.can_end(member),
        "to_renew": stands != "draft" and policies.can_draft(member),
        "back": "/" if guest else reverse("sharing:agreement-list"),
        "guest": guest,
    }
    return render(request, "sharing/agreement_detail.html", context)


def _act(request: MemberRequest, form: Any, act: Any, *, done: str) -> bool:
    """Try an act with what a form says; True where it was done, else the form says why not."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except SharingError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    messages.success(request, done)
    return True


@require_http_methods(["GET", "POST"])
@allowed(policies.can_sign, DataSharingAgreement, guests=True)
def agreement_sign(request: MemberRequest, agreement: DataSharingAgreement) -> HttpResponse:
    """Read it whole, and sign for one's own party."""
    agreement = read(agreement)
    back = reverse("sharing:agreement-detail", args=[agreement.public_id])
    context = the_document(request, agreement)
    by = me(request.member)
    form = SignForm(request.POST or None, initial={"seen": context["seen"], "name": by.name})
    party = "theirs" if request.member.role == "partner" else "ours"

    def sign(said: dict[str, Any]) -> None:
        services.sign(agreement, party=party, name=said["name"], position=said["position"], seen=said["seen"], by=by)

    if _act(request, form, sign, done="You have signed the agreement."):
        return redirect(back)
    if form.errors:  # what stands on the page now is what is signed next
        form.data = {**request.POST.dict(), "seen": context["seen"]}
    context |= {"form": form, "back": back, "party": dict(AgreementSignature.Party.choices)[party]}
    return render(request, "sharing/agreement_sign.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_extend, DataSharingAgreement, related=RELATED)
def agreement_extend(request: MemberRequest, agreement: DataSharingAgreement) -> HttpResponse:
    """Put the review off, with a reason."""
    back = reverse("sharing:agreement-detail", args=[agreement.public_id])
    form = ExtendForm(request.POST or None)
    if _act(
        request, form, lambda said: services.extend(agreement, **said, by=me(request.member)),
        done="The review was put off.",
    ):  # fmt: skip
        return redirect(back)
    context = {"form": form, "title": "Put the review off", "caption": agreement.title, "cancel": back}
    return render(request, "sharing/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_end, DataSharingAgreement, related=RELATED)
def agreement_end(request: MemberRequest, agreement: DataSharingAgreement) -> HttpResponse:
    """Terminate it, knowing what that cuts."""
    back = reverse("sharing:agreement-detail", args=[agreement.public_id])
    form = EndForm(request.POST or None, initial={"on": localdate()})
    if _act(
        request, form, lambda said: services.end(agreement, **said, by=me(request.member)),
        done="The agreement was terminated.",
    ):  # fmt: skip
        return redirect(back)
    guests, cases = document.what_ending_cuts(agreement)
    context = {"form": form, "agreement": agreement, "guests": guests, "cases": cases, "cancel": back}
    return render(request, "sharing/agreement_end.html", context, status=422 if form.errors else 200)


@require_POST
@allowed(policies.can_draft, DataSharingAgreement, related=RELATED)
def agreement_renew(request: MemberRequest, agreement: DataSharingAgreement) -> HttpResponse:
    """Begin the next version; where one is being drafted already, go to it."""
    draft = next((one for one in document.versions_of(agreement) if one.sent_at is None), None)
    if draft is None:
        draft = services.new_version(agreement, by=me(request.member))
        messages.success(request, f"Version {draft.number} was begun. It says what this one says: change what changes.")
    return redirect("sharing:agreement-draft", draft.public_id)


@require_POST
@allowed(policies.can_read, DataSharingAgreement)
def agreement_pdf(request: MemberRequest, agreement: DataSharingAgreement) -> HttpResponse:
    """Ask for it on paper, and follow the job."""
    job = services.ask_for_agreement(agreement)
    return redirect("jobs:job-detail", public_id=job.public_id)


@require_GET
@allowed(policies.can_read, DataSharingAgreement, related=RELATED)
def agreement_compare(request: MemberRequest, agreement: DataSharingAgreement) -> HttpResponse:
    """This version beside another (`?with=2`), by default the one before it."""
    others = [one for one in document.versions_of(agreement) if one.pk != agreement.pk]
    asked = request.GET.get("with", "")
    other = next((one for one in others if str(one.number) == asked), None)
    if other is None and not asked:
        other = next((one for one in others if one.number < agreement.number), others[0] if others else None)
    if other is None:
        raise Http404
    before, after = sorted((agreement, other), key=lambda one: one.number)
    found = document.differences(before, after, request.member.taskforce.name)
    context = {
        "before": before,
        "after": after,
        "parts": [
            {"title": title, "changed": [one for one in found[key] if one.change != "Same"],
             "same": [one.head for one in found[key] if one.change == "Same"]}
            for key, title in (("heads", "What the agreement says"), ("categories", "Categories and lawful bases"))
        ],
        "back": reverse("sharing:agreement-detail", args=[agreement.public_id]),
    }  # fmt: skip
    return render(request, "sharing/agreement_compare.html", context)
