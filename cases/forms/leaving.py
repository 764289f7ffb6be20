"""A specialist leaves: who takes over what, and from when."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.people.models import Post
from apst.web.forms import DateField, Radios
from cases.models import Case, CaseMember, OutreachCase, SessionGroup


class LeaveForm(forms.Form):
    """The last day, a successor for each case, and what becomes of the way in and of the post."""

    last_day = DateField(label="Last day in post", initial=localdate)
    everybody = forms.ChoiceField(
        label="Who takes over, where nobody else is chosen below? (optional)",
        required=False,
        help_text="Of all that they lead, run and are to hold",
    )
    end_membership = forms.BooleanField(
        label="They leave the taskforce: from the day after they can open nothing here", required=False
    )
    keep_vacancy = forms.BooleanField(label="Keep the post as a vacancy", required=False)

    def __init__(
        self,
        *args: Any,
        posts: Iterable[Post],
        led: Iterable[Case],
        places: Iterable[CaseMember],
        groups: Iterable[tuple[SessionGroup, Iterable[Post]]] = (),
        outreach: Iterable[OutreachCase] = (),
        anything: bool = True,
        may_end_membership: bool,
        **kwargs: Any,
    ) -> None:
        """groups: each with who else runs it;  anything: False where nothing is to be taken over by anybody."""
        super().__init__(*args, **kwargs)
        self.posts = {str(post.public_id): post for post in posts}
        self.led, self.places = list(led), list(places)
        self.groups, self.outreach = [(group, list(others)) for group, others in groups], list(outreach)
        people = [(key, str(post)) for key, post in self.posts.items()]
        for case in self.led:
            self.fields[self._name(case)] = forms.ChoiceField(
                label=f"{case.pupil.full_name}, {case.reference}",
                choices=[("", "As above"), *people],
                required=False,
            )
        for place in self.places:
            self.fields[self._name(place.case)] = forms.ChoiceField(
                label=f"{place.case.pupil.full_name}, {place.case.reference} ({place.get_part_display().lower()})",
                choices=[("", "Nobody"), *people],
                required=False,
            )
        for group, others in self.groups:
            without = f"Nobody: {', '.join(post.specialist.name for post in others)} goes on" if others else "As above"
            self.fields[self._named(group)] = forms.ChoiceField(
                label=f"{group.name}, {group.get_weekday_display()}s", choices=[("", without), *people], required=False
            )
        for school in self.outreach:
            self.fields[self._named(school)] = forms.ChoiceField(
                label=f"Outreach to {school.school.name}", choices=[("", "As above"), *people], required=False
            )
        everybody: Any = self.fields["everybody"]
        everybody.choices = [("", "Choose for each"), *people]
        if not (anything or self.led):
            del self.fields["everybody"]
        if not may_end_membership:
            del self.fields["end_membership"]

    @staticmethod
    def _name(case: Case) -> str:
        return f"case-{case.public_id}"

    @staticmethod
    def _named(row: SessionGroup | OutreachCase) -> str:
        return f"{'group' if isinstance(row, SessionGroup) else 'outreach'}-{row.public_id}"

    @property
    def of_led(self) -> Iterator[Any]:
        """The fields of the cases that they lead."""
        return (self[self._name(case)] for case in self.led)

    @property
    def of_places(self) -> Iterator[Any]:
        """The fields of the other cases on whose team they are."""
        return (self[self._name(place.case)] for place in self.places)

    @property
    def of_groups(self) -> Iterator[Any]:
        """The fields of the groups that they run and the outreach that they lead."""
        rows: list[SessionGroup | OutreachCase] = [*(group for group, _ in self.groups), *self.outreach]
        return (self[self._named(row)] for row in rows)

    @property
    def of_ending(self) -> Iterator[Any]:
        """The fields about the way in and the post."""
        return (self[name] for name in ("end_membership", "keep_vacancy") if name in self.fields)

    def clean(self) -> dict[str, Any]:
        """Somebody leads each case, runs each group and leads each school's outreach from now on."""
        said = super().clean() or self.cleaned_data
        for case in self.led:
            if not said.get(self._name(case)) and not said.get("everybody"):
                self.add_error(self._name(case), f"Choose who leads {case.reference} from now on")
        for group, others in self.groups:
            if not others and not said.get(self._named(group)) and not said.get("everybody"):
                self.add_error(self._named(group), f"Choose who runs {group.name} from now on")
        for school in self.outreach:
            if not said.get(self._named(school)) and not said.get("everybody"):
                self.add_error(
                    self._named(school), f"Choose who leads the outreach to {school.school.name} from now on"
                )
        return said

    def said(self) -> dict[str, Any]:
        """Give the arguments of `leave`; only of a valid form."""
        data = self.cleaned_data
        led = {case.pk: data[self._name(case)] or data["everybody"] for case in self.led}
        places = {place.case_id: data[self._name(place.case)] for place in self.places}
        return {
            "last_day": data["last_day"],
            "successors": self._chosen({**places, **led}),
            "runners": self._chosen({group.pk: data[self._named(group)] for group, _ in self.groups}),
            "schools": self._chosen({school.pk: data[self._named(school)] for school in self.outreach}),
            "otherwise": self.posts.get(data.get("everybody", "")),
            "end_membership": data.get("end_membership", False),
            "keep_vacancy": data["keep_vacancy"],
        }

    def _chosen(self, keys: dict[int, str]) -> dict[int, Post]:
        return {pk: self.posts[key] for pk, key in keys.items() if key}


class HolderForm(forms.Form):
    """Somebody more who holds a restricted case."""

    holder = forms.ChoiceField(
        label="Who else holds the case?", widget=Radios, error_messages={"required": "Select who else holds the case"}
    )
    reason = forms.CharField(label="Why? (no names)", max_length=300, error_messages={"required": "Say why"})

    def __init__(self, *args: Any, members: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(member.public_id): member for member in members}
        holder: Any = self.fields["holder"]
        holder.choices = [(key, f"{m.name}, {m.get_role_display()}") for key, m in self.members.items()]
