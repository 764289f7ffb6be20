"""Judging risk, the safety plan, missing episodes, public protection and keeping apart."""

import datetime as dt
from typing import Any, Final, cast

from django import forms
from django.conf import settings
from django.utils.timezone import localdate, localtime, make_aware

from apst.people.finding import find
from apst.people.models import Pupil
from apst.web.forms import Chips, DateField, Radios, TextInput
from cases.models import MissingEpisode, ProtectionText, RiskJudgement

EVIDENCE_HINT: Final = (
    "What was seen, heard or told, by whom and when. Only you, the designated safeguarding lead and those whom you let"
    " in may read it. This is not the child protection file: what must be raised there is raised there first."
)
TIMES: Final = ["%H:%M", "%H.%M", "%H%M"]
MOST_OFFERED: Final = 8


def _review_day() -> dt.date:
    return localdate() + dt.timedelta(days=settings.RISK_REVIEW_DAYS)


class JudgeForm(forms.Form):
    """How high a risk is in one area, and why."""

    level = forms.ChoiceField(
        label="How high is the risk now?",
        choices=RiskJudgement.Level.choices,
        widget=Chips,
        error_messages={"required": "Select how high the risk is"},
    )
    evidence = forms.CharField(
        label="What is this based on? (optional)",
        required=False,
        max_length=5000,
        widget=forms.Textarea({"rows": 6}),
        help_text=EVIDENCE_HINT,
    )
    review_on = DateField(
        label="Look at it again by",
        initial=_review_day,
        error_messages={"required": "Enter the day by which you look at it again"},
    )


class SafetyPlanForm(forms.Form):
    """What helps when it gets hard, made with the pupil."""

    triggers = forms.CharField(
        label="What makes it worse?", max_length=3000, widget=forms.Textarea({"rows": 4}), help_text="In their words."
    )
    helps = forms.CharField(label="What helps?", max_length=3000, widget=forms.Textarea({"rows": 4}))
    who_to_call = forms.CharField(label="Who to call, and when?", max_length=3000, widget=forms.Textarea({"rows": 4}))
    shared_with = forms.CharField(
        label="Who has a copy? (optional)", max_length=300, required=False, help_text="Such as: the pupil, home, tutor."
    )
    review_on = DateField(
        label="Look at it again by",
        initial=_review_day,
        error_messages={"required": "Enter the day by which you look at it again"},
    )


class WithdrawPlanForm(forms.Form):
    """Why a safety plan holds no more."""

    because = forms.CharField(
        label="Why is it withdrawn?",
        max_length=300,
        help_text="Everybody who works on the case reads this.",
        error_messages={"required": "Say why it is withdrawn"},
    )


class MissingForm(forms.Form):
    """A time in which nobody knew where the pupil was."""

    missing_day = DateField(
        label="Missing since: day",
        past=True,
        initial=localdate,
        error_messages={"required": "Enter the day on which they went missing"},
    )
    missing_time = forms.TimeField(
        label="Missing since: time",
        error_messages={"required": "Enter the time at which they went missing, as near as you know"},
        input_formats=TIMES,
        help_text="Such as 14:30.",
        widget=forms.TimeInput({"class": "govuk-input--width-5"}, format="%H:%M"),
    )
    police_day = DateField(label="Reported to the police: day (optional)", past=True, required=False)
    police_time = forms.TimeField(
        label="Reported to the police: time (optional)",
        input_formats=TIMES,
        required=False,
        widget=forms.TimeInput({"class": "govuk-input--width-5"}, format="%H:%M"),
    )
    police_reference = forms.CharField(label="Police reference (optional)", max_length=60, required=False)
    returned_day = DateField(label="Back since: day (optional)", past=True, required=False)
    returned_time = forms.TimeField(
        label="Back since: time (optional)",
        input_formats=TIMES,
        required=False,
        widget=forms.TimeInput({"class": "govuk-input--width-5"}, format="%H:%M"),
    )
    interview_on = DateField(label="Return interview held on (optional)", past=True, required=False)

    @staticmethod
    def initial_of(episode: MissingEpisode) -> dict[str, Any]:
        """Give what the form shows of an episode."""
        said: dict[str, Any] = {"police_reference": episode.police_reference, "interview_on": episode.interview_on}
        for name, moment in (
            ("missing", episode.missing_from),
            ("police", episode.police_told_at),
            ("returned", episode.returned_at),
        ):
            if moment:
                said |= {f"{name}_day": localtime(moment).date(), f"{name}_time": localtime(moment).time()}
        return said

    def clean(self) -> dict[str, Any]:
        """A time needs its day, and a day its time."""
        said = super().clean() or {}
        for name, words in (("police", "reported to the police"), ("returned", "came back")):
            if f"{name}_day" not in said or f"{name}_time" not in said:
                continue
            if (said[f"{name}_day"] is None) != (said[f"{name}_time"] is None):
                self.add_error(f"{name}_time", f"Give both the day and the time at which the pupil {words}")
        return said

    def said(self) -> dict[str, Any]:
        """Give the arguments of the services; only of a valid form."""

        def moment(name: str) -> dt.datetime | None:
            day, time = self.cleaned_data[f"{name}_day"], self.cleaned_data[f"{name}_time"]
            return make_aware(dt.datetime.combine(day, time)) if day and time is not None else None

        return {
            "missing_from": moment("missing"),
            "police_told_at": moment("police"),
            "returned_at": moment("returned"),
            "police_reference": self.cleaned_data["police_reference"],
            "interview_on": self.cleaned_data["interview_on"],
        }


