"""Opening in an emergency, reviewing it, and who never may."""

from collections.abc import Iterable
from typing import Any

from django import forms

from apst.accounts.models import Membership
from apst.web.forms import Radios
from cases.models import EmergencyLook


class EmergencyForm(forms.Form):
    """Why it cannot wait."""

    reason = forms.CharField(
        label="What is happening, and why can it not wait?",
        help_text="Write no name. Those who are told read this, and it is kept.",
        max_length=500,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Say what is happening and why it cannot wait"},
    )


class ReviewForm(forms.Form):
    """What somebody found who looked at an emergency afterwards."""

    finding = forms.ChoiceField(
        label="What did you find?",
        choices=EmergencyLook.Finding.choices,
        widget=Radios,
        error_messages={"required": "Select what you found"},
    )
    text = forms.CharField(
        label="What did you look at, and what happens next? (no names)",
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Say what you looked at and what happens next"},
    )


class BarForm(forms.Form):
    """Somebody who never opens a restricted case in an emergency."""

    member = forms.ChoiceField(
        label="Who is never to open this case in an emergency?",
        help_text="For example a colleague whose own child this is.",
        error_messages={"required": "Select who is never to open it"},
    )

    def __init__(self, data: Any = None, *, people: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.people = {str(person.public_id): person for person in people}
        options = [(key, f"{person.name}, {person.get_role_display()}") for key, person in self.people.items()]
        self.fields["member"].choices = [("", "Choose"), *options]  # type: ignore[attr-defined]  # a ChoiceField
