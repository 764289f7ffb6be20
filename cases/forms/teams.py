"""Who joins a team and how, and how much a child gets at once."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.timezone import localdate

from apst.codelists import choices
from apst.people.models import Post
from apst.web.forms import CharacterCount, DateField, Radios
from cases.models import CaseMember, CaseStage

PART_HINTS = {
    "direct": "Meets the child",
    "key_person": "The adult whom the child turns to",
    "advisory": "Helps the others; does not meet the child",
}
PARTS = [
    (part.value, part.label) for part in (CaseMember.Part.DIRECT, CaseMember.Part.KEY_PERSON, CaseMember.Part.ADVISORY)
]


class JoinForm(forms.Form):
    """A post for the team."""

    post = forms.ChoiceField(label="Who joins the team?", error_messages={"required": "Select who joins the team"})
    part = forms.ChoiceField(label="How do they work on the case?", widget=Radios(hints=PART_HINTS), choices=PARTS)
    starts_on = DateField(label="Since when?", past=True, initial=localdate)

    def __init__(self, data: Any = None, *, posts: Iterable[Post], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.posts = {str(post.public_id): post for post in posts}
        options = [("", "Choose"), *((key, str(post)) for key, post in self.posts.items())]
        cast(forms.ChoiceField, self.fields["post"]).choices = options

    def said(self) -> dict[str, Any]:
        """Give the arguments of `join_team`; only of a valid form."""
        return {**self.cleaned_data, "post": self.posts[self.cleaned_data["post"]]}


class PartForm(forms.Form):
    """How somebody on the team goes on."""

    part = forms.ChoiceField(
        label="How do they work on the case from today?", widget=Radios(hints=PART_HINTS), choices=PARTS
    )


class StageForm(forms.Form):
    """Tier and offer from a day on."""

    tier = forms.ChoiceField(label="Tier", widget=Radios, choices=choices("tiers"))
    offer = forms.ChoiceField(
        label="What is offered? (optional)",
        widget=Radios,
        choices=[("", "Not said"), *CaseStage.Offer.choices],
        required=False,
    )
    starts_on = DateField(label="From which day?", past=True, initial=localdate)
    why = forms.CharField(
        label="Why? (optional)",
        required=False,
        max_length=500,
        widget=CharacterCount(characters=500),
        help_text="What was seen that asks for more, or for less. It stands on the timeline.",
    )
