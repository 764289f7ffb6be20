"""Logging a session: chips first, everything optional folded away."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.timezone import localdate

from apst.codelists import choices, label
from apst.people.models import Post, Pupil
from apst.places.models import Establishment, Site
from apst.web.forms import Checkboxes, Chips, ChipsMultiple, DateField, TextInput
from cases.exceptions import DurationOutOfRange, PupilUnknown
from cases.lengths import length_words
from cases.models import Intervention

# Words short enough for half a phone's width; every code of the list has its chip.
TYPE_WORDS: Final = {
    "one_to_one": "One to one",
    "group": "Group",
    "assessment": "Assessment",
    "family": "Family",
    "outreach": "Outreach",
    "multi_agency": "Professionals",
    "staff_training": "Staff training",
    "screening": "Screening",
    "universal": "Universal offer",
    "holiday": "Holiday provision",
    "admin": "Admin",
    "supervision": "Supervision",
}
ATTENDANCE_WORDS: Final = {
    "attended": "Attended",
    "did_not_attend": "Did not attend",
    "was_not_brought": "Was not brought",
    "not_in_school": "Not in school",
    "about_pupil": "About the pupil, not with them",
}
LENGTHS: Final = (15, 30, 45, 60, 90, 120)
FOLDED: Final = (
    "starts_at",
    "location",
    "intervention_type",
    "with_others",
    "out_of_school_hours",
    "site",
    "beneficiary",
    "travel_minutes",
    "staff_trained",
)


WORKED_OUT: Final = "Worked out from the school calendar, the day and the time."


def was_typed(form: forms.Form, field: Any) -> bool:
    """True where a form that was sent says something else in a field than it was shown with."""
    return form.is_bound and (field.value() or "") != (field.initial or "")


def attendance_name(pupil: Pupil) -> str:
    """The field that says how one pupil's attendance differs."""
    return f"attendance-{pupil.public_id}"


