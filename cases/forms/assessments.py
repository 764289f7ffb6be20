"""What is asked when an assessment is recorded: the scores of its instrument, and who, when and for whose eyes."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError

from apst.codelists import choices, label
from apst.people.models import Post, Pupil
from apst.web.forms import CharacterCount, Checkboxes, Chips, DateField, Radios, TextInput
from cases.lengths import length_words
from cases.models import Assessment, Instrument, InstrumentScale, Intervention
from cases.models.restricted import Sensitivity
from cases.queries.assessments import Result
from cases.queries.instruments import Sketch
from cases.services.assessments import LONGEST_SUMMARY, plain

AGE: Final = re.compile(
    r"^\s*(\d{1,2})\s*(?::|years?|yrs?|y)\s*(?:(\d{1,2})\s*(?:months?|mths?|m)?)?\s*$", re.IGNORECASE
)
AGE_HELP: Final = "Years and months, such as 9:04 for 9 years 4 months. 9.4 is not read: it can mean either."
SENSITIVITY_HINTS: Final = {
    "ordinary": "Whoever sees the case reads it",
    "clinical": "You, and those to whom you give access",
    "youth_justice": "You, and those to whom you give access",
    "safeguarding": "You, the safeguarding leads, and those to whom you give access",
}


class AgeField(forms.Field):
    """An age in years and months; gives months."""

    def __init__(self, *, scale: InstrumentScale, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        read = AGE.match(str(value))
        if read is None or int(read[2] or 0) > 11:
            raise ValidationError(f"{self.scale.name} must be years and months, such as 9:04")
        return Decimal(int(read[1]) * 12 + int(read[2] or 0))

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            years, months = divmod(int(value), 12)
            return f"{years}:{months:02}"
        return value


def score_field(scale: InstrumentScale) -> forms.Field:
    """The field of one score: a box, years and months, or the band's own words."""
    if scale.unit == InstrumentScale.Unit.BAND:
        options = [(str(n), words) for n, words in enumerate(scale.labels, 1)]
        return forms.ChoiceField(label=scale.name, required=False, widget=Radios, choices=options)
    box = {"class": "govuk-input--width-5", "autocomplete": "off"}
    if scale.unit == InstrumentScale.Unit.MONTHS:
        return AgeField(
            scale=scale, label=f"{scale.name} (optional)", required=False, widget=TextInput(box), help_text=AGE_HELP
        )
    total = " (optional: added up for you)" if scale.part == InstrumentScale.Part.TOTAL else ""
    return forms.DecimalField(
        label=f"{scale.name}{total}",
        required=False,
        widget=TextInput({**box, "class": "govuk-input--width-3", "inputmode": "decimal"}),
        help_text=f"{plain(Decimal(scale.minimum))} to {plain(Decimal(scale.maximum))}",
        error_messages={"invalid": f"{scale.name} must be a number"},
    )


class AssessmentForm(forms.Form):
    """One instrument's result for one pupil. `said()` gives what the services take."""

    taken_on = DateField(label="On which day?", past=True)
    informant = forms.ChoiceField(
        label="Who answered?",
        widget=Radios,
        help_text="Scores by different people cannot be compared, so each has its own line over time.",
        error_messages={"required": "Select who answered"},
    )
    edition = forms.CharField(label="Which test or version?", required=False, max_length=120)
    summary = forms.CharField(
        label="What was found? (optional)",
        required=False,
        max_length=LONGEST_SUMMARY,
        widget=CharacterCount({"rows": 6}, characters=LONGEST_SUMMARY),
        help_text="A summary in your words. Do not copy questions of a licensed questionnaire.",
    )
    posts = forms.MultipleChoiceField(
        label="Who assessed?",
        required=False,
        widget=Checkboxes(small=True),
        help_text="Several for a joint assessment: it is recorded once.",
    )
    session = forms.ChoiceField(
        label="In which session? (optional)",
        required=False,
        help_text="So that its hours are counted once. Nothing is logged by saving this.",
    )
    sensitivity = forms.ChoiceField(
        label="Who may read the result?", widget=Radios(hints=SENSITIVITY_HINTS), choices=Sensitivity.choices
    )

    def __init__(
        self,
        data: Any = None,
        *,
        drawn: Sketch,
        posts: Iterable[Post],
        sessions: Sequence[Intervention],
        **kwargs: Any,
    ) -> None:
        """drawn: the instrument with its scales;  posts: who may have assessed;  sessions: in which it may have been"""
        super().__init__(data, **kwargs)
        self.scales = drawn.scales
        self.offered = {str(post.public_id): post for post in posts}
        self.sessions = {str(session.public_id): session for session in sessions}
        for scale in self.scales:
            self.fields[f"score_{scale.code}"] = score_field(scale)
        self._offer(drawn.instrument)
        scores = [f"score_{scale.code}" for scale in self.scales]
        self.order_fields(["taken_on", "informant", "edition", *scores, "summary", "posts", "session", "sensitivity"])

    def _offer(self, instrument: Instrument) -> None:
        if instrument.informants:
            _choose(self.fields["informant"], [(c, t) for c, t in choices("informants") if c in instrument.informants])
        else:
            del self.fields["informant"]
        if instrument.asks_edition:
            self.fields["edition"].label = f"{instrument.asks_edition} (optional)"
        else:
            del self.fields["edition"]
        _choose(self.fields["posts"], [(key, str(post)) for key, post in self.offered.items()])
        if self.sessions:
            options = [(key, session_words(session)) for key, session in self.sessions.items()]
            _choose(self.fields["session"], [("", "None of these"), *options])
        else:
            del self.fields["session"]

    def said(self) -> dict[str, Any]:
        """Give the arguments of `record_assessment` but for the pupil and the instrument; only of a valid form."""
        data = self.cleaned_data
        scores = {scale.code: data[f"score_{scale.code}"] for scale in self.scales}
        return {
            "taken_on": data["taken_on"],
            "informant": data.get("informant", ""),
            "edition": data.get("edition", ""),
            "scores": {code: Decimal(value) for code, value in scores.items() if value not in (None, "")},
            "summary": data["summary"],
            "posts": [self.offered[key] for key in data["posts"]],
            "session": self.sessions.get(data.get("session", "")),
            "sensitivity": data["sensitivity"],
        }


