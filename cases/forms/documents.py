"""Putting a document on a case, and saying who else may open one."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.timezone import localdate, make_aware

from apst.accounts.models import Membership
from apst.web.forms import DateField, Radios
from cases.models import Document
from cases.models.restricted import Sensitivity
from cases.uploads import ACCEPTED, TAKEN_WORDS

SENSITIVITY_HINTS: dict[str, str] = {
    Sensitivity.ORDINARY: "Everybody who works on this case and reads its notes",
    Sensitivity.CLINICAL: "You, and those whom you name",
    Sensitivity.YOUTH_JUSTICE: "You, and those whom you name",
    Sensitivity.SAFEGUARDING: "You, the designated safeguarding lead, and those whom you name",
}


class DocumentForm(forms.Form):
    """A file, what it is, and who may open it."""

    # A phone that takes HEIC sends JPEG where it is not offered HEIC.
    file = forms.FileField(
        label="Choose the file",
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ACCEPTED}),
        error_messages={"required": "Choose the file"},
    )
    title = forms.CharField(
        label="What is it, in a few words?", max_length=200, help_text="Such as: Speech and language report, summer."
    )
    kind = forms.ChoiceField(label="What kind of document is it?", choices=[("", "Choose"), *Document.Kind.choices])
    dated_on = DateField(label="The date on the document", past=True, initial=localdate)
    sensitivity = forms.ChoiceField(
        label="Who may open it?",
        choices=Sensitivity.choices,
        initial=Sensitivity.ORDINARY,
        widget=Radios(hints=SENSITIVITY_HINTS),
        help_text="Others see that there is a document, of which kind and by whom, never what it is called or says.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = (
            f"{TAKEN_WORDS}, at most {settings.UPLOAD_MEGABYTES} MB."
            " A photograph is kept without the place where it was taken."
        )


class OpeningForm(forms.Form):
    """One more person who may read a restricted record."""

    member = forms.ChoiceField(label="Who may read it?", error_messages={"required": "Choose who may read it"})
    reason = forms.CharField(label="Why? (no names)", max_length=300, error_messages={"required": "Say why"})
    until = DateField(label="The last day on which they may (optional)", required=False)

    def __init__(self, data: Any = None, *, members: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.members = {str(member.public_id): member for member in members}
        options = [(key, f"{m.name}, {m.get_role_display()}") for key, m in self.members.items()]
        cast(forms.ChoiceField, self.fields["member"]).choices = [("", "Choose"), *options]

    def said(self) -> dict[str, Any]:
        """Give the arguments of `let_open`; only of a valid form. The last day counts whole."""
        until = self.cleaned_data["until"]
        return {
            "member": self.members[self.cleaned_data["member"]],
            "reason": self.cleaned_data["reason"],
            "expires_at": make_aware(dt.datetime.combine(until + dt.timedelta(days=1), dt.time())) if until else None,
        }
