"""Convening a meeting, what is put on its agenda, and what is said and decided at an item."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.codelists import choices
from apst.places.models import Site
from apst.tenancy.models import Taskforce
from apst.web.forms import Checkboxes, Chips, DateField, Radios, TextInput
from cases.models import Case, CaseDecision, MeetingAttendance
from cases.queries.meeting_hours import Present
from cases.queries.room import Seat

from .typed import TypedForm, choose

Outcome = CaseDecision.Outcome
LONGEST = 4000
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def site_choices(sites: dict[str, Site]) -> list[tuple[str, str]]:
    """Give whose cases a meeting may be about."""
    return [("", "The whole taskforce"), *((key, f"Those of {site.name}") for key, site in sites.items())]


class MeetingForm(forms.Form):
    """When, where and how long."""

    held_on = DateField(label="When is it?")
    starts_at = forms.TimeField(
        label="At what time? (optional)",
        required=False,
        widget=TextInput({"class": "govuk-input--width-5"}),
        help_text="Such as 8:30",
        error_messages={"invalid": "Enter a time, such as 8:30"},
    )
    minutes = forms.IntegerField(
        label="How long?",
        min_value=10,
        max_value=480,
        widget=TextInput({"class": "govuk-input--width-3", "inputmode": "numeric"}, suffix="minutes"),
    )
    site = forms.ChoiceField(label="Which cases?", required=False, widget=Radios)

    def __init__(self, data: Any = None, *, sites: Iterable[Site], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.sites = {str(site.public_id): site for site in sites}
        choose(self.fields["site"], site_choices(self.sites))

    def said(self) -> dict[str, Any]:
        """Give the arguments of `convene`; only of a valid form."""
        data = self.cleaned_data
        return {**data, "site": self.sites.get(data["site"])}


class PointForm(forms.Form):
    """Something for the agenda."""

    case = forms.ChoiceField(label="Which case? (optional)", required=False)
    closing = forms.BooleanField(label="I propose to close it", required=False)
    words = forms.CharField(
        label="Or something else, in a few words",
        required=False,
        max_length=200,
        help_text="No details: everybody in the meeting reads this.",
    )

    def __init__(self, data: Any = None, *, cases: Iterable[Case], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.cases = {str(case.public_id): case for case in cases}
        options = [(key, f"{case.pupil.full_name}, {case.reference}") for key, case in self.cases.items()]
        choose(self.fields["case"], [("", "Choose"), *options])

    def said(self) -> dict[str, Any]:
        """Give the arguments of `put_on_agenda`; only of a valid form."""
        data = self.cleaned_data
        case = self.cases.get(data["case"])
        return {"case": case, "words": data["words"], "closing": bool(case and data["closing"])}


class DecideForm(forms.Form):
    """One decision about a case, in one line."""

    outcome = forms.ChoiceField(
        label="What is decided?",
        widget=Chips,
        choices=[choice for choice in Outcome.choices if choice[0] != Outcome.CONTINUE],
        error_messages={"required": "Select what is decided"},
    )
    rationale = forms.CharField(
        label="Why?",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2}),
        help_text="Needed to step down and to close.",
    )
    dissent = forms.CharField(label="Did anybody see it otherwise? (optional)", required=False, max_length=LONGEST)
    agreed_by = forms.ChoiceField(label="Which senior leader agreed?", required=False)

    def __init__(
        self, data: Any = None, *, decides: str, leaders: Sequence[Membership], again: bool = False, **kwargs: Any
    ) -> None:
        """
        decides  the meeting's way of deciding;  leaders  the senior leaders who are there
        again    a decision stands: then "continue" is one of the outcomes
        """
        super().__init__(data, **kwargs)
        self.leaders = {str(row.public_id): row for row in leaders}
        if again:
            choose(self.fields["outcome"], list(Outcome.choices))
        if decides != Taskforce.Decides.TEAM:
            del self.fields["dissent"]
        if decides != Taskforce.Decides.MANAGER or not leaders:
            del self.fields["agreed_by"]
        else:
            options = [(key, row.name) for key, row in self.leaders.items()]
            choose(self.fields["agreed_by"], [("", "Nobody"), *options])

    def said(self) -> dict[str, Any]:
        """Give the arguments of `decide`; only of a valid form."""
        data = self.cleaned_data
        return {
            "outcome": data["outcome"],
            "rationale": data["rationale"],
            "dissent": data.get("dissent", ""),
            "agreed_by": self.leaders.get(data.get("agreed_by", "")),
        }


class RoomTriageForm(forms.Form):
    """A decision about a referral, where no case is opened at once."""

    outcome = forms.ChoiceField(
        label="What is decided?",
        widget=Radios,
        choices=[choice for choice in choices("triage_outcomes") if choice[0] != "undone"],
        error_messages={"required": "Select what is decided"},
    )
    rationale = forms.CharField(
        label="Why, or what do you need to know?",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2}),
        help_text="Needed when you do not accept, signpost, record a refusal or ask for more information",
    )


class RoomNoteForm(TypedForm):
    """What one person writes at an item."""

    text = forms.CharField(
        label="Your notes",
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 4}),
        help_text="Nobody else can overwrite them. Restricted details belong in a restricted note on the case.",
    )


class ActionForm(forms.Form):
    """Who does what by when."""

    what = forms.CharField(
        label="What is to be done?", max_length=300, error_messages={"required": "Write what is to be done"}
    )
    owner = forms.ChoiceField(label="Who does it?", error_messages={"required": "Select who does it"})
    due_on = DateField(label="By when?")

    def __init__(self, data: Any = None, *, people: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.people = {str(row.public_id): row for row in people}
        options = [(key, f"{row.name}, {row.get_role_display()}") for key, row in self.people.items()]
        choose(self.fields["owner"], [("", "Choose"), *options])

    def said(self) -> dict[str, Any]:
        """Give the arguments of `set_action`; only of a valid form."""
        data = self.cleaned_data
        return {"what": data["what"], "owner": self.people[data["owner"]], "due_on": data["due_on"]}


class AttendanceForm(forms.Form):
    """Who was there: one question a person."""

    def __init__(self, data: Any = None, *, seats: Sequence[Seat]) -> None:
        super().__init__(data)
        self.seats = list(seats)
        for seat in self.seats:
            self.fields[seat.key] = forms.ChoiceField(
                label=f"{seat.name}, {seat.role}",
                choices=MeetingAttendance.Presence.choices,
                initial=seat.said,
                widget=Radios(inline=True, small=True),
                error_messages={"required": f"Select whether {seat.name} was there"},
            )

    def said(self) -> dict[str, Any]:
        """Give the arguments of `say_who_is_there`; only of a valid form."""
        answers = self.cleaned_data
        return {
            "members": {seat.member: answers[seat.key] for seat in self.seats if seat.member},
            "posts": {seat.post: answers[seat.key] for seat in self.seats if seat.post},
        }


class HoursForm(forms.Form):
    """Whose hours of a meeting are counted, and how many minutes."""

    minutes = forms.IntegerField(
        label="How long did it take?",
        min_value=1,
        max_value=24 * 60,
        widget=TextInput({"class": "govuk-input--width-3", "inputmode": "numeric"}, suffix="minutes"),
    )
    posts = forms.MultipleChoiceField(
        label="Who was there?", widget=Checkboxes, error_messages={"required": "Select whose hours are counted"}
    )

    def __init__(self, data: Any = None, *, present: Sequence[Present], minutes: int | None) -> None:
        """
        minutes  how long the meeting took
        """
        self.posts_known = {str(one.post.public_id): one.post for one in present}
        # Whoever logged it themselves would be counted twice: that one is for a person to look at.
        ticked = [str(one.post.public_id) for one in present if not one.logged]
        super().__init__(data, initial={"minutes": minutes, "posts": ticked})
        hints = {
            str(one.post.public_id): f"Has logged {one.logged} minutes of such work on that day already"
            for one in present
            if one.logged
        }
        self.fields["posts"].widget = Checkboxes(hints=hints)
        choose(self.fields["posts"], [(key, str(post)) for key, post in self.posts_known.items()])

    def said(self) -> dict[str, Any]:
        """Give the arguments of `count_hours`; only of a valid form."""
        data = self.cleaned_data
        return {"minutes": data["minutes"], "posts": [self.posts_known[key] for key in data["posts"]]}


class RulesForm(forms.Form):
    """How this taskforce meets and decides."""

    minutes = forms.IntegerField(
        label="How long is a meeting?",
        min_value=10,
        max_value=480,
        widget=TextInput({"class": "govuk-input--width-3", "inputmode": "numeric"}, suffix="minutes"),
    )
    every_weeks = forms.IntegerField(
        label="How often does each open case come up at least?",
        min_value=1,
        max_value=26,
        widget=TextInput({"class": "govuk-input--width-3", "inputmode": "numeric"}, prefix="every", suffix="weeks"),
    )
    quorum = forms.IntegerField(
        label="How many people must be there for the team to decide?",
        min_value=1,
        max_value=50,
        widget=TextInput({"class": "govuk-input--width-3", "inputmode": "numeric"}),
        help_text="Only where the team decides together. With fewer, a decision says why it is taken all the same.",
    )
    with_slt = forms.MultipleChoiceField(
        label="What does a senior leader agree to? (optional)",
        required=False,
        choices=Outcome.choices,
        widget=Checkboxes(small=True),
        help_text="Only where the manager decides.",
    )
    weekday = forms.TypedChoiceField(
        label="On which day of the week do you meet?",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "No fixed day: somebody prepares each meeting"), *enumerate(WEEKDAYS)],
        widget=Radios(small=True),
        help_text="With a fixed day the agenda writes itself, on school days only, and is brought up to date that"
        " morning.",
    )
    starts_at = forms.TimeField(
        label="At what time? (optional)",
        required=False,
        widget=TextInput({"class": "govuk-input--width-5"}),
        help_text="Such as 8:30",
        error_messages={"invalid": "Enter a time, such as 8:30"},
    )
    site = forms.ChoiceField(label="Over which cases?", required=False, widget=Radios(small=True))
    days_ahead = forms.IntegerField(
        label="How long before the meeting is its agenda written?",
        min_value=1,
        max_value=10,
        widget=TextInput({"class": "govuk-input--width-3", "inputmode": "numeric"}, suffix="working days"),
    )
    counts_hours = forms.BooleanField(
        label="Offer to count the hours of a meeting",
        required=False,
        help_text="Count the hours of those present as multi-agency work in the return. Somebody confirms it after"
        " each meeting.",
    )

    def __init__(self, data: Any = None, *, sites: Iterable[Site], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.sites = {str(site.public_id): site for site in sites}
        choose(self.fields["site"], site_choices(self.sites))

    def said(self) -> dict[str, Any]:
        """Give the arguments of `keep_rules`; only of a valid form."""
        data = self.cleaned_data
        return {**data, "site": self.sites.get(data["site"])}


def due_by_default() -> Any:
    """Give the day a week from now, by which most actions are due."""
    return localdate().fromordinal(localdate().toordinal() + 7)
