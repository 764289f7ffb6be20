"""Which return is looked at."""

from collections.abc import Sequence
from typing import Any

from django import forms

from apst.places.calendar import Period

from .models import MIReturn


class PeriodForm(forms.Form):
    """The period of a built return."""

    period = forms.ChoiceField(label="Period", required=False)

    def __init__(self, data: Any = None, *, returns: Sequence[MIReturn]) -> None:
        super().__init__(data)
        self.returns = {one.period: one for one in returns}
        field: Any = self.fields["period"]
        field.choices = [(key, Period(key, one.starts_on, one.ends_on).name) for key, one in self.returns.items()]

    def chosen(self) -> MIReturn | None:
        """Give the return of the period asked for, else the latest; None where none was built."""
        asked = self.cleaned_data.get("period", "") if self.is_bound and self.is_valid() else ""
        return self.returns.get(asked) or next(iter(self.returns.values()), None)
