"""The way back into a school, as it is typed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.timezone import localdate

from apst.places.models import Establishment
from apst.web.forms import CharacterCount, Chips, ChipsMultiple, DateField, Radios
from cases.models import ReintegrationCheck
from cases.models.reintegration import HALF_DAYS

from .typed import TypedForm, choose


class ReintegrationForm(TypedForm):
    """Which school, from when, and who does what there."""

    school = forms.ChoiceField(label="Which school?", error_messages={"required": "Select the school"})
    starts_on = DateField(label="First day at the school", help_text="It may lie ahead.")
    contact = forms.CharField(
        label="Whom to speak to at the school? (optional)",
        required=False,
        max_length=150,
        help_text="The adult who expects the pupil at the door.",
    )
    agreed = forms.CharField(
        label="Who does what? (optional)",
        required=False,
        max_length=1500,
        widget=CharacterCount({"rows": 5}, characters=1500),
        help_text="Transport, who meets the pupil, where they go when it gets too much, who rings home.",
    )

    def __init__(self, data: Any = None, *, schools: Iterable[Establishment], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.schools = {str(school.public_id): school for school in schools}
        choose(self.fields["school"], [("", "Choose"), *((key, one.name) for key, one in self.schools.items())])

    def said(self) -> dict[str, Any]:
        """Give the arguments of `plan_reintegration`; only of a valid form."""
        return {**self.cleaned_data, "school": self.schools[self.cleaned_data["school"]]}


class WeekForm(forms.Form):
    """One week of the phased timetable."""

    half_days = forms.MultipleChoiceField(
        label="When is the pupil at the school?", required=False, widget=ChipsMultiple, choices=HALF_DAYS
    )
    who_does_what = forms.CharField(
        label="Who does what this week? (optional)",
        required=False,
        max_length=300,
        widget=CharacterCount({"rows": 3}, characters=300),
    )


class CheckForm(TypedForm):
    """How it stands after some weeks."""

    weeks = forms.TypedChoiceField(label="Which check is it?", widget=Chips, coerce=int)
    held_on = DateField(label="When was it?", past=True, initial=localdate)
    outcome = forms.ChoiceField(
        label="How is it going?",
        widget=Radios,
        choices=ReintegrationCheck.Outcome.choices,
        error_messages={"required": "Select how it is going"},
    )
    text = forms.CharField(
        label="What did you find? (optional)",
        required=False,
        max_length=1500,
        widget=CharacterCount({"rows": 4}, characters=1500),
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        choose(self.fields["weeks"], [(str(n), f"After {n} weeks") for n in settings.REINTEGRATION_CHECK_WEEKS])
