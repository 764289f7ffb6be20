"""What is asked when a pupil is referred: in three steps, or in a minute."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from apst.codelists import choices
from apst.people.models import Pupil, PupilFact
from apst.people.numbers import read_upn, upn_warning
from apst.places.models import Establishment, Site
from apst.places.queries import open_sites
from apst.web.forms import CharacterCount, Checkboxes, Chips, ChipsMultiple, DateField, Radios, TextInput
from referrals.services import NewPupil, Strategy

LONGEST: Final = 4000
YOUNGEST, OLDEST = 3, 25  # a date of birth outside these years is a slip of the pen
INFORMAL_ROUTES: Final = ("conversation", "email", "request", "on_site", "screening")
INFORMAL_SOURCES: Final = (
    "ap_school_staff",
    "family",
    "pupil",
    "taskforce_specialist",
    "new_starter_screening",
    "mainstream_school",
)
NOT_KNOWN: Final = ("", "Not known")


def _born(value: dt.date) -> dt.date:
    today = localdate()
    if not YOUNGEST <= today.year - value.year <= OLDEST:
        raise ValidationError(
            f"Date of birth must be that of a child or young person, {YOUNGEST} to {OLDEST} years old"
        )
    return value


def _site_field(sites: list[Site], default: UUID | None = None) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Which site would work with the pupil? (optional)",
        choices=[NOT_KNOWN, *((str(site.public_id), site.name) for site in sites)],
        required=False,
        initial=str(default or ""),
    )


def _chosen_site(sites: list[Site], value: str) -> Site | None:
    return next((site for site in sites if str(site.public_id) == value), None)


class NewPupilForm(forms.Form):
    """Who the pupil is, where nobody has recorded them yet."""

    forename = forms.CharField(label="First name", max_length=100)
    surname = forms.CharField(label="Last name", max_length=100)
    preferred_name = forms.CharField(label="Name they like to be called (optional)", max_length=100, required=False)
    date_of_birth = DateField(label="Date of birth", past=True, help_text="For example, 27 3 2012", validators=[_born])
    sex = forms.ChoiceField(label="Sex (optional)", choices=choices("sex"), widget=Radios(inline=True), required=False)
    upn = forms.CharField(
        label="Unique Pupil Number (optional)",
        max_length=20,
        required=False,
        help_text="A letter and 12 numbers, such as H801200001001",
        widget=TextInput({"class": "govuk-input--width-20", "spellcheck": "false"}),
    )
    home_school = forms.ModelChoiceField(
        label="School where the pupil is on roll (optional)",
        queryset=Establishment.objects.all(),
        to_field_name="public_id",
        required=False,
        empty_label="Not known",
    )
    sen_provision = forms.ChoiceField(
        label="Special educational needs (optional)", choices=[NOT_KNOWN, *choices("sen_provision")], required=False
    )
    fsm = forms.ChoiceField(
        label="Eligible for free school meals? (optional)",
        choices=[NOT_KNOWN, ("yes", "Yes"), ("no", "No")],
        required=False,
    )
    csc_status = forms.ChoiceField(
        label="Children's social care (optional)",
        choices=[NOT_KNOWN, *(c for c in choices("csc_status") if c[0] != "not_recorded")],
        required=False,
        help_text="Asked here, once: the taskforce has to report how many of its pupils are known to social care",
    )
    contact_name = forms.CharField(label="Parent or carer's name (optional)", max_length=150, required=False)
    contact_relationship = forms.CharField(
        label="Their relationship to the pupil (optional)", max_length=50, required=False
    )
    contact_phone = forms.CharField(
        label="Their phone number (optional)",
        max_length=30,
        required=False,
        widget=TextInput({"class": "govuk-input--width-20"}),
    )
    distinct = forms.CharField(required=False, widget=forms.HiddenInput)

    warning = ""

    def clean_upn(self) -> str:
        text = self.cleaned_data["upn"].strip()
        if not text:
            return ""
        try:
            upn = read_upn(text)
        except ValueError as error:
            raise ValidationError(str(error)) from None
        self.warning = upn_warning(upn)
        return upn

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("contact_name") and (said.get("contact_relationship") or said.get("contact_phone")):
            self.add_error("contact_name", "Enter the parent or carer's name")
        return said

    def pupil(self) -> NewPupil:
        """Give the pupil as described; only after `is_valid()`."""
        said = self.cleaned_data
        contact = {
            "name": said["contact_name"],
            "relationship": said["contact_relationship"],
            "phone": said["contact_phone"],
        }
        return NewPupil(
            forename=said["forename"],
            surname=said["surname"],
            date_of_birth=said["date_of_birth"],
            identity={name: said[name] for name in ("preferred_name", "upn", "sex", "home_school")},
            facts={
                kind: said[kind]
                for kind in (PupilFact.Kind.SEN_PROVISION, PupilFact.Kind.FSM, PupilFact.Kind.CSC_STATUS)
                if said[kind]
            },
            contact=contact if said["contact_name"] else {},
        )

    def is_told_apart_from(self, alike: Iterable[Pupil]) -> bool:
        """True where the referrer has said of each of `alike` that it is another child."""
        told = set(self.cleaned_data["distinct"].split())
        return all(str(pupil.public_id) in told for pupil in alike)


class WhyForm(forms.Form):
    """Who refers, when and why."""

    source = forms.ChoiceField(label="Who is referring?", choices=[("", "Choose"), *choices("referral_sources")])
    route = forms.ChoiceField(label="How did it come?", choices=choices("referral_routes"), initial="form")
    received_on = DateField(label="Date the referral was received", past=True, initial=localdate)
    site = forms.ChoiceField()
    reasons = forms.MultipleChoiceField(
        label="Why are you referring this pupil?",
        choices=choices("referral_reasons"),
        widget=Checkboxes,
        help_text="Choose all that apply",
    )
    summary = forms.CharField(
        label="What is happening, and what would help?",
        max_length=LONGEST,
        widget=CharacterCount(characters=LONGEST),
        help_text="What you have seen, since when, and what you hope the taskforce can do",
    )

    def __init__(self, *args: Any, by_school: bool = False, **kwargs: Any) -> None:
        """by_school: referred by school staff themselves, so that the way and the day need no asking."""
        super().__init__(*args, **kwargs)
        self.sites = list(open_sites())
        self.fields["site"] = _site_field(self.sites)
        if by_school or len(self.sites) < 2:
            if by_school:
                del self.fields["route"], self.fields["received_on"]
            if len(self.sites) < 2:
                del self.fields["site"]

    def facts(self) -> dict[str, Any]:
        """Give what `services.refer` is told; only after `is_valid()`."""
        said = self.cleaned_data
        only = self.sites[0] if len(self.sites) == 1 else None
        return {
            "source": said["source"],
            "route": said.get("route") or "form",
            "received_on": said.get("received_on") or localdate(),
            "site": _chosen_site(self.sites, said.get("site", "")) or only,
            "reasons": said["reasons"],
            "summary": said["summary"],
        }


class ViewsForm(forms.Form):
    """What the child and the family think, and what the school has tried: row by row, as many rows as wanted."""

    pupil_views = forms.CharField(
        label="What does the pupil think? (optional)",
        max_length=LONGEST,
        required=False,
        widget=CharacterCount(characters=LONGEST),
        help_text="In their own words where you can. Do they know about this referral?",
    )
    family_views = forms.CharField(
        label="What do the parents or carers think? (optional)",
        max_length=LONGEST,
        required=False,
        widget=CharacterCount(characters=LONGEST),
        help_text="Do they know about this referral, and do they agree?",
    )

    def __init__(self, *args: Any, strategies: int = 0, required: bool = False, **kwargs: Any) -> None:
        """strategies: the number of rows;  required: a mainstream school says at least one."""
        super().__init__(*args, **kwargs)
        self.rows = range(1, strategies + 1)
        self.strategies_required = required
        for n in self.rows:
            self.fields[f"what_{n}"] = forms.CharField(label="What did you try?", max_length=200, required=False)
            self.fields[f"when_{n}"] = forms.CharField(
                label="When?",
                max_length=100,
                required=False,
                help_text="For example, since September 2026, twice a week",
            )
            self.fields[f"effect_{n}"] = forms.CharField(
                label="What effect did it have?", max_length=300, required=False
            )

    @property
    def strategy_rows(self) -> list[tuple[int, list[forms.BoundField]]]:
        """The fields of each strategy, for the page."""
        return [(n, [self[f"what_{n}"], self[f"when_{n}"], self[f"effect_{n}"]]) for n in self.rows]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for n in self.rows:
            if not said.get(f"what_{n}") and (said.get(f"when_{n}") or said.get(f"effect_{n}")):
                self.add_error(f"what_{n}", "Enter what you tried")
        if self.strategies_required and not self.errors and not any(said.get(f"what_{n}") for n in self.rows):
            self.add_error("what_1", "Enter at least one thing that the school has tried")
        return said

    def strategies(self) -> list[Strategy]:
        """Give the strategies that were filled in; only after `is_valid()`."""
        said = self.cleaned_data
        return [
            Strategy(said[f"what_{n}"], said[f"when_{n}"], said[f"effect_{n}"]) for n in self.rows if said[f"what_{n}"]
        ]


class QuickForm(forms.Form):
    """An informal referral in a minute: who, how it came, why, one line."""

    pupil = forms.ChoiceField(label="Which pupil?", required=False, widget=Radios)
    forename = forms.CharField(label="First name", max_length=100, required=False)
    surname = forms.CharField(label="Last name", max_length=100, required=False)
    date_of_birth = DateField(label="Date of birth", past=True, required=False, validators=[_born])
    route = forms.ChoiceField(
        label="How did it come?",
        choices=[c for c in choices("referral_routes") if c[0] in INFORMAL_ROUTES],
        widget=Chips,
    )
    source = forms.ChoiceField(
        label="Who raised it?",
        choices=[c for c in choices("referral_sources") if c[0] in INFORMAL_SOURCES],
        widget=Chips,
    )
    reasons = forms.MultipleChoiceField(label="Why?", choices=choices("referral_reasons"), widget=ChipsMultiple)
    summary = forms.CharField(label="In one line, what was said or seen? (optional)", max_length=500, required=False)
    site = forms.ChoiceField()

    def __init__(self, *args: Any, found: Iterable[Pupil], default_site: UUID | None = None, **kwargs: Any) -> None:
        """found: the pupils to choose among; somebody new can always be named."""
        super().__init__(*args, **kwargs)
        self.found = {str(pupil.public_id): pupil for pupil in found}
        self.sites = list(open_sites())
        self.fields["site"] = _site_field(self.sites, default_site)
        if len(self.sites) < 2:
            del self.fields["site"]
        pupil = self.fields["pupil"]
        if self.found and isinstance(pupil, forms.ChoiceField):
            pupil.choices = [
                *((key, described(row)) for key, row in self.found.items()),
                ("new", "Somebody else, new to us"),
            ]
            pupil.required = True
        else:
            del self.fields["pupil"]

    @property
    def chosen(self) -> Pupil | None:
        """The known pupil who was chosen; only after `is_valid()`."""
        return self.found.get(self.cleaned_data.get("pupil", ""))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.found or said.get("pupil") == "new":
            for name in ("forename", "surname", "date_of_birth"):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, f"Enter the pupil's {str(self.fields[name].label).lower()}")
        return said

    def pupil_described(self) -> NewPupil:
        """Give the new pupil; only after `is_valid()` and where none was chosen."""
        said = self.cleaned_data
        return NewPupil(forename=said["forename"], surname=said["surname"], date_of_birth=said["date_of_birth"])

    def facts(self) -> dict[str, Any]:
        """Give what `services.refer` is told; only after `is_valid()`."""
        said = self.cleaned_data
        only = self.sites[0] if len(self.sites) == 1 else None
        return {
            **{name: said[name] for name in ("route", "source", "reasons", "summary")},
            "received_on": localdate(),
            "site": _chosen_site(self.sites, said.get("site", "")) or only,
        }


def described(pupil: Pupil) -> str:
    """Give a pupil in a line that tells two of one name apart."""
    school = f", {pupil.home_school.name}" if pupil.home_school else ""
    return f"{pupil.full_name}, born {pupil.date_of_birth:%-d %B %Y}{school}"