class ProtectionForm(forms.Form):
    """A date of the national referral mechanism, MAPPA or MARAC."""

    mechanism = forms.ChoiceField(label="Which one?", choices=ProtectionText.Mechanism.choices, widget=Radios)
    held_on = DateField(
        label="Referred or held on",
        past=True,
        error_messages={"required": "Enter the day on which it was referred or held"},
    )
    next_on = DateField(label="Next date (optional)", required=False)
    reference = forms.CharField(label="Reference (optional)", max_length=60, required=False)
    outcome = forms.CharField(
        label="What came of it? (optional)", required=False, max_length=3000, widget=forms.Textarea({"rows": 4})
    )


class ApartForm(forms.Form):
    """From whom a pupil is to be kept apart, and why. The other one is looked for by name, and then chosen."""

    find = forms.CharField(
        label="From whom?",
        max_length=100,
        help_text="Name, UPN or local id.",
        widget=TextInput({"autocomplete": "off"}),
        error_messages={"required": "Enter the name of the other pupil"},
    )
    reason = forms.CharField(
        label="Why?",
        max_length=3000,
        widget=forms.Textarea({"rows": 4}),
        help_text="Only you, the designated safeguarding lead and those whom you let in may read it."
        " Others are only told that the two are to be kept apart.",
    )
    other = forms.ChoiceField(label="Which of them?", required=False, widget=Radios)

    def __init__(self, data: Any = None, *, pupil: Pupil) -> None:
        super().__init__(data)
        words = str(self.data.get("find", "")).strip()
        found = [one for one in find(words, most=MOST_OFFERED) if one.pk != pupil.pk][:MOST_OFFERED] if words else []
        self.offered = {str(one.public_id): one for one in found}
        options = [(key, f"{one.full_name}, born {one.date_of_birth:%-d %B %Y}") for key, one in self.offered.items()]
        cast(forms.ChoiceField, self.fields["other"]).choices = options
        if not options:
            del self.fields["other"]

    def clean(self) -> dict[str, Any]:
        """One found is the one; of several one is chosen."""
        said = super().clean() or {}
        if said.get("find") and not self.offered:
            self.add_error("find", "Nobody whom you may see has a name like this. Try another spelling.")
        elif len(self.offered) > 1 and not said.get("other"):
            self.add_error("other", "Choose which of them it is")
        return said

    def other_pupil(self) -> Pupil:
        """Give the one who was chosen, or the only one; only of a valid form."""
        chosen = self.cleaned_data.get("other")
        return self.offered[chosen] if chosen else next(iter(self.offered.values()))

    @property
    def others(self) -> list[Pupil]:
        """The pupils whom the page names."""
        return list(self.offered.values())
