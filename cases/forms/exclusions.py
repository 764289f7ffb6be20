"""What is asked of an exclusion."""

from typing import Any, Final, cast

from django import forms
from django.utils.timezone import localdate

from apst.codelists import choices
from apst.places.models import Establishment
from apst.web.forms import Checkboxes, Chips, DateField, TextInput
from cases.models import Exclusion

ASKED: Final = ("category", "starts_on", "start_session", "sessions", "school", "education_from")


class ExclusionForm(forms.Form):
    """One exclusion, as the letter of the school that excluded says it."""

    category = forms.ChoiceField(
        label="What is it?",
        choices=Exclusion.Category.choices,
        widget=Chips,
        error_messages={"required": "Select what it is"},
    )
    starts_on = DateField(label="When did it begin?", past=True, initial=localdate)
    start_session = forms.ChoiceField(
        label="From when on that day?",
        choices=Exclusion.StartSession.choices,
        initial=Exclusion.StartSession.MORNING,
        widget=Chips,
        help_text="One that begins after the morning counts from the next school day.",
        error_messages={"required": "Select from when on that day"},
    )
    sessions = forms.IntegerField(
        label="How many half-days? (suspensions only)",
        required=False,
        min_value=1,
        max_value=90,
        widget=TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"}),
        help_text="A whole school day is 2. The first day counts too.",
        error_messages={
            "invalid": "Half-days must be a whole number, such as 11",
            "min_value": "A suspension is for 1 half-day at least",
            "max_value": "A suspension is for 90 half-days at most",
        },
    )
    school = forms.ModelChoiceField(
        label="Which school excluded? (optional)",
        queryset=Establishment.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="Not known",
        help_text="Its own calendar counts the days, where it has one here.",
    )
    reasons = forms.MultipleChoiceField(
        label="Why? (optional, up to three)",
        choices=choices("exclusion_reasons"),
        widget=Checkboxes,
        required=False,
    )
    education_from = DateField(
        label="Full-time education began on (optional)",
        required=False,
        past=True,
        help_text="This is what stops the clock of day 6.",
    )
    exams_over_on = DateField(
        label="Year 11: every exam taken or missed by (optional)",
        required=False,
        help_text="No exam on record is not every exam taken: leave it empty while it is not known.",
    )
    ehc_fewer_hours = forms.BooleanField(
        label="An EHC plan names fewer hours, which the authority provides", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        school = cast("forms.ModelChoiceField[Establishment]", self.fields["school"])
        school.queryset = Establishment.objects.order_by("name", "pk")

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields that are asked of every exclusion."""
        return [self[name] for name in ASKED]

    @property
    def folded(self) -> list[forms.BoundField]:
        """The others."""
        return [field for field in self if field.name not in ASKED]

    @property
    def fold_is_open(self) -> bool:
        """True where something stands in the fold, or is wrong there."""
        return any(field.errors or field.value() for field in self.folded)

    @staticmethod
    def initial_of(row: Exclusion) -> dict[str, Any]:
        """Give what the form says of an exclusion that is recorded."""
        names = (
            "category", "starts_on", "start_session", "sessions", "reasons", "education_from", "exams_over_on",
            "ehc_fewer_hours",
        )  # fmt: skip
        return {name: getattr(row, name) for name in names} | {"school": row.school.public_id if row.school else None}
