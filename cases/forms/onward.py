"""Onward referrals and their steps, EHC advice, community offers and who was told of them."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.utils.timezone import localdate

from apst.codelists import choices
from apst.web.forms import DateField, Radios, TextInput
from cases.models import CommunityOffer, Signposting
from cases.models.restricted import Sensitivity
from cases.services.advice import LONGEST_ADVICE

from .assessments import SENSITIVITY_HINTS

FIRST_STEPS = ("pre_assessment", "sent")


class UsualForm(forms.Form):
    """What a service says of its own wait and missed appointments, with where it says so."""

    usual_wait_weeks = forms.IntegerField(
        label="Their usual wait on that day (optional)",
        required=False,
        widget=TextInput({"class": "govuk-input--width-3", "inputmode": "numeric"}, suffix="weeks"),
        error_messages={"invalid": "The wait must be a whole number of weeks"},
        help_text="So that what was avoided can be shown. Only what the service itself says.",
    )
    usual_missed_percent = forms.IntegerField(
        label="Appointments missed there (optional)",
        required=False,
        widget=TextInput({"class": "govuk-input--width-3", "inputmode": "numeric"}, suffix="%"),
        error_messages={"invalid": "The rate must be a whole number of per cent"},
    )
    usual_source = forms.CharField(
        label="Where do they say so?", required=False, max_length=200, help_text="Needed with a wait or a rate."
    )


class StepForm(UsualForm):
    """The next step of an onward referral."""

    step = forms.ChoiceField(
        label="What has happened?",
        widget=Radios(reveals={"outcome": "outcome"}),
        choices=choices("onward_steps"),
        error_messages={"required": "Select what has happened"},
    )
    outcome = forms.ChoiceField(
        label="How did it come out?", required=False, widget=Radios, choices=choices("onward_outcomes")
    )
    on = DateField(label="On which day?", past=True, initial=localdate)
    note = forms.CharField(
        label="Note (optional)",
        required=False,
        max_length=300,
        help_text="No clinical detail: that is a restricted note.",
    )
    field_order = ("step", "outcome", "on", "note", "usual_wait_weeks", "usual_missed_percent", "usual_source")


class OnwardForm(UsualForm):
    """A new onward referral with its first step."""

    service = forms.ChoiceField(
        label="Where to?",
        widget=Radios,
        choices=choices("onward_services"),
        error_messages={"required": "Select where to"},
    )
    service_name = forms.CharField(label="Which team or provider? (optional)", required=False, max_length=120)
    reason = forms.CharField(
        label="Why, in a sentence? (optional)",
        required=False,
        max_length=300,
        help_text="Whoever sees the case reads it. No clinical detail: that is a restricted note.",
    )
    step = forms.ChoiceField(
        label="What has been done?",
        widget=Radios,
        choices=[(code, text) for code, text in choices("onward_steps") if code in FIRST_STEPS],
        error_messages={"required": "Select what has been done"},
    )
    on = DateField(label="On which day?", past=True, initial=localdate)
    field_order = (
        "service", "service_name", "reason", "step", "on", "usual_wait_weeks", "usual_missed_percent", "usual_source",
    )  # fmt: skip


class AdviceNewForm(forms.Form):
    """A request for EHC advice."""

    discipline = forms.ChoiceField(
        label="Whose advice is it?", error_messages={"required": "Select whose advice it is"}
    )
    asked_by = forms.CharField(
        label="Who asked for it?", max_length=120, initial="", help_text="Such as the local authority’s SEND team."
    )
    requested_on = DateField(label="On which day were you asked?", past=True)
    sensitivity = forms.ChoiceField(
        label="Who may read the draft?",
        widget=Radios(hints=SENSITIVITY_HINTS),
        choices=Sensitivity.choices,
        initial=Sensitivity.ORDINARY,
    )

    def __init__(self, data: Any = None, *, first: Sequence[str] = (), **kwargs: Any) -> None:
        """first: the specialist types of whoever writes it, which stand above the others"""
        super().__init__(data, **kwargs)
        listed = choices("specialist_types")
        options = [*(pair for pair in listed if pair[0] in first), *(pair for pair in listed if pair[0] not in first)]
        cast(forms.ChoiceField, self.fields["discipline"]).choices = options if first else [("", "Choose"), *options]


class AdviceForm(forms.Form):
    """The text of advice."""

    text = forms.CharField(
        label="Advice", required=False, max_length=LONGEST_ADVICE, widget=forms.Textarea({"rows": 28}), strip=False
    )


class SentForm(forms.Form):
    """When final advice was sent."""

    sent_on = DateField(label="On which day was it sent?", past=True, initial=localdate)


class OfferForm(forms.Form):
    """A community offer of the directory."""

    name = forms.CharField(label="What is it called?", max_length=120)
    for_whom = forms.CharField(label="Who is it for? (optional)", required=False, max_length=200)
    reach = forms.CharField(
        label="How do families reach it?", max_length=300, help_text="Telephone, website or place, and when it is open."
    )
    checked_on = DateField(label="When was this last checked? (optional)", required=False, past=True)


class SignpostForm(forms.Form):
    """Who was told of which offer."""

    offer = forms.ChoiceField(label="Of what?", error_messages={"required": "Select what they were told of"})
    told_to = forms.ChoiceField(
        label="Who was told?",
        widget=Radios(inline=True),
        choices=Signposting.ToldTo.choices,
        error_messages={"required": "Select who was told"},
    )
    told_on = DateField(label="On which day?", past=True, initial=localdate)

    def __init__(self, data: Any = None, *, offers: Iterable[CommunityOffer], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.offers = {str(offer.public_id): offer for offer in offers}
        options = [("", "Choose"), *((key, offer.name) for key, offer in self.offers.items())]
        cast(forms.ChoiceField, self.fields["offer"]).choices = options

    def said(self) -> dict[str, Any]:
        """Give the arguments of `signpost`; only of a valid form."""
        return {**self.cleaned_data, "offer": self.offers[self.cleaned_data["offer"]]}
