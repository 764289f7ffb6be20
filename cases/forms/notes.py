"""Writing on a case: one form for all kinds, of which only what belongs to the kind counts."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.people.models import Contact
from apst.web.forms import Chips, DateField, TextInput
from cases.exceptions import ContactUnknown
from cases.models import Note, NoteText, Sensitivity
from cases.services.notes import Said

LONGEST: Final = 20_000
KIND_WORDS: Final = {
    Note.Kind.NOTE: "Note",
    Note.Kind.FAMILY: "Family contact",
    Note.Kind.MEETING: "Meeting",
    Note.Kind.EVENT: "Significant event",
    Note.Kind.VOICE: "Voice",
}
SENSITIVITY_WORDS: Final = {
    Sensitivity.ORDINARY: "Everybody on the case",
    Sensitivity.CLINICAL: "Clinical",
    Sensitivity.YOUTH_JUSTICE: "Youth justice",
    Sensitivity.SAFEGUARDING: "Safeguarding detail",
}
SOMEBODY_ELSE: Final = "other"


class SaidForm(forms.Form):
    """What one version of a note says. `said()` gives what the services take."""

    means = forms.ChoiceField(
        label="How were you in touch?", required=False, widget=Chips(short=True), choices=NoteText.Means.choices
    )
    contact = forms.ChoiceField(
        label="Who was it?",
        required=False,
        widget=Chips,
        error_messages={"invalid_choice": ContactUnknown.sentence},
    )
    with_whom = forms.CharField(label="Their name, if somebody else", required=False, max_length=150)
    outcome = forms.ChoiceField(
        label="Did you reach them?", required=False, widget=Chips, choices=NoteText.Outcome.choices
    )
    meeting = forms.ChoiceField(
        label="Which meeting was it?", required=False, widget=Chips, choices=NoteText.Meeting.choices
    )
    voice_of = forms.ChoiceField(
        label="Whose words are they?", required=False, widget=Chips, choices=NoteText.Voice.choices
    )
    text = forms.CharField(
        label="What was seen, heard, said or agreed?",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 5}),
    )
    opinion = forms.CharField(
        label="What do you think? (optional)",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
        help_text="Your own view, kept apart from what happened.",
    )
    may_quote = forms.ChoiceField(
        label="Did they agree to be quoted?", required=False, widget=Chips, choices=NoteText.Quote.choices
    )
    raised_on = DateField(label="Raised on (optional)", required=False, past=True)
    raised_by = forms.CharField(label="Raised by (optional)", required=False, max_length=150)
    raised_reference = forms.CharField(
        label="Its reference there (optional)",
        required=False,
        max_length=60,
        widget=TextInput({"class": "govuk-input--width-10"}),
    )

    def __init__(self, data: Any = None, *, contacts: Iterable[Contact], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.contacts = {str(contact.public_id): contact for contact in contacts}
        if self.contacts:
            people = [(key, f"{one.name} ({one.relationship.lower()})") for key, one in self.contacts.items()]
            self.fields["contact"].choices = [*people, (SOMEBODY_ELSE, "Somebody else")]  # type: ignore[attr-defined]  # a ChoiceField
        else:
            del self.fields["contact"]
            self.fields["with_whom"].label = "Who was it?"

    def judge_nothing(self) -> "SaidForm":
        """Show what was typed without saying what is missing: for a draft."""
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data = {}
        return self

    def said(self) -> Said:
        """Give what was said; only of a valid form."""
        data = self.cleaned_data
        contact = self.contacts.get(data.get("contact", ""))
        return Said(
            text=data["text"],
            opinion=data.get("opinion", ""),
            means=data.get("means", ""),
            contact=contact,
            with_whom="" if contact else data.get("with_whom", ""),
            outcome=data.get("outcome", ""),
            meeting=data.get("meeting", ""),
            voice_of=data.get("voice_of", ""),
            may_quote=data.get("may_quote", ""),
            raised_on=data.get("raised_on"),
            raised_by=data.get("raised_by", ""),
            raised_reference=data.get("raised_reference", ""),
        )


class NoteForm(SaidForm):
    """A new note: its kind, its day, who reads it, and what it says."""

    kind = forms.ChoiceField(
        label="What is it?",
        widget=Chips,
        choices=[(kind.value, words) for kind, words in KIND_WORDS.items()],
        error_messages={"required": "Select what it is"},
    )
    day = forms.ChoiceField(
        label="When was it?",
        widget=Chips,
        required=False,
        choices=[("today", "Today"), ("yesterday", "Yesterday")],
        initial="today",
    )
    other_day = DateField(label="Another day (optional)", required=False, past=True)
    sensitivity = forms.ChoiceField(
        label="Who may read it?",
        widget=Chips,
        choices=[(code.value, words) for code, words in SENSITIVITY_WORDS.items()],
        initial=Sensitivity.ORDINARY,
        help_text="Clinical, youth justice and safeguarding detail is read by you and those whom you let read it;"
        " safeguarding detail by the designated safeguarding lead too. Others see that it exists.",
        error_messages={"required": "Select who may read it"},
    )

    def happened_on(self) -> dt.date:
        """Give the day that it is about; only of a valid form."""
        days = {"today": localdate(), "yesterday": localdate() - dt.timedelta(days=1)}
        chosen: dt.date | None = self.cleaned_data["other_day"]
        return chosen or days.get(self.cleaned_data["day"], localdate())


OF_KIND: Final[dict[str, tuple[str, ...]]] = {
    Note.Kind.NOTE: ("text", "opinion"),
    Note.Kind.FAMILY: ("means", "contact", "with_whom", "outcome", "text", "opinion"),
    Note.Kind.MEETING: ("meeting", "text", "opinion"),
    Note.Kind.EVENT: ("text", "opinion", "raised_on", "raised_by", "raised_reference"),
    Note.Kind.VOICE: ("voice_of", "text", "may_quote", "opinion"),
}


class CorrectForm(SaidForm):
    """A further version of a note; the earlier ones stay."""

    other_day = DateField(label="The day that it is about", past=True)
    why_corrected = forms.CharField(label="What was wrong? (optional)", required=False, max_length=300)
    field_order = ("other_day",)

    def __init__(self, data: Any = None, *, kind: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for name in set(self.fields) - {"other_day", "why_corrected", *OF_KIND[kind]}:
            del self.fields[name]
        self.order_fields(["other_day", *OF_KIND[kind], "why_corrected"])


def as_written(text: NoteText) -> dict[str, Any]:
    """Give the initial values of the form that corrects a version."""
    contact = str(text.contact.public_id) if text.contact else SOMEBODY_ELSE if text.with_whom else ""
    names = (
        "text", "opinion", "means", "with_whom", "outcome", "meeting", "voice_of", "may_quote",
        "raised_on", "raised_by", "raised_reference",
    )  # fmt: skip
    return {name: getattr(text, name) for name in names} | {"contact": contact, "other_day": text.happened_on}


class ConcernForm(forms.Form):
    """That a concern was raised in the school's own system. What it is about belongs there."""

    raised_on = DateField(label="When was it raised?", past=True, initial=localdate)
    raised_by = forms.CharField(label="Who raised it?", max_length=150)
    raised_reference = forms.CharField(
        label="Its reference there (optional)",
        required=False,
        max_length=60,
        widget=TextInput({"class": "govuk-input--width-10"}),
    )
    text = forms.CharField(
        label="Anything that the team needs to know (optional)",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
        help_text="Not the concern itself. Only you, the designated safeguarding lead and those whom you let read it"
        " will see this.",
    )

    def said(self) -> Said:
        """Give what was said; only of a valid form."""
        return Said(**self.cleaned_data)


class SensitivityForm(forms.Form):
    """Who reads a note from now on."""

    sensitivity = NoteForm.base_fields["sensitivity"]


class AccessForm(forms.Form):
    """One more reader of a restricted note, why, and until when."""

    member = forms.ChoiceField(label="Who may read it too?", error_messages={"required": "Select who may read it"})
    reason = forms.CharField(label="Why? (no names)", max_length=300, error_messages={"required": "Say why"})
    until = DateField(
        label="Last day (optional)", required=False, help_text="Without one it lasts until somebody ends it."
    )

    def __init__(self, data: Any = None, *, people: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.people = {str(person.public_id): person for person in people}
        options = [(key, f"{person.name}, {person.get_role_display()}") for key, person in self.people.items()]
        self.fields["member"].choices = [("", "Choose"), *options]  # type: ignore[attr-defined]  # a ChoiceField
