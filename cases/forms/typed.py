"""Forms that can show what somebody had begun, without saying yet what is missing."""

from typing import Any, cast

from django import forms

from apst.web.forms import Chips


class TypedForm(forms.Form):
    """A form that may be filled from a draft."""

    def judge_nothing(self) -> "TypedForm":
        """Show what was typed without saying what is missing."""
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data = {}
        return self


def choose(field: forms.Field, options: list[tuple[str, str]]) -> None:
    """Give a field its choices."""
    cast(forms.ChoiceField, field).choices = options


def score_field(label: str, **more: Any) -> forms.TypedChoiceField:
    """Give the field of a score: a tap on 0 to 10, or not asked."""

    return forms.TypedChoiceField(
        label=label,
        required=False,
        coerce=int,
        empty_value=None,
        widget=Chips(short=True),
        choices=[("", "Not asked"), *((str(n), str(n)) for n in range(11))],
        **more,
    )
