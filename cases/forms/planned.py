"""Planning a session, and ticking a planned one or a group off."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from django import forms

from apst.people.models import Pupil
from apst.web.forms import Chips, DateField
from cases.models import WEEKDAYS, PlannedSession, SessionGroup

from .sessions import SessionForm, attendance_name, was_typed

# The list's own words are longer than a phone's third.
REGISTER_WORDS: Final = {
    "attended": "There",
    "part_attended": "Part of it",
    "did_not_attend": "Did not attend",
    "was_not_brought": "Not brought",
    "not_in_school": "Not in school",
    "refused": "Refused",
    "cancelled_by_family": "Family cancelled",
    "cancelled_by_taskforce": "We cancelled",
    "about_pupil": "About them",
}
IN_A_GROUP: Final = tuple(REGISTER_WORDS)[:6]
ONLY_LOGGED: Final = ("find", "attendance", "note", "out_of_school_hours", "site", "beneficiary", "travel_minutes",
                      "staff_trained", "day")  # fmt: skip
PLAN_FOLDED: Final = ("location", "intervention_type", "with_others", "site")


class RegisterForm(SessionForm):
    """What became of a planned session or a group: each pupil's attendance, ticked; the rest as planned."""

    def __init__(self, *args: Any, offered: Sequence[Pupil], **kwargs: Any) -> None:
        super().__init__(*args, offered=offered, **kwargs)
        for name in ("pupils", "find", "attendance"):
            del self.fields[name]
        codes = tuple(REGISTER_WORDS) if len(self.offered) == 1 else IN_A_GROUP
        for pupil in self.offered:
            self.fields[attendance_name(pupil)] = forms.ChoiceField(
                label=pupil.full_name,
                widget=Chips(short=True),
                choices=[(code, REGISTER_WORDS[code]) for code in codes],
                initial="attended",
                error_messages={"required": "Select whether they were there"},
            )

        ticks = [attendance_name(pupil) for pupil in self.offered]
        self.order_fields(["specialist", *ticks, "length", "other_minutes"])

    @property
    def register_fold_is_open(self) -> bool:
        """Whether something in the fold is wrong."""
        return any(field.errors for field in [*self.folded, self["activity_type"], self["other_day"]])

    def chosen(self) -> list[Pupil]:
        return self.offered

    def places(self) -> list[tuple[Pupil, str]]:
        return [(pupil, self.cleaned_data[attendance_name(pupil)]) for pupil in self.offered]


class PlanForm(SessionForm):
    """A session to come, once or each week."""

    until = DateField(
        label="Each week until (optional)",
        required=False,
        help_text="Leave empty for a single session. Holidays and INSET days are left out.",
    )
    field_order: Sequence[str] | None = (
        "specialist", "pupils", "find", "other_day", "starts_at", "length", "other_minutes", "activity_type", "until",
    )  # fmt: skip
    no_length = "Select how long it will take"

    def __init__(self, *args: Any, planning: bool = True, group: SessionGroup | None = None, **kwargs: Any) -> None:
        """planning: False where a planned one is changed; group: whose pupils are its members, not chosen here."""
        super().__init__(*args, **{**kwargs, "notes": True})
        self.group = group
        keep = ("find",) if group is None else ()
        for name in [*(n for n in ONLY_LOGGED if n not in keep), *(attendance_name(p) for p in self.offered)]:
            self.fields.pop(name, None)
        self.fields["other_day"] = DateField(label="When?", error_messages={"required": "Enter the day"})
        if group is not None:
            del self.fields["pupils"]
        if not planning:
            del self.fields["until"]
        if "with_others" in self.fields:
            self.fields["with_others"].label = "Who else will be there? (optional)"
        for name, words, missing in (
            ("specialist", "Who is going to do it?", "Select who is going to do it"),
            ("activity_type", "What will you do?", "Select what you will do"),
            ("starts_at", "What time does it start? (optional)", ""),
        ):
            if name in self.fields:
                self.fields[name].label = words
                if missing:
                    self.fields[name].error_messages["required"] = missing

    @property
    def plan_folded(self) -> list[Any]:
        """The optional fields, in their order."""
        return [self[name] for name in PLAN_FOLDED if name in self.fields]

    @property
    def plan_fold_is_open(self) -> bool:
        """Whether something in the fold was typed or is wrong."""
        return any(field.errors or was_typed(self, field) for field in self.plan_folded)

    def chosen(self) -> list[Pupil]:
        return [] if self.group else super().chosen()

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        first, until = said.get("other_day"), said.get("until")
        if first and until and until <= first:
            self.add_error("until", "The last day must be after the first one")
        return said

    def what(self) -> dict[str, Any]:
        """Give the arguments of `services.What`; only of a valid form."""
        data = self.cleaned_data
        return {
            "specialists": self.specialists(),
            "minutes": self.minutes(),
            "activity_type": data["activity_type"],
            "pupils": self.chosen(),
            "starts_at": data["starts_at"],
            "location": data["location"],
            "intervention_type": data["intervention_type"],
        }


