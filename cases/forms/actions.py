"""An action outside a meeting, a change of one, and the filters of the list."""

from collections.abc import Iterable
from typing import Any

from django import forms

from apst.accounts.models import Membership
from apst.web.forms import DateField
from cases.models import Case, MeetingAction

from .meetings import ActionForm
from .typed import choose

MINE, SET_BY_ME, EVERYBODY = "", "set", "all"


class OwnActionForm(ActionForm):
    """Who does what by when, on a case or on nothing."""

    case = forms.ChoiceField(
        label="About which case? (optional)",
        required=False,
        help_text="Without a case everybody in the taskforce may read it: write no details of a pupil.",
    )
    field_order = ("what", "case", "owner", "due_on")

    def __init__(self, data: Any = None, *, people: Iterable[Membership], cases: Iterable[Case], **kwargs: Any) -> None:
        super().__init__(data, people=people, **kwargs)
        self.cases = {str(case.public_id): case for case in cases}
        choose(
            self.fields["case"], [("", "About no case"), *((key, case_words(case)) for key, case in self.cases.items())]
        )

    def said(self) -> dict[str, Any]:
        """Give the arguments of `set_action`; only of a valid form."""
        return {**super().said(), "case": self.cases.get(self.cleaned_data["case"])}


class ChangeActionForm(forms.Form):
    """Another day, with the reason, or somebody else."""

    due_on = DateField(label="By when?")
    why = forms.CharField(
        label="Why is it moved?",
        required=False,
        max_length=200,
        help_text="Needed when you change the day. No details: it is read wherever the action is.",
    )
    owner = forms.ChoiceField(label="Who does it?", error_messages={"required": "Select who does it"})

    def __init__(self, data: Any = None, *, action: MeetingAction, people: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(data, initial={"due_on": action.due_on, "owner": str(action.owner.public_id)}, **kwargs)
        self.people = {str(row.public_id): row for row in [action.owner, *people]}
        choose(
            self.fields["owner"], [(key, f"{row.name}, {row.get_role_display()}") for key, row in self.people.items()]
        )

    def said(self) -> dict[str, Any]:
        """Give the arguments of `change_action`; only of a valid form."""
        return {**self.cleaned_data, "owner": self.people[self.cleaned_data["owner"]]}


class ActionFilter(forms.Form):
    """Which actions; in the address, so that none of the filters is a name."""

    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Open"), ("overdue", "Overdue"), ("done", "Done")]
    )
    owner = forms.ChoiceField(label="Whose", required=False)
    case = forms.ChoiceField(label="Case", required=False)

    def __init__(self, data: Any, *, owners: Iterable[Membership], cases: Iterable[Case], everybody: bool) -> None:
        """
        everybody  the reader may look at those of others
        """
        super().__init__(data)
        self.owners = {str(row.public_id): row for row in owners}
        self.cases = {str(case.public_id): case for case in cases}
        whose = [(MINE, "Mine"), (SET_BY_ME, "Those I set")]
        if everybody:
            whose += [(EVERYBODY, "Everybody’s"), *((key, row.name) for key, row in self.owners.items())]
        choose(self.fields["owner"], whose)
        choose(self.fields["case"], [("", "All"), *((key, case_words(case)) for key, case in self.cases.items())])

    def said(self, me: int | None) -> dict[str, Any]:
        """Give the arguments of `action_list`. me: the reader's membership."""
        data = self.cleaned_data if self.is_valid() else {}
        whose, case = data.get("owner", MINE), self.cases.get(data.get("case", ""))
        named = self.owners.get(whose)
        return {
            "state": data.get("state") or "open",
            "owner": named.pk if named else me if whose == MINE else None,
            "case": case.pk if case else None,
            "set_by_me": whose == SET_BY_ME,
        }


def case_words(case: Case) -> str:
    """Give what a case is called in a list to choose from."""
    return f"{case.pupil.full_name}, {case.reference}"