class SessionForm(forms.Form):
    """One session. `said()` gives what the services take."""

    specialist = forms.ChoiceField(label="Who did the work?", error_messages={"required": "Select who did the work"})
    pupils = forms.MultipleChoiceField(
        label="Who with?",
        required=False,
        widget=ChipsMultiple,
        error_messages={"invalid_choice": PupilUnknown.sentence},
    )
    find = forms.CharField(
        label="Find another pupil", required=False, max_length=100, help_text="Part of a name is enough."
    )
    attendance = forms.ChoiceField(
        label="Were they there?",
        widget=Chips,
        choices=list(ATTENDANCE_WORDS.items()),
        initial="attended",
        error_messages={"required": "Select whether they were there"},
    )
    activity_type = forms.ChoiceField(
        label="What did you do?",
        widget=Chips(short=True),
        error_messages={"required": "Select what you did"},
        choices=[(code, TYPE_WORDS.get(code, text)) for code, text in choices("activity_types")],
    )
    length = forms.ChoiceField(label="How long?", widget=Chips(short=True), required=False)
    other_minutes = forms.IntegerField(
        label="Another length, in minutes (optional)",
        required=False,
        widget=TextInput({"class": "govuk-input--width-4", "inputmode": "numeric"}, suffix="minutes"),
        error_messages={"invalid": "How long it took must be a whole number of minutes, such as 50."},
    )
    day = forms.ChoiceField(
        label="When?",
        widget=Chips,
        required=False,
        choices=[("today", "Today"), ("yesterday", "Yesterday")],
        initial="today",
    )
    other_day = DateField(label="Another day (optional)", required=False, past=True)
    starts_at = forms.TimeField(
        label="What time did it start? (optional)",
        required=False,
        help_text="Such as 14:30.",
        input_formats=["%H:%M", "%H.%M", "%H%M", "%H:%M:%S"],
        widget=forms.TimeInput({"class": "govuk-input--width-5"}, format="%H:%M"),
        error_messages={"invalid": "Write the time it started as 14:30."},
    )
    location = forms.ChoiceField(
        label="Where? (optional)", required=False, choices=[("", "Not said"), *choices("locations")]
    )
    intervention_type = forms.ChoiceField(
        label="Type of support (optional)", required=False, choices=[("", "Not said"), *choices("intervention_types")]
    )
    out_of_school_hours = forms.ChoiceField(
        label="Outside school hours?",
        required=False,
        choices=[("", "As the day and the time say"), ("yes", "Yes"), ("no", "No")],
        help_text=f"{WORKED_OUT} Say otherwise only where it was.",
    )
    site = forms.ChoiceField(label="Site (optional)", required=False)
    beneficiary = forms.ChoiceField(
        label="Which school was it for? (outreach, optional)", required=False, choices=[("", "Not said")]
    )
    travel_minutes = forms.IntegerField(
        label="Travel there and back, in minutes (optional)",
        required=False,
        help_text="Kept apart from the length: it never counts as hours in the return.",
        widget=TextInput({"class": "govuk-input--width-4", "inputmode": "numeric"}, suffix="minutes"),
        error_messages={"invalid": "The travel must be a whole number of minutes, such as 20."},
    )
    staff_trained = forms.IntegerField(
        label="How many staff took part? (training only, optional)",
        required=False,
        widget=TextInput({"class": "govuk-input--width-3", "inputmode": "numeric"}),
        error_messages={"invalid": "The number of staff must be a whole number."},
    )
    with_others = forms.MultipleChoiceField(
        label="Who worked with you? (optional)", required=False, widget=Checkboxes(small=True)
    )
    note = forms.CharField(label="Note (optional)", required=False, max_length=5000, widget=forms.Textarea({"rows": 3}))
    # As the page asks, so that the error summary reads from the top to the foot.
    field_order: Sequence[str] | None = (
        "specialist", "pupils", "find", "length", "other_minutes", "activity_type", "attendance", "day", "other_day",
        "note", *FOLDED,
    )  # fmt: skip
    no_length = "Select how long it took"

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        offered: Sequence[Pupil],
        own_posts: Sequence[Post],
        posts: Iterable[Post],
        sites: Iterable[Site],
        schools: Iterable[Establishment] = (),
        usual_minutes: int = 0,
        notes: bool = True,
        travel: bool = False,
        logging: bool = True,
        **kwargs: Any,
    ) -> None:
        """
        offered    the pupils who have a chip;  own_posts  of whoever logs: with one, nobody is asked who did the work
        posts      those who may have done it (for a specialist: with them);  usual_minutes  gets a chip of its own
        schools    those that outreach may have been for;  travel  whether this taskforce logs it
        notes      whether this person writes notes;
        logging    False where a session is changed: its day stands as a date
        """
        super().__init__(data, **kwargs)
        self.offered = list(offered)
        self.posts = {str(post.public_id): post for post in [*own_posts, *posts]}
        self.sites = {str(site.public_id): site for site in sites}
        self.schools = {str(school.public_id): school for school in schools}
        self._choose_people(list(own_posts))
        self._choose(self.fields["pupils"], [(str(pupil.public_id), pupil.full_name) for pupil in self.offered])
        lengths = sorted({*LENGTHS, *([usual_minutes] if usual_minutes else [])})
        self._choose(self.fields["length"], [(str(n), length_words(n)) for n in lengths])
        self._choose(self.fields["site"], [("", "As the pupil’s case"), *((k, s.name) for k, s in self.sites.items())])
        for pupil in self.offered:
            self.fields[attendance_name(pupil)] = forms.ChoiceField(
                label=pupil.full_name, required=False, choices=[("", "As above"), *choices("session_attendance")]
            )
        if not logging:
            # A chip beside a date that is filled in would leave open which of them holds.
            del self.fields["day"]
            self.fields["other_day"] = DateField(label="When?", past=True, error_messages={"required": "Enter the day"})
        if len(self.sites) < 2:
            del self.fields["site"]
        if self.schools:
            self._choose(
                self.fields["beneficiary"], [("", "Not said"), *((k, s.name) for k, s in self.schools.items())]
            )
        else:
            del self.fields["beneficiary"]
        if not travel:
            del self.fields["travel_minutes"]
        if not notes:
            del self.fields["note"]

    @staticmethod
    def _choose(field: forms.Field, options: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, field).choices = options

    def _choose_people(self, own: list[Post]) -> None:
        options = [(key, str(post)) for key, post in self.posts.items()]
        if len(own) == 1:
            # Their own work: nobody is asked whose.
            self.only_post: Post | None = own[0]
            del self.fields["specialist"]
            options = [(key, words) for key, words in options if key != str(own[0].public_id)]
        else:
            self.only_post = None
            # Whose own posts are several chooses among them; who logs for others chooses anybody.
            mine = [(key, words) for key, words in options if self.posts[key] in own] if own else options
            self._choose(self.fields["specialist"], [("", "Choose"), *(mine or options)])
        if options:
            self._choose(self.fields["with_others"], options)
        else:
            del self.fields["with_others"]

    @property
    def differing(self) -> list[Any]:
        """The fields by which one pupil's attendance differs."""
        return [self[attendance_name(pupil)] for pupil in self.offered]

    @property
    def differs(self) -> bool:
        """Whether one of them says something, so that the fold stands open."""
        return any(field.value() or field.errors for field in self.differing)

    @property
    def folded(self) -> list[Any]:
        """The optional fields, in their order."""
        return [self[name] for name in FOLDED if name in self.fields]

    @property
    def fold_is_open(self) -> bool:
        """Whether something in the fold was typed or is wrong; what was remembered opens nothing."""
        return any(field.errors or was_typed(self, field) for field in self.folded)

    def judge_nothing(self) -> "SessionForm":
        """Show what was typed without saying what is missing: for a draft, and while pupils are being looked for."""
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data = {}
        return self

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("other_minutes") is None and not said.get("length") and "other_minutes" not in self.errors:
            self.add_error("length", self.no_length)
        minutes = said.get("other_minutes")
        if minutes is not None and not 1 <= minutes <= 24 * 60:
            self.add_error("other_minutes", DurationOutOfRange.sentence)
        return said

    def chosen(self) -> list[Pupil]:
        """The pupils chosen, in the order of their chips."""
        keys = set(self.cleaned_data["pupils"])
        return [pupil for pupil in self.offered if str(pupil.public_id) in keys]

    def specialists(self) -> list[Post]:
        """Who did it: whoever logs, or was chosen, and the colleagues named."""
        data = self.cleaned_data
        first = self.only_post or self.posts[data["specialist"]]
        return list(dict.fromkeys([first, *(self.posts[key] for key in data.get("with_others", []))]))

    def minutes(self) -> int:
        """How long it took: what was typed, else the chip."""
        data = self.cleaned_data
        return data["other_minutes"] if data["other_minutes"] is not None else int(data["length"])

    def places(self) -> list[tuple[Pupil, str]]:
        """The pupils, each with the code of their attendance."""
        data = self.cleaned_data
        return [(pupil, data[attendance_name(pupil)] or data["attendance"]) for pupil in self.chosen()]

    def said(self) -> dict[str, Any]:
        """Give the arguments of `log_session` and `change_session`; only of a valid form."""
        data = self.cleaned_data
        days = {"today": localdate(), "yesterday": localdate() - dt.timedelta(days=1)}
        return {
            "specialists": self.specialists(),
            "held_on": data["other_day"] or days.get(data.get("day", ""), localdate()),
            "minutes": self.minutes(),
            "activity_type": data["activity_type"],
            "places": self.places(),
            "starts_at": data["starts_at"],
            "location": data["location"],
            "intervention_type": data["intervention_type"],
            "out_of_school_hours": {"yes": True, "no": False}.get(data["out_of_school_hours"]),
            "site": self.sites.get(data.get("site", "")),
            "beneficiary": self.schools.get(data.get("beneficiary", "")),
            "staff_trained": data["staff_trained"],
            "travel_minutes": data.get("travel_minutes"),
        }