def as_recorded(result: Result) -> dict[str, Any]:
    """Give the initial values of the form that corrects an assessment."""
    row = result.assessment
    bands = InstrumentScale.Unit.BAND
    return {
        "taken_on": row.taken_on,
        "informant": row.informant,
        "edition": row.edition,
        "summary": result.summary,
        "posts": [str(one.post.public_id) for one in row.specialists.all()],
        "session": str(row.session.public_id) if row.session else "",
        "sensitivity": row.sensitivity,
        **{
            f"score_{score.scale.code}": str(int(score.value))
            if score.scale.unit == bands
            else score.value
            if score.scale.unit == InstrumentScale.Unit.MONTHS
            else plain(score.value)
            for score in result.scores
        },
    }


def session_words(session: Intervention) -> str:
    """Name a session in a list: its day, what it was, who did it, how long."""
    who = ", ".join(row.post.specialist.name for row in session.specialists.all())
    what = label("activity_types", session.activity_type)
    return f"{session.held_on:%a %-d %b %Y}, {what}, {length_words(session.minutes)}" + (f", {who}" if who else "")


def _choose(field: forms.Field, options: list[tuple[str, str]]) -> None:
    cast(forms.ChoiceField, field).choices = options


class StrikeForm(forms.Form):
    """Why an entry is struck out."""

    because = forms.CharField(
        label="Why is it struck out?",
        max_length=200,
        help_text="Such as: recorded for the wrong pupil. No names and nothing about the pupil.",
    )


class WhichScreeningForm(forms.Form):
    """Who is screened, and with what; it lives in the address, so none of it is a name."""

    instrument = forms.ChoiceField(label="Screener")
    year = forms.ChoiceField(label="Year group", choices=[("", "Choose"), *choices("year_groups")])
    place = forms.ChoiceField(label="School or site", required=False)

    def __init__(self, data: Any, *, screeners: Sequence[tuple[str, str]], places: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        _choose(self.fields["instrument"], list(screeners))
        _choose(self.fields["place"], [("", "All"), *places])


class ScreeningForm(forms.Form):
    """A band for each pupil of the grid; no band where a pupil was not screened."""

    taken_on = DateField(label="On which day?", past=True)
    edition = forms.CharField(label="Name of the screener, as published (optional)", required=False, max_length=120)
    posts = forms.MultipleChoiceField(label="Who screened?", required=False, widget=Checkboxes(small=True))

    def __init__(
        self, data: Any = None, *, scale: InstrumentScale, pupils: Iterable[Pupil], posts: Iterable[Post], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.pupils = list(pupils)
        self.offered = {str(post.public_id): post for post in posts}
        _choose(self.fields["posts"], [(key, str(post)) for key, post in self.offered.items()])
        for pupil in self.pupils:
            self.fields[self.name_of(pupil)] = forms.ChoiceField(
                label=pupil.full_name,
                required=False,
                widget=Chips,
                choices=[(str(n), words) for n, words in enumerate(scale.labels, 1)],
            )

    @staticmethod
    def name_of(pupil: Pupil) -> str:
        """The name of one pupil's field."""
        return f"band-{pupil.public_id}"

    def said(self) -> dict[str, Any]:
        """Give the arguments of `screen` but for the instrument; only of a valid form."""
        data = self.cleaned_data
        return {
            "taken_on": data["taken_on"],
            "edition": data["edition"],
            "posts": [self.offered[key] for key in data["posts"]],
            "results": {p: Decimal(data[self.name_of(p)]) for p in self.pupils if data[self.name_of(p)]},
        }


def may_be_read_by(assessment: Assessment) -> str:
    """Say who reads a result of its sensitivity."""
    return SENSITIVITY_HINTS[assessment.sensitivity]
