"""Filling in the needs checklist, and defining it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.timezone import localdate

from apst.codelists import choices
from apst.web.forms import Chips, DateField
from cases.models import ChecklistItem
from cases.services.checklists import Need

SHORT = {"none": "No need", "some": "Some", "high": "High", "unknown": "Not known"}


class NeedsForm(forms.Form):
    """The checklist: a level and a few words for each item."""

    filled_on = DateField(label="On which day?", past=True, initial=localdate)

    def __init__(self, data: Any = None, *, items: Iterable[ChecklistItem], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.items = list(items)
        for item in self.items:
            self.fields[f"level-{item.public_id}"] = forms.ChoiceField(
                label=item.words,
                required=False,
                widget=Chips,
                choices=[(code, SHORT[code]) for code, _ in choices("need_levels")],
            )
            self.fields[f"comment-{item.public_id}"] = forms.CharField(
                label=f"A few words about: {item.words} (optional)", required=False, max_length=200
            )

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """The level and the words of each item, as bound fields."""
        return [(self[f"level-{item.public_id}"], self[f"comment-{item.public_id}"]) for item in self.items]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for item in self.items:
            if said.get(f"comment-{item.public_id}") and not said.get(f"level-{item.public_id}"):
                self.add_error(f"level-{item.public_id}", f"Select how much need there is: {item.words}")
        return said

    def said(self) -> dict[str, Any]:
        """Give the arguments of `fill_checklist`; only of a valid form."""
        data = self.cleaned_data
        answers = {
            item: Need(data[f"level-{item.public_id}"], data[f"comment-{item.public_id}"])
            for item in self.items
            if data[f"level-{item.public_id}"]
        }
        return {"filled_on": data["filled_on"], "answers": answers}


class ItemsForm(forms.Form):
    """New items of the checklist, one a line."""

    words = forms.CharField(
        label="Add to the checklist",
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
        help_text="One need a line, such as: Sleep",
        error_messages={"required": "Write at least one need"},
    )
