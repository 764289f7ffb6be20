"""Reporting a breach, and keeping, deciding and closing it."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils.timezone import localtime, make_aware

from apst.codelists import choices
from apst.web.forms import Checkboxes, DateField, Radios
from sharing.models import Breach

NO_NAMES = "No child’s name: use the reference of the case"


def _text(label: str, *, rows: int = 3, required: bool = False, help_text: str = "", say: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, help_text=help_text, widget=forms.Textarea({"rows": rows}),
        error_messages={"required": say},
    )  # fmt: skip


class ReportForm(forms.Form):
    """What somebody thinks went wrong, in a line."""

    what = _text(
        "What went to the wrong place, got lost, or was seen by somebody who should not?", rows=4, required=True,
        help_text=f"A line is enough. {NO_NAMES}.", say="Enter what went wrong",
    )  # fmt: skip


class _Moment(forms.Form):
    """A day and a time of it. Fields: `<name>_on`, `<name>_time`."""

    @staticmethod
    def moment(day: dt.date | None, time: dt.time | None) -> dt.datetime | None:
        """Give the moment; the beginning of the day where no time is known, which leaves the fewest hours."""
        return make_aware(dt.datetime.combine(day, time or dt.time())) if day else None


class KnownForm(_Moment):
    """What is known of a breach by now."""

    happened_on = DateField(label="When did it happen? (optional)", required=False, past=True)
    aware_on = DateField(label="When did the taskforce become aware of it?", past=True)
    aware_time = forms.TimeField(
        label="At what time?", required=False, widget=forms.TimeInput({"type": "time"}),
        help_text="Without a time the 72 hours count from the beginning of the day.",
    )  # fmt: skip
    categories = forms.MultipleChoiceField(
        label="What was it about?", widget=Checkboxes, choices=choices("data_categories"), required=False
    )
    cases = forms.CharField(
        label="Which cases does it touch? (optional)", max_length=400, required=False,
        help_text="References, such as C-12, C-40. Who looked at each can then be opened from here.",
    )  # fmt: skip
    people = forms.IntegerField(label="About how many people does it touch?", min_value=0, required=False)
    consequences = _text("What may it lead to?", help_text=NO_NAMES)
    measures = _text("What was done, and what is to be done?")

    def said(self) -> dict[str, Any]:
        """Give the arguments of `keep_breach`; only of a valid form."""
        data = self.cleaned_data
        kept = {name: data[name] for name in ("happened_on", "categories", "people", "consequences", "measures")}
        cases = [part.upper() for part in re.split(r"[\s,;]+", data["cases"]) if part]
        return {**kept, "aware_at": self.moment(data["aware_on"], data["aware_time"]), "cases": cases}

    @staticmethod
    def known(breach: Breach) -> dict[str, Any]:
        """Give a breach as the form's first values."""
        aware = localtime(breach.aware_at)
        names = ("happened_on", "categories", "people", "consequences", "measures")
        return {name: getattr(breach, name) for name in names} | {
            "aware_on": aware.date(), "aware_time": f"{aware:%H:%M}", "cases": ", ".join(breach.cases),
        }  # fmt: skip


class DecideForm(_Moment):
    """How great the risk is, and who was told."""

    risk = forms.ChoiceField(
        label="How great is the risk to the people whom it touches?", widget=Radios, choices=Breach.Risk.choices,
        error_messages={"required": "Select how great the risk is"},
    )  # fmt: skip
    why = _text("Why?", required=True, say="Enter why")
    told_on = DateField(label="When was the Information Commissioner told? (optional)", required=False, past=True)
    told_time = forms.TimeField(label="At what time?", required=False, widget=forms.TimeInput({"type": "time"}))
    commissioner_reference = forms.CharField(label="Their reference (optional)", max_length=60, required=False)
    people_told = _text(
        "Who of those people was told, when and how? Or why not?",
        help_text="Where the risk is high they are told without delay (UK GDPR article 34).",
    )
    partners_told = _text("Which partners were told, and when?", help_text="The contact is in the agreement.")

    def said(self) -> dict[str, Any]:
        """Give the arguments of `decide_breach`; only of a valid form."""
        data = self.cleaned_data
        names = ("risk", "why", "commissioner_reference", "people_told", "partners_told")
        told = self.moment(data["told_on"], data["told_time"])
        return {name: data[name] for name in names} | {"commissioner_told_at": told}

    @staticmethod
    def known(breach: Breach) -> dict[str, Any]:
        """Give a breach as the form's first values."""
        names = ("risk", "why", "commissioner_reference", "people_told", "partners_told")
        told = localtime(breach.commissioner_told_at) if breach.commissioner_told_at else None
        moment = {"told_on": told.date(), "told_time": f"{told:%H:%M}"} if told else {}
        return {name: getattr(breach, name) for name in names} | moment


class StepForm(forms.Form):
    """What was done about a breach."""

    text = _text("What was done?", required=True, say="Enter what was done", help_text=NO_NAMES)


class CloseForm(forms.Form):
    """What was learnt."""

    lessons = _text("What was learnt, and what changes?", rows=5, required=True, say="Enter what was learnt")
