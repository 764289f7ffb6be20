"""Logging training, advice and supervision, and what those who were there thought of it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.timezone import localdate

from apst.codelists import choices, codes
from apst.people.models import Post
from apst.places.models import Establishment, Site
from apst.web.forms import Chips, DateField, TextInput
from cases.exceptions import DurationOutOfRange
from cases.queries.staff_work import FOR_STAFF

NUMBER = {"class": "govuk-input--width-3", "inputmode": "numeric"}
LENGTHS = (("15", "15 min"), ("30", "30 min"), ("60", "1 hour"), ("90", "1½ hours"), ("120", "2 hours"))


class _LogForm(forms.Form):
    """Who, when and how long."""

    post = forms.ChoiceField(label="Whose work was it?", error_messages={"required": "Select whose work it was"})
    held_on = DateField(label="When?", past=True, initial=localdate)
    length = forms.ChoiceField(label="How long did it take?", required=False, choices=LENGTHS, widget=Chips)
    minutes = forms.IntegerField(
        label="Or so many minutes (optional)", required=False, widget=TextInput(NUMBER, suffix="minutes")
    )

    def __init__(self, *args: Any, posts: Iterable[Post], own: Sequence[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.public_id): post for post in posts}
        self.only = own[0] if len(own) == 1 else None
        if self.only:
            del self.fields["post"]
        else:
            offered = own or list(self.posts.values())
            field: Any = self.fields["post"]
            field.choices = [("", "Select"), *((str(post.public_id), str(post)) for post in offered)]

    def clean(self) -> dict[str, Any]:
        """How long it took is said one way or the other."""
        said = super().clean() or self.cleaned_data
        minutes = said.get("minutes")
        if minutes is None and not said.get("length") and "minutes" not in self.errors:
            self.add_error("length", "Select how long it took")
        if minutes is not None and not 1 <= minutes <= 24 * 60:
            self.add_error("minutes", DurationOutOfRange.sentence)
        return said

    def said(self) -> dict[str, Any]:
        """Give the arguments of `log_staff_work` that both kinds have; only of a valid form."""
        data = self.cleaned_data
        return {
            "specialists": [self.only or self.posts[data["post"]]],
            "held_on": data["held_on"],
            "minutes": data["minutes"] or int(data["length"]),
        }


class TrainingForm(_LogForm):
    """Training, advice, an advice line call or reflective practice."""

    kind = forms.ChoiceField(
        label="What was it?",
        choices=[(code, words) for code, words in choices("staff_work") if code in FOR_STAFF],
        widget=Chips,
        error_messages={"required": "Select what it was"},
    )
    audience = forms.ChoiceField(
        label="For whom?", choices=choices("audiences"), widget=Chips, error_messages={"required": "Select for whom"}
    )
    topic = forms.CharField(label="About what?", max_length=200, help_text="No pupil is named here")
    school = forms.ChoiceField(label="Which school? (optional)", required=False)
    places = forms.IntegerField(label="Places offered (optional)", required=False, min_value=0, max_value=1000,
                                widget=TextInput(NUMBER))  # fmt: skip
    staff_trained = forms.IntegerField(label="Staff who were there", min_value=0, max_value=1000,
                                       error_messages={"required": "Enter how many staff were there"},
                                       widget=TextInput(NUMBER))  # fmt: skip
    site = forms.ChoiceField(label="At which site? (optional)", required=False)
    field_order = (
        "post", "kind", "audience", "topic", "school", "held_on", "length", "minutes", "staff_trained", "places",
        "site",
    )  # fmt: skip

    def __init__(self, *args: Any, schools: Iterable[Establishment], sites: Iterable[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schools = {str(school.public_id): school for school in schools}
        self.sites = {str(site.public_id): site for site in sites}
        for name, rows, none in (("school", self.schools, "Not said"), ("site", self.sites, "Not said")):
            field: Any = self.fields[name]
            field.choices = [("", none), *((key, row.name) for key, row in rows.items())]

    def said(self) -> dict[str, Any]:
        """Give the arguments of `log_staff_work`; only of a valid form."""
        data = self.cleaned_data
        names = ("kind", "audience", "topic", "places", "staff_trained")
        return {
            **super().said(),
            **{name: data[name] for name in names},
            "school": self.schools.get(data["school"]),
            "site": self.sites.get(data["site"]),
        }


class SupervisionLogForm(_LogForm):
    """That supervision took place, and nothing of what was said."""

    kind = forms.ChoiceField(
        label="What was it?",
        choices=[(code, row["label"]) for code, row in codes("staff_work").items() if code not in FOR_STAFF],
        widget=Chips,
        error_messages={"required": "Select what it was"},
    )
    field_order = ("post", "kind", "held_on", "length", "minutes")

    def said(self) -> dict[str, Any]:
        """Give the arguments of `log_staff_work`; only of a valid form."""
        return {**super().said(), "kind": self.cleaned_data["kind"]}


class TrainingFilterForm(forms.Form):
    """What of the log is shown."""

    kind = forms.ChoiceField(
        label="What it was",
        required=False,
        choices=[("", "All"), *((code, words) for code, words in choices("staff_work") if code in FOR_STAFF)],
    )
    audience = forms.ChoiceField(label="For whom", required=False, choices=[("", "All"), *choices("audiences")])

    def said(self) -> dict[str, Any]:
        """Give the arguments of `staff_sessions`; what is no filter is left out."""
        data = self.cleaned_data if self.is_valid() else {}
        return {"kind": data.get("kind", ""), "audience": data.get("audience", "")}


class FeedbackForm(forms.Form):
    """What those who were there thought of it."""

    score = forms.DecimalField(
        label="Average score, from 1 to 5 (optional)",
        required=False,
        min_value=1,
        max_value=5,
        decimal_places=1,
        help_text="5 is best. Another scale is turned into this one first",
        widget=TextInput({"class": "govuk-input--width-3", "inputmode": "decimal"}),
    )
    words = forms.CharField(
        label="In their words (optional)",
        max_length=500,
        required=False,
        help_text="No names",
        widget=forms.Textarea({"rows": 4}),
    )
