"""The search box."""

from django import forms

from apst.web.forms import TextInput


class SearchForm(forms.Form):
    """What somebody remembers. Sent by POST, so that no name stands in an address or a log."""

    q = forms.CharField(
        label="Name, UPN, local id or reference",
        max_length=100,
        help_text="Part of a name is enough, in any order. A preferred or former name does too, and spelling need not"
        " be exact.",
        widget=TextInput({"class": "govuk-input--width-20", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter a name, UPN, local id or reference"},
    )
