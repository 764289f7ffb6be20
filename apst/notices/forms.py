"""What a member wants to be told."""

from typing import Any

from django import forms

from apst.tenancy.context import Member
from apst.web.forms import Checkboxes, Radios

from .kinds import KINDS
from .models import NoticeChoice

DIGEST_HINTS = {
    "daily": "Monday to Friday at about half past six, in the holidays too, but not on bank holidays",
    "weekly": "Or on the first working day of a week that begins with a bank holiday",
}


class ChoicesForm(forms.Form):
    """How often the digest, and what at once."""

    digest = forms.ChoiceField(
        label="How often do you want an email with what Today counts for you?",
        help_text="Counts and links, never a name. When there is nothing to count, there is no email.",
        choices=[*NoticeChoice.Digest.choices[1:], NoticeChoice.Digest.choices[0]],
        widget=Radios(hints=DIGEST_HINTS),
        error_messages={"required": "Select how often"},
    )
    instant = forms.MultipleChoiceField(
        label="What do you want to be told of at once? (optional)", required=False, widget=Checkboxes
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.code, kind.words) for kind in KINDS.values() if kind.offered(member) and not kind.always]
        if kinds:
            self.fields["instant"].choices = kinds  # type: ignore[attr-defined]  # a field of choices
        else:
            del self.fields["instant"]
