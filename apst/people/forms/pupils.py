"""A pupil's identity, facts and contacts."""

from typing import Any

from django import forms

from apst.codelists import choices
from apst.people.models import Contact, Pupil, PupilFact
from apst.people.numbers import read_nhs_number, read_upn
from apst.people.queries import FACT_LISTS
from apst.places.models import Establishment
from apst.tenancy.models import LocalAuthority
from apst.web.forms import DateField, Radios, TextInput

UNKNOWN = [("", "Not recorded")]


class IdentityForm(forms.Form):
    """Who a pupil is. `version` is the one that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    forename = forms.CharField(label="Forename", max_length=100)
    surname = forms.CharField(label="Surname", max_length=100)
    keep_former = forms.BooleanField(
        label="If the name has changed, a search finds the pupil by the earlier one too",
        help_text="Leave this unticked where the name was only written wrongly.",
        required=False,
    )
    preferred_name = forms.CharField(label="Name they prefer (optional)", max_length=100, required=False)
    date_of_birth = DateField(label="Date of birth", past=True)
    sex = forms.ChoiceField(
        label="Sex", choices=[*choices("sex"), *UNKNOWN], widget=Radios(inline=True), required=False
    )
    local_id = forms.CharField(label="Local id", max_length=40, help_text="The number in the school’s own system")
    upn = forms.CharField(label="UPN (optional)", required=False, help_text="A letter and 12 numbers")
    nhs_number = forms.CharField(label="NHS number (optional)", required=False, help_text="10 numbers")
    ethnicity = forms.ChoiceField(label="Ethnicity", choices=[*UNKNOWN, *choices("ethnicity")], required=False)
    first_language = forms.CharField(label="First language (optional)", max_length=50, required=False)
    year_offset = forms.ChoiceField(
        label="Taught in their age’s year group?",
        choices=[
            ("0", "Yes"),
            ("-1", "One year below"),
            ("1", "One year above"),
            ("-2", "Two years below"),
            ("2", "Two years above"),
        ],
    )
    home_school = forms.ModelChoiceField(
        label="Home school", queryset=Establishment.objects.none(), required=False, empty_label="Not recorded"
    )
    registration = forms.ChoiceField(
        label="Registration", choices=[*UNKNOWN, *Pupil.Registration.choices], required=False
    )
    home_la = forms.ModelChoiceField(
        label="Authority that they live in",
        queryset=LocalAuthority.objects.order_by("name"),
        required=False,
        empty_label="Not recorded",
    )
    placing_la = forms.ModelChoiceField(
        label="Authority that placed them",
        queryset=LocalAuthority.objects.order_by("name"),
        required=False,
        empty_label="Not recorded",
    )
    postcode = forms.CharField(label="Postcode (optional)", max_length=8, required=False)
    entry_date = DateField(label="First day here (optional)", required=False)
    leaving_date = DateField(label="Last day here (optional)", required=False)
    destination = forms.ChoiceField(
        label="Where they went", choices=[*UNKNOWN, *choices("destinations")], required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["home_school"].queryset = Establishment.objects.order_by("name")  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean_year_offset(self) -> int:
        """As a number of years."""
        return int(self.cleaned_data["year_offset"])

    def clean_upn(self) -> str:
        """Refuse a malformed UPN; a wrong check letter is saved, and the page warns of it."""
        return _read(read_upn, self.cleaned_data["upn"])

    def clean_nhs_number(self) -> str:
        """Refuse an NHS number that does not add up."""
        return _read(read_nhs_number, self.cleaned_data["nhs_number"])


def _read(read: Any, text: str) -> str:
    if not text.strip():
        return ""
    try:
        return str(read(text))
    except ValueError as error:
        raise forms.ValidationError(str(error)) from None


def fact_choices(kind: str) -> list[tuple[str, str]]:
    """Give the codes of a kind of fact with their words."""
    known = FACT_LISTS[kind]
    return choices(known) if known else [("yes", "Yes"), ("no", "No")]


class FormerNameForm(forms.Form):
    """A name that a pupil had before."""

    forename = forms.CharField(label="Forename", max_length=100)
    surname = forms.CharField(label="Surname", max_length=100)


class FactForm(forms.Form):
    """What holds now, and whether it changed or was recorded wrongly."""

    value = forms.ChoiceField(label="What is right?", widget=Radios)
    how = forms.ChoiceField(
        label="Why is it different?",
        choices=[("change", "It changed on a day"), ("correct", "It was recorded wrongly")],
        widget=Radios(
            hints={
                "change": "What held before stays true of the time before",
                "correct": "It was never true; past figures follow",
            },
            reveals={"change": "holds_from"},
        ),
        error_messages={"required": "Select whether it changed or was recorded wrongly"},
    )
    holds_from = DateField(label="Since which day?", required=False, past=True)

    def __init__(self, *args: Any, kind: str, recorded: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = forms.ChoiceField(
            label=f"{PupilFact.Kind(kind).label}: what is right?",
            choices=fact_choices(kind),
            widget=forms.Select if kind == PupilFact.Kind.SEN_PRIMARY_NEED else Radios,
            error_messages={"required": "Select what is right"},
        )
        if not recorded:
            del self.fields["how"]
            self.fields["holds_from"].required = True

    def clean(self) -> dict[str, Any]:
        """A change has its day."""
        fields = super().clean() or {}
        if fields.get("how") == "change" and not fields.get("holds_from") and "holds_from" not in self.errors:
            self.add_error("holds_from", "Enter the day since when it holds")
        return fields


class ContactForm(forms.Form):
    """Somebody of the child's family or care, and what the law says about them."""

    name = forms.CharField(label="Name", max_length=150)
    relationship = forms.CharField(
        label="Relationship to the pupil", max_length=50, help_text="For example, mother, foster carer"
    )
    parental_responsibility = forms.TypedChoiceField(
        label="Do they have parental responsibility?",
        required=False,
        empty_value=None,
        coerce=lambda text: {"yes": True, "no": False}[text],
        choices=[("yes", "Yes"), ("no", "No"), ("", "Not known")],
        widget=Radios(inline=True),
    )
    phone = forms.CharField(label="Telephone (optional)", max_length=30, required=False)
    email = forms.EmailField(label="Email address (optional)", required=False)
    address = forms.CharField(
        label="Address (optional)", max_length=300, required=False, widget=forms.Textarea({"rows": 3})
    )
    address_hidden = forms.BooleanField(
        label="This address is not to be told to anybody",
        required=False,
        help_text="Only those who see the whole case will see it",
    )
    interpreter_language = forms.CharField(
        label="Language an interpreter is needed for (optional)", max_length=50, required=False
    )
    court_order = forms.CharField(
        label="Court order (optional)",
        max_length=200,
        required=False,
        help_text="What it says and until when, such as no contact, or supervised",
    )
    priority = forms.IntegerField(
        label="In which order to call",
        min_value=1,
        max_value=20,
        initial=1,
        widget=TextInput({"class": "govuk-input--width-2"}),
    )

    @staticmethod
    def initial_of(contact: Contact) -> dict[str, Any]:
        """A contact as the form shows it."""
        names = (
            "name",
            "relationship",
            "phone",
            "email",
            "address",
            "address_hidden",
            "interpreter_language",
            "court_order",
            "priority",
        )
        said = {True: "yes", False: "no", None: ""}[contact.parental_responsibility]
        return {name: getattr(contact, name) for name in names} | {"parental_responsibility": said}
