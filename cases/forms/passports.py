"""Passports, sharing them, teaching groups, and the words that pupils read, as they are typed."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.places.models import Establishment
from apst.web.forms import CharacterCount, Checkboxes, Chips, DateField, TextInput
from cases.models import PassportFeedback, PassportVersion
from cases.queries.passports import SECTIONS
from cases.wording import LONGEST

from .typed import TypedForm, choose

# With these, the fullest passport still fits on one page of A4 (tests/cases/test_passport_papers.py draws it).
MOST = 280
HINTS = {
    "good_at": "Start with this. What would a friend say?",
    "communicate": "Words, signs, drawing, going quiet: what each of them means.",
    "understand": "Time to think, one thing at a time, pictures, being shown.",
    "hard": "Places, words, noise, being hurried.",
    "stressed": "What it looks like from outside, and what helps then.",
    "avoid": "Said kindly, so that an adult can do better.",
    "know": "Anything else.",
    "ask": "A person whom the pupil chose.",
}


def in_half_a_year() -> dt.date:
    """A day half a year ahead, for looking at a passport again."""
    return localdate() + dt.timedelta(days=182)


class PassportForm(TypedForm):
    """A passport in the pupil's own voice."""

    name = forms.CharField(
        label="The name on the passport",
        max_length=120,
        help_text="As they want to be called. Staff who read it need to know who it is.",
        widget=TextInput({"class": "govuk-input--width-20"}),
    )
    language = forms.CharField(label="Interpreter or communication aid (optional)", required=False, max_length=100)
    written_with = forms.CharField(
        label="Who wrote it with the pupil?",
        max_length=150,
        error_messages={"required": "Write who wrote it with them"},
    )
    review_on = DateField(label="When do you look at it together again?", initial=in_half_a_year)
    agreed = forms.BooleanField(
        label="The pupil has agreed to this version, and to who may read it",
        required=False,
        help_text="Only an agreed version is shared. Until then school staff go on reading the last one agreed to.",
    )

    def __init__(self, data: Any = None, *, headings: dict[str, str], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for code in SECTIONS:
            self.fields[code] = forms.CharField(
                label=headings[code],
                required=False,
                max_length=MOST,
                help_text=HINTS[code],
                widget=CharacterCount({"rows": 3}, characters=MOST),
            )
        self.order_fields(["name", *SECTIONS, "language", "written_with", "review_on", "agreed"])

    def said(self) -> dict[str, Any]:
        """Give the arguments of `write_passport`; only of a valid form."""
        data = self.cleaned_data
        own = {name: data[name] for name in ("name", "language", "written_with", "review_on", "agreed")}
        return {**own, "sections": {code: data[code] for code in SECTIONS}}


def passport_as_said(version: PassportVersion) -> dict[str, Any]:
    """Give the initial values for the next version: the words of the last, asked for the pupil's yes again."""
    kept = ("name", "language", "written_with", *SECTIONS)
    return {name: getattr(version, name) for name in kept}


class ShareForm(forms.Form):
    """With whom, and until when."""

    member = forms.ChoiceField(
        label="Which member of school staff?", error_messages={"required": "Select a member of school staff"}
    )
    until = DateField(label="Last day on which they can read it")

    def __init__(self, data: Any = None, *, members: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.members = {str(member.public_id): member for member in members}
        choose(self.fields["member"], [("", "Choose"), *((key, one.name) for key, one in self.members.items())])

    def said(self) -> dict[str, Any]:
        """Give the arguments of `share_passport` and `share_group`; only of a valid form."""
        return {"member": self.members[self.cleaned_data["member"]], "until": self.cleaned_data["until"]}


class FeedbackForm(forms.Form):
    """What worked; on a class sheet, for whom."""

    passport = forms.ChoiceField(label="For whom?", error_messages={"required": "Select for whom"})
    worked = forms.ChoiceField(
        label="Did the advice work?",
        widget=Chips,
        choices=PassportFeedback.Worked.choices,
        error_messages={"required": "Select whether it worked"},
    )
    text = forms.CharField(
        label="What worked, or did not?",
        max_length=500,
        widget=CharacterCount({"rows": 3}, characters=500),
        help_text="A sentence is enough. The team reads it; the other staff do not.",
        error_messages={"required": "Write what worked, or what did not"},
    )

    def __init__(self, data: Any = None, *, versions: Sequence[PassportVersion] = (), **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.passports = {str(version.passport.public_id): version.passport for version in versions}
        names = [(str(version.passport.public_id), version.name) for version in versions]
        choose(self.fields["passport"], [("", "Choose"), *names])
        if not versions:
            del self.fields["passport"]


class GroupForm(forms.Form):
    """A teaching group's name and school."""

    name = forms.CharField(
        label="Name of the group",
        max_length=60,
        help_text="As the school’s timetable has it, such as 9B Art. No pupil’s name.",
        widget=TextInput({"class": "govuk-input--width-20"}),
    )
    establishment = forms.ChoiceField(label="School", error_messages={"required": "Select the school"})

    def __init__(self, data: Any = None, *, schools: Iterable[Establishment], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.schools = {str(school.public_id): school for school in schools}
        choose(self.fields["establishment"], [("", "Choose"), *((key, one.name) for key, one in self.schools.items())])

    def said(self) -> dict[str, Any]:
        """Give the arguments of `make_group`; only of a valid form."""
        return {"name": self.cleaned_data["name"], "establishment": self.schools[self.cleaned_data["establishment"]]}


class FindPassportForm(forms.Form):
    """A name to look for. It is posted, because an address must not hold a name."""

    q = forms.CharField(
        label="Find pupils to add",
        required=False,
        max_length=100,
        help_text="Part of the name on their passport. Leave it empty to see all.",
        widget=TextInput({"class": "govuk-input--width-20", "autocomplete": "off"}),
    )


class AddPupilsForm(forms.Form):
    """Which of those found join the group."""

    passports = forms.MultipleChoiceField(
        label="Who joins the group?",
        widget=Checkboxes(small=True),
        error_messages={"required": "Select at least one pupil"},
    )

    def __init__(self, data: Any = None, *, versions: Sequence[PassportVersion], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.found = {str(version.passport.public_id): version.passport for version in versions}
        names = [
            (str(v.passport.public_id), v.name if v.passport.agreed_version else f"{v.name} (not agreed yet)")
            for v in versions
        ]
        choose(self.fields["passports"], names)


class WordsForm(forms.Form):
    """The taskforce's own words for one list; a field that is emptied goes back to the default."""

    def __init__(self, data: Any = None, *, words: dict[str, str], labels: dict[str, str], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for code, now in words.items():
            self.fields[code] = forms.CharField(
                label=labels.get(code, code), required=False, max_length=LONGEST, initial=now
            )
