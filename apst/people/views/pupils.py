"""A pupil's record: who they are, what held when, whose child they are."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.people import policies, queries, services
from apst.people.exceptions import ChangedMeanwhile, KnownLocalId, PeopleError
from apst.people.forms import ContactForm, FactForm, FormerNameForm, IdentityForm
from apst.people.models import Contact, Pupil, PupilFact, PupilFormerName
from apst.people.numbers import upn_warning
from apst.people.records import contact_cards, fact_histories, identity_rows
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown


@require_GET
@allowed(policies.can_see_pupils, Pupil, related=("home_school", "home_la", "placing_la"))
def pupil_detail(request: MemberRequest, pupil: Pupil) -> HttpResponse:
    """One pupil's record."""
    sees_private = policies.can_see_private_details(request.member, pupil)
    sees_contacts = policies.can_see_contacts(request.member, pupil)
    contacts = list(queries.contacts_of(pupil))
    categories = ["identity", "send", "social_care"]
    nhs_number = queries.nhs_number_of(pupil)
    categories += ["health"] if nhs_number else []
    categories += ["family"] if contacts or sees_contacts else []
    shown(request, [pupil], *categories)
    may_change = policies.can_change_facts(request.member)
    context = {
        "pupil": pupil,
        "year": queries.year_words(pupil, localdate()),
        "identity": identity_rows(pupil, nhs_number=nhs_number, sees_private=sees_private),
        "facts": fact_histories(pupil, queries.history_of(pupil), may_change=may_change),
        "own_facts_only": policies.sees_own_facts_only(request.member),
        "contacts": contact_cards(contacts, pupil, may_change=may_change, sees_hidden=sees_private),
        "sees_contacts": sees_contacts,
        "former_names": list(pupil.former_names.all()) if sees_contacts else [],
        "may_see_former_names": policies.can_see_former_names(request.member, pupil),
        "may_change_identity": policies.can_change_pupil(request.member),
        "may_change": may_change,
        "upn_warning": upn_warning(pupil.upn),
        "looks": queries.looks_at(pupil) if request.member.reach("access_log.view") == "T" else None,
    }
    return render(request, "people/pupil_detail.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_pupil, Pupil)
def pupil_change(request: MemberRequest, pupil: Pupil) -> HttpResponse:
    """Change who a pupil is."""
    shown(request, [pupil], "identity")
    initial = {
        name: getattr(pupil, name) for name in IdentityForm.base_fields if name not in ("nhs_number", "keep_former")
    }
    initial["nhs_number"] = queries.nhs_number_of(pupil)
    form = IdentityForm(request.POST or None, initial=initial)
    if not policies.can_see_private_details(request.member, pupil):
        del form.fields["nhs_number"]
    title = "Change who a pupil is"
    if form.is_valid():
        changes = dict(form.cleaned_data)
        try:
            held = services.change_pupil(
                pupil,
                version=changes.pop("version"),
                keep_former=changes.pop("keep_former"),
                changes=changes,
                by=me(request.member),
            )
        except PeopleError as error:
            form.add_error("local_id" if isinstance(error, KnownLocalId) else None, str(error))
            if isinstance(error, ChangedMeanwhile):
                return _page(request, "people/pupil_form.html", pupil, form, title=title, status=409)
        else:
            messages.success(request, "The pupil's details were saved.")
            if held.upn != pupil.upn and (warning := upn_warning(held.upn)):
                messages.warning(request, warning)
            return redirect("people:pupil-detail", pupil.public_id)
    return _page(request, "people/pupil_form.html", pupil, form, title=title)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_see_former_names, Pupil)
def former_names(request: MemberRequest, pupil: Pupil) -> HttpResponse:
    """The names that a pupil had before, and one more."""
    shown(request, [pupil], "identity")
    form = FormerNameForm(request.POST or None)
    if form.is_valid():
        services.keep_former_name(pupil, **form.cleaned_data, by=me(request.member))
        messages.success(request, "The former name was added. A search finds the pupil by it.")
        return redirect("people:former-names", pupil.public_id)
    kept = pupil.former_names.select_related("recorded_by")
    return _page(request, "people/former_names.html", pupil, form, kept=kept)


