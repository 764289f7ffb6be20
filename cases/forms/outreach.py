"""Outreach to a mainstream school."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.timezone import localdate

from apst.people.models import Post
from apst.places.models import Establishment
from apst.web.forms import CharacterCount, DateField

AIMS_HELP = "For example: fewer suspensions in Year 8, staff who are sure how to calm. Name no pupil here."


class OutreachForm(forms.Form):
    """Who leads outreach, and what it is for; for a new one also with which school, since when."""

    school = forms.ChoiceField(label="Which school?", error_messages={"required": "Select a school"})
    lead = forms.ChoiceField(label="Who leads it? (optional)", required=False)
    aims = forms.CharField(
        label="What do you and the school want to achieve?",
        widget=CharacterCount(characters=2000),
        max_length=2000,
        help_text=AIMS_HELP,
    )
    opened_on = DateField(label="Since when?", past=True, initial=localdate)

    def __init__(
        self, data: Any = None, *, posts: Iterable[Post], schools: Iterable[Establishment] | None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.posts = {str(post.public_id): post for post in posts}
        self.schools = {str(school.public_id): school for school in schools or ()}
        leads = [("", "Nobody yet"), *((key, str(post)) for key, post in self.posts.items())]
        cast(forms.ChoiceField, self.fields["lead"]).choices = leads
        if schools is None:
            del self.fields["school"], self.fields["opened_on"]
        else:
            options = [("", "Choose"), *((key, school.name) for key, school in self.schools.items())]
            cast(forms.ChoiceField, self.fields["school"]).choices = options

    def said(self) -> dict[str, Any]:
        """Give the arguments of the services but the school; only of a valid form."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "school"}
        return {**data, "lead": self.posts.get(data["lead"])}


class EndOutreachForm(forms.Form):
    """What came of it."""

    outcome = forms.CharField(
        label="What came of it?",
        widget=CharacterCount(characters=2000),
        max_length=2000,
        help_text="Name no pupil here.",
    )
    ended_on = DateField(label="The day on which it ended", past=True, initial=localdate)