def as_typed(payload: Mapping[str, Any]) -> MultiValueDict[str, str]:
    """Give a draft's fields as if they had been posted."""
    return MultiValueDict(
        {name: [str(v) for v in value] if isinstance(value, list) else [str(value)] for name, value in payload.items()}
    )


def as_said(session: Intervention, note: str = "") -> dict[str, Any]:
    """Give the initial values of the form that changes a session."""
    places = list(session.places.all())
    posts = [str(row.post.public_id) for row in session.specialists.all()]
    usual = next((place.attendance for place in places if place.attendance in ATTENDANCE_WORDS), "attended")
    return {
        "specialist": posts[0] if posts else "",
        "with_others": posts[1:],
        "pupils": [str(place.pupil.public_id) for place in places],
        "attendance": usual,
        **{attendance_name(place.pupil): place.attendance for place in places if place.attendance != usual},
        "activity_type": session.activity_type,
        "length": str(session.minutes),
        "other_day": session.held_on,
        "starts_at": session.starts_at,
        "location": session.location,
        "intervention_type": session.intervention_type,
        "out_of_school_hours": "yes" if session.out_of_school_hours else "no",
        "site": str(session.site.public_id) if session.site else "",
        "beneficiary": str(session.beneficiary.public_id) if session.beneficiary else "",
        "staff_trained": session.staff_trained,
        "travel_minutes": session.travel_minutes,
        "note": note,
    }


def attendance_label(code: str) -> str:
    """Give the short words of an attendance, the list's own where there are none."""
    return ATTENDANCE_WORDS.get(code) or label("session_attendance", code)
