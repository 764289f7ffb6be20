"""Who was given the privacy notice."""

from typing import Any

from django import forms

from apst.people.models import Contact
from apst.web.forms import DateField, Radios
from sharing.models import PrivacyTold

PUPIL = "pupil"


class ToldForm(forms.Form):
    """Who was told, when, how, and which notice it was."""

    who = forms.ChoiceField(label="Who was told?", widget=Radios, error_messages={"required": "Select who was told"})
    told_on = DateField(label="When?", past=True)
    how = forms.ChoiceField(
        label="How?", widget=Radios, choices=PrivacyTold.How.choices,
        error_messages={"required": "Select how they were told"},
    )  # fmt: skip
    notice = forms.CharField(
        label="Which privacy notice?", max_length=100, help_text="Its date or version",
        error_messages={"required": "Enter which privacy notice it was"},
    )  # fmt: skip

    def __init__(self, *args: Any, contacts: list[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contacts = {str(one.public_id): one for one in contacts}
        named = [(key, f"{one.name} ({one.relationship})") for key, one in self.contacts.items()]
        self.fields["who"].choices = [(PUPIL, "The pupil"), *named]  # type: ignore[attr-defined]  # a ChoiceField

    def said(self) -> dict[str, Any]:
        """Give the arguments of `record_told`; only of a valid form."""
        said = self.cleaned_data
        return {"contact": self.contacts.get(said["who"])} | {name: said[name] for name in ("told_on", "how", "notice")}
