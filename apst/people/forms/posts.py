"""Members, specialists and posts, and what was agreed for those."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.timezone import localdate

from apst.accounts.forms import INVITED_ROLES, ROLE_HINTS
from apst.accounts.models import Membership
from apst.codelists import choices
from apst.people.models import Funding, Post, PostTerms, Supervision
from apst.people.models.posts import DAYS
from apst.places.models import Site
from apst.tenancy.matrix import ROLES
from apst.web.forms import Checkboxes, DateField, Radios, TextInput

UNKNOWN = [("", "Not recorded")]


class MemberForm(forms.Form):
    """What somebody is in the taskforce. `version` is the one that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label="Name", max_length=150, help_text="As colleagues know them")
    role = forms.ChoiceField(
        label="What do they do here?",
        choices=[(role, ROLES[role]) for role in INVITED_ROLES],
        widget=Radios(hints=ROLE_HINTS),
    )
    may_decide = forms.BooleanField(
        label="Takes decisions where the taskforce’s way of deciding allows",
        required=False,
        help_text="Triage, allocation and closing, for specialists and senior leaders",
    )
    case_reach = forms.ChoiceField(
        label="Which cases does a specialist see?", choices=Membership.CaseReach.choices, widget=Radios
    )
    starts_on = DateField(label="First day", error_messages={"required": "Enter the first day"})
    ends_on = DateField(
        label="Last day (optional)", required=False, help_text="After this day they can no longer open anything here"
    )


class SpecialistForm(forms.Form):
    """Who holds posts."""

    name = forms.CharField(label="Name", max_length=150)
    email = forms.EmailField(
        label="Email address (optional)",
        required=False,
        help_text="What they sign in with: what they see follows from their posts",
    )


class PostForm(forms.Form):
    """A specialist post."""

    reference = forms.CharField(
        label="Reference", max_length=40, help_text="Your own, such as SP07; imports name posts by it"
    )
    specialist_type = forms.ChoiceField(
        label="Type of specialist", choices=[("", "Select"), *choices("specialist_types")]
    )
    fte = forms.DecimalField(
        label="Share of a full-time week",
        min_value=0,
        max_value=1,
        decimal_places=2,
        help_text="1 is full time, 0.6 is three days",
        widget=TextInput({"class": "govuk-input--width-4", "inputmode": "decimal"}),
    )
    start_date = DateField(label="First day in post")
    end_date = DateField(label="Last day in post (optional)", required=False)
    sites = forms.ModelMultipleChoiceField(
        label="Which sites does it cover?",
        queryset=Site.objects.none(),
        required=False,
        widget=Checkboxes,
        help_text="None ticked: all of them",
    )
    allocated_only = forms.BooleanField(
        label="Sees only the cases on whose team they are", required=False, help_text="Always so for police posts"
    )
    employment = forms.ChoiceField(label="Employment", choices=[*UNKNOWN, *choices("employment")], required=False)
    home_service = forms.CharField(label="Home service (optional)", max_length=150, required=False)
    record = forms.ChoiceField(
        label="Whose record are this post’s entries?",
        choices=Post.Record.choices,
        initial=Post.Record.TASKFORCE,
        widget=Radios(
            hints={
                "home_service": "The NHS’s or the youth justice service’s, for example. A line that points there is"
                " enough here, and a list says what is not copied yet"
            }
        ),
    )
    working_days = forms.MultipleChoiceField(
        label="Working days (optional)", choices=DAYS, required=False, widget=Checkboxes
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sites"].queryset = Site.objects.order_by("name")  # type: ignore[attr-defined]  # a ModelMultipleChoiceField

    def clean_fte(self) -> Any:
        """More than nothing."""
        if not self.cleaned_data["fte"]:
            raise forms.ValidationError("The share must be more than 0, up to 1")
        return self.cleaned_data["fte"]

    def clean_working_days(self) -> str:
        """As the table keeps them: mon;tue."""
        return ";".join(self.cleaned_data["working_days"])


class FteForm(forms.Form):
    """Another share of the week, from a day on."""

    fte = PostForm.base_fields["fte"]
    from_day = DateField(label="From which day?", help_text="This post ends the day before, a new one starts")
    reference = forms.CharField(label="Reference of the new post", max_length=40)

    clean_fte = PostForm.clean_fte

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_day"].initial = localdate()


class TermsForm(forms.Form):
    """What was agreed for a post, and what pays for it."""

    agreement = forms.ChoiceField(
        label="What kind of agreement is it?",
        required=False,
        choices=[*PostTerms.Agreement.choices, *UNKNOWN],
        widget=Radios,
    )
    starts_on = DateField(label="Agreement’s first day (optional)", required=False)
    review_on = DateField(
        label="Next review (optional)", required=False, help_text="Today reminds you six weeks before"
    )
    ends_on = DateField(label="Agreement’s last day (optional)", required=False)
    annual_cost_pounds = forms.IntegerField(
        label="Cost a year (optional)",
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text="On-costs included, for the share of a week that this post has. Only managers see it",
        widget=TextInput({"class": "govuk-input--width-5", "inputmode": "numeric"}, prefix="£"),
    )
    fundings = forms.ModelMultipleChoiceField(
        label="What pays for it?",
        queryset=Funding.objects.none(),
        required=False,
        widget=Checkboxes,
        help_text="You are warned two terms before any of it ends",
    )
    notes = forms.CharField(
        label="Notes (optional)", max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fundings"].queryset = Funding.objects.order_by("name", "pk")  # type: ignore[attr-defined]  # a ModelMultipleChoiceField
        if not Funding.objects.exists():
            del self.fields["fundings"]


class DaySitesForm(forms.Form):
    """At which site a post works on each of its days."""

    def __init__(self, *args: Any, post: Post, sites: Iterable[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = {str(site.public_id): site for site in sites}
        options = [("", "Any of its sites"), *((key, site.name) for key, site in self.sites.items())]
        held = set(post.working_days.split(";"))
        for code, words in DAYS:
            if code in held:
                self.fields[code] = forms.ChoiceField(label=words, choices=options, required=False)

    def said(self) -> dict[str, Site]:
        """Give the site of each day that names one."""
        return {day: self.sites[key] for day, key in self.cleaned_data.items() if key}


class SupervisionForm(forms.Form):
    """Who supervises somebody, and how often."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=Supervision.Kind.choices,
        widget=Radios,
        error_messages={"required": "Select what it is"},
    )
    supervisor = forms.CharField(
        label="Who supervises?", max_length=150, help_text="Name and service, such as “Dr Patel, CAMHS”"
    )
    every_weeks = forms.IntegerField(
        label="How often?",
        min_value=1,
        max_value=52,
        initial=4,
        widget=TextInput({"class": "govuk-input--width-2", "inputmode": "numeric"}, prefix="every", suffix="weeks"),
    )
    starts_on = DateField(label="From which day?", initial=localdate)
