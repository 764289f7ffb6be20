"""The team: who is away, what is vacant, who is out alone, induction, money, and what school staff are told."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.timezone import localdate, localtime

from apst.codelists import choices
from apst.people.models import Funding, LoneVisit, Post, Specialist
from apst.people.queries.support import Induction
from apst.places.calendar import year_of
from apst.places.models import Site
from apst.web.forms import CharacterCount, Checkboxes, Chips, DateField, Radios, TextInput

from .posts import PostForm

POUNDS = {"class": "govuk-input--width-5", "inputmode": "numeric"}
LENGTHS = (("30", "30 minutes"), ("60", "1 hour"), ("90", "1½ hours"), ("120", "2 hours"), ("180", "3 hours"))


class AbsenceForm(forms.Form):
    """Who is away from when to when; never why."""

    specialist = forms.ChoiceField(label="Who is away?", error_messages={"required": "Select who is away"})
    starts_on = DateField(label="First day away", initial=localdate)
    ends_on = DateField(label="Last day away (optional)", required=False, help_text="Leave empty for a single day")

    def __init__(self, *args: Any, specialists: Iterable[Specialist], own: Specialist | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.specialists = {str(one.public_id): one for one in specialists}
        self.own = own
        if own:
            del self.fields["specialist"]
        else:
            options = [("", "Select"), *((key, one.name) for key, one in self.specialists.items())]
            self.fields["specialist"].choices = options  # type: ignore[attr-defined]  # a ChoiceField

    def whose(self) -> Specialist:
        """Give who is away; only of a valid form."""
        return self.own or self.specialists[self.cleaned_data["specialist"]]

    def said(self) -> dict[str, Any]:
        """Give the arguments of `record_absence` but the specialist."""
        return {
            "starts_on": self.cleaned_data["starts_on"],
            "ends_on": self.cleaned_data["ends_on"] or self.cleaned_data["starts_on"],
        }


class VacancyForm(forms.Form):
    """A post that nobody holds."""

    specialist_type = forms.ChoiceField(
        label="Type of specialist", choices=[("", "Select"), *choices("specialist_types")]
    )
    fte = PostForm.base_fields["fte"]
    since = DateField(label="First day without a holder", initial=localdate)
    site = forms.ModelChoiceField(
        label="At which site? (optional)", queryset=Site.objects.none(), required=False, empty_label="All sites"
    )
    recruiting = forms.CharField(
        label="How far is recruiting? (optional)", max_length=300, required=False, help_text="No names of applicants"
    )

    clean_fte = PostForm.clean_fte

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.filter(closed_on__isnull=True).order_by("name")  # type: ignore[attr-defined]  # a ModelChoiceField

    def said(self) -> dict[str, Any]:
        """Give the details of a vacancy."""
        said = dict(self.cleaned_data)
        said["fte_hundredths"] = int(said.pop("fte") * 100)
        return said


class CloseVacancyForm(forms.Form):
    """How a vacancy ended."""

    filled_by = forms.ChoiceField(label="Who holds the post now?", required=False)
    closed_on = DateField(label="From which day?", initial=localdate)

    def __init__(self, *args: Any, posts: Iterable[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.public_id): post for post in posts}
        options = [("", "Nobody: the post was given up"), *((key, str(post)) for key, post in self.posts.items())]
        self.fields["filled_by"].choices = options  # type: ignore[attr-defined]  # a ChoiceField


class _BackForm(forms.Form):
    """When somebody expects to be back: in a while, or at a time."""

    length = forms.ChoiceField(label="Back in", required=False, choices=LENGTHS, widget=Chips)
    at = forms.TimeField(
        label="Or at (optional)",
        required=False,
        input_formats=["%H:%M", "%H.%M"],
        help_text="For example 16:30",
        widget=TextInput({"class": "govuk-input--width-4", "inputmode": "numeric"}),
        error_messages={"invalid": "Enter a time such as 16:30"},
    )

    def clean(self) -> dict[str, Any]:
        """One of the two must be said."""
        said = super().clean() or self.cleaned_data
        if not said.get("length") and not said.get("at") and "at" not in self.errors:
            self.add_error("length", "Select when you expect to be back")
        return said

    def expected_back_at(self) -> dt.datetime:
        """Give the moment; a time that has passed today is tomorrow's."""
        at = self.cleaned_data["at"]
        if at is None:
            return timezone.now() + dt.timedelta(minutes=int(self.cleaned_data["length"]))
        now = localtime()
        moment = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
        return moment if moment > now else moment + dt.timedelta(days=1)