@require_POST
@allowed(policies.can_see_former_names, PupilFormerName, related=("pupil",))
def former_name_drop(request: MemberRequest, former: PupilFormerName) -> HttpResponse:
    """Forget a former name."""
    shown(request, [former], "identity")
    services.drop_former_name(former, by=me(request.member))
    again = format_html(
        '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="taskforce" value="{}"><input type="hidden" name="forename" value="{}">'
        '<input type="hidden" name="surname" value="{}">'
        '<button class="app-link-button">Undo</button></form>',
        reverse("people:former-names", args=[former.pupil.public_id]),
        get_token(request),
        request.member.taskforce.public_id,
        former.forename,
        former.surname,
    )
    messages.success(request, format_html("The former name was removed. {}", again), extra_tags="safe")
    return redirect("people:former-names", former.pupil.public_id)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_facts, Pupil)
def fact_change(request: MemberRequest, pupil: Pupil, kind: str) -> HttpResponse:
    """Say what is right about one kind of fact: it changed on a day, or it was recorded wrongly."""
    if kind not in PupilFact.Kind.values:
        raise Http404
    shown(request, [pupil], "social_care" if kind == PupilFact.Kind.CSC_STATUS else "send")
    live = [fact for fact in queries.history_of(pupil) if fact.kind == kind and fact.corrected_at is None]
    now = queries.facts_on([pupil], localdate())[pupil.pk].get(kind, "")
    form = FactForm(request.POST or None, kind=kind, recorded=bool(live), initial={"value": now})
    if form.is_valid():
        value, how = form.cleaned_data["value"], form.cleaned_data.get("how", "change")
        try:
            if how == "correct":
                fact = _corrected(request, live)
                services.correct_fact(pupil, kind=kind, value=value, fact=fact, by=me(request.member))
            else:
                holds_from = form.cleaned_data["holds_from"]
                services.change_fact(pupil, kind=kind, value=value, holds_from=holds_from, by=me(request.member))
        except PeopleError as error:
            form.add_error("value", str(error))
        else:
            messages.success(request, "It was corrected." if how == "correct" else "The change was saved.")
            return redirect("people:pupil-detail", pupil.public_id)
    title = PupilFact.Kind(kind).label
    return _page(request, "people/fact_change.html", pupil, form, title=title, entries=live if len(live) > 1 else [])


def _corrected(request: MemberRequest, live: list[PupilFact]) -> PupilFact | None:
    """The one entry that was wrong, where the page let choose; None: all of them."""
    day = request.POST.get("entry", "")
    return next((fact for fact in live if fact.holds_from.isoformat() == day), None)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_facts, Pupil)
def contact_new(request: MemberRequest, pupil: Pupil) -> HttpResponse:
    """Add somebody of the child's family or care."""
    shown(request, [pupil], "family")
    form = ContactForm(request.POST or None)
    if form.is_valid():
        services.add_contact(pupil, **form.cleaned_data, by=me(request.member))
        messages.success(request, "The contact was added.")
        return redirect("people:pupil-detail", pupil.public_id)
    return _page(request, "people/pupil_form.html", pupil, form, title="Add a contact")


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_facts, Contact, related=("pupil",))
def contact_change(request: MemberRequest, contact: Contact) -> HttpResponse:
    """Change a contact. Whoever may not see a hidden address changes the rest."""
    shown(request, [contact], "family")
    form = ContactForm(request.POST or None, initial=ContactForm.initial_of(contact))
    if contact.address_hidden and not policies.can_see_private_details(request.member, contact.pupil):
        del form.fields["address"]
        del form.fields["address_hidden"]
    if form.is_valid():
        services.change_contact(contact, changes=form.cleaned_data, by=me(request.member))
        messages.success(request, "The contact was changed.")
        return redirect("people:pupil-detail", contact.pupil.public_id)
    return _page(request, "people/pupil_form.html", contact.pupil, form, title="Change a contact")


def _page(
    request: MemberRequest, template: str, pupil: Pupil, form: Any, *, status: int | None = None, **more: Any
) -> HttpResponse:
    context = {"pupil": pupil, "form": form, "back": reverse("people:pupil-detail", args=[pupil.public_id]), **more}
    return render(request, template, context, status=status or (422 if form.errors else 200))
