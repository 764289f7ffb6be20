"""Sites, establishments, the calendar and the taskforce's own settings."""

import re
from decimal import Decimal
from typing import Any

from django import forms

from apst.tenancy.models import LocalAuthority, Taskforce
from apst.web.forms import DateField, Radios, TextInput

from .models import HALF_TERMS, CalendarEntry, Establishment

YEAR = re.compile(r"\d{4}-\d{2}")


class SiteForm(forms.Form):
    """A site's name, its school, and when it closed."""

    name = forms.CharField(label="Name of the site", max_length=100)
    establishment = forms.ModelChoiceField(
        label="School that it belongs to (optional)",
        queryset=Establishment.objects.none(),
        required=False,
        empty_label="No school",
    )
    closed_on = DateField(label="Closed on (optional)", required=False, help_text="Its past work still counts")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["establishment"].queryset = Establishment.objects.order_by("name")  # type: ignore[attr-defined]  # a ModelChoiceField


class EstablishmentForm(forms.Form):
    """A school or provider as this taskforce knows it."""

    name = forms.CharField(label="Name", max_length=200)
    urn = forms.RegexField(
        r"^\d{5,6}$",
        label="URN",
        widget=TextInput({"class": "govuk-input--width-5", "inputmode": "numeric"}),
        help_text="Six figures, from Get information about schools",
        error_messages={"invalid": "A URN has six figures"},
    )
    kind = forms.ChoiceField(label="Type", choices=Establishment._meta.get_field("kind").choices or ())
    local_authority = forms.ModelChoiceField(
        label="Local authority (optional)",
        queryset=LocalAuthority.objects.order_by("name"),
        required=False,
        empty_label="Not recorded",
    )


class TaskforceForm(forms.Form):
    """How the taskforce works, and what it had done before its records here."""

    name = forms.CharField(label="Name of the taskforce", max_length=200)
    urn = forms.RegexField(
        r"^\d{5,6}$",
        label="URN of the host school (optional)",
        required=False,
        widget=TextInput({"class": "govuk-input--width-5", "inputmode": "numeric"}),
        error_messages={"invalid": "A URN has six figures"},
    )
    began_on = DateField(label="Began on (optional)", required=False, past=True)
    holds_cases = forms.ChoiceField(label="Who holds cases?", choices=Taskforce.HoldsCases.choices, widget=Radios)
    decides = forms.ChoiceField(
        label="How does this taskforce decide?",
        choices=Taskforce.Decides.choices,
        widget=Radios(hints={"lead_specialist": "Those whose membership says that they take decisions"}),
    )
    full_week = forms.DecimalField(
        label="A full-time week here",
        min_value=1,
        max_value=60,
        decimal_places=2,
        initial=37,
        help_text="What a post of 1.0 is contracted for. Local government often has 37 hours, the NHS 37.5",
        widget=TextInput({"class": "govuk-input--width-5", "inputmode": "decimal"}, suffix="hours"),
    )
    counts_travel = forms.BooleanField(
        label="Log travel apart from delivery",
        required=False,
        help_text="Asks for the minutes of travel on the session form. They never count as hours in the return",
    )
    safeguarding_system = forms.CharField(
        label="The school’s safeguarding system (optional)",
        max_length=60,
        required=False,
        help_text="Such as CPOMS or MyConcern. Concerns are raised there, and only noted here",
    )
    safeguarding_link = forms.URLField(
        label="Its address (optional)", required=False, assume_scheme="https", help_text="Such as https://example.org"
    )
    confirm_within_days = forms.IntegerField(
        label="Confirm everybody’s access within",
        min_value=7,
        max_value=60,
        initial=21,
        help_text="From the first day of each term. Who is not confirmed by then is locked out until they are",
        widget=TextInput({"class": "govuk-input--width-3", "inputmode": "numeric"}, suffix="days"),
    )
    opening_pupils = forms.IntegerField(
        label="Pupils supported before its records here",
        min_value=0,
        max_value=1_000_000,
        initial=0,
        widget=TextInput({"class": "govuk-input--width-5", "inputmode": "numeric"}),
    )
    opening_hours = forms.DecimalField(
        label="Specialist hours delivered before its records here",
        min_value=0,
        max_value=10_000_000,
        decimal_places=2,
        initial=0,
        widget=TextInput({"class": "govuk-input--width-5", "inputmode": "decimal"}, suffix="hours"),
    )
    opening_on = DateField(
        label="As at (optional)", required=False, past=True, help_text="The last day that this balance covers"
    )

    def changes(self) -> dict[str, Any]:
        """What the service takes: hours as minutes."""
        fields = dict(self.cleaned_data)
        fields["opening_minutes"] = round(fields.pop("opening_hours") * Decimal(60))
        fields["full_week_minutes"] = round(fields.pop("full_week") * Decimal(60))
        return fields


class EntryForm(forms.Form):
    """A half-term, INSET day or closure."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=CalendarEntry.Kind.choices,
        widget=Radios(reveals={"half_term": "half_term"}),
        error_messages={"required": "Select what it is"},
    )
    half_term = forms.ChoiceField(
        label="Which half-term?",
        required=False,
        choices=[("", "Select"), *((name, name.replace("-", " ").capitalize()) for name in HALF_TERMS)],
    )
    starts_on = DateField(label="First day", error_messages={"required": "Enter the first day"})
    ends_on = DateField(label="Last day (optional)", required=False, help_text="Leave empty for a single day")
    name = forms.CharField(
        label="What it is called (optional)", max_length=100, required=False, help_text="For example, election"
    )

    def clean(self) -> dict[str, Any]:
        """A half-term says which, and has a last day."""
        fields = super().clean() or {}
        if fields.get("kind") == CalendarEntry.Kind.HALF_TERM:
            if not fields.get("half_term"):
                self.add_error("half_term", "Select which half-term it is")
            if not fields.get("ends_on") and "ends_on" not in self.errors:
                self.add_error("ends_on", "Enter the last day of the half-term")
        return fields

    def changes(self) -> dict[str, Any]:
        """What the service takes: a half-term is named by its place in the year."""
        fields = dict(self.cleaned_data)
        half_term = fields.pop("half_term")
        if fields["kind"] == CalendarEntry.Kind.HALF_TERM:
            fields["name"] = half_term
        fields["ends_on"] = fields["ends_on"] or fields["starts_on"]
        return fields