class GroupForm(PlanForm):
    """A group that meets each week."""

    name = forms.CharField(
        label="What is the group called?",
        max_length=100,
        help_text="Such as Girls’ group, or Boxing. No pupil’s name.",
        error_messages={"required": "Enter what the group is called"},
    )
    weekday = forms.TypedChoiceField(
        label="On which day does it meet?",
        widget=Chips(short=True),
        coerce=int,
        choices=[(number, words) for number, words in WEEKDAYS[:6]],
        error_messages={"required": "Select the day on which it meets"},
    )
    field_order = ("name", "specialist", "pupils", "find", "weekday", "starts_at", "length", "other_minutes",
                   "activity_type", "other_day", "until")  # fmt: skip

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, sites=sites, **kwargs)
        self.fields["other_day"] = DateField(
            label="From which day?",
            help_text="Who is in the group, and what it is, holds from this day on.",
            error_messages={"required": "Enter the day from which this holds"},
        )
        self.fields["pupils"].required = True
        self.fields["pupils"].error_messages["required"] = "Select who is in the group"
        self.fields["pupils"].label = "Who is in it?"
        if len(self.sites) > 1:
            self.fields["site"] = forms.ChoiceField(
                label="Site (optional)",
                required=False,
                choices=[("", "As the pupils’ cases"), *((key, site.name) for key, site in self.sites.items())],
            )

    def group_said(self) -> dict[str, Any]:
        """Give what the services take beside `what`."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "weekday": data["weekday"],
            "since": data["other_day"],
            "site": self.sites.get(data.get("site", "")),
        }


class WeeksForm(forms.Form):
    """Until when a group's weeks are planned."""

    until = DateField(
        label="Plan each week until",
        help_text="Holidays and INSET days are left out.",
        error_messages={"required": "Enter the last day to plan"},
    )


def as_planned(planned: PlannedSession) -> dict[str, Any]:
    """Give the initial values of the forms that change a planned session, or tick it off."""
    posts = [str(row.post.public_id) for row in planned.specialists.all()]
    return {
        "specialist": posts[0] if posts else "",
        "with_others": posts[1:],
        "pupils": [str(place.pupil.public_id) for place in planned.places.all()],
        "activity_type": planned.activity_type,
        "length": str(planned.minutes),
        "other_day": planned.planned_on,
        "starts_at": planned.starts_at,
        "location": planned.location,
        "intervention_type": planned.intervention_type,
    }


def as_group(group: SessionGroup, today: dt.date) -> dict[str, Any]:
    """Give the initial values of the form that changes a group."""
    posts = [str(row.post.public_id) for row in group.specialists.all()]
    return {
        "name": group.name,
        "weekday": group.weekday,
        "specialist": posts[0] if posts else "",
        "with_others": posts[1:],
        "pupils": [str(row.pupil.public_id) for row in group.members.all() if row.ends_on is None],
        "activity_type": group.activity_type,
        "length": str(group.minutes),
        "other_day": today,
        "starts_at": group.starts_at,
        "location": group.location,
        "intervention_type": group.intervention_type,
        "site": str(group.site.public_id) if group.site else "",
    }
