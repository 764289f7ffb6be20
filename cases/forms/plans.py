"""The plan, its goals, steps and reviews, as they are typed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.timezone import localdate

from apst.people.models import Post
from apst.web.forms import CharacterCount, Checkboxes, DateField, TextInput
from cases.exceptions import ScoreOutOfRange
from cases.models import Goal, GoalStep, Intervention

from .typed import TypedForm, choose, score_field


class PlanForm(TypedForm):
    """What the plan says as a whole."""

    hopes = forms.CharField(
        label="What does the pupil want, in their own words? (optional)",
        required=False,
        max_length=500,
        widget=CharacterCount({"rows": 3}, characters=500),
        help_text="The family’s copy quotes it.",
    )
    family_words = forms.CharField(
        label="What does the family want, in their own words? (optional)",
        required=False,
        max_length=500,
        widget=CharacterCount({"rows": 3}, characters=500),
    )
    aim = forms.CharField(
        label="What are we working towards together? (optional)",
        required=False,
        max_length=500,
        widget=CharacterCount({"rows": 3}, characters=500),
        help_text="Plain words: the pupil and the family read this.",
    )
    starts_on = DateField(label="When does the plan start?", past=True, initial=localdate)


class GoalForm(TypedForm):
    """One goal."""

    text = forms.CharField(
        label="What is to get better?",
        max_length=200,
        help_text="Short and plain, such as “In school by ten on four days a week”. The family reads it.",
        error_messages={"required": "Write what is to get better"},
    )
    own_words = forms.CharField(
        label="How does the pupil say it? (optional)",
        required=False,
        max_length=300,
        widget=CharacterCount({"rows": 2}, characters=300),
    )
    baseline = score_field(
        "Where does the pupil stand today, from 0 to 10?",
        help_text="0 is as far from the goal as can be, 10 is there. Ask the pupil.",
    )


class StepForm(TypedForm):
    """One step towards a goal."""

    text = forms.CharField(
        label="What is to be done?", max_length=200, error_messages={"required": "Write what is to be done"}
    )
    owner = forms.ChoiceField(label="Who does it?", required=False)
    owner_words = forms.CharField(
        label="Or somebody else: who? (optional)",
        required=False,
        max_length=100,
        help_text="The pupil, somebody of the family, a teacher.",
        widget=TextInput({"class": "govuk-input--width-20"}),
    )
    due_on = DateField(label="By when? (optional)", required=False)

    def __init__(self, data: Any = None, *, posts: Iterable[Post], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.posts = {str(post.public_id): post for post in posts}
        choose(self.fields["owner"], [("", "Choose"), *((key, str(post)) for key, post in self.posts.items())])

    def said(self) -> dict[str, Any]:
        """Give the arguments of `add_step` and `change_step`; only of a valid form."""
        return {**self.cleaned_data, "owner": self.posts.get(self.cleaned_data["owner"])}


def step_as_said(step: GoalStep) -> dict[str, Any]:
    """Give the initial values of the form that changes a step."""
    return {
        "text": step.text,
        "owner": str(step.owner.public_id) if step.owner else "",
        "owner_words": step.owner_words,
        "due_on": step.due_on,
    }


class ReviewForm(TypedForm):
    """A review: a score for each goal, and what was said."""

    held_on = DateField(label="When was it?", past=True, initial=localdate)
    present = forms.CharField(
        label="Who was there?", max_length=300, error_messages={"required": "Write who was there"}
    )
    changed = forms.CharField(
        label="What has changed?",
        max_length=2000,
        widget=CharacterCount({"rows": 4}, characters=2000),
        help_text="Plain words: the pupil and the family may read this.",
        error_messages={"required": "Write what has changed"},
    )
    following = forms.CharField(
        label="What comes next?",
        max_length=2000,
        widget=CharacterCount({"rows": 4}, characters=2000),
        error_messages={"required": "Write what comes next"},
    )

    def __init__(self, data: Any = None, *, goals: Sequence[Goal], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.goals = {f"score-{goal.public_id}": goal for goal in goals}
        wrong = {"invalid_choice": ScoreOutOfRange.sentence}
        for name, goal in self.goals.items():
            self.fields[name] = score_field(goal.text, help_text=goal.own_words, error_messages=wrong)
        self.order_fields(["held_on", "present", *self.goals, "changed", "following"])

    @property
    def before(self) -> list[Any]:
        """The fields above the scores."""
        return [self["held_on"], self["present"]]

    @property
    def scores(self) -> list[Any]:
        """A field for each goal."""
        return [self[name] for name in self.goals]

    @property
    def after(self) -> list[Any]:
        """The fields below the scores."""
        return [self["changed"], self["following"]]

    def said(self) -> dict[str, Any]:
        """Give the arguments of `record_review`; only of a valid form."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("held_on", "present", "changed", "following")},
            "scores": {goal: data[name] for name, goal in self.goals.items()},
        }


class GoalSessionsForm(forms.Form):
    """Which sessions were for a goal."""

    sessions = forms.MultipleChoiceField(
        label="Which sessions were for this goal?", required=False, widget=Checkboxes(small=True)
    )

    def __init__(
        self, data: Any = None, *, sessions: Sequence[Intervention], words: dict[int, str], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.offered = {str(session.public_id): session for session in sessions}
        choose(self.fields["sessions"], [(key, words[session.pk]) for key, session in self.offered.items()])

    def said(self) -> list[Intervention]:
        """Give the sessions that were ticked; only of a valid form."""
        return [self.offered[key] for key in self.cleaned_data["sessions"]]
