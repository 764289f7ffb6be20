"""Planning holiday provision, giving places, and keeping the register of a day."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.timezone import localdate

from apst.people.models import Post, Pupil
from apst.places.models import Site
from apst.web.forms import Checkboxes, DateField, Radios, TextInput
from cases.models import HolidayProgramme

NUMBER = {"class": "govuk-input--width-4", "inputmode": "numeric"}
ATTENDANCE = [
    ("attended", "Came"),
    ("did_not_attend", "Did not come"),
    ("was_not_brought", "Was not brought"),
    ("", "Not expected"),
]


class ProgrammeForm(forms.Form):
    """What is offered in one holiday, and on what footing."""

    name = forms.CharField(
        label="What is it called?", max_length=150, help_text="Such as “Summer 2026, boats and bikes”"
    )
    starts_on = DateField(label="First day")
    ends_on = DateField(label="Last day")
    site = forms.ModelChoiceField(
        label="At which site? (optional)", queryset=Site.objects.none(), required=False, empty_label="Elsewhere"
    )
    places = forms.IntegerField(label="How many places? (optional)", required=False, min_value=0, max_value=5000,
                                widget=TextInput(NUMBER))  # fmt: skip
    footing = forms.ChoiceField(
        label="Is it part of the school?",
        required=False,
        choices=[*HolidayProgramme.Footing.choices, ("", "Not settled yet")],
        widget=Radios,
        help_text="Where it is separate, take care that no money restricted to running the school pays for it",
    )
    powers = forms.CharField(label="Which powers are used? (optional)", max_length=300, required=False)
    staffing = forms.CharField(
        label="On what basis do staff work? (optional)",
        max_length=300,
        required=False,
        help_text="Such as within their contracts, as overtime, or for another employer",
    )
    funded_by = forms.CharField(
        label="What pays for it? (optional)", max_length=200, required=False, help_text="Such as the HAF programme"
    )
    cost_pounds = forms.IntegerField(label="What does it cost in all? (optional)", required=False, min_value=0,
                                     max_value=10_000_000, widget=TextInput(NUMBER, prefix="£"))  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        site: Any = self.fields["site"]
        site.queryset = Site.objects.filter(closed_on__isnull=True).order_by("name")


class PlacesForm(forms.Form):
    """Who gets a place."""

    pupils = forms.MultipleChoiceField(
        label="Who gets a place?", widget=Checkboxes(small=True), error_messages={"required": "Select who gets a place"}
    )

    def __init__(self, *args: Any, offered: Iterable[Pupil], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(pupil.public_id): pupil for pupil in offered}
        field: Any = self.fields["pupils"]
        field.choices = [(key, pupil.full_name) for key, pupil in self.offered.items()]

    def chosen(self) -> list[Pupil]:
        """Give the pupils; only of a valid form."""
        return [self.offered[key] for key in self.cleaned_data["pupils"]]


class RegisterForm(forms.Form):
    """One day: who came, who worked, how long."""

    day = DateField(label="Which day?", past=True, initial=localdate)
    hours = forms.DecimalField(label="How many hours?", min_value=0, max_value=24, decimal_places=2,
                               widget=TextInput(NUMBER, suffix="hours"))  # fmt: skip
    specialists = forms.MultipleChoiceField(
        label="Who worked?", widget=Checkboxes(small=True), error_messages={"required": "Select who worked"}
    )

    def __init__(self, *args: Any, posts: Iterable[Post], pupils: Iterable[Pupil], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.public_id): post for post in posts}
        self.pupils = list(pupils)
        field: Any = self.fields["specialists"]
        field.choices = [(key, str(post)) for key, post in self.posts.items()]
        for pupil in self.pupils:
            self.fields[self._name(pupil)] = forms.ChoiceField(
                label=pupil.full_name,
                choices=ATTENDANCE,
                required=False,
                initial="attended",
                widget=Radios(inline=True),
            )

    @staticmethod
    def _name(pupil: Pupil) -> str:
        return f"pupil-{pupil.public_id}"

    @property
    def of_pupils(self) -> Iterator[Any]:
        """The fields of the pupils."""
        return (self[self._name(pupil)] for pupil in self.pupils)

    def clean_hours(self) -> Any:
        """More than nothing."""
        if not self.cleaned_data["hours"]:
            raise forms.ValidationError("It must be more than 0 hours")
        return self.cleaned_data["hours"]

    def said(self) -> dict[str, Any]:
        """Give the arguments of `keep_register`; only of a valid form."""
        data = self.cleaned_data
        return {
            "day": data["day"],
            "minutes": round(data["hours"] * 60),
            "specialists": [self.posts[key] for key in data["specialists"]],
            "places": [(pupil, data[self._name(pupil)]) for pupil in self.pupils if data[self._name(pupil)]],
        }
