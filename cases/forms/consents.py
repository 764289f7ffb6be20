"""What is asked about consent to assessment and treatment."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms

from apst.codelists import choices
from apst.people.models import Contact
from apst.web.forms import CharacterCount, Checkboxes, DateField, Radios
from cases.models import TreatmentConsent

NOBODY = "Nobody is recorded as having parental responsibility. Add it to the contact on the pupil’s record first."


class ConsentForm(forms.Form):
    """One answer, by one person, to one kind of assessment or treatment or several."""

    what_for = forms.MultipleChoiceField(
        label="What is it about?", widget=Checkboxes, choices=choices("consent_purposes"),
        error_messages={"required": "Select what it is about"},
    )  # fmt: skip
    details = forms.CharField(label="What exactly? (optional)", required=False, max_length=200)
    decision = forms.ChoiceField(
        label="What did they say?",
        widget=Radios(hints={"refused": "For the screening of a year group this is the opt-out"}),
        choices=TreatmentConsent.Decision.choices,
    )
    given_by = forms.ChoiceField(
        label="Who decided?",
        widget=Radios(reveals={"pupil": "competence"}),
        error_messages={"required": "Select who decided"},
    )
    competence = forms.CharField(
        label="How was it judged that the pupil understands enough to decide?",
        required=False,
        max_length=500,
        widget=CharacterCount({"rows": 3}, characters=500),
        help_text="Each child is judged for themselves and for this decision. No clinical detail here.",
    )
    decided_on = DateField(label="On which day did they decide?", past=True)

    def __init__(self, data: Any = None, *, contacts: Iterable[Contact], **kwargs: Any) -> None:
        """contacts: those with parental responsibility"""
        super().__init__(data, **kwargs)
        self.contacts = {str(contact.public_id): contact for contact in contacts}
        options = [(key, f"{one.name} ({one.relationship})") for key, one in self.contacts.items()]
        cast(forms.ChoiceField, self.fields["given_by"]).choices = [*options, ("pupil", "The pupil, who is competent")]
        if not self.contacts:
            self.fields["given_by"].help_text = NOBODY

    def said(self) -> dict[str, Any]:
        """Give the arguments of `record_consent`; only of a valid form."""
        contact = self.contacts.get(self.cleaned_data["given_by"])
        by = TreatmentConsent.GivenBy.CONTACT if contact else TreatmentConsent.GivenBy.PUPIL
        return {**self.cleaned_data, "given_by": by, "contact": contact}


class WithdrawForm(forms.Form):
    """When consent was withdrawn."""

    withdrawn_on = DateField(label="On which day was it withdrawn?", past=True)
    because = forms.CharField(label="Why? (optional)", required=False, max_length=200)
