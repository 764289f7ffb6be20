"""What was typed into the steps of a referral and not sent yet: one draft a step."""

from typing import Any, Final

from django import forms
from django.utils.datastructures import MultiValueDict

from apst.accounts import services as accounts

PUPIL: Final = "referral-new"
WHY: Final = "referral-new-why"
VIEWS: Final = "referral-new-views"
QUICK: Final = "referral-quick"
STEPS: Final = (PUPIL, WHY, VIEWS)


class Typed:
    """One step as it was typed: the data of a form, and the version that the page must name when it saves."""

    def __init__(self, key: str) -> None:
        draft = accounts.draft_for(key)
        self.key = key
        self.version = draft.version if draft else 0
        payload: dict[str, Any] = draft.payload if draft else {}
        self.data: MultiValueDict[str, Any] = MultiValueDict(
            {name: value if isinstance(value, list) else [value] for name, value in payload.items()}
        )

    def __bool__(self) -> bool:
        return bool(self.data)

    def initial(self, form: forms.Form) -> dict[str, Any]:
        """Give what was typed as a form's initial values, so that the page shows it without judging it."""
        return {
            name: field.widget.value_from_datadict(self.data, MultiValueDict(), name)
            for name, field in form.fields.items()
            if not field.widget.value_omitted_from_data(self.data, MultiValueDict(), name)
            or isinstance(field.widget, (forms.CheckboxInput, forms.CheckboxSelectMultiple))
        }


def keep(key: str, data: MultiValueDict[str, Any], **more: str) -> None:
    """Keep a step as it was sent; `more` adds to it or replaces."""
    held = accounts.draft_for(key)
    payload: dict[str, Any] = {
        name: values[0] if len(values) == 1 else list(values) for name, values in data.lists() if values
    }
    accounts.save_draft(key, {**payload, **more}, version=held.version if held else 0)


def forget(*keys: str) -> None:
    """Forget drafts: their form was sent, or is not wanted any more."""
    for key in keys:
        accounts.discard_draft(key)
