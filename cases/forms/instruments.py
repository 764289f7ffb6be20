"""Making an instrument of one's own, and setting what applies to one."""

from typing import Any, cast

from django import forms

from apst.codelists import choices
from apst.web.forms import Checkboxes, Radios, TextInput
from cases.models import Instrument, InstrumentScale
from cases.models.restricted import Sensitivity

NO_CONSENT = ("", "No consent of its own")


class OwnInstrumentForm(forms.Form):
    """A scale, a star or a screener of this taskforce's own. `said()` gives what the service takes."""

    name = forms.CharField(label="What is it called?", max_length=120)
    areas = forms.CharField(
        label="What is scored?",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="One area a line, such as: Coming to school. Your own words, not those of a licensed questionnaire.",
        error_messages={"required": "Write what is scored"},
    )
    kind = forms.ChoiceField(
        label="How is it scored?",
        widget=Radios(reveals={"bands": "labels"}),
        choices=[("numbers", "With a number"), ("bands", "With a band, in words")],
        initial="numbers",
    )
    labels = forms.CharField(
        label="The bands, the lowest first",
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="One a line, 2 to 6 of them.",
    )
    minimum = forms.IntegerField(
        label="Lowest number",
        required=False,
        initial=0,
        widget=TextInput({"class": "govuk-input--width-3", "inputmode": "numeric"}),
    )
    maximum = forms.IntegerField(
        label="Highest number",
        required=False,
        initial=10,
        widget=TextInput({"class": "govuk-input--width-3", "inputmode": "numeric"}),
    )
    better = forms.ChoiceField(
        label="What is better?", widget=Radios, choices=InstrumentScale.Better.choices, initial="higher"
    )
    informants = forms.MultipleChoiceField(
        label="Who may answer? (optional)", required=False, widget=Checkboxes(small=True), choices=choices("informants")
    )
    consent_for = forms.ChoiceField(
        label="Which consent does it need?", required=False, choices=[NO_CONSENT, *choices("consent_purposes")]
    )
    sensitivity = forms.ChoiceField(
        label="How sensitive are its results usually?",
        widget=Radios,
        choices=Sensitivity.choices,
        initial=Sensitivity.ORDINARY,
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("kind") == "bands" and not said.get("labels", "").strip():
            self.add_error("labels", "Write the bands, the lowest first, each on its own line")
        return said

    def said(self) -> dict[str, Any]:
        """Give the arguments of `make_instrument`; only of a valid form."""
        data = dict(self.cleaned_data)
        bands = data.pop("kind") == "bands"
        data["areas"] = data["areas"].splitlines()
        data["labels"] = data["labels"].splitlines() if bands else []
        data["minimum"] = 0 if data["minimum"] is None else data["minimum"]
        data["maximum"] = 10 if data["maximum"] is None else data["maximum"]
        return data


class InstrumentForm(forms.Form):
    """What applies to an instrument here."""

    edition = forms.CharField(label="Version (optional)", required=False, max_length=60)
    informants = forms.MultipleChoiceField(
        label="Who may answer?", required=False, widget=Checkboxes(small=True), choices=choices("informants")
    )
    consent_for = forms.ChoiceField(
        label="Which consent does it need?",
        required=False,
        choices=[NO_CONSENT, *choices("consent_purposes")],
        help_text="Where it is missing the page warns; nothing is blocked.",
    )
    sensitivity = forms.ChoiceField(
        label="How sensitive are its results usually?", widget=Radios, choices=Sensitivity.choices
    )
    note = forms.CharField(
        label="Note to whoever uses it (optional)",
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 4}),
    )
    band_sets = forms.MultipleChoiceField(
        label="Which bands are shown?",
        required=False,
        widget=Checkboxes,
        help_text="Assessments keep the bands with which they were recorded.",
    )

    def __init__(self, data: Any = None, *, instrument: Instrument, **kwargs: Any) -> None:
        sets = list(instrument.band_sets.all())
        kwargs["initial"] = {
            "edition": instrument.edition,
            "informants": instrument.informants,
            "consent_for": instrument.consent_for,
            "sensitivity": instrument.sensitivity,
            "note": instrument.note,
            "band_sets": [one.code for one in sets if one.in_use],
        }
        super().__init__(data, **kwargs)
        field = cast(forms.MultipleChoiceField, self.fields["band_sets"])
        field.choices = [(one.code, one.name) for one in sets]
        field.widget.hints = {
            one.code: f"{one.source.rstrip('.')}." + ("" if one.verified else " Not verified.") for one in sets
        }
        if not sets:
            del self.fields["band_sets"]
