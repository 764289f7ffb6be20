"""An organisation that information is shared with."""

from django import forms

from apst.codelists import choices


class PartnerForm(forms.Form):
    """A partner. `version` is the one that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label="Name of the organisation", max_length=200)
    kind = forms.ChoiceField(label="Kind of organisation", choices=[("", "Select"), *choices("partner_kinds")])
    address = forms.CharField(label="Postal address (optional)", required=False, widget=forms.Textarea({"rows": 3}))
    data_protection_contact = forms.CharField(
        label="Data protection officer or contact", max_length=200, help_text="Who is told of a breach, and is asked"
    )
    data_protection_email = forms.EmailField(label="Their email address", help_text="A shared mailbox, if there is one")
    responsible_owner = forms.CharField(label="Senior responsible owner (optional)", max_length=200, required=False)
    caldicott_guardian = forms.CharField(
        label="Caldicott guardian (optional)",
        max_length=200,
        required=False,
        help_text="NHS bodies and councils with social care have one",
    )