class VisitForm(_BackForm):
    """Where somebody goes alone, and until when."""

    kind = forms.ChoiceField(
        label="What are you doing?",
        choices=LoneVisit.Kind.choices,
        widget=Chips,
        error_messages={"required": "Select what you are doing"},
    )
    place = forms.CharField(
        label="Where?",
        max_length=200,
        help_text="So that a colleague can find you, such as “Mill Lane, blue door, then the clinic”. No names",
    )
    field_order = ("kind", "place", "length", "at")


class LongerForm(_BackForm):
    """How much longer it takes."""


class InductionForm(forms.Form):
    """What somebody has done of the checklist."""

    done = forms.MultipleChoiceField(label="What is done?", required=False, widget=Checkboxes)

    def __init__(self, *args: Any, induction: Induction, **kwargs: Any) -> None:
        ticked = [str(item.public_id) for item, tick in induction.items if tick]
        super().__init__(*args, **{**kwargs, "initial": {"done": ticked}})
        self.items = {str(item.public_id): item for item, _ in induction.items}
        words = {
            str(item.public_id): f"{item.text} (done on {tick.done_on:%-d %B %Y})" if tick else item.text
            for item, tick in induction.items
        }
        self.fields["done"].choices = list(words.items())  # type: ignore[attr-defined]  # a ChoiceField


class ChecklistForm(forms.Form):
    """The taskforce's own checklist, a line an item."""

    items = forms.CharField(
        label="What does a new specialist do?",
        help_text="One item a line. An item that you take out keeps its ticks",
        widget=forms.Textarea({"rows": 12}),
    )

    def lines(self) -> list[str]:
        """Give the items in their order."""
        return [line.strip() for line in self.cleaned_data["items"].splitlines() if line.strip()]

    def clean_items(self) -> str:
        """Each fits into a line."""
        text: str = self.cleaned_data["items"]
        if any(len(line.strip()) > 200 for line in text.splitlines()):
            raise forms.ValidationError("Each item must be 200 characters or fewer")
        return text


class FundingForm(forms.Form):
    """Money from one source."""

    source = forms.ChoiceField(
        label="Which route does it come by?",
        choices=choices("funding_sources"),
        widget=Radios,
        help_text="The routes that the DfE’s advice lists, and a national programme’s grant",
        error_messages={"required": "Select the route"},
    )
    name = forms.CharField(label="What is it called?", max_length=150)
    annual_pounds = forms.IntegerField(
        label="How much a year?", min_value=0, max_value=100_000_000, widget=TextInput(POUNDS, prefix="£")
    )
    is_match = forms.BooleanField(label="Counts as match funding", required=False)
    starts_on = DateField(label="First day")
    ends_on = DateField(label="Last day (optional)", required=False)
    notes = forms.CharField(
        label="Notes (optional)", max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )

    @staticmethod
    def initial_of(funding: Funding) -> dict[str, Any]:
        """Give what the form shows of some funding."""
        return {name: getattr(funding, name) for name in FundingForm.base_fields}


class CostForm(forms.Form):
    """A cost of one academic year that is no specialist's post."""

    item = forms.ChoiceField(label="What was it for?", choices=choices("cost_items"), widget=Radios)
    academic_year = forms.ChoiceField(label="In which academic year?")
    pounds = forms.IntegerField(
        label="How much?", min_value=0, max_value=100_000_000, widget=TextInput(POUNDS, prefix="£")
    )
    notes = forms.CharField(label="Notes (optional)", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this = localdate().year
        years = [year_of(dt.date(year, 9, 1)) for year in range(this + 1, this - 7, -1)]
        self.fields["academic_year"].choices = [(year, year) for year in years]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["academic_year"].initial = year_of(localdate())


class GuideForm(forms.Form):
    """The page for school staff."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    who_we_are = forms.CharField(label="Who are you?", widget=CharacterCount({"rows": 6}, characters=3000))
    how_to_refer = forms.CharField(
        label="How does somebody refer a pupil?", widget=CharacterCount({"rows": 6}, characters=3000)
    )
    what_we_do_not_do = forms.CharField(
        label="What do you not do?",
        help_text="Such as: we are no extra teaching assistants, and do not cover lunch duty",
        widget=CharacterCount({"rows": 6}, characters=3000),
    )


class BriefingForm(forms.Form):
    """Strategies for the tutors of a site."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="What helps at this site?",
        help_text="Strategies only: no names, and nothing by which a pupil could be known",
        widget=CharacterCount({"rows": 14}, characters=6000),
    )
